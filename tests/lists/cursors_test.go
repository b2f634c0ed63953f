package lists

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// sevenOfEach has seven nodes of each noun, all articles in one topic and one country. It
// returns the ids of these two.
var sevenOfEach = testserver.Prepare(func(t testing.TB, edit ...func(*app.Config)) (*testserver.Server, [2]string) {
	t.Helper()
	s := testserver.Start(t, edit...)
	topic := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Topic")}).ID
	country := s.CountryID(t, "IQ")
	for i := range 7 {
		name := fmt.Sprintf("Name %d", i)
		official := s.Create(t, "Official", variables{"names": testserver.Names("en", name), "country": country}).ID
		s.Create(t, "Topic", variables{"names": testserver.Names("en", name)})
		s.Create(t, "Office", variables{"titles": testserver.Names("en", name), "kind": "OTHER"})
		s.Upsert(t, variables{"slug": fmt.Sprintf("article-%d", i), "topics": []string{topic}, "countries": []string{country}, "officials": []string{official}})
	}
	return s, [2]string{topic, country}
})

// startListed starts a server with seven nodes of each noun, and returns lists whose orders
// differ, so that a cursor of one is not valid for another.
func startListed(t *testing.T) map[string]listing {
	t.Helper()
	s, ids := sevenOfEach.Start(t)
	topic, country := ids[0], ids[1]
	by := func(field, direction string) variables {
		return variables{"orderBy": variables{"field": field, "direction": direction}}
	}
	return map[string]listing{
		"articles":                          articleList(s, `%s`),
		"articles, earliest first":          articleList(s, `%s`).with(by("PUBLISHED_AT", "ASC")),
		"articles by title":                 articleList(s, `%s`).with(by("TITLE", "ASC")),
		"articles of a topic by date":       articleList(s, `owner: topic(by: {id: "%s"}) { %s }`, topic).with(by("CREATED_AT", "ASC")),
		"articles of a country":             articleList(s, `owner: country(by: {id: "%s"}) { %s }`, country).with(by("TITLE", "DESC")),
		"officials":                         namedList(s, "Official", ""),
		"officials by name in Arabic":       namedList(s, "Official", "").with(nil, testserver.InArabic),
		"topics":                            namedList(s, "Topic", ""),
		"offices":                           namedList(s, "Office", ""),
		"topics by slug":                    namedList(s, "Topic", "").with(by("SLUG", "ASC")),
		"countries by code":                 namedList(s, "Country", "").with(by("CODE", "DESC")),
		"countries":                         namedList(s, "Country", ""),
		"countries by name in Arabic":       namedList(s, "Country", "").with(nil, testserver.InArabic),
		"officials of a country, in French": officialsOf(s, country).with(nil, testserver.InFrench),
	}
}

// cursor returns the cursor at the end of the list's first page.
func (l listing) cursor(t *testing.T) string {
	t.Helper()
	return *l.with(variables{"first": 2}).page(t).PageInfo.EndCursor
}

// places returns the arguments of the list that take a cursor.
func (l listing) places() []string {
	if strings.Contains(l.query, "$before") {
		return []string{"after", "before"}
	}
	return []string{"after"}
}

// refuses fails the test unless every argument that takes a cursor refuses the text.
func (l listing) refuses(t *testing.T, text string) {
	t.Helper()
	for _, place := range l.places() {
		a := l.server.Post(t, l.query, l.with(variables{place: text}).vars, l.headers...)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "INVALID_CURSOR" || !strings.Contains(a.Errors[0].Message, "`"+place+"`") {
			t.Errorf("%s: %.200q = %s, want INVALID_CURSOR", place, text, a.Raw)
		}
	}
}

