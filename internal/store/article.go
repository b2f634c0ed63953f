package store

import (
	"context"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// articleNoun is the noun Article. Its mentions are loaded by the given loader.
func articleNoun(mentions mentionLoader) *noun[model.Article] {
	return &noun[model.Article]{
		node:   model.NodeArticle,
		table:  "articles",
		key:    func(a *model.Article) int64 { return a.Key },
		slots:  func(a *model.Article) *model.Slots { return &a.Slots },
		asNode: func(a *model.Article) model.Node { return a },
		always: []string{"language", "published_at", "translation_of"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "language": "language", "title": "title", "summary": "summary",
			"body": "body", "byline": "byline", "sourceName": "source_name", "sourceUrl": "source_url", "status": "status",
			"publishedAt": "published_at", "scheduledFor": "scheduled_for", "link": "link", "wordCount": "word_count", "readingMinutes": "word_count", "version": "version", "createdAt": "created_at",
			"updatedAt": "updated_at", "createdBy": "owner",
		},
		relations: map[string]loader[model.Article]{
			"officials":    nowOrThen(tagsOfArticles[model.Official](byOfficial()), pastTags[model.Official](model.Tags.OfficialKeys)),
			"countries":    nowOrThen(tagsOfArticles[model.Country](byCountry()), pastTags[model.Country](func(t model.Tags) []int64 { return t.Countries })),
			"topics":       nowOrThen(tagsOfArticles[model.Topic](byTopic()), pastTags[model.Topic](func(t model.Tags) []int64 { return t.Topics })),
			"appearances":  nowOrThen(appearances, pastAppearances),
			"mentions":     nowOrThen(mentions.load, mentions.loadPast),
			"translations": translations,
			"related":      related,
			"revisions":    revisionPages,
		},
		tagged:  []string{"officials", "countries", "topics"},
		visible: seenArticles,
		byKey:   seenArticlesByKey,
		filter:  filterBy((*filters).article),
		parts: []Table{
			{Name: "article_officials", Keys: []string{"article_id", "official_id"}},
			{Name: "article_countries", Keys: []string{"article_id", "country_id"}},
			{Name: "article_topics", Keys: []string{"article_id", "topic_id"}},
			{Name: "article_tags", Keys: []string{"article_id"}},
			{Name: "timeline", Keys: []string{"owner_type", "owner_id", "published_at", "article_id"}},
			{Name: "article_mentions", Keys: []string{"article_id", "start_at", "surface", "node_type", "node_id"}},
		},
	}
}

// nowOrThen loads a relation with one loader for current articles, and with another for
// articles of past revisions. The articles of one list are either all current or all
// past.
func nowOrThen(now, then loader[model.Article]) loader[model.Article] {
	return func(r *reading, nodes []*model.Article, relation *model.Relation) error {
		if len(nodes) > 0 && nodes[0].Past != nil {
			return then(r, nodes, relation)
		}
		return now(r, nodes, relation)
	}
}

func translations(r *reading, nodes []*model.Article, relation *model.Relation) error {
	return toMany[model.Article](r, nodes, children{
		from:  "articles owner CROSS JOIN articles n", // CROSS: SQLite would start from all published articles
		owner: "owner.id",
		where: sql.Text("n.translation_of = owner.translation_of AND " + articleKeyOf("n.id") + " <> " + articleKeyOf("owner.id")),
		order: sql.Text("n.language"),
	}, relation)
}

// Article returns one article by one of its keys; NOT_FOUND if the view shows no such
// article.
func (s *Store) Article(ctx context.Context, view View, by model.ArticleBy, language *model.Language, plan *model.Plan) (*model.Article, error) {
	return single[model.Article](ctx, s, view, plan, func(r *reading) (sql.Clause, error) {
		if by.Slug != nil {
			return articleBySlug(r, *by.Slug, language), nil
		}
		one, err := keyed(model.NodeArticle, by.ID, uniqueKey{"external_id", by.ExternalID})
		if err != nil {
			return one, err
		}
		if by.ID == nil {
			one = uniqueVersion(r.view, one)
		}
		if language == nil {
			return one, nil
		}
		return sql.All(sql.Text("n.language = ?", *language),
			sql.All(one, seenArticlesByKey(r.view)).Wrap("n.translation_of IN (SELECT n.translation_of FROM articles n WHERE ", ")")), nil
	})
}

// articleBySlug matches the one article with this slug in the given language or, without
// one, in the first of the request's languages that has such an article.
func articleBySlug(r *reading, slug string, language *model.Language) sql.Clause {
	slug = text.Key(slug)
	if language != nil {
		return uniqueVersion(r.view, sql.Text("n.slug = ? AND n.language = ?", slug, *language))
	}
	return sql.Join(" ",
		sql.All(sql.Text("n.slug = ?", slug), seenArticlesByKey(r.view)).Wrap("n.id = (SELECT n.id FROM articles n WHERE ", ""),
		r.languageRank("n.language").Wrap("ORDER BY ", ""), sql.Text(", n.language LIMIT 1)"))
}

// Articles returns a page of articles.
func (s *Store) Articles(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.ArticleConnection, error) {
	var answer *model.ArticleConnection
	err := s.readPlan(ctx, view, plan, func(r *reading) (err error) {
		if searched(q) {
			answer, err = searcher{r, &s.words}.articles(q, plan)
			return err
		}
		f, _ := q.Filter.(*model.ArticleFilter)
		from, err := filteredArticles(r, f, byPublication(q.Order))
		if err != nil {
			return err
		}
		pages, err := articlePages(r, from, q, nil, plan)
		answer = pages[0]
		return err
	})
	return answer, err
}

func (fs *filters) article(a string, f *model.ArticleFilter) sql.Clause {
	if f == nil {
		return sql.Always()
	}
	c := fs.articleID(a, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.key(a+".external_id", f.ExternalID)...)
	c = append(c, fs.key(a+".language", f.Language)...)
	c = append(c, fs.words(a+".title", a+".title_folded", f.Title)...)
	c = append(c, instant(a+".published_at", f.PublishedAt)...)
	c = append(c, instant(a+".scheduled_for", f.ScheduledFor)...)
	c = append(c, instant(a+".created_at", f.CreatedAt)...)
	if f.HasUnpublishedChanges != nil {
		c = append(c, isCopy(a, *f.HasUnpublishedChanges))
	}
	c = append(c, instant(a+".updated_at", f.UpdatedAt)...)
	if s := f.Status; s != nil {
		c = append(c, comparisons(fs, a+".status", comparison[model.ArticleStatus](*s))...)
		if s.Eq != nil && *s.Eq != model.ArticleStatusPublished { // which follows, and leads to their index
			c = append(c, sql.Text("NOT "+a+".public"))
		}
	}
	fs.ofRows = fs.ofRows || len(c) > 0
	if l := f.Officials; l != nil {
		c = append(c, fs.tagged(byOfficial(), listFilter[model.OfficialFilter](*l).on(fs, fs.official, oneOfficial))...)
	}
	if l := f.Countries; l != nil {
		c = append(c, fs.tagged(byCountry(), listFilter[model.CountryFilter](*l).on(fs, fs.country, oneCountry))...)
	}
	if l := f.Topics; l != nil {
		c = append(c, fs.tagged(byTopic(), listFilter[model.TopicFilter](*l).on(fs, fs.topic, oneTopic))...)
	}
	return logic(c, a, operators[model.ArticleFilter]{f.And, f.Or, f.Not}, fs.article)
}

// articleID is a condition on the key of an article, whichever version a row is.
// Equality is added a second time, on the plain column, because no index covers
// articleKeyOf.
func (fs *filters) articleID(a string, f *model.IDFilter) []sql.Clause {
	c := fs.id(articleKeyOf(a+".id"), model.NodeArticle, f)
	if f == nil {
		return c
	}
	if f.Eq != nil {
		c = append(c, database.Among(fs.engine, a+".id", rowKeys([]int64{f.Eq.Key})))
	}
	if f.In != nil {
		keys := make([]int64, len(f.In))
		for i, id := range f.In {
			keys[i] = id.Key
		}
		c = append(c, database.Among(fs.engine, a+".id", rowKeys(keys)))
	}
	return c
}
