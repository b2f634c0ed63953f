package tests

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
	"github.com/diwan-cms/diwan/model"
)

// TestTwins sends the same random writes and queries to two servers, one on
// SQLite and one on PostgreSQL, and compares what they answer byte for byte, and
// then all that stands in their databases.
func TestTwins(t *testing.T) {
	t.Parallel()
	w := startTwins(t)
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(30, 60).Draw(rt, "requests") {
			w.clock.set(w.clock.now().Add(rapid.SampledFrom(pauses).Draw(rt, "pause")))
			r := rapid.Custom(w.request).Draw(rt, "request")
			w.walk(rt, r, w.send(rt, r))
		}
		w.compareDatabases(rt, rapid.Bool().Draw(rt, "published"))
	})
	t.Logf("%d answers compared, %d of them with errors; articles: %s", w.compared, w.refused, w.databases[0].rows(t, "SELECT COUNT(*) FROM articles"))
}

var pauses = []time.Duration{0, 0, time.Millisecond, 40 * time.Minute, 26 * time.Hour, 40 * 24 * time.Hour}

// twins are two servers that get the same requests at the same moments, and what
// was read in their answers, which are the same.
type twins struct {
	servers   [2]*server
	databases [2]database
	opened    [2]*sql.DB
	tables    [2]map[string]string // the statement that reads each
	clock     *clock
	schema    *ast.Schema

	known    map[string][]string // texts by field; ids by noun
	versions map[string]int      // by id
	compared int
	refused  int
}

func startTwins(t *testing.T) *twins {
	t.Helper()
	w := &twins{clock: &clock{}, known: map[string][]string{}, versions: map[string]int{}}
	for i, dsn := range []string{filepath.Join(t.TempDir(), "diwan.db"), storetest.Postgres(t)} {
		w.servers[i] = start(t, w.clock.of, func(c *app.Config) { c.Database = dsn })
		w.databases[i] = database(dsn)
		w.opened[i] = w.databases[i].open(t)
		t.Cleanup(func() { w.opened[i].Close() })
		w.tables[i] = map[string]string{"last keys": []string{"SELECT name, seq FROM sqlite_sequence WHERE name <> 'goose_db_version'", "SELECT * FROM key_sequence"}[i]}
		for _, table := range w.databases[i].tables(t) {
			if table != "goose_db_version" { // has its own clock
				w.tables[i][table] = "SELECT * FROM " + table
			}
		}
	}
	w.schema = gen.NewExecutableSchema(gen.Config{}).Schema()
	return w
}

func (c *clock) now() time.Time { return time.UnixMilli(c.milliseconds.Load()).UTC() }

// request is a random request: fields of the schema with all their arguments as
// variables.
type request struct {
	*rapid.T
	*twins
	query    string
	declared []string
	vars     variables
	lists    []string // aliases of the fields that are answered in pages
	headers  []header
}

// String shows a request as one would send it again.
func (r *request) String() string {
	return fmt.Sprintf("%s\n%s\n%v", r.query, compact(r.vars), r.headers)
}

// GoString is what rapid prints.
func (r *request) GoString() string { return r.String() }

// oneIn is true so often; rapid makes it false where it can.
func (r *request) oneIn(n int) bool { return rapid.IntRange(0, n-1).Draw(r.T, "chance") == n-1 }

func pick[T any](r *request, from []T) T { return rapid.SampledFrom(from).Draw(r.T, "choice") }

