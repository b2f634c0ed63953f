package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/demo"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// BenchmarkIndexing imports articles of 3 KB, with the tags of the demo's.
// ×import is the time for the index relative to the same import without it: 1 doubles
// the time.
func BenchmarkIndexing(b *testing.B) {
	tags, articles := demoLines(b)
	exchanges := make([]*exchange.Exchange, 2)
	for i := range exchanges {
		s, err := store.Open(b.Context(), database.Config{DSN: filepath.Join(b.TempDir(), "diwan.db")})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		if i == 1 {
			store.WithoutTerms(s)
		}
		if err := content.New(content.Config{Store: s, Now: time.Now}).LoadCountries(b.Context()); err != nil {
			b.Fatal(err)
		}
		exchanges[i] = exchange.New(s, time.Now)
		importLines(b, exchanges[i], strings.Join(tags, ""))
	}
	var took [2]time.Duration
	var indexer fulltext.Indexer
	render := markdown.NewRenderer()
	for n := 0; b.Loop(); n++ {
		lines, fields := longer(b, articles, n)
		for i, x := range exchanges {
			began := time.Now()
			importLines(b, x, lines)
			took[i] += time.Since(began)
		}
		for i := range fields { // done without the index, too
			body := &fields[i][1]
			body.Text = render.Plain(body.Text)
			began := time.Now()
			indexer.Index(fields[i], nil)
			took[1] -= time.Since(began)
		}
	}
	b.ReportMetric(float64(took[0]-took[1])/float64(took[1]), "×import")
}

// BenchmarkImport imports 500 articles of 3 KB at a time, with the tags of the demo's.
func BenchmarkImport(b *testing.B) {
	tags, articles := demoLines(b)
	s, err := store.Open(b.Context(), database.Config{DSN: filepath.Join(b.TempDir(), "diwan.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if err := content.New(content.Config{Store: s, Now: time.Now}).LoadCountries(b.Context()); err != nil {
		b.Fatal(err)
	}
	x := exchange.New(s, time.Now)
	importLines(b, x, strings.Join(tags, ""))
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		lines, _ := longer(b, articles, n)
		b.StartTimer()
		importLines(b, x, lines)
	}
	b.ReportMetric(500*float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}

// demoLines are the lines of the demo newsroom: those of articles, and all others.
func demoLines(b *testing.B) (tags, articles []string) {
	names, err := fs.Glob(demo.Files, "*.ndjson")
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		file, err := fs.ReadFile(demo.Files, name)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(file)) {
			if strings.HasPrefix(line, `{"type": "article"`) {
				articles = append(articles, line)
			} else {
				tags = append(tags, line)
			}
		}
	}
	return tags, articles
}

// longer makes 500 lines of articles, with new keys and bodies of 3 KB made of words of
// the others, and returns the texts of each as well.
func longer(b *testing.B, articles []string, n int) (string, [][]fulltext.Field) {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	said := map[any][]string{}
	parsed := make([]map[string]any, len(articles))
	for i, line := range articles {
		if err := json.Unmarshal([]byte(line), &parsed[i]); err != nil {
			b.Fatal(err)
		}
		language := parsed[i]["language"]
		said[language] = append(said[language], strings.Fields(fmt.Sprint(parsed[i]["body"]))...)
	}
	var lines bytes.Buffer
	var fields [][]fulltext.Field
	for i := range 500 {
		line := parsed[random.IntN(len(parsed))]
		words := said[line["language"]]
		var body strings.Builder
		for body.Len() < 3000 {
			at := random.IntN(len(words) - 20)
			body.WriteString(strings.Join(words[at:at+20], " ") + "\n\n")
		}
		delete(line, "translationOf")
		line["externalId"], line["body"] = fmt.Sprint("benchmark:", n, ":", i), body.String()
		if err := json.NewEncoder(&lines).Encode(line); err != nil {
			b.Fatal(err)
		}
		language := fmt.Sprint(line["language"])
		fields = append(fields, []fulltext.Field{{Text: fmt.Sprint(line["title"]), Language: language, Weight: 6}, {Text: body.String(), Language: language, Weight: 1}})
	}
	return lines.String(), fields
}

func importLines(b *testing.B, x *exchange.Exchange, lines string) {
	ctx := auth.WithActor(b.Context(), auth.Actor{Name: "benchmark", Role: model.RoleAdmin})
	source := exchange.Source{Name: "lines", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(lines)), nil }}
	_, err := x.Import(ctx, []exchange.Source{source}, exchange.Options{Failed: func(f exchange.Failure) { b.Fatal(f) }})
	if err != nil {
		b.Fatal(err)
	}
}
