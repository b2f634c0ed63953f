package content

import (
	"context"
	"strconv"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// UpsertArticles creates or updates articles by their external ids, in one transaction.
// Articles are written after those that they translate.
func (s *Service) UpsertArticles(ctx context.Context, inputs []*model.UpsertArticleInput, how Bulk) (*Upserted[model.Article], error) {
	return upsert(ctx, s, upserter[articleInput, model.Article]{
		action: auth.UpsertArticles, nouns: "articles", keys: articleKeys, put: s.rules.putUpserted,
	}, inputs, how)
}

// named returns the input with the ids of what it names. Paths of errors are those of the
// fields that were sent; see sent.
func (in articleInput) named(n *naming) articleInput {
	for _, both := range []struct {
		field       string
		byID, byKey bool
	}{
		{"officialsBy", in.Officials.IsSet() || in.Appearances.IsSet() || in.AppearancesBy.IsSet(), in.OfficialsBy.IsSet()},
		{"appearancesBy", in.Officials.IsSet() || in.Appearances.IsSet(), in.AppearancesBy.IsSet()},
		{"countriesBy", in.Countries.IsSet(), in.CountriesBy.IsSet()},
		{"topicsBy", in.Topics.IsSet(), in.TopicsBy.IsSet()},
		{"translationOfBy", in.TranslationOf.IsSet(), in.TranslationOfBy.IsSet()},
	} {
		if both.byID && both.byKey {
			n.add(model.Invalid("`%s` excludes other fields for the same; send one of them", both.field), both.field)
		}
	}
	n.know(model.NodeOfficial, in.Officials.Value()...)
	n.know(model.NodeCountry, in.Countries.Value()...)
	n.know(model.NodeTopic, in.Topics.Value()...)
	for _, a := range in.Appearances.Value() {
		n.know(model.NodeOfficial, a.Official)
	}
	if in.OfficialsBy.IsSet() {
		in.Officials = namedAll(n, model.NodeOfficial, in.OfficialsBy, "officialsBy")
	}
	if in.CountriesBy.IsSet() {
		in.Countries = namedAll(n, model.NodeCountry, in.CountriesBy, "countriesBy")
	}
	if in.TopicsBy.IsSet() {
		in.Topics = namedAll(n, model.NodeTopic, in.TopicsBy, "topicsBy")
	}
	if in.AppearancesBy.IsSet() {
		in.Appearances = Convert(in.AppearancesBy, func(all []model.AppearanceByInput) []model.AppearanceInput {
			appearances := make([]model.AppearanceInput, len(all))
			for i, a := range all {
				appearances[i] = model.AppearanceInput{Official: n.id(model.NodeOfficial, *a.Official, "appearancesBy", strconv.Itoa(i), "official"), Role: a.Role}
			}
			return appearances
		})
	}
	if in.TranslationOfBy.IsSet() {
		in.TranslationOf = namedOne(n, model.NodeArticle, in.TranslationOfBy, "translationOfBy")
	}
	return in
}

func (in articleInput) identity() Identity {
	language, err := text.CanonicalLanguage(string(in.Language.Value()))
	if err != nil {
		language = string(in.Language.Value()) // which the rules refuse
	}
	return Identity{Node: model.NodeArticle, ExternalID: in.ExternalID, Slug: in.Slug, Language: model.Language(language), Name: in.Title.Value()}
}

func (in articleInput) otherKeys() []store.NaturalKey { return nil }

// dated reports whether the input says when something was. Null clears when readers first
// saw the article.
func (in articleInput) dated() bool { return in.PublishedAt.IsSet() || in.Times.given() }

// articleKeys returns the keys by which others can name an article.
func articleKeys(a *model.Article) (slug string, keys []store.NaturalKey) {
	keys = keysOf(model.NodeArticle, "", valueBy{store.ByExternalID, a.ExternalID}, valueBy{store.BySlug, &a.Slug})
	return a.Slug, append(keys, keysOf(model.NodeArticle, a.Language, valueBy{store.BySlug, &a.Slug})...)
}

// putUpserted writes an input to the article with its externalId; to a new one if there is
// none.
func (r Rules) putUpserted(b *batch, in articleInput) (written[model.Article], error) {
	current, err := heldArticle(b.tx, in.ExternalID.Value())
	if err != nil {
		return written[model.Article]{}, err
	}
	var done written[model.Article]
	var id model.ID
	version := 0
	if current != nil {
		done.before, id, version = &current.Article, current.ID(), current.Version
	}
	if err := b.claim(id, "articles", version, in.ExpectedVersion); err != nil {
		return done, err
	}
	w := in.write()
	w.owner = b.owner
	upToDate, err := r.upToDate(b.tx, current, w)
	if upToDate {
		done.after = done.before
	} else if err == nil {
		done.outcome, done.after, err = r.putArticle(b.tx, current, w)
	}
	return done, in.sent(err)
}

// heldArticle returns the article with an externalId, nil if there is none.
func heldArticle(tx *store.Tx, externalID string) (*store.TaggedArticle, error) {
	holder, held, err := tx.Holder(store.NaturalKey{Node: model.NodeArticle, By: store.ByExternalID, Value: externalID})
	if err != nil || !held {
		return nil, err
	}
	return tx.Article(holder.Key)
}

// sent returns errors of the rules with the names of the fields that were sent.
func (in articleInput) sent(err error) error {
	many, aboutInput := InputErrors(err)
	if !aboutInput {
		return err
	}
	byKey := map[string]bool{
		"officials": in.OfficialsBy.IsSet(), "countries": in.CountriesBy.IsSet(), "topics": in.TopicsBy.IsSet(),
		"appearances": in.AppearancesBy.IsSet(), "translationOf": in.TranslationOfBy.IsSet(),
	}
	renamed := make(model.Errors, len(many))
	for i, e := range many {
		one := *e
		if len(e.Path) > 0 && byKey[e.Path[0]] {
			one.Path = append([]string{e.Path[0] + "By"}, e.Path[1:]...)
		}
		renamed[i] = &one
	}
	return renamed
}
