package store

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

func topics() noun[model.Topic] {
	return noun[model.Topic]{
		node:   model.NodeTopic,
		table:  "topics",
		always: []string{"parent_id"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "mediaTopic": "media_topic", "name": "names", "localizedName": "names",
			"names": "names", "aliases": "aliases",
			"description": "descriptions", "version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		key:    func(t *model.Topic) int64 { return t.Key },
		slots:  func(t *model.Topic) *model.Slots { return &t.Slots },
		relate: relateTopics,
	}
}

func relateTopics(r *reading, nodes []*model.Topic, relation *model.Relation) error {
	switch relation.Field {
	case "parent":
		return toOne(r, topics(), nodes, func(t *model.Topic) *int64 { return t.ParentKey }, topics(), relation)
	case "ancestors":
		return toMany(r, topics(), nodes, topics(), relation,
			"topic_tree c JOIN topics n ON n.id = c.ancestor_id", "c.descendant_id", sql("c.depth > 0"), sql("c.depth DESC"))
	case "children":
		return toMany(r, topics(), nodes, topics(), relation, "topics n", "n.parent_id", always(), r.nameTerm(model.NodeTopic))
	case "articles":
		return relateArticlePages(r, topics(), nodes, relation, byTopic())
	}
	return fmt.Errorf("topics have no relation %s", relation.Field)
}

// Topic answers one topic by one of its keys, NOT_FOUND when there is none.
func (s *Store) Topic(ctx context.Context, view View, by model.TopicBy, plan *model.Plan) (*model.Topic, error) {
	return single(ctx, s, view, topics(), plan, func(*reading) (clause, error) {
		return keyed(model.NodeTopic, by.ID, "slug", by.Slug, "external_id", by.ExternalID)
	})
}

// Topics answers a page of topics.
func (s *Store) Topics(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.TopicConnection, error) {
	one, err := namedPage(ctx, s, view, topics(), q, plan, func(r *reading, field string) (clause, kind) {
		switch model.TopicOrderField(field) {
		case model.TopicOrderFieldSlug:
			return sql("n.slug"), letters
		case model.TopicOrderFieldCreatedAt:
			return sql("n.created_at"), numbers
		case model.TopicOrderFieldUpdatedAt:
			return sql("n.updated_at"), numbers
		}
		return r.nameTerm(model.NodeTopic), sortKeys
	})
	return &model.TopicConnection{Connection: one}, err
}
