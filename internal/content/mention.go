package content

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// certain is the confidence, in hundredths, from which LinkMode AUTO confirms a
// mention.
const certain = 90

// maxDecisions is how many decided mentions an article keeps.
const maxDecisions = 1000

// Passage is a part of an article's text that an editor has read, and what it names or
// does not name.
type Passage struct {
	Article model.ID
	// Start and End are in UTF-16 code units.
	Start, End int
	Entity     model.ID
	// Surface are the words that the editor has read there; nil for whatever stands there.
	Surface *string
	// ExpectedVersion is the version that the editor has read; nil for any.
	ExpectedVersion *int
}

// verdict is an editor's decision about a passage.
type verdict struct {
	Passage
	status model.MentionStatus
}

// ConfirmMention confirms that a part of an article's text names something, and
// tags the article with it.
func (s *Service) ConfirmMention(ctx context.Context, p Passage) (*model.Article, error) {
	return s.decide(ctx, "confirm mention", verdict{p, model.MentionStatusConfirmed})
}

// RejectMention says that a part of an article's text does not name something.
func (s *Service) RejectMention(ctx context.Context, p Passage) (*model.Article, error) {
	return s.decide(ctx, "reject mention", verdict{p, model.MentionStatusRejected})
}

func (s *Service) decide(ctx context.Context, doing string, v verdict) (*model.Article, error) {
	return writeAndReturn(ctx, s, auth.EditOwnArticle, doing, func(tx *store.Tx) (*model.Article, error) {
		current, err := toEdit().article(ctx, tx, "article", target{v.Article, v.ExpectedVersion})
		if err != nil {
			return nil, err
		}
		_, written, err := s.rules.putArticle(tx, current, articleWrite{verdict: &v})
		return written, err
	})
}

// AnalyzeText returns the words of a text, and what it names as of a day: today if on
// is nil.
func (s *Service) AnalyzeText(ctx context.Context, plain string, language model.Language, on *model.Date, plan *model.Plan) (*model.TextAnalysis, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(plain); n > MaxBody {
		return nil, model.LimitExceeded("text", "the text has %d characters; send at most %d", n, MaxBody).At("text")
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
		analysis.Mentions, err = s.store.Mentions(ctx, view, store.Text{Plain: plain, Language: language, Day: day}, wanted.Plan)
	}
	return analysis, err
}

// mentions carries the decisions about the old text over to the new text, and adds
// those that the write makes.
func (e *articleEdit) mentions() error {
	e.linkMode()
	changed := e.before == nil || e.before.Markdown != e.next.Markdown
	if e.before != nil && changed && len(e.before.Decisions) > 0 {
		e.carryDecisions(e.rules.render.Plain(e.before.Markdown))
	}
	if e.restored != nil {
		e.setDecisions(e.restored.decisions)
		return nil
	}
	if e.verdict != nil {
		return e.decide(*e.verdict)
	}
	if e.publication.Mentions.IsSet() {
		e.decided(e.publication.Mentions.Value())
		return nil
	}
	if e.next.Link == model.LinkModeAuto && (changed || e.before.Link != model.LinkModeAuto) && len(e.errors) == 0 {
		return e.confirmCertain()
	}
	return nil
}

func (e *articleEdit) linkMode() {
	if e.next.Link == "" {
		e.next.Link = model.LinkModeSuggest
	}
	if e.before != nil {
		notCleared(&e.check, e.given.Link, "link")
	}
	if e.given.Link.HasValue() {
		e.next.Link = e.given.Link.Value()
		if !e.next.Link.IsValid() {
			e.invalid("link", "%.40q is not a mode; send %s, %s or %s", e.next.Link, model.LinkModeOff, model.LinkModeSuggest, model.LinkModeAuto)
		}
	}
}

