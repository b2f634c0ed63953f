package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Articles reads the articles that lead their translations or have none, then the
// others, each by slug and language. They have the slots "appearances", "countries" and
// "topics", and "decisions"; the others also have "lead", a list with the article that leads them. A
// working copy has the slot "public": the version that readers see, with the same slots.
func (x *Snapshot) Articles(each func([]*model.Article) error) error {
	w := walk[model.Article]{
		plan:  want("slug", "externalId", "title", "summary", "body", "byline", "sourceName", "sourceUrl", "status", "scheduledFor", "link", "createdAt", "updatedAt", "createdBy"),
		rows:  snapshotArticles,
		order: "n.slug, n.language", after: func(a *model.Article) sql.Clause {
			return sql.Text("(n.slug, n.language) > (?, ?)", a.Slug, a.Language)
		},
	}
	each = x.withPublic(w.plan, x.withDecisions(each))
	relate(relate(w.plan, "appearances"), "official", "slug", "externalId")
	relate(w.plan, "countries", "code")
	relate(w.plan, "topics", "slug", "externalId")
	seen := seenArticles(x.view)
	if err := w.read(x, sql.All(seen, x.leads()), each); err != nil {
		return err
	}
	lead := &model.Relation{Field: "lead", Key: "lead", Plan: want("slug", "externalId")}
	return w.read(x, sql.All(seen, sql.Not(x.leads())), func(others []*model.Article) error {
		err := toMany[model.Article](x.reading, others, children{
			from: "articles owner JOIN articles n ON n.translation_of = owner.translation_of", owner: "owner.id", where: x.leads(), order: sql.Text("n.id"),
		}, lead)
		if err != nil {
			return err
		}
		return each(others)
	})
}

// DecidedMention is a decision about the text of an article, with what it names.
type DecidedMention struct {
	model.Decision
	Named model.Node
}

// withDecisions hangs on the versions of articles what editors decided about their texts.
func (x *Snapshot) withDecisions(each func([]*model.Article) error) func([]*model.Article) error {
	keys := []string{"slug", "externalId", "code"} // each noun has some of them
	return func(nodes []*model.Article) error {
		versions := slices.Clone(nodes)
		for _, node := range nodes {
			if public, beside := node.Slot("public"); beside {
				versions = append(versions, public.(*model.Article))
			}
		}
		var rows []decisionRow
		if err := x.Scan(&rows, decisionsOf(x.among("article_id", nounOf[model.Article](x.nouns).keysOf(versions)))); err != nil {
			return err
		}
		var ids []model.ID
		for _, row := range rows {
			ids = append(ids, row.decision().Entity)
		}
		named, err := x.nodes(ids, false, func(model.NodeType) *model.Plan { return want(keys...) })
		if err != nil {
			return err
		}
		of := map[int64][]DecidedMention{}
		for _, row := range rows {
			d := row.decision()
			of[row.ArticleID] = append(of[row.ArticleID], DecidedMention{d, named[d.Entity]})
		}
		for _, version := range versions {
			version.Hang("decisions", of[version.Key])
		}
		return each(nodes)
	}
}

// withPublic hangs on each working copy the version that readers see. That version has
// the slot "lead", with the article that leads its translations as editors see them, if
// there is one.
func (x *Snapshot) withPublic(plan *model.Plan, each func([]*model.Article) error) func([]*model.Article) error {
	return func(nodes []*model.Article) error {
		var keys []int64
		for _, node := range nodes {
			if node.HasUnpublishedChanges() {
				keys = append(keys, node.ID().Key)
			}
		}
		if len(keys) == 0 {
			return each(nodes)
		}
		var public []*model.Article
		if err := x.Scan(&public, x.among("n.id", keys).Wrap("SELECT "+nounOf[model.Article](x.nouns).selects(plan)+" FROM articles n WHERE ", "")); err != nil {
			return err
		}
		if err := loadBelow(x.reading, public, plan); err != nil {
			return err
		}
		lead := &model.Relation{Field: "lead", Key: "lead", Plan: want("slug", "externalId")}
		err := toMany[model.Article](x.reading, public, children{
			from:  "articles owner JOIN articles n ON n.translation_of = owner.translation_of AND " + articleKeyOf("n.id") + " <> owner.id",
			owner: "owner.id", where: x.leads(), order: sql.Text("n.id"),
		}, lead)
		if err != nil {
			return err
		}
		of := map[int64]*model.Article{}
		for _, one := range public {
			of[one.Key] = one
		}
		for _, node := range nodes {
			if one := of[node.ID().Key]; one != nil {
				node.Hang("public", one)
			}
		}
		return each(nodes)
	}
}

// leads holds for the articles n that lead their translations: the oldest of a group or,
// where the view does not show that one, the first by slug and language.
func (x *Snapshot) leads() sql.Clause {
	return sql.Text("NOT EXISTS (SELECT 1 FROM articles other WHERE other.translation_of = n.translation_of AND other.id <> n.id AND other." + x.view.seenBy() +
		" AND (" + articleKeyOf("other.id") + " = other.translation_of OR " + articleKeyOf("n.id") + " <> n.translation_of AND (other.slug, other.language) < (n.slug, n.language)))")
}
