package text

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// hit is a search result.
type hit struct {
	Cursor     string
	Score      float64
	Highlights []struct {
		Field, Text string
		Ranges      []struct{ Start, End int }
	}
	Node struct{ Kind, Slug, Code string }
}

func (h hit) called() string { return h.Node.Slug + h.Node.Code }

type searched struct {
	CorrectedQuery *string
	TotalCount     int
	Edges          []hit
	PageInfo       struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
	Facets struct {
		Languages []struct {
			Language string
			Count    int
		}
	}
}

func (s searched) called() []string {
	list := []string{}
	for _, h := range s.Edges {
		list = append(list, h.called())
	}
	return list
}

// search sends the query `search`; vars are its other arguments.
func search(t testserver.Tester, s *testserver.Server, query string, vars variables, headers ...header) searched {
	t.Helper()
	all := variables{"query": query}
	for name, value := range vars {
		all[name] = value
	}
	return testserver.Ask[struct{ Search searched }](t, s, `query($query: String!, $types: [SearchType!], $filter: ArticleFilter, $language: Language, $first: Int, $after: String, $last: Int, $before: String) {
		search(query: $query, types: $types, filter: $filter, language: $language, first: $first, after: $after, last: $last, before: $before) {
			correctedQuery totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } facets { languages { language count } }
			edges {
				cursor score highlights { field text ranges { start end } }
				node { kind: __typename ... on Article { slug } ... on Official { slug } ... on Topic { slug } ... on Office { slug } ... on Country { code } }
			}
		}
	}`, all, headers...).Search
}

// found returns the slugs of the articles found, the most relevant first.
func found(t testserver.Tester, s *testserver.Server, search string, headers ...header) []string {
	t.Helper()
	answer := testserver.Ask[struct {
		Articles struct{ Nodes []struct{ Slug string } }
	}](t, s, `query($search: String!) { articles(search: $search, first: 100) { nodes { slug } } }`, variables{"search": search}, headers...)
	list := []string{}
	for _, node := range answer.Articles.Nodes {
		list = append(list, node.Slug)
	}
	return list
}

// Words are found in any spelling, with any prefixes and suffixes joined to them.
func TestSearchFindsWordsInAnyForm(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	official := s.Create(t, "Official", variables{"names": testserver.Names("fr", "Jean-Yves Le Drian"), "aliases": []variables{
		{"text": "جان إيف لودريان", "language": "ar"}, {"text": "لوريان", "language": "ar", "kind": "SHORT_NAME"},
	}})
	s.Upsert(t,
		variables{"slug": "ministers", "language": "ar", "title": "اجتماع وُزَراءِ الخارجيّةِ", "body": "التقى الوزراء مسؤوليهم إلى جانب الحكومـــة."},
		variables{"slug": "baghdad", "language": "ar", "title": "وبغداد تستقبل الوفد", "body": "قال مسئول إن ٣ اتفاقيات وُقّعت."},
		variables{"slug": "elections", "language": "en", "title": "Elections at the Élysée", "body": "The winners' O'Brien said U.S. votes are counted."},
		variables{"slug": "iraq", "language": "fr", "title": "La souveraineté de l’Irak", "body": "Les ministres français·e·s d'État sont venus."},
		variables{"slug": "hashtag", "language": "ar", "title": "وسم #الموازنة_العامة", "body": "قال النبي ﷺ. بلغت ١٬٠٠٠ و2,500,000 دينار."},
		variables{"slug": "visit", "language": "ar", "title": "زيارة", "body": "الوزير في المدينة.", "officials": []string{official.ID}},
	)
	for _, c := range []struct {
		search string
		want   []string
	}{
		{"الخارجية", []string{"ministers"}},
		{"الخَارِجِيَّة", []string{"ministers"}},
		{"خارجيه", []string{"ministers"}},
		{"وزير الخارجية", []string{"ministers"}},
		{"الى", []string{"ministers"}},
		{"للحكومة", []string{"ministers"}},
		{"مسؤول", []string{"ministers", "baghdad"}},
		{"بغداد", []string{"baghdad"}},
		{"ببغداد", []string{"baghdad"}},
		{"اتفاقية", []string{"baghdad"}},
		{"3 اتفاقية", []string{"baghdad"}},
		{"election elysee", []string{"elections"}},
		{"OBrien US", []string{"elections"}},
		{"الموازنة", []string{"hashtag"}},
		{"صلى الله عليه وسلم", []string{"hashtag"}},
		{`"صلى الله عليه"`, []string{"hashtag"}},
		{"1000 2500000", []string{"hashtag"}},
		{"irak", []string{"iraq"}},
		{"ministre francais etat", []string{"iraq"}},
		{"Le Drian", []string{"visit"}},
		{"لودريان", []string{"visit"}},
		{"لوريان", []string{"visit"}},
		{"jean yves", []string{"visit"}},
		{`"اجتماع وزراء"`, []string{"ministers"}},
		{`"وزراء اجتماع"`, []string{}},
		{"مسؤول -بغداد", []string{"ministers"}},
		{`مسؤول -"وبغداد تستقبل"`, []string{"ministers"}},
		{"-مسؤول -elections -irak -zebra -وسم", []string{"visit"}},
		{"بغداد elections", []string{}},
		{"!؟ *", []string{}},
	} {
		got := found(t, s, c.search)
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("articles(search: %q) = %q, want %q", c.search, got, c.want)
		}
	}
	if got := found(t, s, " \u200F "); len(got) != 6 {
		t.Errorf("a blank search finds %q, want all articles", got)
	}
}

