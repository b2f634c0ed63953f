package exchange

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// identity is what identifies the node that a line is about.
type identity struct {
	node             model.NodeType
	externalID, slug content.Optional[string]
	// language is that of an article; other nouns leave it empty.
	language model.Language
	// name is the name from which a slug would be made.
	name string
}

// identityOf returns the identity of a node with names.
func identityOf(node model.NodeType, f content.NamedFields) identity {
	return identity{node: node, externalID: f.ExternalID, slug: f.Slug, name: content.NameForSlug(f.Names.Value())}
}

// existing returns the node that a line is about: the one with its externalId, else the
// one with its slug, else the one with the slug made from its name. It returns nil if
// there is none, so that the line creates one.
func existing[T any](w *lineWriter, id identity, read func(int64) (*T, error), externalID func(*T) *string) (*T, error) {
	if id.externalID.HasValue() {
		holder, held, err := w.tx.Holder(store.NaturalKey{Node: id.node, By: store.ByExternalID, Value: id.externalID.Value()})
		if err != nil {
			return nil, err
		}
		if held {
			return read(holder.Key)
		}
	}
	slug, err := id.impliedSlug()
	if err != nil || slug == "" || id.node == model.NodeArticle && id.language == "" {
		return nil, err
	}
	bySlug := store.NaturalKey{Node: id.node, By: store.BySlug, Value: slug, Language: id.language}
	if !id.slug.HasValue() {
		if w.foundByName[bySlug] {
			return nil, model.Invalid("another line is about %s of this name, and neither has an externalId or a slug; give them, so that they can be told apart", id.noun()).At("slug")
		}
		w.byName = bySlug
	}
	holder, held, err := w.tx.Holder(bySlug)
	if err != nil || !held {
		return nil, err
	}
	current, err := read(holder.Key)
	if err != nil {
		return nil, err
	}
	other := externalID(current)
	switch {
	case other == nil, id.slug.HasValue() && !id.externalID.HasValue():
		return current, nil
	case id.externalID.HasValue(): // the slug is another node's, which the rules refuse
		return nil, nil
	}
	return nil, &model.Error{Code: model.ErrorCodeDuplicate, Path: []string{"slug"}, Message: "the slug made of the name, " + slug + ", is that of " +
		id.noun() + " with the externalId " + *other + "; write that externalId to update it, or a slug of its own"}
}

// noun returns the noun for a sentence: "an article".
func (id identity) noun() string { return withArticle(strings.ToLower(string(id.node))) }

// impliedSlug returns the slug by which to find the node. It is empty for a line that
// has an externalId only.
func (id identity) impliedSlug() (string, error) {
	if id.slug.HasValue() {
		return id.slug.Value(), nil
	}
	if id.externalID.HasValue() {
		return "", nil
	}
	slug := text.Slug(id.name)
	if slug == "" {
		return "", model.Invalid("nothing tells which %s this is; write an externalId or a slug", strings.ToLower(string(id.node)))
	}
	return slug, nil
}
