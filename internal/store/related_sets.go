package store

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// neighbourhood is an article, and the articles near it in the timelines of its tags, the
// best related first.
type neighbourhood struct {
	article *model.Article
	tags    []sharedTag
	near    []neighbour // the best first
}

// neighbour is an article near another, with its score and how many days lie between them.
type neighbour struct {
	placed
	days int64
}

// closer compares what is better related: of equals, what is nearer in time.
func closer(a, b neighbour) int {
	return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.days, b.days), cmp.Compare(b.key, a.key))
}

// sharedTag is a tag of an article: all articles that have it, and what it counts.
type sharedTag struct {
	articles sets.Set
	points   int64
}

// relatedFromSets is related for readers whose articles are known: what articles share is
// looked up in memory. known is false where they are not, or where an article is a version
// that readers do not see.
func (r *reading) relatedFromSets(nodes []*model.Article, relation *model.Relation, most int) (known bool, err error) {
	articles, err := r.readersArticles()
	if articles == nil || err != nil {
		return false, err
	}
	of := make(map[int64]*neighbourhood, len(nodes))
	for _, node := range nodes {
		if !articles.All.Has(node.Key) || node.PublishedAt == nil {
			return false, nil
		}
		of[node.Key] = &neighbourhood{article: node}
	}
	if err := r.readNear(of, articles); err != nil {
		return true, err
	}
	best, err := r.bestRelated(of, articles, most)
	if err != nil {
		return true, err
	}
	rows, err := r.relatedRows(nodes, best, relation.Plan)
	if err != nil {
		return true, err
	}
	return true, hangFamilies(r, nodes, relation, rows)
}

// readNear reads the tags of the articles, and scores what is near them; see related.
func (r *reading) readNear(of map[int64]*neighbourhood, articles *sets.Articles) error {
	type nearTag struct {
		Parent, Tag    int64
		Earlier, Later string
	}
	parents := sortedKeys(of)
	found := make([][]nearTag, len(taggings()))
	loads := make([]func() error, len(found))
	for i, t := range taggings() {
		loads[i] = func() error {
			return r.Scan(&found[i], sql.Join("", sql.Text("SELECT l.article_id AS parent, l."+t.column+" AS tag, "),
				r.listedNear(t, "<=", "DESC"), sql.Text(" AS earlier, "), r.listedNear(t, ">=", "ASC"),
				sql.Text(" AS later FROM articles origin JOIN "+t.links+" l ON l.article_id = origin.id WHERE "), r.among("origin.id", parents)))
		}
	}
	if err := r.Together(loads...); err != nil {
		return err
	}
	near := make(map[int64][]nearby, len(of))
	for i, t := range taggings() {
		for _, one := range found[i] {
			n := of[one.Parent]
			n.tags = append(n.tags, sharedTag{articles.In(sets.Group{Kind: string(t.owner()), Key: one.Tag}), int64(t.points)})
			for _, list := range []string{one.Earlier, one.Later} {
				var err error
				if near[one.Parent], err = appendNearby(near[one.Parent], list); err != nil {
					return err
				}
			}
		}
	}
	for parent, n := range of {
		if err := n.score(near[parent]); err != nil {
			return err
		}
	}
	return nil
}

// nearby is an article near another one, and how many days are between them.
type nearby struct{ key, days int64 }

const (
	day = 86_400_000 // milliseconds
	// nearbyDays is more than the days between any two dates.
	nearbyDays = 1 << 23
)

// listedNear lists the articles before or after the article origin in the timeline of its
// tag l, each as its key times nearbyDays, plus the days between them: one number takes
// databases less time than a text of two.
func (r *reading) listedNear(t tagging, compare, order string) sql.Clause {
	return sql.Text(fmt.Sprintf("COALESCE((SELECT %[1]s FROM (SELECT t.article_id * %[6]d + ABS(t.published_at - origin.published_at) / %[7]d AS nearby"+
		" FROM timeline t WHERE t.owner_type = ? AND t.owner_id = l.%[2]s AND t.published_at %[3]s origin.published_at ORDER BY t.published_at %[4]s, t.article_id %[4]s LIMIT %[5]d) near), '')",
		r.engine.Listed("near.nearby"), t.column, compare, order, nearest, nearbyDays, day), t.node)
}

func appendNearby(to []nearby, list string) ([]nearby, error) {
	for list != "" {
		var one string
		one, list, _ = strings.Cut(list, ",")
		number, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a list of articles near another: %w", err)
		}
		to = append(to, nearby{number / nearbyDays, number % nearbyDays})
	}
	return to, nil
}

