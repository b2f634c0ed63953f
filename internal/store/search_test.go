package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func TestSearchOfEverything(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := (&model.Plan{}).Want("totalCount", "pageInfo")
	nodes := plan.Relate("nodes", "nodes", model.Args{}).Plan
	nodes.ByType = map[model.NodeType]*model.Plan{}
	for _, node := range []model.NodeType{model.NodeArticle, model.NodeOfficial, model.NodeCountry, model.NodeTopic, model.NodeOffice} {
		nodes.ByType[node] = (&model.Plan{}).Want("slug", "code")
	}
	articles := []model.SearchType{model.SearchTypeArticle}
	for _, c := range []struct {
		rule string
		view store.View
		q    model.Search
		want string // the best first
	}{
		{"a name finds its node, then what is tagged with it", readers(), model.Search{Query: "Kadhimi"}, "kadhimi en:budget ar:budget"},
		{"in any language", readers(), model.Search{Query: "الكاظمي"}, "kadhimi ar:budget en:budget"},
		{"a word of a body", readers(), model.Search{Query: "بغداد"}, "ar:budget"},
		{"readers find no draft", readers(), model.Search{Query: "draft"}, ""},
		{"editors do", editors(), model.Search{Query: "draft"}, "en:draft"},
		{"a working copy in place of what readers see", editors(), model.Search{Query: "as editors see it"}, "en:reworked-copy"},
		{"articles alone", readers(), model.Search{Query: "Kadhimi", Types: articles}, "en:budget ar:budget"},
		{"in a language", readers(), model.Search{Query: "Kadhimi", Types: articles, Language: of[model.Language]("ar")}, "ar:budget"},
		{"articles that match a filter, and all nodes", readers(), model.Search{Query: "Kadhimi", Filter: &model.ArticleFilter{Language: &model.StringFilter{Eq: of("ar")}}}, "kadhimi ar:budget"},
		{"nodes alone", readers(), model.Search{Query: "Iraq", Types: []model.SearchType{model.SearchTypeCountry, model.SearchTypeOffice}}, "IQ iraq-president iraq-pm"},
		{"all words", readers(), model.Search{Query: "vote elections"}, "en:vote"},
		{"a phrase", readers(), model.Search{Query: `"prime minister of iraq"`, Types: articles}, "en:vote"},
		{"without a word", readers(), model.Search{Query: "elections -vote", Types: articles}, "en:reworked"},
		{"nothing", readers(), model.Search{Query: "  "}, ""},
		{"nothing but exclusions", readers(), model.Search{Query: "-vote"}, ""},
	} {
		got := found(t, s, c.view, c.q, plan)
		total, err := got.TotalCount()
		if list := resultsOf(got); strings.Join(list, " ") != c.want || err != nil || total != len(list) || got.CorrectedQuery != nil {
			t.Errorf("%s: %v of %d, %v, corrected %v, want %s", c.rule, list, total, err, got.CorrectedQuery, c.want)
		}
		pageThrough(t, c.rule, strings.Fields(c.want), func(page model.Page) *store.Found {
			c.q.Page = page
			return found(t, s, c.view, c.q, plan)
		})
	}
	words := ""
	for i := range 33 {
		words += fmt.Sprint("word", i, " ")
	}
	for what, q := range map[string]model.Search{
		"too many words": {Query: words},
		"too many bytes": {Query: strings.Repeat("a", 4097)},
	} {
		_, err := s.Search(t.Context(), readers(), q, nil)
		wantCode(t, what, err, model.ErrorCodeLimitExceeded)
	}
	_, err := s.Search(t.Context(), readers(), model.Search{Query: "vote", Page: model.Page{After: of("x")}}, nil)
	wantCode(t, "no cursor", err, model.CodeInvalidCursor)
	_, err = s.Search(t.Context(), readers(), model.Search{Query: "vote", Filter: &model.ArticleFilter{ID: &model.IDFilter{Eq: of(id(model.NodeTopic, 1))}}}, nil)
	wantCode(t, "a filter by the id of a topic", err, model.ErrorCodeInvalid)
}

func found(t *testing.T, s *store.Store, view store.View, q model.Search, plan *model.Plan) *store.Found {
	t.Helper()
	got, err := s.Search(t.Context(), view, q, plan)
	if err != nil {
		t.Fatalf("search %q: %v", q.Query, err)
	}
	return got
}

func resultsOf(f *store.Found) []string {
	var list []string
	for _, edge := range f.Edges {
		list = append(list, slugOf(edge.Node))
	}
	return list
}

