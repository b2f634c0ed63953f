package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func TestFacets(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := &model.Plan{}
	facets := plan.Relate("facets", "facets", model.Args{}).Plan
	for field, below := range map[string]string{"countries": "country", "topics": "topic", "officials": "official", "languages": "", "months": ""} {
		relation := facets.Relate(field, field, model.Args{})
		if below != "" {
			relation.Plan.Relate(below, below, model.Args{}).Plan.Want("slug", "code")
		}
	}
	facets.Relate("topics", "most", model.Args{First: of(1)}).Plan.Relate("topic", "topic", model.Args{}).Plan.Want("slug")
	read := func(f *model.ArticleFacets) map[string][]string {
		t.Helper()
		got := map[string][]string{}
		for _, one := range slot[[]*model.CountryFacet](t, f, "countries") {
			got["countries"] = append(got["countries"], fmt.Sprint(one.Country.Code, " ", one.Count))
		}
		for _, key := range []string{"topics", "most"} {
			for _, one := range slot[[]*model.TopicFacet](t, f, key) {
				got[key] = append(got[key], fmt.Sprint(one.Topic.Slug, " ", one.Count))
			}
		}
		for _, one := range slot[[]*model.OfficialFacet](t, f, "officials") {
			got["officials"] = append(got["officials"], fmt.Sprint(one.Official.Slug, " ", one.Count))
		}
		for _, one := range slot[[]*model.LanguageFacet](t, f, "languages") {
			got["languages"] = append(got["languages"], fmt.Sprint(one.Language, " ", one.Count))
		}
		for _, one := range slot[[]*model.MonthFacet](t, f, "months") {
			got["months"] = append(got["months"], fmt.Sprint(one.Month, " ", one.Count))
		}
		return got
	}
	compare := func(what string, got map[string][]string, want map[string]string) {
		t.Helper()
		for key, list := range want {
			if strings.Join(got[key], ", ") != list {
				t.Errorf("%s of %s = %v, want %s", key, what, got[key], list)
			}
		}
	}
	page, err := s.Articles(t.Context(), readers(), model.Query{Page: model.Page{First: of(1)}}, plan)
	if err != nil {
		t.Fatal(err)
	}
	compare("all articles", read(page.Facets), map[string]string{
		"countries": "IQ 3, KW 2", "topics": "politics 2, elections 2, ballots 1, sport 1", "most": "politics 2",
		"officials": "salih 3, kadhimi 2, sabah 1", "languages": "en 5, ar 1", "months": "2021-03 2, 2021-02 2, 2021-01 2",
	})
	page, err = s.Articles(t.Context(), editors(), model.Query{Search: "editors"}, plan)
	if err != nil {
		t.Fatal(err)
	}
	compare("a working copy", read(page.Facets), map[string]string{"topics": "sport 1", "countries": "", "languages": "en 1", "months": ""})
	found, err := s.Search(t.Context(), readers(), model.Search{Query: "budget"}, plan)
	if err != nil {
		t.Fatal(err)
	}
	compare("a search", read(found.Facets), map[string]string{"officials": "kadhimi 1, salih 1", "months": "2021-01 1"})
	below := &model.Plan{}
	below.Relations = append(below.Relations, &model.Relation{Field: "articles", Key: "articles", Plan: plan})
	for key, want := range map[int64]string{politics: "salih 3, kadhimi 2, sabah 1", elections: "salih 1, sabah 1"} {
		topic, _ := loaded(t, s, readers(), below, id(model.NodeTopic, key))[0].(*model.Topic)
		articles := slot[*model.ArticleConnection](t, topic, "articles")
		compare("the articles of "+topic.Slug, read(articles.Facets), map[string]string{"officials": want})
	}
	unknown := &model.Plan{}
	unknown.Relate("facets", "facets", model.Args{}).Plan.Relate("years", "years", model.Args{})
	if _, err := s.Articles(t.Context(), readers(), model.Query{}, unknown); err == nil || !strings.Contains(err.Error(), "no facet years") {
		t.Errorf("an unknown facet = %v", err)
	}
	for _, field := range []string{"topics", "months"} {
		many := &model.Plan{}
		many.Relate("facets", "facets", model.Args{}).Plan.Relate(field, field, model.Args{First: of(101)})
		_, err := s.Articles(t.Context(), readers(), model.Query{}, many)
		wantCode(t, "more than 100 "+field, err, model.ErrorCodeInvalid)
	}
}

// Months are of the civil calendar, also before 1970 and in leap years.
func TestMonthsOfFacets(t *testing.T) {
	t.Parallel()
	s := open(t)
	days := map[string]string{
		"1969-12-31T23:59:59.999Z": "1969-12", "1970-01-01T00:00:00Z": "1970-01", "2000-02-29T12:00:00Z": "2000-02", "2000-03-01T00:00:00Z": "2000-03",
		"1900-02-28T23:59:59Z": "1900-02", "2024-12-31T23:59:59Z": "2024-12", "0001-01-01T00:00:00Z": "0001-01",
	}
	var want []string
	mustWrite(t, s, func(tx *store.Tx) error {
		for day, month := range days {
			at, err := model.ParseDateTime(day)
			if err != nil {
				return err
			}
			want = append(want, month)
			if err := tx.InsertArticle(published("en", "a"+strings.ToLower(day), day, at)); err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(want)
	plan := &model.Plan{}
	plan.Relate("facets", "facets", model.Args{}).Plan.Relate("months", "months", model.Args{})
	page, err := s.Articles(t.Context(), readers(), model.Query{}, plan)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range slot[[]*model.MonthFacet](t, page.Facets, "months") {
		got = append(got, string(one.Month))
	}
	wantList(t, "months, the latest first", got, reversed(want)...)
}
