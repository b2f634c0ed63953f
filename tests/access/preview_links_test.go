package access

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

type previewLink struct {
	Token, URL, ExpiresAt *string
	Errors                []testserver.PayloadError
}

func preview(t testing.TB, s *testserver.Server, article string, more string, headers ...header) previewLink {
	t.Helper()
	return testserver.Ask[struct{ CreatePreviewLink previewLink }](t, s, `mutation($id: ID!) { createPreviewLink(article: $id`+more+`) { token url expiresAt errors { code message path } } }`,
		variables{"id": article}, headers...).CreatePreviewLink
}

// A preview link shows the working copy of its article, looked up by a key of either
// version, and otherwise only what readers see.
func TestAPreviewLinkShowsItsArticleOnly(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s, article, _, edit := testserver.StartEdited(t, &clock)
	s.Update(t, "Article", article, edit)
	draft := s.Article(t, "A draft", variables{"publish": false, "slug": "draft"})
	secret := s.Article(t, "A secret", variables{"publish": false, "slug": "secret", "language": "ar", "translationOf": draft.ID})
	link := preview(t, s, article.ID, "", s.Token(t, "CONTRIBUTOR"))
	if link.Token == nil || !strings.HasPrefix(*link.Token, "diwan_preview_") || link.URL != nil || *link.ExpiresAt != "2024-06-01T01:00:00.000Z" {
		t.Fatalf("createPreviewLink = %+v, want a token for an hour", link)
	}
	visitor := header{"Authorization", "Bearer " + *link.Token}
	for _, by := range []string{`slug: "airport"`, `slug: "harbour"`, `externalId: "i"`, `externalId: "h"`} { // the keys of both versions
		got := string(s.Post(t, `{ article(by: {`+by+`}) { `+testserver.WholeArticle+` } }`, nil, visitor).Data)
		if !strings.Contains(got, `"title":"The airport"`) || !strings.Contains(got, `"topics":[{"slug":"after"}]`) {
			t.Errorf("the preview by %s = %s, want the working copy", by, got)
		}
	}
	s.WantData(t, `query($id: ID!) { node(id: $id) { ... on Article { title } } nodes(ids: [$id]) { ... on Article { title } } viewer { role } }`, variables{"id": article.ID},
		`{"node":{"title":"The airport"},"nodes":[{"title":"The airport"}],"viewer":{"role":"ANONYMOUS"}}`, visitor)
	// All other answers are those for anybody.
	for _, query := range []string{
		`{ articles { totalCount nodes { title } facets { topics { count } } } }`, `{ articles(search: "airport") { totalCount } search(query: "airport") { totalCount } }`,
		`{ article(by: {slug: "draft"}) { title } }`, fmt.Sprintf(`{ nodes(ids: [%q, %q]) { id } }`, draft.ID, secret.ID),
		`{ topics { nodes { slug articles { nodes { title } } } } officials { nodes { articles { nodes { title } } } } }`, `{ changes(first: 100) { nodes { kind nodeId node { ... on Article { title } } } } }`, `{ articles(search: "harbour") { nodes { title } } search(query: "harbour") { edges { node { ... on Article { title } } highlights { text } } } }`,
	} {
		if got, want := s.Post(t, query, nil, visitor), s.Post(t, query, nil); !bytes.Equal(got.Data, want.Data) || len(got.Errors) > 0 {
			t.Errorf("%s in a preview = %s, want %s as for anybody", query, got.Raw, want.Raw)
		}
	}
	ofDraft := header{"Authorization", "Bearer " + *preview(t, s, draft.ID, ", expiresIn: 60", testserver.AsAdmin).Token}
	s.WantData(t, `{ article(by: {slug: "draft"}) { title translations { title } } other: article(by: {slug: "draft"}, language: "ar") { title } }`, nil,
		`{"article":{"title":"A draft","translations":[]},"other":null}`, ofDraft)
	for _, query := range []string{`{ article(by: {slug: "airport"}) { revisions { nodes { number } } } }`, `{ article(by: {slug: "harbour"}, publishedAsOf: "2024-05-02T00:00:00Z") { title } }`, `mutation { createTopic(input: {names: []}) { topic { id } } }`} {
		if code, _ := s.Refused(t, query, nil, visitor); code != "FORBIDDEN" {
			t.Errorf("%s in a preview = %s, want FORBIDDEN", query, code)
		}
	}
	for what, headers := range map[string][]header{
		"drafts":                      {visitor, testserver.SeeDrafts},
		"a token with another letter": {{"Authorization", "Bearer " + *link.Token + "A"}},
		"a token of another article":  {{"Authorization", "Bearer " + strings.Replace(*link.Token, "_preview_3.", "_preview_4.", 1)}},
		"a token without a signature": {{"Authorization", "Bearer diwan_preview_3.zzzzzzzzz"}},
	} {
		if a := s.Post(t, `{ viewer { role } }`, nil, headers...); a.Status != 401 && a.Status != 403 {
			t.Errorf("%s in a preview = %d %s, want 401 or 403", what, a.Status, a.Raw)
		}
	}
	clock.SetAt(t, "2024-06-01T01:00:00Z")
	if code, message := s.Refused(t, `{ viewer { role } }`, nil, visitor); code != "UNAUTHENTICATED" || !strings.Contains(message, "expired") {
		t.Errorf("the link after an hour = %s %s, want UNAUTHENTICATED, expired", code, message)
	}
	for more, at := range map[string]string{", expiresIn: 59": "INVALID expiresIn", ", expiresIn: 2592001": "INVALID expiresIn"} {
		if got := preview(t, s, article.ID, more, testserver.AsAdmin); len(got.Errors) != 1 || got.Errors[0].At() != at || got.Token != nil {
			t.Errorf("createPreviewLink(%s) = %+v, want %s", more, got, at)
		}
	}
	if got := preview(t, s, nowhere, "", testserver.AsAdmin); len(got.Errors) != 1 || got.Errors[0].At() != "NOT_FOUND article" {
		t.Errorf("createPreviewLink of a missing article = %+v, want NOT_FOUND", got)
	}
}

