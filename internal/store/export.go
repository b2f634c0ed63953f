package store

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

// How many rows a snapshot holds in memory at a time. Articles have long texts.
const (
	snapshotRows     = 500
	snapshotArticles = 100
)

// Snapshot is all content at one moment, to be read from end to end in constant
// memory. Its orders depend on content only, never on keys: two databases that
// say the same are read alike.
type Snapshot struct{ *reading }

// Snapshot runs f on one snapshot of what the view may see. Writers go on
// meanwhile; f sees nothing of what they write.
func (s *Store) Snapshot(ctx context.Context, view View, f func(*Snapshot) error) error {
	return s.read(ctx, view, func(r *reading) error { return f(&Snapshot{r}) })
}

// walk is a way through all rows of a noun.
type walk[T any] struct {
	noun noun[T]
	plan *model.Plan
	rows int
	// order is a list of columns that no two rows share, and after holds for the
	// rows that come after one.
	order string
	after func(*T) clause
}

// read reads the rows for which the condition holds, a batch at a time: one
// statement, and one for each relation of the plan.
func (w walk[T]) read(x *Snapshot, where clause, each func([]*T) error) error {
	for from := always(); ; {
		var nodes []*T
		statement := join(" ", sql("SELECT "+w.noun.selects(w.plan)+" FROM "+w.noun.table+" n WHERE"),
			both(from, where), sql("ORDER BY "+w.order+" LIMIT ?", w.rows))
		if err := x.scan(&nodes, statement); err != nil || len(nodes) == 0 {
			return err
		}
		if err := below(x.reading, w.noun, nodes, w.plan); err != nil {
			return err
		}
		if err := each(nodes); err != nil {
			return err
		}
		from = w.after(nodes[len(nodes)-1])
	}
}

// want makes a plan of plain fields.
func want(fields ...string) *model.Plan { return (&model.Plan{}).Want(fields...) }

// relate adds a relation, to be found in the slot of its name, and answers its
// plan.
func relate(plan *model.Plan, relation string, fields ...string) *model.Plan {
	return plan.Relate(relation, relation, model.Args{}).Plan.Want(fields...)
}

// Countries reads the countries, by code.
func (x *Snapshot) Countries(each func([]*model.Country) error) error {
	w := walk[model.Country]{
		noun: countries(), plan: want("code", "names", "aliases"), rows: snapshotRows,
		order: "n.code", after: func(c *model.Country) clause { return sql("n.code > ?", c.Code) },
	}
	return w.read(x, always(), each)
}

// Topics reads the topics with the slot "parent": those at the top, then those
// just below them and so on, each by slug.
func (x *Snapshot) Topics(each func([]*model.Topic) error) error {
	w := walk[model.Topic]{
		noun: topics(), plan: want("slug", "externalId", "mediaTopic", "names", "aliases", "description"), rows: snapshotRows,
		order: "n.slug", after: func(t *model.Topic) clause { return sql("n.slug > ?", t.Slug) },
	}
	relate(w.plan, "parent", "slug", "externalId")
	for depth, more := 0, true; more; depth++ {
		more = false
		where := sql("(SELECT MAX(c.depth) FROM topic_tree c WHERE c.descendant_id = n.id) = ?", depth)
		err := w.read(x, where, func(topics []*model.Topic) error { more = true; return each(topics) })
		if err != nil {
			return err
		}
	}
	return nil
}

// Offices reads the offices with the slot "country", by slug.
func (x *Snapshot) Offices(each func([]*model.Office) error) error {
	w := walk[model.Office]{
		noun: offices(), plan: want("slug", "externalId", "kind", "titles", "singleSeat"), rows: snapshotRows,
		order: "n.slug", after: func(o *model.Office) clause { return sql("n.slug > ?", o.Slug) },
	}
	relate(w.plan, "country", "code")
	return w.read(x, always(), each)
}

// Officials reads the officials with the slots "country" and "tenures", by slug.
// A tenure has the slot "office".
func (x *Snapshot) Officials(each func([]*model.Official) error) error {
	w := walk[model.Official]{
		noun: officials(), plan: want("slug", "externalId", "wikidataId", "names", "aliases", "description"), rows: snapshotRows,
		order: "n.slug", after: func(o *model.Official) clause { return sql("n.slug > ?", o.Slug) },
	}
	relate(w.plan, "country", "code")
	relate(relate(w.plan, "tenures", "acting", "sourceUrl"), "office", "slug", "externalId")
	return w.read(x, always(), each)
}

