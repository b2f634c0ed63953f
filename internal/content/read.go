package content

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// view returns what the request may see. It returns FORBIDDEN if the request asks for
// drafts that the current user may not see, or comes with a preview link that shows
// nothing but its article.
func (s *Service) view(ctx context.Context) (store.View, error) {
	view, err := s.viewByKey(ctx)
	if err == nil && view.PreviewOnly {
		err = model.Forbidden("a preview link shows its article, by `article` and `node`; send a token of the role READER to read the rest")
	}
	return view, err
}

// viewByKey is view for reads that every preview link may send: of an article by its keys,
// of nodes by their ids, and of relations of nodes. The store then shows the previewed
// article in its working copy, and no other article if the caller may not read the rest.
func (s *Service) viewByKey(ctx context.Context) (store.View, error) {
	view := store.View{Languages: model.LanguagesOf(ctx), Today: model.DateOf(s.now()), Tokens: auth.Can(ctx, auth.ManageTokens)}
	actor := auth.ActorOf(ctx)
	view.Preview, view.PreviewOnly = actor.Preview, actor.PreviewOnly
	if !actor.Drafts {
		return view, nil
	}
	view.Drafts = true
	return view, auth.May(ctx, auth.SeeDrafts)
}

// Audience names all who get the same answers as the request does, as long as readers see
// no change. It returns false for requests whose answers may differ for other reasons:
// those of editors, and previews.
func (s *Service) Audience(ctx context.Context) (string, bool) {
	actor := auth.ActorOf(ctx)
	isReader := actor.Role == "" || actor.Role == model.RoleAnonymous || actor.Role == model.RoleReader
	if !isReader || actor.Drafts || actor.Preview != 0 || actor.PreviewOnly {
		return "", false
	}
	audience := []byte(actor.Role)
	audience = append(append(audience, ' '), model.DateOf(s.now()).String()...)
	for _, language := range model.LanguagesOf(ctx) {
		audience = append(append(audience, ' '), language...)
	}
	return string(audience), true
}

// ReadersPosition returns the position of the last change that readers see.
func (s *Service) ReadersPosition(ctx context.Context) (int64, error) {
	return s.store.ReadersPosition(ctx)
}

// LogPosition returns the position of the last change, 0 if there is none.
func (s *Service) LogPosition(ctx context.Context) (int64, error) {
	end, err := s.store.End(ctx)
	return end.Position, err
}

// inView reads from the store what the request may see.
func inView[T, By any](ctx context.Context, s *Service, read func(context.Context, store.View, By, *model.Plan) (*T, error), by By, plan *model.Plan) (*T, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return read(ctx, view, by, plan)
}

// lookUp reads a node by one of its keys.
func lookUp[T, By any](ctx context.Context, s *Service, read func(context.Context, store.View, By, *model.Plan) (*T, error), by By, plan *model.Plan) (*T, error) {
	if err := exactlyOneKey(by); err != nil {
		return nil, err
	}
	return inView(ctx, s, read, by, plan)
}

// exactlyOneKey returns an error unless one key is given: gqlgen enforces @oneOf in
// queries, but not in variables.
func exactlyOneKey(by any) error {
	keys, given := reflect.ValueOf(by), 0
	for i := range keys.NumField() {
		if !keys.Field(i).IsNil() {
			given++
		}
	}
	if given != 1 {
		return model.Invalid("`by` names %d keys; name exactly one", given).At("by")
	}
	return nil
}

// maxIDs is how many nodes one look-up can ask for.
const maxIDs = 100

// Nodes returns the nodes with these ids, in the same order, nil for each that the
// request may not see.
func (s *Service) Nodes(ctx context.Context, ids []model.ID, plan func(model.NodeType) *model.Plan) ([]model.Node, error) {
	if len(ids) > maxIDs {
		return nil, model.LimitExceeded("ids", "`ids` are too many; send at most %d at a time", maxIDs).At("ids")
	}
	view, err := s.viewByKey(ctx)
	if err != nil {
		return nil, err
	}
	return s.store.Nodes(ctx, view, ids, plan)
}

// Relate loads the relations of a plan for nodes of one type, and hangs them on the
// nodes.
func (s *Service) Relate(ctx context.Context, nodes []model.Node, plan *model.Plan) error {
	view, err := s.viewByKey(ctx)
	if err != nil {
		return err
	}
	return s.store.Relate(ctx, view, nodes, plan)
}

// Related loads one relation of a node, for a field that is in no plan. It does not
// change the node, which other fields may be reading.
func (s *Service) Related(ctx context.Context, node model.Node, relation *model.Relation) (any, error) {
	bare := node.Bare()
	if err := s.Relate(ctx, []model.Node{bare}, &model.Plan{Relations: []*model.Relation{relation}}); err != nil {
		return nil, err
	}
	value, _ := bare.Slot(relation.Key)
	return value, nil
}

// Body returns the text of an article in a format.
func (s *Service) Body(a *model.Article, format model.TextFormat) string {
	switch format {
	case model.TextFormatHTML:
		return s.rules.render.HTML(a.Markdown, markdown.Page{Language: string(a.Language), Prefix: a.ID().String() + "-"})
	case model.TextFormatText:
		return s.rules.render.Plain(a.Markdown)
	}
	return a.Markdown
}

// Direction returns the direction in which a language is written.
func (s *Service) Direction(l model.Language) model.TextDirection {
	if text.IsRTL(string(l)) {
		return model.TextDirectionRtl
	}
	return model.TextDirectionLtr
}

// ReadingMinutes returns how long it takes to read the article in its language.
func (s *Service) ReadingMinutes(a *model.Article) int {
	return text.ReadingMinutes(a.WordCount, string(a.Language))
}
