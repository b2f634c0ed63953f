package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

type officialTag struct {
	ArticleID  int64
	OfficialID int64
	Position   int
	Role       model.AppearanceRole
}

// TableName is where GORM finds it.
func (officialTag) TableName() string { return "article_officials" }

type countryTag struct {
	ArticleID int64
	CountryID int64
	Position  int
}

// TableName is where GORM finds it.
func (countryTag) TableName() string { return "article_countries" }

type topicTag struct {
	ArticleID int64
	TopicID   int64
	Position  int
}

// TableName is where GORM finds it.
func (topicTag) TableName() string { return "article_topics" }

// tagsRow are the keys of all tags of an article, for readers of whole rows; see tagKeys.
type tagsRow struct {
	ArticleID int64 `gorm:"primaryKey"`
	Tags      string
}

// TableName is where GORM finds it.
func (tagsRow) TableName() string { return "article_tags" }

// readTags reads the tags of an article, most prominent first.
func (tx *Tx) readTags(a *TaggedArticle) error {
	for _, read := range []struct {
		query string
		into  any
	}{
		{"SELECT official_id, role FROM article_officials WHERE article_id = ? ORDER BY position", &a.Officials},
		{"SELECT country_id FROM article_countries WHERE article_id = ? ORDER BY position", &a.Countries},
		{"SELECT topic_id FROM article_topics WHERE article_id = ? ORDER BY position", &a.Topics},
	} {
		if err := tx.on.Scan(read.into, sql.Text(read.query, a.Key)); err != nil {
			return fail(err, model.NodeArticle, "read the tags of")
		}
	}
	var rows []decisionRow
	of := decisionsOf(sql.Text("article_id = ?", a.Key))
	err := tx.on.Scan(&rows, of)
	for _, row := range rows {
		a.Decisions = append(a.Decisions, row.decision())
	}
	return fail(err, model.NodeArticle, "read the mentions of")
}

// writeDecisions replaces the decisions about the mentions of an article.
func (tx *Tx) writeDecisions(a *TaggedArticle) error {
	if err := tx.exec(model.NodeArticle, "forget the mentions of", "DELETE FROM article_mentions WHERE article_id = ?", a.Key); err != nil {
		return err
	}
	return tx.insertDecisions(a)
}

// insertDecisions writes the decisions about the mentions of an article that has none.
func (tx *Tx) insertDecisions(a *TaggedArticle) error {
	rows := make([]decisionRow, len(a.Decisions))
	for i, d := range a.Decisions {
		rows[i] = decisionRow{a.Key, d.Start, d.Surface, d.Entity.Type, d.Entity.Key, d.Method, d.Confidence, d.Status}
	}
	return insertTags(tx, rows)
}

// writeTags writes the tags of an article that has none.
func (tx *Tx) writeTags(a *TaggedArticle) error {
	officials := make([]officialTag, len(a.Officials))
	for i, o := range a.Officials {
		officials[i] = officialTag{a.Key, o.Key, i, o.Role}
	}
	countries := make([]countryTag, len(a.Countries))
	for i, key := range a.Countries {
		countries[i] = countryTag{a.Key, key, i}
	}
	topics := make([]topicTag, len(a.Topics))
	for i, key := range a.Topics {
		topics[i] = topicTag{a.Key, key, i}
	}
	row := tagsRow{a.Key, tagKeys{a.OfficialKeys(), a.Countries, a.Topics}.text()}
	return firstError(insertTags(tx, officials), insertTags(tx, countries), insertTags(tx, topics), insertTags(tx, []tagsRow{row}))
}

func insertTags[T any](tx *Tx, rows []T) error {
	return fail(tx.on.Later(rows), model.NodeArticle, "tag")
}

func (tx *Tx) dropTags(articleKey int64) error {
	for _, table := range []string{"article_officials", "article_countries", "article_topics", "article_tags"} {
		if err := tx.exec(model.NodeArticle, "untag", "DELETE FROM "+table+" WHERE article_id = ?", articleKey); err != nil {
			return err
		}
	}
	return nil
}

