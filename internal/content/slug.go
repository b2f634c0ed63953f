package content

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// address is where a row wants its slug: the one given, the one it has, or one
// made from its name.
type address struct {
	node model.NodeType
	// key is the row's own, 0 when it is new.
	key int64
	// language is the article's; other nouns leave it empty.
	language model.Language
	given    optional[*string]
	current  string
	name     string
}

// slug answers the slug of a row, and notes what is wrong with a given one. The
// store must hold no row of the noun's that is not written yet.
func (p *problems) slug(tx *store.Tx, a address) (string, error) {
	switch {
	case given(a.given):
		if !p.wellFormed(*a.given.value) {
			return *a.given.value, nil
		}
		return *a.given.value, p.unheld(tx, a.holderOf(*a.given.value), a.key, "slug")
	case a.current != "" && !a.given.set:
		return a.current, nil
	}
	base := text.Slug(a.name)
	if base == "" { // a name of symbols only
		base = strings.ToLower(string(a.node))
	}
	return freeSlug(base, func(slug string) (bool, error) {
		holder, held, err := tx.Holder(a.holderOf(slug))
		return held && holder.Key != a.key, err
	})
}

func (a address) holderOf(slug string) store.NaturalKey {
	return store.NaturalKey{Node: a.node, By: store.BySlug, Value: slug, Language: a.language}
}

// wellFormed notes a slug that is none, and suggests the one that was meant.
func (p *problems) wellFormed(slug string) bool {
	bare := marks().Replace(slug)
	right := text.Slug(bare)
	switch right {
	case "":
		p.invalid("slug", "a slug needs at least one letter or digit; leave it out to have one made")
	case bare:
		return true
	default:
		p.invalid("slug", "not a slug: lower-case letters and digits of any script, words joined by `-`, at most %d characters; send %q", text.MaxSlug, right)
	}
	return false
}

// marks drops the joiners and direction marks that a given slug may have, and
// keeps; one that is made of a name has none.
func marks() *strings.Replacer {
	return strings.NewReplacer("\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "", "\u061c", "")
}

// unheld notes that another row than `own` has a key.
func (p *problems) unheld(tx *store.Tx, k store.NaturalKey, own int64, path ...string) error {
	holder, held, err := tx.Holder(k)
	if err != nil || !held || holder.Key == own {
		return err
	}
	p.add(duplicate(k, holder), path...)
	return nil
}

func duplicate(k store.NaturalKey, holder store.Holder) *model.Error {
	noun := strings.ToLower(string(k.Node))
	if k.By == store.BySlug {
		return &model.Error{Code: model.ErrorCodeDuplicate, Message: "another " + noun + " already has the slug " + holder.Slug + "; send another slug, or update that " + noun}
	}
	return &model.Error{Code: model.ErrorCodeDuplicate, Message: "the " + noun + " " + holder.Slug + " already has " + k.Value + "; send another key, or update that " + noun}
}

// freeSlug answers the slug, numbered from 2 where it is taken. It doubles its
// steps and then halves them, so that the thousandth "budget" costs 20 look-ups
// and not a thousand; between gaps it may answer a higher number than the first
// that is free.
func freeSlug(slug string, taken func(string) (bool, error)) (string, error) {
	held, err := taken(slug)
	if err != nil || !held {
		return slug, err
	}
	low, high := 1, 2 // low is taken; high may be free
	for {
		held, err := taken(text.WithSuffix(slug, high))
		if err != nil {
			return "", err
		}
		if !held {
			break
		}
		low, high = high, 2*high
	}
	for high-low > 1 {
		middle := (low + high) / 2
		held, err := taken(text.WithSuffix(slug, middle))
		if err != nil {
			return "", err
		}
		if held {
			low = middle
		} else {
			high = middle
		}
	}
	return text.WithSuffix(slug, high), nil
}
