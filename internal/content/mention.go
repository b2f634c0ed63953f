package content

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// certain is how sure a link is, in hundredths, that LinkMode AUTO confirms.
const certain = 90

// maxDecisions is how many decided mentions an article keeps.
const maxDecisions = 1000

// verdict is what an editor says of a part of an article's text.
type verdict struct {
	start, end int
	entity     model.ID
	status     model.MentionStatus
}

// ConfirmMention confirms that a part of an article's text names something, and
// tags the article with it.
func (s *Service) ConfirmMention(ctx context.Context, article model.ID, start, end int, entity model.ID) (*model.Article, error) {
	return s.judge(ctx, "confirm mention", article, verdict{start, end, entity, model.MentionStatusConfirmed})
}

// RejectMention says that a part of an article's text does not name something.
func (s *Service) RejectMention(ctx context.Context, article model.ID, start, end int, entity model.ID) (*model.Article, error) {
	return s.judge(ctx, "reject mention", article, verdict{start, end, entity, model.MentionStatusRejected})
}

// judge writes a verdict. It has no input: what is wrong with an argument stands
// under its name.
func (s *Service) judge(ctx context.Context, doing string, article model.ID, v verdict) (*model.Article, error) {
	var written *model.Article
	err := s.write(ctx, auth.EditOwnArticle, doing, func(tx *store.Tx) error {
		key, err := article.Want(model.NodeArticle)
		if err != nil {
			return under(err, "article")
		}
		current, err := tx.Article(key)
		if err != nil {
			return under(err, "article")
		}
		if err := toEdit().of(ctx, current); err != nil {
			return err
		}
		_, written, err = s.putArticle(tx, current, articleFields{verdict: &v})
		return err
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

// AnalyzeText answers what a text is to Diwan.
func (s *Service) AnalyzeText(ctx context.Context, plain string, language model.Language, on *model.Date, plan *model.Plan) (*model.TextAnalysis, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(plain); n > maxBody {
		return nil, model.LimitExceeded("text", "the text has %d characters; send at most %d", n, maxBody).At("text")
	}
	day := view.Today
	if on != nil {
		day = *on
	}
	select {
	case s.analyses <- struct{}{}:
		defer func() { <-s.analyses }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	analysis := &model.TextAnalysis{Language: language, Tokens: text.Folded(text.Split(plain)), Mentions: []*model.Mention{}}
	if wanted := plan.Relation("mentions"); wanted != nil {
		analysis.Mentions, err = s.store.Mentions(ctx, view, plain, language, day, wanted.Plan)
	}
	return analysis, err
}

// mentions carries what was decided about the text over to the text that it
// becomes, and decides what is to be decided now.
func (e *articleEdit) mentions() error {
	if e.next.Link == "" {
		e.next.Link = model.LinkModeSuggest
	}
	if e.before != nil {
		notCleared(&e.problems, e.f.link, "link")
	}
	if given(e.f.link) {
		e.next.Link = *e.f.link.value
		if !e.next.Link.IsValid() {
			e.invalid("link", "%.40q is no mode; send %s, %s or %s", e.next.Link, model.LinkModeOff, model.LinkModeSuggest, model.LinkModeAuto)
		}
	}
	changed := e.before == nil || e.before.Markdown != e.next.Markdown
	if e.before != nil && changed && len(e.before.Decisions) > 0 {
		e.carry(e.render.Plain(e.before.Markdown))
	}
	if e.f.decisions != nil {
		e.keep(*e.f.decisions)
		return nil
	}
	if e.f.verdict != nil {
		return e.decide(*e.f.verdict)
	}
	if e.next.Link == model.LinkModeAuto && (changed || e.before.Link != model.LinkModeAuto) && len(e.found) == 0 {
		return e.confirmCertain()
	}
	return nil
}

// carry finds what was decided about the text of before again: first what no
// change touched, then the rest where there is room for it. A rejection that has
// no place any more is kept.
func (e *articleEdit) carry(before string) {
	edit := text.NewEdit(before, e.plain())
	type place struct {
		start   int
		surface string
		entity  model.ID
	}
	taken := map[place]bool{}
	e.next.Decisions = []model.Decision{}
	keep := func(d model.Decision, start int) {
		d.Start = start
		if start >= 0 {
			taken[place{start, d.Surface, d.Entity}] = true
		}
		e.next.Decisions = append(e.next.Decisions, d)
	}
	var lost []model.Decision
	for _, d := range e.before.Decisions {
		if start, still := edit.Still(d.Start, d.Surface); still && d.Start >= 0 {
			keep(d, start)
		} else {
			lost = append(lost, d)
		}
	}
	for _, d := range lost {
		start, stands := -1, false
		if d.Start >= 0 {
			start, stands = edit.Nearest(d.Start, d.Surface, func(at int) bool { return !taken[place{at, d.Surface, d.Entity}] })
		}
		switch {
		case stands:
			keep(d, start)
		case d.Status == model.MentionStatusRejected && !slices.ContainsFunc(e.next.Decisions, func(o model.Decision) bool { return o.Start < 0 && o.Surface == d.Surface && o.Entity == d.Entity }):
			keep(d, -1)
		}
	}
	e.keep(e.next.Decisions)
}

// decide writes a verdict over what was decided about that part before.
func (e *articleEdit) decide(v verdict) error {
	surface, ok := text.Slice(e.plain(), v.start, v.end)
	if !ok || surface == "" {
		e.invalid("start", "from %d to %d is no part of the text, which has %d UTF-16 code units; send offsets into `body(format: TEXT)`", v.start, v.end, text.UTF16(e.plain()))
		return nil
	}
	switch v.entity.Type {
	case model.NodeOfficial, model.NodeCountry, model.NodeTopic, model.NodeOffice:
	default:
		e.invalid("entity", "a text names officials, countries, topics and offices; this is the id of %s", v.entity.Type)
		return nil
	}
	if _, err := e.reference(e.tx, "entity", v.entity.Type, some(&v.entity), nil); err != nil || len(e.found) > 0 {
		return err
	}
	d := model.Decision{Start: v.start, Surface: surface, Entity: v.entity, Method: model.MentionMethodManual, Confidence: 100, Status: v.status}
	suggested, err := e.suggested()
	if err != nil {
		return err
	}
	for _, s := range suggested {
		if s.SamePlace(d) {
			d.Method, d.Confidence = s.Method, s.Confidence
		}
	}
	kept := []model.Decision{}
	for _, other := range e.next.Decisions {
		overlaps := other.Start >= 0 && other.Start < d.End() && d.Start < other.End()
		switch {
		case other.SamePlace(d):
			d.Method, d.Confidence = other.Method, other.Confidence
			continue
		case overlaps && other.Status == model.MentionStatusConfirmed && v.status == model.MentionStatusConfirmed:
			e.invalid("start", "«%s», from %d to %d, is confirmed already to name something; reject that first", other.Surface, other.Start, other.End())
			return nil
		}
		kept = append(kept, other)
	}
	if len(kept) >= maxDecisions {
		e.add(model.LimitExceeded("mentions", "an article has at most %d mentions that are decided", maxDecisions), "article")
		return nil
	}
	e.keep(append(kept, d))
	if v.status == model.MentionStatusConfirmed {
		e.tagWith(v.entity)
	}
	return nil
}

// confirmCertain confirms what the text names for certain and nobody has decided
// about, and tags the article with it.
func (e *articleEdit) confirmCertain() error {
	suggested, err := e.suggested()
	if err != nil {
		return err
	}
	decisions, decided := slices.Clone(e.next.Decisions), store.Decided(e.next.Decisions)
	for _, d := range suggested {
		if d.Confidence < certain || decided.RulesOut(d) || len(decisions) >= maxDecisions {
			continue
		}
		d.Status = model.MentionStatusConfirmed
		decisions = append(decisions, d)
		e.tagWith(d.Entity)
	}
	e.keep(decisions)
	return nil
}

// suggested is what the text names, on the day of the article.
func (e *articleEdit) suggested() ([]model.Decision, error) {
	day := e.tx.At().Date()
	if e.next.PublishedAt != nil {
		day = e.next.PublishedAt.Date()
	}
	return e.tx.Suggest(e.plain(), e.next.Language, day)
}

// keep orders decisions as they are stored.
func (e *articleEdit) keep(decisions []model.Decision) {
	slices.SortFunc(decisions, model.Decision.Compare)
	e.next.Decisions = decisions
}

// tagWith tags the article with something that it names, as far as there is room.
func (e *articleEdit) tagWith(entity model.ID) {
	add := func(keys []int64) []int64 {
		if slices.Contains(keys, entity.Key) || len(keys) == maxTags {
			return keys
		}
		return append(slices.Clone(keys), entity.Key)
	}
	switch entity.Type {
	case model.NodeOfficial:
		if !slices.ContainsFunc(e.next.Officials, func(o model.TaggedOfficial) bool { return o.Key == entity.Key }) && len(e.next.Officials) < maxTags {
			e.next.Officials = append(slices.Clone(e.next.Officials), model.TaggedOfficial{Key: entity.Key, Role: model.AppearanceRoleMentioned})
		}
	case model.NodeCountry:
		e.next.Countries = add(e.next.Countries)
	case model.NodeTopic:
		e.next.Topics = add(e.next.Topics)
	}
}

// plain is the text without markup.
func (e *articleEdit) plain() string {
	if e.f.plain == nil {
		plain := e.render.Plain(e.next.Markdown)
		e.f.plain = &plain
	}
	return *e.f.plain
}
