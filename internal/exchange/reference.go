package exchange

import (
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// reference is a reference to a node in a line. A text gives the code of a country, or
// the externalId of a node, or else its slug; the slug of an article may follow its
// language, as in "ar:خبر". Where a text could mean two nodes, an object says which:
// {"externalId": "oil"} or {"slug": "oil"}, for an article with its "language".
type reference struct {
	text             string
	externalID, slug string
	language         model.Language
}

// String returns the reference for a sentence.
func (r reference) String() string {
	for _, s := range []string{r.text, r.externalID} {
		if s != "" {
			return strconv.Quote(s)
		}
	}
	return strconv.Quote(withLanguage(string(r.language), r.slug))
}

// withLanguage returns a slug after its language, if it has one.
func withLanguage(language, slug string) string {
	if language == "" {
		return slug
	}
	return language + ":" + slug
}

// reference reads a member that refers to a node; null refers to none.
func (m *members) reference(key string) content.Optional[reference] {
	value, there := m.value(key)
	if !there {
		return content.Optional[reference]{}
	}
	if value == nil {
		return content.Null[reference]()
	}
	r, ok := m.asReference(value, m.place(key))
	if !ok {
		return content.Optional[reference]{}
	}
	return content.Some(r)
}

// references reads a member that refers to nodes.
func (m *members) references(key string) content.Optional[[]reference] {
	return tags(m, key, m.asReference)
}

// tags is list for tags of an article. More than it can have are an error before any of them is
// looked up: each would take its time, for which other writers wait.
func tags[T any](m *members, key string, element func(value any, place []string) (T, bool)) content.Optional[[]T] {
	if all, isList := m.object[key].([]any); isList && len(all) > content.MaxTags {
		m.known = append(m.known, key)
		m.add(content.LimitExceeded(len(all), content.MaxTags), m.place(key)...)
		return content.Optional[[]T]{}
	}
	return list(m, key, element)
}

func (m *members) asReference(value any, place []string) (reference, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		s, err := asText(value)
		m.addIf(err, place)
		if err == nil && s == "" {
			m.add(model.Invalid("this names nothing; write an externalId, a slug or a country's code, or null for none"), place...)
		}
		return reference{text: s}, s != ""
	}
	e := &members{wrong: m.wrong, object: object, path: place}
	r := reference{
		externalID: scalar(e, "externalId", asText).Value(), slug: scalar(e, "slug", asText).Value(),
		language: scalar(e, "language", parsed(word[model.Language])).Value(),
	}
	e.nothingElse("a reference")
	if (r.externalID == "") == (r.slug == "") {
		m.add(model.Invalid("a reference has either an externalId or a slug"), place...)
		return r, false
	}
	return r, true
}

// referenced is a reference to a node of one type.
type referenced struct {
	node model.NodeType
	by   reference
}

// naturalKeys returns what the reference can mean, in the order in which to try it.
func (r referenced) naturalKeys() []store.NaturalKey {
	by := func(by store.By, value string, language model.Language) store.NaturalKey {
		return store.NaturalKey{Node: r.node, By: by, Value: value, Language: language}
	}
	switch {
	case r.node == model.NodeCountry:
		return []store.NaturalKey{by(store.ByCode, r.by.text+r.by.slug, "")}
	case r.by.externalID != "":
		return []store.NaturalKey{by(store.ByExternalID, r.by.externalID, "")}
	case r.by.slug != "":
		return []store.NaturalKey{by(store.BySlug, r.by.slug, r.by.language)}
	}
	keys := []store.NaturalKey{by(store.ByExternalID, r.by.text, "")}
	if tag, slug, found := strings.Cut(r.by.text, ":"); found && r.node == model.NodeArticle {
		if language, err := text.CanonicalLanguage(tag); err == nil {
			keys = append(keys, by(store.BySlug, slug, model.Language(language)))
		}
	}
	return append(keys, by(store.BySlug, r.by.text, ""))
}
