package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// mentionMember is a decision about a part of the text in the line of an article.
type mentionMember struct {
	entity   referenced
	decision model.Decision
}

// mentionable are the nouns that a text can name. The key of the one that it names is the
// name of its noun.
func mentionable() []noun {
	return slices.DeleteFunc(nouns(), func(n noun) bool { return n.refer == nil })
}

func (m *members) mention(value any, place []string) (mentionMember, bool) {
	e, ok := m.inside(value, place)
	if !ok {
		return mentionMember{}, false
	}
	d := mentionMember{decision: model.Decision{
		Start: -1, Surface: e.must("surface"), Status: model.MentionStatus(e.must("status")), Method: model.MentionMethodManual, Confidence: 100,
	}}
	if start := scalar(e, "start", asPlace); start.HasValue() {
		d.decision.Start = start.Value()
	}
	if method := scalar(e, "method", parsed(word[model.MentionMethod])); method.HasValue() {
		d.decision.Method = method.Value()
	}
	if confidence := scalar(e, "confidence", asConfidence); confidence.HasValue() {
		d.decision.Confidence = confidence.Value()
	}
	var names []string
	given := 0
	for _, n := range mentionable() {
		names = append(names, n.name())
		if of := e.reference(n.name()); of.HasValue() {
			d.entity = referenced{n.node, of.Value()}
			given++
		}
	}
	if given != 1 {
		e.add(model.Invalid("a mention names one thing; write one of the keys %s", strings.Join(names, ", ")), place...)
	}
	switch status := d.decision.Status; {
	case status != "" && status != model.MentionStatusConfirmed && status != model.MentionStatusRejected:
		e.add(model.Invalid("%.40q is not a decision; write %s or %s", status, model.MentionStatusConfirmed, model.MentionStatusRejected), e.place("status")...)
	case !d.decision.Method.IsValid():
		e.add(model.Invalid("%.40q is not a method; write one such as %s", d.decision.Method, model.MentionMethodManual), e.place("method")...)
	}
	e.nothingElse("a mention")
	return d, true
}

// asPlace reads an offset.
func asPlace(value any) (int, error) {
	number, _ := value.(json.Number)
	place, err := strconv.Atoi(number.String())
	if err != nil || place < 0 {
		return 0, model.Invalid("this is not a place in a text; write a whole number of UTF-16 code units, 0 or more")
	}
	return place, nil
}

// asConfidence reads a number from 0 to 1, in hundredths.
func asConfidence(value any) (int, error) {
	number, _ := value.(json.Number)
	confidence, err := number.Float64()
	if err != nil || confidence < 0 || confidence > 1 {
		return 0, model.Invalid("this is not a confidence; write a number from 0 to 1")
	}
	return int(math.Round(confidence * 100)), nil
}

// mentions returns the decisions of a line with the ids of what they name.
func (w *lineWriter) mentions(o content.Optional[[]mentionMember]) (content.Optional[[]model.Decision], error) {
	var err error
	decisions := content.Convert(o, func(members []mentionMember) []model.Decision {
		decisions := make([]model.Decision, len(members))
		for i := 0; i < len(members) && err == nil; i++ {
			decisions[i] = members[i].decision
			decisions[i].Entity, err = w.find(members[i].entity, []string{"mentions", strconv.Itoa(i), noun{node: members[i].entity.node}.name()})
		}
		return decisions
	})
	return decisions, err
}

// mentions sets the decisions about the text, in an order that does not depend on keys. A
// list that is empty is left out, except where AUTO would decide at once.
func (e *exporter) mentions(a *model.Article, l *exportedArticle) error {
	decided, err := slot[[]store.DecidedMention](a, "decisions")
	if err != nil || len(decided) == 0 && a.Link != model.LinkModeAuto {
		return err
	}
	mentions := make([]exportedMention, len(decided))
	for i, d := range decided {
		mentions[i] = exportedMention{
			"surface": d.Surface, "status": d.Status, "method": d.Method, "confidence": float64(d.Confidence) / 100,
		}
		if d.Start >= 0 { // otherwise the text no longer has the part
			mentions[i]["start"] = d.Start
		}
		for _, n := range mentionable() {
			if n.node == d.Entity.Type {
				mentions[i][n.name()] = n.refer(e, d.Named)
			}
		}
	}
	slices.SortStableFunc(mentions, func(a, b exportedMention) int { return cmp.Compare(a.order(), b.order()) })
	l.Mentions = &mentions
	return nil
}

// exportedMention is a decision in the line of an article.
type exportedMention map[string]any

// order is a text by which mentions are sorted: by their place, and what else they say.
func (m exportedMention) order() string {
	start, placed := m["start"].(int)
	if !placed {
		start = -1
	}
	return fmt.Sprintf("%012d %v", start+1, map[string]any(m))
}
