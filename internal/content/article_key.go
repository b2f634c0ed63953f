package content

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// keys sets the slug and the externalId.
func (e *articleEdit) keys() (err error) {
	e.next.ExternalID, err = e.key(e.tx, store.NaturalKey{Node: model.NodeArticle, By: store.ByExternalID}, e.next.ID().Key, "externalId", e.f.externalID, e.next.ExternalID)
	if err != nil {
		return err
	}
	if e.next.Language == "" || e.next.Title == "" && !given(e.f.slug) { // refused already, and no slug can be found without
		return nil
	}
	if err := e.keptSlug(); err != nil {
		return err
	}
	e.next.Slug, err = e.slug(e.tx, address{
		node: model.NodeArticle, key: e.next.ID().Key, language: e.next.Language,
		given: e.f.slug, current: e.next.Slug, name: e.next.Title,
	})
	return err
}

// keptSlug notes that an article which moves to another language meets its slug
// there.
func (e *articleEdit) keptSlug() error {
	if e.before == nil || e.f.slug.set || e.next.Language == e.before.Language {
		return nil
	}
	k := store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: e.next.Slug, Language: e.next.Language}
	return e.unheld(e.tx, k, e.next.ID().Key, "language")
}

// translation joins the article to others that say the same, or takes it out,
// and notes when two of one language would stand together.
func (e *articleEdit) translation() error {
	if null(e.f.translationOf) {
		return e.leave()
	}
	path := "language"
	if given(e.f.translationOf) {
		path = "translationOf"
		joined, err := e.join(*e.f.translationOf.value)
		if err != nil || !joined {
			return err
		}
	}
	if e.next.TranslationOf == 0 || e.before != nil && path == "language" && e.next.Language == e.before.Language {
		return nil
	}
	others, err := e.tx.Translations(e.next.TranslationOf)
	for _, other := range others {
		if other.Key != e.next.ID().Key && other.Language == e.next.Language {
			e.add(&model.Error{
				Code:    model.ErrorCodeDuplicate,
				Message: "the translations have one in " + string(other.Language) + " already, " + other.Slug + "; update that one, or correct the language",
			}, path)
			break // a second version of it says no more
		}
	}
	return err
}

// join sets the group of the article that the id names.
func (e *articleEdit) join(id model.ID) (joined bool, err error) {
	key, err := id.Want(model.NodeArticle)
	if err != nil {
		return false, e.note(err, "translationOf")
	}
	if key == e.next.ID().Key {
		e.invalid("translationOf", "an article is no translation of itself; send the id of one in another language")
		return false, nil
	}
	original, err := e.tx.Article(key)
	if err != nil {
		return false, e.note(err, "translationOf")
	}
	e.next.TranslationOf = original.TranslationOf
	return true, nil
}

// leave takes the article out of its translations, if there are any: 0 tells the
// store so.
func (e *articleEdit) leave() error {
	if e.before == nil {
		return nil
	}
	together, err := e.tx.Translations(e.before.TranslationOf)
	if slices.ContainsFunc(together, func(t store.Translation) bool { return t.Key != e.before.ID().Key }) {
		e.next.TranslationOf = 0
	}
	return err
}
