package exchange

import (
	"encoding/json"
	"fmt"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// exporter is the work on one export. Its methods make the lines of nodes, with the
// keys in the order of their structs. What is empty is left out, except where that
// would not mean the same.
type exporter struct {
	to   *json.Encoder
	from *store.Snapshot
	// ambiguous are the nodes that a text alone might not name.
	ambiguous map[model.NodeType]map[int64]bool
}

// exporting returns a function that writes nodes of one type: walk reads them, lines
// makes the lines of one.
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

// nameOf is how others refer to a node: by its externalId, else its slug. Where that
// could mean another node, too, it says which of the two it is.
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

// slot returns what the snapshot hung on a node. It is our fault where that was not
// loaded.
func slot[T any](node model.Node, key string) (T, error) {
	value, _ := node.Slot(key)
	typed, ok := value.(T)
	if !ok {
		return typed, fmt.Errorf("the %s of a %T were not loaded", key, node)
	}
	return typed, nil
}