// Search finds new articles and new names at once.
func TestSearchFollowsWrites(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	official := s.Create(t, "Official", variables{"names": testserver.Names("en", "Zara Quill")})
	article := s.Article(t, "Harbour", variables{"slug": "harbour", "officials": []string{official.ID}, "body": "Cranes."})
	want := func(search string, slugs ...string) {
		t.Helper()
		if got := found(t, s, search); !slices.Equal(got, append([]string{}, slugs...)) {
			t.Errorf("articles(search: %q) = %q, want %q", search, got, slugs)
		}
	}
	want("crane quill", "harbour")
	must(t, s, "update", "Official", variables{"id": official.ID, "input": variables{"names": testserver.Names("en", "Zara Plume")}})
	want("quill")
	want("plume", "harbour")
	must(t, s, "update", "Article", variables{"id": article.ID, "input": variables{"body": "Ships.", "officials": []string{}, "publish": true}})
	want("crane")
	want("plume")
	want("ship", "harbour")
	must(t, s, "unpublish", "Article", variables{"id": article.ID})
	want("ship")
	if got := found(t, s, "ship", testserver.AsAdmin, testserver.SeeDrafts); !slices.Equal(got, []string{"harbour"}) {
		t.Errorf("search with drafts = %q, want the draft", got)
	}
	s.Delete(t, "Article", article.ID)
	if got := found(t, s, "ship", testserver.AsAdmin, testserver.SeeDrafts); len(got) > 0 {
		t.Errorf("search after the deletion = %q, want nothing", got)
	}
}

// No answer to a reader's search or suggestions depends on drafts.
func TestSearchDoesNotLeakDrafts(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	topic := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Harbours")})
	s.Upsert(t, variables{"slug": "seen", "title": "Lighthouse lighthouses", "body": "Lighthouse keepers.", "topics": []string{topic.ID}})
	before := []searched{search(t, s, "lighthouse keepers", nil), search(t, s, "lighthouze", nil), search(t, s, "zanzibarr", nil)}
	suggest := func() string {
		return fmt.Sprint(testserver.Ask[any](t, s, `{ suggest(prefix: "h") { text } }`, nil))
	}
	suggested := suggest()
	for i := range 40 {
		s.Article(t, fmt.Sprint("Draft ", i), variables{"publish": false, "slug": fmt.Sprint("draft-", i), "body": "Zanzibar lighthouse keepers. Lighthouse.", "topics": []string{topic.ID}})
	}
	after := []searched{search(t, s, "lighthouse keepers", nil), search(t, s, "lighthouze", nil), search(t, s, "zanzibarr", nil)}
	for i := range before {
		if !reflect.DeepEqual(before[i], after[i]) {
			t.Errorf("search beside drafts = %+v, want %+v as before", after[i], before[i])
		}
	}
	if got := suggest(); got != suggested {
		t.Errorf("suggest beside drafts = %s, want %s as before", got, suggested)
	}
	if got := search(t, s, "zanzibarr", nil, testserver.AsAdmin, testserver.SeeDrafts); got.TotalCount != 40 || deref(got.CorrectedQuery) != "zanzibar" {
		t.Errorf("search with drafts = %d results for %q, want 40 for zanzibar", got.TotalCount, deref(got.CorrectedQuery))
	}
}

