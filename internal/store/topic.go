package store

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

func topicNoun() *noun[model.Topic] {
	return &noun[model.Topic]{
		node:   model.NodeTopic,
		table:  "topics",
		key:    func(t *model.Topic) int64 { return t.Key },
		slots:  func(t *model.Topic) *model.Slots { return &t.Slots },
		asNode: func(t *model.Topic) model.Node { return t },
		always: []string{"parent_id"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "mediaTopic": "media_topic", "name": "names", "localizedName": "names",
			"names": "names", "aliases": "aliases",
			"description": "descriptions", "version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		relations: map[string]loader[model.Topic]{
			"parent":    parentsOfTopics,
			"ancestors": ancestorsOfTopics,
			"children":  childrenOfTopics,
			"articles":  articlesOfNodes[model.Topic](byTopic()),
		},
		filter: filterBy((*filters).topic),
		sorts: map[string]sortTerm{
			string(model.TopicOrderFieldSlug):      {"n.slug", letters},
			string(model.TopicOrderFieldCreatedAt): {"n.created_at", numbers},
			string(model.TopicOrderFieldUpdatedAt): {"n.updated_at", numbers},
		},
		names: &namesOf{"names", "aliases", 3, linking.Topic},
		kept:  true,

		selfReferring: true,
		parts:         []Table{{Name: "topic_tree", Keys: []string{"ancestor_id", "descendant_id"}}},
	}
}

func parentsOfTopics(r *reading, nodes []*model.Topic, relation *model.Relation) error {
	return toOne[model.Topic](r, nodes, func(t *model.Topic) *int64 { return t.ParentKey }, relation)
}

func ancestorsOfTopics(r *reading, nodes []*model.Topic, relation *model.Relation) error {
	return toMany[model.Topic](r, nodes, children{
		from:  "topic_tree tree JOIN topics n ON n.id = tree.ancestor_id",
		owner: "tree.descendant_id", where: sql.Text("tree.depth > 0"), order: sql.Text("tree.depth DESC"),
	}, relation)
}

func childrenOfTopics(r *reading, nodes []*model.Topic, relation *model.Relation) error {
	return toMany[model.Topic](r, nodes, children{from: "topics n", owner: "n.parent_id", order: r.nameTerm(model.NodeTopic)}, relation)
}

// Topic returns one topic by one of its keys; NOT_FOUND if there is none.
func (s *Store) Topic(ctx context.Context, view View, by model.TopicBy, plan *model.Plan) (*model.Topic, error) {
	return single[model.Topic](ctx, s, view, plan, func(*reading) (sql.Clause, error) {
		if by.MediaTopic != nil { // which several may have
			return sql.Text("n.id = (SELECT MIN(same.id) FROM topics same WHERE same.media_topic = ?)", *by.MediaTopic), nil
		}
		return keyed(model.NodeTopic, by.ID, uniqueKey{"slug", by.Slug}, uniqueKey{"external_id", by.ExternalID})
	})
}

// Topics returns a page of topics.
func (s *Store) Topics(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.TopicConnection, error) {
	page, err := namedPage[model.Topic](ctx, s, view, q, plan)
	return &model.TopicConnection{Connection: page}, err
}

func (fs *filters) topic(a string, f *model.TopicFilter) sql.Clause {
	if f == nil {
		return sql.Always()
	}
	c := fs.id(a+".id", model.NodeTopic, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.name(a, model.NodeTopic, f.Name)...)
	c = append(c, fs.key(a+".media_topic", f.MediaTopic)...)
	c = append(c, null(a+".parent_id", f.IsRoot)...)
	if f.Parent != nil {
		c = append(c, refers(fs, a+".parent_id", "topics", f.Parent, fs.topic))
	}
	if f.DescendantOf != nil {
		ancestor := fs.keyOf(*f.DescendantOf, model.NodeTopic)
		c = append(c, sql.Text(a+".id IN (SELECT descendant_id FROM topic_tree WHERE ancestor_id = ?)", ancestor))
	}
	return logic(c, a, operators[model.TopicFilter]{f.And, f.Or, f.Not}, fs.topic)
}

// Topic returns a topic to be changed; NOT_FOUND if there is none.
func (tx *Tx) Topic(key int64) (*model.Topic, error) {
	return rowByKey[model.Topic](tx, model.NodeTopic, key)
}

// TopicPath returns a topic with all topics above it, the root first.
func (tx *Tx) TopicPath(key int64) ([]Holder, error) {
	var path []Holder
	err := tx.on.Scan(&path, sql.Text(`SELECT topic.id, topic.slug FROM topic_tree tree JOIN topics topic ON topic.id = tree.ancestor_id
		WHERE tree.descendant_id = ? ORDER BY tree.depth DESC`, key))
	return path, fail(err, model.NodeTopic, "read the ancestors of")
}