// carryDecisions finds the decided parts of the old text in the new text: first those
// that no change touched, then the others, each at the nearest free place. A rejection
// whose words are gone is kept without a place.
func (e *articleEdit) carryDecisions(old string) {
	edit := text.NewEdit(old, e.plain())
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
	var touched []model.Decision
	for _, d := range e.before.Decisions {
		if start, still := edit.Untouched(d.Start, d.Surface); still && d.Start >= 0 {
			keep(d, start)
		} else {
			touched = append(touched, d)
		}
	}
	for _, d := range touched {
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
	e.setDecisions(e.next.Decisions)
}

// decide adds a verdict to the decisions.
func (e *articleEdit) decide(v verdict) error {
	surface, ok := text.Slice(e.plain(), v.Start, v.End)
	if v.Surface != nil && (!ok || surface != *v.Surface) {
		e.errors = append(e.errors, &model.Error{
			Code: model.ErrorCodeConflict, Path: []string{"surface"}, CurrentVersion: e.next.Version,
			Message: fmt.Sprintf("the text does not have «%.80s» from %d to %d: read the article again, and send where it stands now", *v.Surface, v.Start, v.End),
		})
		return nil
	}
	if !ok || surface == "" {
		e.invalid("start", "from %d to %d is not a part of the text, which has %d UTF-16 code units; send offsets into `body(format: TEXT)`", v.Start, v.End, text.UTF16Len(e.plain()))
		return nil
	}
	if !e.tx.CanBeMentioned(v.Entity.Type) {
		e.invalid("entity", "a text names officials, countries, topics and offices; this is the id of %s", v.Entity.Type)
		return nil
	}
	if _, err := e.reference("entity", v.Entity.Type, Some(v.Entity), nil); err != nil || len(e.errors) > 0 {
		return err
	}
	d := model.Decision{Start: v.Start, Surface: surface, Entity: v.Entity, Method: model.MentionMethodManual, Confidence: 100, Status: v.status}
	suggested, err := e.suggested()
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(e.next.Decisions, d.SamePlace)
	for _, s := range suggested {
		if s.SamePlace(d) {
			d.Method, d.Confidence, known = s.Method, s.Confidence, true
		}
	}
	if !known && !text.IsWords(e.plain(), v.Start, v.End) {
		e.invalid("start", "«%.80s», from %d to %d, does not begin and end with words; send the offsets of whole words, without blanks around them", surface, v.Start, v.End)
		return nil
	}
	e.addDecision(d)
	return nil
}

// decided sets the decisions that an import brings. They tag nothing: what the article is
// tagged with the import says as well.
func (e *articleEdit) decided(decisions []model.Decision) {
	if e.tooMany(len(decisions), maxDecisions, "mentions") {
		return
	}
	sorted := slices.Clone(decisions)
	slices.SortFunc(sorted, model.Decision.Compare)
	end := 0
	for i, d := range sorted {
		place := strconv.Itoa(slices.IndexFunc(decisions, d.SamePlace))
		confirmed := d.Status == model.MentionStatusConfirmed
		switch {
		case i > 0 && sorted[i-1].SamePlace(d):
			e.add(model.Invalid("the same mention is here twice; keep one of them"), "mentions", place)
		case d.Start < 0 && confirmed:
			e.add(model.Invalid("a part that is confirmed needs its place; write `start`"), "mentions", place, "start")
		case d.Start >= 0 && !text.StandsAt(e.plain(), d.Start, d.Surface):
			e.add(model.Invalid("«%.80s» does not stand at %d of the text; write where it stands, in UTF-16 code units of the text without markup", d.Surface, d.Start), "mentions", place, "start")
		case confirmed && d.Start < end:
			e.add(model.Invalid("«%.80s», at %d, is a part of what is confirmed to name something else; keep one of them", d.Surface, d.Start), "mentions", place, "start")
		}
		if confirmed {
			end = max(end, d.End())
		}
	}
	e.setDecisions(sorted)
}

// addDecision adds a decision in place of an earlier one about the same part and
// entity, and tags the article with what it confirms. Two confirmed parts cannot
// overlap.
func (e *articleEdit) addDecision(d model.Decision) {
	confirms := d.Status == model.MentionStatusConfirmed
	kept := []model.Decision{}
	for _, other := range e.next.Decisions {
		overlaps := other.Start >= 0 && other.Start < d.End() && d.Start < other.End()
		switch {
		case other.SamePlace(d):
			d.Method, d.Confidence = other.Method, other.Confidence
			continue
		case confirms && overlaps && other.Status == model.MentionStatusConfirmed:
			e.invalid("start", "«%s», from %d to %d, is confirmed already to name something; reject that first", other.Surface, other.Start, other.End())
			return
		}
		kept = append(kept, other)
	}
	if len(kept) >= maxDecisions {
		e.add(model.LimitExceeded("mentions", "an article has at most %d mentions that are decided", maxDecisions), "article")
		return
	}
	e.setDecisions(append(kept, d))
	if confirms {
		e.tagWith(d.Entity)
	}
}

// confirmCertain confirms the certain mentions about which nobody has decided, and
// tags the article with them.
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
	e.setDecisions(decisions)
	return nil
}

// suggested returns what the text seems to name as of the day of the article.
func (e *articleEdit) suggested() ([]model.Decision, error) {
	day := e.tx.At().Date()
	if e.next.PublishedAt != nil {
		day = e.next.PublishedAt.Date()
	}
	return e.tx.Suggest(e.plain(), e.next.Language, day)
}

// setDecisions sets the decisions, in the order in which they are stored.
func (e *articleEdit) setDecisions(decisions []model.Decision) {
	slices.SortFunc(decisions, model.Decision.Compare)
	e.next.Decisions = decisions
}

// tagWith tags the article with an entity, unless it has as many tags as it can.
func (e *articleEdit) tagWith(entity model.ID) {
	add := func(keys []int64) []int64 {
		if slices.Contains(keys, entity.Key) || len(keys) == MaxTags {
			return keys
		}
		return append(slices.Clone(keys), entity.Key)
	}
	switch entity.Type {
	case model.NodeOfficial:
		if !slices.ContainsFunc(e.next.Officials, func(o model.TaggedOfficial) bool { return o.Key == entity.Key }) && len(e.next.Officials) < MaxTags {
			e.next.Officials = append(slices.Clone(e.next.Officials), model.TaggedOfficial{Key: entity.Key, Role: model.AppearanceRoleMentioned})
		}
	case model.NodeCountry:
		e.next.Countries = add(e.next.Countries)
	case model.NodeTopic:
		e.next.Topics = add(e.next.Topics)
	}
}
