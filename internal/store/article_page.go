package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// articlePages reads a page of articles for each parent.
func articlePages(r *reading, from origins, q model.Query, parents []int64, plan *model.Plan) (map[int64]*model.ArticleConnection, error) {
	l, err := from.pages.page(r, q)
	if err != nil {
		return nil, err
	}
	all, err := from.counts.whole(r, q.Filter)
	if err != nil {
		return nil, err
	}
	l.walked = !r.view.Drafts && byPublication(q.Order) && !all.ofRows
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
			pages, err := connections[model.Article](r, listing{[]list{l}, all.counted()}, parents, request)
			for parent, one := range pages {
				answers[parent] = &model.ArticleConnection{Connection: *one, Facets: of[parent]}
			}
			return err
		},
		func() error { return facets(r, all, of, request.wanted.facets) },
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
			if r.view.Drafts && published == "n.published_at" { // a draft that was never published stands where it was created
				return sql.Text("COALESCE(n.published_at, n.created_at)"), numbers
			}
			return sql.Text(published), numbers
		})
}

// byPublication reports whether an order of readers' articles begins with their
// publication.
func byPublication(asked []model.Order) bool {
	return len(asked) == 0 || asked[0].Field == string(model.ArticleOrderFieldPublishedAt)
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
		from := articlesOf(r, t, descendants)
		pages, err := articlePages(r, origins{from, from}, q, p.keysOf(nodes), relation.Plan)
		if err != nil {
			return err
		}
		for _, node := range nodes {
			p.slots(node).Hang(relation.Key, pages[p.key(node)])
		}
		return nil
	}
}
