package content

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// After any writes, derived tables are what computing them from scratch gives.
func TestDerivedTablesFollowRandomWrites(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	rapid.Check(t, func(r *rapid.T) {
		n := open(t) // of its own, so that a failure can be replayed
		w := &writer{newsroom: n, topics: []*model.Topic{n.topic("Root", nil)}}
		w.officials = []*model.Official{n.official("A"), n.official("B")}
		w.countries = []*model.Country{n.country("IQ", "IRQ"), n.country("FR", "FRA")}
		writes := []func(*rapid.T) error{w.addTopic, w.addTopic, w.moveTopic, w.renameTopic, w.dropTopic, w.addArticle, w.addArticle, w.changeArticle, w.changeArticle, w.dropArticle, w.renameOfficial}
		for range 12 {
			err := writes[rapid.IntRange(0, len(writes)-1).Draw(r, "write")](r)
			var wrong model.Errors
			if err != nil && !errors.As(err, &wrong) {
				r.Fatal(err)
			}
		}
		searched := n.searched()
		if err := n.store.Reindex(n.ctx, nil); err != nil {
			r.Fatal(err)
		}
		if again := n.searched(); len(again) == 0 || !slices.Equal(searched, again) {
			r.Errorf("the index = %v\nrebuilt = %v", searched, again)
		}
		for _, check := range []struct {
			what      string
			got, want []string
		}{
			{"timeline", n.strings("SELECT owner_type || owner_id || '@' || published_at || ':' || article_id FROM timeline"), w.timeline()},
			{"article_tags", n.strings("SELECT article_id || ':' || tags FROM article_tags"), n.strings("SELECT id || ':' || " + tagsOf("official") + " || ';' || " + tagsOf("country") + " || ';' || " + tagsOf("topic") + " FROM articles")},
			{"topic_tree", n.strings("SELECT ancestor_id || '>' || descendant_id || ':' || depth FROM topic_tree"), w.tree()},
			{"names", n.strings("SELECT node_type || node_id || kind || language || position || text || '|' || folded || '|' || hex(sort_key) FROM names"), w.names()},
			{"articles", n.strings("SELECT title_folded || hex(title_sort_key) || word_count FROM articles"), w.titles()},
		} {
			slices.Sort(check.got)
			slices.Sort(check.want)
			if !slices.Equal(check.got, check.want) {
				r.Errorf("%s = %v\nwant %v", check.what, check.got, check.want)
			}
		}
	})
}

// tagsOf lists the keys of the tags of articles.id, from the links.
func tagsOf(noun string) string {
	return "COALESCE((SELECT STRING_AGG(CAST(" + noun + "_id AS TEXT), ',' ORDER BY position) FROM article_" + map[string]string{"official": "officials", "country": "countries", "topic": "topics"}[noun] + " WHERE article_id = articles.id), '')"
}

// writer makes random writes to a newsroom.
type writer struct {
	newsroom
	topics    []*model.Topic
	officials []*model.Official
	countries []*model.Country
	articles  []*model.Article
}

func (w *writer) addTopic(r *rapid.T) error {
	parent := rapid.SampledFrom(w.topics).Draw(r, "parent")
	topic, err := w.CreateTopic(w.ctx, model.CreateTopicInput{Names: w.localNames(r), Aliases: w.aliases(r), Parent: om(ptr(parent.ID()))})
	if err == nil {
		w.topics = append(w.topics, topic)
	}
	return err
}

func (w *writer) moveTopic(r *rapid.T) error {
	parent := rapid.SampledFrom(append(w.topics, nil)).Draw(r, "parent")
	_, err := w.move(rapid.SampledFrom(w.topics).Draw(r, "topic"), parent)
	return err
}

func (w *writer) renameTopic(r *rapid.T) error {
	topic := rapid.SampledFrom(w.topics).Draw(r, "topic")
	_, err := w.UpdateTopic(w.ctx, topic.ID(), model.UpdateTopicInput{Names: om(w.localNames(r)), Aliases: w.aliases(r)}, nil)
	return err
}

func (w *writer) dropTopic(r *rapid.T) error {
	i := rapid.IntRange(0, len(w.topics)-1).Draw(r, "topic")
	err := w.DeleteTopic(w.ctx, w.topics[i].ID(), nil)
	if err == nil {
		w.topics = slices.Delete(w.topics, i, i+1)
	}
	if len(w.topics) == 0 {
		w.topics = append(w.topics, w.topic("Root", nil))
	}
	return err
}

