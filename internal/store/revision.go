package store

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

func revisionNoun() *noun[model.Revision] {
	return &noun[model.Revision]{
		node:   "Revision",
		table:  "revisions",
		always: []string{"article_id", "number", "based_on"},
		columns: map[string]string{
			"author": "author", "at": "at", "summary": "summary", "restoredFrom": "restored_from", "changedFields": "changed", "published": "published",
		},
		key:   func(r *model.Revision) int64 { return r.Key },
		slots: func(r *model.Revision) *model.Slots { return &r.Slots },
		relations: map[string]loader[model.Revision]{
			"article": revisionArticles,
			"diff":    revisionDiffs,
		},
		parts: []Table{{Name: "publications", Keys: []string{"id"}}},
	}
}

// revisionPages loads the field `revisions` of articles, newest first.
func revisionPages(r *reading, nodes []*model.Article, relation *model.Relation) error {
	if !r.view.Drafts {
		return model.Forbidden("revisions contain drafts; send the header `Diwan-Perspective: draft` with a token of the role CONTRIBUTOR or above")
	}
	parents := make([]int64, len(nodes))
	for i, node := range nodes {
		parents[i] = node.ID().Key
	}
	request, err := newRequest(relation.Args.Page(), relation.Plan)
	if err != nil {
		return err
	}
	newest := order{name: "Revision", key: "n.id", terms: []term{{by: sql.Text("n.number"), desc: true, values: numbers}}}
	l := list{from: sql.Text("revisions n"), where: sql.Text("n.article_id = p.value"), order: newest, outer: newest}
	pages, err := connections[model.Revision](r, inOnePart(l), distinct(parents), request)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, &model.RevisionConnection{Connection: *pages[node.ID().Key]})
	}
	return nil
}

func revisionArticles(r *reading, nodes []*model.Revision, relation *model.Relation) error {
	wanted := make([]revisionKey, len(nodes))
	for i, node := range nodes {
		wanted[i] = revisionKey{node.ArticleKey, node.Number}
	}
	found, err := pastVersions(r, r.engine, wanted)
	if err != nil {
		return err
	}
	list := make([]*model.Article, len(nodes))
	for i, node := range nodes {
		if found[wanted[i]] == nil {
			return fmt.Errorf("the content of revision %d of article %d is missing", node.Number, node.ArticleKey)
		}
		list[i] = asItWas(found[wanted[i]])
		node.Hang(relation.Key, list[i])
	}
	return loadBelow(r, list, relation.Plan)
}

// revisionDiffs compares each revision with the one it was based on, or with the one
// that the argument names.
func revisionDiffs(r *reading, nodes []*model.Revision, relation *model.Relation) error {
	var wanted []revisionKey
	other := func(node *model.Revision) revisionKey {
		if relation.Args.Against != nil {
			return revisionKey{node.ArticleKey, *relation.Args.Against}
		}
		return revisionKey{node.ArticleKey, basedOn(node)}
	}
	for _, node := range nodes {
		wanted = append(wanted, revisionKey{node.ArticleKey, node.Number}, other(node))
	}
	found, err := pastVersions(r, r.engine, wanted)
	if err != nil {
		return err
	}
	names, err := r.tagNamesIn(found)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		before := found[other(node)]
		if before == nil && relation.Args.Against != nil {
			return model.Invalid("the article has no revision %d; see its `revisions`", *relation.Args.Against).At("against")
		}
		node.Hang(relation.Key, diffOf(names.texts(before), names.texts(found[revisionKey{node.ArticleKey, node.Number}])))
	}
	return nil
}

// basedOn is the number of the revision that this one was based on; 0 for the first.
func basedOn(r *model.Revision) int {
	if r.BasedOn == nil {
		return 0
	}
	return *r.BasedOn
}

func diffOf(before, after []fieldText) []*model.FieldDiff {
	diffs := []*model.FieldDiff{}
	for i := range after {
		if before[i].text == after[i].text {
			continue
		}
		diff := &model.FieldDiff{Field: after[i].field}
		for _, part := range text.Diff(before[i].text, after[i].text) {
			kind := model.DiffKindEqual
			switch part.In {
			case -1:
				kind = model.DiffKindDeleted
			case 1:
				kind = model.DiffKindInserted
			}
			diff.Parts = append(diff.Parts, &model.DiffPart{Kind: kind, Text: part.Text})
		}
		diffs = append(diffs, diff)
	}
	return diffs
}

// fieldText is a field of an article as a text.
type fieldText struct{ field, text string }

// tagNames are the names of tags in the languages of the request.
type tagNames map[model.ID]string

// tagNamesIn reads the names of all tags of these versions.
func (r *reading) tagNamesIn(found map[revisionKey]*TaggedArticle) (tagNames, error) {
	var people, lands, subjects []int64
	for _, t := range found {
		people, lands, subjects = append(people, t.OfficialKeys()...), append(lands, t.Countries...), append(subjects, t.Topics...)
	}
	named := want("name")
	names := tagNames{}
	officials, err := byKeys[model.Official](r, selection{keys: distinct(people)}, named)
	for _, o := range officials {
		names[o.ID()] = r.name(o.LocalNames)
	}
	countries, countryErr := byKeys[model.Country](r, selection{keys: distinct(lands)}, named)
	for _, c := range countries {
		names[c.ID()] = r.name(c.LocalNames)
	}
	topics, topicErr := byKeys[model.Topic](r, selection{keys: distinct(subjects)}, named)
	for _, t := range topics {
		names[t.ID()] = r.name(t.LocalNames)
	}
	return names, firstError(err, countryErr, topicErr)
}

func (r *reading) name(names model.LocalizedTexts) string {
	served, _ := names.In(r.view.Languages...)
	return served.Value
}

// texts are the fields of an article as texts, always the same in the same order; all
// empty if there is no article.
func (names tagNames) texts(t *TaggedArticle) []fieldText {
	if t == nil {
		t = &TaggedArticle{}
	}
	var people, lands, subjects []string
	for _, o := range t.Officials {
		people = append(people, names.of(model.NodeOfficial, o.Key)+" "+string(o.Role))
	}
	for _, key := range t.Countries {
		lands = append(lands, names.of(model.NodeCountry, key))
	}
	for _, key := range t.Topics {
		subjects = append(subjects, names.of(model.NodeTopic, key))
	}
	return []fieldText{
		{"language", string(t.Language)},
		{"title", t.Title},
		{"slug", t.Slug},
		{"externalId", textOf(t.ExternalID)},
		{"summary", textOf(t.Summary)},
		{"body", t.Markdown},
		{"byline", lines(t.Authors)},
		{"sourceName", textOf(t.SourceName)},
		{"sourceUrl", textOf(t.SourceURL)},
		{"officials", lines(people)},
		{"countries", lines(lands)},
		{"topics", lines(subjects)},
	}
}

// of is the name of a tag, or its id if it was deleted.
func (names tagNames) of(node model.NodeType, key int64) string {
	id := model.ID{Type: node, Key: key}
	if name, there := names[id]; there {
		return name
	}
	return id.String()
}

func textOf[T ~string](s *T) string {
	if s == nil {
		return ""
	}
	return string(*s)
}

func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}
