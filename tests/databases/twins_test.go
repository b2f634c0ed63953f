package databases

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestBothDatabasesAnswerAlike sends the same random writes and queries to two servers,
// one on SQLite and one on PostgreSQL, compares their answers byte for byte, and then
// compares their exports and tables, except for indexes, random keys and the times of
// migrations.
func TestBothDatabasesAnswerAlike(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	w := startTwins(t, [2]string{filepath.Join(t.TempDir(), "diwan.db"), storetest.Postgres(t)})
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(30, 60).Draw(rt, "requests") {
			w.clock.Set(w.clock.Now().Add(rapid.SampledFrom(pauses).Draw(rt, "pause")))
			r := rapid.Custom(w.request).Draw(rt, "request")
			w.walk(rt, r, w.send(rt, r))
		}
		w.compareDatabases(rt, rapid.Bool().Draw(rt, "published"))
	})
	t.Logf("%d answers compared, %d of them with errors; articles: %s", w.compared, w.refused, w.databases[0].Rows(t, "SELECT COUNT(*) FROM articles"))
}

var pauses = []time.Duration{0, 0, time.Millisecond, 40 * time.Minute, 26 * time.Hour, 40 * 24 * time.Hour}

// twins are servers that receive the same requests at the same moments, and facts from
// their answers, which must be the same.
type twins struct {
	servers   []*testserver.Server
	databases [2]testserver.Database
	opened    [2]*sql.DB
	tables    [2]map[string]string // the statement that reads each table
	clock     *testserver.Clock
	schema    *ast.Schema

	known    map[string][]string // texts by field; ids by noun
	versions map[string]int      // by id
	compared int
	refused  int
}

// startTwins starts two servers on these databases. The second keeps answers.
func startTwins(t *testing.T, databases [2]string) *twins {
	t.Helper()
	w := newTwins()
	for i, dsn := range databases {
		w.servers = append(w.servers, testserver.Start(t, w.clock.Drive, func(c *app.Config) {
			c.Database, c.GraphQL.Transport.Answers.Bytes = dsn, i*1<<20
		}))
		w.databases[i] = testserver.Database(dsn)
		w.opened[i] = w.databases[i].Open(t)
		t.Cleanup(func() { w.opened[i].Close() })
		w.tables[i] = map[string]string{"last keys": lastKeys(w.databases[i])}
		for _, table := range w.databases[i].Tables(t) {
			// Migrations have their own clock. Indexes differ in form; requests compare
			// what searches find.
			if table != "goose_db_version" && !strings.Contains(table, "_index") && table != "search_words" {
				w.tables[i][table] = "SELECT * FROM " + table
			}
		}
		delete(w.tables[i], "signing_keys") // random
		// The digests are left out, because the secrets are random.
		w.tables[i]["access_tokens"] = "SELECT id, name, role, created_at, expires_at, last_used_at, revoked_at FROM access_tokens"
	}
	return w
}

func newTwins() *twins {
	return &twins{clock: &testserver.Clock{}, known: map[string][]string{}, versions: map[string]int{}, schema: gen.NewExecutableSchema(gen.Config{}).Schema()}
}

func lastKeys(d testserver.Database) string {
	if d.OnPostgres() {
		return "SELECT * FROM key_sequence"
	}
	return "SELECT name, seq FROM sqlite_sequence WHERE name NOT IN ('goose_db_version', 'search_words')"
}

// send sends a request to all servers, and returns their answer.
func (w *twins) send(t *rapid.T, r *request) testserver.Answer {
	t.Helper()
	return w.sendTo(t, r, w.servers...)
}

// sendTo sends a request to some servers, and returns their answer. It fails the test if
// the answers differ.
func (w *twins) sendTo(t *rapid.T, r *request, servers ...*testserver.Server) testserver.Answer {
	t.Helper()
	answer := servers[0].Post(t, r.query, r.vars, r.headers...)
	for _, s := range servers[1:] {
		other := s.Post(t, r.query, r.vars, r.headers...)
		if answer.Status != other.Status || !bytes.Equal(settled(t, answer), settled(t, other)) {
			t.Fatalf("%s\nanswered %d by the first, %d by another:%s", r, answer.Status, other.Status, difference(answer.Raw, other.Raw))
		}
	}
	w.compared++
	for _, e := range answer.Errors {
		if code := e.Extensions["code"]; code == "INTERNAL" || code == "UNAVAILABLE" {
			t.Fatalf("%s\nanswered %s by all", r, answer.Raw)
		}
	}
	if len(answer.Errors) > 0 {
		w.refused++
	}
	var data any
	if err := json.Unmarshal(answer.Raw, &data); err != nil {
		t.Fatal(err)
	}
	w.learn("", data)
	return answer
}

