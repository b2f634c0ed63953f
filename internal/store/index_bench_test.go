package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/model"
)

// BenchmarkIndexing writes articles of 3 KB. ×rest is the time that their index
// takes, as a multiple of all else that is written of them.
func BenchmarkIndexing(b *testing.B) {
	s, err := Open(b.Context(), Config{DSN: filepath.Join(b.TempDir(), "diwan.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	words := strings.Fields(strings.Repeat("وافق مجلس الوزراء على مشروع قانون الموازنة العامة للسنة المقبلة بعد جلسات استمرت حتى ساعة متأخرة من الليل ", 15))
	var whole, indexing time.Duration
	for n := 0; b.Loop(); n++ {
		err := s.Write(b.Context(), "benchmark", 0, func(tx *Tx) error {
			for i := range 50 {
				words[n%len(words)] = fmt.Sprint("كلمة", n%1000) // some words are new
				body := strings.Join(words, " ")
				a := &TaggedArticle{
					Article: model.Article{
						Slug: fmt.Sprint("article-", n, "-", i), Language: "ar", Title: "عنوان المقال", Markdown: body, Authors: model.Lines{}, Status: model.ArticleStatusDraft, Link: model.LinkModeSuggest,
					},
					Plain: s.render.Plain(body), // as who imports does
				}
				began := time.Now()
				if err := tx.InsertArticle(a); err != nil {
					return err
				}
				whole += time.Since(began)
				if err := tx.unindexArticle(a.Key); err != nil {
					return err
				}
				began = time.Now()
				if err := tx.indexArticle(a); err != nil { // once more, to know what it takes
					return err
				}
				indexing += time.Since(began)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(indexing)/float64(whole-indexing), "×insert")
}
