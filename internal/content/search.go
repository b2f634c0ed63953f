package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Search answers a page of what is found of any type.
func (s *Service) Search(ctx context.Context, q model.Search, plan *model.Plan) (*model.SearchConnection, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	shown := plan.Wants("highlights")
	if shown {
		nodes := plan.Relate("nodes", "nodes", model.Args{}).Plan
		nodes.ByType = withHighlights(nodes)
	}
	found, err := s.store.Search(ctx, view, q, plan)
	if err != nil {
		return nil, err
	}
	if shown {
		for _, edge := range found.Edges {
			edge.Highlights = s.highlights(found.Query, edge.Node)
		}
	}
	return found.SearchConnection, nil
}

// withHighlights are the plans of nodes of which the texts are shown, too.
func withHighlights(nodes *model.Plan) map[model.NodeType]*model.Plan {
	plans := map[model.NodeType]*model.Plan{}
	for _, t := range model.AllSearchType {
		plans[t.Node()] = nodes.Of(t.Node()).Want(highlighted(t.Node())...)
	}
	return plans
}

// highlighted are the fields of a type in which words are shown.
func highlighted(t model.NodeType) []string {
	if t == model.NodeArticle {
		return []string{"title", "summary", "body"}
	}
	return []string{"names", "titles", "aliases"}
}

func (s *Service) highlights(q text.Query, node model.SearchResult) []*model.Highlight {
	list := []*model.Highlight{}
	add := func(field, value string, language model.Language) {
		if slice, spans := text.Highlight(value, string(language), q); len(spans) > 0 {
			list = append(list, &model.Highlight{Field: field, Text: slice, Ranges: ranges(spans)})
		}
	}
	switch n := node.(type) {
	case *model.Article:
		add("title", n.Title, n.Language)
		if n.Summary != nil {
			add("summary", *n.Summary, n.Language)
		}
		add("body", s.render.Plain(n.Markdown), n.Language)
	case *model.Official:
		return bestName(q, n.Named)
	case *model.Country:
		return bestName(q, n.Named)
	case *model.Topic:
		return bestName(q, n.Named)
	case *model.Office:
		return bestName(q, model.Named{LocalNames: n.LocalTitles})
	}
	return list
}

// bestName shows the name or alias in which most words of the query stand.
func bestName(q text.Query, named model.Named) []*model.Highlight {
	var best *model.Highlight
	consider := func(name string, language model.Language) {
		slice, spans := text.Highlight(name, string(language), q)
		if best == nil && len(spans) > 0 || best != nil && len(spans) > len(best.Ranges) {
			best = &model.Highlight{Field: "name", Text: slice, Ranges: ranges(spans)}
		}
	}
	for _, name := range named.LocalNames {
		consider(name.Value, name.Language)
	}
	for _, alias := range named.OtherNames {
		consider(alias.Text, alias.Language)
	}
	if best == nil {
		return []*model.Highlight{}
	}
	return []*model.Highlight{best}
}

func ranges(spans []text.Span) []*model.TextRange {
	list := make([]*model.TextRange, len(spans))
	for i, span := range spans {
		list[i] = &model.TextRange{Start: span.Start, End: span.End}
	}
	return list
}

// Suggest answers what somebody may mean who has typed the prefix.
func (s *Service) Suggest(ctx context.Context, prefix string, types []model.SearchType, first *int, plan *model.Plan) ([]*model.Suggestion, error) {
	size, err := model.Count("first", first, 10, model.MaxPage)
	if err != nil {
		return nil, err
	}
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if types == nil {
		types = model.AllSearchType
	}
	nodes := make([]model.NodeType, len(types))
	for i, t := range types {
		nodes[i] = t.Node()
	}
	return s.store.Suggest(ctx, view, store.Prefix{Text: prefix, Types: nodes, First: size}, plan)
}
