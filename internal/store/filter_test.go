package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func id(node model.NodeType, key int64) model.ID { return model.ID{Type: node, Key: key} }

func TestFilterOfArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	all := []string{"en:reworked", "en:match", "en:count", "en:vote", "en:budget", "ar:budget"}
	text := func(f model.StringFilter) *model.StringFilter { return &f }
	tagged := func(slug string) *model.OfficialFilter {
		return &model.OfficialFilter{Slug: text(model.StringFilter{Eq: &slug})}
	}
	for _, c := range []struct {
		rule   string
		filter model.ArticleFilter
		want   string // by their slugs, the latest first
	}{
		{"nothing asked", model.ArticleFilter{}, strings.Join(all, " ")},
		{"a text equals", model.ArticleFilter{Title: text(model.StringFilter{Eq: of("The match")})}, "en:match"},
		{"case counts where texts are equal", model.ArticleFilter{Title: text(model.StringFilter{Eq: of("the match")})}, ""},
		{"it differs", model.ArticleFilter{Slug: text(model.StringFilter{Ne: of("budget")})}, "en:reworked en:match en:count en:vote"},
		{"what is absent differs", model.ArticleFilter{ExternalID: text(model.StringFilter{Ne: of("a:1")})}, "en:reworked en:match en:count en:vote en:budget"},
		{"it is one of several", model.ArticleFilter{Slug: text(model.StringFilter{In: []string{"vote", "count", "none"}})}, "en:count en:vote"},
		{"one of none", model.ArticleFilter{Slug: text(model.StringFilter{In: []string{}})}, ""},
		{"none of several", model.ArticleFilter{Slug: text(model.StringFilter{NotIn: []string{"vote", "budget"}})}, "en:reworked en:match en:count"},
		{"none of none", model.ArticleFilter{Slug: text(model.StringFilter{NotIn: []string{}})}, strings.Join(all, " ")},
		{"it contains, whatever the case", model.ArticleFilter{Title: text(model.StringFilter{Contains: of("THE B")})}, "en:count en:budget"},
		{"it begins", model.ArticleFilter{Title: text(model.StringFilter{StartsWith: of("المو")})}, "ar:budget"},
		{"it is absent", model.ArticleFilter{ExternalID: text(model.StringFilter{IsNull: of(false)})}, "ar:budget"},
		{"it is there", model.ArticleFilter{ExternalID: text(model.StringFilter{IsNull: of(true)})}, "en:reworked en:match en:count en:vote en:budget"},
		{"its language", model.ArticleFilter{Language: text(model.StringFilter{Eq: of("ar")})}, "ar:budget"},
		{"its id", model.ArticleFilter{ID: &model.IDFilter{Eq: of(id(model.NodeArticle, vote))}}, "en:vote"},
		{"another id", model.ArticleFilter{ID: &model.IDFilter{Ne: of(id(model.NodeArticle, vote))}}, "en:reworked en:match en:count en:budget ar:budget"},
		{"one of some ids", model.ArticleFilter{ID: &model.IDFilter{In: []model.ID{id(model.NodeArticle, vote), id(model.NodeArticle, 999)}}}, "en:vote"},
		{"none of some ids", model.ArticleFilter{ID: &model.IDFilter{NotIn: []model.ID{id(model.NodeArticle, vote)}}}, "en:reworked en:match en:count en:budget ar:budget"},
		{"every id is there", model.ArticleFilter{ID: &model.IDFilter{IsNull: of(true)}}, ""},
		{"at an instant", model.ArticleFilter{PublishedAt: &model.DateTimeFilter{Eq: of(on(2, 1))}}, "en:vote"},
		{"between instants, both outside", model.ArticleFilter{PublishedAt: &model.DateTimeFilter{Gt: of(on(2, 1)), Lt: of(on(3, 15))}}, "en:match en:count"},
		{"between instants, both inside", model.ArticleFilter{PublishedAt: &model.DateTimeFilter{Gte: of(on(2, 1)), Lte: of(on(3, 1))}}, "en:match en:count en:vote"},
		{"it was never scheduled", model.ArticleFilter{ScheduledFor: &model.DateTimeFilter{IsNull: of(false)}}, ""},
		{"when it was created", model.ArticleFilter{CreatedAt: &model.DateTimeFilter{Eq: of(begin)}}, strings.Join(all, " ")},
		{"when it was updated", model.ArticleFilter{UpdatedAt: &model.DateTimeFilter{Gt: of(begin)}}, ""},
		{"some official", model.ArticleFilter{Officials: &model.OfficialListFilter{Some: tagged("salih")}}, "en:vote en:budget ar:budget"},
		{"every official, or none at all", model.ArticleFilter{Officials: &model.OfficialListFilter{Every: tagged("salih")}}, "en:reworked en:match en:vote"},
		{"no such official", model.ArticleFilter{Officials: &model.OfficialListFilter{None: tagged("salih")}}, "en:reworked en:match en:count"},
		{"some country by any of its names", model.ArticleFilter{Countries: &model.CountryListFilter{Some: &model.CountryFilter{Name: text(model.StringFilter{StartsWith: of("الكو")})}}}, "en:count en:vote"},
		{"some topic below another", model.ArticleFilter{Topics: &model.TopicListFilter{Some: &model.TopicFilter{DescendantOf: of(id(model.NodeTopic, politics))}}}, "en:reworked en:count en:vote en:budget ar:budget"},
		{"and", model.ArticleFilter{And: []*model.ArticleFilter{{Slug: text(model.StringFilter{Eq: of("budget")})}, {Language: text(model.StringFilter{Eq: of("en")})}}}, "en:budget"},
		{"or", model.ArticleFilter{Or: []*model.ArticleFilter{{Slug: text(model.StringFilter{Eq: of("vote")})}, {Language: text(model.StringFilter{Eq: of("ar")})}}}, "en:vote ar:budget"},
		{"or of none", model.ArticleFilter{Or: []*model.ArticleFilter{}}, ""},
		{"not, where the comparison is with nothing", model.ArticleFilter{Not: &model.ArticleFilter{ExternalID: text(model.StringFilter{Eq: of("a:1")})}}, "en:reworked en:match en:count en:vote en:budget"},
		{"status", model.ArticleFilter{Status: &model.ArticleStatusFilter{Eq: of(model.ArticleStatusPublished)}}, strings.Join(all, " ")},
	} {
		if got := strings.Join(articleSlugs(t, s, readers(), model.Query{Filter: &c.filter}), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
	drafts := func(f model.ArticleFilter) []string {
		t.Helper()
		return articleSlugs(t, s, editors(), model.Query{Filter: &f})
	}
	wantList(t, "working copies", drafts(model.ArticleFilter{HasUnpublishedChanges: of(true)}), "en:reworked-copy")
	wantList(t, "a working copy by its article's id", drafts(model.ArticleFilter{ID: &model.IDFilter{Eq: of(id(model.NodeArticle, reworked))}}), "en:reworked-copy")
	wantList(t, "scheduled", drafts(model.ArticleFilter{HasUnpublishedChanges: of(false), ScheduledFor: &model.DateTimeFilter{IsNull: of(false)}}), "ar:scheduled")
	wantList(t, "of several statuses", drafts(model.ArticleFilter{Status: &model.ArticleStatusFilter{In: []model.ArticleStatus{"DRAFT", "SCHEDULED"}}}), "ar:scheduled", "en:draft")
	wantList(t, "of no such status", drafts(model.ArticleFilter{Status: &model.ArticleStatusFilter{NotIn: []model.ArticleStatus{"PUBLISHED", "DRAFT", "SCHEDULED"}}}), "en:reworked-copy")
}

func TestFilterOfNamedNodes(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	named := func(f model.StringFilter) *model.StringFilter { return &f }
	officials := func(f model.OfficialFilter) ([]string, error) {
		page, err := s.Officials(t.Context(), readers(), model.Query{Filter: &f}, nil)
		return slugsOf(page.Nodes), err
	}
	topics := func(f model.TopicFilter) ([]string, error) {
		page, err := s.Topics(t.Context(), readers(), model.Query{Filter: &f}, nil)
		return slugsOf(page.Nodes), err
	}
	offices := func(f model.OfficeFilter) ([]string, error) {
		page, err := s.Offices(t.Context(), readers(), model.Query{Filter: &f}, nil)
		return slugsOf(page.Nodes), err
	}
	countries := func(f model.CountryFilter) ([]string, error) {
		page, err := s.Countries(t.Context(), readers(), model.Query{Filter: &f}, nil)
		return slugsOf(page.Nodes), err
	}
	iraqi := &model.CountryFilter{Code: named(model.StringFilter{Eq: of("IQ")})}
	for _, c := range []struct {
		rule string
		got  func() ([]string, error)
		want string
	}{
		{"a name in any language", func() ([]string, error) {
			return officials(model.OfficialFilter{Name: named(model.StringFilter{Contains: of("الكاظمي")})})
		}, "kadhimi"},
		{"a name equals", func() ([]string, error) {
			return officials(model.OfficialFilter{Name: named(model.StringFilter{Eq: of("Barham Salih")})})
		}, "salih"},
		{"no name equals", func() ([]string, error) {
			return officials(model.OfficialFilter{Name: named(model.StringFilter{Ne: of("Barham Salih")})})
		}, "zola kadhimi sabah"},
		{"no name is one of several", func() ([]string, error) {
			return officials(model.OfficialFilter{Name: named(model.StringFilter{NotIn: []string{"برهم صالح", "Émile Zola"}})})
		}, "kadhimi sabah"},
		{"every node has a name", func() ([]string, error) {
			return officials(model.OfficialFilter{Name: named(model.StringFilter{IsNull: of(true)})})
		}, ""},
		{"a country of theirs", func() ([]string, error) { return officials(model.OfficialFilter{Country: iraqi}) }, "salih kadhimi"},
		{"not theirs, where they have none", func() ([]string, error) {
			return officials(model.OfficialFilter{Not: &model.OfficialFilter{Country: iraqi}})
		}, "zola sabah"},
		{"an office that they ever held", func() ([]string, error) {
			return officials(model.OfficialFilter{Office: &model.OfficeFilter{Slug: named(model.StringFilter{Eq: of("iraq-pm")})}})
		}, "salih kadhimi"},
		{"in office on a day", func() ([]string, error) { return officials(model.OfficialFilter{InOfficeOn: of[model.Date](20210315)}) }, "salih kadhimi"},
		{"one tenure for both the office and the day", func() ([]string, error) {
			return officials(model.OfficialFilter{Office: &model.OfficeFilter{Slug: named(model.StringFilter{Eq: of("iraq-pm")})}, InOfficeOn: of[model.Date](20210315)})
		}, "kadhimi"},
		{"a Wikidata id", func() ([]string, error) {
			return officials(model.OfficialFilter{WikidataID: named(model.StringFilter{StartsWith: of("q")})})
		}, "kadhimi"},
		{"topics at the root", func() ([]string, error) { return topics(model.TopicFilter{IsRoot: of(true)}) }, "politics sport"},
		{"topics below the root", func() ([]string, error) { return topics(model.TopicFilter{IsRoot: of(false)}) }, "ballots elections"},
		{"topics just below one", func() ([]string, error) {
			return topics(model.TopicFilter{Parent: &model.TopicFilter{Slug: named(model.StringFilter{Eq: of("politics")})}})
		}, "elections"},
		{"topics anywhere below one, itself included", func() ([]string, error) {
			return topics(model.TopicFilter{DescendantOf: of(id(model.NodeTopic, politics))})
		}, "ballots elections politics"},
		{"either of two topics", func() ([]string, error) {
			return topics(model.TopicFilter{Or: []*model.TopicFilter{{Name: named(model.StringFilter{Eq: of("رياضة")})}, {ID: &model.IDFilter{Eq: of(id(model.NodeTopic, ballots))}}}})
		}, "ballots sport"},
		{"offices of a kind", func() ([]string, error) {
			return offices(model.OfficeFilter{Kind: of(model.OfficeKindHeadOfGovernment)})
		}, "iraq-pm kuwait-pm"},
		{"offices of a country, by title", func() ([]string, error) {
			return offices(model.OfficeFilter{Country: iraqi, Title: named(model.StringFilter{Contains: of("وزراء")})})
		}, "iraq-pm"},
		{"offices without a country", func() ([]string, error) {
			return offices(model.OfficeFilter{Not: &model.OfficeFilter{Country: &model.CountryFilter{}}})
		}, "envoy"},
		{"countries by name", func() ([]string, error) {
			return countries(model.CountryFilter{Name: named(model.StringFilter{Eq: of("العراق")})})
		}, "IQ"},
		{"countries but one", func() ([]string, error) {
			return countries(model.CountryFilter{And: []*model.CountryFilter{{Not: iraqi}}})
		}, "KW"},
	} {
		got, err := c.got()
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, %v, want %s", c.rule, got, err, c.want)
		}
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	deep, wide := &model.TopicFilter{}, &model.TopicFilter{}
	for range 24 {
		deep = &model.TopicFilter{Not: deep}
	}
	for range 400 {
		wide.And = append(wide.And, &model.TopicFilter{})
	}
	long := func(n int) *model.TopicFilter {
		return &model.TopicFilter{Slug: &model.StringFilter{In: slices.Repeat([]string{"a"}, n)}}
	}
	many := &model.TopicFilter{And: slices.Repeat([]*model.TopicFilter{long(1000)}, 11)}
	for _, c := range []struct {
		what   string
		filter model.Filter
		want   model.ErrorCode
	}{
		{"no filter", nil, ""},
		{"as deep as may be", deep.Not, ""},
		{"one level deeper", deep, model.ErrorCodeLimitExceeded},
		{"as wide as may be", &model.TopicFilter{And: wide.And[1:]}, ""},
		{"one condition more", wide, model.ErrorCodeLimitExceeded},
		{"as long as may be", long(1000), ""},
		{"one value more", long(1001), model.ErrorCodeLimitExceeded},
		{"as many values as may be", &model.TopicFilter{And: many.And[1:]}, ""},
		{"too many values", many, model.ErrorCodeLimitExceeded},
		{"an id of another type", &model.TopicFilter{ID: &model.IDFilter{In: []model.ID{id(model.NodeOffice, 1)}}}, model.ErrorCodeInvalid},
		{"an ancestor of another type", &model.TopicFilter{DescendantOf: of(id(model.NodeOffice, 1))}, model.ErrorCodeInvalid},
	} {
		err := s.CheckFilter(c.filter)
		wantCode(t, c.what, err, c.want)
		if _, reading := s.Topics(t.Context(), store.View{}, model.Query{Filter: c.filter}, nil); model.CodeOf(reading) != c.want {
			t.Errorf("reading by %s = %v, want the code %q", c.what, reading, c.want)
		}
	}
}
