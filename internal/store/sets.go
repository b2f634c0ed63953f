package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// loadSets loads the sets, unless the newsroom is small.
func (s *Store) loadSets(ctx context.Context) error {
	return s.read(database.Quietly(ctx), View{}, func(r *reading) error {
		now, err := r.moment()
		if err != nil || now.Position < s.sets.from {
			return err
		}
		articles, err := r.loadArticles()
		if err == nil {
			s.sets.keep(now.Position, articles)
		}
		return err
	})
}

// moment reads at which moment the snapshot was taken.
func (r *reading) moment() (moment, error) {
	if r.now == nil {
		var now moment
		err := r.Scan(&now, sql.Text("SELECT COALESCE(MAX(id), 0) AS position, COALESCE((SELECT value FROM search_state WHERE name = ?), 0) AS rebuilt FROM changes WHERE readers", reindexClock))
		if err != nil {
			return now, err
		}
		r.now = &now
	}
	return *r.now, nil
}

// readersArticles returns the articles that readers see in the snapshot; nil if they are not
// known, or the view shows others.
func (r *reading) readersArticles() (*sets.Articles, error) {
	if r.view.Drafts || r.view.PreviewOnly {
		return nil, nil //nolint:nilnil // both are answers
	}
	if !r.sets.loaded() { // before any statement
		r.sets.want()
		return nil, nil //nolint:nilnil // see above
	}
	now, err := r.moment()
	if err != nil {
		return nil, err
	}
	known := r.sets.before(now.Position)
	if known == nil || known.at == now.Position {
		return known.orNil(), nil
	}
	changed, err := r.changedSince(known.at)
	if err != nil {
		return nil, err
	}
	if changed.many {
		r.sets.want()
		return nil, nil //nolint:nilnil // see above
	}
	articles, err := r.broughtForward(known.articles, changed)
	if err == nil {
		r.sets.keep(now.Position, articles)
	}
	return articles, err
}

func (k *knownArticles) orNil() *sets.Articles {
	if k == nil {
		return nil
	}
	return k.articles
}

func (r *reading) changedSince(position int64) (changedNodes, error) {
	if known, there := r.since[position]; there {
		return known, nil
	}
	var rows []struct {
		NodeType model.NodeType
		NodeID   int64
	}
	err := r.Scan(&rows, sql.Join(" ", sql.Text("SELECT change.node_type, change.node_id FROM changes change WHERE change.readers AND change.id > ? ORDER BY change.id", position), sql.Limit(catchUp+1)))
	c := changedNodes{many: len(rows) > catchUp}
	for _, row := range rows {
		switch row.NodeType {
		case model.NodeArticle:
			c.articles = append(c.articles, row.NodeID)
		case model.NodeTopic:
			c.topics, c.others = true, true
		default:
			c.others = true
		}
	}
	c.articles = distinct(c.articles)
	if err == nil {
		if r.since == nil {
			r.since = map[int64]changedNodes{}
		}
		r.since[position] = c
	}
	return c, err
}

// broughtForward are the articles after changes.
func (r *reading) broughtForward(articles *sets.Articles, changed changedNodes) (*sets.Articles, error) {
	if len(changed.articles) > 0 {
		var tagged []struct {
			Kind         string
			Key, Article int64
		}
		var seen []struct {
			ID          int64
			Language    string
			PublishedAt int64
		}
		err := r.Together(
			func() error {
				return r.Scan(&tagged, sql.Join("", sql.Text("SELECT t.owner_type AS kind, t.owner_id AS key, t.article_id AS article FROM timeline t WHERE "), r.among("t.article_id", changed.articles), sql.Text(" AND t."+ofReaders)))
			},
			func() error {
				return r.Scan(&seen, sql.Join("", sql.Text("SELECT n.id, n.language, n.published_at FROM articles n WHERE n.public AND "), r.among("n.id", changed.articles)))
			},
		)
		if err != nil {
			return nil, err
		}
		now := map[sets.Group][]int64{}
		add := func(group sets.Group, key int64) { now[group] = append(now[group], key) }
		for _, row := range tagged {
			add(sets.Group{Kind: row.Kind, Key: row.Key}, row.Article)
		}
		for _, row := range seen {
			add(sets.Group{Kind: sets.Language, Text: row.Language}, row.ID)
			add(sets.Group{Kind: sets.Month, Key: sets.MonthOf(row.PublishedAt)}, row.ID)
		}
		if articles, err = articles.Changed(changed.articles, now); err != nil {
			return nil, err
		}
	}
	if changed.topics {
		return r.withTopics(articles)
	}
	return articles, nil
}

