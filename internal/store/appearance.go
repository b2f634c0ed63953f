package store

import (
	"slices"

	"github.com/diwan-cms/diwan/model"
)

// appearances loads the officials of articles with their roles and the
// principal tenure that each held on the article's date. All tenures of the
// officials are read, since every article has a date of its own; a person has
// few.
func appearances(r *reading, nodes []*model.Article, relation *model.Relation) error {
	var links []appearanceLink
	err := r.scan(&links, r.amongKeys("l.article_id", keysOf(articles(), nodes)).
		in("SELECT l.article_id, l.official_id, l.role FROM article_officials l WHERE ", " ORDER BY l.article_id, l.position"))
	if err != nil {
		return err
	}
	return appearancesOf(r, nodes, links, func(i int) int64 { return nodes[i].Key }, relation)
}

// appearanceLink says that an official is in an article, and as what.
type appearanceLink struct {
	ArticleID, OfficialID int64
	Role                  model.AppearanceRole
}

// appearancesOf hangs the appearances on the articles that the links name by what
// named answers for their places.
func appearancesOf(r *reading, nodes []*model.Article, links []appearanceLink, named func(int) int64, relation *model.Relation) error {
	keys := make([]int64, len(links))
	for i, link := range links {
		keys[i] = link.OfficialID
	}
	keys = distinct(keys)
	var people map[int64]*model.Official
	var held map[int64][]*model.Tenure
	var in map[int64]*model.Office
	err := r.together(
		func() (err error) {
			if official := relation.Plan.Relation("official"); official != nil {
				people, err = byKeys(r, officials(), keys, official.Plan)
			}
			return err
		},
		func() (err error) {
			if relation.Plan.Relation("office") == nil && relation.Plan.Relation("tenure") == nil {
				return nil
			}
			if held, err = tenuresByPrincipal(r, keys, always(), planBelow(relation.Plan, "tenure")); err != nil {
				return err
			}
			in, err = officesOf(r, held, relation.Plan.Relation("office"))
			return err
		},
	)
	if err != nil {
		return err
	}
	of := map[int64][]*model.Appearance{}
	dates := map[int64]model.Date{}
	for i, node := range nodes {
		of[named(i)], dates[named(i)] = []*model.Appearance{}, dayOf(r, node)
	}
	for _, link := range links {
		if relation.Plan.Relation("official") != nil && people[link.OfficialID] == nil {
			continue // deleted since
		}
		a := &model.Appearance{Official: people[link.OfficialID], Role: link.Role}
		if a.Tenure = covering(held[link.OfficialID], dates[link.ArticleID]); a.Tenure != nil {
			a.Office = in[a.Tenure.OfficeKey]
		}
		of[link.ArticleID] = append(of[link.ArticleID], a)
	}
	for i, node := range nodes {
		node.Hang(relation.Key, of[named(i)])
	}
	return nil
}

// planBelow is the plan of a relation, an empty one when it was not asked for.
func planBelow(plan *model.Plan, field string) *model.Plan {
	if relation := plan.Relation(field); relation != nil {
		return relation.Plan
	}
	return &model.Plan{}
}

// tenuresByPrincipal answers the tenures of officials, the principal first:
// one not acting before an acting one, then the higher office, then the latest.
func tenuresByPrincipal(r *reading, people []int64, where clause, plan *model.Plan) (map[int64][]*model.Tenure, error) {
	if len(people) == 0 {
		return nil, nil
	}
	var rows []row[model.Tenure]
	err := r.scan(&rows, join(" ",
		sql("SELECT n.official_id AS parent, "+tenures().selects(plan)+" FROM tenures n JOIN offices o ON o.id = n.office_id WHERE"),
		both(r.amongKeys("n.official_id", people), where),
		sql("ORDER BY n.official_id, n.acting, o.rank, n.start_day DESC, n.id")))
	if err != nil {
		return nil, err
	}
	nodes, of := families(tenures(), rows)
	return of, below(r, tenures(), nodes, plan)
}

// officesOf reads the offices of tenures, as the relation asks.
func officesOf(r *reading, held map[int64][]*model.Tenure, relation *model.Relation) (map[int64]*model.Office, error) {
	if relation == nil {
		return nil, nil
	}
	var keys []int64
	for _, list := range held {
		for _, tenure := range list {
			keys = append(keys, tenure.OfficeKey)
		}
	}
	return byKeys(r, offices(), distinct(keys), relation.Plan)
}

// covering is the first tenure that covers the day, nil when none does.
func covering(held []*model.Tenure, day model.Date) *model.Tenure {
	i := slices.IndexFunc(held, func(t *model.Tenure) bool {
		start, end := t.Days()
		return start <= day && day < end
	})
	if i < 0 {
		return nil
	}
	return held[i]
}