// InsertTopic writes a new topic and sets its key, version and times.
func (tx *Tx) InsertTopic(t *model.Topic) error {
	t.Version = 1
	tx.created(&t.CreatedAt, &t.UpdatedAt)
	if err := tx.on.Insert(t); err != nil {
		return fail(err, model.NodeTopic, "create")
	}
	if err := tx.exec(model.NodeTopic, "place", "INSERT INTO topic_tree (ancestor_id, descendant_id, depth) VALUES (?, ?, 0)", t.Key, t.Key); err != nil {
		return err
	}
	if err := tx.hangTopic(t); err != nil {
		return err
	}
	if err := tx.writeNames(t.ID(), t.LocalNames, t.OtherNames); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, subjectOf(t.ID(), t.Slug, t.LocalNames), t.Version)
}

// UpdateTopic writes a topic and sets its new version and time. before is the topic as
// it was read; CONFLICT if it has changed since. A new parent must not be below the
// topic; see TopicPath. Everything below moves along, which rewrites the timelines of
// all articles there.
func (tx *Tx) UpdateTopic(before, t *model.Topic) error {
	t.Version, t.UpdatedAt = before.Version+1, tx.updated()
	if err := tx.overwrite(t.ID(), before.Version, t); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.ParentKey, t.ParentKey) {
		if err := tx.moveTopic(t); err != nil {
			return err
		}
	}
	if !reflect.DeepEqual(before.Named, t.Named) {
		if err := tx.writeNames(t.ID(), t.LocalNames, t.OtherNames); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, subjectOf(t.ID(), t.Slug, t.LocalNames), t.Version)
}

// DeleteTopic deletes a topic that nothing uses; see TopicUsers. Its rows in the tree
// are deleted with it.
func (tx *Tx) DeleteTopic(t *model.Topic) error {
	return tx.remove(subjectOf(t.ID(), t.Slug, t.LocalNames), t.Version)
}

// TopicUsers returns the articles tagged with a topic, and the topics directly
// below it.
func (tx *Tx) TopicUsers(key int64) ([]Users, error) {
	articles, err := tx.users(model.NodeArticle, "article.slug", usersOf(byTopic()), key)
	if err != nil {
		return nil, err
	}
	topics, err := tx.users(model.NodeTopic, "slug", "FROM topics WHERE parent_id = ?", key)
	return []Users{articles, topics}, err
}

// moveTopic moves a topic and all topics below it under the topic's new parent, and
// rewrites the timelines of their articles.
func (tx *Tx) moveTopic(t *model.Topic) error {
	const below = "(SELECT descendant_id FROM topic_tree WHERE ancestor_id = ?)"
	if err := tx.exec(model.NodeTopic, "unhang", "DELETE FROM topic_tree WHERE descendant_id IN "+below+" AND ancestor_id NOT IN "+below, t.Key, t.Key); err != nil {
		return err
	}
	if err := tx.hangTopic(t); err != nil {
		return err
	}
	return tx.writeTimeline(`IN (SELECT tag.article_id FROM article_topics tag
		JOIN topic_tree tree ON tree.descendant_id = tag.topic_id WHERE tree.ancestor_id = ?)`, t.Key)
}

// hangTopic joins every topic above t with t and every topic below it.
func (tx *Tx) hangTopic(t *model.Topic) error {
	if t.ParentKey == nil {
		return nil
	}
	return tx.exec(model.NodeTopic, "hang", `INSERT INTO topic_tree (ancestor_id, descendant_id, depth)
		SELECT up.ancestor_id, down.descendant_id, up.depth + down.depth + 1
		FROM topic_tree up CROSS JOIN topic_tree down
		WHERE up.descendant_id = ? AND down.ancestor_id = ?`, *t.ParentKey, t.Key)
}

// Topics reads the topics with the slot "parent", level by level from the roots down,
// each level by slug.
func (x *Snapshot) Topics(each func([]*model.Topic) error) error {
	w := walk[model.Topic]{
		plan: want("slug", "externalId", "mediaTopic", "names", "aliases", "description", "createdAt", "updatedAt"), rows: snapshotRows,
		order: "n.slug", after: func(t *model.Topic) sql.Clause { return sql.Text("n.slug > ?", t.Slug) },
	}
	relate(w.plan, "parent", "slug", "externalId")
	for depth, more := 0, true; more; depth++ {
		more = false
		where := sql.Text("(SELECT MAX(tree.depth) FROM topic_tree tree WHERE tree.descendant_id = n.id) = ?", depth)
		err := w.read(x, where, func(topics []*model.Topic) error { more = true; return each(topics) })
		if err != nil {
			return err
		}
	}
	return nil
}
