package store_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// largeNewsroom is a newsroom of 20,000 published articles and 500 drafts, as far as lists
// read them.
func largeNewsroom(t *testing.T) *store.Store {
	t.Helper()
	dsn := newsroomDatabase.Copy(t)
	db := direct(t, dsn)
	bytes, terms := "x'00'", "'title ~title ~title/2'"
	if storetest.OnPostgres() {
		bytes, terms = `'\x00'::bytea`, `'title:1 ''~title'' ''~title/2'''::tsvector`
	}
	insert := func(from, to int, status, published, public string) {
		mustExec(t, db, fmt.Sprintf(`INSERT INTO articles (id, slug, language, title, title_folded, title_sort_key, byline, status, published_at,
			word_count, translation_of, link, public, working, revision, owner, version, last_version, created_at, updated_at, body)
			WITH RECURSIVE numbers(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM numbers WHERE n < %d)
			SELECT n, 'a-' || n, 'en', 'Title ' || n, 'title ' || n, %s, '[]', '%s', %s, 3, n, 'OFF', %s, TRUE, 1, '', 1, 1, 1600000000000 + n, 1600000000000 + n, 'Body' FROM numbers`,
			from, to, bytes, status, published, public))
	}
	insert(1001, 21_000, "PUBLISHED", "1600000000000 + n * CAST(10000000 AS BIGINT)", "TRUE")
	insert(30_001, 30_500, "DRAFT", "NULL", "FALSE")
	mustExec(t, db,
		"INSERT INTO article_countries (article_id, country_id, position) SELECT id, 1 + id % 2, 0 FROM articles WHERE id > 1000",
		"INSERT INTO article_officials (article_id, official_id, position, role) SELECT id, 1 + id % 4, 0, 'SUBJECT' FROM articles WHERE id > 1000",
		"INSERT INTO article_topics (article_id, topic_id, position) SELECT id, 1 + id % 4, 0 FROM articles WHERE id > 1000")
	for _, of := range [][2]string{
		{"Country", "SELECT article_id, country_id AS owner FROM article_countries"},
		{"Official", "SELECT article_id, official_id AS owner FROM article_officials"},
		{"TopicItself", "SELECT article_id, topic_id AS owner FROM article_topics"},
		{"Topic", "SELECT DISTINCT tag.article_id, tree.ancestor_id AS owner FROM article_topics tag JOIN topic_tree tree ON tree.descendant_id = tag.topic_id"},
	} {
		mustExec(t, db, "INSERT INTO timeline (owner_type, owner_id, published_at, article_id) SELECT CASE WHEN a.public THEN '"+of[0]+"' ELSE '"+of[0]+"Unpublished' END, l.owner, COALESCE(a.published_at, a.created_at), a.id FROM ("+of[1]+") l JOIN articles a ON a.id = l.article_id WHERE a.id > 1000")
	}
	mustExec(t, db, "DELETE FROM node_uses", "INSERT INTO node_uses (node_type, node_id, articles) SELECT owner_type, owner_id, COUNT(*) FROM timeline WHERE owner_type NOT LIKE '%Unpublished' GROUP BY owner_type, owner_id",
		"INSERT INTO article_index (rowid, terms) SELECT id, "+terms+" FROM articles WHERE id > 1000")
	s := reopen(t, dsn)
	if err := store.FillTitles(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if storetest.OnPostgres() {
		mustExec(t, db, "VACUUM ANALYZE")
	}
	if err := store.WithSets(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// counting is a plan for a page with the number of rows and all facets.
func counting() *model.Plan {
	plan := &model.Plan{}
	plan.Want("totalCount")
	plan.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug", "title")
	facets := plan.Relate("facets", "facets", model.Args{}).Plan
	for field, below := range map[string]string{"countries": "country", "topics": "topic", "officials": "official", "languages": "", "months": ""} {
		relation := facets.Relate(field, field, model.Args{})
		if below != "" {
			relation.Plan.Relate(below, below, model.Args{}).Plan.Want("slug", "code")
		}
	}
	return plan
}

// scanned matches the step of a plan of SQLite that reads a whole table of articles, of
// their links or of an index of them.
var scanned = regexp.MustCompile(`^SCAN ([ntlx]|origin|hidden|articles|timeline|article_\w+)( USING .*)?$`)

// Lists of every shape read their indexes, and no more rows than those of a few pages, in
// a large newsroom on either database.
func TestPlansOfALargeNewsroom(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := largeNewsroom(t)
	recorded := store.Record(s)
	text := func(s string) *model.StringFilter { return &model.StringFilter{Eq: of(s)} }
	part := func(s string) *model.StringFilter { return &model.StringFilter{Contains: of(s)} }
	country := &model.CountryListFilter{Some: &model.CountryFilter{Code: text("IQ")}}
	articles := func(view store.View, q model.Query, plan *model.Plan) func() error {
		return func() error { _, err := s.Articles(t.Context(), view, q, plan); return err }
	}
	filtered := func(f *model.ArticleFilter) func() error {
		return articles(readers(), model.Query{Filter: f}, counting())
	}
	below := func(view store.View, ids []model.ID, relation *model.Relation) func() error {
		plan := &model.Plan{Relations: []*model.Relation{relation}}
		return func() error {
			_, err := s.Nodes(t.Context(), view, ids, func(model.NodeType) *model.Plan { return plan })
			return err
		}
	}
	countries, topics := []model.ID{id(model.NodeCountry, iraq), id(model.NodeCountry, kuwait)}, []model.ID{id(model.NodeTopic, politics), id(model.NodeTopic, sport)}
	list := func(plan *model.Plan) *model.Relation {
		return &model.Relation{Field: "articles", Key: "articles", Plan: plan}
	}
	page := &model.Plan{}
	page.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug", "title")
	byUpdate := []model.Order{{Field: "UPDATED_AT", Desc: true}}
	for name, ask := range map[string]func() error{
		"everything":                       articles(readers(), model.Query{}, counting()),
		"a country by filter":              filtered(&model.ArticleFilter{Countries: country}),
		"a country and a topic":            filtered(&model.ArticleFilter{Countries: country, Topics: &model.TopicListFilter{Some: &model.TopicFilter{Slug: text("sport")}}}),
		"a country by name":                filtered(&model.ArticleFilter{Countries: &model.CountryListFilter{Some: &model.CountryFilter{Name: text("Iraq")}}}),
		"a topic by a part of its name":    filtered(&model.ArticleFilter{Topics: &model.TopicListFilter{Some: &model.TopicFilter{Name: part("spor")}}}),
		"an official by name":              filtered(&model.ArticleFilter{Officials: &model.OfficialListFilter{Some: &model.OfficialFilter{Name: text("Barham Salih")}}}),
		"a language":                       filtered(&model.ArticleFilter{Language: text("en")}),
		"a language that nobody writes in": filtered(&model.ArticleFilter{Language: text("sw")}),
		"a part of a title":                filtered(&model.ArticleFilter{Title: part("tle 12345")}),
		"a part of no title":               filtered(&model.ArticleFilter{Title: part("nowhere")}),
		"a search":                         articles(readers(), model.Query{Search: "title"}, counting()),
		"a search of a country":            articles(readers(), model.Query{Search: "title", Filter: &model.ArticleFilter{Countries: country}}, counting()),
		"countries":                        below(readers(), countries, list(counting())),
		"topics":                           below(readers(), topics, list(counting())),
		"related articles":                 below(readers(), []model.ID{id(model.NodeArticle, 5000), id(model.NodeArticle, 6001)}, &model.Relation{Field: "related", Key: "related", Plan: &model.Plan{}}),
		"officials of countries":           below(readers(), countries, &model.Relation{Field: "officials", Key: "officials", Plan: page}),
		"editors' countries":               below(editors(), countries, list(page)),
		"editors' topics":                  below(editors(), topics, list(page)),
		"editors' latest":                  articles(editors(), model.Query{}, page),
		"editors' drafts by update":        articles(editors(), model.Query{Filter: &model.ArticleFilter{Status: &model.ArticleStatusFilter{Eq: of(model.ArticleStatusDraft)}}, Order: byUpdate}, page),
		"editors' part of a title":         articles(editors(), model.Query{Filter: &model.ArticleFilter{Title: part("tle 12345")}}, page),
	} {
		for range 2 { // lists are read as a whole the first time, and kept
			recorded()
			if err := ask(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for _, statement := range recorded() {
			explain := "EXPLAIN QUERY PLAN"
			if storetest.OnPostgres() {
				explain = "EXPLAIN (ANALYZE, FORMAT JSON)"
			}
			plan, err := store.Explain(t.Context(), s, explain, statement)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, statement.SQL)
			}
			recorded()
			if bad := badStep(t, plan, name); bad != "" {
				t.Errorf("%s: %s, in\n%s\nof\n%s", name, bad, strings.Join(plan, "\n"), statement.SQL)
			}
		}
	}
}

// badStep is the first step of a plan that reads or sorts too much; "" if there is none.
func badStep(t *testing.T, plan []string, name string) string {
	t.Helper()
	if storetest.OnPostgres() {
		var list []struct{ Plan planStep }
		if err := json.Unmarshal([]byte(strings.Join(plan, "")), &list); err != nil {
			t.Fatal(err)
		}
		return list[0].Plan.bad()
	}
	walks := name == "editors' latest" // through an index of what editors see, which is nearly everything
	for _, step := range plan {
		if scanned.MatchString(step) && !walks {
			return step
		}
	}
	return ""
}

// planStep is a step of a plan of PostgreSQL, with what happened in it.
type planStep struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Plans    []planStep
}

// mostSorted is how many rows a list sorts, or looks at for nothing, at most.
const mostSorted = 2001

func (p planStep) bad() string {
	large := strings.HasPrefix(p.Relation, "article") || p.Relation == "timeline" || p.Relation == "title_index"
	if large && (p.Type == "Seq Scan" || p.Removed > mostSorted) || strings.Contains(p.Type, "Sort") && p.Rows > mostSorted {
		return fmt.Sprintf("%s of %s, %.0f rows and %.0f that it removed", p.Type, p.Relation, p.Rows, p.Removed)
	}
	for _, below := range p.Plans {
		if bad := below.bad(); bad != "" {
			return bad
		}
	}
	return ""
}
