package store

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Decision is what an editor decided about a part of an article's text.
type Decision struct {
	// Start is in UTF-16 code units, -1 where the part is gone from the text.
	Start   int
	Surface string
	Entity  model.ID
	Method  model.MentionMethod
	// Confidence is in hundredths.
	Confidence int
	Status     model.MentionStatus
}

// End is the first unit behind the part.
func (d Decision) End() int { return d.Start + text.UTF16(d.Surface) }

// SamePlace reports whether both are about one part of the text and one entity.
func (d Decision) SamePlace(o Decision) bool {
	return d.Start == o.Start && d.Surface == o.Surface && d.Entity == o.Entity
}

// Compare orders decisions as they are stored: by their place in the text.
func (d Decision) Compare(o Decision) int {
	return cmp.Or(cmp.Compare(d.Start, o.Start), cmp.Compare(d.Surface, o.Surface), cmp.Compare(d.Entity.Type, o.Entity.Type), cmp.Compare(d.Entity.Key, o.Entity.Key))
}

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

func (row decisionRow) decision() Decision {
	return Decision{row.StartAt, row.Surface, model.ID{Type: row.NodeType, Key: row.NodeID}, row.Method, row.Confidence, row.Status}
}

// decisionsOf is a statement that reads the decisions about articles, those of
// which the key is as the condition on article_id says.
func decisionsOf(where clause) clause {
	return where.in("SELECT * FROM article_mentions WHERE ", " ORDER BY article_id, start_at, surface, node_type, node_id")
}

// Suggest answers what a text names on a day, as suggestions, by the names that
// this transaction sees.
func (tx *Tx) Suggest(plain string, language model.Language, day model.Date) ([]Decision, error) {
	scan := func(into any, statement clause) error {
		return tx.db.Raw(statement.sql, statement.args...).Scan(into).Error
	}
	linker, err := tx.linkers.of(scan, language, !tx.named)
	if err != nil {
		return nil, fail(err, model.NodeArticle, "read the names for")
	}
	return suggestionsOf(linker, plain, day), nil
}

func suggestionsOf(linker *text.Linker, plain string, day model.Date) []Decision {
	links := linker.Link(plain, int64(day))
	list := make([]Decision, len(links))
	at, units := 0, 0
	for i, link := range links { // they are in the order of the text
		units += text.UTF16(plain[at:link.Start])
		at = link.Start
		list[i] = Decision{
			units, plain[link.Start:link.End],
			model.ID{Type: nodeTypeOf(link.Kind), Key: link.Key},
			methodOf(link.Method),
			int(math.Round(link.Confidence * 100)), model.MentionStatusSuggested,
		}
	}
	return list
}

// mentions loads where the texts of articles name something.
func mentions(r *reading, nodes []*model.Article, relation *model.Relation) error {
	keys := keysOf(articles(), nodes)
	var bodies []struct {
		ID   int64
		Body string
		Link model.LinkMode
	}
	var rows []decisionRow
	err := r.together(
		func() error {
			return r.scan(&bodies, r.amongKeys("id", keys).in("SELECT id, body, link FROM articles WHERE ", ""))
		},
		func() error { return r.scan(&rows, decisionsOf(r.amongKeys("article_id", keys))) },
	)
	if err != nil {
		return err
	}
	decided := map[int64][]Decision{}
	for _, row := range rows {
		decided[row.ArticleID] = append(decided[row.ArticleID], row.decision())
	}
	articles := map[int64]*model.Article{}
	for _, node := range nodes {
		articles[node.Key] = node
	}
	named := map[int64][]Decision{}
	for _, body := range bodies {
		named[body.ID] = slices.DeleteFunc(slices.Clone(decided[body.ID]), func(d Decision) bool { return d.Start < 0 })
		if body.Link == model.LinkModeOff {
			continue
		}
		a := articles[body.ID]
		linker, err := r.linker(a.Language)
		if err != nil {
			return err
		}
		named[body.ID] = withSuggestions(named[body.ID], decided[body.ID], suggestionsOf(linker, r.render.Plain(body.Body), dayOf(r, a)))
	}
	return hangMentions(r, nodes, named, relation)
}