// must sends a mutation, and fails the test unless it succeeds.
func must(t testing.TB, s *testserver.Server, verb, noun string, vars variables) {
	t.Helper()
	if node, _, errs := s.Mutate(t, verb, noun, vars); node == nil {
		t.Fatalf("%s%s = %+v", verb, noun, errs)
	}
}

// A correction never has a spelling that occurs only in drafts.
func TestCorrectionsAreSpelledAsReadersSeeThem(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Article(t, "Quárkzyxô", variables{"publish": false})
	s.Article(t, "quarkzyxo", nil)
	if got := deref(search(t, s, "quarkzyxa", nil).CorrectedQuery); got != "quarkzyxo" {
		t.Errorf("correctedQuery = %q, want the published spelling", got)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestSearchCorrectsTypos(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	for _, c := range []struct{ query, corrected string }{
		{"Parliamant", "parliament"},
		{"البرلمانن", "البرلمان"},
		{"Macron Bagdhad", "Macron bagdad"},
		{"Plaschaert", "plasschaert"},
		{"souverainte", "souverainete"},
		{"Parliamant Parliamant", "parliament parliament"},
		{"Macron", ""},
		{"Mx", ""},
		{"xyzxyzxyz", ""},
		{`"prime ministre of"`, ""},
	} {
		got := search(t, s, c.query, nil)
		if deref(got.CorrectedQuery) != c.corrected && text.Fold(deref(got.CorrectedQuery)) != c.corrected {
			t.Errorf("search(%q).correctedQuery = %q, want %q", c.query, deref(got.CorrectedQuery), c.corrected)
		}
		if c.corrected != "" && len(got.Edges) == 0 {
			t.Errorf("search(%q) finds nothing for %q", c.query, c.corrected)
		}
	}
	first := search(t, s, "Macrron", variables{"first": 2})
	s.Upsert(t, variables{"slug": "misspelt", "title": "Macrron"}) // the correction must stay the same on later pages
	second := search(t, s, "Macrron", variables{"first": 2, "after": first.PageInfo.EndCursor})
	if deref(second.CorrectedQuery) == "" || len(second.Edges) != 2 || slices.Contains(first.called(), second.called()[0]) {
		t.Errorf("the second page of a corrected query = %+v, want two other results with the same correction", second)
	}
}

// Highlights are slices of the original text, and their ranges mark the matching words.
func TestHighlightsAreSlicesOfTheText(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	filler := strings.Repeat("كلام لا يعني أحدا. ", 60)
	s.Upsert(t, variables{"slug": "long", "language": "ar", "title": "وبالحكومة 😀 تبدأ", "summary": "الحُكُومَةُ هنا", "body": filler + "\n\n## عنوان\n\nثم **حكومتُها** جاءت. " + filler})
	got := search(t, s, "الحكومة", nil)
	if len(got.Edges) != 1 {
		t.Fatalf("search = %+v, want one article", got)
	}
	want := map[string][]string{"title": {"وبالحكومة"}, "summary": {"الحُكُومَةُ"}, "body": {"حكومتُها"}}
	for _, h := range got.Edges[0].Highlights {
		var words []string
		for _, r := range h.Ranges {
			word, ok := text.Slice(h.Text, r.Start, r.End)
			if !ok {
				t.Errorf("range %+v is outside %q", r, h.Text)
			}
			words = append(words, word)
		}
		if !slices.Equal(words, want[h.Field]) {
			t.Errorf("highlights in %s = %q, want %q", h.Field, words, want[h.Field])
		}
		if len([]rune(h.Text)) > 250 || h.Field == "body" && !strings.Contains(h.Text, "ثم حكومتُها جاءت") {
			t.Errorf("%s = %q, want a snippet of the text around the word", h.Field, h.Text)
		}
		delete(want, h.Field)
	}
	if len(want) > 0 {
		t.Errorf("missing highlights: %v", want)
	}
	s.Upsert(t, variables{"slug": "late", "title": "Late", "body": strings.Repeat("— ", 400) + "zebra"})
	if late := search(t, s, "zebra", nil).Edges; len(late) != 1 || len(late[0].Highlights) != 1 {
		t.Errorf("a word after 400 dashes = %+v, want a highlight", late)
	}
	country := search(t, s, "فرنسا", variables{"types": []string{"COUNTRY"}}).Edges
	if len(country) == 0 || country[0].called() != "FR" || len(country[0].Highlights) != 1 || country[0].Highlights[0].Text != "فرنسا" {
		t.Errorf("the country = %+v, want its name highlighted", country)
	}
}

// Search finds nodes of every type, those whose names match first, and applies filters.
func TestSearchCoversEveryType(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	got := search(t, s, "العراق", variables{"first": 100})
	if got.called()[0] != "IQ" {
		t.Errorf("search(العراق) begins with %q, want the country first", got.called()[:3])
	}
	kinds := map[string]int{}
	for i, h := range got.Edges {
		kinds[h.Node.Kind]++
		if i > 0 && h.Score > got.Edges[i-1].Score {
			t.Errorf("%s has the score %v, higher than the result before", h.called(), h.Score)
		}
	}
	for _, kind := range []string{"Article", "Office", "Country"} {
		if kinds[kind] == 0 {
			t.Errorf("search finds no %s: %v", kind, kinds)
		}
	}
	if got.TotalCount < len(got.Edges) || got.TotalCount > len(got.Edges) && !got.PageInfo.HasNextPage {
		t.Errorf("totalCount = %d with %d results on the page", got.TotalCount, len(got.Edges))
	}
	french := search(t, s, "Irak", variables{"language": "fr", "types": []string{"ARTICLE"}})
	if len(french.Edges) == 0 || len(french.Facets.Languages) != 1 || french.Facets.Languages[0].Language != "fr" || french.Facets.Languages[0].Count != french.TotalCount {
		t.Errorf("search in French = %+v, want only French articles", french)
	}
	filtered := search(t, s, "العراق", variables{"types": []string{"ARTICLE"}, "filter": variables{"topics": variables{"some": variables{"slug": variables{"eq": "oil"}}}}})
	if filtered.TotalCount >= got.TotalCount {
		t.Errorf("totalCount with a filter = %d, want fewer than %d", filtered.TotalCount, got.TotalCount)
	}
	for _, none := range []searched{search(t, s, "", nil), search(t, s, "العراق", variables{"types": []string{}}), search(t, s, "…", nil)} {
		if none.TotalCount != 0 || len(none.Edges) != 0 || none.PageInfo.HasNextPage {
			t.Errorf("search = %+v, want nothing", none)
		}
	}
}

// Pages follow each other forward, while others write, and backward, without gaps and
// repeats.
func TestSearchIsPagedWithoutGaps(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := testserver.StartDemo(t)
	for q, query := range []string{"العراق", "Iraq minister", "Macron"} {
		whole := search(t, s, query, variables{"first": 100})
		pages, after := []string{}, (*string)(nil)
		for i := 0; ; i++ {
			page := search(t, s, query, variables{"first": 3, "after": after})
			pages = append(pages, page.called()...)
			s.Upsert(t, variables{"slug": fmt.Sprint("new-", q, "-", i), "title": query + " " + query, "body": "العراق Macron Iraq minister"})
			if after = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
				break
			}
		}
		if want := whole.called(); !slices.Equal(pages, want) {
			t.Errorf("%s: pages forward = %q, want %q", query, pages, want)
		}
	}
	// A cursor of another search is not valid for this one.
	for _, vars := range []variables{{"language": "fr"}, {"types": []string{"ARTICLE"}}, {}} {
		page, query := search(t, s, "Macron", variables{"first": 1}), "Macron"
		if len(vars) == 0 {
			query = "Iraq"
		}
		a := s.Post(t, `query($q: String!, $after: String, $language: Language, $types: [SearchType!]) { search(query: $q, after: $after, language: $language, types: $types) { totalCount } }`,
			variables{"q": query, "after": page.PageInfo.EndCursor, "language": vars["language"], "types": vars["types"]})
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "INVALID_CURSOR" {
			t.Errorf("a cursor of another search with %v = %s, want INVALID_CURSOR", vars, a.Raw)
		}
	}
	whole := search(t, s, "Macron", variables{"first": 100}).called()
	backward, before := []string{}, (*string)(nil)
	for {
		page := search(t, s, "Macron", variables{"last": 4, "before": before})
		backward = append(page.called(), backward...)
		if before = page.PageInfo.StartCursor; !page.PageInfo.HasPreviousPage {
			break
		}
	}
	if !slices.Equal(backward, whole) {
		t.Errorf("pages backward = %q, want %q", backward, whole)
	}
}

// Search accepts any text, and takes no character of it for the database's own syntax.
func TestSearchTakesAnyText(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := testserver.StartDemo(t)
	before := s.Database.State(t)
	for _, query := range []string{
		`"`, `""`, `"" ""`, `a"b`, `'; DROP TABLE articles; --`, `' OR 1=1 --`, `NEAR("a" "b", 5)`, `terms: x`, `{terms}: x`, `^iraq`, `iraq*`, `+iraq`, `a AND (b OR NOT c)`,
		`!iraq & | <-> :*`, `\'iraq\'`, `\\`, `iraq:A`, `-`, `--`, `-"`, `-"a b`, "\x00iraq", "iraq\x00", "\xff\xfe", "𐍈 😀", strings.Repeat(`"`, 500), strings.Repeat("(", 500),
		strings.Repeat("ـ", 2000), "~iraq", "=iraq/2", "#1.1", "!iraq", "|", "a_b", "%", "_", strings.Repeat("a", 4000), "iraq/6", "\u202Eiraq",
	} {
		for _, ask := range []string{
			`query($q: String!) { search(query: $q) { totalCount edges { score highlights { text } } } }`,
			`query($q: String!) { articles(search: $q) { totalCount nodes { slug } facets { months { count } } } }`,
			`query($q: String!) { officials(search: $q) { totalCount nodes { slug } } countries(search: $q) { totalCount } topics(search: $q) { nodes { slug } } }`,
			`query($q: String!) { suggest(prefix: $q) { text } }`,
		} {
			if a := s.Post(t, ask, variables{"q": strings.ToValidUTF8(query, "\uFFFD")}); len(a.Errors) > 0 {
				t.Errorf("%q in %s = %s, want no errors", query, ask, a.Raw)
			}
		}
	}
	after := s.Database.State(t)
	for table := range before {
		if before[table] != after[table] {
			t.Errorf("searches changed table %s", table)
		}
	}
	// Databases limit the length of a term, but not of names and queries.
	long := strings.TrimSpace(strings.Repeat("ﷺ ", 150))
	s.Create(t, "Topic", variables{"slug": "long", "names": testserver.Names("ar", long)})
	s.Create(t, "Topic", variables{"slug": "longer", "names": testserver.Names("ar", strings.Repeat("كلمةطويلةجدا", 25))})
	if a := s.Post(t, `query($q: String!) { search(query: $q) { totalCount } topics(search: $q) { nodes { slug } } }`, variables{"q": strings.Repeat("كلمةطويلةجدا", 25)}); len(a.Errors) > 0 || !strings.Contains(string(a.Data), "longer") {
		t.Errorf("a long word = %s, want the topic longer", a.Raw)
	}
	if a := s.Post(t, `{ search(query: "`+strings.Repeat("a ", 33)+`b") { totalCount } }`, nil); len(a.Errors) > 0 {
		t.Errorf("a query that repeats a word = %s, want no error", a.Raw)
	}
	if a := s.Post(t, `query($q: String!) { search(query: $q) { totalCount } }`, variables{"q": "a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff gg"}); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "LIMIT_EXCEEDED" {
		t.Errorf("33 words = %s, want LIMIT_EXCEEDED", a.Raw)
	}
}

// A search finds exactly the articles with all wanted words and none of the unwanted ones.
func TestSearchFindsWhatHasAllWords(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	vocabulary := []string{"oil", "gas", "vote", "وزير", "وزارة", "بغداد", "نفط", "élection", "naïve", "zebra"}
	texts := map[string][]string{}
	var articles []variables
	for i := range 40 {
		var words []string
		for j, word := range vocabulary {
			if (i*7+j*13+i*j)%3 == 0 {
				words = append(words, word)
			}
		}
		slug := fmt.Sprint("article-", i)
		texts[slug] = words
		articles = append(articles, variables{"slug": slug, "title": "Title", "body": strings.Join(words, " filler ")})
	}
	s.Upsert(t, articles...)
	rapid.Check(t, func(r *rapid.T) {
		wanted := rapid.SliceOfNDistinct(rapid.SampledFrom(vocabulary), 1, 3, rapid.ID).Draw(r, "words")
		unwanted := rapid.SliceOfNDistinct(rapid.SampledFrom(vocabulary), 0, 1, rapid.ID).Draw(r, "without")
		query := strings.Join(wanted, " ")
		for _, word := range unwanted {
			query += " -" + word
		}
		want := []string{}
		for slug, words := range texts {
			has := func(word string) bool { return slices.Contains(words, word) }
			if !slices.ContainsFunc(wanted, func(w string) bool { return !has(w) }) && !slices.ContainsFunc(unwanted, has) {
				want = append(want, slug)
			}
		}
		got := found(r, s, query)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			r.Errorf("search(%q) = %q, want %q", query, got, want)
		}
	})
}

