package store

import (
	"fmt"
	"time"

	"github.com/diwan-cms/diwan/model"
)

// facets counts the whole list of each parent, one statement for each facet
// that the plan asks for, and hangs the counts on the connections.
func facets(r *reading, l list, answers map[int64]*model.ArticleConnection, plan *model.Plan) error {
	if plan == nil {
		return nil
	}
	for _, relation := range plan.Relations {
		if err := facet(r, l, answers, relation); err != nil {
			return err
		}
	}
	return nil
}

func facet(r *reading, l list, answers map[int64]*model.ArticleConnection, relation *model.Relation) error {
	switch relation.Field {
	case "countries":
		return nodeFacet(r, l, answers, relation, countries(), "article_countries", "country_id", "country",
			func(c *model.Country, count int) *model.CountryFacet {
				return &model.CountryFacet{Country: c, Count: count}
			})
	case "topics":
		return nodeFacet(r, l, answers, relation, topics(), "article_topics", "topic_id", "topic",
			func(t *model.Topic, count int) *model.TopicFacet { return &model.TopicFacet{Topic: t, Count: count} })
	case "officials":
		return nodeFacet(r, l, answers, relation, officials(), "article_officials", "official_id", "official",
			func(o *model.Official, count int) *model.OfficialFacet {
				return &model.OfficialFacet{Official: o, Count: count}
			})
	case "languages":
		return languageFacet(r, l, answers, relation)
	case "months":
		return monthFacet(r, l, answers, relation)
	}
	return fmt.Errorf("articles have no facet %s", relation.Field)
}

// counted is a value of a facet, and how many articles of the parent's list have it.
type counted[V any] struct {
	Parent int64
	Value  V
	Count  int
}

// counts counts the articles of each parent's list by an expression, the most
// first, and keeps the first of them.
func counts[V any](r *reading, l list, answers map[int64]*model.ArticleConnection, join_, value string, where clause, orderBy string, most int) (map[int64][]counted[V], error) {
	parents := make([]int64, 0, len(answers))
	for parent := range answers {
		parents = append(parents, parent)
	}
	var rows []counted[V]
	grouped := join(" ",
		sql("SELECT p.value AS parent, "+value+" AS value, COUNT(*) AS count FROM "+r.store.dialect.keys()+" p CROSS JOIN "+l.from+" "+join_+" WHERE",
			r.store.dialect.keysArg(distinct(parents))),
		both(l.where, where), sql("GROUP BY p.value, "+value))
	placed := grouped.in("SELECT g.*, ROW_NUMBER() OVER (PARTITION BY g.parent ORDER BY "+orderBy+") AS place FROM (", ") g")
	err := r.scan(&rows, join(" ", placed.in("SELECT parent, value, count FROM (", ") ranked"), sql("WHERE place <= ? ORDER BY parent, place", most)))
	of := make(map[int64][]counted[V], len(answers))
	for _, row := range rows {
		of[row.Parent] = append(of[row.Parent], row)
	}
	return of, err
}

const mostFirst = "g.count DESC, g.value"

func nodeFacet[T, F any](r *reading, l list, answers map[int64]*model.ArticleConnection, relation *model.Relation, n noun[T], links, column, field string, make_ func(*T, int) *F) error {
	most, err := model.Count("first", relation.Args.First, 10, model.MaxPage)
	if err != nil {
		return err
	}
	of, err := counts[int64](r, l, answers, "JOIN "+links+" v ON v.article_id = n.id", "v."+column, always(), mostFirst, most)
	if err != nil {
		return err
	}
	var nodes map[int64]*T
	if node := relation.Plan.Relation(field); node != nil {
		var keys []int64
		for _, list := range of {
			for _, one := range list {
				keys = append(keys, one.Value)
			}
		}
		if nodes, err = byKeys(r, n, distinct(keys), node.Plan); err != nil {
			return err
		}
	}
	for parent, answer := range answers {
		list := make([]*F, 0, len(of[parent]))
		for _, one := range of[parent] {
			list = append(list, make_(nodes[one.Value], one.Count))
		}
		answer.Facets.Hang(relation.Key, list)
	}
	return nil
}

func languageFacet(r *reading, l list, answers map[int64]*model.ArticleConnection, relation *model.Relation) error {
	of, err := counts[model.Language](r, l, answers, "", "n.language", always(), mostFirst, maxLanguages)
	if err != nil {
		return err
	}
	for parent, answer := range answers {
		list := make([]*model.LanguageFacet, 0, len(of[parent]))
		for _, one := range of[parent] {
			list = append(list, &model.LanguageFacet{Language: one.Value, Count: one.Count})
		}
		answer.Facets.Hang(relation.Key, list)
	}
	return nil
}

const maxLanguages = 1000

// monthFacet counts by month. Instants are numbers, which databases do not know
// as dates alike: days since 1970 become months by the civil calendar's
// arithmetic, in whole numbers.
func monthFacet(r *reading, l list, answers map[int64]*model.ArticleConnection, relation *model.Relation) error {
	most, err := model.Count("first", relation.Args.First, 12, model.MaxPage)
	if err != nil {
		return err
	}
	of, err := counts[int64](r, l, answers, "", monthOf("n.published_at"), sql("n.published_at IS NOT NULL"), "g.value DESC", most)
	if err != nil {
		return err
	}
	for parent, answer := range answers {
		list := make([]*model.MonthFacet, 0, len(of[parent]))
		for _, one := range of[parent] {
			month := time.Date(int(one.Value/12), time.Month(one.Value%12)+1, 1, 0, 0, 0, 0, time.UTC)
			list = append(list, &model.MonthFacet{Month: model.PartialDate(month.Format("2006-01")), Count: one.Count})
		}
		answer.Facets.Hang(relation.Key, list)
	}
	return nil
}

// monthOf is the month of an instant as year*12 + month, January 0, by Howard
// Hinnant's days-to-civil algorithm (https://howardhinnant.github.io/date_algorithms.html),
// for which all divisions round down and days start at 0000-03-01: positive for
// every instant that the API accepts.
func monthOf(instant string) string {
	const msOfDay, daysTo1970 = "86400000", "719468"
	day := "((" + instant + " + " + daysTo1970 + " * " + msOfDay + ") / " + msOfDay + ")"
	era := "(" + day + " / 146097)"
	dayOfEra := "(" + day + " - " + era + " * 146097)"
	yearOfEra := "((" + dayOfEra + " - " + dayOfEra + " / 1460 + " + dayOfEra + " / 36524 - " + dayOfEra + " / 146096) / 365)"
	dayOfYear := "(" + dayOfEra + " - (365 * " + yearOfEra + " + " + yearOfEra + " / 4 - " + yearOfEra + " / 100))"
	monthFromMarch := "((5 * " + dayOfYear + " + 2) / 153)"
	return "((" + yearOfEra + " + " + era + " * 400) * 12 + " + monthFromMarch + " + 2)"
}
