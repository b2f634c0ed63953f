package content

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Limits of a noun's fields. Lengths are in characters.
const (
	maxNames       = 100
	maxName        = 300
	maxAliases     = 200
	maxDescription = 2000
	maxKey         = 200
)

// NamedFields are the fields that nouns with names have in common.
type NamedFields struct {
	Names        Optional[model.LocalizedTexts]
	Slug         Optional[string]
	ExternalID   Optional[string]
	Aliases      Optional[model.Aliases]
	Descriptions Optional[model.LocalizedTexts]
	Times
}

// names returns the names to store: the given ones, ordered by language, or else the
// current ones. A new row has none, so that leaving them out is an error.
func (c *check) names(field string, o Optional[model.LocalizedTexts], current model.LocalizedTexts) model.LocalizedTexts {
	if o.IsSet() || current == nil {
		if len(o.Value()) == 0 {
			c.invalid(field, "send at least one, in any language")
		}
		return c.inLanguages(field, o.Value(), func(s string) error { return text.CheckLine(s, maxName) })
	}
	return current
}

// descriptions returns the descriptions to store.
func (c *check) descriptions(o Optional[model.LocalizedTexts], current model.LocalizedTexts) model.LocalizedTexts {
	if o.IsSet() || current == nil {
		return c.inLanguages("descriptions", o.Value(), checkDescription)
	}
	return current
}

func checkDescription(s string) error {
	if strings.TrimSpace(text.Fold(s)) == "" { // folding drops invisible characters
		return errors.New("the text is blank; write at least one visible character")
	}
	return text.CheckText(s, maxDescription)
}

// inLanguages checks texts, of which there may be one in each language.
func (c *check) inLanguages(field string, texts model.LocalizedTexts, checkText func(string) error) model.LocalizedTexts {
	if c.tooMany(len(texts), maxNames, field) {
		return texts
	}
	checked, seen := make(model.LocalizedTexts, len(texts)), map[model.Language]int{}
	for i, t := range texts {
		place := strconv.Itoa(i)
		t.Language = c.language(t.Language, field, place, "language")
		c.refuse(checkText(t.Value), field, place, "value")
		if first, twice := seen[t.Language]; twice {
			c.add(model.Invalid("%s is already at index %d; send each language once", t.Language, first), field, place, "language")
		}
		seen[t.Language], checked[i] = i, t
	}
	slices.SortStableFunc(checked, func(a, b model.LocalizedText) int { return cmp.Compare(a.Language, b.Language) })
	return checked
}

// language returns the canonical form of a tag.
func (c *check) language(tag model.Language, path ...string) model.Language {
	canonical, err := text.CanonicalLanguage(string(tag))
	if err != nil {
		c.refuse(err, path...)
		return tag
	}
	return model.Language(canonical)
}

// aliases returns the aliases to store, in the order in which they were given.
func (c *check) aliases(o Optional[model.Aliases], current model.Aliases) model.Aliases {
	if !o.IsSet() && current != nil {
		return current
	}
	if c.tooMany(len(o.Value()), maxAliases, "aliases") {
		return o.Value()
	}
	type name struct {
		text     string
		language model.Language
	}
	checked, seen := make(model.Aliases, len(o.Value())), map[name]int{}
	for i, a := range o.Value() {
		place := strconv.Itoa(i)
		a.Language = c.language(a.Language, "aliases", place, "language")
		c.refuse(text.CheckLine(a.Text, maxName), "aliases", place, "text")
		if !a.Kind.IsValid() {
			c.add(model.Invalid("%.40q is not a kind of alias; send one such as %s", a.Kind, model.AliasKindSpelling), "aliases", place, "kind")
		}
		if first, twice := seen[name{a.Text, a.Language}]; twice {
			c.add(model.Invalid("the same alias in %s is already at index %d; send each once", a.Language, first), "aliases", place, "text")
		}
		seen[name{a.Text, a.Language}], checked[i] = i, a
	}
	return checked
}

// NameForSlug returns the name from which a slug is made: the English one, else the
// Arabic one, else the first. It is empty if there are no names.
func NameForSlug(names model.LocalizedTexts) string {
	name, _ := names.In(model.English, "ar")
	return name.Value
}

// nameForSlug is NameForSlug for the given names, or else the current ones.
func nameForSlug(o Optional[model.LocalizedTexts], current model.LocalizedTexts) string {
	if len(o.Value()) > 0 {
		return NameForSlug(o.Value())
	}
	return NameForSlug(current)
}

// uniqueKey is a key, other than the slug, that no two rows of a noun share.
type uniqueKey struct {
	field string
	node  model.NodeType
	by    store.By
	// own is the key of the row that the key is given to, 0 for a new one.
	own int64
}

// key returns the key to store. It records an error if the key is not a line of text
// that begins and ends visibly, or is taken. The key that is stored passes: earlier
// versions refused less.
func (c *check) key(k uniqueKey, o Optional[string], current *string) (*string, error) {
	if !o.IsSet() {
		return current, nil
	}
	if o.IsNull() {
		return nil, nil
	}
	key := text.Key(o.Value())
	if current != nil && key == *current {
		return current, nil
	}
	if err := text.CheckKey(key, maxKey); err != nil {
		c.refuse(err, k.field)
		return &key, nil
	}
	return &key, c.notTaken(store.NaturalKey{Node: k.node, By: k.by, Value: key}, k.own, k.field)
}
