package testserver

import (
	"encoding/json"
	"fmt"
	"testing"
)

// Step sends a mutation of the workflow, such as "publishArticle", as admin, and
// returns the article and the errors. Further arguments are given as name, value,
// name, value.
func (s *Server) Step(t testing.TB, mutation string, article Node, more ...any) (ArticleState, []PayloadError) {
	t.Helper()
	arguments := ""
	for i := 0; i+1 < len(more); i += 2 {
		value, err := json.Marshal(more[i+1])
		if err != nil {
			t.Fatal(err)
		}
		arguments += fmt.Sprintf(", %s: %s", more[i], value)
	}
	got := Ask[struct {
		Step struct {
			Article *ArticleState
			Errors  []PayloadError
		}
	}](t, s, `mutation($id: ID!) { step: `+mutation+`(id: $id`+arguments+`) { article { id version status publishedAt scheduledFor hasUnpublishedChanges title } errors { __typename code message path } } }`,
		Variables{"id": article.ID}, AsAdmin).Step
	if got.Article == nil {
		return ArticleState{}, got.Errors
	}
	return *got.Article, got.Errors
}

// ArticleState is the state of an article in the workflow.
type ArticleState struct {
	ID, Title, Status         string
	PublishedAt, ScheduledFor *string
	HasUnpublishedChanges     bool
	Version                   int
}

// Steps sends mutations of the workflow one after the other, and fails the test unless all
// succeed.
func (s *Server) Steps(t testing.TB, article Node, mutations ...string) (last ArticleState) {
	t.Helper()
	for _, mutation := range mutations {
		var errs []PayloadError
		if last, errs = s.Step(t, mutation, article); len(errs) > 0 {
			t.Fatalf("%s = %+v", mutation, errs)
		}
	}
	return last
}

// WholeArticle selects every field of an article.
const WholeArticle = `id slug externalId language direction title summary markdown: body html: body(format: HTML) text: body(format: TEXT)
	byline sourceName sourceUrl status publishedAt scheduledFor wordCount readingMinutes hasUnpublishedChanges version createdAt updatedAt jsonLd
	officials { slug } countries { code } topics { slug } appearances { role official { slug } office { slug } }
	mentions { surface start status entity { __typename } } translations { slug language } related { slug }`

// StartEdited starts a server with a published article. It returns the variables id and
// slug of queries for the article, and an input of updateArticle that changes every field.
// The clock then shows a time one month after the publication.
func StartEdited(t *testing.T, clock *Clock) (s *Server, article Node, vars, edit Variables) {
	t.Helper()
	s = Start(t, clock.Drive)
	before := s.Create(t, "Topic", Variables{"slug": "before", "names": Names("en", "Before")})
	after := s.Create(t, "Topic", Variables{"slug": "after", "names": Names("en", "After")})
	first := s.Create(t, "Official", Variables{"slug": "brand", "names": Names("en", "Karin Brand")})
	second := s.Create(t, "Official", Variables{"slug": "lund", "names": Names("en", "Ole Lund")})
	s.Article(t, "Other", Variables{"topics": []string{before.ID}, "officials": []string{first.ID, second.ID}})
	s.Article(t, "Autre", Variables{"language": "fr"})
	article = s.Article(t, "The harbour", Variables{
		"slug": "harbour", "externalId": "h", "summary": "Of ships.", "body": "Karin Brand opened the harbour.", "byline": []string{"A"},
		"topics": []string{before.ID}, "officials": []string{first.ID}, "countries": []string{s.CountryID(t, "NO")},
	})
	clock.SetAt(t, "2024-06-01T00:00:00Z")
	french := Ask[struct{ Article Node }](t, s, `{ article(by: {slug: "autre"}, language: "fr") { id } }`, nil).Article
	edit = Variables{
		"title": "The airport", "slug": "airport", "externalId": "i", "summary": "Of planes.", "body": "Ole Lund opened the airport.",
		"byline": []string{"B", "C"}, "sourceName": "Agency", "topics": []string{after.ID}, "officials": []string{second.ID},
		"countries": []string{}, "translationOf": french.ID,
	}
	return s, article, Variables{"id": article.ID, "slug": "harbour"}, edit
}
