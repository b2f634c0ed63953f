package model

import (
	"cmp"
	"unicode/utf16"
)

// Tags are what a version of an article is tagged with, most prominent first, and
// what editors decided about its mentions, in the order of the text.
type Tags struct {
	Officials []TaggedOfficial
	Countries []int64
	Topics    []int64
	Decisions []Decision
}

// NoTags are tags whose lists are empty and not nil.
func NoTags() Tags {
	return Tags{Officials: []TaggedOfficial{}, Countries: []int64{}, Topics: []int64{}, Decisions: []Decision{}}
}

// TaggedOfficial is the key of an official, and their role in an article.
type TaggedOfficial struct {
	Key  int64 `gorm:"column:official_id"`
	Role AppearanceRole
}

// OfficialKeys are the keys of the officials, in their order.
func (t Tags) OfficialKeys() []int64 {
	keys := make([]int64, len(t.Officials))
	for i, official := range t.Officials {
		keys[i] = official.Key
	}
	return keys
}

// Decision is what an editor decided about a part of an article's text.
type Decision struct {
	// Start is in UTF-16 code units, -1 where the text no longer has the part.
	Start   int
	Surface string
	Entity  ID
	Method  MentionMethod
	// Confidence is in hundredths.
	Confidence int
	Status     MentionStatus
}

// End is the first UTF-16 code unit after the part.
func (d Decision) End() int {
	end := d.Start
	for _, r := range d.Surface {
		end += utf16.RuneLen(r)
	}
	return end
}

// SamePlace reports whether both are about one part of the text and one entity.
func (d Decision) SamePlace(o Decision) bool {
	return d.Start == o.Start && d.Surface == o.Surface && d.Entity == o.Entity
}

// Compare orders decisions as they are stored: by their place in the text.
func (d Decision) Compare(o Decision) int {
	return cmp.Or(cmp.Compare(d.Start, o.Start), cmp.Compare(d.Surface, o.Surface), cmp.Compare(d.Entity.Type, o.Entity.Type), cmp.Compare(d.Entity.Key, o.Entity.Key))
}
