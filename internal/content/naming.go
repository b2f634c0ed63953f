package content

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// naming finds the ids of nodes that the input of a bulk mutation names by their keys.
// Without a transaction it only collects the names, so that those of all inputs are looked
// up together.
type naming struct {
	tx *store.Tx
	// keys and ids are what the input names.
	keys []store.NaturalKey
	ids  []model.ID
	// wrong are the errors of names that are those of no node, with their paths in the input.
	wrong model.Errors
	// failed is any other error.
	failed error
}

// keyFields are the fields of inputs such as TopicBy besides the id: their names and their
// keys.
func keyFields() map[string]struct {
	name string
	by   store.By
} {
	return map[string]struct {
		name string
		by   store.By
	}{
		"Slug": {"slug", store.BySlug}, "ExternalID": {"externalId", store.ByExternalID}, "WikidataID": {"wikidataId", store.ByWikidataID},
		"MediaTopic": {"mediaTopic", store.ByMediaTopic}, "Code": {"code", store.ByCode},
	}
}

// id returns the id of the node of a type that by names, such as a TopicBy; the zero ID where
// it names none. Whether there is a node with an id that by gives, the rules check.
func (n *naming) id(node model.NodeType, by any, path ...string) model.ID {
	if err := exactlyOneKey(by); err != nil {
		n.add(model.Invalid("name the %s by exactly one of its keys", strings.ToLower(string(node))), path...)
		return model.ID{}
	}
	fields := reflect.ValueOf(by)
	for i := range fields.NumField() {
		switch given := fields.Field(i).Interface().(type) {
		case *model.ID:
			if given != nil {
				n.know(node, *given)
				return *given
			}
		case *string:
			if given != nil {
				field := keyFields()[fields.Type().Field(i).Name]
				return n.held(store.NaturalKey{Node: node, By: field.by, Value: *given}, append(path, field.name))
			}
		}
	}
	return model.ID{}
}

// know collects ids, but for those of another type, which the rules refuse.
func (n *naming) know(node model.NodeType, ids ...model.ID) {
	for _, id := range ids {
		if id.Type == node {
			n.ids = append(n.ids, id)
		}
	}
}

// held returns the id of the node that has a key.
func (n *naming) held(k store.NaturalKey, path []string) model.ID {
	n.keys = append(n.keys, k)
	if n.tx == nil || n.failed != nil {
		return model.ID{}
	}
	holder, held, err := n.tx.Holder(k)
	if err != nil {
		n.failed = err
	}
	if err == nil && !held {
		n.add(&model.Error{Code: model.ErrorCodeNotFound, Message: nobody(k, path[len(path)-1])}, path...)
	}
	return model.ID{Type: k.Node, Key: holder.Key}
}

// nobody says that no node has a key, which a field of this name gives.
func nobody(k store.NaturalKey, field string) string {
	if k.Node == model.NodeCountry {
		return fmt.Sprintf("there is no country %.40q; send a code of ISO 3166-1, such as IQ", k.Value)
	}
	return fmt.Sprintf("there is no %s with the %s %.200q: it is not stored, and no input of this mutation creates it",
		strings.ToLower(string(k.Node)), field, k.Value)
}

func (n *naming) add(err *model.Error, path ...string) { n.wrong = append(n.wrong, err.At(path...)) }

// err returns what is wrong with the names, if anything is.
func (n *naming) err() error {
	if n.failed != nil {
		return n.failed
	}
	return n.wrong.OrNil()
}

// namedOne returns the id of the node that a field names.
func namedOne[By any](n *naming, node model.NodeType, o Optional[By], path ...string) Optional[model.ID] {
	return Convert(o, func(by By) model.ID { return n.id(node, by, path...) })
}

// namedAll returns the ids of the nodes that a field names.
func namedAll[By any](n *naming, node model.NodeType, o Optional[[]By], field string) Optional[[]model.ID] {
	return Convert(o, func(all []By) []model.ID {
		ids := make([]model.ID, len(all))
		for i, by := range all {
			ids[i] = n.id(node, by, field, strconv.Itoa(i))
		}
		return ids
	})
}
