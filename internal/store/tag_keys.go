package store

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// tagKeys are the keys of an article's tags, most prominent first; nil where they were not
// read.
type tagKeys struct{ OfficialKeys, CountryKeys, TopicKeys keyList }

// of are the keys of one kind.
func (k *tagKeys) of(t tagging) *keyList {
	switch t.node {
	case model.NodeOfficial:
		return &k.OfficialKeys
	case model.NodeCountry:
		return &k.CountryKeys
	}
	return &k.TopicKeys
}

// keyList reads the keys of tags in the order of their positions.
type keyList []int64

// Scan reads what the columns of tagColumns hold; NULL is an empty list.
func (l *keyList) Scan(src any) error {
	*l = keyList{}
	if src == nil {
		return nil
	}
	list, isText := src.(string)
	if !isText {
		return fmt.Errorf("read the keys of tags: %T is not a text", src)
	}
	var room [16]placedTag
	tags := room[:0]
	for tag := range strings.SplitSeq(list, ",") {
		position, key, _ := strings.Cut(tag, ":")
		place, err := strconv.Atoi(position)
		if err != nil {
			return fmt.Errorf("read the position of a tag: %w", err)
		}
		one := placedTag{place, 0}
		if one.key, err = strconv.ParseInt(key, 10, 64); err != nil {
			return fmt.Errorf("read the key of a tag: %w", err)
		}
		tags = append(tags, one)
	}
	slices.SortFunc(tags, func(a, b placedTag) int {
		return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.key, b.key))
	})
	*l = make(keyList, len(tags))
	for i, tag := range tags {
		(*l)[i] = tag.key
	}
	return nil
}

// placedTag is the key of a tag at a position.
type placedTag struct {
	position int
	key      int64
}

// GormDataType keeps GORM from treating the keys as a relation.
func (keyList) GormDataType() string { return "text" }
