package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func said(mentions []*model.Mention) []string {
	var list []string
	for _, m := range mentions {
		list = append(list, fmt.Sprintf("%d-%d %s %s %s %s", m.Start, m.End, m.Surface, slugOf(m.Entity), m.Method, m.Status))
	}
	return list
}

func mentionsPlan() *model.Plan {
	plan := &model.Plan{}
	plan.Relate("mentions", "mentions", model.Args{}).Plan.Relate("entity", "entity", model.Args{}).Plan.ByType = map[model.NodeType]*model.Plan{
		model.NodeOfficial: (&model.Plan{}).Want("slug"), model.NodeCountry: (&model.Plan{}).Want("code"), model.NodeOffice: (&model.Plan{}).Want("slug"),
	}
	return plan
}

// The mentions of a text combine suggestions with what editors decided.
func TestMentionsOfArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	mentions := func() []string {
		t.Helper()
		a, _ := loaded(t, s, editors(), mentionsPlan(), id(model.NodeArticle, vote))[0].(*model.Article)
		return said(slot[[]*model.Mention](t, a, "mentions"))
	}
	suggested := []string{
		"0-12 Barham Salih salih NAME SUGGESTED", "21-43 Prime Minister of Iraq iraq-pm OFFICE_AT_DATE SUGGESTED",
		"48-63 Sabah Al-Khalid sabah NAME SUGGESTED", "67-73 Kuwait KW NAME SUGGESTED",
	}
	wantList(t, "mentions of a text", mentions(), suggested...)
	decide := func(decisions ...model.Decision) {
		edit(t, s, begin, vote, func(a *store.TaggedArticle) { a.Decisions = decisions })
	}
	manual := model.Decision{Start: 21, Surface: "Prime Minister of Iraq", Entity: id(model.NodeOfficial, kadhimi), Method: model.MentionMethodManual, Confidence: 100, Status: model.MentionStatusConfirmed}
	rejected := model.Decision{Start: -1, Surface: "kuwait", Entity: id(model.NodeCountry, kuwait), Method: model.MentionMethodName, Confidence: 90, Status: model.MentionStatusRejected}
	decide(rejected, manual)
	decided := []string{suggested[0], "21-43 Prime Minister of Iraq kadhimi MANUAL CONFIRMED", suggested[2]}
	wantList(t, "what was confirmed, and not what was rejected", mentions(), decided...)
	mustWrite(t, s, func(tx *store.Tx) error {
		a, err := tx.Article(vote)
		if err == nil && (len(a.Decisions) != 2 || a.Decisions[0] != rejected || a.Decisions[1] != manual) {
			t.Errorf("decisions = %+v, want both, in the order of the text", a.Decisions)
		}
		return err
	})
	edit(t, s, begin, vote, func(a *store.TaggedArticle) { a.Link = model.LinkModeOff })
	wantList(t, "with linking off", mentions(), decided[1])
	decide()
	wantList(t, "with linking off and nothing decided", mentions())
}

// Linkers are rebuilt when a name is written, and not kept if the write is undone.
func TestMentionsOfATextFollowNames(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	const sentence = "Émile Zola met the Iraqi delegation."
	analyze := func(language model.Language, day model.Date) []string {
		t.Helper()
		plan := mentionsPlan().Relation("mentions").Plan
		mentions, err := s.Mentions(t.Context(), readers(), store.Text{Plain: sentence, Language: language, Day: day}, plan)
		if err != nil {
			t.Fatal(err)
		}
		return said(mentions)
	}
	for range 2 { // the second is by the linker that was kept
		wantList(t, "in English", analyze("en", 20210401), "0-10 Émile Zola zola NAME SUGGESTED", "19-24 Iraqi IQ DEMONYM SUGGESTED")
	}
	undone := errors.New("undone")
	rename := func(name string, then error) error {
		return s.Write(t.Context(), samira, begin, func(tx *store.Tx) error {
			before, err := tx.Official(zola)
			if err != nil {
				return err
			}
			after := *before
			after.Named = names("fr:" + name)
			if err := tx.UpdateOfficial(before, &after); err != nil {
				return err
			}
			suggested, err := tx.Suggest(name, "en", 20210401)
			if err != nil || len(suggested) != 1 || suggested[0].Entity.Key != zola {
				t.Errorf("in the transaction that renamed somebody: %+v, %v, want the new name found", suggested, err)
			}
			return errors.Join(err, then)
		})
	}
	if err := rename("Zola le Petit", undone); !errors.Is(err, undone) {
		t.Fatal(err)
	}
	wantList(t, "after a name was nearly changed", analyze("en", 20210401), "0-10 Émile Zola zola NAME SUGGESTED", "19-24 Iraqi IQ DEMONYM SUGGESTED")
	if err := rename("Zola le Grand", nil); err != nil {
		t.Fatal(err)
	}
	mentions, err := s.Mentions(t.Context(), readers(), store.Text{Plain: "Zola le Grand", Language: "en", Day: 20210401}, nil)
	if err != nil || len(mentions) != 1 {
		t.Errorf("the new name is found %d times, %v, want once, not the one that was undone", len(mentions), err)
	}
	wantList(t, "after a name changed", analyze("en", 20210401), "19-24 Iraqi IQ DEMONYM SUGGESTED")
	wantList(t, "in a language without names, which does not have the demonym", analyze("de", 20210401))
}

func TestRulings(t *testing.T) {
	t.Parallel()
	kadhimiID, salihID := id(model.NodeOfficial, kadhimi), id(model.NodeOfficial, salih)
	ruling := store.Decided([]model.Decision{
		{Start: 10, Surface: "Kadhimi", Entity: kadhimiID, Status: model.MentionStatusConfirmed},
		{Start: 30, Surface: "The Président", Entity: salihID, Status: model.MentionStatusRejected},
	})
	for _, c := range []struct {
		rule       string
		suggestion model.Decision
		want       bool
	}{
		{"before what is confirmed", model.Decision{Start: 3, Surface: "al-Khad", Entity: salihID}, false},
		{"over its first letter", model.Decision{Start: 4, Surface: "al-Khad", Entity: salihID}, true},
		{"over its last letter", model.Decision{Start: 16, Surface: "i", Entity: salihID}, true},
		{"behind it", model.Decision{Start: 17, Surface: "i", Entity: salihID}, false},
		{"words that are rejected, elsewhere and written otherwise", model.Decision{Start: 90, Surface: "the president", Entity: salihID}, true},
		{"the same words for somebody else", model.Decision{Start: 90, Surface: "the president", Entity: kadhimiID}, false},
	} {
		if got := ruling.RulesOut(c.suggestion); got != c.want {
			t.Errorf("%s: RulesOut = %v, want %v", c.rule, got, c.want)
		}
	}
}