func TestCursorOfAnotherListOrOrderIsRefused(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	lists := startListed(t)
	for of, theirs := range lists {
		for in, ours := range lists {
			if of == in {
				if next := ours.with(variables{"first": 2, "after": theirs.cursor(t)}).page(t); len(next.Edges) == 0 || ids(nodes(next)) == ids(nodes(ours.with(variables{"first": 2}).page(t))) {
					t.Errorf("%s: the second page = %v, want other rows than the first", in, next)
				}
				continue
			}
			t.Run(of+" in "+in, func(t *testing.T) { ours.refuses(t, theirs.cursor(t)) })
		}
	}
}

func nodes(p listPage) (rows []listed) {
	for _, edge := range p.Edges {
		rows = append(rows, edge.Node)
	}
	return rows
}

func TestCursorOfAnOrderWithoutNamesServesAllLanguages(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	query := `query($after: String) { countries(first: 2, after: $after, orderBy: {field: CODE}) { nodes { code } pageInfo { endCursor } } }`
	type page struct {
		Countries struct {
			Nodes    []struct{ Code string }
			PageInfo struct{ EndCursor string }
		}
	}
	first := testserver.Ask[page](t, s, query, nil, testserver.InArabic)
	next := testserver.Ask[page](t, s, query, variables{"after": first.Countries.PageInfo.EndCursor}, testserver.InFrench)
	if got := fmt.Sprint(first.Countries.Nodes, next.Countries.Nodes); got != "[{AD} {AE}] [{AF} {AG}]" {
		t.Errorf("countries by code = %s, want AD AE, AF AG", got)
	}
}

func TestBrokenCursorIsRefused(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	lists := startListed(t)
	for _, name := range []string{"articles", "articles by title", "officials"} {
		l := lists[name]
		valid := l.cursor(t)
		raw, err := base64.RawURLEncoding.DecodeString(valid)
		if err != nil {
			t.Fatal(err)
		}
		encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		var truncated, changed []string
		for i := range valid {
			truncated = append(truncated, valid[:i])
			another := alphabet[(strings.IndexByte(alphabet, valid[i])+1+i%63)%64]
			changed = append(changed, valid[:i]+string(another)+valid[i+1:])
		}
		payload := string(raw)
		for rule, texts := range map[string][]string{
			"truncated":               {strings.Join(truncated[len(truncated)-1:], ""), truncated[0], truncated[1], truncated[len(truncated)/2], truncated[len(truncated)-2]},
			"with one byte changed":   changed,
			"with something behind":   {valid + "A", valid + "AAAA", valid + valid, valid + "\n", valid + " "},
			"with something before":   {" " + valid, "A" + valid, "\n" + valid},
			"in other base64":         {valid + "=", valid + "==", strings.ToLower(valid)},
			"not base64":              {"", " ", "%", "بغداد", "null", "undefined", "0", "1", "-1", "\x00", "' OR 1=1 --"},
			"not what it should be":   {encode(""), encode("[]"), encode("{}"), encode("null"), encode(`"x"`), encode("[["), encode(`["Article PUBLISHED_AT-"]`)},
			"numbers as strings":      {encode(`["Article PUBLISHED_AT-","1","1714564800000"]`), encode(`["Article PUBLISHED_AT-",1,"1714564800000"]`)},
			"numbers of other kinds":  {encode(`["Article PUBLISHED_AT-",1.5,1]`), encode(`["Article PUBLISHED_AT-",1e3,1]`), encode(`["Article PUBLISHED_AT-",null,1]`), encode(`["Article PUBLISHED_AT-",99999999999999999999,1]`)},
			"without its check":       {encode(`["Article PUBLISHED_AT-",1,1714564800000]`), encode(payload[:len(payload)-4])},
			"with one value too many": {encode(strings.Replace(payload, "]", ",1]", 1))},
			"random bytes":            {encode("\x00\xff\xfe"), encode(strings.Repeat("\x01\x80", 50)), "q83vEjRWeJA", "____"},
			"huge":                    {strings.Repeat("A", 100_000), encode(strings.Repeat("[", 50_000))},
			"an id":                   {nodes(l.with(variables{"first": 1}).page(t))[0].ID},
		} {
			t.Run(name+": "+rule, func(t *testing.T) {
				for _, text := range texts {
					l.refuses(t, text)
				}
			})
		}
	}
}

