package text

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// Words with known frequencies.
const (
	rareWord   = "زنجبيل"   // in 20 articles
	commonWord = "الموازنة" // in half of them
	otherWord  = "المرفأ"   // in a third of them
)

// startSearched starts a server with articles of 3 KB whose words are distributed as in a
// language: 100,000 articles, or as many as DIWAN_BENCH_ARTICLES says. Their import takes
// minutes; DIWAN_BENCH_DATABASE is a path at which to keep the database for the next run.
func startSearched(b *testing.B) *testserver.Server {
	b.Helper()
	kept := os.Getenv("DIWAN_BENCH_DATABASE")
	if _, err := os.Stat(kept); err == nil {
		return testserver.Start(b, func(c *app.Config) { c.Database, c.OnRoundTrip = kept, nil })
	}
	count := 100_000
	if n, err := strconv.Atoi(os.Getenv("DIWAN_BENCH_ARTICLES")); err == nil {
		count = n
	}
	dsn := string(testserver.NewDatabase(b))
	n, err := app.Open(b.Context(), app.Config{Database: dsn})
	if err != nil {
		b.Fatal(err)
	}
	lines := &articleLines{count: count, random: rand.New(rand.NewPCG(1, 2)), words: prose(b)}
	if report, err := n.Exchange.Import(auth.WithActor(b.Context(), auth.Actor{Name: "benchmark", Role: model.RoleAdmin}), []exchange.Source{{
		Name: "benchmark", Open: func() (io.ReadCloser, error) { return io.NopCloser(lines), nil },
	}}, exchange.Options{}); err != nil || report.Total().Created != count {
		b.Fatalf("import: %v, %+v", err, report)
	}
	if err := n.Close(); err != nil {
		b.Fatal(err)
	}
	if kept != "" {
		data, err := os.ReadFile(dsn)
		if err == nil {
			err = os.WriteFile(kept, data, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return testserver.Start(b, func(c *app.Config) { c.Database, c.OnRoundTrip = dsn, nil })
}

// prose returns 50,000 distinct words: those of a text in testdata, and invented ones,
// because a language has many rare words.
func prose(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile(testserver.File("internal", "fulltext", "testdata", "arabic_unseen.txt"))
	if err != nil {
		t.Fatal(err)
	}
	seen, words := map[string]bool{}, []string{}
	for _, word := range strings.Fields(string(data)) {
		if !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	for i, letters := 0, []rune("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"); len(words) < 50_000; i++ {
		words = append(words, string([]rune{letters[i%28], letters[i/28%28], letters[i/784%28], letters[i/21952%28], letters[(i*7)%28]}))
	}
	return words
}

// articleLines is a reader of articles as NDJSON, which it generates on the fly.
type articleLines struct {
	count, made int
	random      *rand.Rand
	words       []string
	rest        bytes.Buffer
}

func (l *articleLines) Read(into []byte) (int, error) {
	for l.rest.Len() == 0 && l.made < l.count {
		line, err := json.Marshal(l.article(l.made))
		if err != nil {
			return 0, err
		}
		l.rest.Write(append(line, '\n'))
		l.made++
	}
	return l.rest.Read(into)
}

func (l *articleLines) article(i int) map[string]any {
	zipf := rand.NewZipf(l.random, 1.1, 20, uint64(len(l.words)-1))
	sentence := func(words int) []string {
		list := make([]string, words)
		for j := range list {
			list[j] = l.words[zipf.Uint64()]
		}
		return list
	}
	body := sentence(270) // 3 KB
	put := func(word string, times int) {
		for range times {
			body[l.random.IntN(len(body))] = word
		}
	}
	if l.random.IntN(2) == 0 {
		put(commonWord, 1+l.random.IntN(3))
	}
	if l.random.IntN(3) == 0 {
		put(otherWord, 1)
	}
	if i%(l.count/20) == 7 {
		put(rareWord, 1)
	}
	title := sentence(8)
	if l.random.IntN(50) == 0 {
		title[3] = commonWord
	}
	return map[string]any{
		"type": "article", "externalId": fmt.Sprint("article:", i), "slug": fmt.Sprint("article-", i), "language": "ar", "status": "PUBLISHED",
		"publishedAt": testserver.Moment.AddDate(0, 0, -i%3000).Format("2006-01-02T15:04:05Z"), "title": strings.Join(title, " "), "summary": strings.Join(sentence(20), " "),
		"body": strings.Join(body, " "), "countries": []string{[]string{"IQ", "FR", "LB", "EG"}[l.random.IntN(4)]},
	}
}

// BenchmarkSearch measures searches over HTTP. ×plain is the time as a multiple of that of
// the plain list, a query of one table.
func BenchmarkSearch(b *testing.B) {
	s := startSearched(b)
	const plain = `{ articles { nodes { id title publishedAt } } }`
	articles := func(search, more string) string {
		return fmt.Sprintf(`{ articles(search: %q%s) { nodes { id title publishedAt } } }`, search, more)
	}
	page := testserver.Ask[struct {
		Articles struct{ PageInfo struct{ EndCursor string } }
	}](b, s, fmt.Sprintf(`{ articles(search: %q, first: 100) { pageInfo { endCursor } } }`, commonWord), nil)
	for _, c := range []struct{ name, query string }{
		{"plain list", plain},
		{"a rare word", articles(rareWord, "")},
		{"a word of half of them", articles(commonWord, "")},
		{"the next page of it", articles(commonWord, fmt.Sprintf(`, after: %q`, page.Articles.PageInfo.EndCursor))},
		{"two common words", articles(commonWord+" "+otherWord, "")},
		{"a common and a rare word", articles(commonWord+" "+rareWord, "")},
		{"a phrase", articles(`"`+commonWord+" "+otherWord+`"`, "")},
		{"a common word and not another", articles(commonWord+" -"+otherWord, "")},
		{"newest first", articles(commonWord, ", orderBy: {field: PUBLISHED_AT, direction: DESC}")},
		{"totalCount", fmt.Sprintf(`{ articles(search: %q) { totalCount } }`, commonWord)},
		{"a typo", articles("زنجبيلل", "")},
		{"nothing", articles("qwrtzpsdfg", "")},
		{"everything, with highlights", fmt.Sprintf(`{ search(query: %q) { edges { score highlights { text ranges { start end } } node { __typename } } } }`, commonWord)},
		{"suggest", `{ suggest(prefix: "ا") { text } }`},
		{"analyzeText", fmt.Sprintf(`{ analyzeText(text: %q, language: "ar") { mentions { surface } } }`, strings.Repeat("استقبل الرئيس الفرنسي في بغداد وزير الخارجية العراقي. ", 35))},
	} {
		b.Run(c.name, func(b *testing.B) { s.Compare(b, plain, c.query) })
	}
}
