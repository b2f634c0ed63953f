package content

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// members reads the members of an object of a line, and notes those that are not
// as they should be.
type members struct {
	*problems
	object map[string]any
	// path is where the object stands in the line.
	path []string
	// known are the keys that were read so far, those that an object may have.
	known []string
	// texts are the texts by language that were read.
	texts map[string]model.LocalizedTexts
}

func (m *members) place(key string) []string { return append(m.path[:len(m.path):len(m.path)], key) }

// value answers what stands under a key.
func (m *members) value(key string) (value any, there bool) {
	m.known = append(m.known, key)
	value, there = m.object[key]
	return value, there
}

// nothingElse notes the keys that were not read: what they say would be lost.
func (m *members) nothingElse(what string) {
	for _, key := range slices.Sorted(maps.Keys(m.object)) {
		if !slices.Contains(m.known, key) {
			m.add(model.Invalid("%s has no such key; remove it, or take one of %s", what, strings.Join(m.known, ", ")), m.place(key)...)
		}
	}
}

// scalar reads a member that read understands; null clears.
func scalar[T any](m *members, key string, read func(any) (T, error)) optional[*T] {
	value, there := m.value(key)
	if !there {
		return optional[*T]{}
	}
	if value == nil {
		return optional[*T]{set: true}
	}
	result, err := read(value)
	if err != nil {
		m.noteIf(err, m.place(key))
		return optional[*T]{}
	}
	return some(&result)
}

// list reads a member that is a list; null clears. Elements that element does
// not understand are left out.
func list[T any](m *members, key string, element func(value any, place []string) (T, bool)) optional[[]T] {
	value, there := m.value(key)
	if !there || value == nil {
		return optional[[]T]{set: there}
	}
	elements, ok := value.([]any)
	if !ok {
		m.add(unwanted("a list", value), m.place(key)...)
		return optional[[]T]{}
	}
	all := make([]T, 0, len(elements))
	for i, e := range elements {
		if one, ok := element(e, append(m.place(key), strconv.Itoa(i))); ok {
			all = append(all, one)
		}
	}
	return some(all)
}

// inside reads an object that stands in the line.
func (m *members) inside(value any, place []string) (*members, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		m.add(unwanted("an object", value), place...)
	}
	return &members{problems: m.problems, object: object, path: place}, ok
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

// parsed reads a text that means something.
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

// word takes a text as it is: the rules of its noun judge it.
func word[T ~string](s string) (T, error) { return T(s), nil }

// lines reads a list of texts.
func (m *members) lines(key string) optional[[]string] {
	return list(m, key, func(value any, place []string) (string, bool) {
		s, err := asText(value)
		m.noteIf(err, place)
		return s, err == nil
	})
}

// noteIf notes an error of a reader, if there is one.
func (m *members) noteIf(err error, place []string) {
	if err != nil {
		_ = m.note(err, place...) // readers answer errors for the caller only, which note takes
	}
}

// localTexts reads texts by language: {"ar": "نفط", "en": "oil"}.
func (m *members) localTexts(key string) optional[model.LocalizedTexts] {
	value, there := m.value(key)
	if !there || value == nil {
		return optional[model.LocalizedTexts]{set: there}
	}
	object, ok := value.(map[string]any)
	if !ok {
		m.add(unwanted(`an object of texts by language, such as {"en":"Oil"}`, value), m.place(key)...)
		return optional[model.LocalizedTexts]{}
	}
	texts := model.LocalizedTexts{}
	for _, language := range slices.Sorted(maps.Keys(object)) {
		s, err := asText(object[language])
		m.noteIf(err, append(m.place(key), language))
		texts = append(texts, model.LocalizedText{Value: s, Language: model.Language(language)})
	}
	m.texts[key] = texts
	return some(texts)
}

// aliases reads other names: [{"text": "بترول", "language": "ar"}].
func (m *members) aliases() optional[model.Aliases] {
	all := list(m, "aliases", func(value any, place []string) (model.Alias, bool) {
		e, ok := m.inside(value, place)
		if !ok {
			return model.Alias{}, false
		}
		alias := model.Alias{Text: e.must("text"), Language: model.Language(e.must("language")), Kind: model.AliasKindSpelling}
		if kind := scalar(e, "kind", parsed(word[model.AliasKind])); given(kind) {
			alias.Kind = *kind.value
		}
		e.nothingElse("an alias")
		return alias, true
	})
	return optional[model.Aliases]{all.value, all.set}
}

// must reads a text that may not be left out.
func (m *members) must(key string) string {
	before := len(m.found)
	s := scalar(m, key, asText)
	if given(s) {
		return *s.value
	}
	if len(m.found) == before {
		m.add(model.Invalid("this is missing; write a text"), m.place(key)...)
	}
	return ""
}
