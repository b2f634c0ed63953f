package store_test

import (
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func articleSlugs(t *testing.T, s *store.Store, view store.View, q model.Query) []string {
	t.Helper()
	page, err := s.Articles(t.Context(), view, q, nil)
	if err != nil {
		t.Fatal(err)
	}
	return slugsOf(page.Nodes)
}

func TestArticlesInEachOrder(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	edit(t, s, begin+1, vote, func(a *store.TaggedArticle) { a.Summary = of("Summary") })
	newest := []string{"en:reworked", "en:match", "en:count", "en:vote", "en:budget", "ar:budget"}
	for _, c := range []struct {
		rule  string
		order []model.Order
		want  []string
	}{
		{"usually the latest come first", nil, newest},
		{"by publication, ascending", []model.Order{{Field: "PUBLISHED_AT"}}, reversed(newest)},
		{"by title, Latin before Arabic", []model.Order{{Field: "TITLE"}}, []string{"en:vote", "en:reworked", "en:count", "en:budget", "en:match", "ar:budget"}},
		{"by title, descending", []model.Order{{Field: "TITLE", Desc: true}}, []string{"ar:budget", "en:match", "en:budget", "en:count", "en:reworked", "en:vote"}},
		{"equals stand in the order of their keys", []model.Order{{Field: "CREATED_AT"}}, reversed(newest)},
		{"or its reverse", []model.Order{{Field: "CREATED_AT", Desc: true}}, newest},
		{"by update, the latest first", []model.Order{{Field: "UPDATED_AT", Desc: true}}, []string{"en:vote", "en:reworked", "en:match", "en:count", "en:budget", "ar:budget"}},
		{"the second term orders equals of the first", []model.Order{{Field: "CREATED_AT", Desc: true}, {Field: "TITLE"}}, []string{"en:vote", "en:reworked", "en:count", "en:budget", "en:match", "ar:budget"}},
	} {
		if got := articleSlugs(t, s, readers(), model.Query{Order: c.order}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		}
		walk(t, c.rule, c.want, func(page model.Page) (*model.Connection[model.Article], error) {
			found, err := s.Articles(t.Context(), readers(), model.Query{Page: page, Order: c.order}, nil)
			if err != nil {
				return nil, err
			}
			return &found.Connection, nil
		})
	}
	if got := articleSlugs(t, s, editors(), model.Query{})[:3]; !slices.Equal(got, []string{"en:match", "en:count", "en:vote"}) {
		t.Errorf("first of the editors' articles = %v, want those with the latest dates; what was never published stands where it was created", got)
	}
	for _, c := range []struct {
		what string
		q    model.Query
	}{
		{"a field twice", model.Query{Order: []model.Order{{Field: "TITLE"}, {Field: "TITLE", Desc: true}}}},
		{"relevance without a search", model.Query{Order: []model.Order{{Field: "RELEVANCE"}}}},
		{"first and last", model.Query{Page: model.Page{First: of(1), Last: of(1)}}},
		{"a page of less than none", model.Query{Page: model.Page{First: of(-1)}}},
		{"a page too large", model.Query{Page: model.Page{Last: of(101)}}},
	} {
		_, err := s.Articles(t.Context(), readers(), c.q, nil)
		wantCode(t, c.what, err, model.ErrorCodeInvalid)
	}
}

func reversed(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// walk pages through a list by two, from both ends, and checks the pageInfo of each page.
func walk[T any](t *testing.T, rule string, want []string, read func(model.Page) (*model.Connection[T], error)) {
	t.Helper()
	var forth, back []string
	read = withCursors(t, rule, read)
	for page := (model.Page{First: of(2)}); ; {
		got, err := read(page)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		forth = append(forth, slugsOf(got.Nodes)...)
		if info := got.PageInfo; info.HasNextPage != (len(forth) < len(want)) || info.HasPreviousPage != (page.After != nil) {
			t.Errorf("%s: pageInfo after %v = %+v", rule, forth, info)
		}
		if !got.PageInfo.HasNextPage {
			break
		}
		page.After = got.PageInfo.EndCursor
	}
	for page := (model.Page{Last: of(2)}); ; {
		got, err := read(page)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		back = append(slugsOf(got.Nodes), back...)
		if info := got.PageInfo; info.HasPreviousPage != (len(back) < len(want)) || info.HasNextPage != (page.Before != nil) {
			t.Errorf("%s: pageInfo before %v = %+v", rule, back, info)
		}
		if !got.PageInfo.HasPreviousPage {
			break
		}
		page.Before = got.PageInfo.StartCursor
	}
	if !slices.Equal(forth, want) || !slices.Equal(back, want) {
		t.Errorf("%s: pages are %v forward and %v backward, want %v", rule, forth, back, want)
	}
}

// withCursors checks that the cursors of the nodes are those of pageInfo, at both ends.
func withCursors[T any](t *testing.T, rule string, read func(model.Page) (*model.Connection[T], error)) func(model.Page) (*model.Connection[T], error) {
	return func(page model.Page) (*model.Connection[T], error) {
		t.Helper()
		got, err := read(page)
		if err != nil || len(got.Nodes) == 0 {
			return got, err
		}
		first, last := got.CursorOf(0), got.CursorOf(len(got.Nodes)-1)
		if first != *got.PageInfo.StartCursor || last != *got.PageInfo.EndCursor || (first == last) != (len(got.Nodes) == 1) {
			t.Errorf("%s: cursors are %s to %s, and in pageInfo %s to %s", rule, first, last, *got.PageInfo.StartCursor, *got.PageInfo.EndCursor)
		}
		return got, nil
	}
}

// Nodes with names are sorted by the names that are returned to the request.
func TestNamedListsInEachOrder(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	arabic := store.View{Languages: []model.Language{"ar"}}
	for _, c := range []struct {
		rule string
		view store.View
		q    model.Query
		want []string
	}{
		{"by English name", readers(), model.Query{}, []string{"salih", "zola", "kadhimi", "sabah"}},
		{"descending", readers(), model.Query{Order: []model.Order{{Field: "NAME", Desc: true}}}, []string{"sabah", "kadhimi", "zola", "salih"}},
		{"by Arabic name, or else another", arabic, model.Query{}, []string{"zola", "salih", "sabah", "kadhimi"}},
		{"by time, then by name", readers(), model.Query{Order: []model.Order{{Field: "CREATED_AT"}, {Field: "NAME"}}}, []string{"salih", "zola", "kadhimi", "sabah"}},
		{"by time, then by name downwards", readers(), model.Query{Order: []model.Order{{Field: "UPDATED_AT"}, {Field: "NAME", Desc: true}}}, []string{"sabah", "kadhimi", "zola", "salih"}},
		{"found, the most relevant first", readers(), model.Query{Search: "al"}, []string{"sabah", "kadhimi"}},
		{"all of a search without words, by name", readers(), model.Query{Search: "  ", Order: []model.Order{{Field: "NAME"}}}, []string{"salih", "zola", "kadhimi", "sabah"}},
		{"all without some", readers(), model.Query{Search: "-salih", Order: []model.Order{{Field: "NAME"}}}, []string{"zola", "kadhimi", "sabah"}},
		{"found by relevance", readers(), model.Query{Search: "صالح"}, []string{"salih"}},
	} {
		walk(t, c.rule, c.want, func(page model.Page) (*model.Connection[model.Official], error) {
			q := c.q
			q.Page = page
			found, err := s.Officials(t.Context(), c.view, q, nil)
			return &found.Connection, err
		})
	}
	for _, c := range []struct {
		field string
		want  []string
	}{{"CODE", []string{"IQ", "KW"}}, {"NAME", []string{"IQ", "KW"}}} {
		walk(t, "countries by "+c.field, c.want, func(page model.Page) (*model.Connection[model.Country], error) {
			found, err := s.Countries(t.Context(), readers(), model.Query{Page: page, Order: []model.Order{{Field: c.field}}}, nil)
			return &found.Connection, err
		})
	}
	walk(t, "topics by slug, descending", []string{"sport", "politics", "elections", "ballots"}, func(page model.Page) (*model.Connection[model.Topic], error) {
		found, err := s.Topics(t.Context(), readers(), model.Query{Page: page, Order: []model.Order{{Field: "SLUG", Desc: true}}}, nil)
		return &found.Connection, err
	})
	walk(t, "offices by title", []string{"envoy", "iraq-president", "iraq-pm", "kuwait-pm"}, func(page model.Page) (*model.Connection[model.Office], error) {
		found, err := s.Offices(t.Context(), readers(), model.Query{Page: page}, nil)
		return &found.Connection, err
	})
}

// A cursor belongs to one list, one order and one language.
func TestCursorsOfOtherListsAreRefused(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	page, err := s.Officials(t.Context(), readers(), model.Query{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cursor := page.PageInfo.StartCursor
	articles := func(q model.Query) error { _, err := s.Articles(t.Context(), readers(), q, nil); return err }
	officials := func(view store.View, q model.Query) error {
		_, err := s.Officials(t.Context(), view, q, nil)
		return err
	}
	wantCode(t, "its own list", officials(readers(), model.Query{Page: model.Page{After: cursor}}), "")
	wantCode(t, "another list", articles(model.Query{Page: model.Page{After: cursor}}), model.CodeInvalidCursor)
	wantCode(t, "another order", officials(readers(), model.Query{Page: model.Page{Before: cursor}, Order: []model.Order{{Field: "CREATED_AT"}}}), model.CodeInvalidCursor)
	wantCode(t, "another language", officials(store.View{Languages: []model.Language{"ar"}}, model.Query{Page: model.Page{After: cursor}}), model.CodeInvalidCursor)
	wantCode(t, "no cursor", officials(readers(), model.Query{Page: model.Page{After: of("x")}}), model.CodeInvalidCursor)
	countOnly := (&model.Plan{}).Want("totalCount")
	_, err = s.Officials(t.Context(), readers(), model.Query{Page: model.Page{After: of("x")}}, countOnly)
	wantCode(t, "no cursor, where only the count is wanted", err, model.CodeInvalidCursor)
}

// Only what the plan asks for is read.
func TestPlansOfConnections(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	read := func(plan *model.Plan) *model.OfficialConnection {
		t.Helper()
		page, err := s.Officials(t.Context(), readers(), model.Query{Page: model.Page{First: of(1)}, Filter: &model.OfficialFilter{Slug: &model.StringFilter{Ne: of("zola")}}}, plan)
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	counted := read((&model.Plan{}).Want("totalCount"))
	if total, err := counted.TotalCount(); err != nil || total != 3 || len(counted.Nodes) != 0 || counted.PageInfo.EndCursor != nil {
		t.Errorf("the count alone = %d, %v, with %d rows, want 3 and none", total, err, len(counted.Nodes))
	}
	placed := read((&model.Plan{}).Want("pageInfo"))
	if !placed.PageInfo.HasNextPage || placed.PageInfo.EndCursor == nil || placed.Nodes[0].Slug != "" {
		t.Errorf("the place alone = %+v of %+v, want a cursor and no column", placed.PageInfo, placed.Nodes[0])
	}
	if _, err := placed.TotalCount(); err == nil {
		t.Error("totalCount was counted, which nobody asked for")
	}
	nodes := &model.Plan{}
	nodes.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug")
	slugs := read(nodes)
	if one := slugs.Nodes[0]; one.Slug != "salih" || one.LocalNames != nil || one.CountryKey == nil {
		t.Errorf("the slug alone = %+v, want the slug and what relations start from", one)
	}
	if info := slugs.PageInfo; info.StartCursor != nil || info.EndCursor != nil || slugs.Edges()[0].Cursor != *placed.PageInfo.EndCursor {
		t.Errorf("without pageInfo it is %+v, want no cursors there, and in the edges the same as with it", info)
	}
}