func TestBrokenCursorIsRefusedWhenNoRowsAreAskedFor(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	if code, _ := s.Refused(t, `{ articles(after: "broken") { totalCount } }`, nil); code != "INVALID_CURSOR" {
		t.Errorf("code = %s, want INVALID_CURSOR", code)
	}
}

func TestPageSizesAreLimited(t *testing.T) {
	t.Parallel()
	lists := startListed(t)
	for _, name := range []string{"articles", "articles of a country", "officials", "topics", "offices", "countries", "officials of a country, in French"} {
		l := lists[name]
		for _, c := range []struct {
			rule string
			vars variables
			says string
		}{
			{"first: -1 is refused", variables{"first": -1}, "`first` is -1; send 0 to 100"},
			{"first: 101 is refused", variables{"first": 101}, "`first` is 101; send 0 to 100"},
			{"last: -1 is refused", variables{"last": -1}, "`last` is -1; send 0 to 100"},
			{"last: 101 is refused", variables{"last": 101}, "`last` is 101; send 0 to 100"},
			{"first and last is refused, if both are 0 too", variables{"first": 0, "last": 0}, "send one of them"},
			{"first and last is refused", variables{"first": 1, "last": 1}, "send one of them"},
		} {
			if _, backward := c.vars["last"]; backward && !slices.Contains(l.places(), "before") {
				continue
			}
			t.Run(name+": "+c.rule, func(t *testing.T) {
				code, message := l.server.Refused(t, l.query, l.with(c.vars).vars, l.headers...)
				if code != "INVALID" || !strings.Contains(message, c.says) {
					t.Errorf("%v = %s %q, want INVALID %q", c.vars, code, message, c.says)
				}
			})
		}
		for _, c := range []struct {
			rule string
			vars variables
			want int
		}{
			{"first: 0 is no row", variables{"first": 0}, 0},
			{"first: 1 is one row", variables{"first": 1}, 1},
			{"first: 100 is all of seven", variables{"first": 100}, 7},
		} {
			t.Run(name+": "+c.rule, func(t *testing.T) {
				if got := len(l.with(c.vars).page(t).Edges); got != c.want && (got < c.want || c.want <= 1) {
					t.Errorf("%v = %d rows, want %d", c.vars, got, c.want)
				}
			})
		}
	}
	if got := len(lists["countries"].page(t).Edges); got != 20 {
		t.Errorf("neither first nor last: %d rows, want 20", got)
	}
}

