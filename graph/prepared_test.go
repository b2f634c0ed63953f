package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/diwan-cms/diwan/graph/graphtest"
)

// What is kept of an operation does not show: a document whose selections depend on
// variables is answered as one with the values in their place.
func TestVariablesBelowTheRoots(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Admin()})
	const document = `query ($n: Int, $code: String, $x: Boolean!, $l: Language) { one: node(id: "QXJ0aWNsZTox") { id ...f } articles(first: $n) { nodes { slug officials @include(if: $x) { slug name(language: $l) } related(first: $n) { slug } } }
		topics { nodes { slug articles(first: $n, filter: {countries: {some: {code: {eq: $code}}}}) { totalCount nodes { slug } } } } } fragment f on Article { related(first: $n) { slug } topics @skip(if: $x) { name(language: $l) } }`
	filled := func(n, code, x, l string) string {
		text := document[strings.Index(document, "{ one"):]
		return strings.NewReplacer("$n", n, "$code", code, "$x", x, "$l", l).Replace(text)
	}
	var all sync.WaitGroup
	for i := range 36 {
		all.Go(func() {
			n, code, x, l := 1+i%3, []string{"MA", "TN"}[i%2], i%4 < 2, []string{"ar", "en", "fr"}[i/3%3]
			got := s.Data(t, document, graphtest.Variables{"n": n, "code": code, "x": x, "l": l})
			if want := s.Data(t, filled(fmt.Sprint(n), `"`+code+`"`, fmt.Sprint(x), `"`+l+`"`), nil); got != want {
				t.Errorf("%d %s %t %s = %s, want %s", n, code, x, l, got, want)
			}
		})
	}
	all.Wait()
}

// Requests at the same time share plans: a read must not change its plan. The race detector
// sees it if one does.
func TestPlansAreShared(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Admin()})
	for _, query := range []string{
		`{ search(query: "Amina") { edges { highlights { field text } node { ... on Article { slug } } } } }`,
		`{ article(by: {slug: "first"}, publishedAsOf: "2024-05-02T00:00:00Z") { title appearances { role tenure { acting } } } }`,
		`{ article(by: {slug: "first"}) { jsonLd appearances { role } revisions { nodes { article { appearances { role } } diff { field } } } } }`,
		`{ articles { totalCount nodes { slug related { slug } } facets { topics { count topic { slug } } } } }`,
		`{ node(id: "QXJ0aWNsZTox") { ... on Article { slug mentions { surface entity { ... on Official { slug } } } } } }`,
		`{ changes(first: 3) { nodes { kind node { id ... on Topic { parent { slug } } } } } }`,
	} {
		want := s.Data(t, query, nil)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if got := s.Data(t, query, nil); got != want {
					t.Errorf("%s = %s, want %s as before", query, got, want)
				}
			})
		}
		all.Wait()
	}
}
