package api

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// accept returns the header that lists a reader's languages.
func accept(languages string) header { return header{"Accept-Language", languages} }

func TestNamesAreServedInTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	many := s.Create(t, "Official", variables{"names": testserver.Names("ar", "برهم صالح", "ar-IQ", "د. برهم", "en", "Barham Salih", "fr", "Barham Saleh", "he", "ברהם")})
	german := s.Create(t, "Official", variables{"names": testserver.Names("de", "Heiko Maas")})
	arabic := s.Create(t, "Official", variables{"names": testserver.Names("ar", "فؤاد حسين", "zh-Hant", "海珊")})

	cases := []struct {
		name      string
		of        testserver.Node
		accept    string
		argument  any
		text      string
		language  string
		direction string
		fallback  bool
	}{
		{"nothing asked is English", many, "", nil, "Barham Salih", "en", "LTR", false},
		{"the header's language", many, "ar", nil, "برهم صالح", "ar", "RTL", false},
		{"the header's region", many, "ar-IQ", nil, "د. برهم", "ar-IQ", "RTL", false},
		{"a region falls back to its language", many, "ar-EG", nil, "برهم صالح", "ar", "RTL", true},
		{"a script falls back to its language", many, "fr-Latn-CA", nil, "Barham Saleh", "fr", "LTR", true},
		{"a language never falls to one of its regions before English", many, "he-IL, de", nil, "ברהם", "he", "RTL", true},
		{"the best quality wins, not the first", many, "fr;q=0.5, ar;q=0.9, en;q=0.1", nil, "برهم صالح", "ar", "RTL", false},
		{"equal qualities keep their order", many, "fr, ar", nil, "Barham Saleh", "fr", "LTR", false},
		{"quality 0 is not wanted", many, "ar;q=0, fr;q=0.1", nil, "Barham Saleh", "fr", "LTR", false},
		{"a wildcard says nothing", many, "*", nil, "Barham Salih", "en", "LTR", false},
		{"the next language of the header is a fallback", many, "de, fr;q=0.8", nil, "Barham Saleh", "fr", "LTR", true},
		{"English after all languages of the header", many, "de, ja", nil, "Barham Salih", "en", "LTR", true},
		{"a header that cannot be read is none", many, "!!, ;;q=x", nil, "Barham Salih", "en", "LTR", false},
		{"case does not matter in the header", many, "AR-iq", nil, "د. برهم", "ar-IQ", "RTL", false},
		{"withdrawn codes work in the header", many, "iw", nil, "ברהם", "he", "RTL", false},
		{"the argument wins over the header", many, "ar", "fr", "Barham Saleh", "fr", "LTR", false},
		{"the argument falls back to its language", many, "fr", "ar-MA", "برهم صالح", "ar", "RTL", true},
		{"then to the header's languages", many, "ar, fr", "de-AT", "برهم صالح", "ar", "RTL", true},
		{"then to English", many, "", "de", "Barham Salih", "en", "LTR", true},
		{"case does not matter in the argument", many, "", "AR-iq", "د. برهم", "ar-IQ", "RTL", false},
		{"withdrawn codes work in the argument", many, "", "iw", "ברהם", "he", "RTL", false},
		{"null is as good as left out", many, "fr", nil, "Barham Saleh", "fr", "LTR", false},
		{"whatever there is, after English", german, "ar", nil, "Heiko Maas", "de", "LTR", true},
		{"whatever there is, even with nothing asked", german, "", nil, "Heiko Maas", "de", "LTR", true},
		{"of whatever there is, the first by language", arabic, "fr", nil, "فؤاد حسين", "ar", "RTL", true},
		{"a general language is not served by a special one", arabic, "zh", nil, "فؤاد حسين", "ar", "RTL", true},
		{"a longer tag falls back by its parts", arabic, "zh-Hant-TW", nil, "海珊", "zh-Hant", "LTR", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s.WantData(t, `query($id: ID!, $in: Language) { official(by: {id: $id}) {
				name(language: $in)
				localizedName(language: $in) { value language direction isFallback } } }`,
				variables{"id": c.of.ID, "in": c.argument},
				testserver.JSON(map[string]any{"official": map[string]any{"name": c.text, "localizedName": map[string]any{
					"value": c.text, "language": c.language, "direction": c.direction, "isFallback": c.fallback,
				}}}), accept(c.accept))
		})
	}
}