func TestSuggestCompletesNames(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	suggest := func(prefix string, types ...string) []string {
		t.Helper()
		vars := variables{"prefix": prefix}
		if types != nil {
			vars["types"] = types
		}
		answer := testserver.Ask[struct {
			Suggest []struct {
				Text string
				Node struct{ Slug, Code string }
			}
		}](t, s, `query($prefix: String!, $types: [SearchType!]) { suggest(prefix: $prefix, types: $types, first: 5) {
			text node { ... on Official { slug } ... on Topic { slug } ... on Office { slug } ... on Country { code } }
		} }`, vars)
		list := []string{}
		for _, one := range answer.Suggest {
			list = append(list, one.Text+" "+one.Node.Slug+one.Node.Code)
		}
		return list
	}
	for _, c := range []struct {
		prefix, want string
		types        []string
	}{
		{"mac", "Macron emmanuel-macron", []string{"OFFICIAL"}},
		{"MACR", "Macron emmanuel-macron", nil},
		{"إيمان", "إيمانويل ماكرون emmanuel-macron", nil},
		{"ماكر", "ماكرون emmanuel-macron", nil},
		{"كاظم", "الكاظمي mustafa-al-kadhimi", []string{"OFFICIAL"}},
		{"al-kad", "al-Kadhimi mustafa-al-kadhimi", []string{"OFFICIAL"}},
		{"العرا", "العراق IQ", []string{"COUNTRY"}},
		{"ira", "Iraq IQ", []string{"COUNTRY"}},
	} {
		got := suggest(c.prefix, c.types...)
		if !slices.ContainsFunc(got, func(one string) bool { return strings.HasSuffix(one, c.want[strings.LastIndex(c.want, " "):]) }) {
			t.Errorf("suggest(%q) = %q, want %q among them", c.prefix, got, c.want)
		}
	}
	if got := suggest("ir", "COUNTRY"); len(got) < 2 || !strings.HasSuffix(got[0], " IQ") {
		t.Errorf("suggest(ir) = %q, want IQ first, with the most articles", got)
	}
	for _, none := range []string{"", "  ", "!", "qqqq"} {
		if got := suggest(none); len(got) != 0 {
			t.Errorf("suggest(%q) = %q, want nothing", none, got)
		}
	}
}

// Words of drafts do not change readers' corrections, however many of them resemble the
// misspelt word.
func TestDraftsDoNotChangeCorrections(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Article(t, "The harbour", variables{"slug": "harbour"})
	var words []string
	for a := 'a'; a <= 'z'; a++ {
		for _, form := range []string{"harboa%c", "harb%cuz", "ha%cbouz"} {
			words = append(words, fmt.Sprintf(form, a))
		}
	}
	s.Article(t, "Draft", variables{"publish": false, "body": strings.Join(words, " ")})
	s.WantData(t, `{ articles(search: "harbouz") { correctedQuery totalCount } search(query: "harbouz") { correctedQuery totalCount } }`, nil,
		`{"articles":{"correctedQuery":"harbour","totalCount":1},"search":{"correctedQuery":"harbour","totalCount":1}}`)
}
