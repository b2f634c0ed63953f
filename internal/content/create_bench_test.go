package content

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// BenchmarkCreate publishes articles of 3 KB with three officials, two countries and two
// topics in a file, durably: one after the other, and with 16 writers.
func BenchmarkCreate(b *testing.B) {
	s, ctx, inputs := benchmarked(b)
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.CreateArticle(ctx, inputs()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("16 writers", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(16 / runtime.GOMAXPROCS(0))
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, err := s.CreateArticle(ctx, inputs()); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// benchmarked is a newsroom with nouns to tag with, and articles to create: each call
// makes another.
func benchmarked(b *testing.B) (*Service, context.Context, func() model.CreateArticleInput) {
	db, err := store.Open(b.Context(), database.Config{DSN: filepath.Join(b.TempDir(), "diwan.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s := New(Config{Store: db, Now: time.Now})
	ctx := auth.WithActor(b.Context(), auth.Actor{Name: "benchmark", Role: model.RoleAdmin})
	if err := s.LoadCountries(ctx); err != nil {
		b.Fatal(err)
	}
	const nouns = 100
	for i := range nouns {
		name := []*model.LocalizedTextInput{{Language: "en", Value: fmt.Sprint("Name ", i)}}
		if _, err := s.CreateOfficial(ctx, model.CreateOfficialInput{Names: name}); err != nil {
			b.Fatal(err)
		}
		if _, err := s.CreateTopic(ctx, model.CreateTopicInput{Names: name}); err != nil {
			b.Fatal(err)
		}
	}
	words := strings.Fields("مجلس النواب يقر الموازنة العامة بعد نقاش طويل حول الإنفاق على التعليم والصحة في المحافظات وقال الوزير إن الحكومة ستبدأ")
	var made atomic.Int64
	return s, ctx, func() model.CreateArticleInput {
		n := int(made.Add(1))
		var body strings.Builder
		for i := 0; body.Len() < 3000; i++ {
			fmt.Fprintf(&body, "%s%d %s ", words[(n+i)%len(words)], (n*i*i)%997, words[(n*7+i)%len(words)])
		}
		some := func(t model.NodeType, most int) []*model.ID {
			list := make([]*model.ID, most)
			for i := range list {
				list[i] = &model.ID{Type: t, Key: int64((n+i*13)%nouns + 1)}
			}
			return list
		}
		in := model.CreateArticleInput{Language: "ar", Title: fmt.Sprint("خبر عاجل ", n)}
		text := body.String()
		publish := true
		in.Body, in.Publish = om(&text), om(&publish)
		in.Officials, in.Countries, in.Topics = om(some(model.NodeOfficial, 3)), om(some(model.NodeCountry, 2)), om(some(model.NodeTopic, 2))
		return in
	}
}
