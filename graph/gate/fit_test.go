package gate_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/internal/tier"
)

// misfits are values that do not fit a scalar or an enum, in JSON. Values of other types
// of input are objects.
func misfits(definition *ast.Definition) []string {
	switch {
	case definition.Kind == ast.Enum:
		return []string{`"NOTHING_OF_THE_KIND"`, `5`, `true`, `[["X"]]`, `{}`}
	case definition.Kind == ast.InputObject:
		return []string{`"x"`, `5`, `{"nothingOfTheKind": 1}`}
	}
	return map[string][]string{
		"Int":         {`"1"`, `1.5`, `true`, `2147483648`, `-2147483649`, `99999999999999999999`, `{}`},
		"Float":       {`"1"`, `true`, `{}`},
		"String":      {`9`, `9.5`, `true`, `{}`, `[["x"]]`},
		"Boolean":     {`"true"`, `1`, `{}`},
		"ID":          {`"x"`, `9`, `true`, `{}`, `""`},
		"Language":    {`"no language"`, `9`, `""`, `{}`},
		"Date":        {`"2021-02-30"`, `20210228`, `"2021-02"`, `{}`},
		"DateTime":    {`"2021-02-28"`, `9`, `"2021-02-30T00:00:00Z"`, `{}`},
		"PartialDate": {`"2021-13"`, `2021`, `{}`},
		"URL":         {`"example.org"`, `9`, `"ftp://example.org"`, `{}`},
		"JSON":        {},
	}[definition.Name]
}

// asked makes requests from the schema.
type asked struct{ *ast.Schema }

// valid returns a value of a type in JSON, with the fields that are required.
func (a asked) valid(t *ast.Type) string {
	if t.Elem != nil {
		return "[" + a.valid(t.Elem) + "]"
	}
	definition := a.Types[t.NamedType]
	switch definition.Kind {
	case ast.Enum:
		return `"` + definition.EnumValues[0].Name + `"`
	case ast.InputObject:
		return a.object(definition, "", "")
	}
	return map[string]string{
		"Int": "1", "Float": "1", "String": `"x"`, "Boolean": "true", "ID": `"VG9waWM6MQ"`, "Language": `"en"`, "Date": `"2021-02-28"`,
		"DateTime": `"2021-02-28T00:00:00Z"`, "PartialDate": `"2021"`, "URL": `"https://example.org/"`, "JSON": "1",
	}[t.NamedType]
}

