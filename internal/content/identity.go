package content

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Identity is what identifies the node that a line of an import, or an input of a bulk
// mutation, is about.
type Identity struct {
	Node             model.NodeType
	ExternalID, Slug Optional[string]
	// Language is that of an article; other nouns leave it empty.
	Language model.Language
	// Name is the name from which a slug would be made.
	Name string
}

// Identity returns the identity of a node with these fields.
func (f NamedFields) Identity(node model.NodeType) Identity {
	return Identity{Node: node, ExternalID: f.ExternalID, Slug: f.Slug, Name: NameForSlug(f.Names.Value())}
}

// Find returns the node with an identity: the one with its externalId, else the one with its
// slug, else the one with the slug made from its name. It returns nil if there is none, so
// that one is created. foundByName are the keys of nodes that an earlier one of the same
// import had nothing but a name to identify.
func Find[T any](tx *store.Tx, id Identity, foundByName map[store.NaturalKey]bool, read func(int64) (*T, error), externalID func(*T) *string) (*T, error) {
	if id.ExternalID.HasValue() {
		holder, held, err := tx.Holder(id.natural(store.ByExternalID, id.ExternalID.Value()))
		if err != nil {
			return nil, err
		}
		if held {
			return read(holder.Key)
		}
	}
	slug, err := id.impliedSlug()
	if err != nil || slug == "" || id.Node == model.NodeArticle && id.Language == "" {
		return nil, err
	}
	bySlug := id.natural(store.BySlug, slug)
	if foundByName[bySlug] && !id.Slug.HasValue() {
		return nil, model.Invalid("another line is about %s of this name, and neither has an externalId or a slug; give them, so that they can be told apart", id.noun()).At("slug")
	}
	holder, held, err := tx.Holder(bySlug)
	if err != nil || !held {
		return nil, err
	}
	current, err := read(holder.Key)
	if err != nil {
		return nil, err
	}
	other := externalID(current)
	switch {
	case other == nil, id.Slug.HasValue() && !id.ExternalID.HasValue():
		return current, nil
	case id.ExternalID.HasValue(): // the slug is another node's, which the rules refuse
		return nil, nil
	}
	return nil, &model.Error{Code: model.ErrorCodeDuplicate, Path: []string{"slug"}, Message: "the slug made of the name, " + slug + ", is that of " +
		id.noun() + " with the externalId " + *other + "; write that externalId to update it, or a slug of its own"}
}

// ByName returns the key by which a node is found that has nothing but a name to identify it;
// false if it has more, or not even that.
func (id Identity) ByName() (store.NaturalKey, bool) {
	slug, err := id.impliedSlug()
	if err != nil || slug == "" || id.Slug.HasValue() || id.Node == model.NodeArticle && id.Language == "" {
		return store.NaturalKey{}, false
	}
	return id.natural(store.BySlug, slug), true
}

// key returns the key that identifies the node, and the field that has it; false if
// nothing does.
func (id Identity) key() (field string, key store.NaturalKey, known bool) {
	if id.ExternalID.HasValue() {
		return "externalId", id.natural(store.ByExternalID, id.ExternalID.Value()), true
	}
	slug, err := id.impliedSlug()
	return "slug", id.natural(store.BySlug, slug), err == nil && slug != ""
}

// keys returns the keys that the node has, or will have once it is written.
func (id Identity) keys() []store.NaturalKey {
	var keys []store.NaturalKey
	if id.ExternalID.HasValue() {
		keys = append(keys, id.natural(store.ByExternalID, id.ExternalID.Value()))
	}
	if slug, err := id.impliedSlug(); err == nil && slug != "" {
		keys = append(keys, id.natural(store.BySlug, slug))
	}
	return keys
}

// made returns the key that is made from the name, if that is free. Its value is empty where
// there is no name.
func (id Identity) made() store.NaturalKey { return id.natural(store.BySlug, text.Slug(id.Name)) }

func (id Identity) natural(by store.By, value string) store.NaturalKey {
	k := store.NaturalKey{Node: id.Node, By: by, Value: value}
	if by == store.BySlug {
		k.Language = id.Language
	}
	return k
}

// noun returns the noun for a sentence: "an article".
func (id Identity) noun() string { return WithArticle(strings.ToLower(string(id.Node))) }

// WithArticle returns a noun with its article, "a" or "an".
func WithArticle(noun string) string {
	if strings.HasPrefix(noun, "a") || strings.HasPrefix(noun, "o") {
		return "an " + noun
	}
	return "a " + noun
}

// impliedSlug returns the slug by which to find the node. It is empty for one that has an
// externalId only.
func (id Identity) impliedSlug() (string, error) {
	if id.Slug.HasValue() {
		return id.Slug.Value(), nil
	}
	if id.ExternalID.HasValue() {
		return "", nil
	}
	slug := text.Slug(id.Name)
	if slug == "" {
		return "", model.Invalid("nothing tells which %s this is; write an externalId or a slug", strings.ToLower(string(id.Node)))
	}
	return slug, nil
}
