package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// twins are two stores on one database, of which one keeps sets.
type twins struct {
	t             *testing.T
	random        *rand.Rand
	with, without *store.Store
	at            model.DateTime
	keys          []int64 // of articles that exist
	slugs         int
	written       int
}

func newTwins(t *testing.T, seed uint64) *twins {
	t.Helper()
	dsn := newsroomDatabase.Copy(t)
	w := &twins{t: t, random: rand.New(rand.NewPCG(seed, 1)), with: reopen(t, dsn), at: begin}
	var err error
	if w.without, err = store.Open(t.Context(), database.Config{DSN: dsn}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.without.Close() })
	store.WithoutSets(w.without)
	if err := store.WithSets(t.Context(), w.with); err != nil {
		t.Fatal(err)
	}
	w.keys = []int64{budgetAr, budgetEn, vote, count, match, reworked, draft, scheduled}
	return w
}

// write changes something, through one of the stores.
func (w *twins) write() {
	w.t.Helper()
	through := w.with
	if w.random.IntN(2) == 0 {
		through = w.without
	}
	w.at += model.DateTime(w.random.IntN(100_000))
	err := through.Write(w.t.Context(), samira, w.at, func(tx *store.Tx) error {
		for range 1 + w.random.IntN(4) {
			if err := w.change(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *twins) change(tx *store.Tx) error {
	w.written++
	switch w.random.IntN(12) {
	case 0, 1:
		return w.insert(tx)
	case 2:
		return w.moveTopic(tx)
	case 3:
		return w.renameCountry(tx)
	}
	if len(w.keys) == 0 {
		return w.insert(tx)
	}
	i := w.random.IntN(len(w.keys))
	before, err := tx.Article(w.keys[i])
	if err != nil {
		return err
	}
	switch {
	case w.random.IntN(10) == 0:
		w.keys = slices.Delete(w.keys, i, i+1)
		return tx.DeleteArticle(before)
	case before.HasUnpublishedChanges() && w.random.IntN(4) == 0:
		_, err := tx.DiscardCopy(before)
		return err
	}
	after := *before
	after.Note = store.Note{}
	w.edit(&after)
	return tx.UpdateArticle(before, &after)
}

func (w *twins) insert(tx *store.Tx) error {
	a := &store.TaggedArticle{Tags: model.NoTags()}
	w.edit(a)
	if len(w.keys) > 0 && w.random.IntN(3) == 0 {
		if err := w.translate(tx, a); err != nil {
			return err
		}
	}
	if err := tx.InsertArticle(a); err != nil {
		return err
	}
	w.keys = append(w.keys, a.ID().Key)
	return nil
}

// translate makes an article the translation of another one, if no other has its language.
func (w *twins) translate(tx *store.Tx, a *store.TaggedArticle) error {
	other, err := tx.Article(w.keys[w.random.IntN(len(w.keys))])
	if err != nil {
		return err
	}
	all, err := tx.Translations(other.TranslationOf)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Language == a.Language {
			return nil
		}
	}
	a.TranslationOf = other.TranslationOf
	return nil
}

// edit changes some of an article at random, and all of a new one.
func (w *twins) edit(a *store.TaggedArticle) {
	fresh := a.Slug == ""
	some := func() bool { return fresh || w.random.IntN(3) == 0 }
	pick := func(list ...string) string { return list[w.random.IntN(len(list))] }
	if fresh {
		w.slugs++
		a.Slug, a.Language = fmt.Sprint("random-", w.slugs), model.Language(pick("ar", "en", "en", "fr"))
	}
	if some() {
		a.Title = pick("The budget", "A vote on elections", "Ballots", "Counting", "الموازنة", "مباراة") + " " + pick("again", "أيضا", "50%_", "")
	}
	if some() {
		a.Markdown = pick("Barham Salih spoke.", "A budget of the government.", "Nothing.", "")
		a.Plain = a.Markdown
	}
	if some() {
		a.Officials = nil
		for _, key := range w.random.Perm(4)[:w.random.IntN(4)] {
			a.Officials = append(a.Officials, model.TaggedOfficial{Key: int64(key) + 1, Role: model.AppearanceRoleSubject})
		}
	}
	if some() {
		a.Countries = w.some(2)
	}
	if some() {
		a.Topics = w.some(4)
	}
	if some() {
		at := on(1, 1) + model.DateTime(w.random.IntN(100))*86_400_000
		a.PublishedAt = &at
	}
	if some() {
		a.Status, a.ScheduledFor = model.ArticleStatus(pick("DRAFT", "IN_REVIEW", "PUBLISHED", "PUBLISHED", "ARCHIVED")), nil
	}
	a.Public = a.Status == model.ArticleStatusPublished
	if a.Public && a.PublishedAt == nil {
		a.PublishedAt = of(w.at)
	}
}

func (w *twins) some(most int) []int64 {
	var keys []int64
	for _, key := range w.random.Perm(most)[:w.random.IntN(most+1)] {
		keys = append(keys, int64(key)+1)
	}
	return keys
}

func (w *twins) moveTopic(tx *store.Tx) error {
	before, err := tx.Topic(ballots)
	if err != nil {
		return err
	}
	after := *before
	after.ParentKey = []*int64{nil, of[int64](politics), of[int64](elections), of[int64](sport)}[w.random.IntN(4)]
	return tx.UpdateTopic(before, &after)
}

func (w *twins) renameCountry(tx *store.Tx) error {
	before, err := tx.Country(kuwait)
	if err != nil {
		return err
	}
	after := *before
	after.Named = names("ar:الكويت", fmt.Sprintf("en:Kuwait %d", w.written%3))
	return tx.UpdateCountry(before, &after)
}

// answers are what a store answers to many questions, as text.
func answers(t *testing.T, s *store.Store, view store.View) map[string]string {
	t.Helper()
	list := map[string]string{}
	plan := func() *model.Plan {
		plan := &model.Plan{}
		plan.Want("totalCount")
		plan.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug")
		below := plan.Relate("facets", "facets", model.Args{}).Plan
		for field, of := range map[string]string{"countries": "country", "topics": "topic", "officials": "official"} {
			below.Relate(field, field, model.Args{}).Plan.Relate(of, of, model.Args{}).Plan.Want("slug", "code")
		}
		below.Relate("officials", "two", model.Args{First: of(2)}).Plan.Relate("official", "official", model.Args{}).Plan.Want("slug")
		below.Relate("languages", "languages", model.Args{})
		below.Relate("months", "months", model.Args{First: of(2)})
		return plan
	}
	text := func(c *model.ArticleConnection) string {
		var b strings.Builder
		fmt.Fprint(&b, slugsOf(c.Nodes))
		if c.Total != nil {
			fmt.Fprintf(&b, " of %d", *c.Total)
		}
		for _, key := range []string{"countries", "topics", "officials", "two", "languages", "months"} {
			value, _ := c.Facets.Slot(key)
			fmt.Fprintf(&b, " %s:%s", key, facetText(value))
		}
		return b.String()
	}
	for name, q := range queries() {
		page, err := s.Articles(t.Context(), view, q, plan())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list[name] = text(page)
		if q.Search != "" {
			list[name+", in pages"] = pages(t, s, view, q)
		}
	}
	below := &model.Plan{}
	nodes := below.Relate("nodes", "nodes", model.Args{}).Plan
	nodes.Want("slug")
	nodes.Relations = append(nodes.Relations, &model.Relation{Field: "related", Key: "related", Plan: &model.Plan{}})
	page, err := s.Articles(t.Context(), view, model.Query{}, below)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range page.Nodes {
		var keys []int64
		for _, other := range slot[[]*model.Article](t, a, "related") {
			keys = append(keys, other.Key)
		}
		list["related to "+slugOf(a)] = fmt.Sprint(keys)
	}
	for _, q := range []string{"budget", "elections"} {
		found, err := s.Search(t.Context(), view, model.Search{Query: q}, plan())
		if err != nil {
			t.Fatal(err)
		}
		value, _ := found.Facets.Slot("topics")
		var nodes []string
		for _, edge := range found.Edges {
			nodes = append(nodes, fmt.Sprint(edge.Cursor, edge.Score))
		}
		list["what a search of everything finds for "+q] = fmt.Sprint(nodes)
		list["search everything for "+q] = fmt.Sprint(*found.Total, facetText(value))
	}
	filtered := &model.ArticleFilter{Language: &model.StringFilter{Eq: of("en")}}
	for node, keys := range map[model.NodeType][]int64{model.NodeCountry: {1, 2}, model.NodeTopic: {1, 2, 3, 4}, model.NodeOfficial: {1, 2, 3, 4}} {
		for i, args := range []model.Args{{}, {IncludeDescendants: of(false)}, {Filter: filtered}} {
			below := &model.Plan{}
			below.Relations = append(below.Relations, &model.Relation{Field: "articles", Key: "articles", Args: args, Plan: plan()})
			for _, key := range keys {
				articles := slot[*model.ArticleConnection](t, loaded(t, s, view, below, id(node, key))[0].(interface{ Slot(string) (any, bool) }), "articles")
				list[fmt.Sprintf("articles of %s %d, list %d", node, key, i)] = text(articles)
			}
		}
	}
	return list
}

// pages are the slugs of a search, two by two, from its beginning and from its end.
func pages(t *testing.T, s *store.Store, view store.View, q model.Query) string {
	t.Helper()
	plan := func() *model.Plan {
		plan := &model.Plan{}
		plan.Want("pageInfo")
		plan.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug")
		return plan
	}
	var list []string
	for _, backward := range []bool{false, true} {
		q.Page = model.Page{First: of(2)}
		if backward {
			q.Page = model.Page{Last: of(2)}
		}
		for {
			page, err := s.Articles(t.Context(), view, q, plan())
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprint(slugsOf(page.Nodes), page.PageInfo.HasNextPage, page.PageInfo.HasPreviousPage))
			if !backward && page.PageInfo.HasNextPage {
				q.Page.After = page.PageInfo.EndCursor
			} else if backward && page.PageInfo.HasPreviousPage {
				q.Page.Before = page.PageInfo.StartCursor
			} else {
				break
			}
		}
	}
	return fmt.Sprint(list)
}

func facetText(value any) string {
	var list []string
	switch facets := value.(type) {
	case []*model.CountryFacet:
		for _, one := range facets {
			list = append(list, fmt.Sprint(one.Country.Code, one.Count))
		}
	case []*model.TopicFacet:
		for _, one := range facets {
			list = append(list, fmt.Sprint(one.Topic.Slug, one.Count))
		}
	case []*model.OfficialFacet:
		for _, one := range facets {
			list = append(list, fmt.Sprint(one.Official.Slug, one.Count))
		}
	case []*model.LanguageFacet:
		for _, one := range facets {
			list = append(list, fmt.Sprint(one.Language, one.Count))
		}
	case []*model.MonthFacet:
		for _, one := range facets {
			list = append(list, fmt.Sprint(one.Month, one.Count))
		}
	}
	return fmt.Sprint(list)
}

// queries are lists of every kind.
func queries() map[string]model.Query {
	country := &model.ArticleFilter{Countries: &model.CountryListFilter{Some: &model.CountryFilter{Code: &model.StringFilter{Eq: of("IQ")}}}}
	both := *country
	both.Topics = &model.TopicListFilter{Some: &model.TopicFilter{Slug: &model.StringFilter{Eq: of("elections")}}}
	list := map[string]model.Query{
		"everything":            {},
		"a country":             {Filter: country},
		"two tags":              {Filter: &both},
		"by name":               {Filter: &model.ArticleFilter{Countries: &model.CountryListFilter{Some: &model.CountryFilter{Name: &model.StringFilter{Eq: of("Kuwait 1")}}}}},
		"by part":               {Filter: &model.ArticleFilter{Topics: &model.TopicListFilter{Some: &model.TopicFilter{Name: &model.StringFilter{Contains: of("o")}}}}},
		"below politics":        {Filter: &model.ArticleFilter{Topics: &model.TopicListFilter{Some: &model.TopicFilter{DescendantOf: of(id(model.NodeTopic, politics))}}}},
		"a language":            {Filter: &model.ArticleFilter{Language: &model.StringFilter{Eq: of("fr")}}},
		"not a country":         {Filter: &model.ArticleFilter{Not: country}},
		"a date":                {Filter: &model.ArticleFilter{PublishedAt: &model.DateTimeFilter{Gte: of(on(2, 1))}}},
		"a search of a country": {Search: "budget", Filter: country},
	}
	for _, part := range []string{"bud", "vote on", "الموازنة", "%_", "ك", "s again", "موازنة أ"} {
		list["title contains "+part] = model.Query{Filter: &model.ArticleFilter{Title: &model.StringFilter{Contains: of(part)}}}
		list["title starts with "+part] = model.Query{Filter: &model.ArticleFilter{Title: &model.StringFilter{StartsWith: of(part)}}}
	}
	for _, search := range []string{"budget", "elections", "Salih", "-budget", "*", "الموازنة", "budget government", "nothing at all"} {
		list["search "+search] = model.Query{Search: search}
		list["search by date "+search] = model.Query{Search: search, Order: []model.Order{{Field: "PUBLISHED_AT"}}}
	}
	return list
}

// Whatever is written, through whichever store and with or without sets, a store with
// sets answers what one without does.
func TestSetsAreExact(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("history ", seed), func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, seed)
			for i := range 10 {
				w.write()
				views := []store.View{readers(), editors()}
				for _, view := range views[:1+i%4/3] { // editors now and then
					want, got := answers(t, w.without, view), answers(t, w.with, view)
					for name := range want {
						if got[name] != want[name] {
							t.Fatalf("after %d writes, %s with drafts %t =\n%s, want\n%s", w.written, name, view.Drafts, got[name], want[name])
						}
					}
				}
			}
			if known := store.KnownSets(w.with); known < 2 {
				t.Errorf("the store knows its sets at %d positions, want several: they were not used", known)
			}
			if known := store.KnownSets(w.without); known > 0 {
				t.Errorf("the store without sets knows some at %d positions", known)
			}
		})
	}
}
