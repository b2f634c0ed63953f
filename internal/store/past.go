package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// revisionKey identifies a revision.
type revisionKey struct {
	article int64
	number  int
}

// pastVersions reads the content of revisions: from a row of the article if one still
// holds it, or else from what was saved. It takes six statements, whatever the number of
// revisions.
func pastVersions(db database.Scanner, e database.Engine, wanted []revisionKey) (map[revisionKey]*TaggedArticle, error) {
	var keys, numbers []int64
	for _, one := range wanted {
		keys, numbers = append(keys, one.article), append(numbers, int64(one.number))
	}
	keys, numbers = distinct(keys), distinct(numbers)
	var rows []struct {
		ArticleID int64
		Number    int
		Content   *string
	}
	err := db.Scan(&rows, sql.Join(" ", sql.Text("SELECT article_id, number, content FROM revisions WHERE"), sql.All(database.Among(e, "article_id", keys), database.Among(e, "number", numbers))))
	if err != nil {
		return nil, err
	}
	found := make(map[revisionKey]*TaggedArticle, len(rows))
	var standing []int64
	for _, row := range rows {
		one := revisionKey{row.ArticleID, row.Number}
		switch {
		case !slices.Contains(wanted, one):
		case row.Content == nil:
			standing = append(standing, row.ArticleID)
		default:
			var past pastArticle
			if err := json.Unmarshal([]byte(*row.Content), &past); err != nil {
				return nil, fmt.Errorf("read revision %d of article %d: %w", row.Number, row.ArticleID, err)
			}
			found[one] = past.tagged(row.ArticleID, row.Number)
		}
	}
	return found, addStanding(db, e, distinct(standing), found)
}

// addStanding adds the versions that rows of articles hold.
func addStanding(db database.Scanner, e database.Engine, keys []int64, found map[revisionKey]*TaggedArticle) error {
	if len(keys) == 0 {
		return nil
	}
	var versions []*model.Article
	if err := db.Scan(&versions, database.Among(e, "n.id", rowKeys(keys)).Wrap("SELECT n.* FROM articles n WHERE ", "")); err != nil {
		return err
	}
	of := map[int64]*TaggedArticle{}
	rows := make([]int64, len(versions))
	for i, version := range versions {
		rows[i], of[version.Key] = version.Key, &TaggedArticle{Article: *version}
	}
	var officials []struct {
		ArticleID int64
		model.TaggedOfficial
	}
	var countries, topics []struct{ ArticleID, Key int64 }
	var decisions []decisionRow
	tags := func(what string, t tagging) sql.Clause {
		return database.Among(e, "article_id", rows).Wrap("SELECT article_id, "+what+" FROM "+t.links+" WHERE ", " ORDER BY article_id, position")
	}
	err := firstError(
		db.Scan(&officials, tags("official_id, role", byOfficial())),
		db.Scan(&countries, tags(`country_id AS "key"`, byCountry())),
		db.Scan(&topics, tags(`topic_id AS "key"`, byTopic())),
		db.Scan(&decisions, decisionsOf(database.Among(e, "article_id", rows))),
	)
	for _, tag := range officials {
		of[tag.ArticleID].Officials = append(of[tag.ArticleID].Officials, tag.TaggedOfficial)
	}
	for _, tag := range countries {
		of[tag.ArticleID].Countries = append(of[tag.ArticleID].Countries, tag.Key)
	}
	for _, tag := range topics {
		of[tag.ArticleID].Topics = append(of[tag.ArticleID].Topics, tag.Key)
	}
	for _, row := range decisions {
		of[row.ArticleID].Decisions = append(of[row.ArticleID].Decisions, row.decision())
	}
	for _, version := range of {
		version.Key = version.ID().Key
		found[revisionKey{version.Key, version.Revision}] = version
	}
	return err
}

// asItWas is a past version as an article, with its tags.
func asItWas(t *TaggedArticle) *model.Article {
	a := t.Article
	a.Past = &t.Tags
	return &a
}

// pastTags loads the tags of articles of past revisions, without those that have since
// been deleted.
func pastTags[T any](tagged func(model.Tags) []int64) loader[model.Article] {
	return func(r *reading, nodes []*model.Article, relation *model.Relation) error {
		return hangTags[T](r, nodes, func(a *model.Article) []int64 { return tagged(*a.Past) }, relation)
	}
}

// Past returns the content of a revision, to be written again; NOT_FOUND if the article
// has no such revision.
func (tx *Tx) Past(article int64, number int) (*TaggedArticle, error) {
	key := revisionKey{article, number}
	found, err := pastVersions(tx.on, tx.engine, []revisionKey{key})
	if err != nil {
		return nil, fail(err, model.NodeArticle, "read a revision of")
	}
	if found[key] == nil {
		return nil, &model.Error{Code: model.ErrorCodeNotFound, Message: fmt.Sprintf("the article has no revision %d; see its `revisions`", number)}
	}
	return found[key], nil
}
