package content

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// view is what the request may see. Drafts are shown to who asked for them and
// may see them; who asked and may not is told so.
func (s *Service) view(ctx context.Context) (store.View, error) {
	view, err := s.direct(ctx)
	if err == nil && view.PreviewOnly {
		err = model.Forbidden("a preview link shows its article, by `article` and `node`; send a token of the role READER to read the rest")
	}
	return view, err
}

// direct is the view of who asks for something by its keys, where a preview link
// shows its article.
func (s *Service) direct(ctx context.Context) (store.View, error) {
	view := store.View{Languages: model.LanguagesOf(ctx), Today: model.DateOf(s.now()), Tokens: auth.May(ctx, auth.ManageTokens) == nil}
	actor := auth.ActorOf(ctx)
	view.Preview, view.PreviewOnly = actor.Preview, actor.PreviewOnly
	if !actor.Drafts {
		return view, nil
	}
	view.Drafts = true
	return view, auth.May(ctx, auth.SeeDrafts)
}

// one reads one thing, a node or a page, as the request may see it.
func one[T, By any](ctx context.Context, s *Service, read func(context.Context, store.View, By, *model.Plan) (*T, error), by By, plan *model.Plan) (*T, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return read(ctx, view, by, plan)
}

// lookUp reads the node with the one key that by names.
func lookUp[T, By any](ctx context.Context, s *Service, read func(context.Context, store.View, By, *model.Plan) (*T, error), by By, plan *model.Plan) (*T, error) {
	if err := oneKey(by); err != nil {
		return nil, err
	}
	return one(ctx, s, read, by, plan)
}

// oneKey refuses a look-up with another number of keys than one: gqlgen holds
// @oneOf in queries, but not in variables.
func oneKey(by any) error {
	keys, named := reflect.ValueOf(by), 0
	for i := range keys.NumField() {
		if !keys.Field(i).IsNil() {
			named++
		}
	}
	if named != 1 {
		return model.Invalid("`by` names %d keys; name exactly one", named).At("by")
	}
	return nil
}

// Article answers an article by one of its keys, and in a language: see the
// schema. NOT_FOUND when there is none that the request may see. With asOf it is
// what readers saw then, for who may see history.
func (s *Service) Article(ctx context.Context, by model.ArticleBy, language *model.Language, asOf *model.DateTime, plan *model.Plan) (*model.Article, error) {
	if asOf != nil {
		if err := auth.May(ctx, auth.SeeHistory); err != nil {
			return nil, err
		}
	}
	if err := oneKey(by); err != nil {
		return nil, err
	}
	view, err := s.direct(ctx)
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

// previewed answers the article of a preview link by the keys under which readers
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

// Official answers an official by one of their keys, else NOT_FOUND.
func (s *Service) Official(ctx context.Context, by model.OfficialBy, plan *model.Plan) (*model.Official, error) {
	return lookUp(ctx, s, s.store.Official, by, plan)
}

// Country answers a country by one of its keys, else NOT_FOUND.
func (s *Service) Country(ctx context.Context, by model.CountryBy, plan *model.Plan) (*model.Country, error) {
	return lookUp(ctx, s, s.store.Country, by, plan)
}

// Topic answers a topic by one of its keys, else NOT_FOUND.
func (s *Service) Topic(ctx context.Context, by model.TopicBy, plan *model.Plan) (*model.Topic, error) {
	return lookUp(ctx, s, s.store.Topic, by, plan)
}

// Office answers an office by one of its keys, else NOT_FOUND.
func (s *Service) Office(ctx context.Context, by model.OfficeBy, plan *model.Plan) (*model.Office, error) {
	return lookUp(ctx, s, s.store.Office, by, plan)
}

// Articles answers a page of articles.
func (s *Service) Articles(ctx context.Context, q model.Query, plan *model.Plan) (*model.ArticleConnection, error) {
	return one(ctx, s, s.store.Articles, q, plan)
}

// Officials answers a page of officials.
func (s *Service) Officials(ctx context.Context, q model.Query, plan *model.Plan) (*model.OfficialConnection, error) {
	return one(ctx, s, s.store.Officials, q, plan)
}

// Countries answers a page of countries.
func (s *Service) Countries(ctx context.Context, q model.Query, plan *model.Plan) (*model.CountryConnection, error) {
	return one(ctx, s, s.store.Countries, q, plan)
}

// Topics answers a page of topics.
func (s *Service) Topics(ctx context.Context, q model.Query, plan *model.Plan) (*model.TopicConnection, error) {
	return one(ctx, s, s.store.Topics, q, plan)
}

// Offices answers a page of offices.
func (s *Service) Offices(ctx context.Context, q model.Query, plan *model.Plan) (*model.OfficeConnection, error) {
	return one(ctx, s, s.store.Offices, q, plan)
}

// maxIDs is how many nodes one look-up answers.
const maxIDs = 100

// Nodes answers the nodes with these ids, in their order, nil where there is
// none that the request may see.
func (s *Service) Nodes(ctx context.Context, ids []model.ID, plan func(model.NodeType) *model.Plan) ([]model.Node, error) {
	if len(ids) > maxIDs {
		return nil, model.LimitExceeded("ids", "`ids` are too many; send at most %d at a time", maxIDs).At("ids")
	}
	view, err := s.direct(ctx)
	if err != nil {
		return nil, err
	}
	return s.store.Nodes(ctx, view, ids, plan)
}

// Relate loads what a plan asks for below nodes of one type, and hangs it on
// them.
func (s *Service) Relate(ctx context.Context, nodes []model.Node, plan *model.Plan) error {
	view, err := s.direct(ctx)
	if err != nil {
		return err
	}
	return s.store.Relate(ctx, view, nodes, plan)
}

// Related loads one relation of a node for who resolves just that field. The
// node itself is left as it is: others may be reading it.
func (s *Service) Related(ctx context.Context, node model.Node, relation *model.Relation) (any, error) {
	bare := node.Bare()
	if err := s.Relate(ctx, []model.Node{bare}, &model.Plan{Relations: []*model.Relation{relation}}); err != nil {
		return nil, err
	}
	value, _ := bare.Slot(relation.Key)
	return value, nil
}

// Body answers the text of an article in a format.
func (s *Service) Body(a *model.Article, format model.TextFormat) string {
	switch format {
	case model.TextFormatHTML:
		return s.render.HTML(a.Markdown, string(a.Language))
	case model.TextFormatText:
		return s.render.Plain(a.Markdown)
	}
	return a.Markdown
}

// Direction is the direction in which a language is written.
func (s *Service) Direction(l model.Language) model.TextDirection {
	if text.IsRTL(string(l)) {
		return model.TextDirectionRtl
	}
	return model.TextDirectionLtr
}

// ReadingMinutes is how long a reader of the article's language needs for it.
func (s *Service) ReadingMinutes(a *model.Article) int {
	return text.ReadingMinutes(a.WordCount, string(a.Language))
}