// object returns an object with its required fields, and one with the value given.
func (a asked) object(definition *ast.Definition, name, value string) string {
	var members []string
	if name != "" {
		members = append(members, `"`+name+`": `+value)
	}
	isOneOf := definition.Directives.ForName("oneOf") != nil
	for i, field := range definition.Fields {
		required := field.Type.NonNull || isOneOf && i == 0 && name == ""
		if required && field.Name != name {
			members = append(members, `"`+field.Name+`": `+a.valid(field.Type))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// wrong calls visit for each way in which a value of a type can be wrong in one place: each
// field of each type of input once, since seen notes them.
func (a asked) wrong(t *ast.Type, seen map[string]bool, visit func(value string)) {
	if t.NonNull {
		visit("null")
	}
	if t.Elem != nil {
		a.wrong(t.Elem, seen, func(value string) { visit("[" + a.valid(t.Elem) + ", " + value + "]") })
		return
	}
	definition := a.Types[t.NamedType]
	for _, value := range misfits(definition) {
		visit(value)
	}
	if definition.Directives.ForName("oneOf") != nil && !seen[t.NamedType] {
		first, second := definition.Fields[0], definition.Fields[1]
		visit("{}")
		visit(`{"` + second.Name + `": null}`)
		visit(`{"` + first.Name + `": ` + a.valid(first.Type) + `, "` + second.Name + `": ` + a.valid(second.Type) + `}`)
		visit(`{"` + first.Name + `": ` + a.valid(first.Type) + `, "` + second.Name + `": null}`)
	}
	for _, field := range definition.Fields {
		if definition.Kind != ast.InputObject || seen[t.NamedType+"."+field.Name] {
			continue
		}
		seen[t.NamedType], seen[t.NamedType+"."+field.Name] = true, true
		a.wrong(field.Type, seen, func(value string) { visit(a.object(definition, field.Name, value)) })
	}
}

// call returns a call of a field at the root, with its required arguments and one more.
func (a asked) call(field *ast.FieldDefinition, argument, value string) string {
	var arguments []string
	for _, other := range field.Arguments {
		switch {
		case other.Name == argument:
			arguments = append(arguments, argument+": "+value)
		case other.Type.NonNull:
			arguments = append(arguments, other.Name+": "+a.literal(other.Type, a.valid(other.Type)))
		}
	}
	call := field.Name + "(" + strings.Join(arguments, ", ") + ")"
	if a.Types[field.Type.Name()].IsCompositeType() {
		call += " { __typename }"
	}
	return call
}

var keys = regexp.MustCompile(`"(\w+)": `)

// literal writes JSON as a document has it: without quotes around keys and, where they
// are known, names of enums.
func (a asked) literal(t *ast.Type, value string) string {
	value = keys.ReplaceAllString(value, "$1: ")
	for _, definition := range a.Types {
		for _, name := range definition.EnumValues {
			value = strings.ReplaceAll(value, `"`+name.Name+`"`, name.Name)
		}
	}
	return value
}

// Whatever does not fit, no field of the request runs: neither the mutation in front of
// it, nor the query beside it.
func TestNothingRunsUnlessAllFits(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	a := asked{gen.NewExecutableSchema(gen.Config{}).Schema()}
	s := start(t, func(c *graphtest.Config, _ *gate.Limits) { c.Actor = graphtest.Admin() })
	const state = "{ changes(first: 100) { nodes { cursor } } auditLog(first: 100) { nodes { __typename } } }"
	before := s.Data(t, state, nil)
	seen := map[string]bool{}
	refused := func(query, variables string) {
		body := fmt.Sprintf(`{"query": %q, "variables": %s}`, query, variables)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/graphql-response+json")
		response := s.Do(request)
		var answer map[string]any
		if err := json.Unmarshal(response.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		_, hasData := answer["data"]
		if response.Code != http.StatusBadRequest || hasData || !regexp.MustCompile(`"code":"(INVALID|GRAPHQL_VALIDATION_FAILED)"`).MatchString(response.Body.String()) {
			t.Errorf("%s with %s\n= %d %s, want 400 without data", query, variables, response.Code, response.Body)
		}
		if errs, _ := answer["errors"].([]any); len(errs) != 1 {
			t.Errorf("%s with %s\n= %s, want one error", query, variables, response.Body)
		}
	}
	for kind, good := range map[string]string{
		"mutation": `createTopic(input: {names: [{language: "en", value: "Written"}]}) { topic { id } }`,
		"query":    `topics { totalCount }`,
	} {
		root := map[string]*ast.Definition{"mutation": a.Mutation, "query": a.Query}[kind]
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			for _, argument := range field.Arguments {
				a.wrong(argument.Type, seen, func(value string) {
					literal := a.call(field, argument.Name, a.literal(argument.Type, value))
					refused(kind+" { good: "+good+" bad: "+literal+" }", "null")
					byVariable := a.call(field, argument.Name, "$v")
					refused(kind+" ($v: "+argument.Type.String()+") { good: "+good+" bad: "+byVariable+" }", `{"v": `+value+`}`)
				})
			}
		}
	}
	if after := s.Data(t, state, nil); after != before {
		t.Errorf("after the requests %s, want what was before: %s", after, before)
	}
	for name, definition := range a.Types {
		if definition.Kind == ast.InputObject && !seen[name] {
			t.Errorf("no request had a %s", name)
		}
		if definition.Kind == ast.Scalar && misfits(definition) == nil {
			t.Errorf("what does not fit a %s? misfits must say it", name)
		}
	}
}

// Each error says what is wrong, and where.
func TestWhatDoesNotFitIsNamed(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphtest.Config, _ *gate.Limits) { c.Actor = graphtest.Editor() })
	type vars = graphtest.Variables
	const invalid, unfit = "INVALID", "GRAPHQL_VALIDATION_FAILED"
	for _, c := range []struct {
		name, query string
		variables   vars
		code, want  string
	}{
		{"text for an Int", `mutation($v: Int!) { deleteTopic(id: "VG9waWM6MQ", expectedVersion: $v) { errors { code } } }`, vars{"v": "1"}, invalid, "the variable `$v`: an Int is a whole number"},
		{"a number over 32 bits", `query($n: Int) { topics(first: $n) { totalCount } }`, vars{"n": 1 << 31}, invalid, "the variable `$n`: 2147483648 is beyond an Int"},
		{"a number over 64 bits", `query($n: Int) { topics(first: $n) { totalCount } }`, vars{"n": json.Number("99999999999999999999")}, unfit, "the variable `$n`: its value is not a valid Int"},
		{"a literal over 32 bits", `{ topics(first: 2147483648) { totalCount } }`, nil, unfit, "the argument `first`: 2147483648 is beyond an Int, which has 32 bits; found 2147483648"},
		{"a literal over 64 bits", `{ topics(first: 99999999999999999999) { totalCount } }`, nil, unfit, "the argument `first`: the number 99999999999999999999 is too large to be read"},
		{"a number for a String", `mutation($i: CreateArticleInput!) { createArticle(input: $i) { article { id } } }`, vars{"i": vars{"language": "ar", "title": "x", "externalId": 9}}, unfit, "the variable `$i.externalId`: a String is text in quotes"},
		{"a number for a String of its own", `query($s: String!) { country(by: {code: $s}) { id } }`, vars{"s": 9}, unfit, "the variable `$s`: a String is text in quotes"},
		{"a literal number for a String", `{ country(by: {code: 9}) { id } }`, nil, unfit, "the argument `by.code`: a String is text in quotes"},
		{"an id that is none, in a list in a fragment", `{ ...f } fragment f on Query { nodes(ids: ["VG9waWM6MQ", "x"]) { id } }`, nil, invalid, "the argument `ids[1]`: \"x\" is not an id"},
		{"an id in the default of a variable", `query($id: ID! = "x") { node(id: $id) { id } }`, nil, invalid, "the default of the variable `$id`: \"x\" is not an id"},
		{"a default that is not used", `query($id: ID = "x") { node(id: $id) { id } }`, vars{"id": "VG9waWM6MQ"}, invalid, "the default of the variable `$id`"},
		{"a condition that is no Boolean", `{ topics @include(if: "true") { totalCount } }`, nil, unfit, "the argument `if`: a Boolean is true or false, without quotes; found \"true\""},
		{"an object for a String", `{ country(by: {code: {}}) { id } }`, nil, unfit, "the argument `by.code`: a String is text in quotes"},
		{"a list for an enum", `{ articles { nodes { body(format: [HTML]) } } }`, nil, unfit, "the argument `format`: it must be one of the names of the enum TextFormat"},
		{"text for an enum", `{ articles { nodes { body(format: "HTML") } } }`, nil, unfit, "the argument `format`: it must be one of the names of the enum TextFormat, without quotes; found \"HTML\""},
		{"null for a condition", `query($x: Boolean = true) { topics @include(if: $x) { totalCount } }`, vars{"x": nil}, unfit, "the variable `$x`: it is null; send a value of the type Boolean!"},
		{"null for a condition of a fragment", `query($x: Boolean = false) { ...f @skip(if: $x) } fragment f on Query { topics { totalCount } }`, vars{"x": nil}, unfit, "the variable `$x`: it is null"},
		{"null for a condition in a fragment", `query($x: Boolean = false) { ...f } fragment f on Query { topics { nodes { ... @skip(if: $x) { id } } } }`, vars{"x": nil}, unfit, "the variable `$x`: it is null"},
		{"null for an argument", `query($q: String = "x") { search(query: $q) { totalCount } }`, vars{"q": nil}, unfit, "the variable `$q`: it is null; send a value of the type String!"},
		{"null for an element", `query($a: String = "x") { topics(filter: {slug: {in: ["y", $a]}}) { totalCount } }`, vars{"a": nil}, unfit, "the variable `$a`: it is null; send a value of the type String!"},
		{"null in a list", `query($a: [String!] = ["x"]) { topics(filter: {slug: {in: $a}}) { totalCount } }`, vars{"a": []any{"y", nil}}, unfit, "the variable `$a[1]`: cannot be null"},
		{"null for a name", `mutation($n: String = "x") { createTopic(input: {names: [{language: "en", value: $n}]}) { topic { id } } }`, vars{"n": nil}, unfit, "the variable `$n`: it is null"},
		{"null where the argument has a default", `mutation($e: Int) { createPreviewLink(article: "QXJ0aWNsZTox", expiresIn: $e) { errors { code } } }`, vars{"e": nil}, unfit, "the variable `$e`: it is null; send a value of the type Int!"},
		{"two keys", `query($by: TopicBy!) { topic(by: $by) { id } }`, vars{"by": vars{"slug": "x", "externalId": nil}}, invalid, "the variable `$by`: name exactly one of `id`, `slug`, `externalId`, `mediaTopic`; it has `externalId` and `slug`"},
		{"no key", `query($by: TopicBy!) { topic(by: $by) { id } }`, vars{"by": vars{}}, invalid, "the variable `$by`: name exactly one of `id`, `slug`"},
		{"a key that is null", `query($by: TopicBy!) { topic(by: $by) { id } }`, vars{"by": vars{"slug": nil}}, invalid, "the variable `$by.slug`: it is null; name exactly one"},
		{"a literal key that is null", `{ topic(by: {slug: null}) { id } }`, nil, unfit, "the argument `by.slug`: it is null; name exactly one"},
		{"two literal keys", `{ topic(by: {slug: "x", id: "VG9waWM6MQ"}) { id } }`, nil, unfit, "the argument `by`: name exactly one of `id`, `slug`, `externalId`, `mediaTopic`; it has `id` and `slug`"},
		{"a key that may be null", `query($s: String) { topic(by: {slug: $s}) { id } }`, vars{"s": "x"}, unfit, `Variable "$s" is of type "String" but must be non-nullable to be used for OneOf Input Object "TopicBy".`},
		{"a variable of another type", `query($s: ID!) { topic(by: {slug: $s}) { id } }`, vars{"s": "x"}, unfit, `Variable "$s" of type "ID!" used in position expecting type "String".`},
		{"a variable that may be null", `query($s: ID) { node(id: $s) { id } }`, vars{"s": "VG9waWM6MQ"}, unfit, `Variable "$s" of type "ID" used in position expecting type "ID!".`},
		{"text for a language elsewhere", `query($l: String!) { articles { nodes { officials { name(language: $l) } } } }`, vars{"l": "ar"}, unfit, `Variable "$l" of type "String!" used in position expecting type "Language".`},
		{"a language for text", `query($l: Language!) { topics(search: $l) { totalCount } }`, vars{"l": "ar"}, unfit, `Variable "$l" of type "Language!" used in position expecting type "String".`},
		{"text that is no language", `query($l: String) { articles(filter: {language: {eq: $l}}) { totalCount } }`, vars{"l": "no language"}, invalid, "the variable `$l`: \"no language\" is not a BCP 47 language tag"},
		{"text that is no language, in a filter", `query($f: StringFilter) { articles(filter: {language: $f}) { totalCount } }`, vars{"f": vars{"in": []string{"no language"}}}, invalid, "the variable `$f.in[0]`: \"no language\" is not a BCP 47 language tag"},
		{"null for a language in a list", `query($l: String = "ar") { articles(filter: {language: {in: [$l]}}) { totalCount } }`, vars{"l": nil}, unfit, "the variable `$l`: it is null"},
		{"a field that is not known", `{ topic(by: {slugg: "x"}) { id } }`, nil, unfit, "the argument `by`: TopicBy has no field `slugg`; it has `id`, `slug`"},
		{"one of many fields that is not known", `{ articles(filter: {langage: {eq: "en"}}) { totalCount } }`, nil, unfit, "the argument `filter`: ArticleFilter has no field `langage`; did you mean `language`?"},
		{"one that resembles none of them", `{ articles(filter: {x: 1}) { totalCount } }`, nil, unfit, "the argument `filter`: ArticleFilter has no field `x`; remove it, or look at the schema"},
		{"a field far inside a variable that is not known", `query($f: [ArticleFilter!]) { articles(filter: {or: $f}) { totalCount } }`, vars{"f": []vars{{}, {"not": vars{"language": vars{"is": "en"}}}}}, unfit, "the variable `$f[1].not.language.is`: LanguageFilter has no field `is`; it has `"},
		{"a value of an enum that is not known", `{ articles(orderBy: {field: DATE}) { totalCount } }`, nil, unfit, "the argument `orderBy.field`: DATE is not a valid ArticleOrderField; send "},
		{"a field that is missing", `mutation { createTopic(input: {names: [{language: "en"}]}) { topic { id } } }`, nil, unfit, "the argument `input.names[0].value`: it is required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer := s.Post(t, c.query, c.variables)
			if len(answer.Errors) != 1 || answer.Data != nil || answer.Errors[0].Extensions.Code != c.code || !strings.HasPrefix(answer.Errors[0].Message, c.want) {
				t.Errorf("%s with %v = %s, want no data, %s and %q", c.query, c.variables, answer.Body, c.code, c.want)
			}
		})
	}
}

