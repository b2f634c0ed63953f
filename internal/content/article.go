package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// ArticleFields are the fields of an article that a mutation or an import can set.
type ArticleFields struct {
	Language      Optional[model.Language]
	Title         Optional[string]
	Slug          Optional[string]
	ExternalID    Optional[string]
	Summary       Optional[string]
	Body          Optional[string]
	Byline        Optional[[]string]
	SourceName    Optional[string]
	SourceURL     Optional[model.URL]
	Officials     Optional[[]model.ID]
	Countries     Optional[[]model.ID]
	Topics        Optional[[]model.ID]
	Appearances   Optional[[]model.AppearanceInput]
	TranslationOf Optional[model.ID]
	Link          Optional[model.LinkMode]
}

// articleInput is the input of a mutation that writes an article.
type articleInput struct {
	ArticleFields
	Publish       Optional[bool]
	ChangeSummary Optional[string]

	// These are of bulk mutations only. ExpectedVersion is the version that the caller has
	// read; 0 for none.
	ExpectedVersion Optional[int]
	// PublishedAt and Times are those of the system from which the article comes.
	PublishedAt Optional[model.DateTime]
	Times
	// The fields of the same names by keys instead of ids.
	OfficialsBy     Optional[[]model.OfficialBy]
	CountriesBy     Optional[[]model.CountryBy]
	TopicsBy        Optional[[]model.TopicBy]
	AppearancesBy   Optional[[]model.AppearanceByInput]
	TranslationOfBy Optional[model.ArticleBy]
}

// articleWrite is one write to an article: the fields to set, and what else to do.
type articleWrite struct {
	given ArticleFields
	// transition is the step to take in the workflow; nil for none.
	transition *transition
	// publication is the status and the dates that an import brings.
	publication Publication
	// verdict is an editor's decision about a mention; nil for none.
	verdict *verdict
	// restored is the revision from which the fields come; nil for none.
	restored *restored
	// changeSummary is the author's note about the change.
	changeSummary Optional[string]
	// owner is the key of the actor who creates the article; an existing one keeps
	// its own.
	owner string
	// analysed is what is known of the new texts.
	analysed Analysed
}

// write returns the write that the input asks for.
func (in articleInput) write() articleWrite {
	w := articleWrite{given: in.ArticleFields, changeSummary: in.ChangeSummary, publication: Publication{PublishedAt: in.PublishedAt, Times: in.Known()}}
	if in.Publish.Value() {
		w.transition = &transition{step: stepPublish, path: []string{"publish"}}
	}
	return w
}

// permitted returns FORBIDDEN if the current user may not publish the article, which
// the write does, or may not set the key by which an importing system would take the
// article for its own.
func (w articleWrite) permitted(ctx context.Context) error {
	if w.transition != nil && w.transition.step == stepPublish {
		if err := auth.May(ctx, auth.PublishArticle); err != nil {
			return err
		}
	}
	if w.given.ExternalID.HasValue() {
		return auth.May(ctx, auth.EditArticle)
	}
	return nil
}

// analysedAhead analyses the new texts before the transaction, for which all other
// writers wait. It does so only for users who may do the action.
func (s *Service) analysedAhead(ctx context.Context, action auth.Action, w articleWrite) articleWrite {
	if auth.Can(ctx, action) {
		w.analysed = s.rules.Analysed(w.given)
	}
	return w
}

// CreateArticle writes a new article.
func (s *Service) CreateArticle(ctx context.Context, in model.CreateArticleInput) (*model.Article, error) {
	w := fieldsFrom[articleInput](in).write()
	w.owner = auth.ActorOf(ctx).Key
	if err := w.permitted(ctx); err != nil {
		return nil, err
	}
	w = s.analysedAhead(ctx, auth.CreateArticle, w)
	return writeAndReturn(ctx, s, auth.CreateArticle, "create article", func(tx *store.Tx) (*model.Article, error) {
		_, article, err := s.rules.putArticle(tx, nil, w)
		return article, under(err, "input")
	})
}

// UpdateArticle changes an article, if anything changes. A nil expectedVersion
// overwrites whatever is stored.
func (s *Service) UpdateArticle(ctx context.Context, id model.ID, in model.UpdateArticleInput, expectedVersion *int) (*model.Article, error) {
	w := fieldsFrom[articleInput](in).write()
	if err := w.permitted(ctx); err != nil {
		return nil, err
	}
	w = s.analysedAhead(ctx, auth.EditOwnArticle, w)
	return writeAndReturn(ctx, s, auth.EditOwnArticle, "update article", func(tx *store.Tx) (*model.Article, error) {
		current, err := toEdit().article(ctx, tx, "id", target{id, expectedVersion})
		if err != nil {
			return nil, err
		}
		_, article, err := s.rules.putArticle(tx, current, w)
		return article, under(err, "input")
	})
}

// DeleteArticle deletes an article with its tags. Its translations stay.
func (s *Service) DeleteArticle(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.write(ctx, toDelete().own, "delete article", func(tx *store.Tx) error {
		article, err := toDelete().article(ctx, tx, "id", target{id, expectedVersion})
		if err != nil {
			return err
		}
		return tx.DeleteArticle(article)
	})
}

// Article returns an article by one of its keys, in a language: the schema says how
// these go together. NOT_FOUND when the request may see none. With asOf it returns
// what readers saw then, to users who may see the history.
func (s *Service) Article(ctx context.Context, by model.ArticleBy, language *model.Language, asOf *model.DateTime, plan *model.Plan) (*model.Article, error) {
	if asOf != nil {
		if err := auth.May(ctx, auth.SeeHistory); err != nil {
			return nil, err
		}
	}
	if err := exactlyOneKey(by); err != nil {
		return nil, err
	}
	view, err := s.viewByKey(ctx)
	if err != nil {
		return nil, err
	}
	if asOf != nil {
		return s.store.ArticleAsOf(ctx, view, store.AsOf{By: by, Language: language, At: *asOf}, plan)
	}
	article, err := s.store.Article(ctx, view, by, language, plan)
	if view.Preview != 0 && model.CodeOf(err) == model.ErrorCodeNotFound {
		return s.previewed(ctx, view, by, language, plan)
	}
	return article, err
}

// previewed returns the article of a preview link by the keys under which readers
// see it.
func (s *Service) previewed(ctx context.Context, view store.View, by model.ArticleBy, language *model.Language, plan *model.Plan) (*model.Article, error) {
	public := view
	public.Preview, public.PreviewOnly = 0, false
	seen, err := s.store.Article(ctx, public, by, language, &model.Plan{})
	if err == nil && seen.Key != view.Preview {
		err = model.NotFound(model.NodeArticle)
	}
	if err != nil {
		return nil, err
	}
	id := seen.ID()
	return s.store.Article(ctx, view, model.ArticleBy{ID: &id}, nil, plan)
}

// Articles returns a page of articles.
func (s *Service) Articles(ctx context.Context, q model.Query, plan *model.Plan) (*model.ArticleConnection, error) {
	return inView(ctx, s, s.store.Articles, q, plan)
}
