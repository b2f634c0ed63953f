package store

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// origin says where the articles of a list come from: the tables, and the condition on
// their rows.
type origin struct {
	// from are the tables, and joined adds the rows n of articles to them; it is empty
	// where they are among the tables.
	from, joined string
	where        sql.Clause
	// published and key are the expressions that walk the rows in order of publication.
	published, key string
	// uses is a query for how many articles the list of the parent p has, where that is
	// kept. everything means that the list has all articles that readers see.
	uses       sql.Clause
	everything bool
	// owner is that of the timeline; empty where the origin is none. ownerKey is its key,
	// or 0 where it is the parent p.
	owner    model.NodeType
	ownerKey int64
	// merged are timelines that have the articles of the origin together, each one once; nil
	// where it is not made of any.
	merged []origin
	// met is the filter on tags that all articles of the origin satisfy, so that nothing
	// has to look at it again; nil if there is none.
	met any
}

// origins are where a list of articles comes from: its pages, which have an order, and
// what counts the whole list.
type origins struct{ pages, counts origin }

func everyArticle(r *reading) origin {
	return origin{from: "articles n", where: walkedArticles(r.view), published: "n.published_at", key: "n.id", everything: !r.view.Drafts && !r.view.PreviewOnly}
}

// articlesOf are the articles tagged with each of the parents. Lists for readers walk
// the timeline; views that show drafts read the table of links. descendants adds the
// articles of the topics below a topic.
func articlesOf(r *reading, t tagging, descendants bool) origin {
	if r.view.PreviewOnly {
		return everyArticle(r) // which is none
	}
	if !r.view.Drafts {
		owner := t.node
		if !descendants {
			owner = t.owner()
		}
		return timelineOf(owner, 0)
	}
	linked := "FROM " + t.links + " l WHERE l." + t.column + " = p.value"
	if t.node == model.NodeTopic && descendants {
		linked = "FROM topic_tree tree JOIN article_topics l ON l.topic_id = tree.descendant_id WHERE tree.ancestor_id = p.value"
	}
	owner := t.node
	if !descendants {
		owner = t.owner()
	}
	published := timelineOf(owner, 0)
	published.where = sql.All(published.where, seenArticles(r.view)) // of a published article with a working copy, editors see that
	return origin{
		from: "articles n", where: sql.All(seenArticles(r.view), sql.Text(r.engine.Belongs("n.id", "l.article_id", linked))), published: "n.published_at", key: "n.id",
		merged: []origin{published, timelineOf(owner+unpublished, 0)},
	}
}

// timelineOf is the timeline of an owner, whose key is that of the parent p if it is 0.
func timelineOf(owner model.NodeType, ownerKey int64) origin {
	key := sql.Text("p.value")
	if ownerKey != 0 {
		key = sql.Text("?", ownerKey)
	}
	return origin{
		from: "timeline t", joined: " JOIN articles n ON n.id = t.article_id",
		where:     sql.Join("", sql.Text("t.owner_type = ? AND t.owner_id = ", owner), key),
		published: "t.published_at", key: "t.article_id",
		uses:  sql.Join("", sql.Text("SELECT uses.articles FROM node_uses uses WHERE uses.node_type = ? AND uses.node_id = ", owner), key),
		owner: owner, ownerKey: ownerKey,
	}
}

// matching is the condition of a filter on the articles of the origin. ofRows means that
// it is about more than their tags.
func (o origin) matching(r *reading, f model.Filter) (matching sql.Clause, ofRows bool, err error) {
	asked, _ := f.(*model.ArticleFilter)
	if asked == nil {
		return sql.Always(), false, nil
	}
	fs, err := newFilters(r.engine, asked)
	if err != nil {
		return sql.Clause{}, false, err
	}
	fs.linkedTo, fs.met = o.key, o.met
	c := fs.of(r.nouns, asked)
	return c, fs.ofRows, fs.err
}

// page is the list that pages are read from, with the rows n.
func (o origin) page(r *reading, q model.Query) (list, error) {
	matching, ofRows, err := o.matching(r, q.Filter)
	if err != nil {
		return list{}, err
	}
	l := list{from: sql.Text(o.from + o.joined), where: sql.All(o.where, matching)}
	asked, err := askedOrder(q)
	if err != nil {
		return l, err
	}
	if !ofRows && !r.view.Drafts && len(asked) <= 1 && byPublication(asked) {
		l.keysFrom = sql.Text(o.from) // no condition or order is about the rows n
	}
	if len(o.merged) > 0 && len(asked) <= 1 && byPublication(asked) {
		for _, one := range o.merged {
			part, err := one.page(r, q)
			if err != nil {
				return l, err
			}
			l.order, l.outer = part.order, part.outer
			l.merged = append(l.merged, part)
		}
		return l, nil
	}
	if l.order, err = articleOrder(r, asked, o.published, ""); err != nil {
		return l, err
	}
	l.order.key = o.key
	l.outer, err = articleOrder(r, asked, "n.published_at", "")
	return l, err
}

