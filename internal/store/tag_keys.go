package store

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// tagKeys are the keys of an article's tags, most prominent first. The lists are nil where
// they were not read.
type tagKeys struct{ officials, countries, topics []int64 }

// of are the keys of one kind.
func (k tagKeys) of(t tagging) []int64 {
	switch t.node {
	case model.NodeOfficial:
		return k.officials
	case model.NodeCountry:
		return k.countries
	}
	return k.topics
}

// read reports whether the keys were read.
func (k tagKeys) read() bool { return k.topics != nil }

// text is how the table article_tags holds the keys: "12,7;3;41,5".
func (k tagKeys) text() string {
	b := make([]byte, 0, 64)
	for i, keys := range [][]int64{k.officials, k.countries, k.topics} {
		if i > 0 {
			b = append(b, ';')
		}
		for j, key := range keys {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, key, 10)
		}
	}
	return string(b)
}

// Scan reads what text has written. NULL, where the table has no row, reads nothing.
func (k *tagKeys) Scan(src any) error {
	if src == nil {
		return nil
	}
	tags, isText := src.(string)
	if !isText {
		return fmt.Errorf("read the keys of tags: %T is not a text", src)
	}
	keys := make([]int64, 0, strings.Count(tags, ",")+3)
	for _, list := range []*[]int64{&k.officials, &k.countries, &k.topics} {
		var one string
		one, tags, _ = strings.Cut(tags, ";")
		from := len(keys)
		for one != "" {
			var number string
			number, one, _ = strings.Cut(one, ",")
			key, err := strconv.ParseInt(number, 10, 64)
			if err != nil {
				return fmt.Errorf("read the key of a tag: %w", err)
			}
			keys = append(keys, key)
		}
		*list = keys[from:len(keys):len(keys)]
	}
	return nil
}

// GormDataType keeps GORM from treating the keys as a relation.
func (tagKeys) GormDataType() string { return "text" }
