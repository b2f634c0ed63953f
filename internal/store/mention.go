package store

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// decisionRow is a decision as it is stored.
type decisionRow struct {
	ArticleID  int64
	StartAt    int
	Surface    string
	NodeType   model.NodeType
	NodeID     int64
	Method     model.MentionMethod
	Confidence int
	Status     model.MentionStatus
}

// TableName is where GORM finds it.
func (decisionRow) TableName() string { return "article_mentions" }

func (row decisionRow) decision() model.Decision {
	return model.Decision{
		Start: row.StartAt, Surface: row.Surface, Entity: model.ID{Type: row.NodeType, Key: row.NodeID},
		Method: row.Method, Confidence: row.Confidence, Status: row.Status,
	}
}

// decisionsOf is the statement that reads the decisions about the articles for which
// the condition on article_id holds.
func decisionsOf(where sql.Clause) sql.Clause {
	return where.Wrap("SELECT * FROM article_mentions WHERE ", " ORDER BY article_id, start_at, surface, node_type, node_id")
}

// suggestionsOf returns what a text names on a day, in the order of the text.
func suggestionsOf(all nouns, linker *linking.Linker, plain string, day model.Date) []model.Decision {
	suggestions := linker.Suggestions(plain, int64(day))
	list := make([]model.Decision, len(suggestions))
	at, units := 0, 0
	for i, s := range suggestions {
		units += text.UTF16Len(plain[at:s.Start])
		at = s.Start
		list[i] = model.Decision{
			Start: units, Surface: plain[s.Start:s.End],
			Entity: all.linkedNode(s.Entity), Method: methodOf(s.Method),
			Confidence: int(math.Round(s.Confidence * 100)), Status: model.MentionStatusSuggested,
		}
	}
	return list
}

// mentionLoader loads the mentions of articles.
type mentionLoader struct {
	linkers *linkers
	render  *markdown.Renderer
}

// load loads where the texts of articles name something.
func (m mentionLoader) load(r *reading, nodes []*model.Article, relation *model.Relation) error {
	keys := nounOf[model.Article](r.nouns).keysOf(nodes)
	var bodies []struct {
		ID   int64
		Body string
		Link model.LinkMode
	}
	var rows []decisionRow
	err := r.Together(
		func() error {
			return r.Scan(&bodies, r.among("id", keys).Wrap("SELECT id, body, link FROM articles WHERE ", ""))
		},
		func() error { return r.Scan(&rows, decisionsOf(r.among("article_id", keys))) },
	)
	if err != nil {
		return err
	}
	decided := map[int64][]model.Decision{}
	for _, row := range rows {
		decided[row.ArticleID] = append(decided[row.ArticleID], row.decision())
	}
	articles := map[int64]*model.Article{}
	for _, node := range nodes {
		articles[node.Key] = node
	}
	named := map[int64][]model.Decision{}
	linkerOf := m.perLanguage(r)
	for _, body := range bodies {
		version := mentionedIn{articles[body.ID], body.Body, body.Link, decided[body.ID]}
		if named[body.ID], err = m.find(r, version, linkerOf); err != nil {
			return err
		}
	}
	return hangMentions(r, nodes, named, relation)
}

// loadPast loads where the texts of articles named something, in past revisions.
func (m mentionLoader) loadPast(r *reading, nodes []*model.Article, relation *model.Relation) error {
	linkerOf := m.perLanguage(r)
	for _, node := range nodes {
		shown, err := m.find(r, mentionedIn{node, node.Markdown, node.Link, node.Past.Decisions}, linkerOf)
		if err != nil {
			return err
		}
		if err := hangMentions(r, []*model.Article{node}, map[int64][]model.Decision{node.Key: shown}, relation); err != nil {
			return err
		}
	}
	return nil
}

// mentionedIn is a version of an article whose mentions are looked for.
type mentionedIn struct {
	article   *model.Article
	markdown  string
	link      model.LinkMode
	decisions []model.Decision
}

// find returns the decisions that the text still has, and suggestions beside them.
func (m mentionLoader) find(r *reading, in mentionedIn, linkerOf func(model.Language) (*linking.Linker, error)) ([]model.Decision, error) {
	shown := slices.DeleteFunc(slices.Clone(in.decisions), func(d model.Decision) bool { return d.Start < 0 })
	if in.link == model.LinkModeOff {
		return shown, nil
	}
	linker, err := linkerOf(in.article.Language)
	if err != nil {
		return nil, err
	}
	return withSuggestions(shown, in.decisions, suggestionsOf(r.nouns, linker, m.render.Plain(in.markdown), dayOf(r.view, in.article))), nil
}

