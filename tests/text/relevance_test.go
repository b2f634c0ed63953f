package text

import (
	"bufio"
	"cmp"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// judged is a query with the relevant results and their grades: 3 for articles about the
// query, 1 for articles that mention it in passing.
type judged struct {
	Query    string
	Types    []string
	Language *string
	Note     string
	Relevant map[string]float64
}

func readJudged(t testing.TB) []judged {
	t.Helper()
	file, err := os.Open(testserver.File("testdata", "relevance", "queries.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var list []judged
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var one judged
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		list = append(list, one)
	}
	return list
}

// ndcg returns the normalised discounted cumulative gain of the first ten results.
func (j judged) ndcg(results []string) float64 {
	gain := func(grade float64, place int) float64 { return (math.Pow(2, grade) - 1) / math.Log2(float64(place)+2) }
	var have, best float64
	for place, key := range results[:min(10, len(results))] {
		have += gain(j.Relevant[key], place)
	}
	var grades []float64
	for _, grade := range j.Relevant {
		grades = append(grades, grade)
	}
	slices.SortFunc(grades, func(a, b float64) int { return cmp.Compare(b, a) })
	for place, grade := range grades[:min(10, len(grades))] {
		best += gain(grade, place)
	}
	return have / best
}

// recall returns the share of the relevant results that are among the first ten, or of ten
// if there are more.
func (j judged) recall(results []string) float64 {
	found := 0
	for _, key := range results[:min(10, len(results))] {
		if j.Relevant[key] > 0 {
			found++
		}
	}
	return float64(found) / float64(min(10, len(j.Relevant)))
}

// Search finds the results that editors judged relevant, and ranks them accordingly.
func TestSearchRanksAsEditorsJudged(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := testserver.StartDemo(t)
	type sum struct{ ndcg, recall, queries float64 }
	sums := map[string]*sum{}
	for _, q := range readJudged(t) {
		answer := testserver.Ask[struct {
			Search struct {
				CorrectedQuery *string
				Nodes          []struct{ Kind, ExternalID, Code string }
			}
		}](t, s, `query($q: String!, $types: [SearchType!], $language: Language) {
			search(query: $q, types: $types, language: $language, first: 10) {
				correctedQuery
				nodes {
					kind: __typename
					... on Article { externalId } ... on Official { externalId } ... on Topic { externalId } ... on Office { externalId }
					... on Country { code }
				}
			}
		}`, variables{"q": q.Query, "types": q.Types, "language": q.Language}, testserver.AsAdmin, testserver.SeeDrafts)
		var results []string
		for _, node := range answer.Search.Nodes {
			key := node.ExternalID
			if node.Kind == "Country" {
				key = "country:" + node.Code
			}
			results = append(results, key)
		}
		ndcg, recall := q.ndcg(results), q.recall(results)
		for _, group := range []string{"all", scriptOf(q.Query)} {
			if sums[group] == nil {
				sums[group] = &sum{}
			}
			sums[group].ndcg += ndcg
			sums[group].recall += recall
			sums[group].queries++
		}
		if ndcg < 0.9 || recall < 1 {
			t.Logf("%.2f %.2f %q (%s) = %q, want %v", ndcg, recall, q.Query, q.Note, results, q.Relevant)
		}
	}
	for group, sum := range sums {
		ndcg, recall := sum.ndcg/sum.queries, sum.recall/sum.queries
		t.Logf("%s: %.0f queries, nDCG@10 %.3f, recall@10 %.3f", group, sum.queries, ndcg, recall)
		if ndcg < 0.9 || recall < 0.9 {
			t.Errorf("%s: nDCG@10 %.3f and recall@10 %.3f, want at least 0.90 of each", group, ndcg, recall)
		}
	}
}

// scriptOf returns the script of a query.
func scriptOf(query string) string {
	for _, r := range query {
		if r >= 0x600 && r <= 0x6FF {
			return "Arabic"
		}
	}
	return "Latin"
}

// Searches give the same results on both databases, with the same scores and in the same
// order.
func TestRelevanceIsTheSameOnBothDatabases(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	postgres := storetest.Postgres(t) // skips the test without a server
	servers := []*testserver.Server{
		testserver.Start(t, func(c *app.Config) { c.Demo = true; c.Database = filepath.Join(t.TempDir(), "diwan.db") }),
		testserver.Start(t, func(c *app.Config) { c.Demo = true; c.Database = postgres }),
	}
	for _, q := range readJudged(t) {
		var answers []string
		for _, s := range servers {
			a := s.Post(t, `query($q: String!, $types: [SearchType!], $language: Language) {
				all: search(query: $q, first: 100) { correctedQuery totalCount edges { cursor score node { __typename ... on Node { id } } highlights { text } } }
				some: search(query: $q, types: $types, language: $language, first: 3) { edges { cursor score } facets { topics { count } } }
				articles(search: $q, last: 3) { totalCount correctedQuery edges { cursor node { slug } } }
			}`, variables{"q": q.Query, "types": q.Types, "language": q.Language}, testserver.AsAdmin, testserver.SeeDrafts)
			answers = append(answers, string(a.Data))
		}
		if answers[0] != answers[1] {
			t.Errorf("search(%q) =\n%s on SQLite\n%s on PostgreSQL", q.Query, answers[0], answers[1])
		}
	}
}
