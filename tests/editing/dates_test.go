package editing

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// To readers an article was changed when what they read of it was.
func TestReadersSeeWhenWhatTheyReadWasChanged(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	official := s.Create(t, "Official", variables{"names": testserver.Names("en", "Karin Brand")})
	topic := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Harbours")})
	clock.SetAt(t, "2024-05-02T00:00:00Z")
	article := s.Article(t, "The harbour", variables{"body": "Karin Brand opened the harbour.", "publish": false})
	clock.SetAt(t, "2024-05-03T00:00:00Z")
	s.Steps(t, article, "publishArticle")
	changed := func(doing, want string) {
		t.Helper()
		got := string(s.Post(t, `query($id: ID!) { article(by: {id: $id}) { updatedAt jsonLd } }`, variables{"id": article.ID}).Data)
		if !strings.Contains(got, `"updatedAt":"`+want) || !strings.Contains(got, `"dateModified":"`+want) {
			t.Errorf("after %s readers see %s, want %s", doing, got, want)
		}
	}
	changed("the publication", "2024-05-03")
	decide := func(verb string) {
		t.Helper()
		a := s.Post(t, `mutation($a: ID!, $e: ID!) { `+verb+`Mention(article: $a, start: 0, end: 11, surface: "Karin Brand", entity: $e) { errors { message } } }`,
			variables{"a": article.ID, "e": official.ID}, testserver.AsAdmin)
		if !strings.Contains(string(a.Data), `"errors":[]`) {
			t.Fatalf("%sMention = %s", verb, a.Raw)
		}
	}
	clock.SetAt(t, "2024-06-01T00:00:00Z")
	for doing, input := range map[string]variables{
		"another mode":       {"link": "OFF"},
		"another externalId": {"externalId": "key"},
		"another tag":        {"topics": []string{topic.ID}},
		"another slug":       {"slug": "harbour-of-brand"},
	} {
		s.Update(t, "Article", article, input)
		s.Steps(t, article, "publishArticle")
		changed(doing, "2024-05-03")
	}
	for _, verb := range []string{"confirm", "reject"} {
		decide(verb)
		s.Steps(t, article, "publishArticle")
		changed(verb+"Mention", "2024-05-03")
	}
	s.Steps(t, article, "unpublishArticle", "publishArticle")
	changed("hiding and showing", "2024-05-03")
	s.Steps(t, article, "unpublishArticle")
	s.Update(t, "Article", article, variables{"title": "The airport"})
	s.Update(t, "Article", article, variables{"title": "The harbour"})
	s.Steps(t, article, "publishArticle", "archiveArticle", "unpublishArticle", "publishArticle")
	changed("an edit and back while it was hidden", "2024-05-03")
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}, publishedAsOf: "2024-06-01T00:00:00Z") { updatedAt } }`, variables{"id": article.ID},
		`{"article":{"updatedAt":"2024-05-03T00:00:00.000Z"}}`, testserver.AsAdmin)

	s.Update(t, "Article", article, variables{"body": "Karin Brand closed the harbour."})
	changed("an edit that is not published", "2024-05-03")
	s.Steps(t, article, "publishArticle")
	changed("an edit of the text", "2024-06-01")
	clock.SetAt(t, "2024-07-01T00:00:00Z")
	s.Steps(t, article, "unpublishArticle")
	s.Update(t, "Article", article, variables{"summary": "Of ships.", "publish": true})
	changed("an edit while it was hidden", "2024-07-01")
}