// request draws a request.
func (w *twins) request(t *rapid.T) *request {
	r := &request{T: t, twins: w, vars: variables{}}
	root, operation := w.schema.Query, "query"
	if rapid.Bool().Draw(t, "write") {
		root, operation = w.schema.Mutation, "mutation"
	}
	var fields []*ast.FieldDefinition
	for _, field := range root.Fields {
		switch {
		case strings.HasPrefix(field.Name, "__"):
		case strings.HasPrefix(field.Name, "create"), strings.HasPrefix(field.Name, "update"), field.Name == "upsertArticles", strings.HasSuffix(field.Type.Name(), "Connection"):
			fields = append(fields, field, field, field)
		default:
			fields = append(fields, field)
		}
	}
	var selected []string
	for range 1 + max(0, rapid.IntRange(-5, 2).Draw(t, "more fields")) {
		selected = append(selected, r.field(pick(r, fields), 4))
	}
	declared := ""
	if len(r.declared) > 0 {
		declared = "(" + strings.Join(r.declared, ", ") + ")"
	}
	r.query = operation + declared + " { " + strings.Join(selected, " ") + " }"
	r.headers = []header{{"X-Request-Id", "twins"}, {"Accept-Language", pick(r, acceptLanguages)}}
	if !r.oneIn(40) && (operation == "mutation" || !r.oneIn(3)) {
		r.headers = append(r.headers, asAdmin)
	}
	if len(r.headers) == 3 && !r.oneIn(3) || r.oneIn(60) {
		r.headers = append(r.headers, seeDrafts)
	}
	return r
}

var acceptLanguages = []string{"en", "ar", "ar-IQ, fr;q=0.5", "fr", "zh-Hant", "tr,el;q=0.9,ar;q=0.1", "*", "", "!!"}

// field writes a field with what is selected below it; with arguments it has an
// alias of its own.
func (r *request) field(f *ast.FieldDefinition, depth int) string {
	written, alias := f.Name, fmt.Sprintf("%s_%d", f.Name, len(r.declared))
	if len(f.Arguments) > 0 {
		var passed []string
		for _, argument := range f.Arguments {
			variable := alias + "_" + argument.Name
			r.declared = append(r.declared, "$"+variable+": "+argument.Type.String())
			passed = append(passed, argument.Name+": $"+variable)
			if argument.Type.NonNull || r.given(argument.Name) {
				r.vars[variable] = r.value(argument.Type, []string{alias, argument.Name})
			}
		}
		written = alias + ": " + f.Name + "(" + strings.Join(passed, ", ") + ")"
	}
	if strings.HasSuffix(f.Type.Name(), "Connection") {
		r.lists = append(r.lists, alias)
	}
	return written + r.selection(r.schema.Types[f.Type.Name()], depth)
}

// given says whether an argument that may be left out is given.
func (r *request) given(argument string) bool {
	switch argument {
	case "first":
		return !r.oneIn(6)
	case "last", "after", "before", "dryRun":
		return r.oneIn(12)
	}
	return rapid.Bool().Draw(r.T, "given")
}

// selection writes what is wanted of a type: all of a small one, a few fields of a
// large one, and relations so many levels deep.
func (r *request) selection(def *ast.Definition, depth int) string {
	if !def.IsCompositeType() {
		return ""
	}
	var leaves, relations []*ast.FieldDefinition
	for _, field := range def.Fields {
		if r.schema.Types[field.Type.Name()].IsCompositeType() {
			relations = append(relations, field)
		} else {
			leaves = append(leaves, field)
		}
	}
	if len(def.Fields) > 5 {
		some := func(fields []*ast.FieldDefinition, most int) []*ast.FieldDefinition {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(fields), 0, min(most, len(fields)), func(f *ast.FieldDefinition) string { return f.Name }).Draw(r.T, "fields")
		}
		keys := slices.DeleteFunc(slices.Clone(leaves), func(f *ast.FieldDefinition) bool { return f.Name != "id" && f.Name != "version" })
		leaves = slices.Compact(append(keys, slices.DeleteFunc(some(leaves, 6), func(f *ast.FieldDefinition) bool { return slices.Contains(keys, f) })...))
		if len(relations) > 0 {
			relations = some(relations, min(3, depth))
		}
	}
	selected := []string{"__typename"}
	for _, field := range append(leaves, relations...) {
		if depth > 0 || slices.Contains(leaves, field) {
			selected = append(selected, r.field(field, depth-1))
		}
	}
	if def.IsAbstractType() {
		for _, possible := range r.schema.GetPossibleTypes(def) {
			selected = append(selected, "... on "+possible.Name+r.selection(possible, min(1, depth-1)))
		}
	}
	return " { " + strings.Join(selected, " ") + " }"
}