// settled returns an answer with its errors in a fixed order: resolvers run concurrently,
// so that any of them may fail first.
func settled(t testserver.Tester, a testserver.Answer) []byte {
	t.Helper()
	if len(a.Errors) < 2 {
		return a.Raw
	}
	var parts map[string]any
	if err := json.Unmarshal(a.Raw, &parts); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(parts["errors"].([]any), func(x, y any) int { return strings.Compare(testserver.JSON(x), testserver.JSON(y)) })
	return []byte(testserver.JSON(parts))
}

// learn keeps texts, ids and versions for later requests to use.
func (w *twins) learn(field string, value any) {
	switch value := value.(type) {
	case map[string]any:
		if id, version := value["id"], value["version"]; id != nil && version != nil {
			w.versions[id.(string)] = int(version.(float64))
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			w.learn(name, value[name])
		}
	case []any:
		for _, one := range value {
			w.learn(field, one)
		}
	case string:
		field, _, _ = strings.Cut(field, "_")
		id, err := model.ParseID(value)
		switch {
		case field == "deletedId":
			for noun, list := range w.known {
				w.known[noun] = slices.DeleteFunc(list, func(known string) bool { return known == value })
			}
			field = "deleted"
		case field == "id" && err == nil:
			field = string(id.Type)
		}
		if list := w.known[field]; len(value) < 2000 && !slices.Contains(list, value) {
			w.known[field] = append(list[max(0, len(list)-40):], value)
		}
	}
}

var cursors = regexp.MustCompile(`ursor":"([^"]+)"`)

// walk sends a request again with cursors from its answer.
func (w *twins) walk(t *rapid.T, r *request, a testserver.Answer) {
	for range rapid.IntRange(0, 3).Draw(t, "pages") {
		answered := cursors.FindAllStringSubmatch(string(a.Raw), -1)
		if len(answered) == 0 {
			return
		}
		list := rapid.SampledFrom(r.lists).Draw(t, "list")
		next := *r
		next.vars = maps.Clone(r.vars)
		for _, variable := range []string{list + "_after", list + "_before"} {
			if strings.Contains(r.query, "$"+variable+":") && rapid.Bool().Draw(t, "given") {
				next.vars[variable] = rapid.SampledFrom(answered).Draw(t, "cursor")[1]
			}
		}
		if strings.Contains(r.query, "$"+list+"_last:") && rapid.Bool().Draw(t, "turn") {
			next.vars[list+"_first"], next.vars[list+"_last"] = next.vars[list+"_last"], next.vars[list+"_first"]
		}
		r, a = &next, w.send(t, &next)
	}
}

// compareDatabases compares all rows, the last keys that were used, and an export.
func (w *twins) compareDatabases(t *rapid.T, published bool) {
	t.Helper()
	var exports [2]bytes.Buffer
	var rows [2]map[string]string
	for i, d := range w.databases {
		rows[i] = map[string]string{}
		for table, read := range w.tables[i] {
			rows[i][table] = rowsOf(t, w.opened[i], read)
		}
		if err := app.Export(t.Context(), app.Config{Database: string(d)}, &exports[i], published); err != nil {
			t.Fatal(err)
		}
		rows[i]["export"] = exports[i].String()
	}
	for _, table := range slices.Sorted(maps.Keys(rows[0])) {
		if rows[0][table] != rows[1][table] {
			t.Fatalf("%s on SQLite and on PostgreSQL:%s", table, difference([]byte(rows[0][table]), []byte(rows[1][table])))
		}
	}
}

// rowsOf returns the rows of a table as sorted lines, each with its columns by name.
func rowsOf(t *rapid.T, db *sql.DB, read string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), read)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, into, lines := make([]any, len(columns)), make([]any, len(columns)), []string{}
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := map[string]string{}
		for i, value := range values {
			if text, isBytes := value.([]byte); isBytes {
				value = string(text)
			}
			line[columns[i]] = fmt.Sprintf("%#v", value)
		}
		lines = append(lines, fmt.Sprint(line)) // maps print in the order of their keys
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// difference returns the lines around the first difference of two texts; it indents JSON.
func difference(one, other []byte) string {
	var lines [2][]string
	for i, text := range [][]byte{one, other} {
		var indented bytes.Buffer
		if json.Indent(&indented, text, "", " ") == nil {
			text = indented.Bytes()
		}
		lines[i] = strings.Split(string(text), "\n")
	}
	same := 0
	for same < min(len(lines[0]), len(lines[1])) && lines[0][same] == lines[1][same] {
		same++
	}
	shown := fmt.Sprintf("\n  %.2000s", strings.Join(lines[0][max(0, same-6):same], "\n  "))
	for i, mark := range []string{"\n- ", "\n+ "} {
		for _, line := range lines[i][same:min(same+6, len(lines[i]))] {
			shown += fmt.Sprintf("%s%.600s", mark, line)
		}
	}
	return shown
}
