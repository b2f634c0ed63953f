package lists

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// bothWaysAlike returns the list in one piece. It fails the test unless small pages, forward
// and backward, give the same list.
func (l listing) bothWaysAlike(rt *rapid.T) []listed {
	rt.Helper()
	whole := l.walk(rt, 100, false, nothing)
	size := rapid.IntRange(1, 9).Draw(rt, "size")
	for _, backward := range []bool{false, true} {
		if got := l.walk(rt, size, backward, nothing); ids(got) != ids(whole) {
			rt.Fatalf("in pages of %d, backward %t: %s\nwant %s", size, backward, ids(got), ids(whole))
		}
	}
	return whole
}

// alike are titles, some of which sort as equal.
var alike = []string{"alpha", "Alpha", "álpha", "Beta", "بغداد", "بَغداد", "أربيل", "اربيل", "\u200fبغداد", "Ω", "10", "9"}

// drawnArticles are articles drawn for one check, with topics and an official of their own.
type drawnArticles struct {
	topic, below, official string
	number                 int
	inputs                 []variables
}

// paged is a server to which the checks write articles.
type paged struct {
	*testserver.Server
	clock     testserver.Clock
	country   string
	parent    string
	drawn     int
	countries []string
}

func startPaged(t *testing.T) *paged {
	t.Helper()
	p := &paged{}
	p.Server = testserver.Start(t, p.clock.Drive)
	p.country = p.CountryID(t, "IQ")
	p.parent = p.Create(t, "Topic", variables{"names": testserver.Names("en", "All")}).ID
	for _, row := range namedList(p.Server, "Country", "").walk(t, 100, false, nothing) {
		p.countries = append(p.countries, row.ID)
	}
	return p
}

// draw writes a few articles with few different times of creation and publication, some
// never published.
func (p *paged) draw(t *testing.T, rt *rapid.T) *drawnArticles {
	t.Helper()
	p.drawn++
	d := &drawnArticles{number: p.drawn}
	d.topic = p.Create(t, "Topic", variables{"names": testserver.Names("en", "Topic"), "parent": p.parent}).ID
	d.below = p.Create(t, "Topic", variables{"names": testserver.Names("en", "Below"), "parent": d.topic}).ID
	d.official = p.Create(t, "Official", variables{"names": testserver.Names("en", "Official")}).ID
	moments := rapid.IntRange(0, 3)
	at := map[int][]variables{}
	for range rapid.IntRange(0, 14).Draw(rt, "articles") {
		article := p.article(rt, d)
		created, published := moments.Draw(rt, "created"), 1+moments.Draw(rt, "published")
		at[created] = append(at[created], article)
		if published < 4 {
			again := maps.Clone(article)
			again["publish"] = true
			at[created+published] = append(at[created+published], again)
		}
	}
	for _, hours := range slices.Sorted(maps.Keys(at)) {
		p.clock.Set(testserver.Moment.Add(time.Duration(hours) * time.Hour))
		p.Upsert(rt, at[hours]...)
	}
	return d
}

func (p *paged) article(rt *rapid.T, d *drawnArticles) variables {
	slug := fmt.Sprintf("n%d-%d", d.number, len(d.inputs))
	article := variables{
		"slug": slug, "externalId": slug, "publish": false,
		"title":     rapid.SampledFrom(alike).Draw(rt, "title"),
		"language":  rapid.SampledFrom([]string{"ar", "en", "fr"}).Draw(rt, "language"),
		"topics":    []string{rapid.SampledFrom([]string{d.topic, d.below}).Draw(rt, "topic")},
		"officials": []string{d.official}, "countries": []string{p.country},
	}
	d.inputs = append(d.inputs, article)
	return article
}

// lists returns lists that hold only drawn articles.
func (p *paged) lists(d *drawnArticles) []listing {
	mine := variables{"filter": variables{"topics": variables{"some": variables{"descendantOf": d.topic}}}}
	return []listing{
		articleList(p.Server, `%s`).with(mine),
		articleList(p.Server, `owner: topic(by: {id: "%s"}) { %s }`, d.topic),
		articleList(p.Server, `owner: topic(by: {id: "%s"}) { %s }`, d.below).itself(),
		articleList(p.Server, `owner: official(by: {id: "%s"}) { %s }`, d.official),
		articleList(p.Server, `owner: country(by: {id: "%s"}) { %s }`, p.country).with(mine),
	}
}