// Articles reads the articles that lead translations or stand alone, then the
// others, each by slug and language. They have the slots "appearances",
// "countries" and "topics", and the others "lead": the one that leads, in a
// list. A working copy has the slot "public": the version that readers see, with the
// same slots.
func (x *Snapshot) Articles(each func([]*model.Article) error) error {
	w := walk[model.Article]{
		noun: articles(), plan: want("slug", "externalId", "title", "summary", "body", "byline", "sourceName", "sourceUrl", "status", "scheduledFor"),
		rows:  snapshotArticles,
		order: "n.slug, n.language", after: func(a *model.Article) clause { return sql("(n.slug, n.language) > (?, ?)", a.Slug, a.Language) },
	}
	each = x.withPublic(w.plan, each)
	relate(relate(w.plan, "appearances"), "official", "slug", "externalId")
	relate(w.plan, "countries", "code")
	relate(w.plan, "topics", "slug", "externalId")
	seen := visible(x.reading, articles())
	if err := w.read(x, both(seen, x.leads()), each); err != nil {
		return err
	}
	lead := &model.Relation{Field: "lead", Key: "lead", Plan: want("slug", "externalId")}
	return w.read(x, both(seen, not(x.leads())), func(others []*model.Article) error {
		err := toMany(x.reading, articles(), others, articles(), lead,
			"articles o JOIN articles n ON n.translation_of = o.translation_of", "o.id", x.leads(), sql("n.id"))
		if err != nil {
			return err
		}
		return each(others)
	})
}

// withPublic hangs on working copies what readers see in their place, with the slot
// "lead": that of the articles it is together with which leads them as editors see
// them, if there is one.
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
		if err := x.scan(&public, x.amongKeys("n.id", keys).in("SELECT "+articles().selects(plan)+" FROM articles n WHERE ", "")); err != nil {
			return err
		}
		if err := below(x.reading, articles(), public, plan); err != nil {
			return err
		}
		lead := &model.Relation{Field: "lead", Key: "lead", Plan: want("slug", "externalId")}
		err := toMany(x.reading, articles(), public, articles(), lead,
			"articles o JOIN articles n ON n.translation_of = o.translation_of AND ABS(n.id) <> o.id", "o.id", x.leads(), sql("n.id"))
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

// leads holds for the articles n that lead their translations: the one that was
// there first, or where the view does not show it, the first by slug and language.
func (x *Snapshot) leads() clause {
	return sql("NOT EXISTS (SELECT 1 FROM articles other WHERE other.translation_of = n.translation_of AND other.id <> n.id AND other." + x.seenBy() +
		" AND (ABS(other.id) = other.translation_of OR ABS(n.id) <> n.translation_of AND (other.slug, other.language) < (n.slug, n.language)))")
}

// seenBy is the column that says which versions of articles the view shows.
func (x *Snapshot) seenBy() string {
	if x.view.Drafts {
		return "working"
	}
	return "public"
}

// Ambiguous answers the keys of the nodes that a text alone does not name for
// certain: those of which the externalId is what another is called by its slug,
// and those others, where they have no externalId themselves. An article is
// called by `language:slug`, too.
func (x *Snapshot) Ambiguous(node model.NodeType) (map[int64]bool, error) {
	called := []string{"b.slug"}
	if node == model.NodeArticle {
		called = append(called, "b.language || ':' || b.slug")
	}
	keys := map[int64]bool{}
	for _, name := range called {
		query := sql("SELECT a.id AS a, CASE WHEN b.external_id IS NULL THEN b.id ELSE a.id END AS b FROM " + tableOf(node) + " b JOIN " + tableOf(node) + " a ON a.external_id = " + name + " AND a.id <> b.id")
		if node == model.NodeArticle {
			query = join(" ", query, sql("WHERE a."+x.seenBy()+" AND b."+x.seenBy()))
		}
		var pairs []struct{ A, B int64 }
		if err := x.scan(&pairs, query); err != nil {
			return nil, fail(err, node, "compare the keys of")
		}
		for _, pair := range pairs {
			keys[max(pair.A, -pair.A)], keys[max(pair.B, -pair.B)] = true, true // in whichever version
		}
	}
	return keys, nil
}