// value draws a value of a type; where is the names of the fields that lead to it.
func (r *request) value(t *ast.Type, where []string) any {
	if !t.NonNull && r.oneIn(25) {
		return nil
	}
	if t.Elem != nil {
		list := []any{}
		seen := map[string]bool{}
		least := 0
		if t.NonNull && !r.oneIn(20) {
			least = 1
		}
		for range rapid.IntRange(least, 3).Draw(r.T, "how many") {
			value := r.value(t.Elem, where)
			key := compact(value)
			if one, ok := value.(object); ok && one["language"] != nil {
				key = compact(one["language"])
			}
			if !seen[key] || r.oneIn(20) {
				list = append(list, value)
			}
			seen[key] = true
		}
		return list
	}
	def := r.schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.InputObject:
		return r.input(def, where)
	case r.oneIn(300):
		return pick(r, []any{0, -1, 1e300, true, "1", "", []any{}, object{}, 1 << 31})
	case def.Kind == ast.Enum:
		return pick(r, def.EnumValues).Name
	}
	return scalars[def.Name](r, where)
}

func (r *request) input(def *ast.Definition, where []string) object {
	o := object{}
	fields := slices.Clone(def.Fields)
	filter := strings.HasSuffix(def.Name, "Filter")
	most := 2
	if len(where) > 5 {
		most = 1
	}
	switch oneOf := def.Directives.ForName("oneOf") != nil; {
	case oneOf && !r.oneIn(40):
		field := pick(r, fields)
		return object{field.Name: r.value(&ast.Type{NamedType: field.Type.NamedType, NonNull: true}, append(slices.Clip(where), def.Name, field.Name))}
	case oneOf, filter:
		fields = rapid.SliceOfN(rapid.SampledFrom(fields), 0, most).Draw(r.T, "fields")
	}
	for _, field := range fields {
		if filter || field.Type.NonNull || rapid.IntRange(0, 2).Draw(r.T, "given") == 2 {
			o[field.Name] = r.value(field.Type, append(slices.Clip(where), def.Name, field.Name))
		}
	}
	if o["officials"] != nil && o["appearances"] != nil && !r.oneIn(10) {
		delete(o, "officials")
	}
	return o
}

// scalars draw the values of scalar types.
var scalars = map[string]func(r *request, where []string) any{
	"Boolean":  func(r *request, _ []string) any { return rapid.Bool().Draw(r.T, "bool") },
	"Language": func(r *request, _ []string) any { return oddly(r, "xx-!", languages) },
	"Date":     func(r *request, _ []string) any { return oddly(r, "2023-02-29", someDays) },
	"PartialDate": func(r *request, _ []string) any {
		return oddly(r, "2023-13", append(slices.Clip(someDays), "2020", "2021-06", "2021", "0001"))
	},
	"URL": func(r *request, _ []string) any { return oddly(r, "ftp://example.org", urls) },
	"DateTime": func(r *request, _ []string) any {
		at := r.clock.now().Add(-2 * pick(r, pauses))
		return oddly(r, "yesterday", []string{model.At(at).String(), at.Format("2006-01-02T15:04:05+03:00"), moment.Format(time.RFC3339), "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"})
	},
	"Int": func(r *request, where []string) any {
		if where[len(where)-1] == "expectedVersion" {
			if known := r.versions[fmt.Sprint(r.vars[where[0]+"_id"])]; known > 0 && !r.oneIn(4) {
				return known
			}
		}
		if r.oneIn(40) {
			return pick(r, []int{0, -1, 101})
		}
		return pick(r, []int{1, 2, 3, 4, 5, 7, 20})
	},
	"ID": func(r *request, where []string) any {
		noun := ""
		for _, name := range where {
			if match := nounNames.FindStringSubmatch(strings.ToLower(name)); match != nil {
				noun = nounOfID[match[1]]
			}
		}
		ids := r.known[noun]
		if noun == "" || len(ids) == 0 || r.oneIn(40) {
			ids = slices.Concat([]string{"VG9waWM6OTk5OTk"}, r.known["deleted"], r.known["Article"], r.known["Country"], r.known["Topic"], r.known["Tenure"], r.known["Office"])
		}
		return oddly(r, "QXJ0aWNsZTowMQ", ids)
	},
	"String": func(r *request, where []string) any {
		name, of := where[len(where)-1], where[max(0, len(where)-3)]
		switch name {
		case "after", "before":
			return pick(r, slices.Concat(r.known["endCursor"], []string{"", "bogus"}))
		case "search", "contains", "startsWith":
			from := slices.Concat(pieces, r.known["title"], r.known["name"], r.known["value"], r.known["text"], r.known["slug"], r.known[of])
			part := []rune(pick(r, from))
			if len(part) > 0 {
				begin := rapid.IntRange(0, len(part)-1).Draw(r.T, "begin")
				part = part[begin:min(len(part), begin+rapid.IntRange(1, 6).Draw(r.T, "length"))]
			}
			return odd(string(part) + strings.Repeat(pick(r, pieces), max(0, rapid.IntRange(-9, 1).Draw(r.T, "more"))))
		case "eq", "ne", "in", "notIn":
			return odd(pick(r, slices.Concat(r.known[of], keys[of], pieces)))
		}
		if pool := keys[name]; pool != nil {
			return odd(pick(r, slices.Concat(r.known[name], pool)))
		}
		return odd(r.prose())
	},
}