// What fits goes on to run.
func TestWhatFitsRuns(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphtest.Config, _ *gate.Limits) { c.Actor = graphtest.Editor() })
	type vars = graphtest.Variables
	for _, c := range []struct {
		name, query string
		variables   vars
	}{
		{"defaults of variables", `query($x: Boolean = true, $n: Int! = 2, $q: String = "x") { topics(first: $n) @include(if: $x) { totalCount } search(query: $q) { totalCount } }`, nil},
		{"null where it may be", `query($n: Int, $a: String) { topics(first: $n, after: $a) { totalCount } }`, vars{"n": nil, "a": nil}},
		{"a default of the schema", `mutation($e: Int) { createPreviewLink(article: "QXJ0aWNsZTox", expiresIn: $e) { errors { code } } }`, nil},
		{"one value for a list, by variable", `query($l: [String!]) { topics(filter: {slug: {in: $l}}) { totalCount } }`, vars{"l": "x"}},
		{"one value for a list", `{ topics(filter: {slug: {in: "x"}, and: {slug: {eq: "x"}}}) { totalCount } }`, nil},
		{"one object for a list, by variable", `query($f: TopicFilter) { topics(filter: $f) { totalCount } }`, vars{"f": vars{"and": vars{"slug": vars{"in": "x"}}}}},
		{"text for a language, as it was released", `query($l: String!, $s: [String!], $f: StringFilter) { a: articles(filter: {language: {eq: $l, in: $s, notIn: [$l]}}) { totalCount } b: articles(filter: {not: {language: $f}}) { totalCount } }`, vars{"l": "AR", "s": []string{"ar"}, "f": vars{"startsWith": "a", "ne": "en"}}},
		{"languages", `query($l: Language!, $f: LanguageFilter) { a: articles(filter: {language: {eq: $l, in: [$l]}}) { totalCount } b: articles(filter: {language: $f}) { nodes { officials { name(language: $l) } } } }`, vars{"l": "ar", "f": vars{"within": "ar"}}},
		{"__typename, which clients leave in objects", `query($f: TopicFilter, $by: TopicBy!) { topics(filter: $f) { totalCount } topic(by: $by) { id } }`, vars{"f": vars{"__typename": "TopicFilter"}, "by": vars{"__typename": "TopicBy", "slug": "x"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time, the document is cached
				s.Data(t, c.query, c.variables)
			}
		})
	}
}

