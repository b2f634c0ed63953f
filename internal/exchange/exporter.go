package exchange

import (
	"encoding/json"
	"fmt"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// exporter is one export in progress. Its methods turn nodes into lines. Empty values
// are left out, except where that would mean something else.
type exporter struct {
	to   *json.Encoder
	from *store.Snapshot
	// publishedOnly leaves out what readers do not see.
	publishedOnly bool
	// ambiguous are the nodes to which a plain text does not refer for certain.
	ambiguous map[model.NodeType]map[int64]bool
}

// exporting returns a function that exports nodes of one type: walk reads the nodes,
// and lines turns one of them into lines.
func exporting[T any](walk func(*store.Snapshot, func([]*T) error) error, lines func(*exporter, *T) ([]any, error)) func(*exporter) error {
	return func(e *exporter) error {
		return walk(e.from, func(nodes []*T) error {
			for _, node := range nodes {
				of, err := lines(e, node)
				if err != nil {
					return err
				}
				for _, line := range of {
					if err := e.to.Encode(line); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
}

// nameOf returns a reference to a node: its externalId, else its slug. If that could
// also mean another node, the reference says which of the two it is.
func (e *exporter) nameOf(node model.NodeType, key int64, externalID *string, slug string) any {
	ambiguous := e.ambiguous[node][key]
	switch {
	case externalID != nil && ambiguous:
		return referenceObject{ExternalID: *externalID}
	case externalID != nil:
		return *externalID
	case ambiguous:
		return referenceObject{Slug: slug}
	}
	return slug
}

// referenceObject is a reference that says which key it gives.
type referenceObject struct {
	ExternalID string         `json:"externalId,omitempty"`
	Slug       string         `json:"slug,omitempty"`
	Language   model.Language `json:"language,omitempty"`
}

// exportedTimes are when a node was created and last changed.
type exportedTimes struct {
	CreatedAt *model.DateTime `json:"createdAt,omitempty"`
	UpdatedAt *model.DateTime `json:"updatedAt,omitempty"`
}

func timesOf(createdAt, updatedAt model.DateTime) exportedTimes {
	return exportedTimes{&createdAt, &updatedAt}
}

// byLanguage returns texts as lines have them.
func byLanguage(texts model.LocalizedTexts) map[model.Language]string {
	m := make(map[model.Language]string, len(texts))
	for _, t := range texts {
		m[t.Language] = t.Value
	}
	return m
}

// slot returns a relation of a node. The snapshot has loaded it; if not, the fault is
// ours.
func slot[T any](node model.Node, key string) (T, error) {
	value, _ := node.Slot(key)
	typed, ok := value.(T)
	if !ok {
		return typed, fmt.Errorf("the %s of a %T were not loaded", key, node)
	}
	return typed, nil
}
