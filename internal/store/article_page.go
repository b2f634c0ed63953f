package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// origin says where the articles of a list come from: the tables, and the condition on
// their rows.
type origin struct {
	from  string
	where sql.Clause
	// published and key are the expressions that walk the rows in order of publication.
	published, key string
}

func everyArticle(r *reading) origin {
	return origin{from: "articles n", where: walkedArticles(r.view), published: "n.published_at", key: "n.id"}
}

// articlesOf are the articles tagged with each of the parents. Lists for readers walk
// the timeline; views that show drafts read the table of links. descendants adds the
// articles of the topics below a topic.
func articlesOf(r *reading, t tagging, descendants bool) origin {
	linked := "FROM " + t.links + " l WHERE l." + t.column + " = p.value"
	if r.view.PreviewOnly {
		return everyArticle(r) // which is none
	}
	if !r.view.Drafts {
		o := origin{
			from:      "timeline t JOIN articles n ON n.id = t.article_id",
			where:     sql.Text("t.owner_type = ? AND t.owner_id = p.value", t.node),
			published: "t.published_at", key: "t.article_id",
		}
		if t.node == model.NodeTopic && !descendants {
			o.where = sql.All(o.where, sql.Text("EXISTS (SELECT 1 "+linked+" AND l.article_id = t.article_id)"))
		}
		return o
	}
	if t.node == model.NodeTopic && descendants {
		linked = "FROM topic_tree tree JOIN article_topics l ON l.topic_id = tree.descendant_id WHERE tree.ancestor_id = p.value"
	}
	return origin{from: "articles n", where: sql.All(seenArticles(r.view), sql.Text(r.engine.Belongs("n.id", "l.article_id", linked))), published: "n.published_at", key: "n.id"}
}

// articlePages reads a page of articles for each parent.
func articlePages(r *reading, o origin, q model.Query, parents []int64, plan *model.Plan) (map[int64]*model.ArticleConnection, error) {
	filter, err := matches(r.engine, r.nouns, q.Filter)
	if err != nil {
		return nil, err
	}
	l := list{from: sql.Text(o.from), where: sql.All(o.where, filter)}
	asked, err := askedOrder(q)
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
	request, err := newRequest(q.Page, plan)
	if err != nil {
		return nil, err
	}
	of := map[int64]*model.ArticleFacets{0: {}}
	for _, parent := range parents {
		of[parent] = &model.ArticleFacets{}
	}
	answers := make(map[int64]*model.ArticleConnection, len(of))
	err = r.Together(
		func() error {
			pages, err := connections[model.Article](r, inOnePart(l), parents, request)
			for parent, one := range pages {
				answers[parent] = &model.ArticleConnection{Connection: *one, Facets: of[parent]}
			}
			return err
		},
		func() error { return facets(r, l, of, request.wanted.facets) },
	)
	return answers, err
}

// articleOrder is an order of articles. published and score are the expressions for two
// of its terms.
func articleOrder(r *reading, asked []model.Order, published, score string) (order, error) {
	return orderOf(model.NodeArticle, asked, model.Order{Field: string(model.ArticleOrderFieldPublishedAt), Desc: true},
		func(field string) (sql.Clause, valueKind) {
			switch model.ArticleOrderField(field) {
			case model.ArticleOrderFieldRelevance:
				return sql.Text(score), numbers
			case model.ArticleOrderFieldTitle:
				return sql.Text("n.title_sort_key"), sortKeys
			case model.ArticleOrderFieldUpdatedAt:
				return sql.Text("n.updated_at"), numbers
			case model.ArticleOrderFieldCreatedAt:
				return sql.Text("n.created_at"), numbers
			}
			if r.view.Drafts { // a draft that was never published stands where it was created
				return sql.Text("COALESCE(n.published_at, n.created_at)"), numbers
			}
			return sql.Text(published), numbers
		})
}

// articlesOfNodes loads the field `articles` of nodes that are tags of articles.
func articlesOfNodes[P any](t tagging) loader[P] {
	return func(r *reading, nodes []*P, relation *model.Relation) error {
		args := relation.Args
		q := model.Query{
			Page:  args.Page(),
			Order: model.Terms(args.OrderBy),
		}
		if args.Filter != nil {
			q.Filter = args.Filter
		}
		descendants := args.IncludeDescendants == nil || *args.IncludeDescendants
		p := nounOf[P](r.nouns)
		pages, err := articlePages(r, articlesOf(r, t, descendants), q, p.keysOf(nodes), relation.Plan)
		if err != nil {
			return err
		}
		for _, node := range nodes {
			p.slots(node).Hang(relation.Key, pages[p.key(node)])
		}
		return nil
	}
}
