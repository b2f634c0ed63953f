package content

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Export writes all content as lines that Import reads, one snapshot of it, in
// constant memory; without drafts where publishedOnly. What others refer to
// comes before them. The same content gives the same bytes: an import into an
// empty database, exported, is identical. Keys, versions and the times of
// writing are not part of it.
func (s *Service) Export(ctx context.Context, to io.Writer, publishedOnly bool) error {
	if !publishedOnly {
		if err := auth.May(ctx, auth.SeeDrafts); err != nil {
			return err
		}
	}
	out := bufio.NewWriterSize(to, 1<<16)
	err := s.store.Snapshot(ctx, store.View{Drafts: !publishedOnly}, func(x *store.Snapshot) error {
		e := &exporter{to: json.NewEncoder(out), from: x, ambiguous: map[model.NodeType]map[int64]bool{}}
		e.to.SetEscapeHTML(false)
		return e.everything()
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// exporter is one export on its way.
type exporter struct {
	to   *json.Encoder
	from *store.Snapshot
	// ambiguous are the nodes that a text alone does not name for certain.
	ambiguous map[model.NodeType]map[int64]bool
}

func (e *exporter) everything() (err error) {
	for _, node := range []model.NodeType{model.NodeTopic, model.NodeOffice, model.NodeOfficial, model.NodeArticle} {
		if e.ambiguous[node], err = e.from.Ambiguous(node); err != nil {
			return err
		}
	}
	for _, write := range []func() error{
		func() error { return e.from.Countries(writing(e, e.country)) },
		func() error { return e.from.Topics(writing(e, e.topic)) },
		func() error { return e.from.Offices(writing(e, e.office)) },
		func() error { return e.from.Officials(writing(e, e.official)) },
		func() error { return e.from.Articles(writing(e, e.article)) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// writing writes each node of a batch as a line.
func writing[T any](e *exporter, line func(*T) (any, error)) func([]*T) error {
	return func(nodes []*T) error {
		for _, node := range nodes {
			l, err := line(node)
			if err != nil {
				return err
			}
			lines, many := l.(several)
			if !many {
				lines = several{l}
			}
			for _, line := range lines {
				if err := e.to.Encode(line); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// nameOf is how others refer to a node: by its externalId, else its slug; where
// that could mean another, too, it says which of the two it is.
func (e *exporter) nameOf(node model.NodeType, key int64, externalID *string, slug string) any {
	sure := !e.ambiguous[node][key]
	switch {
	case externalID != nil && sure:
		return *externalID
	case externalID != nil:
		return referenceObject{ExternalID: *externalID}
	case sure:
		return slug
	}
	return referenceObject{Slug: slug}
}

// referenceObject is a reference that says how it is meant.
type referenceObject struct {
	ExternalID string         `json:"externalId,omitempty"`
	Slug       string         `json:"slug,omitempty"`
	Language   model.Language `json:"language,omitempty"`
}

// byLanguage are texts as lines have them.
func byLanguage(texts model.LocalizedTexts) map[model.Language]string {
	m := make(map[model.Language]string, len(texts))
	for _, t := range texts {
		m[t.Language] = t.Value
	}
	return m
}

// slot answers what the snapshot hung on a node; what is not there was not
// loaded, which is a fault of ours.
func slot[T any](node model.Node, key string) (T, error) {
	value, _ := node.Slot(key)
	typed, ok := value.(T)
	if !ok {
		return typed, fmt.Errorf("the %s of a %T were not loaded", key, node)
	}
	return typed, nil
}
