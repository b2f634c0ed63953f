package store

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// related loads the articles about the same matter as each article, best first.
//
// Each shared official counts 3 points, a topic 2, a country 1, and nearness in time up
// to one more, which falls to nothing over a year. Scores are in whole days, so that
// every database ranks alike. Of equals, the nearer in time comes first. Only one of
// several translations is kept.
func related(r *reading, nodes []*model.Article, relation *model.Relation) error {
	most, err := model.Count("first", relation.Args.First, 5, 20)
	if err != nil {
		return err
	}
	if known, err := r.relatedFromSets(nodes, relation, most); known || err != nil {
		return err
	}
	n := nounOf[model.Article](r.nouns)
	days := "(ABS(COALESCE(n.published_at, n.created_at) - COALESCE(origin.published_at, origin.created_at)) / 86400000)"
	statement := sql.Join(" ",
		sql.Text("WITH near AS ("), near(r, n.keysOf(nodes)), sql.Text("), shared AS ("),
		sql.Text("SELECT parent, other, "+weight()+" AS points FROM near WHERE other <> parent), scored AS ("),
		sql.Text("SELECT shared.parent, n.id, n.translation_of, CASE WHEN n.language = origin.language THEN 0 ELSE 1 END AS foreign_language, "+days+" AS days,"),
		sql.Text("shared.points * 365 + CASE WHEN "+days+" < 365 THEN 365 - "+days+" ELSE 0 END AS score"),
		sql.Text("FROM shared JOIN articles n ON n.id = shared.other JOIN articles origin ON origin.id = shared.parent WHERE shared.points > 0 AND n.translation_of <> origin.translation_of AND"),
		seenArticles(r.view), sql.Text("), chosen AS ("),
		sql.Text("SELECT *, ROW_NUMBER() OVER (PARTITION BY parent, translation_of ORDER BY foreign_language, score DESC, id) AS choice FROM scored), placed AS ("),
		sql.Text("SELECT *, ROW_NUMBER() OVER (PARTITION BY parent ORDER BY score DESC, days, id DESC) AS place FROM chosen WHERE choice = 1)"),
		sql.Text("SELECT placed.parent, "+n.selects(relation.Plan)+" FROM placed JOIN articles n ON n.id = placed.id"),
		sql.Text("WHERE placed.place <= ? ORDER BY placed.parent, placed.place", most))
	var rows []row[model.Article]
	if err := r.Scan(&rows, statement); err != nil {
		return err
	}
	return hangFamilies(r, nodes, relation, rows)
}

// near are the pairs of articles that share a tag. Only the nearest are considered. For
// readers these are the articles before and after in the timeline of each tag; a topic's
// timeline includes the articles below it, so some pairs share nothing and weigh 0. For
// editors, whose drafts are in no timeline, they are the articles written just before
// and after.
func near(r *reading, keys []int64) sql.Clause {
	var pairs []sql.Clause
	for _, t := range taggings() {
		for _, walk := range nearestOf(r, t) {
			pairs = append(pairs, sql.Join(" ",
				sql.Text("SELECT origin.id AS parent, n.id AS other"),
				r.engine.Walks(sql.Text("articles origin JOIN "+t.links+" l ON l.article_id = origin.id"), "articles", walk),
				r.among("origin.id", keys).Wrap("AND ", "")))
		}
	}
	return sql.Join(" UNION ", pairs...) // once each, however many links they share
}

// nearestOf are the walks from an article along one of its links l.
func nearestOf(r *reading, t tagging) []sql.Clause {
	var walks []sql.Clause
	if r.view.Drafts {
		key, copyKey := articleKeyOf("origin.id"), copyKeyOf(articleKeyOf("origin.id"))
		for _, way := range []struct{ from, order string }{
			{"> 0 AND neighbour.article_id <= " + key, "DESC"},
			{">= " + key, "ASC"},
			{"<= " + copyKey, "DESC"},
			{"< 0 AND neighbour.article_id >= " + copyKey, "ASC"}, // working copies
		} {
			walks = append(walks, sql.Text(fmt.Sprintf("SELECT neighbour.article_id FROM %[1]s neighbour WHERE neighbour.%[2]s = l.%[2]s AND neighbour.article_id %[3]s ORDER BY neighbour.article_id %[4]s LIMIT %[5]d",
				t.links, t.column, way.from, way.order, nearest)))
		}
		return walks
	}
	for _, way := range []struct{ compare, order string }{{"<=", "DESC"}, {">=", "ASC"}} {
		walks = append(walks, sql.Text(fmt.Sprintf("SELECT t.article_id FROM timeline t WHERE t.owner_type = ? AND t.owner_id = l.%s AND t.published_at %s COALESCE(origin.published_at, origin.created_at)"+
			" ORDER BY t.published_at %[3]s, t.article_id %[3]s LIMIT %[4]d", t.column, way.compare, way.order, nearest), t.node))
	}
	return walks
}

// nearest is how many articles before and after are considered for each tag.
const nearest = 50

// weight is an expression for how much two articles have in common.
func weight() string {
	sums := make([]string, 0, 3)
	for _, t := range taggings() {
		sums = append(sums, fmt.Sprintf("%[3]d * (SELECT COUNT(*) FROM %[1]s ours JOIN %[1]s theirs ON theirs.%[2]s = ours.%[2]s WHERE ours.article_id = near.parent AND theirs.article_id = near.other)",
			t.links, t.column, t.points))
	}
	return strings.Join(sums, " + ")
}