// timelineRow is an article in a timeline.
type timelineRow struct {
	OwnerType   model.NodeType
	OwnerID     int64
	PublishedAt model.DateTime
	ArticleID   int64
}

// TableName is where GORM finds it.
func (timelineRow) TableName() string { return "timeline" }

// insertTimeline derives the timelines of a version of an article that is in none from its
// tags, the topic tree and its publication.
func (tx *Tx) insertTimeline(a *TaggedArticle) error {
	var rows []timelineRow
	at := a.CreatedAt
	if a.PublishedAt != nil {
		at = *a.PublishedAt
	}
	add := func(owner model.NodeType, key int64) {
		if !a.Public {
			rows = append(rows, timelineRow{owner + unpublished, key, at, a.Key})
			return
		}
		rows = append(rows, timelineRow{owner, key, at, a.Key})
		tx.uses = append(tx.uses, use{owner: model.ID{Type: owner, Key: key}, more: 1})
	}
	for _, o := range a.Officials {
		add(model.NodeOfficial, o.Key)
	}
	for _, key := range a.Countries {
		add(model.NodeCountry, key)
	}
	above, err := tx.topicsAbove(a.Topics)
	for _, key := range above {
		add(model.NodeTopic, key)
	}
	for _, key := range a.Topics {
		add(topicItself, key)
	}
	if err == nil {
		err = tx.on.Later(rows)
	}
	return fail(err, model.NodeArticle, "write the timelines of")
}

// writeTimeline derives the timelines of the chosen versions of articles from their tags,
// the topic tree and their publication. chosen follows a column of keys: "= ?", or "IN (…)" with
// one placeholder. (SQLite builds a table for every IN with a query: 0.2 ms, too long
// for one article.)
func (tx *Tx) writeTimeline(chosen string, arg any) error {
	if err := tx.countUses("-", chosen, arg); err != nil {
		return err
	}
	if err := tx.exec(model.NodeArticle, "clear the timelines of", "DELETE FROM timeline WHERE article_id "+chosen, arg); err != nil {
		return err
	}
	from := func(tags string) string {
		return " FROM articles article JOIN " + tags + " ON tag.article_id = article.id"
	}
	owner := func(of model.NodeType) string {
		return "CASE WHEN article.public THEN '" + string(of) + "' ELSE '" + string(of) + unpublished + "' END"
	}
	const at = ", COALESCE(article.published_at, article.created_at), article.id"
	where := " WHERE article.id " + chosen
	err := tx.exec(model.NodeArticle, "write the timelines of",
		"INSERT INTO timeline (owner_type, owner_id, published_at, article_id)"+
			" SELECT "+owner(model.NodeOfficial)+", tag.official_id"+at+from("article_officials tag")+where+
			" UNION ALL SELECT "+owner(model.NodeCountry)+", tag.country_id"+at+from("article_countries tag")+where+
			" UNION ALL SELECT DISTINCT "+owner(model.NodeTopic)+", tree.ancestor_id"+at+from("article_topics tag")+
			" JOIN topic_tree tree ON tree.descendant_id = tag.topic_id"+where+
			" UNION ALL SELECT "+owner(topicItself)+", tag.topic_id"+at+from("article_topics tag")+where,
		arg, arg, arg, arg)
	if err != nil {
		return err
	}
	return tx.countUses("+", chosen, arg)
}

// countUses adds the chosen articles to the uses of the nodes in readers' timelines, or
// subtracts them.
func (tx *Tx) countUses(sign, chosen string, arg any) error {
	return tx.exec(model.NodeArticle, "count the uses of", "INSERT INTO node_uses (node_type, node_id, articles)"+
		" SELECT owner_type, owner_id, "+sign+"COUNT(*) FROM timeline WHERE article_id "+chosen+" AND "+ofReaders+" GROUP BY owner_type, owner_id"+addUses, arg)
}