// whole is the list with the filter, to be counted.
func (o origin) whole(r *reading, f model.Filter) (wholeList, error) {
	matching, ofRows, err := o.matching(r, f)
	if err != nil {
		return wholeList{}, err
	}
	w := o.wholeList()
	w.ofRows = ofRows
	if ofRows {
		w.from, w.joined = sql.Text(o.from+o.joined), ""
	}
	if matching.SQL == sql.Always().SQL {
		w.kept, w.unfiltered, w.everything = o.uses, true, o.everything
		return w, nil
	}
	w.where = sql.All(o.where, matching)
	return w, nil
}

// wholeList is a list of articles to be counted. Its tables lack the rows n where nothing
// asks for them; joined adds them.
type wholeList struct {
	list
	// joined, published, key, owner and ownerKey are those of the origin.
	joined, published, key string
	owner                  model.NodeType
	ownerKey               int64
	// unfiltered means that it has all articles of its origin, and everything that these
	// are all that readers see.
	unfiltered, everything bool
	// ofRows means that the filter is about more than tags.
	ofRows bool
}

// wholeList is the whole origin, to be counted.
func (o origin) wholeList() wholeList {
	return wholeList{list: list{from: sql.Text(o.from), where: o.where}, joined: o.joined, published: o.published, key: o.key, owner: o.owner, ownerKey: o.ownerKey}
}

// counted is the list, counted without the database where its articles are known.
func (l wholeList) counted() list {
	counted := l.list
	counted.listed = func(r *reading, parents []int64) (map[int64]sets.Set, error) {
		of, _, err := r.listed(l, parents)
		return of, err
	}
	return counted
}

// start is a condition of a filter that all articles of a list must meet, and that the
// articles of one timeline do.
type start struct {
	owner model.NodeType
	// keys is a query for the key of the owner, as `key`; it returns one row or none.
	keys sql.Clause
	// met is the filter on tags that says no more than this, or nil.
	met any
}

// starts are the timelines that a list with the filter can start from.
func (fs *filters) starts(all nouns, f *model.ArticleFilter) []start {
	if f == nil {
		return nil
	}
	var list []start
	add := func(t tagging, some model.Filter) {
		list = append(list, start{t.owner(), fs.of(all, some).Wrap("SELECT n.id AS key FROM "+t.table+" n WHERE ", ""), some})
	}
	if l := f.Officials; l != nil && oneOfficial(l.Some) {
		add(byOfficial(), l.Some)
	}
	if l := f.Countries; l != nil && oneCountry(l.Some) {
		add(byCountry(), l.Some)
	}
	if l := f.Topics; l != nil && oneTopic(l.Some) {
		add(byTopic(), l.Some)
	} else if l != nil && l.Some != nil && l.Some.DescendantOf != nil {
		below := start{owner: model.NodeTopic, keys: sql.Text("SELECT n.id AS key FROM topics n WHERE n.id = ?", fs.keyOf(*l.Some.DescendantOf, model.NodeTopic))}
		if reflect.DeepEqual(l.Some, &model.TopicFilter{DescendantOf: l.Some.DescendantOf}) {
			below.met = l.Some
		}
		list = append(list, below)
	}
	for _, and := range f.And {
		list = append(list, fs.starts(all, and)...)
	}
	return list
}

// oneOfficial reports whether the filter asks for one official by a unique key, whatever
// else it asks.
func oneOfficial(f *model.OfficialFilter) bool {
	return f != nil && (f.ID != nil && f.ID.Eq != nil || equals(f.Slug) || equals(f.WikidataID))
}

// oneCountry is oneOfficial for countries.
func oneCountry(f *model.CountryFilter) bool {
	return f != nil && (f.ID != nil && f.ID.Eq != nil || equals(f.Code))
}

// oneTopic is oneOfficial for topics.
func oneTopic(f *model.TopicFilter) bool {
	return f != nil && (f.ID != nil && f.ID.Eq != nil || equals(f.Slug))
}

func equals(f *model.StringFilter) bool { return f != nil && f.Eq != nil }

// asksForKeys reports whether the filter asks for few articles by their keys, so that they are
// looked up.
func asksForKeys(f *model.ArticleFilter) bool {
	if f == nil {
		return false
	}
	if f.ID != nil && (f.ID.Eq != nil || f.ID.In != nil) {
		return true
	}
	for _, unique := range []*model.StringFilter{f.Slug, f.ExternalID} {
		if unique != nil && (unique.Eq != nil || unique.In != nil) {
			return true
		}
	}
	for _, and := range f.And {
		if asksForKeys(and) {
			return true
		}
	}
	return false
}

// fewArticles is up to how many articles of a timeline are sorted for a list in another
// order. A walk in that order would read more until it has found a page of so few.
const fewArticles = 2000