// nounOfID are nouns by what begins the names of fields that take ids of them.
var nounOfID = map[string]string{
	"article": "Article", "translationof": "Article", "official": "Official", "offic": "Office", "countr": "Country",
	"topic": "Topic", "parent": "Topic", "descendantof": "Topic", "tenure": "Tenure",
}

var nounNames = regexp.MustCompile(`(article|translationof|official|offic|countr|topic|parent|descendantof|tenure)`)

// keys are texts that programs read, right and wrong.
var keys = map[string][]string{
	"slug":       {"s1", "s2", "s3", "s4", "s5", "مقال", "μῦθος", "ǆ", "İ", "Not A Slug", "s_1", "", "-", "9", "中文", "s1-2", "😀"},
	"externalId": {"e1", "e2", "e3", "E1", "é1", "e\u03011", "e1", "%", "_", `\`, "'", `"`, "e1 ", " ", "", "0", "ı", "ß", "😀"},
	"wikidataId": {"Q1", "Q2", "Q3", "Q4", "Q5", "q1", "Q0", "1", "Q1 ", "Q٣"},
	"mediaTopic": {"medtop:16000000", "medtop:20000001", "sport", "MEDTOP:16000000"},
	"code":       {"IQ", "iq", "Iq", "IRQ", "irq", "ırq", "IṘQ", "FR", "DE", "US", "XX", "", "368", "%", "_Q", "İQ"},
	"language":   {"ar", "en", "AR", "ar-IQ", "zh-Hant", "fr"},
}

var (
	languages = []string{"ar", "en", "fr", "ar-IQ", "AR", "zh-Hant", "tr", "el", "he", "EN-us"}
	someDays  = []string{"2019-01-01", "2020-06-30", "2021-06-01", "2022-02-28", "2023-11-26", "2024-05-01", "2024-05-02", "2024-12-31", "9999-12-31"}
	urls      = []string{"https://example.org/", "http://مثال.إختبار/a?b=<c>&d='e'", "https://example.org/%00%F0%9F%98%80#_", "HTTPS://EXAMPLE.ORG"}
	pieces    = strings.Split("a|B|é|e\u0301|İ|ı|I|ß|ẞ|Ǆ|ǅ|ὈΔΥΣΣΕΎΣ|ς|σ|œ|ﬁ|Å|Å|ñ|n\u0303|%|_|\\|'|\"|''|$1|?|:x|--|;|{}|[]|<b>|&amp;|**b**|# x|`|"+
		"محمد|مُحَمَّد|مـحـمـد|أحمد|احمد|إيران|آدم|ٱلله|فؤاد|فواد|شيء|هيئة|على|علي|مدرسة|مدرسه|ﷲ|ﻻ|ﺍﻟﻌﺮﺍﻕ|٣|۳|3|ک|ك|،|؟|«|»|\u200c|\u200f|\u200e|\u2067|\u2069|\u061c|"+
		"中文|漢字|ﾊﾝｶｸ|ハンカク|가|\u1100\u1161|😀|👩🏽‍🚀|𝔸|\U0001f1ee\U0001f1f6|\ufffd|\U0010fffd|\u00ad|\u00a0|\u3000|0|10|9|-|–| | | | the | of | و", "|")
	broken = strings.Split("\x00|\x01|\x1b|\x7f|\u0085|\u202e|\u2028|\ufeff|\ufdd0|\U0010ffff|\ue000|\n|\t|\r\n", "|")
)

// prose draws a text that people read.
func (r *request) prose() string {
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(r.T, "prose"), "")
	switch rapid.IntRange(0, 60).Draw(r.T, "oddity") {
	case 60:
		text += pick(r, broken) + "x"
	case 59:
		text = strings.Repeat(text, 40)
	case 58:
		text = strings.Repeat(text, 3000)
	case 57:
		return pick(r, []string{"", " ", "\u200b", "\u2800", "null", "NULL", "true"})
	}
	return text
}