// Every localised field follows the request's languages, however deep it is nested.
func TestNestedNamesFollowTheRequest(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	iraq := s.CountryID(t, "IQ")
	official := s.Create(t, "Official", variables{
		"names": testserver.Names("ar", "برهم صالح", "en", "Barham Salih"), "descriptions": testserver.Names("ar", "سياسي عراقي", "en", "Iraqi politician"), "country": iraq,
	})
	office := s.Create(t, "Office", variables{"titles": testserver.Names("ar", "رئيس الجمهورية", "en", "President"), "kind": "HEAD_OF_STATE", "country": iraq})
	s.Create(t, "Tenure", variables{"official": official.ID, "office": office.ID, "startedOn": "2018-10-02"})
	politics := s.Create(t, "Topic", variables{"names": testserver.Names("ar", "السياسة", "en", "Politics"), "descriptions": testserver.Names("ar", "كل السياسة", "en", "All politics")})
	elections := s.Create(t, "Topic", variables{"names": testserver.Names("ar", "الانتخابات", "en", "Elections"), "parent": politics.ID})
	article := s.Create(t, "Article", variables{
		"language": "en", "title": "A vote", "officials": []string{official.ID}, "countries": []string{iraq},
		"topics": []string{elections.ID}, "publish": true,
	})

	cases := []struct {
		name, query, english, arabic string
	}{
		{
			"articles, officials, country", `{ articles { nodes { officials { name description country { name region } } } } }`,
			`{"articles":{"nodes":[{"officials":[{"name":"Barham Salih","description":"Iraqi politician","country":{"name":"Iraq","region":"Western Asia"}}]}]}}`,
			`{"articles":{"nodes":[{"officials":[{"name":"برهم صالح","description":"سياسي عراقي","country":{"name":"العراق","region":"غرب آسيا"}}]}]}}`,
		},
		{
			"edges, topics, ancestors", `{ articles { edges { node { topics { name parent { name } ancestors { name description } } } } } }`,
			`{"articles":{"edges":[{"node":{"topics":[{"name":"Elections","parent":{"name":"Politics"},"ancestors":[{"name":"Politics","description":"All politics"}]}]}}]}}`,
			`{"articles":{"edges":[{"node":{"topics":[{"name":"الانتخابات","parent":{"name":"السياسة"},"ancestors":[{"name":"السياسة","description":"كل السياسة"}]}]}}]}}`,
		},
		{
			"appearances, office, tenure", `{ articles { nodes { appearances { official { name } office { title localizedTitle { language } } tenure { office { title country { name } } } } } } }`,
			`{"articles":{"nodes":[{"appearances":[{"official":{"name":"Barham Salih"},"office":{"title":"President","localizedTitle":{"language":"en"}},"tenure":{"office":{"title":"President","country":{"name":"Iraq"}}}}]}]}}`,
			`{"articles":{"nodes":[{"appearances":[{"official":{"name":"برهم صالح"},"office":{"title":"رئيس الجمهورية","localizedTitle":{"language":"ar"}},"tenure":{"office":{"title":"رئيس الجمهورية","country":{"name":"العراق"}}}}]}]}}`,
		},
		{
			"facets", `{ articles { facets { countries { country { name } } topics { topic { name } } officials { official { name } } } } }`,
			`{"articles":{"facets":{"countries":[{"country":{"name":"Iraq"}}],"topics":[{"topic":{"name":"Elections"}}],"officials":[{"official":{"name":"Barham Salih"}}]}}}`,
			`{"articles":{"facets":{"countries":[{"country":{"name":"العراق"}}],"topics":[{"topic":{"name":"الانتخابات"}}],"officials":[{"official":{"name":"برهم صالح"}}]}}}`,
		},
		{
			"country, offices, holder, tenures", `{ country(by: {code: "IQ"}) { name offices { title holder { name tenures { office { title } } } } officials { nodes { name office { title } } } } }`,
			`{"country":{"name":"Iraq","offices":[{"title":"President","holder":{"name":"Barham Salih","tenures":[{"office":{"title":"President"}}]}}],"officials":{"nodes":[{"name":"Barham Salih","office":{"title":"President"}}]}}}`,
			`{"country":{"name":"العراق","offices":[{"title":"رئيس الجمهورية","holder":{"name":"برهم صالح","tenures":[{"office":{"title":"رئيس الجمهورية"}}]}}],"officials":{"nodes":[{"name":"برهم صالح","office":{"title":"رئيس الجمهورية"}}]}}}`,
		},
		{
			"node", `query($id: ID!) { node(id: $id) { ... on Article { countries { name } } } }`,
			`{"node":{"countries":[{"name":"Iraq"}]}}`, `{"node":{"countries":[{"name":"العراق"}]}}`,
		},
		{
			"what a mutation answers", `mutation($id: ID!) { publishArticle(id: $id) { article { officials { name office { title } } topics { children { name } name } } } }`,
			`{"publishArticle":{"article":{"officials":[{"name":"Barham Salih","office":{"title":"President"}}],"topics":[{"children":[],"name":"Elections"}]}}}`,
			`{"publishArticle":{"article":{"officials":[{"name":"برهم صالح","office":{"title":"رئيس الجمهورية"}}],"topics":[{"children":[],"name":"الانتخابات"}]}}}`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var vars variables
			if strings.Contains(c.query, "$id") {
				vars = variables{"id": article.ID}
			}
			s.WantData(t, c.query, vars, c.english, testserver.AsAdmin)
			s.WantData(t, c.query, vars, c.english, testserver.AsAdmin, accept("en-GB"))
			s.WantData(t, c.query, vars, c.arabic, testserver.AsAdmin, accept("ar-IQ, en;q=0.5"))
		})
	}
}