// pageThrough reads a search one by one, from both ends.
func pageThrough(t *testing.T, rule string, want []string, read func(model.Page) *store.Found) {
	t.Helper()
	var forth, back []string
	for asked := (model.Page{First: of(1)}); len(forth) <= len(want); {
		page := read(asked)
		forth = append(forth, resultsOf(page)...)
		if !page.PageInfo.HasNextPage {
			break
		}
		asked.After = page.PageInfo.EndCursor
	}
	for asked := (model.Page{Last: of(1)}); len(back) <= len(want); {
		page := read(asked)
		back = append(resultsOf(page), back...)
		if !page.PageInfo.HasPreviousPage {
			break
		}
		asked.Before = page.PageInfo.StartCursor
	}
	if !slices.Equal(forth, want) || !slices.Equal(back, want) {
		t.Errorf("%s: pages are %v forward and %v backward, want %v", rule, forth, back, want)
	}
}

func TestSearchOfArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	for _, c := range []struct {
		rule  string
		view  store.View
		q     model.Query
		want  []string
		fixed string
	}{
		{"the most relevant first", readers(), model.Query{Search: "elections"}, []string{"en:vote", "en:reworked"}, ""},
		{"in another order", readers(), model.Query{Search: "elections", Order: []model.Order{{Field: "PUBLISHED_AT", Desc: true}}}, []string{"en:reworked", "en:vote"}, ""},
		{"by relevance, then by title", readers(), model.Query{Search: "elections", Order: []model.Order{{Field: "RELEVANCE"}, {Field: "TITLE", Desc: true}}}, []string{"en:vote", "en:reworked"}, ""},
		{"all of a search without words, the latest first", readers(), model.Query{Search: " ", Order: []model.Order{{Field: "RELEVANCE"}}}, []string{"en:reworked", "en:match", "en:count", "en:vote", "en:budget", "ar:budget"}, ""},
		{"all without some", readers(), model.Query{Search: "-elections -budget"}, []string{"en:match", "en:count", "ar:budget"}, ""},
		{"with a filter", readers(), model.Query{Search: "elections", Filter: &model.ArticleFilter{Slug: &model.StringFilter{Ne: of("vote")}}}, []string{"en:reworked"}, ""},
		{"a word that is nowhere, corrected", readers(), model.Query{Search: "Countnig ballots"}, []string{"en:count"}, "counting ballots"},
		{"in a name", readers(), model.Query{Search: "kadhmi"}, []string{"en:budget", "ar:budget"}, "kadhimi"},
		{"editors, of a draft", editors(), model.Query{Search: "draaft"}, []string{"en:draft"}, "draft"},
		{"readers, of a draft they may not see", readers(), model.Query{Search: "draaft"}, nil, ""},
		{"a phrase is not corrected", readers(), model.Query{Search: `"countnig the"`}, nil, ""},
		{"nor words that are nowhere together", readers(), model.Query{Search: "match countnig"}, nil, ""},
	} {
		fixed := ""
		walk(t, c.rule, c.want, func(page model.Page) (*model.Connection[model.Article], error) {
			q := c.q
			q.Page = page
			got, err := s.Articles(t.Context(), c.view, q, nil)
			if err != nil {
				return nil, err
			}
			if got.CorrectedQuery != nil {
				fixed = *got.CorrectedQuery
			}
			return &got.Connection, nil
		})
		if fixed != c.fixed {
			t.Errorf("%s: corrected to %q, want %q", c.rule, fixed, c.fixed)
		}
	}
	page, err := s.Articles(t.Context(), readers(), model.Query{Search: "elections", Page: model.Page{First: of(1)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Articles(t.Context(), readers(), model.Query{Search: "vote", Page: model.Page{After: page.PageInfo.EndCursor}}, nil)
	wantCode(t, "the cursor of another search", err, model.CodeInvalidCursor)
}

// Writes between two pages do not reorder the rows: a cursor keeps the weights of words.
func TestPagesOfASearchStayWhileOthersWrite(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	q := model.Query{Search: "elections", Page: model.Page{First: of(1)}}
	first, err := s.Articles(t.Context(), readers(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		for i := range 40 { // which makes the word common
			a := published("en", fmt.Sprint("elections-", i), "Elections", on(1, 1))
			if err := tx.InsertArticle(a); err != nil {
				return err
			}
		}
		return nil
	})
	q.After = first.PageInfo.EndCursor
	second, err := s.Articles(t.Context(), readers(), q, nil)
	if err != nil || !slices.Equal(slugsOf(first.Nodes), []string{"en:vote"}) || !slices.Equal(slugsOf(second.Nodes), []string{"en:reworked"}) {
		t.Fatalf("pages = %v, then %v, %v, want vote, then reworked", slugsOf(first.Nodes), slugsOf(second.Nodes), err)
	}
	q.After, q.Before = nil, second.PageInfo.StartCursor
	q.First, q.Last = nil, of(1)
	back, err := s.Articles(t.Context(), readers(), q, nil)
	if err != nil || !slices.Equal(slugsOf(back.Nodes), slugsOf(first.Nodes)) {
		t.Errorf("the page before the second = %v, %v, want the first, %v", slugsOf(back.Nodes), err, slugsOf(first.Nodes))
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	every := []model.NodeType{model.NodeOfficial, model.NodeCountry, model.NodeTopic, model.NodeOffice}
	for _, c := range []struct {
		rule string
		view store.View
		q    store.Prefix
		want []string
	}{
		{"the most used first, each once, by the name that fits best", readers(), store.Prefix{Text: "ira", Types: every, First: 5}, []string{"Iraq IQ", "President of Iraq iraq-president", "Prime Minister of Iraq iraq-pm"}},
		{"a word within a name", readers(), store.Prefix{Text: "kadh", Types: every, First: 5}, []string{"Mustafa al-Kadhimi kadhimi"}},
		{"without the article of an Arabic word", readers(), store.Prefix{Text: "كاظ", Types: every, First: 5}, []string{"مصطفى الكاظمي kadhimi"}},
		{"several words", readers(), store.Prefix{Text: "Prime Minister of K", Types: every, First: 5}, []string{"Prime Minister of Kuwait kuwait-pm"}},
		{"of one type", readers(), store.Prefix{Text: "ira", Types: every[1:2], First: 5}, []string{"Iraq IQ"}},
		{"so many at most", readers(), store.Prefix{Text: "ira", Types: every, First: 1}, []string{"Iraq IQ"}},
		{"of no type", readers(), store.Prefix{Text: "ira", First: 5}, nil},
		{"nothing typed", readers(), store.Prefix{Text: " -", Types: every, First: 5}, nil},
	} {
		plan := &model.Plan{}
		plan.Relate("node", "node", model.Args{}).Plan.ByType = map[model.NodeType]*model.Plan{
			model.NodeOfficial: (&model.Plan{}).Want("slug"), model.NodeCountry: (&model.Plan{}).Want("code"), model.NodeOffice: (&model.Plan{}).Want("slug"),
		}
		suggestions, err := s.Suggest(t.Context(), c.view, c.q, plan)
		var got []string
		for _, one := range suggestions {
			got = append(got, one.Text+" "+slugOf(one.Node))
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.rule, got, err, c.want)
		}
	}
}

// A rebuilt index finds what the old one found, even if the rebuild was interrupted.
func TestReindex(t *testing.T) {
	t.Parallel()
	dsn := newsroomDatabase.Copy(t)
	s := reopen(t, dsn)
	if whole, err := s.Indexed(t.Context()); !whole || err != nil {
		t.Errorf("a new database is indexed: %v, %v, want true", whole, err)
	}
	search := func() string {
		t.Helper()
		return fmt.Sprint(resultsOf(found(t, s, editors(), model.Search{Query: "Kadhimi"}, nil)), resultsOf(found(t, s, editors(), model.Search{Query: "see it"}, nil)))
	}
	suggest := func() int {
		t.Helper()
		got, err := s.Suggest(t.Context(), readers(), store.Prefix{Text: "ira", Types: []model.NodeType{model.NodeCountry, model.NodeOffice}, First: 9}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	want, suggested := search(), suggest()
	db := direct(t, dsn)
	mustExec(t, db, "DELETE FROM article_index", "DELETE FROM node_index", "DELETE FROM suggestions", "DELETE FROM node_uses", "UPDATE search_state SET value = 0 WHERE name = 'analysis'")
	if whole, err := s.Indexed(t.Context()); whole || err != nil {
		t.Errorf("indexed by an older analysis: %v, %v, want false", whole, err)
	}
	var steps []int
	if err := s.Reindex(t.Context(), func(done, all int) { steps = append(steps, done, all) }); err != nil {
		t.Fatal(err)
	}
	if got := search(); got != want || suggest() != suggested {
		t.Errorf("after it, searches find %s, want %s", got, want)
	}
	wantList(t, "progress", steps, 9, 9)
	mustExec(t, db, "UPDATE search_state SET value = 0 WHERE name = 'analysis'",
		fmt.Sprintf("INSERT INTO search_state (name, value) VALUES ('rebuilt by analysis %d', 3)", fulltext.Version))
	steps = nil
	if err := s.Reindex(t.Context(), func(done, all int) { steps = append(steps, done, all) }); err != nil {
		t.Fatal(err)
	}
	if whole, err := s.Indexed(t.Context()); !whole || err != nil || search() != want {
		t.Errorf("a rebuild that went on: indexed %v, %v", whole, err)
	}
	wantList(t, "progress of the rest", steps, 9, 9)
	var uses int
	if err := db.QueryRow("SELECT articles FROM node_uses WHERE node_type = 'Official' AND node_id = 2").Scan(&uses); err != nil || uses != 3 {
		t.Errorf("uses of an official = %d, %v, want 3", uses, err)
	}
}

// What a rebuild changes is in no change log: the position that readers' answers hang on
// grows all the same.
func TestRebuildsMoveTheReadersPosition(t *testing.T) {
	t.Parallel()
	s := open(t)
	position := func() int64 {
		p, err := s.ReadersPosition(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	before := position()
	if again := position(); again != before {
		t.Errorf("the position moved from %d to %d by itself", before, again)
	}
	if err := s.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if after := position(); after <= before {
		t.Errorf("the position is %d after a rebuild, want more than %d", after, before)
	}
}