// conditions are further filters; the first is empty.
var conditions = []variables{
	{},
	{"language": variables{"ne": "ar"}},
	{"title": variables{"contains": "A"}},
	{"not": variables{"publishedAt": variables{"gt": testserver.Moment.Add(2 * time.Hour)}}},
	{"topics": variables{"every": variables{"name": variables{"eq": "Below"}}}},
}

// anyList draws one of the lists with an order and a filter, for readers or with drafts.
func (p *paged) anyList(rt *rapid.T, d *drawnArticles) (l listing, order []variables) {
	order = anyOrder(rt, "PUBLISHED_AT", "TITLE", "UPDATED_AT", "CREATED_AT")
	l = rapid.SampledFrom(p.lists(d)).Draw(rt, "list").with(variables{"orderBy": order})
	condition := rapid.SampledFrom(conditions).Draw(rt, "condition")
	if mine, filtered := l.vars["filter"]; filtered {
		condition = variables{"and": []any{mine, condition}}
	}
	l.vars["filter"] = condition
	if rapid.Bool().Draw(rt, "drafts") {
		l.headers = []header{testserver.AsAdmin, testserver.SeeDrafts}
	}
	return l, order
}

// anyOrder draws an order by some of the fields, or an empty one.
func anyOrder(rt *rapid.T, fields ...string) (order []variables) {
	fields = rapid.Permutation(fields).Draw(rt, "fields")
	for _, field := range fields[:rapid.IntRange(0, len(fields)).Draw(rt, "terms")] {
		order = append(order, variables{"field": field, "direction": rapid.SampledFrom([]string{"ASC", "DESC"}).Draw(rt, "direction")})
	}
	return order
}

// sorted returns the rows in the given order, or in the usual one if that is empty, sorted
// without the database.
func sorted(t testserver.Tester, rows []listed, order []variables, usual variables) []listed {
	if len(order) == 0 {
		order = []variables{usual}
	}
	return slices.SortedFunc(slices.Values(rows), func(a, b listed) int {
		var by, last int
		for _, term := range order {
			last = 1
			if term["direction"] == "DESC" {
				last = -1
			}
			if by == 0 {
				by = last * compare(term["field"].(string), a, b)
			}
		}
		return cmp.Or(by, last*cmp.Compare(keyOf(t, a.ID), keyOf(t, b.ID)))
	})
}

func compare(field string, a, b listed) int {
	switch field {
	case "TITLE", "NAME":
		return slices.Compare(text.SortKey(a.Title), text.SortKey(b.Title))
	case "SLUG", "CODE":
		return strings.Compare(a.Slug, b.Slug)
	case "UPDATED_AT":
		return a.UpdatedAt.Compare(*b.UpdatedAt)
	case "PUBLISHED_AT":
		return cmp.Or(a.PublishedAt, a.CreatedAt).Compare(*cmp.Or(b.PublishedAt, b.CreatedAt))
	}
	return a.CreatedAt.Compare(*b.CreatedAt)
}

var (
	latest = variables{"field": "PUBLISHED_AT", "direction": "DESC"}
	byName = variables{"field": "NAME"}
)

func TestArticlesInPagesAreTheSortedList(t *testing.T) {
	t.Parallel()
	p := startPaged(t)
	rapid.Check(t, func(rt *rapid.T) {
		l, order := p.anyList(rt, p.draw(t, rt))
		whole := l.bothWaysAlike(rt)
		if want := sorted(rt, whole, order, latest); ids(whole) != ids(want) {
			rt.Fatalf("%v = %v\nwant %v", order, whole, want)
		}
	})
}

func TestWritesDuringAWalkNeitherRepeatNorSkipOtherArticles(t *testing.T) {
	t.Parallel()
	p := startPaged(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := p.draw(t, rt)
		l, order := p.anyList(rt, d)
		before := l.walk(rt, 100, false, nothing)
		gone := map[string]bool{}
		var come []string
		between := func() {
			if left := len(before) - len(gone); left > 0 && rapid.Bool().Draw(rt, "delete") {
				row := rapid.SampledFrom(before).Draw(rt, "which")
				if !gone[row.ID] {
					p.Delete(t, "Article", row.ID)
				}
				gone[row.ID] = true
				return
			}
			p.clock.Set(testserver.Moment.Add(time.Duration(rapid.IntRange(-1, 7).Draw(rt, "hour")) * time.Hour))
			article := p.article(rt, d)
			article["publish"] = true
			come = append(come, p.Upsert(rt, article)...)
		}
		backward := rapid.Bool().Draw(rt, "backward")
		// Between two pages at most one article is added, so that even pages of two end.
		seen := l.walk(rt, rapid.IntRange(2, 5).Draw(rt, "size"), backward, between)
		others := func(rows []listed) []listed {
			return slices.DeleteFunc(slices.Clone(rows), func(row listed) bool { return gone[row.ID] || slices.Contains(come, row.ID) })
		}
		if ids(others(seen)) != ids(others(before)) {
			rt.Fatalf("%v, backward %t: %s\nwant %s", order, backward, ids(others(seen)), ids(others(before)))
		}
		if want := sorted(rt, seen, order, latest); ids(seen) != ids(want) {
			rt.Fatalf("%v, backward %t, with added and deleted rows: %s\nwant %s", order, backward, ids(seen), ids(want))
		}
	})
}

