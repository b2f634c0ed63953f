package store

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// AsOf names an article by one of its keys, at a moment.
type AsOf struct {
	By       model.ArticleBy
	Language *model.Language
	At       model.DateTime
}

// ArticleAsOf returns an article as readers saw it at a moment; NOT_FOUND if they did
// not see it.
func (s *Store) ArticleAsOf(ctx context.Context, view View, asked AsOf, plan *model.Plan) (*model.Article, error) {
	var article *model.Article
	err := s.read(ctx, view, func(r *reading) error {
		p, err := r.publicationAt(asked)
		if err != nil {
			return err
		}
		key := revisionKey{p.ArticleID, p.Revision}
		found, err := pastVersions(r, r.engine, []revisionKey{key})
		if err != nil {
			return err
		}
		if found[key] == nil {
			return fmt.Errorf("revision %d of article %d is missing", p.Revision, p.ArticleID)
		}
		article = asItWas(found[key])
		article.Status, article.PublishedAt, article.Version, article.UpdatedAt = model.ArticleStatusPublished, &p.PublishedAt, p.Version, p.UpdatedAt
		article.ScheduledFor = nil
		return loadBelow(r, []*model.Article{article}, plan)
	})
	return article, err
}

func (r *reading) publicationAt(asked AsOf) (*publication, error) {
	by, language := asked.By, asked.Language
	where := sql.Text("publication.begun_at <= ? AND (publication.ended_at IS NULL OR publication.ended_at > ?)", asked.At, asked.At)
	switch {
	case by.ID != nil && by.ID.Type != model.NodeArticle:
		return nil, model.NotFound(model.NodeArticle)
	case by.ID != nil && language == nil:
		where = sql.All(where, sql.Text("publication.article_id = ?", by.ID.Key))
	case by.ID != nil:
		where = sql.All(where, anyVersion("named.id", by.ID.Key).Wrap("publication.article_id IN (SELECT "+articleKeyOf("translation.id")+" FROM articles named JOIN articles translation ON translation.translation_of = named.translation_of WHERE ", ")"))
	case by.Slug != nil:
		where = sql.All(where, sql.Text("publication.slug = ?", text.Key(*by.Slug)))
	case by.ExternalID != nil && language == nil:
		where = sql.All(where, sql.Text("publication.external_id = ?", text.Key(*by.ExternalID)))
	case by.ExternalID != nil: // the translations of the article that had it then
		then, err := r.publicationAt(AsOf{By: by, At: asked.At})
		if err != nil {
			return nil, err
		}
		return r.publicationAt(AsOf{model.ArticleBy{ID: &model.ID{Type: model.NodeArticle, Key: then.ArticleID}}, language, asked.At})
	}
	if language != nil {
		where = sql.All(where, sql.Text("publication.language = ?", *language))
	}
	var found []publication
	err := r.Scan(&found, sql.Join(" ", where.Wrap("SELECT publication.* FROM publications publication WHERE ", " ORDER BY"), r.languageRank("publication.language"), sql.Text(", publication.language, publication.id DESC LIMIT 1")))
	if err == nil && len(found) == 0 {
		err = model.NotFound(model.NodeArticle)
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}
