package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestJSONLDDescribesTheArticle(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	iraq := s.CountryID(t, "IQ")
	salih := s.Create(t, "Official", variables{"names": testserver.Names("ar", "برهم صالح", "en", "Barham Salih"), "wikidataId": "Q807872"})
	drian := s.Create(t, "Official", variables{"names": testserver.Names("fr", "Jean-Yves Le Drian")})
	office := s.Create(t, "Office", variables{"titles": testserver.Names("ar", "رئيس الجمهورية", "en", "President"), "kind": "HEAD_OF_STATE"})
	s.Create(t, "Tenure", variables{"official": salih.ID, "office": office.ID, "startedOn": "2018-10-02", "endedOn": "2022-10-17"})
	topic := s.Create(t, "Topic", variables{"names": testserver.Names("ar", "الدبلوماسية", "en", "Diplomacy")})
	clock.SetAt(t, "2020-07-16T09:30:00Z")
	full := s.Article(t, "لودريان في بغداد", variables{
		"language": "ar", "summary": "ملخص", "body": "استقبل الرئيس الوزير", "byline": []string{"سارة", "Ali"}, "sourceName": "AFP", "sourceUrl": "https://afp.example/1",
		"appearances": []variables{{"official": salih.ID, "role": "SUBJECT"}, {"official": drian.ID, "role": "SPEAKER"}}, "countries": []string{iraq}, "topics": []string{topic.ID},
	})
	clock.SetAt(t, "2021-01-01T00:00:00Z")
	s.Update(t, "Article", full, variables{"sourceName": "Agence France-Presse", "publish": true})
	bare := s.Article(t, "Bare", nil)
	draft := s.Article(t, "Draft", variables{"publish": false})

	t.Run("in full, names in the article's language whatever the request's", func(t *testing.T) {
		want := `{"article":{"jsonLd":{"@context":"https://schema.org","@type":"NewsArticle","identifier":"` + full.ID + `",
			"headline":"لودريان في بغداد","description":"ملخص","inLanguage":"ar","datePublished":"2020-07-16T09:30:00.000Z","dateModified":"2021-01-01T00:00:00.000Z","wordCount":3,
			"author":[{"@type":"Person","name":"سارة"},{"@type":"Person","name":"Ali"}],
			"about":[{"@type":"Person","name":"برهم صالح","jobTitle":"رئيس الجمهورية","sameAs":"https://www.wikidata.org/entity/Q807872"},{"@type":"Thing","name":"الدبلوماسية"}],
			"mentions":[{"@type":"Person","name":"Jean-Yves Le Drian"},{"@type":"Country","name":"العراق","identifier":"IQ"}],
			"isPartOf":{"@type":"WebSite","name":"Diwan"},"isBasedOn":{"@type":"CreativeWork","name":"Agence France-Presse","url":"https://afp.example/1"}}}}`
		for _, headers := range [][]header{nil, {testserver.InArabic}, {testserver.InFrench}} {
			s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { jsonLd } }`, variables{"id": full.ID}, want, headers...)
		}
	})
	t.Run("beside other fields of the same relations, and in a mutation's answer", func(t *testing.T) {
		const article = `"jsonLd":{"@context":"https://schema.org","@type":"NewsArticle"`
		for _, query := range []string{
			`query($id: ID!) { article(by: {id: $id}) { topics { slug } appearances { role } countries { id } jsonLd } }`,
			`mutation($id: ID!) { publishArticle(id: $id) { article { jsonLd appearances { office { kind } } } } }`,
			`query($id: ID!) { node(id: $id) { ... on Article { jsonLd } } }`,
		} {
			answer := s.Post(t, query, variables{"id": full.ID}, testserver.AsAdmin)
			if !strings.Contains(string(answer.Raw), article) || !strings.Contains(string(answer.Raw), `"jobTitle":"رئيس الجمهورية"`) {
				t.Errorf("%s = %s, want the JSON-LD in full", query, answer.Raw)
			}
		}
	})
	for name, id := range map[string]string{"an article with everything": full.ID, "one with nothing": bare.ID, "a draft": draft.ID} {
		t.Run("is a NewsArticle of schema.org: "+name, func(t *testing.T) {
			got := testserver.Ask[struct {
				Article struct{ JSONLd map[string]any }
			}](t, s, `query($id: ID!) { article(by: {id: $id}) { jsonLd } }`, variables{"id": id}, testserver.AsAdmin, testserver.SeeDrafts).Article.JSONLd
			required := []string{"@context", "headline", "inLanguage", "dateModified", "isPartOf"}
			if name != "a draft" {
				required = append(required, "datePublished")
			}
			if name == "an article with everything" {
				required = append(required, "about", "mentions")
			}
			for _, property := range required {
				if got[property] == nil {
					t.Errorf("%s is missing in %s", property, testserver.JSON(got))
				}
			}
			if got["@type"] != "NewsArticle" {
				t.Errorf("@type = %v, want NewsArticle", got["@type"])
			}
			checkThing(t, got)
		})
	}
	t.Run("nothing in it ends a script element", func(t *testing.T) {
		official := s.Create(t, "Official", variables{"names": testserver.Names("en", "</script><script>alert(1)</script>")})
		article := s.Article(t, `</script><!-- "&" -->`, variables{"officials": []string{official.ID}, "summary": "</SCRIPT >", "byline": []string{"<b>"}})
		answer := s.Post(t, `query($id: ID!) { article(by: {id: $id}) { jsonLd } }`, variables{"id": article.ID})
		if strings.ContainsAny(string(answer.Raw), "<>&") {
			t.Errorf("jsonLd = %s, want <, > and & escaped", answer.Raw)
		}
		var data struct {
			Article struct{ JSONLd struct{ Headline string } }
		}
		if err := json.Unmarshal(answer.Data, &data); err != nil || data.Article.JSONLd.Headline != `</script><!-- "&" -->` {
			t.Errorf("headline = %q, %v, want the title", data.Article.JSONLd.Headline, err)
		}
	})
}

// properties lists properties that schema.org (release 29) defines for the types used here,
// each with the types that its values may have; "" is a text.
var properties = map[string]map[string]string{
	"NewsArticle": {
		"identifier": "", "headline": "", "description": "", "inLanguage": "", "datePublished": "time", "dateModified": "time", "wordCount": "number",
		"author": "Person", "about": "Person Thing", "mentions": "Person Country", "isPartOf": "WebSite", "isBasedOn": "CreativeWork",
	},
	"Person":       {"name": "", "jobTitle": "", "sameAs": "url"},
	"Thing":        {"name": ""},
	"Country":      {"name": "", "identifier": ""},
	"WebSite":      {"name": ""},
	"CreativeWork": {"name": "", "url": "url"},
}

// checkThing fails the test if a thing has a property that properties does not list for its
// type, or a value that the property cannot have.
func checkThing(t *testing.T, thing map[string]any) {
	t.Helper()
	kind, _ := thing["@type"].(string)
	for property, value := range thing {
		if property == "@type" || property == "@context" && value == "https://schema.org" {
			continue
		}
		expected, known := properties[kind][property]
		if !known {
			t.Errorf("%s has no property %s", kind, property)
			continue
		}
		values, several := value.([]any)
		if !several {
			values = []any{value}
		}
		for _, one := range values {
			switch one := one.(type) {
			case map[string]any:
				if !strings.Contains(" "+expected+" ", " "+fmt.Sprint(one["@type"])+" ") {
					t.Errorf("%s.%s is a %v, want %s", kind, property, one["@type"], expected)
				}
				checkThing(t, one)
			case string:
				_, err := time.Parse(time.RFC3339, one)
				if one == "" || expected == "time" && err != nil || expected == "url" && !strings.HasPrefix(one, "https://") || strings.ContainsAny(expected, "PTCWn") {
					t.Errorf("%s.%s = %q, want %s", kind, property, one, expected)
				}
			case float64:
				if expected != "number" {
					t.Errorf("%s.%s = %v, want %s", kind, property, one, expected)
				}
			default:
				t.Errorf("%s.%s = %v, want %s", kind, property, one, expected)
			}
		}
	}
}

// Whatever a title holds, the text stands in a script element and is the same JSON.
func TestJSONLDScriptIsSafeToPaste(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, title := range []string{`</script><b>`, `</SCRIPT >`, `<!-- <script>`, `--> ]]> &amp; &`, "\u200fa\u00a0b", `"quoted" \ 'single'`} {
		article := s.Article(t, title, variables{"summary": title + "\n\t", "byline": []string{title}, "sourceName": title})
		got := testserver.Ask[struct {
			Article struct {
				JSONLd       map[string]any
				JSONLdScript string
			}
		}](t, s, `query($id: ID!) { article(by: {id: $id}) { jsonLd jsonLdScript } }`, variables{"id": article.ID}).Article
		var value map[string]any
		if err := json.Unmarshal([]byte(got.JSONLdScript), &value); err != nil {
			t.Fatalf("jsonLdScript of %q = %s: %v", title, got.JSONLdScript, err)
		}
		if value["headline"] != title || testserver.JSON(value) != testserver.JSON(got.JSONLd) {
			t.Errorf("jsonLdScript of %q = %s, want the value of jsonLd, %v", title, got.JSONLdScript, got.JSONLd)
		}
		if strings.ContainsAny(got.JSONLdScript, "<>&\u2028\u2029") {
			t.Errorf("jsonLdScript of %q = %s, want nothing that ends the element", title, got.JSONLdScript)
		}
	}
}
