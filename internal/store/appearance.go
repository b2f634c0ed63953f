package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// appearances loads the officials of articles with their roles and the principal
// tenure that each held on the article's date. It reads all tenures of the officials,
// since every article has its own date; a person has few.
func appearances(r *reading, nodes []*model.Article, relation *model.Relation) error {
	var links []appearanceLink
	err := r.Scan(&links, r.among("tag.article_id", nounOf[model.Article](r.nouns).keysOf(nodes)).
		Wrap("SELECT tag.article_id, tag.official_id, tag.role FROM article_officials tag WHERE ", " ORDER BY tag.article_id, tag.position"))
	if err != nil {
		return err
	}
	return hangAppearances(r, nodes, linked{links, func(i int) int64 { return nodes[i].Key }}, relation)
}

// appearanceLink is an official in an article, with a role.
type appearanceLink struct {
	ArticleID, OfficialID int64
	Role                  model.AppearanceRole
}

// pastAppearances is appearances for past revisions, without officials that have
// been deleted since.
func pastAppearances(r *reading, nodes []*model.Article, relation *model.Relation) error {
	own := *relation
	own.Plan = relation.Plan.Clone()
	own.Plan.Relate("official", "official", model.Args{}) // shows which were deleted
	var links []appearanceLink
	for i, node := range nodes {
		for _, official := range node.Past.Officials {
			links = append(links, appearanceLink{int64(i), official.Key, official.Role})
		}
	}
	return hangAppearances(r, nodes, linked{links, func(i int) int64 { return int64(i) }}, &own)
}

// linked are links, and how they identify the article at an index of the list.
type linked struct {
	links []appearanceLink
	name  func(place int) int64
}

// hangAppearances hangs the appearances on the articles that they link to.
func hangAppearances(r *reading, nodes []*model.Article, by linked, relation *model.Relation) error {
	keys := make([]int64, len(by.links))
	for i, link := range by.links {
		keys[i] = link.OfficialID
	}
	keys = distinct(keys)
	var people map[int64]*model.Official
	var held map[int64][]*model.Tenure
	var in map[int64]*model.Office
	err := r.Together(
		func() (err error) {
			if official := relation.Plan.Relation("official"); official != nil {
				people, err = byKeys[model.Official](r, selection{keys: keys}, official.Plan)
			}
			return err
		},
		func() (err error) {
			if relation.Plan.Relation("office") == nil && relation.Plan.Relation("tenure") == nil {
				return nil
			}
			if held, err = tenuresByPrincipal(r, keys, sql.Always(), planBelow(relation.Plan, "tenure")); err != nil {
				return err
			}
			in, err = officesOfTenures(r, held, relation.Plan.Relation("office"))
			return err
		},
	)
	if err != nil {
		return err
	}
	of := map[int64][]*model.Appearance{}
	dates := map[int64]model.Date{}
	for i, node := range nodes {
		of[by.name(i)], dates[by.name(i)] = []*model.Appearance{}, dayOf(r.view, node)
	}
	for _, link := range by.links {
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
		node.Hang(relation.Key, of[by.name(i)])
	}
	return nil
}