// A page of no rows has all that is not about rows: how many there are, and whether any
// follow.
func TestPagesOfNoRows(t *testing.T) {
	t.Parallel()
	s, ids := sevenOfEach.Start(t)
	const page = `{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { __typename id } edges { cursor } }`
	const next = `{"totalCount":%d,"pageInfo":{"hasNextPage":true,"hasPreviousPage":false,"startCursor":null,"endCursor":null},"nodes":[],"edges":[]}`
	const previous = `{"totalCount":%d,"pageInfo":{"hasNextPage":false,"hasPreviousPage":true,"startCursor":null,"endCursor":null},"nodes":[],"edges":[]}`
	for _, c := range []struct {
		list string // %s is the size
		rows int
	}{
		{`articles(%s) ` + page, 7},
		{`articles(%s, search: "article") ` + strings.Replace(page, "nodes", `n: __typename nodes`, 1), -1},
		{`articles(%s, orderBy: {field: TITLE}) ` + page, 7},
		{`officials(%s) ` + page, 7},
		{`topics(%s) ` + page, 8},
		{`offices(%s) ` + page, 7},
		{`countries(%s) ` + page, 249},
		{`topic(by: {id: "` + ids[0] + `"}) { articles(%s) ` + page + ` }`, 7},
		{`country(by: {id: "` + ids[1] + `"}) { articles(%s) ` + page + ` }`, 7},
		{`country(by: {id: "` + ids[1] + `"}) { officials(%s) ` + page + ` }`, 7},
		{`topics(last: 3) { nodes { articles(%s) { nodes { id officials { name } } } } }`, -1},
		{`search(query: "name", %s) { totalCount edges { cursor score highlights { text } } pageInfo { hasNextPage } }`, -1},
	} {
		for size, want := range map[string]string{"first: 0": next, "last: 0": previous} {
			query := "{ list: " + fmt.Sprintf(c.list, size) + " }"
			got := string(testserver.Ask[json.RawMessage](t, s, query, nil))
			if c.rows >= 0 && !strings.Contains(got, fmt.Sprintf(want, c.rows)) {
				t.Errorf("%s = %s, want "+want, query, got, c.rows)
			}
			if c.rows < 0 && (strings.Contains(got, `"cursor"`) || strings.Contains(got, `"id"`)) {
				t.Errorf("%s = %s, want no rows", query, got)
			}
		}
	}
	for query, want := range map[string]string{
		`{ suggest(prefix: "name", first: 0) { text } }`: `{"suggest":[]}`,
		`{ articles { facets { countries(first: 0) { count } topics(first: 0) { count } officials(first: 0) { count } months(first: 0) { count } } } }`:                                    `{"articles":{"facets":{"countries":[],"topics":[],"officials":[],"months":[]}}}`,
		`{ articles(filter: {slug: {startsWith: "a"}}) { facets { countries(first: 0) { count } topics(first: 0) { count } officials(first: 0) { count } months(first: 0) { count } } } }`: `{"articles":{"facets":{"countries":[],"topics":[],"officials":[],"months":[]}}}`,
		`{ articles(first: 1) { nodes { related(first: 0) { id } } } }`:                 `{"articles":{"nodes":[{"related":[]}]}}`,
		`{ changes(first: 0) { nodes { cursor } pageInfo { hasNextPage endCursor } } }`: `{"changes":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":null}}}`,
		`{ auditLog(first: 0) { nodes { at } pageInfo { hasNextPage endCursor } } }`:    `{"auditLog":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":null}}}`,
	} {
		if got := string(testserver.Ask[json.RawMessage](t, s, query, nil, testserver.AsAdmin)); got != want {
			t.Errorf("%s = %s, want %s", query, got, want)
		}
	}
}

func TestANumberAsAStringIsRefusedInNestedLists(t *testing.T) {
	t.Parallel()
	l := startListed(t)["articles of a country"]
	if code, message := l.server.Refused(t, l.query, l.with(variables{"first": "5"}).vars); code != "INVALID" || !strings.Contains(message, "whole number without quotes") {
		t.Errorf("first as a string = %s %q, want INVALID", code, message)
	}
}

