package text

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// Standard Arabic and the spoken ones are Arabic to filters, fallback, look-ups, linking and
// search. Mapuche, whose tag begins with the same letters, is not.
func TestEveryArabicIsArabic(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const body = "قال الوزير في بغداد إن العراق يريد السلام"
	for _, language := range []string{"ar", "ar-IQ", "arb", "arz", "apc-SY", "ary", "arn", "en", "fr"} {
		s.Article(t, "عنوان "+language, variables{"language": language, "body": body})
	}
	topic := func(slug string, names ...string) {
		s.Create(t, "Topic", variables{"slug": slug, "names": testserver.Names(names...)})
	}
	topic("standard", "en", "B", "arb", "ب")
	topic("regional", "en", "A", "apc", "ج", "ary", "ي")
	topic("both", "en", "C", "ar", "ا", "arz", "ه")
	topic("neither", "en", "D", "arn", "Mapudungun")

	in := func(language string) header { return header{"Accept-Language", language} }
	all := func(field string) string {
		return `{ topics(filter: {slug: {in: ["standard", "regional", "both", "neither"]}}, orderBy: {field: NAME}) { nodes { slug ` + field + ` } } }`
	}
	articles := func(filter string) string {
		return `{ articles(filter: {language: ` + filter + `}, orderBy: {field: TITLE}) { totalCount nodes { language } } }`
	}
	languages := func(tags ...string) string {
		nodes := []map[string]string{}
		for _, tag := range tags {
			nodes = append(nodes, map[string]string{"language": tag})
		}
		text, _ := json.Marshal(nodes) // cannot fail
		return fmt.Sprintf(`{"articles":{"totalCount":%d,"nodes":%s}}`, len(tags), text)
	}
	for _, c := range []struct {
		name, query string
		header      header
		want        string
	}{
		{"all within Arabic", articles(`{within: "ar"}`), in("en"), languages("apc-SY", "ar", "ar-IQ", "arb", "ary", "arz")},
		{"by its code of three letters", articles(`{within: "ara", ne: "ar"}`), in("en"), languages("apc-SY", "ar-IQ", "arb", "ary", "arz")},
		{"all within one Arabic", articles(`{within: "apc"}`), in("en"), languages("apc-SY")},
		{"a region is within nothing else", articles(`{within: "ar-IQ"}`), in("en"), languages("ar-IQ")},
		{"Mapuche is within itself", articles(`{within: "arn"}`), in("en"), languages("arn")},
		{"all that is not Arabic", `{ articles(filter: {not: {language: {within: "ar"}}}) { totalCount } }`, in("en"), `{"articles":{"totalCount":3}}`},
		{"exactly one", articles(`{eq: "AR"}`), in("en"), languages("ar")},
		{"letters alone find Mapuche", `{ articles(filter: {language: {startsWith: "ar", notIn: ["ar", "ar-IQ", "arb", "ary", "arz"]}}) { nodes { language } } }`, in("en"), `{"articles":{"nodes":[{"language":"arn"}]}}`},
		{"an Egyptian reads Arabic, and in its order", all("name"), in("arz-EG"), `{"topics":{"nodes":[{"slug":"neither","name":"D"},{"slug":"standard","name":"ب"},{"slug":"regional","name":"ج"},{"slug":"both","name":"ه"}]}}`},
		{"whoever reads Arabic reads any", all("name"), in("ar-IQ"), `{"topics":{"nodes":[{"slug":"neither","name":"D"},{"slug":"both","name":"ا"},{"slug":"standard","name":"ب"},{"slug":"regional","name":"ج"}]}}`},
		{"Standard Arabic", all("localizedName { value language isFallback }"), in("arb"), `{"topics":{"nodes":[` +
			`{"slug":"neither","localizedName":{"value":"D","language":"en","isFallback":true}},{"slug":"both","localizedName":{"value":"ا","language":"ar","isFallback":true}},` +
			`{"slug":"standard","localizedName":{"value":"ب","language":"arb","isFallback":false}},{"slug":"regional","localizedName":{"value":"ج","language":"apc","isFallback":true}}]}}`},
		{"Mapuche is read by nobody else", all("name"), in("arn"), `{"topics":{"nodes":[{"slug":"regional","name":"A"},{"slug":"standard","name":"B"},{"slug":"both","name":"C"},{"slug":"neither","name":"Mapudungun"}]}}`},
		{
			"what a text mentions", `{ articles(filter: {language: {in: ["arz", "arb", "apc-SY"]}}) { nodes { direction mentions { surface entity { ... on Country { code } } } } } }`, in("ar"),
			`{"articles":{"nodes":[` + threeTimes(`{"direction":"RTL","mentions":[{"surface":"العراق","entity":{"code":"IQ"}}]}`) + `]}}`,
		},
		{"a text that is not kept", `{ analyzeText(text: "زار العراق", language: "ary") { mentions { entity { ... on Country { code } } } } }`, in("ar"), `{"analyzeText":{"mentions":[{"entity":{"code":"IQ"}}]}}`},
		{"suggestions in any Arabic", `{ suggest(prefix: "ج", types: [TOPIC]) { text language } }`, in("ar"), `{"suggest":[{"text":"ج","language":"apc"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(testserver.Ask[json.RawMessage](t, s, c.query, nil, c.header)); got != c.want {
				t.Errorf("%s\n= %s, want\n  %s", c.query, got, c.want)
			}
		})
	}
	found := testserver.Ask[struct{ Articles struct{ TotalCount int } }](t, s, `{ articles(search: "وزراء", filter: {language: {in: ["arz", "arb"]}}) { totalCount } }`, nil)
	if found.Articles.TotalCount != 2 {
		t.Errorf("articles with a form of a word = %d, want 2", found.Articles.TotalCount)
	}
}

func threeTimes(text string) string { return text + "," + text + "," + text }
