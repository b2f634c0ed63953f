package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// relating is a plan for relations, each with its field for a key.
func relating(fields ...string) *model.Plan {
	plan := &model.Plan{}
	for _, field := range fields {
		plan.Relate(field, field, model.Args{}).Plan.Want("slug", "code", "name")
	}
	return plan
}

// loaded are the nodes with these ids, with what the plan asks for below them.
func loaded(t *testing.T, s *store.Store, view store.View, plan *model.Plan, ids ...model.ID) []model.Node {
	t.Helper()
	nodes, err := s.Nodes(t.Context(), view, ids, func(model.NodeType) *model.Plan { return plan })
	if err != nil {
		t.Fatal(err)
	}
	return nodes
}

func TestNodesInTheOrderOfTheirIDs(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	ids := []model.ID{
		id(model.NodeTenure, 3), id(model.NodeArticle, vote), id(model.NodeOffice, envoy), id(model.NodeArticle, 999), id(model.NodeArticle, draft),
		id(model.NodeCountry, kuwait), id(model.NodeTopic, sport), id(model.NodeOfficial, salih), id(model.NodeArticle, vote), id("Nothing", 1),
	}
	var got []string
	for _, node := range loaded(t, s, readers(), nil, ids...) {
		if node == nil {
			got = append(got, "-")
			continue
		}
		got = append(got, slugOf(node))
	}
	if want := "*model.Tenure en:vote envoy - - KW sport salih en:vote -"; strings.Join(got, " ") != want {
		t.Errorf("Nodes = %v, want %s", got, want)
	}
}

func TestRelationsOfArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := relating("officials", "countries", "topics", "translations")
	nodes := loaded(t, s, readers(), plan, id(model.NodeArticle, budgetAr), id(model.NodeArticle, vote), id(model.NodeArticle, match))
	for i, want := range []string{"kadhimi salih | IQ | politics | en:budget", "salih | IQ KW | elections | ", " |  | sport | "} {
		a, _ := nodes[i].(*model.Article)
		got := strings.Join([]string{
			strings.Join(slugsOf(slot[[]*model.Official](t, a, "officials")), " "), strings.Join(slugsOf(slot[[]*model.Country](t, a, "countries")), " "),
			strings.Join(slugsOf(slot[[]*model.Topic](t, a, "topics")), " "), strings.Join(slugsOf(slot[[]*model.Article](t, a, "translations")), " "),
		}, " | ")
		if got != want {
			t.Errorf("tags and translations of %s = %q, want %q", slugOf(a), got, want)
		}
	}
	first, _ := nodes[0].(*model.Article)
	second, _ := nodes[1].(*model.Article)
	if slot[[]*model.Official](t, first, "officials")[1] != slot[[]*model.Official](t, second, "officials")[0] {
		t.Error("one official of two articles was read twice")
	}
}

