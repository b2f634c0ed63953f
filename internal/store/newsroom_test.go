package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// The databases that tests get copies of: one with tables alone, and the newsroom.
var (
	emptyDatabase    = storetest.NewTemplate(func(dsn string) error { return fill(dsn, func(*store.Tx) error { return nil }) })
	newsroomDatabase = storetest.NewTemplate(func(dsn string) error { return fill(dsn, writeNewsroom) })
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, template := range []*storetest.Template{emptyDatabase, newsroomDatabase} {
		if err := template.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func fill(dsn string, f func(*store.Tx) error) error {
	s, err := store.Open(context.Background(), database.Config{DSN: dsn})
	if err != nil {
		return err
	}
	return errors.Join(s.Write(context.Background(), samira, begin, f), s.Close())
}

// begin is when the newsroom was written; its articles carry dates of 2021.
const begin = model.DateTime(1_600_000_000_000)

var samira = store.Actor{Name: "Samira", Key: "token:1", TokenID: 1}

// The keys of the newsroom's rows.
const (
	iraq, kuwait                                     = 1, 2
	politics, elections, ballots, sport              = 1, 2, 3, 4
	kadhimi, salih, sabah, zola                      = 1, 2, 3, 4
	iraqPM, iraqPresident, kuwaitPM, envoy           = 1, 2, 3, 4
	budgetAr, budgetEn, vote, count, match, reworked = 1, 2, 3, 4, 5, 6
	draft, scheduled                                 = 7, 8
)

// newsroom opens a copy of the newsroom.
func newsroom(t *testing.T) *store.Store {
	t.Helper()
	return reopen(t, newsroomDatabase.Copy(t))
}

// readers and editors are views in English on 1 April 2021.
func readers() store.View {
	return store.View{Languages: []model.Language{"en"}, Today: 20210401}
}

func editors() store.View {
	view := readers()
	view.Drafts = true
	return view
}

func of[T any](value T) *T { return &value }

// on is noon on a day of 2021.
func on(month time.Month, day int) model.DateTime {
	return model.At(time.Date(2021, month, day, 12, 0, 0, 0, time.UTC))
}

// names are names in languages, given as "language:name".
func names(list ...string) model.Named {
	var named model.Named
	for _, one := range list {
		language, name, _ := strings.Cut(one, ":")
		named.LocalNames = append(named.LocalNames, model.LocalizedText{Value: name, Language: model.Language(language)})
	}
	return named
}

func writeNewsroom(tx *store.Tx) error {
	countries := []*model.Country{
		{Code: "IQ", Alpha3: "IRQ", Numeric: "368", Named: names("ar:العراق", "en:Iraq")},
		{Code: "KW", Alpha3: "KWT", Numeric: "414", Named: names("ar:الكويت", "en:Kuwait")},
	}
	countries[0].OtherNames = model.Aliases{{Text: "Iraqi", Language: "en", Kind: model.AliasKindDemonym}}
	topics := []*model.Topic{
		{Slug: "politics", Named: names("ar:سياسة", "en:Politics")},
		{Slug: "elections", Named: names("ar:انتخابات", "en:Elections"), ParentKey: of[int64](politics)},
		{Slug: "ballots", Named: names("en:Ballots"), ParentKey: of[int64](elections)},
		{Slug: "sport", Named: names("ar:رياضة", "en:Sport"), ExternalID: of("elections")},
	}
	officials := []*model.Official{
		{Slug: "kadhimi", Named: names("ar:مصطفى الكاظمي", "en:Mustafa al-Kadhimi"), CountryKey: of[int64](iraq), ExternalID: of("p:1"), WikidataID: of("Q1")},
		{Slug: "salih", Named: names("ar:برهم صالح", "en:Barham Salih"), CountryKey: of[int64](iraq)},
		{Slug: "sabah", Named: names("ar:صباح الخالد", "en:Sabah Al-Khalid"), CountryKey: of[int64](kuwait)},
		{Slug: "zola", Named: names("fr:Émile Zola")},
	}
	offices := []*model.Office{
		{Slug: "iraq-pm", Kind: model.OfficeKindHeadOfGovernment, LocalTitles: names("ar:رئيس وزراء العراق", "en:Prime Minister of Iraq").LocalNames, CountryKey: of[int64](iraq), SingleSeat: true},
		{Slug: "iraq-president", Kind: model.OfficeKindHeadOfState, LocalTitles: names("en:President of Iraq").LocalNames, CountryKey: of[int64](iraq)},
		{Slug: "kuwait-pm", Kind: model.OfficeKindHeadOfGovernment, LocalTitles: names("en:Prime Minister of Kuwait").LocalNames, CountryKey: of[int64](kuwait)},
		{Slug: "envoy", Kind: model.OfficeKindDiplomat, LocalTitles: names("en:Envoy").LocalNames},
	}
	day := func(p model.PartialDate) *model.PartialDate { return &p }
	tenures := []*model.Tenure{
		{OfficialKey: kadhimi, OfficeKey: iraqPM, StartedOn: day("2020-05-07"), EndedOn: day("2022-10-27")},
		{OfficialKey: kadhimi, OfficeKey: envoy, StartedOn: day("2016")},
		{OfficialKey: salih, OfficeKey: iraqPresident, StartedOn: day("2018-10-02"), EndedOn: day("2022-10-17")},
		{OfficialKey: salih, OfficeKey: iraqPM, StartedOn: day("2020-05-07"), EndedOn: day("2021-02"), Acting: true},
		{OfficialKey: sabah, OfficeKey: kuwaitPM, StartedOn: day("2019-11"), EndedOn: day("2021-03-15")},
	}
	return errors.Join(
		insertAll(countries, tx.InsertCountry), insertAll(topics, tx.InsertTopic), insertAll(officials, tx.InsertOfficial),
		insertAll(offices, tx.InsertOffice), insertAll(tenures, tx.InsertTenure), writeArticles(tx),
	)
}

func insertAll[T any](rows []*T, insert func(*T) error) error {
	for _, row := range rows {
		if err := insert(row); err != nil {
			return err
		}
	}
	return nil
}

func writeArticles(tx *store.Tx) error {
	subject, speaker, mentioned := model.AppearanceRoleSubject, model.AppearanceRoleSpeaker, model.AppearanceRoleMentioned
	articles := []*store.TaggedArticle{
		published("ar", "budget", "الموازنة", on(1, 10)),
		published("en", "budget", "The budget", on(1, 11)),
		published("en", "vote", "A vote on elections", on(2, 1)),
		published("en", "count", "Counting the ballots", on(2, 20)),
		published("en", "match", "The match", on(3, 1)),
		published("en", "reworked", "As readers see it", on(3, 15)),
		article("en", "draft", "A draft"),
		article("ar", "scheduled", "مقال مجدول"),
	}
	articles[0].Markdown, articles[0].ExternalID = "قال مصطفى الكاظمي في بغداد", of("a:1")
	articles[0].Tags = model.Tags{Officials: []model.TaggedOfficial{{Key: kadhimi, Role: subject}, {Key: salih, Role: mentioned}}, Countries: []int64{iraq}, Topics: []int64{politics}}
	articles[1].Tags, articles[1].TranslationOf = articles[0].Tags, budgetAr
	articles[2].Markdown = "Barham Salih met the **Prime Minister of Iraq** and Sabah Al-Khalid in Kuwait."
	articles[2].Link = model.LinkModeSuggest
	articles[2].Tags = model.Tags{Officials: []model.TaggedOfficial{{Key: salih, Role: speaker}}, Countries: []int64{iraq, kuwait}, Topics: []int64{elections}}
	articles[3].Tags = model.Tags{Officials: []model.TaggedOfficial{{Key: sabah, Role: subject}}, Countries: []int64{kuwait}, Topics: []int64{ballots}}
	articles[4].Topics, articles[5].Topics = []int64{sport}, []int64{elections}
	articles[6].Tags = model.Tags{Officials: []model.TaggedOfficial{{Key: kadhimi, Role: subject}}, Topics: []int64{elections}}
	articles[7].Status, articles[7].ScheduledFor = model.ArticleStatusScheduled, of(on(5, 1))
	for _, a := range articles {
		a.Plain = markdown.NewRenderer().Plain(a.Markdown)
	}
	if err := insertAll(articles, tx.InsertArticle); err != nil {
		return err
	}
	copied := *articles[5]
	copied.Title, copied.Slug, copied.Topics = "As editors see it", "reworked-copy", []int64{sport}
	copied.Status, copied.Public, copied.PublishedAt = model.ArticleStatusInReview, false, nil
	return tx.UpdateArticle(articles[5], &copied)
}

func article(language model.Language, slug, title string) *store.TaggedArticle {
	return &store.TaggedArticle{Article: model.Article{Language: language, Slug: slug, Title: title, Status: model.ArticleStatusDraft}}
}

func published(language model.Language, slug, title string, at model.DateTime) *store.TaggedArticle {
	a := article(language, slug, title)
	a.Status, a.Public, a.PublishedAt = model.ArticleStatusPublished, true, &at
	return a
}

// mustWrite runs f in a transaction that must succeed.
func mustWrite(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), samira, begin, f); err != nil {
		t.Fatal(err)
	}
}

