package content

import (
	"context"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// articleFields are what can be written of an article, whoever writes it:
// mutations, and imports.
type articleFields struct {
	language      optional[*model.Language]
	title         optional[*string]
	slug          optional[*string]
	externalID    optional[*string]
	summary       optional[*string]
	body          optional[*string]
	byline        optional[[]string]
	sourceName    optional[*string]
	sourceURL     optional[*model.URL]
	officials     optional[[]model.ID]
	countries     optional[[]model.ID]
	topics        optional[[]model.ID]
	appearances   optional[[]model.AppearanceInput]
	translationOf optional[*model.ID]
	// step is what a mutation does in the workflow, if anything, at publishAt, if not
	// now; stepAt is the path of it.
	step      step
	stepAt    []string
	publishAt *model.DateTime
	// status, publishedAt and scheduledFor are for imports: how far it has come
	// elsewhere, when readers first saw it there, and when it is to be published.
	status       optional[model.ArticleStatus]
	publishedAt  optional[*model.DateTime]
	scheduledFor optional[*model.DateTime]
	// link is what to do with what the text names, and verdict what an editor says
	// of a part of it.
	link    optional[*model.LinkMode]
	verdict *verdict
	// decisions take the place of those that there are, and restored is the number of
	// the revision that they and the rest are of.
	decisions *[]model.Decision
	restored  *int
	// changeSummary is what its author says of the change.
	changeSummary optional[*string]
	// owner is who writes it, should it be new.
	owner string
	// plain is the body without markup, where it was rendered ahead.
	plain *string
}

// ahead renders the body of who may write it, so that the one transaction that
// writes does not wait for that.
func (s *Service) ahead(ctx context.Context, action auth.Action, f articleFields) articleFields {
	if given(f.body) && auth.May(ctx, action) == nil && utf8.RuneCountInString(*f.body.value) <= maxBody {
		plain := s.render.Plain(*f.body.value)
		f.plain = &plain
	}
	return f
}

// publishing adds the step that a mutation's `publish` asks for.
func (f articleFields) publishing(publish optional[*bool]) articleFields {
	if given(publish) && *publish.value {
		f.step, f.stepAt = stepPublish, []string{"publish"}
	}
	return f
}

// maySend answers FORBIDDEN where the fields publish, or give a key by which a
// system that imports would take the article for its own, and who asks may not.
func maySend(ctx context.Context, f articleFields) error {
	if f.step == stepPublish {
		if err := auth.May(ctx, auth.PublishArticle); err != nil {
			return err
		}
	}
	if given(f.externalID) {
		return auth.May(ctx, auth.EditArticle)
	}
	return nil
}

// CreateArticle writes a new article.
func (s *Service) CreateArticle(ctx context.Context, in model.CreateArticleInput) (*model.Article, error) {
	f := s.ahead(ctx, auth.CreateArticle, articleFields{
		language: some(&in.Language), title: some(&in.Title), slug: opt(in.Slug), externalID: opt(in.ExternalID),
		summary: opt(in.Summary), body: opt(in.Body), byline: opt(in.Byline), sourceName: opt(in.SourceName),
		sourceURL: opt(in.SourceURL), officials: values(opt(in.Officials)), countries: values(opt(in.Countries)),
		topics: values(opt(in.Topics)), appearances: values(opt(in.Appearances)),
		translationOf: opt(in.TranslationOf), link: opt(in.Link), changeSummary: opt(in.ChangeSummary), owner: auth.ActorOf(ctx).Key,
	}.publishing(opt(in.Publish)))
	if err := maySend(ctx, f); err != nil {
		return nil, err
	}
	return put(ctx, s, auth.CreateArticle, "create article", nil, func(tx *store.Tx, current *store.TaggedArticle) (outcome, *model.Article, error) {
		return s.putArticle(tx, current, f)
	})
}

// UpdateArticle changes an article, if anything changes; a nil expectedVersion
// writes over whatever is there.
func (s *Service) UpdateArticle(ctx context.Context, id model.ID, in model.UpdateArticleInput, expectedVersion *int) (*model.Article, error) {
	f := articleFields{
		language: opt(in.Language), title: opt(in.Title), slug: opt(in.Slug), externalID: opt(in.ExternalID),
		summary: opt(in.Summary), body: opt(in.Body), byline: opt(in.Byline), sourceName: opt(in.SourceName),
		sourceURL: opt(in.SourceURL), officials: values(opt(in.Officials)), countries: values(opt(in.Countries)),
		topics: values(opt(in.Topics)), appearances: values(opt(in.Appearances)),
		translationOf: opt(in.TranslationOf), link: opt(in.Link), changeSummary: opt(in.ChangeSummary),
	}.publishing(opt(in.Publish))
	if err := maySend(ctx, f); err != nil {
		return nil, err
	}
	f = s.ahead(ctx, auth.EditOwnArticle, f)
	read := func(tx *store.Tx) (*store.TaggedArticle, error) {
		return permitted(ctx, tx, toEdit(), id, expectedVersion)
	}
	return put(ctx, s, auth.EditOwnArticle, "update article", read, func(tx *store.Tx, current *store.TaggedArticle) (outcome, *model.Article, error) {
		return s.putArticle(tx, current, f)
	})
}

// DeleteArticle deletes an article with its tags. Its translations stay.
func (s *Service) DeleteArticle(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.write(ctx, auth.DeleteArticle, "delete article", func(tx *store.Tx) error {
		article, err := stored(id, model.NodeArticle, tx.Article, versionOf, expectedVersion)
		if err != nil {
			return err
		}
		return tx.DeleteArticle(article)
	})
}

// permitted reads the article that an id names, for a write that expects its
// version, by who may.
func permitted(ctx context.Context, tx *store.Tx, to permit, id model.ID, expectedVersion *int) (*store.TaggedArticle, error) {
	key, err := id.Want(model.NodeArticle)
	if err != nil {
		return nil, under(err, "id")
	}
	article, err := tx.Article(key)
	if err != nil {
		return nil, under(err, "id")
	}
	if err := to.of(ctx, article); err != nil {
		return nil, err
	}
	return stored(id, model.NodeArticle, func(int64) (*store.TaggedArticle, error) { return article, nil }, versionOf, expectedVersion)
}

func versionOf(a *store.TaggedArticle) int { return a.Version }