// Each node has a page of its own articles.
func TestArticlesOfNodes(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	titles := of(model.ArticleOrder{Field: model.ArticleOrderFieldTitle})
	wanted := func(args model.Args) *model.Plan {
		plan := &model.Plan{}
		below := plan.Relate("articles", "articles", args).Plan.Want("totalCount", "pageInfo")
		below.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug")
		return plan
	}
	for _, c := range []struct {
		rule string
		view store.View
		id   model.ID
		args model.Args
		want string // how many, and the slugs of the page
	}{
		{"of an official", readers(), id(model.NodeOfficial, salih), model.Args{}, "3: en:vote en:budget ar:budget"},
		{"a page of them", readers(), id(model.NodeOfficial, salih), model.Args{First: of(1)}, "3: en:vote"},
		{"the last page", readers(), id(model.NodeOfficial, salih), model.Args{Last: of(1)}, "3: ar:budget"},
		{"in another order", readers(), id(model.NodeOfficial, salih), model.Args{OrderBy: []*model.ArticleOrder{titles}}, "3: en:vote en:budget ar:budget"},
		{"filtered", readers(), id(model.NodeOfficial, salih), model.Args{Filter: &model.ArticleFilter{Language: &model.StringFilter{Eq: of("ar")}}}, "1: ar:budget"},
		{"of a country", readers(), id(model.NodeCountry, kuwait), model.Args{}, "2: en:count en:vote"},
		{"of a topic, with those below it", readers(), id(model.NodeTopic, elections), model.Args{}, "3: en:reworked en:count en:vote"},
		{"of a topic alone", readers(), id(model.NodeTopic, elections), model.Args{IncludeDescendants: of(false)}, "2: en:reworked en:vote"},
		{"of a node without any", readers(), id(model.NodeOfficial, zola), model.Args{}, "0: "},
		{"editors see drafts", editors(), id(model.NodeOfficial, kadhimi), model.Args{}, "3: en:budget ar:budget en:draft"},
		{"editors see tags of working copies", editors(), id(model.NodeTopic, sport), model.Args{}, "2: en:match en:reworked-copy"},
		{"and not those that they replace", editors(), id(model.NodeTopic, elections), model.Args{}, "3: en:count en:vote en:draft"},
		{"editors, of a topic alone", editors(), id(model.NodeTopic, elections), model.Args{IncludeDescendants: of(false)}, "2: en:vote en:draft"},
		{"a preview shows no lists", store.View{Preview: vote, PreviewOnly: true}, id(model.NodeTopic, elections), model.Args{}, "0: "},
	} {
		node := loaded(t, s, c.view, wanted(c.args), c.id)[0]
		page := slot[*model.ArticleConnection](t, node.(interface{ Slot(string) (any, bool) }), "articles")
		total, err := page.TotalCount()
		if got := fmt.Sprintf("%d: %s", total, strings.Join(slugsOf(page.Nodes), " ")); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.rule, got, err, c.want)
		}
	}
	plan := wanted(model.Args{After: of("x")})
	_, err := s.Nodes(t.Context(), readers(), []model.ID{id(model.NodeTopic, politics)}, func(model.NodeType) *model.Plan { return plan })
	wantCode(t, "a bad cursor below a node", err, model.CodeInvalidCursor)
	if !strings.Contains(fmt.Sprint(err), "articles: ") {
		t.Errorf("the error %v does not say in which field it is", err)
	}
}

func TestTreeOfTopics(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	nodes := loaded(t, s, readers(), relating("parent", "ancestors", "children"), id(model.NodeTopic, politics), id(model.NodeTopic, ballots))
	root, _ := nodes[0].(*model.Topic)
	leaf, _ := nodes[1].(*model.Topic)
	if parent := slot[*model.Topic](t, root, "parent"); parent != nil {
		t.Errorf("parent of the root = %s, want none", parent.Slug)
	}
	if parent := slot[*model.Topic](t, leaf, "parent"); parent == nil || parent.Slug != "elections" {
		t.Errorf("parent of ballots = %+v, want elections", parent)
	}
	wantList(t, "ancestors of ballots", slugsOf(slot[[]*model.Topic](t, leaf, "ancestors")), "politics", "elections")
	wantList(t, "ancestors of the root", slugsOf(slot[[]*model.Topic](t, root, "ancestors")))
	wantList(t, "children of the root", slugsOf(slot[[]*model.Topic](t, root, "children")), "elections")
}

