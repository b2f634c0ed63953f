package model

import (
	"context"
	"database/sql/driver"
	"slices"

	"github.com/diwan-cms/diwan/internal/bcp47"
)

// Language is a BCP 47 tag in canonical form: ar, en, fr-CA.
type Language string

// English is served if there is no text in the languages asked for.
const English Language = "en"

// Chain returns the languages in which a text is looked for, in order: each wanted
// language followed by its more general forms, then English. After Arabic comes the range
// ar-*, any Arabic: of several texts in that, the first by language tag is meant.
func Chain(wanted []Language) []Language {
	var chain []Language
	add := func(l Language) {
		if !slices.Contains(chain, l) {
			chain = append(chain, l)
		}
	}
	for _, l := range append(slices.Clone(wanted), English) {
		for tag := string(l); tag != ""; tag = bcp47.Parent(tag) {
			add(Language(tag))
			if tag == bcp47.Arabic {
				add(Language(bcp47.Every(tag)))
			}
		}
	}
	return chain
}

// is reports whether a text in a language is one of the entry of a chain.
func (l Language) is(entry Language) bool {
	return l == entry || bcp47.IsRange(string(entry)) && bcp47.Within(string(l), string(entry))
}

type languagesKey struct{}

// Preference is what requests prefer: their languages, and the chain of them.
type Preference struct{ languages, chain []Language }

// Prefer returns a preference for languages, preferred first.
func Prefer(languages []Language) *Preference { return &Preference{languages, Chain(languages)} }

// In returns a context that carries the preference.
func (p *Preference) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, languagesKey{}, p)
}

// WithLanguages returns a context that carries the languages of a request, preferred
// first.
func WithLanguages(ctx context.Context, languages []Language) context.Context {
	return Prefer(languages).In(ctx)
}

// NearLanguages returns a context in which the languages of the request are found at once.
func NearLanguages(ctx context.Context) context.Context {
	return preferenceOf(ctx).In(ctx)
}

// LanguagesOf returns the languages of the request, preferred first; nil if it named
// none.
func LanguagesOf(ctx context.Context) []Language { return preferenceOf(ctx).languages }

func preferenceOf(ctx context.Context) *Preference {
	if p, named := ctx.Value(languagesKey{}).(*Preference); named {
		return p
	}
	return &Preference{chain: []Language{English}}
}

// LocalizedText is a text in one language.
type LocalizedText struct {
	Value    string   `json:"value"`
	Language Language `json:"language"`
	// IsFallback says that another language was asked for.
	IsFallback bool `json:"-"`
}

// LocalizedTexts are one text in several languages, once in each, ordered by
// language.
type LocalizedTexts []LocalizedText

// In returns the text for readers of these languages, chosen as Chain says. The
// second result is false if there is no text at all.
func (ts LocalizedTexts) In(wanted ...Language) (LocalizedText, bool) {
	return ts.by(Prefer(wanted))
}

func (ts LocalizedTexts) by(p *Preference) (LocalizedText, bool) {
	if len(ts) == 0 {
		return LocalizedText{}, false
	}
	asked := English
	if len(p.languages) > 0 {
		asked = p.languages[0]
	}
	served := ts[0]
	for _, l := range p.chain {
		if i := slices.IndexFunc(ts, func(t LocalizedText) bool { return t.Language.is(l) }); i >= 0 {
			served = ts[i]
			break
		}
	}
	served.IsFallback = served.Language != asked
	return served, true
}

// forRequest is In for the language argument of a field, followed by the languages of
// the request.
func (ts LocalizedTexts) forRequest(ctx context.Context, language *Language) LocalizedText {
	p := preferenceOf(ctx)
	if language != nil {
		wanted := append([]Language{*language}, p.languages...)
		p = Prefer(wanted)
	}
	text, _ := ts.by(p)
	return text
}

// Value returns the texts as JSON, for the database.
func (ts LocalizedTexts) Value() (driver.Value, error) { return jsonValue(ts) }

// Scan reads what Value returned.
func (ts *LocalizedTexts) Scan(src any) error { return readStored(src, ts, storedText) }

func storedText(s stored) (t LocalizedText, rest stored, ok bool) {
	ok = s.take(`{"value":`) && s.text(&t.Value) && s.take(`,"language":`) && s.text((*string)(&t.Language)) && s.take(`}`)
	return t, s, ok
}

// Alias is another name for something.
type Alias struct {
	Text     string    `json:"text"`
	Language Language  `json:"language"`
	Kind     AliasKind `json:"kind"`
}

// Aliases are other names, in the order in which they were entered.
type Aliases []Alias

// Value returns the aliases as JSON, for the database.
func (as Aliases) Value() (driver.Value, error) { return jsonValue(as) }

// Scan reads what Value returned.
func (as *Aliases) Scan(src any) error { return readStored(src, as, storedAlias) }

func storedAlias(s stored) (a Alias, rest stored, ok bool) {
	ok = s.take(`{"text":`) && s.text(&a.Text) && s.take(`,"language":`) && s.text((*string)(&a.Language)) &&
		s.take(`,"kind":`) && s.text((*string)(&a.Kind)) && s.take(`}`) && a.Kind.IsValid()
	return a, s, ok
}

// Lines is a list of texts, stored as JSON.
type Lines []string

// Value returns the list as JSON, for the database.
func (ls Lines) Value() (driver.Value, error) { return jsonValue(ls) }

// Scan reads what Value returned.
func (ls *Lines) Scan(src any) error { return readStored(src, ls, storedLine) }

func storedLine(s stored) (line string, rest stored, ok bool) {
	ok = s.text(&line)
	return line, s, ok
}

// Named holds the names and aliases of a noun that has them.
type Named struct {
	LocalNames LocalizedTexts `gorm:"column:names"`
	OtherNames Aliases        `gorm:"column:aliases"`
}

// Name returns the name in the given language, else in those of the request.
func (n *Named) Name(ctx context.Context, language *Language) string {
	return n.LocalNames.forRequest(ctx, language).Value
}

// LocalizedName returns the name together with its language.
func (n *Named) LocalizedName(ctx context.Context, language *Language) *LocalizedText {
	text := n.LocalNames.forRequest(ctx, language)
	return &text
}

// Names returns the names in all languages.
func (n *Named) Names() []LocalizedText { return n.LocalNames }

// Aliases returns the other names.
func (n *Named) Aliases() []Alias { return n.OtherNames }

// optional returns the text in the given language, else in those of the request; nil
// if there is no text in any language.
func (ts LocalizedTexts) optional(ctx context.Context, language *Language) *string {
	if len(ts) == 0 {
		return nil
	}
	text := ts.forRequest(ctx, language)
	return &text.Value
}
