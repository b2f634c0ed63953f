package content

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// slugRequest is what decides the slug of a row: a given slug, the current one, or a
// name from which to make one.
type slugRequest struct {
	node model.NodeType
	// key is the row's own, 0 for a new one.
	key int64
	// language is that of an article; other nouns leave it empty.
	language model.Language
	given    Optional[string]
	current  string
	name     string
}

// slug returns the slug to store, and records what is wrong with a given one. It knows
// the slugs of written rows only: of two new rows of a noun, the first has to be written
// before the second gets its slug.
func (c *check) slug(r slugRequest) (string, error) {
	switch {
	case r.given.HasValue():
		slug := text.Key(r.given.Value())
		if r.current != "" && slug == r.current { // earlier versions accepted invisible marks
			return slug, c.notTaken(r.naturalKey(slug), r.key, "slug")
		}
		if !c.wellFormed(slug) {
			return slug, nil
		}
		return slug, c.notTaken(r.naturalKey(slug), r.key, "slug")
	case r.current != "" && !r.given.IsSet():
		return r.current, nil
	}
	base := text.Slug(r.name)
	if base == "" { // a name of symbols only
		base = strings.ToLower(string(r.node))
	}
	return freeSlug(base, func(slug string) (bool, error) {
		holder, held, err := c.tx.Holder(r.naturalKey(slug))
		return held && holder.Key != r.key, err
	})
}

func (r slugRequest) naturalKey(slug string) store.NaturalKey {
	return store.NaturalKey{Node: r.node, By: store.BySlug, Value: slug, Language: r.language}
}

// wellFormed reports whether a text can be a slug. If not, it records an error that
// suggests one.
func (c *check) wellFormed(slug string) bool {
	right := text.Slug(slug)
	switch right {
	case "":
		c.invalid("slug", "a slug needs at least one letter or digit; leave it out to have one made")
	case slug:
		return true
	default:
		c.invalid("slug", "not a slug: lower-case letters and digits of any script, words joined by `-`, no invisible characters, at most %d characters; send %q", text.MaxSlug, right)
	}
	return false
}

// notTaken records an error if a row other than own has the key.
func (c *check) notTaken(k store.NaturalKey, own int64, path ...string) error {
	holder, held, err := c.tx.Holder(k)
	if err != nil || !held || holder.Key == own {
		return err
	}
	c.add(duplicate(k, holder), path...)
	return nil
}

func duplicate(k store.NaturalKey, holder store.Holder) *model.Error {
	noun := strings.ToLower(string(k.Node))
	if k.By == store.BySlug {
		return &model.Error{Code: model.ErrorCodeDuplicate, Message: "another " + noun + " already has the slug " + holder.Slug + "; send another slug, or update that " + noun}
	}
	return &model.Error{Code: model.ErrorCodeDuplicate, Message: "the " + noun + " " + holder.Slug + " already has " + k.Value + "; send another key, or update that " + noun}
}

// freeSlug returns the slug, numbered from 2 where it is taken. It doubles its
// steps and then halves them, so that the thousandth "budget" costs 20 look-ups
// and not a thousand. If the numbers have gaps, it may return a higher one than the
// first that is free.
func freeSlug(slug string, taken func(string) (bool, error)) (string, error) {
	held, err := taken(slug)
	if err != nil || !held {
		return slug, err
	}
	low, high := 1, 2 // low is taken; high may be free
	for {
		held, err := taken(text.NumberedSlug(slug, high))
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
		held, err := taken(text.NumberedSlug(slug, middle))
		if err != nil {
			return "", err
		}
		if held {
			low = middle
		} else {
			high = middle
		}
	}
	return text.NumberedSlug(slug, high), nil
}
