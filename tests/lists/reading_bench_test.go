package lists

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// startLarge starts a server with 10,000 articles, each with three of 300 officials,
// two countries and three of 60 topics. Some of these are used far more often than others.
func startLarge(b *testing.B) *testserver.Server {
	b.Helper()
	var clock testserver.Clock
	s := testserver.Start(b, clock.Drive)
	random := rand.New(rand.NewPCG(1, 2))
	var officials, countries, topics []string
	for i := range 300 {
		officials = append(officials, s.Create(b, "Official", variables{"names": testserver.Names("ar", fmt.Sprint("مسؤول ", i), "en", fmt.Sprint("Official ", i))}).ID)
	}
	for i := range 60 {
		topic := variables{"names": testserver.Names("en", fmt.Sprint("Topic ", i))}
		if i >= 10 {
			topic["parent"] = topics[i%10]
		}
		topics = append(topics, s.Create(b, "Topic", topic).ID)
	}
	for _, half := range []string{"first", "last"} {
		for _, country := range testserver.Ask[struct {
			Countries struct{ Nodes []testserver.Node }
		}](b, s, `{ countries(`+half+`: 100) { nodes { id } } }`, nil).Countries.Nodes {
			countries = append(countries, country.ID)
		}
	}
	// some picks n different ids, those at the front more often than those at the back.
	some := func(of []string, n int) (picked []string) {
		for len(picked) < n {
			if one := of[int(float64(len(of))*random.Float64()*random.Float64())]; !slices.Contains(picked, one) {
				picked = append(picked, one)
			}
		}
		return picked
	}
	for batch := range 20 {
		clock.Set(testserver.Moment.Add(time.Duration(batch-20) * 24 * time.Hour))
		var articles []variables
		for i := range 500 {
			articles = append(articles, variables{
				"slug": fmt.Sprintf("article-%d-%d", batch, i), "title": fmt.Sprintf("عنوان %d", random.IntN(1_000_000)), "language": "ar",
				"summary": "موجز الخبر في جملة أو جملتين.", "body": fmt.Sprintf("%0500d", i),
				"officials": some(officials, 3), "countries": some(countries, 2), "topics": some(topics, 3),
			})
		}
		s.Upsert(b, articles...)
	}
	clock.Set(testserver.Moment)
	return s
}

// BenchmarkRead measures queries over HTTP on 10,000 articles. ×plain is the time as a
// multiple of that of the plain list, a query of one table.
func BenchmarkRead(b *testing.B) {
	counting := startLarge(b)
	s := testserver.Start(b, func(c *app.Config) { c.Database, c.OnRoundTrip = string(counting.Database), nil })
	deep := articleList(s, `%s`).with(variables{"first": 100})
	for range 50 {
		deep.vars["after"] = *deep.page(b).PageInfo.EndCursor
	}
	const plain = `{ articles { nodes { id title publishedAt } } }`
	for _, c := range []struct{ name, query string }{
		{"plain list", plain},
		{"20 articles with officials, countries and topics", `{ articles { nodes { title publishedAt officials { name } countries { name } topics { name } } } }`},
		{"20 countries with 5 articles with officials", `{ countries { nodes { name articles(first: 5) { nodes { title officials { name } } } } } }`},
		{"page 251 by cursor", fmt.Sprintf(`{ articles(after: "%s") { nodes { id title publishedAt } } }`, deep.vars["after"])},
		{"a topic's articles", `{ topic(by: {slug: "topic-1"}) { articles { nodes { title } } } }`},
		{"a topic's own articles", `{ topic(by: {slug: "topic-1"}) { articles(includeDescendants: false) { nodes { title } } } }`},
		{"totalCount", `{ articles { nodes { title } totalCount } }`},
		{"five facets", `{ articles { facets { countries { count country { name } } topics { count topic { name } } officials { count official { name } } languages { count } months { count } } } }`},
		{"20 articles by title", `{ articles(orderBy: {field: TITLE}) { nodes { title } } }`},
		{"20 articles by nested filter", `{ articles(filter: {officials: {some: {name: {contains: "official 7"}}}}) { nodes { title } } }`},
		{"20 articles by search", `{ articles(search: "عنوان 77") { nodes { title } } }`},
		{"20 articles with translations", `{ articles { nodes { title translations { title } } } }`},
		{"an article with related", `{ article(by: {slug: "article-19-1"}) { related { title } } }`},
		{"20 articles with related", `{ articles { nodes { related { title } } } }`},
		{"20 officials by name", `{ officials { nodes { name } } }`},
	} {
		b.Run(c.name, func(b *testing.B) {
			statements, _ := costs(b, counting, c.query, nil, testserver.InArabic)
			s.Compare(b, plain, c.query)
			b.ReportMetric(float64(len(statements)), "statements/op")
		})
	}
}
