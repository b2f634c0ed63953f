package content

import (
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// MaxTags is how many officials, countries or topics an article can have.
const MaxTags = 200

// references returns the keys of nodes of one type, each once, and records the errors
// of the list's elements. inside is the path of the id within an element.
func (c *check) references(field string, node model.NodeType, ids []model.ID, inside ...string) ([]int64, error) {
	keys := make([]int64, 0, len(ids))
	if c.tooMany(len(ids), MaxTags, field) {
		return keys, nil
	}
	at := func(i int) []string { return append([]string{field, strconv.Itoa(i)}, inside...) }
	places := map[int64]int{}
	for i, id := range ids {
		key, err := id.Want(node)
		if err != nil {
			if err := c.collect(err, at(i)...); err != nil {
				return nil, err
			}
			continue
		}
		if first, twice := places[key]; twice {
			c.add(model.Invalid("the same %s is already at index %d; send each once", strings.ToLower(string(node)), first), at(i)...)
			continue
		}
		places[key] = i
		keys = append(keys, key)
	}
	existing, err := c.tx.Existing(node, keys)
	for _, key := range keys {
		if err == nil && !existing[key] {
			c.add(model.NotFound(node), at(places[key])...)
		}
	}
	return keys, err
}

// reference returns the key of the node that a field names: the current one if the
// field was left out, nil if it is null.
func (c *check) reference(field string, node model.NodeType, o Optional[model.ID], current *int64) (*int64, error) {
	if !o.IsSet() {
		return current, nil
	}
	if o.IsNull() {
		return nil, nil
	}
	key, err := o.Value().Want(node)
	if err != nil {
		return nil, c.collect(err, field)
	}
	existing, err := c.tx.Existing(node, []int64{key})
	if err == nil && !existing[key] {
		c.add(model.NotFound(node), field)
	}
	return &key, err
}
