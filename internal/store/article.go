package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/diwan-cms/diwan/model"
)

func articles() noun[model.Article] {
	return noun[model.Article]{
		node:   model.NodeArticle,
		table:  "articles",
		always: []string{"language", "published_at", "translation_of"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "language": "language", "title": "title", "summary": "summary",
			"body": "body", "byline": "byline", "sourceName": "source_name", "sourceUrl": "source_url", "status": "status",
			"publishedAt": "published_at", "scheduledFor": "scheduled_for", "link": "link", "wordCount": "word_count", "readingMinutes": "word_count", "version": "version", "createdAt": "created_at",
			"updatedAt": "updated_at",
		},
		key:    func(a *model.Article) int64 { return a.Key },
		slots:  func(a *model.Article) *model.Slots { return &a.Slots },
		relate: relateArticles,
	}
}

func relateArticles(r *reading, nodes []*model.Article, relation *model.Relation) error {
	if len(nodes) > 0 && nodes[0].Past != nil && !ofNow(relation.Field) {
		return relatePast(r, nodes, relation)
	}
	switch relation.Field {
	case "officials":
		return toMany(r, articles(), nodes, officials(), relation, byOfficial().tagged(), "l.article_id", always(), sql("l.position"))
	case "countries":
		return toMany(r, articles(), nodes, countries(), relation, byCountry().tagged(), "l.article_id", always(), sql("l.position"))
	case "topics":
		return toMany(r, articles(), nodes, topics(), relation, byTopic().tagged(), "l.article_id", always(), sql("l.position"))
	case "translations":
		return toMany(r, articles(), nodes, articles(), relation,
			// CROSS: SQLite would start from all that are published.
			"articles o CROSS JOIN articles n", "o.id", sql("n.translation_of = o.translation_of AND ABS(n.id) <> ABS(o.id)"), sql("n.language"))
	case "mentions":
		return mentions(r, nodes, relation)
	case "appearances":
		return appearances(r, nodes, relation)
	case "related":
		return related(r, nodes, relation)
	case "revisions":
		return revisionPages(r, nodes, relation)
	}
	return fmt.Errorf("articles have no relation %s", relation.Field)
}

// Article answers one article by one of its keys, NOT_FOUND when there is none
// that the view may see.
func (s *Store) Article(ctx context.Context, view View, by model.ArticleBy, language *model.Language, plan *model.Plan) (*model.Article, error) {
	return single(ctx, s, view, articles(), plan, func(r *reading) (clause, error) {
		if by.Slug != nil {
			return articleBySlug(r, *by.Slug, language), nil
		}
		one, err := keyed(model.NodeArticle, by.ID, "external_id", by.ExternalID)
		if err != nil || language == nil {
			return one, err
		}
		return both(sql("n.language = ?", *language),
			both(one, reachable(r, articles())).in("n.translation_of IN (SELECT n.translation_of FROM articles n WHERE ", ")")), nil
	})
}

// articleBySlug holds for the one article with this slug in the language that
// is wanted, else in the first of the request's in which there is one.
func articleBySlug(r *reading, slug string, language *model.Language) clause {
	if language != nil {
		return sql("n.slug = ? AND n.language = ?", slug, *language)
	}
	return join(" ",
		both(sql("n.slug = ?", slug), reachable(r, articles())).in("n.id = (SELECT n.id FROM articles n WHERE ", ""),
		r.rank("n.language").in("ORDER BY ", ""), sql(", n.language LIMIT 1)"))
}

// rank is the place of a language among those of the request, behind them for any
// other.
func (r *reading) rank(column string) clause {
	rank := sql("CASE")
	chain := model.Chain(r.view.Languages)
	for place, l := range chain {
		rank = join(" ", rank, sql("WHEN "+column+" = ? THEN "+strconv.Itoa(place), l))
	}
	return join(" ", rank, sql("ELSE "+strconv.Itoa(len(chain))+" END"))
}

// Articles answers a page of articles.
func (s *Store) Articles(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.ArticleConnection, error) {
	var answer *model.ArticleConnection
	err := s.read(ctx, view, func(r *reading) (err error) {
		if searched(q) {
			answer, err = r.searchArticles(q, plan)
			return err
		}
		pages, err := articlePages(r, everyArticle(r), q, nil, plan)
		answer = pages[0]
		return err
	})
	return answer, err
}

