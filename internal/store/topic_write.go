package store

import (
	"reflect"

	"github.com/diwan-cms/diwan/model"
)

// Topic answers a topic to be written; NOT_FOUND when there is none.
func (tx *Tx) Topic(key int64) (*model.Topic, error) {
	return one[model.Topic](tx, model.NodeTopic, key)
}

// TopicPath answers a topic with all above it, the root first.
func (tx *Tx) TopicPath(key int64) ([]Holder, error) {
	var path []Holder
	err := tx.db.Raw(`SELECT t.id, t.slug FROM topic_tree tree JOIN topics t ON t.id = tree.ancestor_id
		WHERE tree.descendant_id = ? ORDER BY tree.depth DESC`, key).Scan(&path).Error
	return path, fail(err, model.NodeTopic, "read the ancestors of")
}

// InsertTopic writes a new topic and gives it its key, version and times.
func (tx *Tx) InsertTopic(t *model.Topic) error {
	t.Version, t.CreatedAt, t.UpdatedAt = 1, tx.at, tx.at
	if err := tx.db.Create(t).Error; err != nil {
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
	return tx.record(model.ChangeCreated, t.ID(), t.Version, true)
}

// UpdateTopic writes a topic that was read as before, and gives it its new
// version and time. CONFLICT when it is no longer as before. A new parent must
// not stand below the topic; see TopicPath. It moves everything below along,
// and costs as much as the articles there are many.
func (tx *Tx) UpdateTopic(before, t *model.Topic) error {
	t.Version, t.UpdatedAt = before.Version+1, tx.at
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
	return tx.record(model.ChangeUpdated, t.ID(), t.Version, true)
}

// DeleteTopic deletes a topic that nothing uses; see TopicUsers. Its place in
// the tree goes with its row.
func (tx *Tx) DeleteTopic(t *model.Topic) error { return tx.remove(t.ID(), t.Version, true) }

// TopicUsers answers the articles tagged with a topic, and the topics directly
// below it.
func (tx *Tx) TopicUsers(key int64) ([]Users, error) {
	articles, err := tx.users(model.NodeArticle, "a.slug", usersOf(byTopic()), key)
	if err != nil {
		return nil, err
	}
	topics, err := tx.users(model.NodeTopic, "slug", "FROM topics WHERE parent_id = ?", key)
	return []Users{articles, topics}, err
}

// moveTopic takes a topic and all below it from where they hung, hangs them
// under the topic's parent, and rewrites the timelines of their articles.
func (tx *Tx) moveTopic(t *model.Topic) error {
	const below = "(SELECT descendant_id FROM topic_tree WHERE ancestor_id = ?)"
	if err := tx.exec(model.NodeTopic, "unhang", "DELETE FROM topic_tree WHERE descendant_id IN "+below+" AND ancestor_id NOT IN "+below, t.Key, t.Key); err != nil {
		return err
	}
	if err := tx.hangTopic(t); err != nil {
		return err
	}
	return tx.writeTimeline(`IN (SELECT l.article_id FROM article_topics l
		JOIN topic_tree tree ON tree.descendant_id = l.topic_id WHERE tree.ancestor_id = ?)`, t.Key)
}

// hangTopic joins every topic above t with every topic below it, t included.
func (tx *Tx) hangTopic(t *model.Topic) error {
	if t.ParentKey == nil {
		return nil
	}
	return tx.exec(model.NodeTopic, "hang", `INSERT INTO topic_tree (ancestor_id, descendant_id, depth)
		SELECT up.ancestor_id, down.descendant_id, up.depth + down.depth + 1
		FROM topic_tree up CROSS JOIN topic_tree down
		WHERE up.descendant_id = ? AND down.ancestor_id = ?`, *t.ParentKey, t.Key)
}
