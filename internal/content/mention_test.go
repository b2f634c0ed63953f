package content

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// linked is a newsroom with nodes that Arabic texts name.
type linked struct {
	newsroom
	minister, oil model.ID
	office        model.ID
	france        model.ID
}

func openLinked(t *testing.T) linked {
	t.Helper()
	l := linked{newsroom: open(t)}
	if err := l.LoadCountries(t.Context()); err != nil {
		t.Fatal(err)
	}
	france := must(l.Country(l.ctx, model.CountryBy{Code: ptr("FR")}, nil))(t)
	minister := must(l.CreateOfficial(l.ctx, model.CreateOfficialInput{
		Names: arabic("جان إيف لودريان"), Slug: om(ptr("le-drian")), Country: om(ptr(france.ID())),
	}))(t)
	office := must(l.CreateOffice(l.ctx, model.CreateOfficeInput{
		Titles: arabic("وزير الخارجية"), Slug: om(ptr("foreign-minister")), Kind: model.OfficeKindMinister, Country: om(ptr(france.ID())),
	}))(t)
	must(l.tenure(minister, office, "2017-05-17", "2022-05-20"))(t)
	oil := must(l.CreateTopic(l.ctx, model.CreateTopicInput{Names: arabic("النفط"), Slug: om(ptr("oil"))}))(t)
	l.minister, l.office, l.oil, l.france = minister.ID(), office.ID(), oil.ID(), france.ID()
	return l
}

func arabic(name string) []*model.LocalizedTextInput {
	return []*model.LocalizedTextInput{{Language: "ar", Value: name}}
}

const linkedText = "وزيرَ الخارجيّة الفرنسي جان إيف لودريان 😀، وقال لودريان إن النفط…"

func (l linked) compose(t *testing.T, body string, link model.LinkMode) model.ID {
	t.Helper()
	return must(l.CreateArticle(l.ctx, model.CreateArticleInput{Language: "ar", Title: "عنوان", Body: om(&body), Link: om(&link)}))(t).ID()
}

// decided returns the decisions about an article as "STATUS METHOD place surface".
func (l linked) decided(id model.ID) []string {
	l.Helper()
	list := []string{}
	for _, d := range l.stored(id).Decisions {
		list = append(list, fmt.Sprintf("%s %s %d %s", d.Status, d.Method, d.Start, d.Surface))
	}
	return list
}

// tags returns the tags of an article: "officials [{1 MENTIONED}] countries [] topics
// []".
func (l linked) tags(id model.ID) string {
	l.Helper()
	a := l.stored(id)
	return fmt.Sprintf("officials %v countries %v topics %v", a.Officials, a.Countries, a.Topics)
}

// at returns where a part of a text begins and ends, in UTF-16 code units.
func at(body, part string) (start, end int) {
	before, _, _ := strings.Cut(body, part)
	return text.UTF16Len(before), text.UTF16Len(before) + text.UTF16Len(part)
}

// passage is a part of an article's text, read in whichever version.
func passage(article model.ID, start, end int, entity model.ID) Passage {
	return Passage{Article: article, Start: start, End: end, Entity: entity}
}

func TestCertainMentionsAreConfirmedWhereAsked(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	l := openLinked(t)
	if id := l.compose(t, linkedText, model.LinkModeSuggest); len(l.decided(id)) != 0 || l.tags(id) != "officials [] countries [] topics []" {
		t.Errorf("SUGGEST decides %q, tags %s, want nothing", l.decided(id), l.tags(id))
	}
	id := l.compose(t, linkedText, model.LinkModeAuto)
	name, _ := at(linkedText, "جان إيف لودريان")
	oil, _ := at(linkedText, "النفط")
	want := []string{fmt.Sprintf("CONFIRMED NAME %d جان إيف لودريان", name), fmt.Sprintf("CONFIRMED NAME %d النفط", oil)}
	if got := l.decided(id); !slices.Contains(got, want[0]) || !slices.Contains(got, want[1]) {
		t.Errorf("AUTO decides %q, want %q among them", got, want)
	}
	if got, want := l.tags(id), fmt.Sprintf("officials [{%d MENTIONED}] countries [] topics [%d]", l.minister.Key, l.oil.Key); got != want {
		t.Errorf("AUTO tags %s, want %s", got, want)
	}
	if doubtful := l.compose(t, "قال وزير الخارجية", model.LinkModeAuto); len(l.decided(doubtful)) != 0 {
		t.Errorf("AUTO decides %q, want nothing about what is doubtful", l.decided(doubtful))
	}
	// Text that is added later is linked as well; what was rejected stays rejected.
	must(l.RejectMention(l.ctx, passage(id, oil, oil+5, l.oil)))(t)
	longer := linkedText + " وقالت فرنسا إن النفط"
	must(l.UpdateArticle(l.ctx, id, model.UpdateArticleInput{Body: om(&longer)}, nil))(t)
	france, _ := at(longer, "فرنسا")
	got := l.decided(id)
	if last := got[len(got)-1]; last != fmt.Sprintf("CONFIRMED NAME %d فرنسا", france) || !slices.Contains(got, fmt.Sprintf("REJECTED NAME %d النفط", oil)) {
		t.Errorf("after more text AUTO decides %q, want France last, and oil still rejected", got)
	}
	// Turning AUTO on links the existing text.
	other := l.compose(t, "فرنسا", model.LinkModeOff)
	must(l.UpdateArticle(l.ctx, other, model.UpdateArticleInput{Link: om(ptr(model.LinkModeAuto))}, nil))(t)
	if got := l.decided(other); !slices.Equal(got, []string{"CONFIRMED NAME 0 فرنسا"}) {
		t.Errorf("AUTO for a text that is there decides %q, want France", got)
	}
	_, err := l.UpdateArticle(l.ctx, id, model.UpdateArticleInput{Link: om[*model.LinkMode](nil)}, nil)
	refused(t, "updateArticle(link: null)", err, "INVALID at input.link")
	_, err = l.UpdateArticle(l.ctx, id, model.UpdateArticleInput{Link: om(ptr(model.LinkMode("MAYBE")))}, nil)
	refused(t, "updateArticle(link: MAYBE)", err, "INVALID at input.link")
}