// origin is where the articles of a list come from: the tables, the article's
// as n, and what holds for them.
type origin struct {
	from  string
	where clause
	// published and key are the expressions by which the rows can be walked in
	// order of publication.
	published, key string
}

func everyArticle(r *reading) origin {
	return origin{from: "articles n", where: visible(r, articles()), published: "n.published_at", key: "n.id"}
}

// articlesOf are the articles of each node p.value of a type. Readers' lists
// walk the timeline; the table of links serves who sees drafts.
func articlesOf(r *reading, t tagging, below bool) origin {
	linked := "FROM " + t.links + " l WHERE l." + t.column + " = p.value"
	if r.view.PreviewOnly {
		return everyArticle(r) // which is none
	}
	if !r.view.Drafts {
		o := origin{
			from:      "timeline t JOIN articles n ON n.id = t.article_id",
			where:     sql("t.owner_type = ? AND t.owner_id = p.value", t.node),
			published: "t.published_at", key: "t.article_id",
		}
		if t.node == model.NodeTopic && !below {
			o.where = both(o.where, sql("EXISTS (SELECT 1 "+linked+" AND l.article_id = t.article_id)"))
		}
		return o
	}
	if t.node == model.NodeTopic && below {
		linked = "FROM topic_tree c JOIN article_topics l ON l.topic_id = c.descendant_id WHERE c.ancestor_id = p.value"
	}
	return origin{from: "articles n", where: both(visible(r, articles()), sql(r.dialect.belongs("n.id", "l.article_id", linked))), published: "n.published_at", key: "n.id"}
}

// articlePages reads a page of articles for each parent.
func articlePages(r *reading, o origin, q model.Query, parents []int64, plan *model.Plan) (map[int64]*model.ArticleConnection, error) {
	filter, err := matches(r.dialect, q.Filter)
	if err != nil {
		return nil, err
	}
	l := list{from: sql(o.from), where: both(o.where, filter)}
	asked, err := ordered(q)
	if err != nil {
		return nil, err
	}
	if l.order, err = articleOrder(r, asked, o.published, ""); err != nil {
		return nil, err
	}
	l.order.key = o.key
	if l.outer, err = articleOrder(r, asked, "n.published_at", ""); err != nil {
		return nil, err
	}
	wanted := planOf(plan)
	of := map[int64]*model.ArticleFacets{0: {}}
	for _, parent := range parents {
		of[parent] = &model.ArticleFacets{}
	}
	answers := make(map[int64]*model.ArticleConnection, len(of))
	err = r.together(
		func() error {
			pages, err := page(r, articles(), l, parents, q.Page, wanted)
			for parent, one := range pages {
				answers[parent] = &model.ArticleConnection{Connection: *one, Facets: of[parent]}
			}
			return err
		},
		func() error { return facets(r, l, of, wanted.facets) },
	)
	return answers, err
}

// articleOrder is an order of articles: published and score are the expressions of
// two of its terms.
func articleOrder(r *reading, asked []model.Order, published, score string) (order, error) {
	return orderOf(model.NodeArticle, asked, model.Order{Field: string(model.ArticleOrderFieldPublishedAt), Desc: true},
		func(field string) (clause, kind) {
			switch model.ArticleOrderField(field) {
			case model.ArticleOrderFieldRelevance:
				return sql(score), numbers
			case model.ArticleOrderFieldTitle:
				return sql("n.title_sort_key"), sortKeys
			case model.ArticleOrderFieldUpdatedAt:
				return sql("n.updated_at"), numbers
			case model.ArticleOrderFieldCreatedAt:
				return sql("n.created_at"), numbers
			}
			if r.view.Drafts { // a draft that readers never saw stands where it was created
				return sql("COALESCE(n.published_at, n.created_at)"), numbers
			}
			return sql(published), numbers
		})
}

// relateArticlePages loads the field `articles` of nodes that own articles.
func relateArticlePages[P any](r *reading, p noun[P], nodes []*P, relation *model.Relation, t tagging) error {
	args := relation.Args
	q := model.Query{
		Page:  args.Page(),
		Order: model.Terms(args.OrderBy),
	}
	if args.Filter != nil {
		q.Filter = args.Filter
	}
	below := args.IncludeDescendants == nil || *args.IncludeDescendants
	pages, err := articlePages(r, articlesOf(r, t, below), q, keysOf(p, nodes), relation.Plan)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		p.slots(node).Hang(relation.Key, pages[p.key(node)])
	}
	return nil
}