// filteredArticles are all articles, as a list with the filter reads them fastest. Lists
// for readers that all have a tag start from its timeline, from the shortest one if there
// are several.
func filteredArticles(r *reading, f *model.ArticleFilter, byPublication bool) (origins, error) {
	all := everyArticle(r)
	if f == nil || r.view.PreviewOnly {
		return origins{all, all}, nil
	}
	if asksForKeys(f) {
		all.where = seenArticles(r.view)
		return origins{all, all}, nil
	}
	if titled, err := r.fewTitles(f); titled != nil || err != nil {
		return origins{*cmp.Or(titled, &all), *cmp.Or(titled, &all)}, err
	}
	if r.view.Drafts {
		return origins{all, all}, nil
	}
	fs, err := newFilters(r.engine, f)
	if err != nil {
		return origins{}, err
	}
	list := fs.starts(r.nouns, f)
	if len(list) == 0 && fs.err == nil {
		return r.someTag(fs, f, all, byPublication)
	}
	if fs.err != nil {
		return origins{}, fs.err
	}
	shortest, err := r.shortest(list)
	switch {
	case err != nil:
		return origins{}, err
	case shortest == nil: // there is no such tag
		all.where = sql.Never()
		return origins{all, all}, nil
	}
	timeline := timelineOf(list[shortest.Place].owner, shortest.Key)
	timeline.met = list[shortest.Place].met
	if byPublication || shortest.Articles <= fewArticles {
		return origins{timeline, timeline}, nil
	}
	return origins{all, timeline}, nil
}

// fewTags is up to how many tags a filter may mean for a list to start from them.
const fewTags = 100

// someTag are the articles of a list with a filter on tags that may mean several: those
// with a certain name, for example. The tags are looked up first. The list starts from
// them if there is one, or if they have few articles; where they have many, a walk of all
// articles soon finds some.
func (r *reading) someTag(fs *filters, f *model.ArticleFilter, all origin, byPublication bool) (origins, error) {
	list := fs.someTags(r.nouns, f)
	if fs.err != nil {
		return origins{}, fs.err
	}
	for _, one := range list {
		var tags []struct{ Key, Articles int64 }
		err := r.Scan(&tags, sql.Join("", sql.Text("SELECT tag.key, COALESCE((SELECT uses.articles FROM node_uses uses WHERE uses.node_type = ? AND uses.node_id = tag.key), 0) AS articles FROM (", one.owner),
			one.keys, sql.Limit(fewTags+1).Wrap(" ", ") tag")))
		if err != nil {
			return origins{}, err
		}
		sum := int64(0)
		keys := make([]int64, len(tags))
		for i, tag := range tags {
			keys[i], sum = tag.Key, sum+tag.Articles
		}
		switch {
		case len(tags) == 0:
			all.where = sql.Never()
			return origins{all, all}, nil
		case len(tags) == 1:
			timeline := timelineOf(one.owner, keys[0])
			timeline.met = one.met
			if sum <= fewArticles || byPublication {
				return origins{timeline, timeline}, nil
			}
			return origins{all, timeline}, nil
		case len(tags) <= fewTags && sum <= fewArticles:
			tagged := sql.Join("", sql.Text("n.id IN (SELECT t.article_id FROM timeline t WHERE t.owner_type = ? AND ", one.owner), r.among("t.owner_id", keys), sql.Text(")"))
			few := all
			few.where, few.everything, few.met = sql.All(seenArticles(r.view), tagged), false, one.met
			return origins{few, few}, nil
		}
	}
	return origins{all, all}, nil
}

// someTags are the filters on tags that all articles of a list must meet, and that may mean
// several tags.
func (fs *filters) someTags(all nouns, f *model.ArticleFilter) []start {
	var list []start
	add := func(t tagging, some model.Filter) {
		list = append(list, start{t.owner(), fs.of(all, some).Wrap("SELECT n.id AS key FROM "+t.table+" n WHERE ", ""), some})
	}
	if l := f.Officials; l != nil && l.Some != nil {
		add(byOfficial(), l.Some)
	}
	if l := f.Countries; l != nil && l.Some != nil {
		add(byCountry(), l.Some)
	}
	if l := f.Topics; l != nil && l.Some != nil {
		add(byTopic(), l.Some)
	}
	for _, and := range f.And {
		if and != nil {
			list = append(list, fs.someTags(all, and)...)
		}
	}
	return list
}

// timelineOwner is the owner of the timeline at a place of a list, and how many articles
// it has.
type timelineOwner struct {
	Place         int
	Key, Articles int64
}

// shortest returns the owner of the shortest of the timelines; nil if one of them has no
// owner.
func (r *reading) shortest(list []start) (*timelineOwner, error) {
	parts := make([]sql.Clause, len(list))
	for i, one := range list {
		parts[i] = sql.Join("", sql.Text("SELECT CAST(? AS BIGINT) AS place, owner.key, COALESCE((SELECT uses.articles FROM node_uses uses WHERE uses.node_type = ? AND uses.node_id = owner.key), 0) AS articles FROM (", i, one.owner),
			one.keys, sql.Text(") owner"))
	}
	var owners []timelineOwner
	if err := r.Scan(&owners, sql.Join(" UNION ALL ", parts...)); err != nil || len(owners) < len(list) {
		return nil, err
	}
	shortest := slices.MinFunc(owners, func(a, b timelineOwner) int {
		return cmp.Or(cmp.Compare(a.Articles, b.Articles), cmp.Compare(a.Place, b.Place))
	})
	return &shortest, nil
}
