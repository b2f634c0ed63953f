package content

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// keys sets the slug and the externalId.
func (e *articleEdit) keys() (err error) {
	own := e.next.ID().Key
	e.next.ExternalID, err = e.key(uniqueKey{"externalId", model.NodeArticle, store.ByExternalID, own}, e.given.ExternalID, e.next.ExternalID)
	if err != nil {
		return err
	}
	if e.next.Language == "" || e.next.Title == "" && !e.given.Slug.HasValue() { // already an error, and a slug needs both
		return nil
	}
	if err := e.keptSlug(); err != nil {
		return err
	}
	e.next.Slug, err = e.slug(slugRequest{
		node: model.NodeArticle, key: own, language: e.next.Language,
		given: e.given.Slug, current: e.next.Slug, name: e.next.Title,
	})
	return err
}

// keptSlug records an error if an article that moves to another language keeps a slug
// that is taken there.
func (e *articleEdit) keptSlug() error {
	if e.before == nil || e.given.Slug.IsSet() || e.next.Language == e.before.Language {
		return nil
	}
	k := store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: e.next.Slug, Language: e.next.Language}
	return e.notTaken(k, e.next.ID().Key, "language")
}

// translation joins the article to its translations, or takes it out of them. It
// records an error if two of them would be in one language.
func (e *articleEdit) translation() error {
	of := e.given.TranslationOf
	if of.IsNull() {
		return e.leaveTranslations()
	}
	path := "language"
	if of.HasValue() {
		path = "translationOf"
		joined, err := e.join(of.Value())
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
			break // its other version would only repeat the error
		}
	}
	return err
}

// join makes the article a translation of the one with the id.
func (e *articleEdit) join(id model.ID) (joined bool, err error) {
	key, err := id.Want(model.NodeArticle)
	if err != nil {
		return false, e.collect(err, "translationOf")
	}
	if key == e.next.ID().Key {
		e.invalid("translationOf", "an article cannot be a translation of itself; send the id of one in another language")
		return false, nil
	}
	original, err := e.tx.Article(key)
	if err != nil {
		return false, e.collect(err, "translationOf")
	}
	e.next.TranslationOf = original.TranslationOf
	return true, nil
}

// leaveTranslations takes the article out of its translations, if it has any. To
// the store, TranslationOf 0 means that it stands alone.
func (e *articleEdit) leaveTranslations() error {
	if e.before == nil {
		return nil
	}
	together, err := e.translated(e.before.TranslationOf)
	if together {
		e.next.TranslationOf = 0
	}
	return err
}

// standAloneAs gives an article that leaves its translations the TranslationOf of the
// version that readers see, if that has none either.
func (e *articleEdit) standAloneAs(public *store.TaggedArticle) error {
	if e.next.TranslationOf != 0 {
		return nil
	}
	together, err := e.translated(public.TranslationOf)
	if !together {
		e.next.TranslationOf = public.TranslationOf
	}
	return err
}

// translated reports whether other articles share a TranslationOf.
func (e *articleEdit) translated(translationOf int64) (bool, error) {
	together, err := e.tx.Translations(translationOf)
	return slices.ContainsFunc(together, func(t store.Translation) bool { return t.Key != e.before.ID().Key }), err
}
