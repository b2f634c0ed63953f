package store

import (
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

// related loads the articles on the same matter as each article, best first.
//
// A point is worth a year: 3 for an official in common, 2 for a topic, 1 for a
// country, and up to one more for nearness in time. Whole numbers of days, so
// that every database ranks alike. Of several translations only one is kept.
func related(r *reading, nodes []*model.Article, relation *model.Relation) error {
	most, err := model.Count("first", relation.Args.First, 5, 20)
	if err != nil {
		return err
	}
	links := join(" UNION ALL ", // each a walk of indexes from the articles at hand
		inCommon(r, nodes, "article_officials", "official_id", 3),
		inCommon(r, nodes, "article_topics", "topic_id", 2),
		inCommon(r, nodes, "article_countries", "country_id", 1))
	days := "(ABS(COALESCE(n.published_at, n.created_at) - COALESCE(m.published_at, m.created_at)) / 86400000)"
	statement := join(" ",
		sql("WITH links AS ("), links, sql("), shared AS ("),
		sql("SELECT parent, other, SUM(points) AS points FROM links GROUP BY parent, other), scored AS ("),
		sql("SELECT s.parent, n.id, n.translation_of, CASE WHEN n.language = m.language THEN 0 ELSE 1 END AS foreign_language,"),
		sql("s.points * 365 + CASE WHEN "+days+" < 365 THEN 365 - "+days+" ELSE 0 END AS score"),
		sql("FROM shared s JOIN articles n ON n.id = s.other JOIN articles m ON m.id = s.parent WHERE n.translation_of <> m.translation_of AND"),
		visible(r, articles()), sql("), chosen AS ("),
		sql("SELECT *, ROW_NUMBER() OVER (PARTITION BY parent, translation_of ORDER BY foreign_language, score DESC, id) AS choice FROM scored), placed AS ("),
		sql("SELECT *, ROW_NUMBER() OVER (PARTITION BY parent ORDER BY score DESC, id DESC) AS place FROM chosen WHERE choice = 1)"),
		sql("SELECT c.parent, "+articles().selects(relation.Plan)+" FROM placed c JOIN articles n ON n.id = c.id"),
		sql("WHERE c.place <= ? ORDER BY c.parent, c.place", most))
	var rows []row[model.Article]
	if err := r.scan(&rows, statement); err != nil {
		return err
	}
	found, of := families(articles(), rows)
	if err := below(r, articles(), found, relation.Plan); err != nil {
		return err
	}
	for _, node := range nodes {
		list := of[node.Key]
		if list == nil {
			list = []*model.Article{}
		}
		node.Hang(relation.Key, list)
	}
	return nil
}

// inCommon are the other articles that have a link in common with each article,
// once for each link.
func inCommon(r *reading, nodes []*model.Article, links, column string, points int) clause {
	return r.amongKeys("a.article_id", keysOf(articles(), nodes)).
		in(fmt.Sprintf("SELECT a.article_id AS parent, b.article_id AS other, %[3]d AS points FROM %[1]s a JOIN %[1]s b ON b.%[2]s = a.%[2]s AND b.article_id <> a.article_id WHERE ",
			links, column, points), "")
}
