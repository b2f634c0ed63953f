package api

import (
	"regexp"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// Two articles stand on one page without taking each other's places.
func TestPlacesInBodiesBeginWithTheArticlesID(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const body = "## المصادر\n\nنص[^1]، [اذهب](#المصادر)، <b id=\"أ\">ب</b>\n\n[^1]: مصدر"
	seen := map[string]bool{}
	for _, title := range []string{"One", "Two"} {
		article := s.Article(t, title, variables{"language": "ar", "body": body})
		html := testserver.Ask[struct{ Article struct{ Body string } }](t, s, `query($id: ID!) { article(by: {id: $id}) { body(format: HTML) } }`, variables{"id": article.ID}).Article.Body
		ids := map[string]bool{}
		for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(html, -1) {
			if !strings.HasPrefix(id[1], article.ID+"-") || seen[id[1]] {
				t.Errorf("the body has the id %s, want one of its own that begins with %s-", id[1], article.ID)
			}
			seen[id[1]], ids[id[1]] = true, true
		}
		links := regexp.MustCompile(` href="#([^"]*)"`).FindAllStringSubmatch(html, -1)
		for _, link := range links {
			if !ids[link[1]] {
				t.Errorf("a link leads to %s, which is not in %s", link[1], html)
			}
		}
		if len(ids) != 4 || len(links) != 3 {
			t.Errorf("the body has %d ids and %d links within, want 4 and 3: %s", len(ids), len(links), html)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const fields = `warnings { code message path line occurrences }`
	const body = "نص\n<iframe src=\"https://x.org\"></iframe>\n\n<p onclick=\"x()\">أ</p> <p onclick=\"x()\">ب</p>"
	list := func(path string) string {
		return `[{"code":"ELEMENT_DROPPED","message":"` + "`<iframe>`" + ` is left out, with what is in it","path":` + path + `,"line":2,"occurrences":1},` +
			`{"code":"ATTRIBUTE_DROPPED","message":"` + "`onclick=\\\"x()\\\"` of `<p>`" + ` is left out","path":` + path + `,"line":4,"occurrences":2}]`
	}
	article := s.Article(t, "Plain", variables{"language": "ar", "body": "نص"})
	for _, c := range []struct{ mutation, path string }{
		{`createArticle(input: {language: "ar", title: "T", body: $body})`, `["input","body"]`},
		{`updateArticle(id: $id, input: {body: $body, publish: true})`, `["input","body"]`},
		{`updateArticle(id: $id, input: {title: "U"})`, `["input","body"]`},
		{`publishArticle(id: $id)`, `["body"]`},
		{`restoreArticleRevision(id: $id, revision: 2)`, `["body"]`},
	} {
		mutation := c.mutation
		for name, value := range map[string]string{"$id": article.ID, "$body": body} {
			mutation = strings.ReplaceAll(mutation, name, testserver.JSON(value))
		}
		s.WantData(t, `mutation { m: `+mutation+` { `+fields+` errors { message } } }`, nil,
			`{"m":{"warnings":`+list(c.path)+`,"errors":[]}}`, testserver.AsAdmin)
	}
	s.WantData(t, `mutation($id: ID!) { restoreArticleRevision(id: $id, revision: 1) { `+fields+` } }`, variables{"id": article.ID}, `{"restoreArticleRevision":{"warnings":[]}}`, testserver.AsAdmin)
	s.WantData(t, `mutation($body: String!) { createArticle(input: {language: "ar", title: "", body: $body}) { `+fields+` } }`, variables{"body": body}, `{"createArticle":{"warnings":[]}}`, testserver.AsAdmin)

	inputs := []variables{{"externalId": "1", "language": "ar", "title": "T"}, {"externalId": "2", "language": "ar", "title": "T", "body": body}}
	for _, dryRun := range []bool{true, false} {
		s.WantData(t, `mutation($inputs: [UpsertArticleInput!]!, $dryRun: Boolean!) { upsertArticles(inputs: $inputs, dryRun: $dryRun) { created results { `+fields+` } } }`,
			variables{"inputs": inputs, "dryRun": dryRun}, `{"upsertArticles":{"created":2,"results":[{"warnings":[]},{"warnings":`+list(`["inputs","1","body"]`)+`}]}}`, testserver.AsAdmin)
	}
}

func TestEveryKindOfWarning(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	var many strings.Builder
	for i := range 30 {
		many.WriteString("<p title=" + strings.Repeat("x", i+1) + ">\n")
	}
	for code, body := range map[string]string{
		"ELEMENT_DROPPED": "<font>a</font>", "ATTRIBUTE_DROPPED": "[a](data:text/plain,b)", "COMMENT_DROPPED": "<!-- a -->", "ID_DROPPED": `<p id="a">b</p><p id="a">c</p>`,
		"SHOWN_AS_SOURCE": strings.Repeat(">", 101) + "a", "MORE": many.String(),
	} {
		warnings := testserver.Ask[struct {
			CreateArticle struct{ Warnings []struct{ Code string } }
		}](t, s, `mutation($body: String!) { createArticle(input: {language: "en", title: "T", body: $body}) { warnings { code } } }`, variables{"body": body}, testserver.AsAdmin).CreateArticle.Warnings
		if len(warnings) == 0 || warnings[len(warnings)-1].Code != code || len(warnings) > 20 {
			t.Errorf("warnings of %.40q = %v, want %s at last and no more than 20", body, warnings, code)
		}
	}
}