func (w *writer) renameOfficial(r *rapid.T) error {
	official := rapid.SampledFrom(w.officials).Draw(r, "official")
	_, err := w.UpdateOfficial(w.ctx, official.ID(), model.UpdateOfficialInput{Names: om(w.localNames(r)), Aliases: w.aliases(r)}, nil)
	return err
}

func (w *writer) addArticle(r *rapid.T) error {
	in := model.CreateArticleInput{
		Language: rapid.SampledFrom([]model.Language{"ar", "en", "fr"}).Draw(r, "language"), Title: name(r),
		Body: om(ptr("*" + name(r) + "*")), Topics: idsOf(upToThree(r, w.topics)...), Officials: idsOf(upToThree(r, w.officials)...),
		Countries: idsOf(upToThree(r, w.countries)...), Publish: om(ptr(rapid.Bool().Draw(r, "publish"))),
	}
	if len(w.articles) > 0 && rapid.Bool().Draw(r, "translation") {
		in.TranslationOf = om(ptr(rapid.SampledFrom(w.articles).Draw(r, "of").ID()))
	}
	article, err := w.CreateArticle(w.ctx, in)
	if err == nil {
		w.articles = append(w.articles, article)
	}
	return err
}

func (w *writer) changeArticle(r *rapid.T) error {
	if len(w.articles) == 0 {
		return w.addArticle(r)
	}
	id := rapid.SampledFrom(w.articles).Draw(r, "article").ID()
	in := model.UpdateArticleInput{}
	switch rapid.IntRange(0, 6).Draw(r, "change") {
	case 0:
		_, err := w.PublishArticle(w.ctx, id, nil, nil)
		return err
	case 1:
		_, err := w.UnpublishArticle(w.ctx, id, nil)
		return err
	case 2:
		in.Topics = idsOf(upToThree(r, w.topics)...)
	case 3:
		in.Officials, in.Countries = idsOf(upToThree(r, w.officials)...), idsOf(upToThree(r, w.countries)...)
	case 4:
		in.Title, in.Summary = om(ptr(name(r))), om(ptr(name(r)))
	case 5:
		in.TranslationOf = om(ptr(rapid.SampledFrom(w.articles).Draw(r, "of").ID()))
	case 6:
		in.TranslationOf = om[*model.ID](nil)
	}
	_, err := w.UpdateArticle(w.ctx, id, in, nil)
	return err
}

func (w *writer) dropArticle(r *rapid.T) error {
	if len(w.articles) == 0 {
		return nil
	}
	i := rapid.IntRange(0, len(w.articles)-1).Draw(r, "article")
	err := w.DeleteArticle(w.ctx, w.articles[i].ID(), nil)
	w.articles = slices.Delete(w.articles, i, i+1)
	return err
}

func (w *writer) localNames(r *rapid.T) []*model.LocalizedTextInput {
	return []*model.LocalizedTextInput{{Language: "en", Value: name(r)}, {Language: "ar", Value: name(r)}}
}

func (w *writer) aliases(r *rapid.T) graphql.Omittable[[]*model.AliasInput] {
	var aliases []*model.AliasInput
	for i := range rapid.IntRange(0, 3).Draw(r, "aliases") {
		kind := rapid.SampledFrom(model.AllAliasKind).Draw(r, "kind")
		aliases = append(aliases, &model.AliasInput{Text: fmt.Sprint(name(r), i), Language: "ar", Kind: om(&kind)})
	}
	return om(aliases)
}

func name(r *rapid.T) string {
	return rapid.SampledFrom([]string{"برهم", "بَرهم صالح", "Élysée", "Budget 2021", "***", "أمن"}).Draw(r, "name")
}

// upToThree returns the ids of up to three of the nodes, each once.
func upToThree[N model.Node](r *rapid.T, nodes []N) []model.ID {
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(nodes), 0, min(3, len(nodes)), func(n N) model.ID { return n.ID() }).Draw(r, "nodes")
	ids := make([]model.ID, len(chosen))
	for i, node := range chosen {
		ids[i] = node.ID()
	}
	return ids
}

// parents returns the topics with their parents, 0 for roots.
func (w *writer) parents() map[int64]int64 {
	parents := map[int64]int64{}
	for _, row := range query(w.newsroom, "SELECT id, COALESCE(parent_id, 0) FROM topics", func(rows *sql.Rows) (p [2]int64, err error) {
		err = rows.Scan(&p[0], &p[1])
		return p, err
	}) {
		parents[row[0]] = row[1]
	}
	return parents
}