// Of several tenures on a day the principal one counts: a regular one before an acting
// one, then the highest office, then the latest.
func TestOfficesOnADate(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := func(field string, day model.Date) *model.Plan {
		plan := &model.Plan{}
		plan.Relate(field, field, model.Args{On: &day}).Plan.Want("slug")
		return plan
	}
	for _, c := range []struct {
		rule  string
		id    model.ID
		field string
		day   model.Date
		want  string
	}{
		{"the higher of two offices", id(model.NodeOfficial, kadhimi), "office", 20210401, "iraq-pm"},
		{"the other before it", id(model.NodeOfficial, kadhimi), "office", 20200506, "envoy"},
		{"and after it: the last day is not included", id(model.NodeOfficial, kadhimi), "office", 20221027, "envoy"},
		{"none before all", id(model.NodeOfficial, kadhimi), "office", 20151231, "-"},
		{"an own office before an acting one", id(model.NodeOfficial, salih), "office", 20210101, "iraq-president"},
		{"a holder before an acting one", id(model.NodeOffice, iraqPM), "holder", 20210101, "kadhimi"},
		{"nobody", id(model.NodeOffice, iraqPM), "holder", 20200506, "-"},
	} {
		node := loaded(t, s, readers(), plan(c.field, c.day), c.id)[0]
		got := "-"
		switch node := node.(type) {
		case *model.Official:
			if office := slot[*model.Office](t, node, "office"); office != nil {
				got = office.Slug
			}
		case *model.Office:
			if holder := slot[*model.Official](t, node, "holder"); holder != nil {
				got = holder.Slug
			}
		}
		if got != c.want {
			t.Errorf("%s: %s of %v on %d = %s, want %s", c.rule, c.field, c.id, c.day, got, c.want)
		}
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		return tx.InsertTenure(&model.Tenure{OfficialKey: sabah, OfficeKey: iraqPresident, Acting: true})
	})
	acting, _ := loaded(t, s, readers(), plan("office", 20210101), id(model.NodeOfficial, sabah))[0].(*model.Official)
	if office := slot[*model.Office](t, acting, "office"); office.Slug != "kuwait-pm" {
		t.Errorf("office = %s, want their own before a higher one that they only act in", office.Slug)
	}
	today := readers()
	today.Today = 20200506
	nodes := loaded(t, s, today, relating("office", "country"), id(model.NodeOfficial, kadhimi), id(model.NodeOfficial, zola))
	person, _ := nodes[0].(*model.Official)
	other, _ := nodes[1].(*model.Official)
	if office := slot[*model.Office](t, person, "office"); office == nil || office.Slug != "envoy" {
		t.Errorf("office without a day = %+v, want that of the view's", office)
	}
	if slot[*model.Office](t, other, "office") != nil || slot[*model.Country](t, other, "country") != nil {
		t.Error("somebody without office and country has one")
	}
}

func TestTenures(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	held := func(node model.ID, args model.Args) []string {
		t.Helper()
		plan := &model.Plan{}
		below := plan.Relate("tenures", "tenures", args).Plan.Want("acting")
		below.Relate("official", "official", model.Args{}).Plan.Want("slug")
		below.Relate("office", "office", model.Args{}).Plan.Want("slug")
		var got []string
		for _, tenure := range slot[[]*model.Tenure](t, loaded(t, s, readers(), plan, node)[0].(interface{ Slot(string) (any, bool) }), "tenures") {
			one := slot[*model.Official](t, tenureOf{tenure}, "official").Slug + "/" + slot[*model.Office](t, tenureOf{tenure}, "office").Slug
			if tenure.Acting {
				one += " acting"
			}
			got = append(got, one)
		}
		return got
	}
	wantList(t, "tenures of an official, earliest first", held(id(model.NodeOfficial, salih), model.Args{}), "salih/iraq-president", "salih/iraq-pm acting")
	wantList(t, "on a day", held(id(model.NodeOfficial, salih), model.Args{On: of[model.Date](20210201)}), "salih/iraq-president")
	wantList(t, "tenures of an office", held(id(model.NodeOffice, iraqPM), model.Args{}), "kadhimi/iraq-pm", "salih/iraq-pm acting")
	mustWrite(t, s, func(tx *store.Tx) error {
		of, err := tx.TenuresOf(salih)
		if err != nil || len(of) != 2 || of[0].OfficeKey != iraqPresident {
			t.Errorf("TenuresOf = %+v, want two, the earliest first", of)
		}
		return err
	})
}

// tenureOf is a tenure with a name in failures.
type tenureOf struct{ *model.Tenure }

