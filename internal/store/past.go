package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/model"
)

// revisionKey names a revision.
type revisionKey struct {
	article int64
	number  int
}

// pasts reads what revisions said: of those that a row of the article still is from
// the row, of others from what was kept. Six statements, however many they are.
func pasts(scan scanner, d dialect, wanted []revisionKey) (map[revisionKey]*TaggedArticle, error) {
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
	err := scan(&rows, join(" ", sql("SELECT article_id, number, content FROM revisions WHERE"), both(among(d, "article_id", keys), among(d, "number", numbers))))
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
	return found, standingVersions(scan, d, distinct(standing), found)
}

// standingVersions adds the versions of articles that are rows.
func standingVersions(scan scanner, d dialect, keys []int64, found map[revisionKey]*TaggedArticle) error {
	if len(keys) == 0 {
		return nil
	}
	var versions []*model.Article
	if err := scan(&versions, among(d, "n.id", withCopies(keys)).in("SELECT n.* FROM articles n WHERE ", "")); err != nil {
		return err
	}
	of := map[int64]*TaggedArticle{}
	rows := make([]int64, len(versions))
	for i, version := range versions {
		rows[i], of[version.Key] = version.Key, &TaggedArticle{Article: *version}
	}
	var officials []struct {
		ArticleID int64
		TaggedOfficial
	}
	var countries, topics []struct{ ArticleID, Key int64 }
	var decisions []decisionRow
	tags := func(what string, t tagging) clause {
		return among(d, "article_id", rows).in("SELECT article_id, "+what+" FROM "+t.links+" WHERE ", " ORDER BY article_id, position")
	}
	err := firstError(
		scan(&officials, tags("official_id, role", byOfficial())),
		scan(&countries, tags(`country_id AS "key"`, byCountry())),
		scan(&topics, tags(`topic_id AS "key"`, byTopic())),
		scan(&decisions, decisionsOf(among(d, "article_id", rows))),
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

// asItWas is the article that a version was, to be answered.
func asItWas(t *TaggedArticle) *model.Article {
	a := t.Article
	a.Past = t
	return &a
}

// ofNow says that a relation of an article as it was is that of the article as it is.
func ofNow(field string) bool {
	return field == "translations" || field == "related" || field == "revisions"
}

// relatePast loads what articles were tagged with, without what is deleted since.
func relatePast(r *reading, nodes []*model.Article, relation *model.Relation) error {
	switch relation.Field {
	case "officials":
		return pastTags(r, nodes, officials(), relation, func(t *TaggedArticle) []int64 { return officialKeys(t) })
	case "countries":
		return pastTags(r, nodes, countries(), relation, func(t *TaggedArticle) []int64 { return t.Countries })
	case "topics":
		return pastTags(r, nodes, topics(), relation, func(t *TaggedArticle) []int64 { return t.Topics })
	case "appearances":
		relation.Plan.Relate("official", "official", model.Args{}) // tells who is deleted
		var links []appearanceLink
		for i, node := range nodes {
			for _, official := range node.Past.(*TaggedArticle).Officials {
				links = append(links, appearanceLink{int64(i), official.Key, official.Role})
			}
		}
		return appearancesOf(r, nodes, links, func(i int) int64 { return int64(i) }, relation)
	case "mentions":
		return pastMentions(r, nodes, relation)
	}
	return fmt.Errorf("articles as they were have no relation %s", relation.Field)
}

func officialKeys(t *TaggedArticle) []int64 {
	keys := make([]int64, len(t.Officials))
	for i, official := range t.Officials {
		keys[i] = official.Key
	}
	return keys
}

func pastTags[T any](r *reading, nodes []*model.Article, n noun[T], relation *model.Relation, tagged func(*TaggedArticle) []int64) error {
	var keys []int64
	for _, node := range nodes {
		keys = append(keys, tagged(node.Past.(*TaggedArticle))...)
	}
	found, err := byKeys(r, n, distinct(keys), relation.Plan)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		list := []*T{}
		for _, key := range tagged(node.Past.(*TaggedArticle)) {
			if found[key] != nil {
				list = append(list, found[key])
			}
		}
		node.Hang(relation.Key, list)
	}
	return nil
}

func pastMentions(r *reading, nodes []*model.Article, relation *model.Relation) error {
	for _, node := range nodes {
		past := node.Past.(*TaggedArticle)
		shown := slices.DeleteFunc(slices.Clone(past.Decisions), func(d Decision) bool { return d.Start < 0 })
		if past.Link != model.LinkModeOff {
			linker, err := r.linker(past.Language)
			if err != nil {
				return err
			}
			shown = withSuggestions(shown, past.Decisions, suggestionsOf(linker, r.render.Plain(past.Markdown), dayOf(r, node)))
		}
		if err := hangMentions(r, []*model.Article{node}, map[int64][]Decision{node.Key: shown}, relation); err != nil {
			return err
		}
	}
	return nil
}

// Past answers what an article said in a revision, to be written; NOT_FOUND when it
// has no such revision.
func (tx *Tx) Past(article int64, number int) (*TaggedArticle, error) {
	scan := func(into any, statement clause) error {
		return tx.db.Raw(statement.sql, statement.args...).Scan(into).Error
	}
	key := revisionKey{article, number}
	found, err := pasts(scan, tx.dialect, []revisionKey{key})
	if err != nil {
		return nil, fail(err, model.NodeArticle, "read a revision of")
	}
	if found[key] == nil {
		return nil, &model.Error{Code: model.ErrorCodeNotFound, Message: fmt.Sprintf("the article has no revision %d; see its `revisions`", number)}
	}
	return found[key], nil
}

// ArticleAsOf answers what readers saw of an article at a moment, by its keys of
// then; NOT_FOUND when they saw none.
func (s *Store) ArticleAsOf(ctx context.Context, view View, by model.ArticleBy, language *model.Language, at model.DateTime, plan *model.Plan) (*model.Article, error) {
	var article *model.Article
	err := s.read(ctx, view, func(r *reading) error {
		p, err := r.publicationAt(by, language, at)
		if err != nil {
			return err
		}
		key := revisionKey{p.ArticleID, p.Revision}
		found, err := pasts(r.scan, r.dialect, []revisionKey{key})
		if err != nil {
			return err
		}
		if found[key] == nil {
			return fmt.Errorf("revision %d of article %d is missing", p.Revision, p.ArticleID)
		}
		article = asItWas(found[key])
		article.Status, article.PublishedAt, article.Version, article.UpdatedAt = model.ArticleStatusPublished, &p.PublishedAt, p.Version, p.BegunAt
		article.ScheduledFor = nil
		return below(r, articles(), []*model.Article{article}, plan)
	})
	return article, err
}

func (r *reading) publicationAt(by model.ArticleBy, language *model.Language, at model.DateTime) (*publication, error) {
	where := sql("p.begun_at <= ? AND (p.ended_at IS NULL OR p.ended_at > ?)", at, at)
	switch {
	case by.ID != nil && by.ID.Type != model.NodeArticle:
		return nil, model.NotFound(model.NodeArticle)
	case by.ID != nil && language == nil:
		where = both(where, sql("p.article_id = ?", by.ID.Key))
	case by.ID != nil:
		where = both(where, sql("p.article_id IN (SELECT ABS(t.id) FROM articles o JOIN articles t ON t.translation_of = o.translation_of WHERE o.id IN (?, ?))", by.ID.Key, -by.ID.Key))
	case by.Slug != nil:
		where = both(where, sql("p.slug = ?", *by.Slug))
	case by.ExternalID != nil && language == nil:
		where = both(where, sql("p.external_id = ?", *by.ExternalID))
	case by.ExternalID != nil: // the translations of the article that had it then
		then, err := r.publicationAt(by, nil, at)
		if err != nil {
			return nil, err
		}
		return r.publicationAt(model.ArticleBy{ID: &model.ID{Type: model.NodeArticle, Key: then.ArticleID}}, language, at)
	}
	if language != nil {
		where = both(where, sql("p.language = ?", *language))
	}
	var found []publication
	err := r.scan(&found, join(" ", where.in("SELECT p.* FROM publications p WHERE ", " ORDER BY"), r.rank("p.language"), sql(", p.language, p.id DESC LIMIT 1")))
	if err == nil && len(found) == 0 {
		err = model.NotFound(model.NodeArticle)
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}
