package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Search returns a page of the nodes, of any type, that a search finds.
func (s *Service) Search(ctx context.Context, q model.Search, plan *model.Plan) (*model.SearchConnection, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	wantsHighlights := plan.Wants("highlights")
	if wantsHighlights {
		plan = plan.Clone()
		nodes := plan.Relate("nodes", "nodes", model.Args{}).Plan
		nodes.ByType = withHighlighted(nodes)
	}
	found, err := s.store.Search(ctx, view, q, plan)
	if err != nil {
		return nil, err
	}
	if wantsHighlights {
		for _, edge := range found.Edges {
			edge.Highlights = s.highlights(found.Query, edge.Node)
		}
	}
	return found.SearchConnection, nil
}

// withHighlighted returns the plans of nodes with the fields that are highlighted.
func withHighlighted(nodes *model.Plan) map[model.NodeType]*model.Plan {
	plans := map[model.NodeType]*model.Plan{}
	for _, t := range model.AllSearchType {
		plans[t.Node()] = nodes.Of(t.Node()).Want(highlighted(t.Node())...)
	}
	return plans
}

// highlighted returns the fields in which nodes of a type have highlights.
func highlighted(t model.NodeType) []string {
	if t == model.NodeArticle {
		return []string{"title", "summary", "body"}
	}
	return []string{"names", "titles", "aliases"}
}

func (s *Service) highlights(q fulltext.Query, node model.SearchResult) []*model.Highlight {
	switch n := node.(type) {
	case *model.Article:
		return s.highlightsOfArticle(q, n)
	case interface{ Titles() []model.LocalizedText }: // offices
		return bestName(q, n.Titles(), nil)
	case interface { // every other noun
		Names() []model.LocalizedText
		Aliases() []model.Alias
	}:
		return bestName(q, n.Names(), n.Aliases())
	}
	return []*model.Highlight{}
}

func (s *Service) highlightsOfArticle(q fulltext.Query, a *model.Article) []*model.Highlight {
	list := []*model.Highlight{}
	add := func(field, value string) {
		if slice, spans := fulltext.Highlight(value, string(a.Language), q); len(spans) > 0 {
			list = append(list, &model.Highlight{Field: field, Text: slice, Ranges: ranges(spans)})
		}
	}
	add("title", a.Title)
	if a.Summary != nil {
		add("summary", *a.Summary)
	}
	add("body", s.rules.render.Plain(a.Markdown))
	return list
}

// bestName highlights the name or alias with the most words of the query.
func bestName(q fulltext.Query, names []model.LocalizedText, aliases []model.Alias) []*model.Highlight {
	best := []*model.Highlight{}
	consider := func(name string, language model.Language) {
		slice, spans := fulltext.Highlight(name, string(language), q)
		if len(spans) > 0 && (len(best) == 0 || len(spans) > len(best[0].Ranges)) {
			best = []*model.Highlight{{Field: "name", Text: slice, Ranges: ranges(spans)}}
		}
	}
	for _, name := range names {
		consider(name.Value, name.Language)
	}
	for _, alias := range aliases {
		consider(alias.Text, alias.Language)
	}
	return best
}

func ranges(spans []fulltext.Span) []*model.TextRange {
	list := make([]*model.TextRange, len(spans))
	for i, span := range spans {
		list[i] = &model.TextRange{Start: span.Start, End: span.End}
	}
	return list
}

// Suggest returns completions of a prefix.
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