func TestRelationsOfCountries(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	people := func(args model.Args) *model.OfficialConnection {
		t.Helper()
		plan := &model.Plan{}
		plan.Relate("officials", "officials", args).Plan.Want("totalCount").Relate("nodes", "nodes", model.Args{}).Plan.Want("slug")
		country, _ := loaded(t, s, readers(), plan, id(model.NodeCountry, iraq))[0].(*model.Country)
		return slot[*model.OfficialConnection](t, country, "officials")
	}
	wantList(t, "officials of a country, by name", slugsOf(people(model.Args{}).Nodes), "salih", "kadhimi")
	wantList(t, "in its offices on a day", slugsOf(people(model.Args{On: of[model.Date](20190101)}).Nodes), "salih")
	if page := people(model.Args{First: of(1)}); *page.Total != 2 || len(page.Nodes) != 1 {
		t.Errorf("first page = %d of %d, want 1 of 2", len(page.Nodes), *page.Total)
	}
	country, _ := loaded(t, s, readers(), relating("offices"), id(model.NodeCountry, iraq))[0].(*model.Country)
	wantList(t, "offices of a country, by title", slugsOf(slot[[]*model.Office](t, country, "offices")), "iraq-president", "iraq-pm")
	office, _ := loaded(t, s, readers(), relating("country"), id(model.NodeOffice, kuwaitPM))[0].(*model.Office)
	if country := slot[*model.Country](t, office, "country"); country == nil || country.Code != "KW" {
		t.Errorf("country of an office = %+v, want KW", country)
	}
}

// An appearance has the tenure on the article's date.
func TestAppearances(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := &model.Plan{}
	below := plan.Relate("appearances", "appearances", model.Args{}).Plan
	for _, field := range []string{"official", "tenure", "office"} {
		below.Relate(field, field, model.Args{}).Plan.Want("slug")
	}
	for _, c := range []struct {
		article int64
		want    []string
	}{
		{budgetAr, []string{"kadhimi SUBJECT iraq-pm", "salih MENTIONED iraq-president"}},
		{count, []string{"sabah SUBJECT kuwait-pm"}},
		{match, nil},
	} {
		a, _ := loaded(t, s, readers(), plan, id(model.NodeArticle, c.article))[0].(*model.Article)
		var got []string
		for _, one := range slot[[]*model.Appearance](t, a, "appearances") {
			if one.Tenure == nil || one.Tenure.OfficeKey != one.Office.Key {
				t.Errorf("tenure %+v of %s is not that of the office %+v", one.Tenure, one.Official.Slug, one.Office)
			}
			got = append(got, fmt.Sprint(one.Official.Slug, " ", one.Role, " ", one.Office.Slug))
		}
		wantList(t, "appearances in "+slugOf(a), got, c.want...)
	}
	edit(t, s, begin, count, func(a *store.TaggedArticle) { a.PublishedAt = of(on(4, 1)) })
	a, _ := loaded(t, s, readers(), plan, id(model.NodeArticle, count))[0].(*model.Article)
	if one := slot[[]*model.Appearance](t, a, "appearances")[0]; one.Tenure != nil || one.Office != nil {
		t.Errorf("an appearance after the tenure ended = %+v, want no tenure", one)
	}
	only := &model.Plan{}
	only.Relate("appearances", "appearances", model.Args{}).Plan.Want("role")
	a, _ = loaded(t, s, readers(), only, id(model.NodeArticle, vote))[0].(*model.Article)
	if one := slot[[]*model.Appearance](t, a, "appearances"); len(one) != 1 || one[0].Role != model.AppearanceRoleSpeaker || one[0].Official != nil {
		t.Errorf("the role alone = %+v, want no official read", one)
	}
}

func TestRelatedArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := func(args model.Args) *model.Plan {
		plan := &model.Plan{}
		plan.Relate("related", "related", args).Plan.Want("slug", "language")
		return plan
	}
	near := func(view store.View, key int64, args model.Args) []string {
		t.Helper()
		a, _ := loaded(t, s, view, plan(args), id(model.NodeArticle, key))[0].(*model.Article)
		return slugsOf(slot[[]*model.Article](t, a, "related"))
	}
	wantList(t, "most in common first, of translations the one in its language", near(readers(), vote, model.Args{}), "en:budget", "en:reworked", "en:count")
	wantList(t, "the first", near(readers(), vote, model.Args{First: of(1)}), "en:budget")
	wantList(t, "of a translation, not the others", near(readers(), budgetAr, model.Args{}), "en:vote")
	wantList(t, "editors: drafts as well, and working copies with their own tags", near(editors(), match, model.Args{}), "en:reworked-copy")
	wantList(t, "editors", near(editors(), draft, model.Args{}), "en:budget", "en:vote")
	wantList(t, "with nothing in common", near(readers(), match, model.Args{}))
	_, err := s.Nodes(t.Context(), readers(), []model.ID{id(model.NodeArticle, vote)}, func(model.NodeType) *model.Plan { return plan(model.Args{First: of(21)}) })
	wantCode(t, "more than 20 related", err, model.ErrorCodeInvalid)
}

// Of articles that are related equally, the nearer in time comes first, whichever was stored
// first: an export does not keep that order.
func TestRelatedArticlesThatAreEqual(t *testing.T) {
	t.Parallel()
	s := open(t)
	const year = 365 * 86_400_000
	mustWrite(t, s, func(tx *store.Tx) error {
		topic := &model.Topic{Slug: "water", Named: names("en:Water")}
		if err := tx.InsertTopic(topic); err != nil {
			return err
		}
		for slug, years := range map[string]int64{"now": 0, "a": 2, "b": 3, "c": 4, "d": 5} {
			a := published("en", slug, slug, model.DateTime(int64(begin)-years*year))
			a.Topics = append(a.Topics, topic.Key)
			if err := tx.InsertArticle(a); err != nil {
				return err
			}
		}
		return nil
	})
	plan := &model.Plan{}
	plan.Relate("related", "related", model.Args{}).Plan.Want("slug")
	related := func(view store.View) []string {
		by := model.ArticleBy{Slug: of("now")}
		now, err := s.Article(t.Context(), view, by, of(model.Language("en")), plan)
		if err != nil {
			t.Fatal(err)
		}
		return slugsOf(slot[[]*model.Article](t, now, "related"))
	}
	store.WithoutSets(s)
	wantList(t, "for readers", related(readers()), "en:a", "en:b", "en:c", "en:d")
	wantList(t, "for editors", related(editors()), "en:a", "en:b", "en:c", "en:d")
	if err := store.WithSets(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	wantList(t, "for readers, from memory", related(readers()), "en:a", "en:b", "en:c", "en:d")
}

// Relate loads relations of nodes that have been read before.
func TestRelate(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	var nodes []model.Node
	var tenures []model.Node
	mustWrite(t, s, func(tx *store.Tx) error {
		o, err := tx.Official(kadhimi)
		nodes = append(nodes, o)
		tenures = append(tenures, &model.Tenure{Key: 1, OfficialKey: salih, OfficeKey: envoy})
		return err
	})
	if err := s.Relate(t.Context(), readers(), nodes, relating("country", "tenures")); err != nil {
		t.Fatal(err)
	}
	o, _ := nodes[0].(*model.Official)
	if c := slot[*model.Country](t, o, "country"); c.Code != "IQ" || len(slot[[]*model.Tenure](t, o, "tenures")) != 2 {
		t.Errorf("country = %s, want IQ, and two tenures", c.Code)
	}
	if err := s.Relate(t.Context(), readers(), tenures, relating("office")); err != nil {
		t.Fatal(err)
	}
	if err := s.Relate(t.Context(), readers(), nil, relating("office")); err != nil {
		t.Errorf("of no nodes: %v", err)
	}
	if err := s.Relate(t.Context(), readers(), []model.Node{notKnown{}}, relating("office")); err == nil || !strings.Contains(err.Error(), "notKnown") {
		t.Errorf("of nodes of no noun: %v, want an error that says so", err)
	}
	if err := s.Relate(t.Context(), readers(), nodes, relating("spouse")); err == nil || !strings.Contains(err.Error(), "spouse") {
		t.Errorf("a relation that is not known: %v, want an error that names it", err)
	}
}

type notKnown struct{ model.Node }