func TestPageInfoSaysWhetherThereIsMore(t *testing.T) {
	t.Parallel()
	l := startListed(t)["articles"]
	all := l.page(t).Edges
	if len(all) != 7 {
		t.Fatalf("articles = %d, want 7", len(all))
	}
	at := func(i int) string { return all[i].Cursor }
	for _, c := range []struct {
		rule           string
		vars           variables
		from, to       int
		previous, next bool
	}{
		{"the first page", variables{"first": 3}, 0, 3, false, true},
		{"a page between", variables{"first": 3, "after": at(2)}, 3, 6, true, true},
		{"the last page", variables{"first": 3, "after": at(5)}, 6, 7, true, false},
		{"a page as long as the list", variables{"first": 7}, 0, 7, false, false},
		{"a page as long as the rest", variables{"first": 4, "after": at(2)}, 3, 7, true, false},
		{"behind the end", variables{"first": 3, "after": at(6)}, 0, 0, true, false},
		{"the last page backward", variables{"last": 3}, 4, 7, true, false},
		{"a page between backward", variables{"last": 3, "before": at(4)}, 1, 4, true, true},
		{"the first page backward", variables{"last": 3, "before": at(1)}, 0, 1, false, true},
		{"before the beginning", variables{"last": 3, "before": at(0)}, 0, 0, false, true},
		{"from one cursor to another", variables{"first": 2, "after": at(1), "before": at(5)}, 2, 4, true, true},
		{"to a cursor from another, backward", variables{"last": 2, "after": at(1), "before": at(5)}, 3, 5, true, true},
		{"between neighbours", variables{"first": 2, "after": at(1), "before": at(2)}, 0, 0, true, false},
		{"nothing matches", variables{"filter": variables{"slug": variables{"eq": "none"}}}, 0, 0, false, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := l.with(c.vars).page(t)
			var want []listed
			for _, edge := range all[c.from:c.to] {
				want = append(want, edge.Node)
			}
			if ids(nodes(got)) != ids(want) || got.PageInfo.HasPreviousPage != c.previous || got.PageInfo.HasNextPage != c.next {
				t.Errorf("%v = %s, previous %t, next %t\nwant %s, previous %t, next %t", c.vars, ids(nodes(got)),
					got.PageInfo.HasPreviousPage, got.PageInfo.HasNextPage, ids(want), c.previous, c.next)
			}
		})
	}
}

func TestTotalCountAndFacetsAreOfTheWholeList(t *testing.T) {
	t.Parallel()
	lists := startListed(t)
	const counts = `totalCount facets {
		countries { country { code } count } topics { topic { slug } count } officials(first: 2) { official { slug } count }
		languages { language count } months { month count } }`
	const want = `{"totalCount": 7, "facets": {
		"countries": [{"country": {"code": "IQ"}, "count": 7}], "topics": [{"topic": {"slug": "topic"}, "count": 7}],
		"officials": [{"official": {"slug": "name-0"}, "count": 1}, {"official": {"slug": "name-1"}, "count": 1}],
		"languages": [{"language": "en", "count": 7}], "months": [{"month": "2024-05", "count": 7}]}}`
	articles := lists["articles"]
	for _, page := range []string{"first: 1", "last: 2", `first: 3, after: "` + articles.cursor(t) + `"`, `filter: {language: {startsWith: "en"}}`} {
		t.Run(page, func(t *testing.T) {
			articles.server.WantData(t, `{ articles(`+page+`) { `+counts+` } }`, nil, `{"articles": `+want+`}`)
			articles.server.WantData(t, `{ topic(by: {slug: "topic"}) { articles(`+page+`) { nodes { id } `+counts+` } } }`, nil,
				`{"topic": {"articles": `+strings.Replace(want, "{", `{"nodes": `+testserver.JSON(nodesOf(t, articles, page))+`, `, 1)+`}}`)
		})
	}
}

// nodesOf returns the nodes of a page of articles.
func nodesOf(t *testing.T, l listing, page string) any {
	t.Helper()
	return testserver.Ask[struct{ Articles struct{ Nodes any } }](t, l.server, `{ articles(`+page+`) { nodes { id } } }`, nil).Articles.Nodes
}

func TestNestedTotalCountAndFacetsAreOfEachList(t *testing.T) {
	t.Parallel()
	s := startRelated(t)
	const counts = `slug articles(first: 1) { totalCount facets { countries(first: 1) { country { code } count } languages { language count } months { count } } }`
	all := testserver.Ask[struct{ Topics struct{ Nodes []object } }](t, s, `{ topics(first: 100) { nodes { `+counts+` } } }`, nil)
	for _, topic := range all.Topics.Nodes {
		s.WantData(t, `query($slug: String!) { topic(by: {slug: $slug}) { `+counts+` } }`, variables{"slug": topic["slug"]}, `{"topic": `+testserver.JSON(topic)+`}`)
	}
	if len(all.Topics.Nodes) < 10 {
		t.Errorf("topics = %d, want more", len(all.Topics.Nodes))
	}
}
