package text

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// plainSearches are searches with the means of the database alone, in the same texts: title,
// summary, body, and the names and aliases of tags.
var plainSearches = []struct {
	name   string
	search func(fulltext.Query, string) (query string, args []any)
}{
	{"FTS5 unicode61", func(q fulltext.Query, written string) (string, []any) {
		quoted := func(n fulltext.Need) string {
			return `"` + strings.ReplaceAll(written[n.Places[0].Start:n.Places[0].End], `"`, " ") + `"`
		}
		var match []string
		for _, n := range q.Needs {
			match = append(match, quoted(n))
		}
		expression := strings.Join(match, " AND ")
		for _, n := range q.Without {
			expression += " NOT " + quoted(n)
		}
		return "SELECT key FROM plain WHERE plain MATCH ? AND (? = '' OR language = ?) ORDER BY bm25(plain, 0, 0, 6, 3, 1, 4) LIMIT 10", []any{expression}
	}},
	{"LIKE", func(q fulltext.Query, written string) (string, []any) {
		query, args := "SELECT key FROM plain WHERE 1 = 1", []any{}
		for _, n := range q.Needs {
			query += " AND title || ' ' || summary || ' ' || body || ' ' || names LIKE ?"
			args = append(args, "%"+written[n.Places[0].Start:n.Places[0].End]+"%")
		}
		for _, n := range q.Without {
			query += " AND title || ' ' || summary || ' ' || body || ' ' || names NOT LIKE ?"
			args = append(args, "%"+written[n.Places[0].Start:n.Places[0].End]+"%")
		}
		return query + " AND (? = '' OR language = ?) ORDER BY rowid DESC LIMIT 10", args
	}},
}

// Plain full-text search and LIKE find far less. docs/explanation/search.md has the figures.
func TestPlainSearchesFindLess(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	if storetest.OnPostgres() {
		t.Skip("this test reads the texts from a SQLite file")
	}
	s := testserver.StartDemo(t)
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE VIRTUAL TABLE plain USING fts5(key UNINDEXED, language UNINDEXED, title, summary, body, names, tokenize = 'unicode61')"); err != nil {
		t.Fatal(err)
	}
	source := s.Database.Open(t)
	defer source.Close()
	tagged := func(table, column, node string) string {
		return "(SELECT group_concat(n.text, '. ') FROM " + table + " l JOIN names n ON n.node_type = '" + node + "' AND n.node_id = l." + column + " WHERE l.article_id = a.id)"
	}
	rows, err := source.Query("SELECT external_id, language, title, COALESCE(summary, ''), body, COALESCE(" + tagged("article_officials", "official_id", "Official") +
		", '') || '. ' || COALESCE(" + tagged("article_countries", "country_id", "Country") + ", '') || '. ' || COALESCE(" + tagged("article_topics", "topic_id", "Topic") + ", '') FROM articles a ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		columns := make([]any, 6)
		var values [6]string
		for i := range values {
			columns[i] = &values[i]
		}
		if err := rows.Scan(columns...); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?)", values[0], values[1], values[2], values[3], values[4], values[5]); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, plain := range plainSearches {
		var ndcg, recall, queries float64
		for _, q := range readJudged(t) {
			if len(q.Types) != 1 || q.Types[0] != "ARTICLE" {
				continue
			}
			query, args := plain.search(fulltext.ParseQuery(q.Query), q.Query)
			language := deref(q.Language)
			results := keysIn(t, db, query, append(args, language, language))
			ndcg, recall, queries = ndcg+q.ndcg(results), recall+q.recall(results), queries+1
		}
		t.Logf("%s: %.0f queries of articles, nDCG@10 %.3f, recall@10 %.3f", plain.name, queries, ndcg/queries, recall/queries)
		if ndcg/queries > 0.8 {
			t.Errorf("%s: nDCG@10 %.3f, want at most 0.8: a good plain search makes the analysis pointless", plain.name, ndcg/queries)
		}
	}
}

func keysIn(t *testing.T, db *sql.DB, query string, args []any) (keys []string) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%s %q: %v", query, args, err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return keys
}