// odd is a text in which U+E000 stands for half a surrogate pair.
type odd string

// MarshalJSON writes the half as only JSON can.
func (o odd) MarshalJSON() ([]byte, error) {
	encoded, err := json.Marshal(string(o))
	return bytes.ReplaceAll(encoded, []byte("\ue000"), []byte(`\ud83d`)), err
}

// oddly draws one of the values, and seldom one that is none.
func oddly(r *request, wrong string, right []string) string {
	if r.oneIn(100) {
		return wrong
	}
	return pick(r, right)
}

// send sends a request to both servers, and answers what both answer.
func (w *twins) send(t *rapid.T, r *request) answer {
	t.Helper()
	var got [2]answer
	for i, s := range w.servers {
		got[i] = s.post(t, r.query, r.vars, r.headers...)
	}
	w.compared++
	if got[0].Status != got[1].Status || !bytes.Equal(got[0].settled(t), got[1].settled(t)) {
		t.Fatalf("%s\nis answered %d on SQLite, %d on PostgreSQL:%s", r, got[0].Status, got[1].Status, difference(got[0].Raw, got[1].Raw))
	}
	for _, e := range got[0].Errors {
		if code := e.Extensions["code"]; code == "INTERNAL" || code == "UNAVAILABLE" {
			t.Fatalf("%s\nis answered %s by both", r, got[0].Raw)
		}
	}
	if len(got[0].Errors) > 0 {
		w.refused++
	}
	var data any
	if err := json.Unmarshal(got[0].Raw, &data); err != nil {
		t.Fatal(err)
	}
	w.learn("", data)
	return got[0]
}

// settled is an answer with its errors in one order: resolvers run at once, and
// which of several fails first is chance.
func (a answer) settled(t tester) []byte {
	t.Helper()
	if len(a.Errors) < 2 {
		return a.Raw
	}
	var parts map[string]any
	if err := json.Unmarshal(a.Raw, &parts); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(parts["errors"].([]any), func(x, y any) int { return strings.Compare(compact(x), compact(y)) })
	return []byte(compact(parts))
}

// learn keeps what later requests may name.
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

// walk sends a request again with cursors that it answered.
func (w *twins) walk(t *rapid.T, r *request, a answer) {
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

// compareDatabases compares all rows, the last keys given out, and an export.
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

// rowsOf reads a table as sorted lines, each with its columns by name.
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
		lines = append(lines, fmt.Sprint(line)) // in the order of the names
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// difference shows where two texts part, JSON a value a line.
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
