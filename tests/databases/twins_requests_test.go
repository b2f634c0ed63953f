package databases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// request is a random request: fields of the schema with all their arguments as
// variables.
type request struct {
	*rapid.T
	*twins
	query    string
	declared []string
	vars     variables
	lists    []string // aliases of the fields that return pages
	headers  []header
}

// String formats a request so that it can be sent again.
func (r *request) String() string {
	return fmt.Sprintf("%s\n%s\n%v", r.query, testserver.JSON(r.vars), r.headers)
}

// GoString is String, for rapid.
func (r *request) GoString() string { return r.String() }

// oneIn is true once in n times; rapid shrinks towards false.
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
		case strings.HasPrefix(field.Name, "create"), strings.HasPrefix(field.Name, "update"), strings.HasPrefix(field.Name, "upsert"), strings.HasSuffix(field.Type.Name(), "Connection"):
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
		r.headers = append(r.headers, testserver.AsAdmin)
	}
	if len(r.headers) == 3 && !r.oneIn(3) || r.oneIn(60) {
		r.headers = append(r.headers, testserver.SeeDrafts)
	}
	return r
}

var acceptLanguages = []string{"en", "ar", "ar-IQ, fr;q=0.5", "fr", "zh-Hant", "tr,el;q=0.9,ar;q=0.1", "*", "", "!!"}

// field writes a field with the selection below it. A field with arguments has an alias
// of its own.
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

// given reports whether an optional argument is given.
func (r *request) given(argument string) bool {
	switch argument {
	case "first":
		return !r.oneIn(6)
	case "last", "after", "before", "dryRun":
		return r.oneIn(12)
	}
	return rapid.Bool().Draw(r.T, "given")
}

// selection selects all fields of a small type, a few of a large one, and relations
// down to a depth.
func (r *request) selection(def *ast.Definition, depth int) string {
	if !def.IsCompositeType() {
		return ""
	}
	var leaves, relations []*ast.FieldDefinition
	for _, field := range def.Fields {
		switch {
		case field.Name == "token" || def.Name == "PreviewLinkPayload" && field.Name == "url": // random
		case r.schema.Types[field.Type.Name()].IsCompositeType():
			relations = append(relations, field)
		default:
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

// value draws a value of a type; where is the path of field names that lead to it.
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
			key := testserver.JSON(value)
			if one, ok := value.(map[string]any); ok && one["language"] != nil {
				key = testserver.JSON(one["language"])
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
		return pick(r, []any{0, -1, 1e300, true, "1", "", []any{}, map[string]any{}, 1 << 31})
	case def.Kind == ast.Enum:
		return pick(r, def.EnumValues).Name
	}
	return scalars[def.Name](r, where)
}

func (r *request) input(def *ast.Definition, where []string) map[string]any {
	o := map[string]any{}
	fields := slices.Clone(def.Fields)
	filter := strings.HasSuffix(def.Name, "Filter")
	most := 2
	if len(where) > 5 {
		most = 1
	}
	switch oneOf := def.Directives.ForName("oneOf") != nil; {
	case oneOf && !r.oneIn(40):
		field := pick(r, fields)
		return map[string]any{field.Name: r.value(&ast.Type{NamedType: field.Type.NamedType, NonNull: true}, append(slices.Clip(where), def.Name, field.Name))}
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
		at := r.clock.Now().Add(-2 * pick(r, pauses))
		return oddly(r, "yesterday", []string{model.At(at).String(), at.Format("2006-01-02T15:04:05+03:00"), testserver.Moment.Format(time.RFC3339), "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"})
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

// nounOfID maps the beginnings of names of fields to the nouns whose ids they take.
var nounOfID = map[string]string{
	"article": "Article", "translationof": "Article", "official": "Official", "offic": "Office", "countr": "Country",
	"topic": "Topic", "parent": "Topic", "descendantof": "Topic", "tenure": "Tenure",
}

var nounNames = regexp.MustCompile(`(article|translationof|official|offic|countr|topic|parent|descendantof|tenure)`)

// keys are texts for programs, valid and invalid, by field.
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

// prose draws a text for people.
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

// MarshalJSON writes the half as an escape of JSON.
func (o odd) MarshalJSON() ([]byte, error) {
	encoded, err := json.Marshal(string(o))
	return bytes.ReplaceAll(encoded, []byte("\ue000"), []byte(`\ud83d`)), err
}

// oddly draws one of the right values, and seldom the wrong one.
func oddly(r *request, wrong string, right []string) string {
	if r.oneIn(100) {
		return wrong
	}
	return pick(r, right)
}