// Decisions move with their parts of the text, and go with them, except that a
// rejection lasts.
func TestDecisionsFollowTheText(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	l := openLinked(t)
	id := l.compose(t, linkedText, model.LinkModeSuggest)
	start, end := at(linkedText, "جان إيف لودريان")
	must(l.ConfirmMention(l.ctx, passage(id, start, end, l.minister)))(t)
	version := l.stored(id).Version
	if must(l.ConfirmMention(l.ctx, passage(id, start, end, l.minister)))(t); l.stored(id).Version != version {
		t.Errorf("confirming twice is version %d, want %d", l.stored(id).Version, version)
	}
	oilStart, oilEnd := at(linkedText, "النفط")
	must(l.RejectMention(l.ctx, passage(id, oilStart, oilEnd, l.oil)))(t)
	if got, want := l.tags(id), fmt.Sprintf("officials [{%d MENTIONED}] countries [] topics []", l.minister.Key); got != want {
		t.Errorf("tags = %s, want %s: what is confirmed, not what is rejected", got, want)
	}
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"text before", "بداية. " + linkedText, []string{fmt.Sprintf("CONFIRMED NAME %d جان إيف لودريان", start+7), fmt.Sprintf("REJECTED NAME %d النفط", oilStart+7)}},
		{"the parts exchanged", "النفط ثم جان إيف لودريان", []string{"REJECTED NAME 0 النفط", "CONFIRMED NAME 9 جان إيف لودريان"}},
		{"the parts gone", "لا شيء", []string{"REJECTED NAME -1 النفط"}},
		{"the parts back", "النفط ثم جان إيف لودريان", []string{"REJECTED NAME -1 النفط"}},
	} {
		must(l.UpdateArticle(l.ctx, id, model.UpdateArticleInput{Body: om(&c.body)}, nil))(t)
		if got := l.decided(id); !slices.Equal(got, c.want) {
			t.Errorf("after %s the decisions are %q, want %q", c.name, got, c.want)
		}
	}
}

func TestVerdictsAreRefused(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	l := openLinked(t)
	id, emoji := l.compose(t, "عاد النفط", model.LinkModeSuggest), l.compose(t, "😀", model.LinkModeSuggest)
	must(l.ConfirmMention(l.ctx, passage(id, 0, 3, l.office)))(t)
	if got := l.decided(id); !slices.Equal(got, []string{"CONFIRMED MANUAL 0 عاد"}) {
		t.Errorf("a verdict about what is not suggested = %q, want it MANUAL", got)
	}
	type decide func(context.Context, Passage) (*model.Article, error)
	for _, c := range []struct {
		name       string
		decide     decide
		article    model.ID
		start, end int
		entity     model.ID
		want       string
	}{
		{"beyond the text", l.ConfirmMention, id, 0, 1000, l.office, "INVALID at start"},
		{"about nothing", l.ConfirmMention, id, 5, 5, l.office, "INVALID at start"},
		{"before the text", l.RejectMention, id, -1, 3, l.office, "INVALID at start"},
		{"about half a character", l.ConfirmMention, emoji, 0, 1, l.office, "INVALID at start"},
		{"over what is confirmed", l.ConfirmMention, id, 0, 9, l.minister, "INVALID at start"},
		{"about half a word", l.ConfirmMention, id, 1, 3, l.minister, "INVALID at start"},
		{"that something is no half word", l.RejectMention, id, 0, 2, l.minister, "INVALID at start"},
		{"with a blank behind", l.ConfirmMention, id, 0, 4, l.minister, "INVALID at start"},
		{"with a blank in front", l.RejectMention, id, 3, 9, l.minister, "INVALID at start"},
		{"about an article", l.ConfirmMention, id, 4, 9, id, "INVALID at entity"},
		{"about what is not there", l.ConfirmMention, id, 4, 9, model.ID{Type: model.NodeTopic, Key: 999}, "NOT_FOUND at entity"},
		{"in an official", l.RejectMention, l.minister, 0, 1, l.minister, "NOT_FOUND at article"},
		{"in no article", l.RejectMention, model.ID{Type: model.NodeArticle, Key: 999}, 0, 1, l.minister, "NOT_FOUND at article"},
	} {
		_, err := c.decide(l.ctx, passage(c.article, c.start, c.end, c.entity))
		refused(t, "a verdict "+c.name, err, c.want)
	}
	if must(l.RejectMention(l.ctx, passage(id, 0, 9, l.minister)))(t); len(l.decided(id)) != 2 {
		t.Errorf("a rejection over what is confirmed = %q, want both", l.decided(id))
	}
}

