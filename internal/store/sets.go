package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// keptSets are the articles that readers see, by tag, language and month, and the lists that
// were counted last, all in memory. A reading uses what stands at its own position of the
// change log: what is older is brought forward by the changes since, which its snapshot
// has, and what is younger is of no use to it. So counts are exact on every server,
// whoever wrote. See docs/explanation/decisions/0020-sets.md.
type keptSets struct {
	// from is how many changes a newsroom has had before sets are worth their memory.
	from int64

	mu sync.Mutex
	// known are the last positions that were read at, the oldest first; empty until the
	// sets are loaded.
	known []knownArticles
	// lists are the lists that were counted last, by their statement.
	lists *simplelru.LRU[string, keptList]
	bytes int
	// loading is closed when the running load ends; nil if none runs. asked counts who
	// went without sets since the last load.
	loading chan struct{}
	asked   int

	ctx  context.Context //nolint:containedctx // of the loads in the background, until the store is closed
	stop context.CancelFunc
}

// moment is a position of the change log as readers see it, and what else lists depend
// on: how often the index was rebuilt.
type moment struct{ Position, Rebuilt int64 }

// knownArticles are the articles at a position.
type knownArticles struct {
	at       int64
	articles *sets.Articles
}

// keptList is a list for each parent, at a moment.
type keptList struct {
	at    moment
	of    map[int64]sets.Set
	bytes int
}

const (
	// manyChanges is how many changes a newsroom has had before it has sets: below that,
	// databases count in no time.
	manyChanges = 20_000
	// positions is how many positions are known at once, for readings that began a little
	// earlier than others.
	positions = 8
	// catchUp is up to how many changes sets are brought forward by. If there are more, they
	// are loaded again.
	catchUp = 2000
	// maxLists and maxListBytes bound the lists that are kept.
	maxLists     = 1000
	maxListBytes = 8 << 20
	// askedAgain is how many readings go without sets before a newsroom that was too small
	// is looked at again.
	askedAgain = 1000
)

func newKeptSets() *keptSets {
	k := &keptSets{from: manyChanges}
	k.ctx, k.stop = context.WithCancel(context.Background())
	k.lists, _ = simplelru.NewLRU(maxLists, func(_ string, l keptList) { k.bytes -= l.bytes }) // a size above zero is no error
	return k
}

// close ends the running load.
func (k *keptSets) close() {
	k.stop()
	k.mu.Lock()
	loading := k.loading
	k.mu.Unlock()
	if loading != nil {
		<-loading
	}
}

// before returns the last articles that are known at a position or before it; nil if none are.
func (k *keptSets) before(position int64) *knownArticles {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, known := range slices.Backward(k.known) {
		if known.at <= position {
			return &known
		}
	}
	return nil
}

// keep keeps the articles at a position.
func (k *keptSets) keep(at int64, articles *sets.Articles) {
	k.mu.Lock()
	defer k.mu.Unlock()
	place, there := slices.BinarySearchFunc(k.known, at, func(one knownArticles, at int64) int { return cmp.Compare(one.at, at) })
	if there {
		return
	}
	k.known = slices.Insert(k.known, place, knownArticles{at, articles})
	if len(k.known) > positions {
		k.known = slices.Delete(k.known, 0, 1)
	}
}

// list returns a list that was kept.
func (k *keptSets) list(name string) (keptList, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lists.Get(name)
}

// keepList keeps a list, unless a later state of it is kept.
func (k *keptSets) keepList(name string, l keptList) {
	l.bytes = len(name) + 200
	for _, set := range l.of {
		l.bytes += set.Bytes()
	}
	if l.bytes > maxListBytes/4 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, there := k.lists.Peek(name); there {
		if old.at.Position > l.at.Position {
			return
		}
		k.lists.Remove(name)
	}
	k.lists.Add(name, l)
	for k.bytes += l.bytes; k.bytes > maxListBytes; {
		k.lists.RemoveOldest()
	}
}

// want has the sets loaded in the background, unless they are being loaded already, or the
// newsroom was too small a while ago.
func (k *keptSets) want(load func(context.Context) error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked++
	if k.loading != nil || k.asked%askedAgain != 1 && len(k.known) == 0 || k.ctx.Err() != nil {
		return
	}
	loading := make(chan struct{})
	k.loading = loading
	go func() {
		// An error is nobody's: the same database answers readings the long way, and they
		// return theirs. Another load is tried later.
		_ = load(k.ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.loading = nil
		close(loading)
	}()
}

// loaded reports whether there are sets.
func (k *keptSets) loaded() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.known) > 0
}

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
		r.sets.want(r.loadSets)
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
		r.sets.want(r.loadSets)
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

// changes are what changed for readers since a position.
type changedNodes struct {
	articles []int64
	// topics and others mean that a topic changed, and any other node.
	topics, others bool
	// many means that these are not all.
	many bool
}

func (r *reading) changedSince(position int64) (changedNodes, error) {
	if known, there := r.since[position]; there {
		return known, nil
	}
	var rows []struct {
		NodeType model.NodeType
		NodeID   int64
	}
	err := r.Scan(&rows, sql.Text("SELECT change.node_type, change.node_id FROM changes change WHERE change.readers AND change.id > ? ORDER BY change.id LIMIT ?", position, catchUp+1))
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
				return r.Scan(&tagged, sql.Join("", sql.Text("SELECT t.owner_type AS kind, t.owner_id AS key, t.article_id AS article FROM timeline t WHERE "), r.among("t.article_id", changed.articles)))
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
			if strings.HasSuffix(row.Kind, unpublished) {
				continue
			}
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