// perLanguage returns linkers by the names of the snapshot, each looked up once.
func (m mentionLoader) perLanguage(r *reading) func(model.Language) (*linking.Linker, error) {
	seen := map[model.Language]*linking.Linker{}
	return func(language model.Language) (*linking.Linker, error) {
		if linker := seen[language]; linker != nil {
			return linker, nil
		}
		linker, err := m.linkers.of(r, language, true)
		seen[language] = linker
		return linker, err
	}
}

// withSuggestions adds the suggestions that no decision contradicts to what is shown.
func withSuggestions(shown, decisions, suggestions []model.Decision) []model.Decision {
	decided := Decided(decisions)
	for _, s := range suggestions {
		if !decided.RulesOut(s) {
			shown = append(shown, s)
		}
	}
	slices.SortStableFunc(shown, func(a, b model.Decision) int { return cmp.Compare(a.Start, b.Start) })
	return shown
}

// Ruling is what editors decided, to be asked whether it leaves room for a
// suggestion.
type Ruling struct {
	confirmed []model.Decision // in the order of the text, none over another
	rejected  map[rejection]bool
}

type rejection struct {
	entity model.ID
	folded string
}

// Decided indexes decisions, which come in the order of the text.
func Decided(decisions []model.Decision) Ruling {
	s := Ruling{rejected: map[rejection]bool{}}
	for _, d := range decisions {
		if d.Status == model.MentionStatusConfirmed {
			s.confirmed = append(s.confirmed, d)
		} else {
			s.rejected[rejection{d.Entity, text.Fold(d.Surface)}] = true
		}
	}
	return s
}

// RulesOut reports whether the decisions rule out a suggestion: a part of it is
// confirmed to name something, or its words are rejected as a name of this entity.
func (s Ruling) RulesOut(d model.Decision) bool {
	if s.rejected[rejection{d.Entity, text.Fold(d.Surface)}] {
		return true
	}
	at, _ := slices.BinarySearchFunc(s.confirmed, d.Start, func(c model.Decision, start int) int { return cmp.Compare(c.End(), start+1) })
	return at < len(s.confirmed) && s.confirmed[at].Start < d.End()
}

// hangMentions loads what is named, and hangs the mentions on their articles.
func hangMentions(r *reading, nodes []*model.Article, named map[int64][]model.Decision, relation *model.Relation) error {
	found, err := entities(r, named, planBelow(relation.Plan, "entity"))
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, mentionsOf(named[node.Key], found))
	}
	return nil
}

// entities reads the nodes that are named.
func entities(r *reading, named map[int64][]model.Decision, plan *model.Plan) (map[model.ID]model.Node, error) {
	var ids []model.ID
	for _, list := range named {
		for _, d := range list {
			ids = append(ids, d.Entity)
		}
	}
	return r.nodes(ids, false, plan.Of)
}

func mentionsOf(list []model.Decision, found map[model.ID]model.Node) []*model.Mention {
	mentions := []*model.Mention{}
	for _, d := range list {
		if entity, there := found[d.Entity].(model.MentionEntity); there {
			mentions = append(mentions, &model.Mention{
				Entity: entity, Surface: d.Surface, Start: d.Start, End: d.End(), Method: d.Method,
				Confidence: float64(d.Confidence) / 100, Status: d.Status,
			})
		}
	}
	return mentions
}

// Text is a text without markup, in a language, as of a day.
type Text struct {
	Plain    string
	Language model.Language
	Day      model.Date
}

// Mentions returns what a text names.
func (s *Store) Mentions(ctx context.Context, view View, in Text, plan *model.Plan) ([]*model.Mention, error) {
	var list []*model.Mention
	err := s.read(ctx, view, func(r *reading) error {
		linker, err := s.linkers.of(r, in.Language, true)
		if err != nil {
			return err
		}
		named := map[int64][]model.Decision{0: suggestionsOf(s.nouns, linker, in.Plain, in.Day)}
		found, err := entities(r, named, planBelow(plan, "entity"))
		list = mentionsOf(named[0], found)
		return err
	})
	return list, err
}
