package store

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// facets counts the whole list of each parent, and hangs the counts that the plan asks
// for on the facets of each. What is not known of the list takes one statement for each
// facet.
func facets(r *reading, l wholeList, of map[int64]*model.ArticleFacets, plan *model.Plan) error {
	if plan == nil || len(plan.Relations) == 0 {
		return nil
	}
	lists, articles, err := r.listed(l, slices.Collect(maps.Keys(of)))
	if err != nil {
		return err
	}
	loads := make([]func() error, len(plan.Relations))
	for i, relation := range plan.Relations {
		loads[i] = func() error { return withinField(relation.Field, facet(r, census{l, of, relation, lists, articles})) }
	}
	return r.Together(loads...)
}

// census is a list to be counted, the facets of each parent to hang the counts on, and
// the facet that is wanted.
type census struct {
	list     wholeList
	of       map[int64]*model.ArticleFacets
	relation *model.Relation
	// lists are the articles of each list, and articles those that they are counted among;
	// nil where the database has to count.
	lists    map[int64]sets.Set
	articles *sets.Articles
}

func facet(r *reading, c census) error {
	switch c.relation.Field {
	case "countries":
		return nodeFacet(r, c, byCountry(), func(n *model.Country, count int) *model.CountryFacet {
			return &model.CountryFacet{Country: n, Count: count}
		})
	case "topics":
		return nodeFacet(r, c, byTopic(), func(n *model.Topic, count int) *model.TopicFacet {
			return &model.TopicFacet{Topic: n, Count: count}
		})
	case "officials":
		return nodeFacet(r, c, byOfficial(), func(n *model.Official, count int) *model.OfficialFacet {
			return &model.OfficialFacet{Official: n, Count: count}
		})
	case "languages":
		return languageFacet(r, c)
	case "months":
		return monthFacet(r, c)
	}
	return fmt.Errorf("articles have no facet %s", c.relation.Field)
}

// division says how a list is divided: by which expression, over which further tables
// and rows, which of its values come first, and how many are kept.
type division[V any] struct {
	by, joined string
	where      sql.Clause
	first      string
	most       int
	// grouped are the counts themselves, as parent, value and count, where they are found
	// without a look at each article; the zero Clause where they are not.
	grouped func(parents sql.Clause) sql.Clause
	// known are the same counts where the articles of the list are known, and value is the
	// value that a group of them stands for.
	known func(*sets.Articles, sets.Set) []sets.Count
	value func(sets.Group) V
}

const mostFirst = "counted.count DESC, counted.value"

// counted is a value of a facet, and how many articles of the parent's list have it.
type counted[V any] struct {
	Parent int64
	Value  V
	Count  int
}

// counts counts the articles of each part of a list.
func counts[V any](r *reading, c census, d division[V]) (map[int64][]counted[V], error) {
	of := make(map[int64][]counted[V], len(c.of))
	if c.articles != nil {
		for parent := range c.of {
			for _, one := range d.known(c.articles, c.lists[parent]) {
				of[parent] = append(of[parent], counted[V]{parent, d.value(one.Group), one.Count})
			}
		}
		return of, nil
	}
	parents := make([]int64, 0, len(c.of))
	for parent := range c.of {
		parents = append(parents, parent)
	}
	from := r.engine.Keys("p", distinct(parents))
	grouped := sql.Join(" ",
		from.Wrap("SELECT p.value AS parent, "+d.by+" AS value, COUNT(*) AS count FROM ", ""),
		c.list.from.Wrap("CROSS JOIN ", " "+d.joined+" WHERE"),
		sql.All(c.list.where, d.where), sql.Text("GROUP BY p.value, "+d.by))
	if d.grouped != nil {
		grouped = d.grouped(from)
	}
	// MATERIALIZED: SQLite would count once for the order and once for the answer.
	statement := grouped.Wrap("WITH counted AS MATERIALIZED (", ") SELECT parent, value, count FROM (SELECT counted.*, ROW_NUMBER() OVER (PARTITION BY counted.parent ORDER BY "+d.first+") AS place FROM counted) ranked")
	var rows []counted[V]
	err := r.Scan(&rows, sql.Join(" ", statement, sql.Text("WHERE place <= ? ORDER BY parent, place", d.most)))
	for _, row := range rows {
		of[row.Parent] = append(of[row.Parent], row)
	}
	return of, err
}

func keyOfGroup(group sets.Group) int64 { return group.Key }

// hangFacet turns the counts of each list into its facet.
func hangFacet[V, F any](c census, of map[int64][]counted[V], entry func(counted[V]) *F) {
	for parent, facets := range c.of {
		list := []*F{}
		for _, one := range of[parent] {
			list = append(list, entry(one))
		}
		facets.Hang(c.relation.Key, list)
	}
}

func nodeFacet[T, F any](r *reading, c census, t tagging, entry func(*T, int) *F) error {
	most, err := model.Count("first", c.relation.Args.First, 10, model.MaxPage)
	if err != nil {
		return err
	}
	d := division[int64]{
		known: func(among *sets.Articles, list sets.Set) []sets.Count {
			return among.Most(string(t.owner()), list, most)
		},
		value: keyOfGroup,
		by:    "tag." + t.column, joined: "JOIN " + t.links + " tag ON tag.article_id = " + c.list.key, where: sql.Always(), first: mostFirst, most: most,
	}
	if c.list.everything {
		d.grouped = func(parents sql.Clause) sql.Clause { return t.mostUsed(parents, most) }
	}
	of, err := counts[int64](r, c, d)
	if err != nil {
		return err
	}
	var nodes map[int64]*T
	for _, node := range c.relation.Plan.Relations { // the one field of a facet that leads on
		var keys []int64
		for _, list := range of {
			for _, one := range list {
				keys = append(keys, one.Value)
			}
		}
		if nodes, err = byKeys[T](r, selection{keys: distinct(keys)}, node.Plan); err != nil {
			return err
		}
	}
	hangFacet(c, of, func(one counted[int64]) *F { return entry(nodes[one.Value], one.Count) })
	return nil
}