func (w *writer) tree() (want []string) {
	parents := w.parents()
	for topic := range parents {
		depth := 0
		for up := topic; up != 0; up = parents[up] {
			want = append(want, fmt.Sprintf("%d>%d:%d", up, topic, depth))
			depth++
		}
	}
	return want
}

func (w *writer) timeline() (want []string) {
	parents := w.parents()
	type tag struct {
		article, at, owner int64
		node, beside       string
	}
	const version = "JOIN articles a ON a.id = l.article_id"
	const columns = "SELECT a.id, COALESCE(published_at, created_at), CASE WHEN public THEN '' ELSE 'Unpublished' END, "
	for _, t := range query(w.newsroom, columns+"official_id, 'Official' FROM article_officials l "+version+
		" UNION ALL "+columns+"country_id, 'Country' FROM article_countries l "+version+
		" UNION ALL "+columns+"topic_id, 'Topic' FROM article_topics l "+version+
		" UNION ALL "+columns+"topic_id, 'TopicItself' FROM article_topics l "+version,
		func(rows *sql.Rows) (t tag, err error) {
			err = rows.Scan(&t.article, &t.at, &t.beside, &t.owner, &t.node)
			return t, err
		}) {
		want = append(want, fmt.Sprintf("%s%s%d@%d:%d", t.node, t.beside, t.owner, t.at, t.article))
		for up := parents[t.owner]; t.node == "Topic" && up != 0; up = parents[up] {
			want = append(want, fmt.Sprintf("%s%s%d@%d:%d", t.node, t.beside, up, t.at, t.article))
		}
	}
	slices.Sort(want)
	return slices.Compact(want)
}

func (w *writer) names() (want []string) {
	type row struct {
		id      model.ID
		names   model.LocalizedTexts
		aliases model.Aliases
	}
	add := func(id model.ID, kind string, language model.Language, position int, s string) {
		want = append(want, fmt.Sprintf("%s%d%s%s%d%s|%s|%X", id.Type, id.Key, kind, language, position, s, text.Fold(s), text.SortKey(s)))
	}
	for _, r := range query(w.newsroom, `SELECT 'Topic', id, names, aliases FROM topics UNION ALL SELECT 'Official', id, names, aliases FROM officials
		UNION ALL SELECT 'Country', id, names, aliases FROM countries`, func(rows *sql.Rows) (r row, err error) {
		err = rows.Scan(&r.id.Type, &r.id.Key, &r.names, &r.aliases)
		return r, err
	}) {
		for _, t := range r.names {
			add(r.id, "NAME", t.Language, 0, t.Value)
		}
		for i, a := range r.aliases {
			add(r.id, string(a.Kind), a.Language, i, a.Text)
		}
	}
	return want
}

type storedText struct {
	id                   int64
	title, summary, body string
}

func (w *writer) stored() []storedText {
	return query(w.newsroom, "SELECT id, title, COALESCE(summary, ''), body FROM articles", func(rows *sql.Rows) (s storedText, err error) {
		err = rows.Scan(&s.id, &s.title, &s.summary, &s.body)
		return s, err
	})
}

// searched returns the content of the indexes, and of all else that is searched.
func (n newsroom) searched() []string {
	n.Helper()
	list := n.strings(`SELECT 'suggestion ' || start || node_type || node_id || place || rank || language || text FROM suggestions
		UNION ALL SELECT 'uses ' || node_type || node_id || ' ' || articles FROM node_uses WHERE articles <> 0`)
	db, err := sql.Open("sqlite3", n.path)
	if err != nil {
		n.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // a temporary table is its connection's
	for _, index := range []string{"article_index", "node_index", "title_index"} {
		if _, err := db.Exec("CREATE VIRTUAL TABLE temp.of_" + index + " USING fts5vocab(main, " + index + ", instance)"); err != nil {
			n.Fatal(err)
		}
		rows, err := db.Query("SELECT '" + index + " ' || term || ' ' || doc || '@' || COALESCE(offset, '') FROM temp.of_" + index)
		if err != nil {
			n.Fatal(err)
		}
		for rows.Next() {
			var one string
			if err := rows.Scan(&one); err != nil {
				n.Fatal(err)
			}
			list = append(list, one)
		}
		if err := rows.Err(); err != nil {
			n.Fatal(err)
		}
	}
	slices.Sort(list)
	return list
}

func (w *writer) titles() (want []string) {
	for _, s := range w.stored() {
		want = append(want, fmt.Sprintf("%s%X%d", text.Fold(s.title), text.SortKey(s.title), text.CountWords(w.rules.render.Plain(s.body))))
	}
	return want
}
