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

// Limits of what is written about a noun. Lengths are in characters.
const (
	maxNames       = 100
	maxName        = 300
	maxAliases     = 200
	maxDescription = 2000
	maxKey         = 200
)

// namedFields are what nouns with names have in common.
type namedFields struct {
	names        optional[model.LocalizedTexts]
	slug         optional[*string]
	externalID   optional[*string]
	aliases      optional[model.Aliases]
	descriptions optional[model.LocalizedTexts]
}

// localized reads a list of texts of a generated input.
func localized(list optional[[]*model.LocalizedTextInput]) optional[model.LocalizedTexts] {
	texts := make(model.LocalizedTexts, len(list.value))
	for i, t := range list.value {
		texts[i] = model.LocalizedText{Value: t.Value, Language: t.Language}
	}
	return optional[model.LocalizedTexts]{texts, list.set}
}

// otherNames reads a list of aliases of a generated input.
func otherNames(list optional[[]*model.AliasInput]) optional[model.Aliases] {
	aliases := make(model.Aliases, len(list.value))
	for i, a := range list.value {
		aliases[i] = model.Alias{Text: a.Text, Language: a.Language, Kind: model.AliasKindSpelling}
		if kind := opt(a.Kind); given(kind) {
			aliases[i].Kind = *kind.value
		}
	}
	return optional[model.Aliases]{aliases, list.set}
}

// names answers the names to store: the given ones, ordered by language, or the
// current ones. New rows have none, so that leaving them out is refused too.
func (p *problems) names(field string, o optional[model.LocalizedTexts], current model.LocalizedTexts) model.LocalizedTexts {
	if o.set || current == nil {
		if len(o.value) == 0 {
			p.invalid(field, "send at least one, in any language")
		}
		return p.inLanguages(field, o.value, func(s string) error { return text.CheckLine(s, maxName) })
	}
	return current
}

// descriptions answers the descriptions to store.
func (p *problems) descriptions(o optional[model.LocalizedTexts], current model.LocalizedTexts) model.LocalizedTexts {
	if o.set || current == nil {
		return p.inLanguages("descriptions", o.value, checkDescription)
	}
	return current
}

func checkDescription(s string) error {
	if strings.TrimSpace(text.Fold(s)) == "" { // folding drops what is invisible
		return errors.New("the text is blank; write at least one visible character")
	}
	return text.CheckText(s, maxDescription)
}

// inLanguages checks texts that stand each in a language of its own.
func (p *problems) inLanguages(field string, texts model.LocalizedTexts, check func(string) error) model.LocalizedTexts {
	if p.tooMany(len(texts), maxNames, field) {
		return texts
	}
	checked, seen := make(model.LocalizedTexts, len(texts)), map[model.Language]int{}
	for i, t := range texts {
		place := strconv.Itoa(i)
		t.Language = p.language(t.Language, field, place, "language")
		p.sentence(check(t.Value), field, place, "value")
		if first, twice := seen[t.Language]; twice {
			p.add(model.Invalid("%s stands here already, at %d; send each language once", t.Language, first), field, place, "language")
		}
		seen[t.Language], checked[i] = i, t
	}
	slices.SortStableFunc(checked, func(a, b model.LocalizedText) int { return cmp.Compare(a.Language, b.Language) })
	return checked
}

// language answers the canonical form of a tag.
func (p *problems) language(tag model.Language, path ...string) model.Language {
	canonical, err := text.Canonical(string(tag))
	if err != nil {
		p.sentence(err, path...)
		return tag
	}
	return model.Language(canonical)
}

// aliases answers the aliases to store, in the order in which they were written.
func (p *problems) aliases(o optional[model.Aliases], current model.Aliases) model.Aliases {
	if !o.set && current != nil {
		return current
	}
	if p.tooMany(len(o.value), maxAliases, "aliases") {
		return o.value
	}
	type name struct {
		text     string
		language model.Language
	}
	checked, seen := make(model.Aliases, len(o.value)), map[name]int{}
	for i, a := range o.value {
		place := strconv.Itoa(i)
		a.Language = p.language(a.Language, "aliases", place, "language")
		p.sentence(text.CheckLine(a.Text, maxName), "aliases", place, "text")
		if !a.Kind.IsValid() {
			p.add(model.Invalid("%.40q is no kind of alias; send one such as %s", a.Kind, model.AliasKindSpelling), "aliases", place, "kind")
		}
		if first, twice := seen[name{a.Text, a.Language}]; twice {
			p.add(model.Invalid("the same alias in %s stands here already, at %d", a.Language, first), "aliases", place, "text")
		}
		seen[name{a.Text, a.Language}], checked[i] = i, a
	}
	return checked
}

// slugName is the name of which a slug is made: the English, else the Arabic,
// else the first.
func slugName(o optional[model.LocalizedTexts], current model.LocalizedTexts) string {
	names := current
	if len(o.value) > 0 {
		names = o.value
	}
	name, _ := names.In(model.English, "ar") // none: refused elsewhere
	return name.Value
}

// key answers a natural key to store: one line, and no other row's.
func (p *problems) key(tx *store.Tx, k store.NaturalKey, own int64, field string, o optional[*string], current *string) (*string, error) {
	if !o.set {
		return current, nil
	}
	if o.value == nil {
		return o.value, nil
	}
	if err := text.CheckLine(*o.value, maxKey); err != nil {
		p.sentence(err, field)
		return o.value, nil
	}
	k.Value = *o.value
	return o.value, p.unheld(tx, k, own, field)
}