// Where reading needs a token, a preview link shows its article and no other. Its address
// follows the configured template, and every server on the database accepts it.
func TestAPreviewLinkWorksWhereReadingNeedsAToken(t *testing.T) {
	t.Parallel()
	dsn := string(testserver.NewDatabase(t))
	s := testserver.Start(t, testserver.InDatabase(dsn), func(c *app.Config) {
		c.PrivateRead, c.PreviewURL = true, "https://site.example/{language}/{slug}?id={id}&token={token}"
	})
	topic := s.Create(t, "Topic", variables{"slug": "topic", "names": testserver.Names("en", "Topic")})
	s.Article(t, "Published", variables{"topics": []string{topic.ID}})
	draft := s.Article(t, "مسودة", variables{"publish": false, "language": "ar", "topics": []string{topic.ID}})
	link := preview(t, s, draft.ID, "", testserver.AsAdmin)
	if want := "https://site.example/ar/%D9%85%D8%B3%D9%88%D8%AF%D8%A9?id=" + draft.ID + "&token=" + *link.Token; link.URL == nil || *link.URL != want {
		t.Errorf("the address of the link = %v, want %s", link.URL, want)
	}
	other := testserver.Start(t, testserver.InDatabase(dsn), func(c *app.Config) { c.PrivateRead = true })
	visitor := header{"Authorization", "Bearer " + *link.Token}
	other.WantData(t, `query($id: ID!) { article(by: {id: $id}) { title topics { slug articles { totalCount nodes { title } } } } }`, variables{"id": draft.ID},
		`{"article":{"title":"مسودة","topics":[{"slug":"topic","articles":{"totalCount":0,"nodes":[]}}]}}`, visitor)
	other.WantData(t, `{ article(by: {slug: "published"}) { title } }`, nil, `{"article":null}`, visitor)
	for _, query := range []string{`{ articles { totalCount } }`, `{ officials { totalCount } }`, `{ search(query: "published") { totalCount } }`, `{ suggest(prefix: "t") { text } }`, `{ changes { nodes { kind } } }`, `{ topic(by: {slug: "topic"}) { slug } }`} {
		if code, _ := other.Refused(t, query, nil, visitor); code != "FORBIDDEN" {
			t.Errorf("%s in a preview = %s, want FORBIDDEN", query, code)
		}
	}
}