// What is remembered of one operation of a document is not taken for another.
func TestOperationsOfOneDocumentFitByThemselves(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const document = `query A($x: Boolean) { topics { nodes { wikidataId } } ...f @include(if: true) } query B($x: Boolean = true) { ...g } fragment f on Query { search(query: "a") { totalCount } } fragment g on Query { topics @include(if: $x) { totalCount } }`
	for _, c := range []struct{ operation, want string }{{"B", "GRAPHQL_VALIDATION_FAILED"}, {"B", "GRAPHQL_VALIDATION_FAILED"}} {
		body := fmt.Sprintf(`{"query": %q, "operationName": %q, "variables": {"x": null}}`, document, c.operation)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		if got := s.Do(request).Body.String(); !strings.Contains(got, c.want) {
			t.Errorf("%s = %s, want %s", c.operation, got, c.want)
		}
	}
}

// The specification forbids them, and gqlgen panics.
func TestRootsOfSubscriptions(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, c := range []struct{ name, query, want string }{
		{"a field under two names", `subscription { changes { cursor } other: changes { cursor } }`, "one field at its root, under one name; send another subscription for `other`"},
		{"two fields", `subscription { changes { cursor } articlePublished { id } }`, "one field at its root"},
		{"two names in a fragment", `subscription { ...f } fragment f on Subscription { a: changes { cursor } ... { b: changes { cursor } } }`, "for `b`"},
		{"@skip", `subscription { changes @skip(if: false) { cursor } }`, "must not have @skip at its root"},
		{"@include with a variable", `subscription($x: Boolean!) { changes @include(if: $x) { cursor } }`, "must not have @include at its root"},
		{"@include of a fragment", `subscription { ... @include(if: true) { changes { cursor } } }`, "must not have @include at its root"},
		{"@skip of a spread", `subscription { ...f @skip(if: true) } fragment f on Subscription { changes { cursor } }`, "must not have @skip at its root"},
		{"introspection", `subscription { __typename }`, "must not ask for `__typename` at its root"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := s.Refusal(t, c.query, graphtest.Variables{"x": true}); err.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" || !strings.Contains(err.Message, c.want) {
				t.Errorf("%s = %+v, want GRAPHQL_VALIDATION_FAILED and %q", c.query, err, c.want)
			}
		})
	}
	once := `subscription { changes { cursor } ... { changes { kind @skip(if: true) } } }`
	if err := s.Refusal(t, once, nil); !strings.HasPrefix(err.Message, "a subscription has more than one answer") {
		t.Errorf("%s = %+v, want it to fit, and only its transport to refuse it", once, err)
	}
}