// withTopics adds to the articles of each topic those of the topics below.
func (r *reading) withTopics(articles *sets.Articles) (*sets.Articles, error) {
	var tree []struct{ Above, Below int64 }
	if err := r.Scan(&tree, sql.Text("SELECT tree.ancestor_id AS above, tree.descendant_id AS below FROM topic_tree tree")); err != nil {
		return nil, err
	}
	of := map[sets.Group]sets.Set{}
	for _, row := range tree {
		above := sets.Group{Kind: string(model.NodeTopic), Key: row.Above}
		of[above] = of[above].With(articles.In(sets.Group{Kind: string(topicItself), Key: row.Below}))
	}
	return articles.Replaced(string(model.NodeTopic), of), nil
}

// listed returns the articles of a list for each parent, and all articles to count them
// among; nil if these are not known.
func (r *reading) listed(l wholeList, parents []int64) (map[int64]sets.Set, *sets.Articles, error) {
	articles, err := r.readersArticles()
	if articles == nil || err != nil {
		return nil, nil, err
	}
	of := make(map[int64]sets.Set, len(parents))
	switch {
	case l.everything:
		for _, parent := range parents {
			of[parent] = articles.All
		}
	case l.unfiltered && l.owner != "":
		for _, parent := range parents {
			of[parent] = articles.In(sets.Group{Kind: string(l.owner), Key: cmp.Or(l.ownerKey, parent)})
		}
	default:
		of, err = r.list(l, parents)
	}
	return of, articles, err
}

// list returns a list for each parent as it was kept, brought forward by what changed
// since, or else reads it. Lists depend on the articles in them alone while no other node
// changes.
func (r *reading) list(l wholeList, parents []int64) (map[int64]sets.Set, error) {
	now, err := r.moment()
	if err != nil {
		return nil, err
	}
	from := l.from // joined adds rows that nothing asks for
	name := fmt.Sprintf("%s|%s|%s|%v|%v|%v", l.key, from.SQL, l.where.SQL, from.Args, l.where.Args, parents)
	kept, there := r.sets.list(name)
	if there && kept.at == now {
		return kept.of, nil
	}
	next := keptList{at: now}
	var changed changedNodes
	there = there && kept.at.Position < now.Position && kept.at.Rebuilt == now.Rebuilt
	if there {
		if changed, err = r.changedSince(kept.at.Position); err != nil {
			return nil, err
		}
	}
	if there && !changed.many && !changed.others {
		next.of, err = r.listForward(l, from, kept.of, changed.articles)
	} else {
		next.of, err = r.listedKeys(from, l.where, l.key, parents)
	}
	if err == nil {
		r.sets.keepList(name, next)
	}
	return next.of, err
}

// listForward are the lists after some articles changed.
func (r *reading) listForward(l wholeList, from sql.Clause, of map[int64]sets.Set, changed []int64) (map[int64]sets.Set, error) {
	parents := slices.Collect(maps.Keys(of))
	now, err := r.listedKeys(from, sql.All(l.where, r.among(l.key, changed)), l.key, parents)
	if err != nil {
		return nil, err
	}
	gone, err := sets.Of(changed...)
	if err != nil {
		return nil, err
	}
	for parent, set := range of {
		now[parent] = set.Without(gone).With(now[parent])
	}
	return now, nil
}

// loadArticles loads the articles of each tag, language and month.
func (r *reading) loadArticles() (*sets.Articles, error) {
	groups := map[sets.Group]sets.Set{}
	for _, t := range taggings() {
		if err := r.loadTags(groups, t); err != nil {
			return nil, err
		}
	}
	var languages []struct{ Value string }
	if err := r.Scan(&languages, everyLanguage(r.engine.Keys("p", []int64{0}))); err != nil {
		return nil, err
	}
	for _, language := range languages {
		if err := r.loadLanguage(groups, language.Value); err != nil {
			return nil, err
		}
	}
	return r.withTopics(sets.New(groups))
}