func TestNamedListsInPagesAreTheSortedList(t *testing.T) {
	t.Parallel()
	p := startPaged(t)
	rapid.Check(t, func(rt *rapid.T) {
		p.drawn++
		country := p.countries[p.drawn%len(p.countries)]
		parent := p.Create(t, "Topic", variables{"names": testserver.Names("en", "Parent")}).ID
		for range rapid.IntRange(0, 7).Draw(rt, "nouns") {
			p.clock.Set(testserver.Moment.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "hour")) * time.Hour))
			named := anyNames(rt)
			p.Create(t, "Official", variables{"names": named, "country": country})
			p.Create(t, "Topic", variables{"names": named, "parent": parent})
			p.Create(t, "Office", variables{"titles": named, "country": country, "kind": "OTHER"})
		}
		ofCountry := `country: {id: {eq: "` + country + `"}}`
		for _, c := range []struct {
			list   listing
			fields []string
		}{
			{namedList(p.Server, "Official", ofCountry), []string{"NAME", "CREATED_AT", "UPDATED_AT"}},
			{namedList(p.Server, "Office", ofCountry), nil},
			{namedList(p.Server, "Topic", `parent: {id: {eq: "`+parent+`"}}`), []string{"NAME", "SLUG", "CREATED_AT", "UPDATED_AT"}},
			{namedList(p.Server, "Country", `code: {startsWith: "`+rapid.SampledFrom([]string{"B", "c", "S"}).Draw(rt, "code")+`"}`), []string{"NAME", "CODE"}},
		} {
			order := anyOrder(rt, c.fields...)
			languages := rapid.SampledFrom([]string{"", "ar", "fr", "ar-IQ, fr;q=0.5", "ku, en;q=0.1"}).Draw(rt, "languages")
			whole := c.list.with(variables{"orderBy": order}, header{"Accept-Language", languages}).bothWaysAlike(rt)
			if want := sorted(rt, whole, order, byName); ids(whole) != ids(want) {
				rt.Fatalf("%q %v %s\n= %v\nwant %v", languages, order, c.list.query, whole, want)
			}
		}
		whole := namedList(p.Server, "Official", ofCountry).with(nil, testserver.InArabic).walk(rt, 100, false, nothing)
		if got := officialsOf(p.Server, country).with(nil, testserver.InArabic).bothWaysAlike(rt); ids(got) != ids(whole) {
			rt.Fatalf("country.officials in pages = %v\nwant %v", got, whole)
		}
	})
}

// officialsOf returns the list of the officials of a country.
func officialsOf(s *testserver.Server, country string) listing {
	return listing{server: s, query: fmt.Sprintf(`query(%s) { owner: country(by: {id: "%s"}) { list: officials(first: $first, after: $after, last: $last, before: $before) %s } }`,
		bothWay, country, fmt.Sprintf(ofRows, "id title: name"))}
}

// anyNames draws a name in one or more languages.
func anyNames(rt *rapid.T) []variables {
	name := rapid.SampledFrom(alike)
	languages := rapid.Permutation([]string{"ar", "en", "fr", "ku", "tr"}).Draw(rt, "languages")
	var list []variables
	for _, language := range languages[:rapid.IntRange(1, len(languages)).Draw(rt, "number of languages")] {
		list = append(list, testserver.Names(language, name.Draw(rt, "name"))...)
	}
	return list
}

// keyOf returns the key in an id, which breaks ties in every order.
func keyOf(t testserver.Tester, id string) int64 {
	t.Helper()
	parsed, err := model.ParseID(id)
	if err != nil {
		t.Fatalf("parse the id %q: %v", id, err)
	}
	return parsed.Key
}