// Escapes in documents are as strict as those in JSON.
func TestHalvesOfPairs(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	in := func(text string) string { return `{ topics(search: ` + text + `) { totalCount } }` }
	for _, text := range []string{
		`"\uD83D"`, `"x\ud83dx"`, `"\uDE00"`, `"\uDE00\uD83D"`, `"\uD83D\uD83D\uDE00"`, `"\uD83D\u{DE00}"`, `"\uD83D\n"`, `"\\\uD83D"`, `"\uFFFD\uDFFF"`,
		`"""\uD83D \""" x"""", first: 1) { totalCount } b: topics(search: "\uD83D"`,
		"\"\" # \"\n, after: \"\\uD83D\"",
	} {
		if err := s.Refusal(t, in(text), nil); err.Extensions.Code != "GRAPHQL_PARSE_FAILED" {
			t.Errorf("%s = %+v, want GRAPHQL_PARSE_FAILED", text, err)
		}
	}
	for _, text := range []string{
		`"\uD83D\uDE00"`, `"\u0635"`, `"\u{1F600}"`, `"\uFFFD"`, `"�"`, `"\\uD83D"`, `"""\uD83D"""`, "\"x\" # \\uD83D\n", `"x" # "` + "\r" + `, filter: {slug: {eq: "#\uD83D\uDE00"}}`,
	} {
		s.Data(t, in(text), nil)
	}
}
