package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// tagsOfArticles loads one kind of tag of each article, most prominent first.
func tagsOfArticles[C any](t tagging) loader[model.Article] {
	return func(r *reading, nodes []*model.Article, relation *model.Relation) error {
		lists, err := r.tagLists(t, nodes)
		if err != nil {
			return err
		}
		if lists == nil {
			return toMany[C](r, nodes, children{
				from:  t.links + " l JOIN " + t.table + " n ON n.id = l." + t.column,
				owner: "l.article_id", order: sql.Text("l.position"),
			}, relation)
		}
		return hangTags[C](r, nodes, func(a *model.Article) []int64 { return lists[a.Key] }, relation)
	}
}

// tagLists are the keys of the tags of articles; nil if they are better read together with
// the tags.
func (r *reading) tagLists(t tagging, nodes []*model.Article) (map[int64][]int64, error) {
	lists := make(map[int64][]int64, len(nodes))
	for _, node := range nodes {
		if tags, ok := r.tags[node.Key]; ok {
			lists[node.Key] = tags.of(t)
		}
	}
	if len(lists) == len(nodes) {
		return lists, nil
	}
	if !r.dated {
		return nil, nil
	}
	var links []struct{ ArticleID, NodeID int64 }
	err := r.Scan(&links, r.among("tag.article_id", nounOf[model.Article](r.nouns).keysOf(nodes)).
		Wrap("SELECT tag.article_id, tag."+t.column+" AS node_id FROM "+t.links+" tag WHERE ", " ORDER BY tag.article_id, tag.position"))
	clear(lists)
	for _, link := range links {
		lists[link.ArticleID] = append(lists[link.ArticleID], link.NodeID)
	}
	return lists, err
}

// hangTags loads tags by their keys, and hangs them on the articles. Those that do not
// exist any more are left out.
func hangTags[C any](r *reading, nodes []*model.Article, keysOf func(*model.Article) []int64, relation *model.Relation) error {
	total := 0
	for _, node := range nodes {
		total += len(keysOf(node))
	}
	keys := make([]int64, 0, total)
	for _, node := range nodes {
		keys = append(keys, keysOf(node)...)
	}
	found, err := byKeys[C](r, selection{keys: distinct(keys)}, relation.Plan)
	if err != nil {
		return err
	}
	all := make([]*C, 0, total)
	for _, node := range nodes {
		from := len(all)
		for _, key := range keysOf(node) {
			if tag := found[key]; tag != nil {
				all = append(all, tag)
			}
		}
		node.Hang(relation.Key, all[from:len(all):len(all)])
	}
	return nil
}
