package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// writeFrontPages writes 1,000 published articles, each with three of 100 officials, who
// hold offices of 20 countries, two of the countries and two of 30 topics.
func writeFrontPages(tx *store.Tx) error {
	const countries, topics, officials = 20, 30, 100
	var errs []error
	for i := range int64(countries) {
		errs = append(errs, tx.InsertCountry(&model.Country{
			Code: fmt.Sprintf("%c%c", 'A'+i/26, 'A'+i%26), Alpha3: fmt.Sprintf("A%02d", i), Numeric: fmt.Sprintf("%03d", i),
			Named: names("ar:بلد "+fmt.Sprint(i), "en:Country "+fmt.Sprint(i), "fr:Pays "+fmt.Sprint(i)),
		}))
	}
	for i := range int64(topics) {
		errs = append(errs, tx.InsertTopic(&model.Topic{Slug: fmt.Sprint("topic-", i), Named: names("ar:موضوع "+fmt.Sprint(i), "en:Topic "+fmt.Sprint(i))}))
	}
	for i := range int64(officials) {
		who := &model.Official{Slug: fmt.Sprint("official-", i), Named: names("ar:مسؤول "+fmt.Sprint(i), "en:Official "+fmt.Sprint(i)), CountryKey: of(i%countries + 1)}
		who.OtherNames = model.Aliases{{Text: fmt.Sprint("The Honourable ", i), Language: "en", Kind: model.AliasKindEpithet}}
		office := &model.Office{Slug: fmt.Sprint("office-", i), Kind: model.OfficeKindMinister, LocalTitles: names("ar:وزير "+fmt.Sprint(i), "en:Minister "+fmt.Sprint(i)).LocalNames, CountryKey: of(i%countries + 1)}
		errs = append(errs, tx.InsertOfficial(who), tx.InsertOffice(office), tx.InsertTenure(&model.Tenure{OfficialKey: who.Key, OfficeKey: office.Key, StartedOn: of(model.PartialDate("2019-01"))}))
	}
	for i := range int64(1000) {
		a := published("ar", fmt.Sprint("article-", i), fmt.Sprint("عنوان الخبر ", i), begin+model.DateTime(i*60_000))
		a.Summary = of("موجز الخبر في جملة أو جملتين، كما يقرؤه القراء في الصفحة الأولى.")
		for j := range int64(3) {
			a.Officials = append(a.Officials, model.TaggedOfficial{Key: (i*7+j*11)%officials + 1, Role: model.AppearanceRoleSubject})
		}
		a.Countries = []int64{i%countries + 1, (i+7)%countries + 1}
		a.Topics = []int64{i%topics + 1, (i+11)%topics + 1}
		errs = append(errs, tx.InsertArticle(a))
	}
	return errors.Join(errs...)
}

// frontPage is what a front page asks of the latest articles.
func frontPage() *model.Plan {
	plan := &model.Plan{}
	nodes := plan.Relate("nodes", "nodes", model.Args{}).Plan.Want("id", "slug", "title", "summary", "publishedAt")
	nodes.Relate("topics", "topics", model.Args{}).Plan.Want("slug", "name")
	nodes.Relate("countries", "countries", model.Args{}).Plan.Want("code", "name")
	officials := nodes.Relate("officials", "officials", model.Args{}).Plan.Want("slug", "name")
	officials.Relate("office", "office", model.Args{}).Plan.Want("title")
	officials.Relate("country", "country", model.Args{}).Plan.Want("name")
	return plan
}

// BenchmarkReading reads pages of a newsroom of 1,000 articles, without GraphQL.
func BenchmarkReading(b *testing.B) {
	filled := storetest.NewTemplate(func(dsn string) error { return fill(dsn, writeFrontPages) })
	b.Cleanup(func() { _ = filled.Remove() })
	s, err := store.Open(b.Context(), database.Config{DSN: filled.Copy(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	ctx, view := b.Context(), readers()
	plan := frontPage()
	article := plan.Relation("nodes").Plan
	whole := (&model.Plan{}).Want("slug", "title", "summary", "body", "byline", "publishedAt")
	whole.Relations = article.Relations
	latest := (&model.Plan{}).Want("pageInfo")
	latest.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug", "title", "publishedAt")
	front := func() error {
		page, err := s.Articles(ctx, view, model.Query{}, plan)
		if err == nil && len(page.Nodes) != model.DefaultPage {
			err = fmt.Errorf("%d articles", len(page.Nodes))
		}
		return err
	}
	b.Run("front page after a change of an official", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			err := s.Write(ctx, samira, begin, func(tx *store.Tx) error {
				return updated(7, tx.Official, tx.UpdateOfficial, func(o *model.Official) { o.Descriptions = o.LocalNames })
			})
			b.StartTimer()
			if err := errors.Join(err, front()); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, read := range map[string]func() error{
		"front page": front,
		"one article": func() error {
			_, err := s.Article(ctx, view, model.ArticleBy{Slug: of("article-500")}, nil, whole)
			return err
		},
		"100 titles": func() error {
			_, err := s.Articles(ctx, view, model.Query{Page: model.Page{First: of(100)}}, latest)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
