package exchange

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// lineWriter writes one line.
type lineWriter struct {
	rules content.Rules
	tx    *store.Tx
	// keys are the nodes of references that were looked up.
	keys map[referenced]int64
	// detach writes an article without its translationOf.
	detach bool
	// missing are the errors of references to nodes that do not exist yet.
	missing model.Errors
	// foundByName are the nodes of earlier lines that had nothing but a name to identify
	// them; byName is the node of this line, if it has nothing else either.
	foundByName map[store.NaturalKey]bool
	byName      store.NaturalKey
	// warnings are what readers will not see of the line.
	warnings []*model.Warning
}

// id returns the id of the node to which a member refers.
func (w *lineWriter) id(node model.NodeType, o content.Optional[reference], place ...string) (content.Optional[model.ID], error) {
	var err error
	id := content.Convert(o, func(r reference) (id model.ID) {
		id, err = w.find(referenced{node, r}, place)
		return id
	})
	return id, err
}

// ids returns the ids of the nodes to which a member refers.
func (w *lineWriter) ids(node model.NodeType, o content.Optional[[]reference], key string) (content.Optional[[]model.ID], error) {
	var err error
	ids := content.Convert(o, func(references []reference) []model.ID {
		ids := make([]model.ID, len(references))
		for i := 0; i < len(references) && err == nil; i++ {
			ids[i], err = w.find(referenced{node, references[i]}, []string{key, strconv.Itoa(i)})
		}
		return ids
	})
	return ids, err
}

// find returns the id of the node that a reference names. If there is none, it records
// the node as missing, since a later line may create it. No line creates a country, so
// that a missing one is an error at once.
func (w *lineWriter) find(r referenced, place []string) (model.ID, error) {
	id := model.ID{Type: r.node, Key: w.keys[r]}
	if id.Key != 0 {
		return id, nil
	}
	key, found, err := w.lookUp(r)
	switch {
	case err != nil:
		return id, err
	case found:
		if id.Key = key; r.node != model.NodeArticle { // few articles are referred to twice
			w.keys[r] = key
		}
	case r.node == model.NodeCountry:
		return id, model.Invalid("there is no country %s; write a code of ISO 3166-1, such as IQ", r.by).At(place...)
	default:
		err := &model.Error{Code: model.ErrorCodeNotFound, Message: fmt.Sprintf(
			"there is no %s %s: it is not stored, and no line of this import creates it", strings.ToLower(string(r.node)), r.by,
		)}
		w.missing = append(w.missing, err.At(place...))
	}
	return id, nil
}

func (w *lineWriter) lookUp(r referenced) (int64, bool, error) {
	for _, k := range r.naturalKeys() {
		holder, held, err := w.tx.Holder(k)
		if err != nil || held {
			return holder.Key, held, err
		}
	}
	return 0, false, nil
}