// mostUsed are the counts of the tags of a kind that most of all articles have.
func (t tagging) mostUsed(parents sql.Clause, most int) sql.Clause {
	return sql.Join("", parents.Wrap("SELECT p.value AS parent, uses.node_id AS value, uses.articles AS count FROM ", ""),
		sql.Text(" CROSS JOIN (SELECT node_id, articles FROM node_uses WHERE node_type = ? AND articles > 0 ORDER BY articles DESC, node_id", t.owner()),
		sql.Limit(most).Wrap(" ", ") uses"))
}

func languageFacet(r *reading, c census) error {
	d := division[model.Language]{
		known: func(among *sets.Articles, list sets.Set) []sets.Count {
			return among.Most(sets.Language, list, maxLanguages)
		},
		value: func(group sets.Group) model.Language { return model.Language(group.Text) },
		by:    "n.language", joined: c.list.joined, where: sql.Always(), first: mostFirst, most: maxLanguages,
	}
	if c.list.everything {
		d.grouped = everyLanguage
	}
	of, err := counts[model.Language](r, c, d)
	hangFacet(c, of, func(one counted[model.Language]) *model.LanguageFacet {
		return &model.LanguageFacet{Language: one.Value, Count: one.Count}
	})
	return err
}

const maxLanguages = 1000

// monthFacet counts by month. Instants are numbers, and databases disagree on how to
// turn those into dates, so days since 1970 become months in integer arithmetic.
func monthFacet(r *reading, c census) error {
	most, err := model.Count("first", c.relation.Args.First, 12, model.MaxPage)
	if err != nil {
		return err
	}
	published := c.list.published
	d := division[int64]{
		known: func(among *sets.Articles, list sets.Set) []sets.Count { return among.Latest(list, most) }, value: keyOfGroup,
		by: monthOf(published), where: sql.Text(published + " IS NOT NULL"), first: "counted.value DESC", most: most,
	}
	if published == "n.published_at" {
		d.joined = c.list.joined
	}
	if c.list.unfiltered && (c.list.everything || c.list.kept.SQL != "") {
		d.grouped = func(parents sql.Clause) sql.Clause { return c.list.lastMonths(parents, most) }
	}
	of, err := counts[int64](r, c, d)
	hangFacet(c, of, func(one counted[int64]) *model.MonthFacet {
		month := time.Date(int(one.Value/12), time.Month(one.Value%12)+1, 1, 0, 0, 0, 0, time.UTC)
		return &model.MonthFacet{Month: model.PartialDate(month.Format("2006-01")), Count: one.Count}
	})
	return err
}

// lastMonths are the counts of the last months of each list, which an index has in the
// order of publication. It looks for one month after the other, and counts between its
// ends.
func (l wholeList) lastMonths(parents sql.Clause, most int) sql.Clause {
	latest := sql.Join(" ", l.from.Wrap("SELECT MAX("+l.published+") FROM ", " WHERE"), l.where)
	first := civil("p.latest").month
	return sql.Join("",
		sql.Text("WITH RECURSIVE months(value, latest, place) AS (SELECT p.value, ("), latest, parents.Wrap("), 1 FROM ", " UNION ALL"),
		sql.Text(" SELECT p.value, ("), latest, sql.Text(" AND "+l.published+" < "+first+"), p.place + 1 FROM months p WHERE p.latest IS NOT NULL AND p.place < ?)", most),
		sql.Text(" SELECT p.value AS parent, "+monthOf("p.latest")+" AS value, ("),
		sql.Join(" ", l.from.Wrap("SELECT COUNT(*) FROM ", " WHERE"), l.where, sql.Text("AND "+l.published+" >= "+first+" AND "+l.published+" <= p.latest")),
		sql.Text(") AS count FROM months p WHERE p.latest IS NOT NULL"))
}

// monthOf is the month of an instant as year*12 + month, January 0.
func monthOf(instant string) string { return civil(instant).number }

// civilMonth is a month of the civil calendar.
type civilMonth struct {
	// number is year*12 + month, January 0, and month the instant at which it begins.
	number, month string
}

// civil is the month of an instant, by Howard Hinnant's days-to-civil algorithm
// (https://howardhinnant.github.io/date_algorithms.html), for which all divisions round
// down and days start at 0000-03-01: positive for every instant that the API accepts.
func civil(instant string) civilMonth {
	const msOfDay, msTo1970 = "86400000", "62162035200000" // 719468 days
	day := "((" + instant + " + " + msTo1970 + ") / " + msOfDay + ")"
	era := "(" + day + " / 146097)"
	dayOfEra := "(" + day + " - " + era + " * 146097)"
	yearOfEra := "((" + dayOfEra + " - " + dayOfEra + " / 1460 + " + dayOfEra + " / 36524 - " + dayOfEra + " / 146096) / 365)"
	dayOfYear := "(" + dayOfEra + " - (365 * " + yearOfEra + " + " + yearOfEra + " / 4 - " + yearOfEra + " / 100))"
	monthFromMarch := "((5 * " + dayOfYear + " + 2) / 153)"
	dayOfMonth := "(" + dayOfYear + " - (153 * " + monthFromMarch + " + 2) / 5)"
	return civilMonth{
		number: "((" + yearOfEra + " + " + era + " * 400) * 12 + " + monthFromMarch + " + 2)",
		month:  "((" + day + " - " + dayOfMonth + ") * " + msOfDay + " - " + msTo1970 + ")",
	}
}
