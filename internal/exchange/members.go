package exchange

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// members reads the members of an object in a line, and records their errors.
type members struct {
	wrong  *model.Errors
	object map[string]any
	// path is the place of the object in the line.
	path []string
	// known are the keys read so far. In the end, they are those that the object may have.
	known []string
	// texts are the texts by language that were read, by key.
	texts map[string]model.LocalizedTexts
}

// add records an error at a place in the line.
func (m *members) add(err *model.Error, place ...string) {
	*m.wrong = append(*m.wrong, err.At(place...))
}

// addIf records the error, if any, of a function that reads a value. Such functions
// return errors for the caller only.
func (m *members) addIf(err error, place []string) {
	wrong, _ := content.InputErrors(err)
	for _, e := range wrong {
		m.add(e, place...)
	}
}

func (m *members) place(key string) []string { return append(m.path[:len(m.path):len(m.path)], key) }

// value returns the value of a key.
func (m *members) value(key string) (value any, there bool) {
	m.known = append(m.known, key)
	value, there = m.object[key]
	return value, there
}

// nothingElse records an error for each key that was not read: its value would be lost.
func (m *members) nothingElse(what string) {
	for _, key := range slices.Sorted(maps.Keys(m.object)) {
		if !slices.Contains(m.known, key) {
			m.add(model.Invalid("%s has no such key; remove it, or take one of %s", what, strings.Join(m.known, ", ")), m.place(key)...)
		}
	}
}

// notCleared records an error if a member that must have a value is null.
func notCleared[T any](m *members, o content.Optional[T], key string) {
	if o.IsNull() {
		m.add(model.Invalid("this cannot be cleared; leave it out to keep what is there"), m.place(key)...)
	}
}

// scalar reads a member; read reads its value.
func scalar[T any](m *members, key string, read func(any) (T, error)) content.Optional[T] {
	value, there := m.value(key)
	if !there {
		return content.Optional[T]{}
	}
	if value == nil {
		return content.Null[T]()
	}
	result, err := read(value)
	if err != nil {
		m.addIf(err, m.place(key))
		return content.Optional[T]{}
	}
	return content.Some(result)
}

// list reads a member that is a list; element reads an element. Elements that it does
// not understand are left out.
func list[T any](m *members, key string, element func(value any, place []string) (T, bool)) content.Optional[[]T] {
	value, there := m.value(key)
	if !there {
		return content.Optional[[]T]{}
	}
	if value == nil {
		return content.Null[[]T]()
	}
	elements, ok := value.([]any)
	if !ok {
		m.add(unwanted("a list", value), m.place(key)...)
		return content.Optional[[]T]{}
	}
	understood := make([]T, 0, len(elements))
	for i, e := range elements {
		if read, ok := element(e, append(m.place(key), strconv.Itoa(i))); ok {
			understood = append(understood, read)
		}
	}
	return content.Some(understood)
}

// inside returns the members of an object inside the line.
func (m *members) inside(value any, place []string) (*members, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		m.add(unwanted("an object", value), place...)
	}
	return &members{wrong: m.wrong, object: object, path: place}, ok
}

func unwanted(wanted string, value any) *model.Error {
	return model.Invalid("this is %s; write %s", kindOf(value), wanted)
}

func asText(value any) (string, error) {
	s, ok := value.(string)
	if !ok {
		return "", unwanted("a text in quotes", value)
	}
	return s, nil
}

func asBool(value any) (bool, error) {
	b, ok := value.(bool)
	if !ok {
		return false, unwanted("true or false", value)
	}
	return b, nil
}

// parsed reads a text, and parses it.
func parsed[T any](parse func(string) (T, error)) func(any) (T, error) {
	return func(value any) (T, error) {
		s, err := asText(value)
		if err != nil {
			var none T
			return none, err
		}
		return parse(s)
	}
}

// word takes any text: the rules check it.
func word[T ~string](s string) (T, error) { return T(s), nil }

// must reads a text that is required.
func (m *members) must(key string) string {
	before := len(*m.wrong)
	s := scalar(m, key, asText)
	if !s.HasValue() && len(*m.wrong) == before {
		m.add(model.Invalid("this is missing; write a text"), m.place(key)...)
	}
	return s.Value()
}

// textList reads a list of texts.
func (m *members) textList(key string) content.Optional[[]string] {
	return list(m, key, func(value any, place []string) (string, bool) {
		s, err := asText(value)
		m.addIf(err, place)
		return s, err == nil
	})
}

// localTexts reads texts by language: {"ar": "نفط", "en": "oil"}.
func (m *members) localTexts(key string) content.Optional[model.LocalizedTexts] {
	value, there := m.value(key)
	if !there {
		return content.Optional[model.LocalizedTexts]{}
	}
	if value == nil {
		return content.Null[model.LocalizedTexts]()
	}
	object, ok := value.(map[string]any)
	if !ok {
		m.add(unwanted(`an object of texts by language, such as {"en":"Oil"}`, value), m.place(key)...)
		return content.Optional[model.LocalizedTexts]{}
	}
	texts := model.LocalizedTexts{}
	for _, language := range slices.Sorted(maps.Keys(object)) {
		s, err := asText(object[language])
		m.addIf(err, append(m.place(key), language))
		texts = append(texts, model.LocalizedText{Value: s, Language: model.Language(language)})
	}
	m.texts[key] = texts
	return content.Some(texts)
}

// aliases reads other names: [{"text": "بترول", "language": "ar"}].
func (m *members) aliases() content.Optional[model.Aliases] {
	aliases := list(m, "aliases", func(value any, place []string) (model.Alias, bool) {
		e, ok := m.inside(value, place)
		if !ok {
			return model.Alias{}, false
		}
		alias := model.Alias{Text: e.must("text"), Language: model.Language(e.must("language")), Kind: model.AliasKindSpelling}
		if kind := scalar(e, "kind", parsed(word[model.AliasKind])); kind.HasValue() {
			alias.Kind = kind.Value()
		}
		e.nothingElse("an alias")
		return alias, true
	})
	return content.Convert(aliases, func(list []model.Alias) model.Aliases { return list })
}

// named reads the members that all nouns with names have.
func (m *members) named() content.NamedFields {
	return content.NamedFields{
		ExternalID: scalar(m, "externalId", asText), Slug: scalar(m, "slug", asText),
		Names: m.localTexts("names"), Descriptions: m.localTexts("descriptions"), Aliases: m.aliases(), Times: m.times(),
	}
}

// times reads when a node was created and last changed.
func (m *members) times() content.Times {
	at := parsed(model.ParseDateTime)
	return content.Times{CreatedAt: scalar(m, "createdAt", at), UpdatedAt: scalar(m, "updatedAt", at)}.Known()
}