// Whoever reads a passage, and decides about it after another has edited the text, decides
// about nothing. Neither does a decision with another version.
func TestVerdictsAreAboutTheTextThatWasRead(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	l := openLinked(t)
	id := l.compose(t, "فرنسا والنفط", model.LinkModeSuggest)
	read := l.stored(id)
	must(l.UpdateArticle(l.ctx, id, model.UpdateArticleInput{Body: om(ptr("عادت فرنسا والنفط"))}, nil))(t)
	before := len(l.changes())
	for name, p := range map[string]Passage{
		"other words":                         {Article: id, Start: 0, End: 5, Entity: l.minister, Surface: ptr("فرنسا")},
		"a part of the words":                 {Article: id, Start: 5, End: 10, Entity: l.minister, Surface: ptr("فرنس")},
		"beyond the text":                     {Article: id, Start: 0, End: 100, Entity: l.minister, Surface: ptr("فرنسا")},
		"an older version":                    {Article: id, Start: 5, End: 10, Entity: l.minister, ExpectedVersion: &read.Version},
		"the right words of an older version": {Article: id, Start: 5, End: 10, Entity: l.minister, Surface: ptr("فرنسا"), ExpectedVersion: &read.Version},
	} {
		want := "CONFLICT at surface"
		if p.ExpectedVersion != nil {
			want = "CONFLICT at expectedVersion"
		}
		_, err := l.ConfirmMention(l.ctx, p)
		refused(t, "confirming "+name, err, want)
		_, err = l.RejectMention(l.ctx, p)
		refused(t, "rejecting "+name, err, want)
	}
	if got := l.decided(id); len(got) != 0 || len(l.changes()) != before {
		t.Errorf("what conflicts decides %q and makes %d changes, want none", got, len(l.changes())-before)
	}
	now := l.stored(id).Version
	must(l.ConfirmMention(l.ctx, Passage{Article: id, Start: 5, End: 10, Entity: l.minister, Surface: ptr("فرنسا"), ExpectedVersion: &now}))(t)
	if got := l.decided(id); len(got) != 1 {
		t.Errorf("the words and the version that stand there decide %q, want one mention", got)
	}
}

func TestAnalyzeText(t *testing.T) {
	t.Parallel()
	l := openLinked(t)
	plan := &model.Plan{}
	plan.Relate("mentions", "mentions", model.Args{}).Plan.Relate("entity", "entity", model.Args{})
	office := func(on *model.Date) *model.Mention {
		mentions := must(l.AnalyzeText(l.ctx, "وزير الخارجية جان إيف لودريان", "ar", on, plan))(t).Mentions
		if len(mentions) != 2 || mentions[0].Surface != "وزير الخارجية" || mentions[1].Surface != "جان إيف لودريان" {
			t.Fatalf("analyzeText finds %v, want an office and a name", mentions)
		}
		return mentions[0]
	}
	if today, before := office(nil), office(ptr(model.Date(20100101))); today.Confidence <= before.Confidence {
		t.Errorf("the office is as certain as %f while he holds it, and %f before, want it more certain", today.Confidence, before.Confidence)
	}
	analysis := must(l.AnalyzeText(l.ctx, "الرَّئيس", "ar", nil, nil))(t)
	if !slices.Equal(analysis.Tokens, []string{"الرييس"}) || len(analysis.Mentions) != 0 {
		t.Errorf("analyzeText = %+v, want one folded word, and no mentions that nobody asked for", analysis)
	}
	_, err := l.AnalyzeText(l.ctx, strings.Repeat("ن", MaxBody+1), "ar", nil, plan)
	if model.CodeOf(err) != model.ErrorCodeLimitExceeded {
		t.Errorf("analyzeText of too much = %v, want LIMIT_EXCEEDED", err)
	}
	gone, cancel := context.WithCancel(l.ctx)
	cancel()
	for range cap(l.analyses) {
		l.analyses <- struct{}{}
	}
	if _, err := l.AnalyzeText(gone, "نص", "ar", nil, nil); err != context.Canceled {
		t.Errorf("analyzeText while others are analysed, for who is gone = %v, want context.Canceled", err)
	}
}