// loadedAtOnce is about how many keys one statement of a load returns.
const loadedAtOnce = 100_000

func (r *reading) loadTags(groups map[sets.Group]sets.Set, t tagging) error {
	var owners []struct{ ID, Articles int64 }
	err := r.Scan(&owners, sql.Text("SELECT n.id, COALESCE((SELECT uses.articles FROM node_uses uses WHERE uses.node_type = ? AND uses.node_id = n.id), 0) AS articles FROM "+t.table+" n", t.owner()))
	if err != nil {
		return err
	}
	var keys []int64
	sum := int64(0)
	for i, owner := range owners {
		keys, sum = append(keys, owner.ID), sum+owner.Articles
		if sum < loadedAtOnce && i+1 < len(owners) {
			continue
		}
		of, err := r.listedKeys(sql.Text("timeline t"), sql.Text("t.owner_type = ? AND t.owner_id = p.value", t.owner()), "t.article_id", keys)
		if err != nil {
			return err
		}
		for key, set := range of {
			groups[sets.Group{Kind: string(t.owner()), Key: key}] = set
		}
		keys, sum = keys[:0], 0
	}
	return nil
}

// loadLanguage loads the articles of a language, month by month from the last one.
func (r *reading) loadLanguage(groups map[sets.Group]sets.Set, language string) error {
	for before := int64(math.MaxInt64); ; {
		var latest *int64
		err := r.Scan(&latest, sql.Text("SELECT MAX(n.published_at) FROM articles n WHERE n.public = TRUE AND n.language = ? AND n.published_at < ?", language, before))
		if err != nil || latest == nil {
			return err
		}
		first := sets.BeginOfMonth(*latest)
		of, err := r.listedKeys(sql.Text("articles n"), sql.Text("n.public = TRUE AND n.language = ? AND n.published_at >= ? AND n.published_at < ?", language, first, before), "n.id", []int64{0})
		if err != nil {
			return err
		}
		for _, group := range []sets.Group{{Kind: sets.Language, Text: language}, {Kind: sets.Month, Key: sets.MonthOf(*latest)}} {
			groups[group] = groups[group].With(of[0])
		}
		before = first
	}
}

// everyLanguage are the counts of all languages. It looks for one language after the
// other in their index, and counts there.
func everyLanguage(parents sql.Clause) sql.Clause {
	return sql.Join("", sql.Text("WITH RECURSIVE spoken(language) AS (SELECT MIN(n.language) FROM articles n WHERE n.public = TRUE UNION ALL"+
		" SELECT (SELECT MIN(n.language) FROM articles n WHERE n.public = TRUE AND n.language > spoken.language) FROM spoken WHERE spoken.language IS NOT NULL)"+
		" SELECT p.value AS parent, spoken.language AS value, (SELECT COUNT(*) FROM articles n WHERE n.public = TRUE AND n.language = spoken.language) AS count FROM "), parents,
		sql.Text(" CROSS JOIN spoken WHERE spoken.language IS NOT NULL"))
}

// listedKeys reads a list for each parent p: the keys in its rows.
func (r *reading) listedKeys(from, where sql.Clause, key string, parents []int64) (map[int64]sets.Set, error) {
	var rows []struct {
		Parent int64
		Keys   string
	}
	err := r.Scan(&rows, sql.Join("", sql.Join(" ", from.Wrap("SELECT p.value AS parent, COALESCE((SELECT "+r.engine.Listed(key)+" FROM ", " WHERE"), where),
		r.engine.Keys("p", parents).Wrap("), '') AS keys FROM ", "")))
	if err != nil {
		return nil, err
	}
	of := make(map[int64]sets.Set, len(rows))
	for _, row := range rows {
		if of[row.Parent], err = sets.Parse(row.Keys); err != nil {
			return nil, err
		}
	}
	return of, nil
}
