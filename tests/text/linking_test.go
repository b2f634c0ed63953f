package text

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// marked is a text whose mentions were marked in its file as ⟦surface|kind:key⟧.
type marked struct {
	file, language, on, text string
	// mentions are "start surface kind:key", in the order of the text.
	mentions []string
}

var mark = regexp.MustCompile(`⟦([^|⟧]*)\|([^⟧]*)⟧`)

func readMarked(t testing.TB, folder string) []marked {
	t.Helper()
	files, err := filepath.Glob(testserver.File("testdata", folder, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []marked
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(data), "\n\n")
		m := marked{file: filepath.Base(file)}
		if _, err := fmt.Sscanf(head, "language: %s · on: %s", &m.language, &m.on); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		last := 0
		body = strings.TrimSpace(body)
		for _, at := range mark.FindAllStringSubmatchIndex(body, -1) {
			m.text += body[last:at[0]]
			surface := body[at[2]:at[3]]
			m.mentions = append(m.mentions, fmt.Sprint(text.UTF16Len(m.text), " ", surface, " ", body[at[4]:at[5]]))
			m.text += surface
			last = at[1]
		}
		m.text += body[last:]
		all = append(all, m)
	}
	return all
}

// found returns the mentions that the server finds in the text.
func (m marked) found(t testing.TB, s *testserver.Server) []string {
	t.Helper()
	answer := testserver.Ask[struct {
		AnalyzeText struct {
			Mentions []struct {
				Surface    string
				Start, End int
				Confidence float64
				Entity     struct{ Kind, Slug, Code string }
			}
		}
	}](t, s, `query($text: String!, $language: Language!, $on: Date) {
		analyzeText(text: $text, language: $language, on: $on) {
			mentions {
				surface start end confidence
				entity { kind: __typename ... on Official { slug } ... on Topic { slug } ... on Office { slug } ... on Country { code } }
			}
		}
	}`, variables{"text": m.text, "language": m.language, "on": m.on})
	var list []string
	end := 0
	for _, mention := range answer.AnalyzeText.Mentions {
		if slice, ok := text.Slice(m.text, mention.Start, mention.End); !ok || slice != mention.Surface || mention.Start < end {
			t.Errorf("%s: mention %+v, want a slice of the text after the previous mention", m.file, mention)
		}
		if mention.Confidence <= 0 || mention.Confidence > 1 {
			t.Errorf("%s: mention %+v, want a confidence above 0 and at most 1", m.file, mention)
		}
		end = mention.End
		key := mention.Entity.Slug + mention.Entity.Code
		list = append(list, fmt.Sprint(mention.Start, " ", mention.Surface, " ", strings.ToLower(mention.Entity.Kind), ":", key))
	}
	return list
}

// tally counts mentions that were found, found wrongly, and missed.
type tally struct{ right, wrong, missed int }

func (c tally) precision() float64 { return float64(c.right) / float64(max(1, c.right+c.wrong)) }

func (c tally) recall() float64 { return float64(c.right) / float64(max(1, c.right+c.missed)) }

// The linker finds the mentions that editors marked, per language and kind. Its rules were
// written with the texts of testdata/linking. The texts of testdata/linking-unseen are full
// of traps, and no rule was written for them.
func TestTheLinkerFindsMarkedMentions(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := testserver.StartDemo(t)
	for _, set := range []struct {
		folder            string
		precision, recall float64
	}{{"linking", 0.95, 0.90}, {"linking-unseen", 0.90, 0.90}} {
		tallies := map[string]*tally{}
		add := func(m marked, mention string, count func(*tally)) {
			kind := mention[strings.LastIndex(mention, " ")+1:]
			kind, _, _ = strings.Cut(kind, ":")
			for _, group := range []string{m.language, kind, "all"} {
				if tallies[group] == nil {
					tallies[group] = &tally{}
				}
				count(tallies[group])
			}
		}
		texts := readMarked(t, set.folder)
		for _, m := range texts {
			found := m.found(t, s)
			for _, mention := range found {
				if slices.Contains(m.mentions, mention) {
					add(m, mention, func(c *tally) { c.right++ })
					continue
				}
				add(m, mention, func(c *tally) { c.wrong++ })
				t.Logf("%s/%s: wrong: %s", set.folder, m.file, mention)
			}
			for _, mention := range m.mentions {
				if !slices.Contains(found, mention) {
					add(m, mention, func(c *tally) { c.missed++ })
					t.Logf("%s/%s: missed: %s", set.folder, m.file, mention)
				}
			}
		}
		if len(texts) < 18 {
			t.Errorf("%s has %d texts, want more", set.folder, len(texts))
		}
		for group, c := range tallies {
			t.Logf("%s, %s: precision %.3f, recall %.3f of %d mentions", set.folder, group, c.precision(), c.recall(), c.right+c.missed)
			strict := set.folder == "linking" || group == "all"
			if strict && (c.precision() < set.precision || c.recall() < set.recall) {
				t.Errorf("%s, %s: precision %.3f and recall %.3f, want at least %.2f and %.2f", set.folder, group, c.precision(), c.recall(), set.precision, set.recall)
			}
		}
	}
}