// linker finds what texts of a language name, by the names of the snapshot.
func (r *reading) linker(language model.Language) (*text.Linker, error) {
	if linker := r.seen[language]; linker != nil {
		return linker, nil
	}
	linker, err := r.linkers.of(r.scan, language, true)
	r.seen[language] = linker
	return linker, err
}

// dayOf is the day that an article speaks of.
func dayOf(r *reading, a *model.Article) model.Date {
	if a.PublishedAt != nil {
		return a.PublishedAt.Date()
	}
	return r.view.Today
}

// withSuggestions adds the suggestions that no decision contradicts to what is shown.
func withSuggestions(shown, decisions, suggestions []Decision) []Decision {
	decided := Decided(decisions)
	for _, s := range suggestions {
		if !decided.Settle(s) {
			shown = append(shown, s)
		}
	}
	slices.SortStableFunc(shown, func(a, b Decision) int { return cmp.Compare(a.Start, b.Start) })
	return shown
}

// Settled are decisions, ready to be asked whether they leave room for a suggestion.
type Settled struct {
	confirmed []Decision // in the order of the text, none over another
	rejected  map[rejection]bool
}

type rejection struct {
	entity model.ID
	folded string
}

// Decided makes decisions, in their order, ready to be asked.
func Decided(decisions []Decision) Settled {
	s := Settled{rejected: map[rejection]bool{}}
	for _, d := range decisions {
		if d.Status == model.MentionStatusConfirmed {
			s.confirmed = append(s.confirmed, d)
		} else {
			s.rejected[rejection{d.Entity, text.Fold(d.Surface)}] = true
		}
	}
	return s
}

// Settle reports whether the decisions leave no room for a suggestion: a part of it
// is confirmed to name something, or the same words are rejected to name just this.
func (s Settled) Settle(d Decision) bool {
	if s.rejected[rejection{d.Entity, text.Fold(d.Surface)}] {
		return true
	}
	at, _ := slices.BinarySearchFunc(s.confirmed, d.Start, func(c Decision, start int) int { return cmp.Compare(c.End(), start+1) })
	return at < len(s.confirmed) && s.confirmed[at].Start < d.End()
}

// hangMentions loads what is named, and hangs the mentions on their articles.
func hangMentions(r *reading, nodes []*model.Article, named map[int64][]Decision, relation *model.Relation) error {
	found, err := r.entities(named, planBelow(relation.Plan, "entity"))
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, mentionsOf(named[node.Key], found))
	}
	return nil
}

// entities reads the nodes that are named.
func (r *reading) entities(named map[int64][]Decision, plan *model.Plan) (map[model.ID]model.Node, error) {
	keys := map[model.NodeType][]int64{}
	for _, list := range named {
		for _, d := range list {
			keys[d.Entity.Type] = append(keys[d.Entity.Type], d.Entity.Key)
		}
	}
	found := map[model.ID]model.Node{}
	return found, r.collectAll(keys, plan.Of, found)
}

func mentionsOf(list []Decision, found map[model.ID]model.Node) []*model.Mention {
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

// Mentions answers what a text names on a day.
func (s *Store) Mentions(ctx context.Context, view View, plain string, language model.Language, day model.Date, plan *model.Plan) ([]*model.Mention, error) {
	var list []*model.Mention
	err := s.read(ctx, view, func(r *reading) error {
		linker, err := r.linker(language)
		if err != nil {
			return err
		}
		named := map[int64][]Decision{0: suggestionsOf(linker, plain, day)}
		found, err := r.entities(named, planBelow(plan, "entity"))
		list = mentionsOf(named[0], found)
		return err
	})
	return list, err
}
