package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// findTags finds the tags that meet the needs by one of their names.
func (r searcher) findTags(s *searching) error {
	s.tags = make([][]string, len(s.Needs)+len(s.Without))
	var parts []sql.Clause
	needs := slices.Concat(s.Needs, s.Without)
	var kinds []int64 // of the nouns that articles are tagged with
	for _, t := range taggings() {
		kinds = append(kinds, int64(r.nouns.kindOf(t.node)))
	}
	for i, need := range needs {
		if !need.Optional {
			named := sql.All(r.engine.Matching(nodeIndex, meets(need)), r.among(indexKindOf("x.rowid"), kinds))
			parts = append(parts, sql.Join(" ", sql.Text("SELECT CAST(? AS BIGINT) AS need, named.rowid FROM (SELECT x.rowid FROM node_index x WHERE", i), named, sql.Limit(max(4, namesakes/len(needs))).Wrap("ORDER BY x.rowid ", ") named")))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	var rows []struct {
		Need  int
		Rowid int64
	}
	err := r.Scan(&rows, sql.Join(" UNION ALL ", parts...))
	for _, row := range rows {
		id := r.nouns.nodeAt(indexKey(row.Rowid))
		s.tags[row.Need] = append(s.tags[row.Need], r.nouns.tagKey(id.Type, id.Key))
	}
	return err
}

// occurrences counts, up to common, the articles and nodes that the request may see and
// that meet each need.
func (r searcher) occurrences(needs []needed, in scope) ([]int, error) {
	var parts []sql.Clause
	count := func(i int, from sql.Clause) {
		parts = append(parts, sql.Join("", sql.Text("SELECT CAST(? AS BIGINT) AS need, COUNT(*) AS count FROM (SELECT 1 AS one FROM ", i), from, sql.Limit(common).Wrap(" ", ") counted")))
	}
	counts := make([]int, len(needs))
	var known *sets.Articles
	if in.articles {
		ofArticles := make([]match.Expression, len(needs))
		for i, need := range needs {
			ofArticles[i] = need.articles
		}
		found, articles, err := r.matching(ofArticles...)
		if err != nil {
			return nil, err
		}
		known = articles
		for i, set := range found {
			counts[i] = min(common, in.inLanguage(set, articles).Len())
		}
	}
	for i, need := range needs {
		if in.articles && known == nil {
			count(i, r.articlesFound(need.articles, in.language))
		}
		if len(in.nodes) > 0 {
			count(i, r.nodesFound(need.nodes, in))
		}
	}
	if len(parts) == 0 {
		return counts, nil
	}
	var rows []struct{ Need, Count int }
	err := r.Scan(&rows, sql.Join(" UNION ALL ", parts...))
	for _, row := range rows {
		counts[row.Need] += row.Count
	}
	return counts, err
}

// articlesFound are tables and conditions: the articles n that the request may see,
// found through the row x of the index, and that meet the filters.
func (r searcher) articlesFound(e match.Expression, language *model.Language, filters ...sql.Clause) sql.Clause {
	where := []sql.Clause{r.engine.Matching(articleIndex, e), sql.Text("n.id = x.rowid"), seenArticles(r.view), sql.All(filters...)}
	if language != nil {
		where = append(where, sql.Text("n.language = ?", *language))
	}
	// CROSS: SQLite would start from all that are published.
	return sql.All(where...).Wrap("article_index x CROSS JOIN articles n WHERE ", "")
}

// nodesFound are tables and conditions: the rows x of the index of nodes, of the types
// that are searched.
func (r searcher) nodesFound(e match.Expression, in scope) sql.Clause {
	return sql.All(r.engine.Matching(nodeIndex, e), r.among(indexKindOf("x.rowid"), in.kinds(r.nouns))).Wrap("node_index x WHERE ", "")
}

// raised is a table of the rows of an index that are found and whose score something
// raises, with the sum of the gains.
func (r searcher) raised(of string, base match.Expression, raises []raise) sql.Clause {
	if len(raises) == 0 {
		return sql.Text("(SELECT 0 AS rowid, 0 AS gain WHERE 1 = 0)")
	}
	parts := make([]sql.Clause, len(raises))
	for i, one := range raises {
		has := base
		if !one.has.Empty() {
			has = match.All(base, one.has)
		}
		parts[i] = sql.Join(" ", sql.Text("SELECT x.rowid, CAST(? AS BIGINT) AS gain FROM "+of+" x WHERE", one.gain), r.engine.Matching(of, has))
	}
	return sql.Join(" UNION ALL ", parts...).Wrap("(SELECT raising.rowid, CAST(SUM(raising.gain) AS BIGINT) AS gain FROM (", ") raising GROUP BY raising.rowid)")
}

// found holds for the articles n that the search finds.
func (r searcher) found(s *searching) sql.Clause {
	switch {
	case s.Blank:
		return sql.Always()
	case s.nothing:
		return sql.Never()
	case len(s.Needs) == 0: // nothing but exclusions
		return sql.Not(r.rowids(articleIndex, match.Any(s.unwanted()...)).Wrap("n.id IN (", ")"))
	}
	return r.rowids(articleIndex, s.base()).Wrap("n.id IN (", ")")
}

// foundList is a list of articles n that a search found, to be counted.
func foundList(l list) wholeList {
	return wholeList{list: l, published: "n.published_at", key: "n.id"}
}

// counted is everything that the search finds, to be counted: the rows of the index but
// those of unpublished articles, of which there are few, so that no article is looked up.
// Where that is not possible, it is the given list.
func (r searcher) counted(s *searching, f model.Filter, otherwise wholeList) (wholeList, error) {
	if r.view.Drafts || r.view.PreviewOnly || len(s.Needs) == 0 || s.nothing {
		return otherwise, nil
	}
	hidden := r.engine.Belongs("x.rowid", "hidden.id", "FROM articles hidden WHERE hidden.public = FALSE")
	return origin{
		from: "article_index x", joined: " JOIN articles n ON n.id = x.rowid",
		where:     sql.All(r.engine.Matching(articleIndex, s.base()), sql.Text("NOT "+hidden)),
		published: "n.published_at", key: "x.rowid",
	}.whole(r.reading, f)
}

func (r searcher) rowids(of string, e match.Expression) sql.Clause {
	return r.engine.Matching(of, e).Wrap("SELECT x.rowid FROM "+of+" x WHERE ", "")
}
