package content

import (
	"strconv"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// maxTags is how many officials, countries or topics an article can have.
const maxTags = 200

// references answers the keys of nodes of one type, each once, and notes what
// is wrong at which place of the list. inside is the path within an element.
func (p *problems) references(tx *store.Tx, field string, node model.NodeType, ids []model.ID, inside ...string) ([]int64, error) {
	keys := make([]int64, 0, len(ids))
	if p.tooMany(len(ids), maxTags, field) {
		return keys, nil
	}
	at := func(i int) []string { return append([]string{field, strconv.Itoa(i)}, inside...) }
	places := map[int64]int{}
	for i, id := range ids {
		key, err := id.Want(node)
		if err != nil {
			if err := p.note(err, at(i)...); err != nil {
				return nil, err
			}
			continue
		}
		if first, twice := places[key]; twice {
			p.add(model.Invalid("the same id stands here already, at %d; send each once", first), at(i)...)
			continue
		}
		places[key] = i
		keys = append(keys, key)
	}
	existing, err := tx.Existing(node, keys)
	for _, key := range keys {
		if err == nil && !existing[key] {
			p.add(model.NotFound(node), at(places[key])...)
		}
	}
	return keys, err
}

// reference answers the key of a node that a field names, nil where it names
// none.
func (p *problems) reference(tx *store.Tx, field string, node model.NodeType, o optional[*model.ID], current *int64) (*int64, error) {
	if !o.set {
		return current, nil
	}
	if o.value == nil {
		return nil, nil
	}
	key, err := o.value.Want(node)
	if err != nil {
		return nil, p.note(err, field)
	}
	existing, err := tx.Existing(node, []int64{key})
	if err == nil && !existing[key] {
		p.add(model.NotFound(node), field)
	}
	return &key, err
}
