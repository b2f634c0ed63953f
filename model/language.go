package model

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Language is a BCP 47 tag in canonical form: ar, en, fr-CA.
type Language string

// English is the language that serves where none that was asked for exists.
const English Language = "en"

// parent is the next more general tag, empty at the end (RFC 4647, lookup).
func (l Language) parent() Language {
	cut := strings.LastIndexByte(string(l), '-')
	return l[:max(cut, 0)]
}

// Chain is the order in which texts are tried for a reader of these languages:
// each with its more general forms, then English.
func Chain(wanted []Language) []Language {
	var chain []Language
	for _, l := range append(slices.Clone(wanted), English) {
		for ; l != ""; l = l.parent() {
			if !slices.Contains(chain, l) {
				chain = append(chain, l)
			}
		}
	}
	return chain
}

type languagesKey struct{}

// WithLanguages makes the languages of a request, best first, known to what
// answers it.
func WithLanguages(ctx context.Context, languages []Language) context.Context {
	return context.WithValue(ctx, languagesKey{}, languages)
}

// LanguagesOf answers the languages of the request, best first. Nil when it
// named none.
func LanguagesOf(ctx context.Context) []Language {
	languages, _ := ctx.Value(languagesKey{}).([]Language)
	return languages
}

// LocalizedText is a text in one language.
type LocalizedText struct {
	Value    string   `json:"value"`
	Language Language `json:"language"`
	// IsFallback says that another language was asked for.
	IsFallback bool `json:"-"`
}

// LocalizedTexts are one text in several languages, each once, ordered by
// language.
type LocalizedTexts []LocalizedText

// In answers the text for the readers of these languages: see Chain. The second
// result is false when there is no text at all.
func (ts LocalizedTexts) In(wanted ...Language) (LocalizedText, bool) {
	if len(ts) == 0 {
		return LocalizedText{}, false
	}
	asked := English
	if len(wanted) > 0 {
		asked = wanted[0]
	}
	served := ts[0]
	for _, l := range Chain(wanted) {
		if i := slices.IndexFunc(ts, func(t LocalizedText) bool { return t.Language == l }); i >= 0 {
			served = ts[i]
			break
		}
	}
	served.IsFallback = served.Language != asked
	return served, true
}

// forRequest is In for the argument of a field, else for the request.
func (ts LocalizedTexts) forRequest(ctx context.Context, language *Language) LocalizedText {
	wanted := LanguagesOf(ctx)
	if language != nil {
		wanted = append([]Language{*language}, wanted...)
	}
	text, _ := ts.In(wanted...)
	return text
}

// Value is the texts as JSON, for the database.
func (ts LocalizedTexts) Value() (driver.Value, error) { return jsonValue(ts) }

// Scan reads what Value wrote.
func (ts *LocalizedTexts) Scan(src any) error { return jsonScan(src, ts) }

// Alias is another name by which something is known.
type Alias struct {
	Text     string    `json:"text"`
	Language Language  `json:"language"`
	Kind     AliasKind `json:"kind"`
}

// Aliases are other names, in the order in which they were written.
type Aliases []Alias

// Value is the aliases as JSON, for the database.
func (as Aliases) Value() (driver.Value, error) { return jsonValue(as) }

// Scan reads what Value wrote.
func (as *Aliases) Scan(src any) error { return jsonScan(src, as) }

// Lines is a list of texts.
type Lines []string

// Value is the list as JSON, for the database.
func (ls Lines) Value() (driver.Value, error) { return jsonValue(ls) }

// Scan reads what Value wrote.
func (ls *Lines) Scan(src any) error { return jsonScan(src, ls) }

// jsonValue writes a list, the empty one as [], without HTML's escapes.
func jsonValue[T any](list []T) (driver.Value, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(list); err != nil {
		return nil, err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func jsonScan(src, dst any) error {
	switch s := src.(type) {
	case string:
		return json.Unmarshal([]byte(s), dst)
	case []byte:
		return json.Unmarshal(s, dst)
	}
	return fmt.Errorf("read a JSON column: %T is neither text nor bytes", src)
}

// Named are the name and the other names of a noun that has them.
type Named struct {
	LocalNames LocalizedTexts `gorm:"column:names"`
	OtherNames Aliases        `gorm:"column:aliases"`
}

// Name is the name for the argument's language, else for the request's.
func (n *Named) Name(ctx context.Context, language *Language) string {
	return n.LocalNames.forRequest(ctx, language).Value
}

// LocalizedName is Name, with the language that was served.
func (n *Named) LocalizedName(ctx context.Context, language *Language) *LocalizedText {
	text := n.LocalNames.forRequest(ctx, language)
	return &text
}

// Names is the name in every language that there is.
func (n *Named) Names() []LocalizedText { return n.LocalNames }

// Aliases are the other names.
func (n *Named) Aliases() []Alias { return n.OtherNames }

// optional is the text for the argument's language, else for the request's, nil
// when there is none in any.
func (ts LocalizedTexts) optional(ctx context.Context, language *Language) *string {
	if len(ts) == 0 {
		return nil
	}
	text := ts.forRequest(ctx, language)
	return &text.Value
}