// edit writes the next version of an article, as f changes the one that editors see.
func edit(t *testing.T, s *store.Store, at model.DateTime, key int64, f func(*store.TaggedArticle)) *store.TaggedArticle {
	t.Helper()
	var next store.TaggedArticle
	err := s.Write(t.Context(), samira, at, func(tx *store.Tx) error {
		before, err := tx.Article(key)
		if err != nil {
			return err
		}
		next = *before
		next.Note = store.Note{}
		f(&next)
		return tx.UpdateArticle(before, &next)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &next
}

// wantCode checks that an error is for the caller and has the code; "" is no error.
func wantCode(t *testing.T, what string, err error, want model.ErrorCode) {
	t.Helper()
	if got := model.CodeOf(err); got != want || err != nil && want == "" {
		t.Errorf("%s = %v, want the code %q", what, err, want)
	}
}

// wantList compares lists, an empty one with nil as well.
func wantList[T comparable](t *testing.T, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// slugsOf are the slugs of nodes, or what else names them.
func slugsOf[T any](nodes []*T) []string {
	var slugs []string
	for _, node := range nodes {
		slugs = append(slugs, slugOf(node))
	}
	return slugs
}

func slugOf(node any) string {
	switch node := node.(type) {
	case *model.Article:
		return string(node.Language) + ":" + node.Slug
	case *model.Official:
		return node.Slug
	case *model.Office:
		return node.Slug
	case *model.Topic:
		return node.Slug
	case *model.Country:
		return node.Code
	}
	return fmt.Sprintf("%T", node)
}

// slot is what was loaded for a relation of a node.
func slot[T any](t *testing.T, node interface{ Slot(string) (any, bool) }, key string) T {
	t.Helper()
	value, loaded := node.Slot(key)
	typed, ok := value.(T)
	if !loaded || !ok {
		t.Fatalf("%s of %s = %T, want a %T that was loaded", key, slugOf(node), value, typed)
	}
	return typed
}