// score scores what is near the article and shares a tag with it.
func (n *neighbourhood) score(near []nearby) error {
	const year = 365
	slices.SortFunc(near, func(a, b nearby) int { return cmp.Compare(a.key, b.key) })
	near = slices.Compact(near)
	keys := make([]int64, len(near))
	for i, one := range near {
		keys[i] = one.key
	}
	all, err := sets.Of(keys...)
	if err != nil {
		return err
	}
	points := make([]int64, len(near))
	for _, tag := range n.tags {
		at := 0
		for _, key := range tag.articles.And(all).Keys() {
			for keys[at] < key {
				at++
			}
			points[at] += tag.points
		}
	}
	n.near = make([]neighbour, 0, len(near))
	for i, one := range near {
		if points[i] > 0 && one.key != n.article.Key {
			n.near = append(n.near, neighbour{placed{one.key, points[i]*year + max(0, year-one.days)}, one.days})
		}
	}
	slices.SortFunc(n.near, closer)
	return nil
}

// bestRelated are the keys of the articles that are best related to each. Of translations,
// which may score differently, it keeps one: it looks up those of the best alone, and of
// more where that was not enough.
func (r *reading) bestRelated(of map[int64]*neighbourhood, articles *sets.Articles, most int) (map[int64][]int64, error) {
	best := make(map[int64][]int64, len(of))
	for depth := 3 * most; len(best) < len(of); depth *= 4 {
		var keys []int64
		for parent, n := range of {
			if _, done := best[parent]; done {
				continue
			}
			for _, one := range n.near[:min(depth, len(n.near))] {
				keys = append(keys, one.key)
			}
		}
		var members []struct{ ID, TranslationOf int64 }
		err := r.Scan(&members, r.among("top.id", distinct(keys)).Wrap("SELECT n.id, n.translation_of FROM articles n WHERE n.public AND n.translation_of IN (SELECT top.translation_of FROM articles top WHERE ", ")"))
		if err != nil {
			return nil, err
		}
		groups := make(map[int64]int64, len(members))
		for _, one := range members {
			groups[one.ID] = one.TranslationOf
		}
		for parent, n := range of {
			if chosen, enough := n.choose(groups, articles, depth, most); enough {
				best[parent] = chosen
			}
		}
	}
	return best, nil
}

// choose chooses one article of each group of translations, in the language of the article
// if it can, and returns the best of them. groups are known of the first depth articles;
// enough means that no other can be among the best.
func (n *neighbourhood) choose(groups map[int64]int64, articles *sets.Articles, depth, most int) (keys []int64, enough bool) {
	same := articles.In(sets.Group{Kind: sets.Language, Text: string(n.article.Language)})
	foreign := func(key int64) int {
		if same.Has(key) {
			return 0
		}
		return 1
	}
	choice := map[int64]neighbour{}
	for _, one := range n.near {
		group, known := groups[one.key]
		if !known || group == n.article.TranslationOf {
			continue
		}
		other, there := choice[group]
		if !there || cmp.Or(cmp.Compare(foreign(one.key), foreign(other.key)), cmp.Compare(other.value, one.value), cmp.Compare(one.key, other.key)) < 0 {
			choice[group] = one
		}
	}
	chosen := make([]neighbour, 0, len(choice))
	for _, one := range choice {
		chosen = append(chosen, one)
	}
	slices.SortFunc(chosen, closer)
	enough = depth >= len(n.near) || len(chosen) >= most && closer(chosen[most-1], n.near[depth-1]) <= 0
	for _, one := range chosen[:min(most, len(chosen))] {
		keys = append(keys, one.key)
	}
	return keys, enough
}

// relatedRows reads the rows of what is related to each node, in their order.
func (r *reading) relatedRows(nodes []*model.Article, best map[int64][]int64, plan *model.Plan) ([]row[model.Article], error) {
	var keys []int64
	for _, list := range best {
		keys = append(keys, list...)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	var found []row[model.Article]
	err := r.Scan(&found, sql.Join("", sql.Text("SELECT "+nounOf[model.Article](r.nouns).selects(plan)+" FROM articles n WHERE "), r.among("n.id", distinct(keys))))
	if err != nil {
		return nil, err
	}
	read := make(map[int64]row[model.Article], len(found))
	for _, one := range found {
		read[one.Node.Key] = one
	}
	var rows []row[model.Article]
	done := map[int64]bool{} // a node may be given twice
	for _, node := range nodes {
		if done[node.Key] {
			continue
		}
		done[node.Key] = true
		for _, key := range best[node.Key] {
			one, there := read[key]
			if !there {
				return nil, fmt.Errorf("article %d, which is related to %d, is missing", key, node.Key)
			}
			one.Parent = node.Key
			rows = append(rows, one)
		}
	}
	return rows, nil
}