func TestLanguageTagsAreCanonical(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)

	t.Run("tags are answered in canonical form, ordered", func(t *testing.T) {
		t.Parallel()
		topic := s.Create(t, "Topic", variables{
			"names":        testserver.Names("FR-ca", "Un", "iw", "אחד", "AR-iq", "واحد", "ar-Arab", "أحد", "ZH-hant-tw", "一"),
			"descriptions": testserver.Names("EN-us", "One"),
			"aliases":      []variables{{"text": "Uno", "language": "ES-419"}},
		})
		s.WantData(t, `query($id: ID!) { topic(by: {id: $id}) { names { language value direction } aliases { language } localizedName(language: "he-IL") { language } description } }`,
			variables{"id": topic.ID}, `{"topic":{"names":[
				{"language":"ar","value":"أحد","direction":"RTL"},{"language":"ar-IQ","value":"واحد","direction":"RTL"},
				{"language":"fr-CA","value":"Un","direction":"LTR"},{"language":"he","value":"אחד","direction":"RTL"},
				{"language":"zh-Hant-TW","value":"一","direction":"LTR"}],
				"aliases":[{"language":"es-419"}],"localizedName":{"language":"he"},"description":"One"}}`)
	})
	t.Run("an article's language is canonical", func(t *testing.T) {
		t.Parallel()
		article := s.Create(t, "Article", variables{"language": "AR-iq", "title": "عنوان", "publish": true})
		s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { language direction } article2: article(by: {slug: "عنوان"}, language: "ar-iq") { language } }`,
			variables{"id": article.ID}, `{"article":{"language":"ar-IQ","direction":"RTL"},"article2":{"language":"ar-IQ"}}`)
	})
	t.Run("one language in two spellings counts as twice", func(t *testing.T) {
		t.Parallel()
		errs := s.Refuse(t, "create", "Topic", variables{"input": variables{"names": testserver.Names("he", "א", "iw", "ב")}})
		if errs[0].At() != "INVALID input.names.1.language" || !strings.Contains(errs[0].Message, "he is already at index 0") {
			t.Errorf("he and iw = %+v, want an error at the second", errs)
		}
	})
	for _, tag := range []string{"", " ", "arabic", "ar_IQ", "x-klingon", "und", "ar-", "qqq", "en-u-ca-islamic", "123"} {
		t.Run("not a tag: "+tag, func(t *testing.T) {
			t.Parallel()
			for _, query := range []string{
				`query($in: Language!) { countries(first: 1) { nodes { name(language: $in) } } }`,
				`query($in: Language!) { article(by: {slug: "a"}, language: $in) { title } }`,
				`mutation($in: Language!) { createArticle(input: {language: $in, title: "A"}) { errors { message } } }`,
				`mutation($in: Language!) { createTopic(input: {names: [{language: $in, value: "A"}]}) { errors { message } } }`,
				strings.ReplaceAll(`{ countries(first: 1) { nodes { name(language: "TAG") } } }`, "TAG", tag),
			} {
				vars := variables{"in": tag}
				if !strings.Contains(query, "$in") {
					vars = nil
				}
				code, message := s.Refused(t, query, vars, testserver.AsAdmin)
				if code != "INVALID" && code != "GRAPHQL_VALIDATION_FAILED" || !strings.Contains(message, "as in") && !strings.Contains(message, "such as") {
					t.Errorf("%s with %q = %s %q, want INVALID or GRAPHQL_VALIDATION_FAILED with an example", query, tag, code, message)
				}
			}
		})
	}
}

// Lists are sorted by the names that the reader sees.
func TestNamesSortInTheLanguageOfTheRequest(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	kurdistan := s.CountryID(t, "IQ")
	// English and Arabic sort differently, and the third node has no French name.
	root := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Root", "ar", "جذر"), "slug": "root"})
	for _, n := range []struct{ slug, en, ar, fr string }{
		{"1", "Alpha", "ياء", "Écho"}, {"2", "Beta", "ميم", "Eau"}, {"3", "gamma", "أَلِف", ""}, {"4", "Gamble", "الباء", "zoo"},
	} {
		in := testserver.Names("en", n.en, "ar", n.ar)
		if n.fr != "" {
			in = append(in, testserver.Names("fr", n.fr)...)
		}
		s.Create(t, "Topic", variables{"names": in, "slug": n.slug, "parent": root.ID})
		s.Create(t, "Official", variables{"names": in, "slug": n.slug, "country": kurdistan})
		s.Create(t, "Office", variables{"titles": in, "slug": n.slug, "kind": "OTHER", "country": kurdistan})
	}
	orders := map[string][]string{
		"en": {"1", "2", "4", "3"}, // Alpha Beta Gamble gamma
		"ar": {"4", "3", "2", "1"}, // الباء ألف ميم ياء
		"fr": {"2", "1", "3", "4"}, // Eau Écho gamma zoo
		"de": {"1", "2", "4", "3"}, // English
	}
	lists := map[string]string{
		"topics":            `{ x: topics(filter: {isRoot: false}) { nodes { slug } } }`,
		"topics by NAME":    `{ x: topics(filter: {isRoot: false}, orderBy: {field: NAME}) { nodes { slug } } }`,
		"officials":         `{ x: officials { nodes { slug } } }`,
		"offices":           `{ x: offices { nodes { slug } } }`,
		"topic.children":    `{ t: topic(by: {slug: "root"}) { x: children { slug } } }`,
		"country.offices":   `{ t: country(by: {code: "IQ"}) { x: offices { slug } } }`,
		"country.officials": `{ t: country(by: {code: "IQ"}) { x: officials { nodes { slug } } } }`,
	}
	for language, slugs := range orders {
		for name, query := range lists {
			t.Run(name+" in "+language, func(t *testing.T) {
				t.Parallel()
				raw := string(s.Post(t, query, nil, accept(language)).Data)
				if got, want := onlySlugs(raw), strings.Join(slugs, ""); got != want {
					t.Errorf("%s in %s = %s, want %s", name, language, got, want)
				}
			})
		}
		t.Run("descending in "+language, func(t *testing.T) {
			t.Parallel()
			got := onlySlugs(string(s.Post(t, `{ officials(orderBy: {field: NAME, direction: DESC}) { nodes { slug } } }`, nil, accept(language)).Data))
			if want := slugs[3] + slugs[2] + slugs[1] + slugs[0]; got != want {
				t.Errorf("officials by NAME DESC in %s = %s, want %s", language, got, want)
			}
		})
	}
	t.Run("countries", func(t *testing.T) {
		t.Parallel()
		s.WantData(t, `{ countries(filter: {code: {in: ["ZA", "AT", "SE"]}}) { nodes { name } } }`, nil,
			`{"countries":{"nodes":[{"name":"Austria"},{"name":"South Africa"},{"name":"Sweden"}]}}`)
		s.WantData(t, `{ countries(filter: {code: {in: ["ZA", "AT", "SE"]}}) { nodes { name } } }`, nil,
			`{"countries":{"nodes":[{"name":"السويد"},{"name":"النمسا"},{"name":"جنوب أفريقيا"}]}}`, testserver.InArabic)
	})
}

// onlySlugs joins the slugs of an answer, each of which is one digit.
func onlySlugs(answer string) string {
	var slugs string
	for _, part := range strings.Split(answer, `"slug":"`)[1:] {
		slugs += part[:1]
	}
	return slugs
}
