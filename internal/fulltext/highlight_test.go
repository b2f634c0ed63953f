package fulltext

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
)

// highlighted returns a highlight with its spans in brackets.
func highlighted(slice string, spans []Span) string {
	var b strings.Builder
	at := 0
	for _, span := range spans {
		before, _ := text.Slice(slice, at, span.Start)
		word, _ := text.Slice(slice, span.Start, span.End)
		b.WriteString(before + "[" + word + "]")
		at = span.End
	}
	rest, _ := text.Slice(slice, at, text.UTF16Len(slice))
	return b.String() + rest
}

func TestHighlight(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("word ", 60)
	for _, c := range []struct{ name, language, text, query, want string }{
		{"a short text is whole", "en", "The vote was delayed.", "vote", "The [vote] was delayed."},
		{"forms of a word are highlighted", "en", "Ministers vote; he voted.", "votes minister", "[Ministers] [vote]; he [voted]."},
		{"so are Arabic ones with what is joined to them", "ar", "قال الوزير للوزراء", "وزير", "قال [الوزير] [للوزراء]"},
		{"phrases only where they are whole", "en", "prime number, prime minister", `"prime minister"`, "prime number, [prime] [minister]"},
		{"optional words are not", "en", "Minister of Finance", "minister of finance", "[Minister] of [Finance]"},
		{"a text without the words has no highlight", "en", "The vote was delayed.", "budget", ""},
		{"one span for a character of several words", "ar", "محمد ﷺ", "صلى عليه", "محمد [ﷺ]"},
		{"offsets are UTF-16 code units", "en", "😀 vote", "vote", "😀 [vote]"},
		{
			"a long text is cut to the densest hits, with words before them", "en", "vote " + filler + "before the vote, vote. " + filler, "vote",
			strings.Repeat("word ", 11) + "before the [vote], [vote]. " + strings.TrimSpace(strings.Repeat("word ", 40)),
		},
		{"of equally dense hits, the first are taken", "en", "vote " + filler + "vote " + filler, "vote", "[vote] " + strings.TrimSpace(strings.Repeat("word ", 55))},
		{"not before the line they stand on", "en", filler + "\nThe vote. " + filler, "vote", "The [vote]. " + strings.TrimSpace(strings.Repeat("word ", 54))},
		{"a hit near the start begins with the text", "en", "«The vote» " + filler, "vote", "«The [vote]» " + strings.TrimSpace(strings.Repeat("word ", 53))},
		{"a hit near the end ends with the text", "en", filler + "the vote!", "vote", strings.Repeat("word ", 13) + "the [vote]!"},
		{"unless too much punctuation follows", "en", filler + "the vote" + strings.Repeat("!", 100), "vote", strings.Repeat("word ", 13) + "the [vote]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := highlighted(Highlight(c.text, c.language, ParseQuery(c.query))); got != c.want {
				t.Errorf("Highlight(%q, %s) = %q, want %q", c.text, c.query, got, c.want)
			}
		})
	}
}

// A word that is too long for a highlight is cut between two letters.
func TestHighlightOfAnEndlessWord(t *testing.T) {
	t.Parallel()
	slice, spans := Highlight(strings.Repeat("م", 1000), "ar", ParseQuery(strings.Repeat("م", 1000)))
	if want := strings.Repeat("م", snippet); slice != want || len(spans) != 0 {
		t.Errorf("Highlight of 1,000 letters is %d bytes with %d spans, want %d without any", len(slice), len(spans), len(want))
	}
}

func FuzzHighlight(f *testing.F) {
	for _, s := range []string{"وللعراقيّين ﷺ", "l’Irak's Iraqis_😀", "العـراق\u0301", "Iraq Iraq. وزير خارجية العراق"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		for _, language := range []string{"ar", "en"} {
			slice, spans := Highlight(s, language, ParseQuery(s+" Iraq العراق"))
			if !strings.Contains(s, slice) {
				t.Fatalf("Highlight(%q) = %q, which is not a part of it", s, slice)
			}
			end := 0
			for _, span := range spans {
				if word, ok := text.Slice(slice, span.Start, span.End); !ok || word == "" || span.Start < end {
					t.Fatalf("Highlight(%q) = %q with the span %+v behind %d", s, slice, span, end)
				}
				end = span.End
			}
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{`"a b" -"c`, "-«»", "--", "\xff-a", "ومحمد محمد", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := ParseQuery(s)
		for _, need := range append(q.Needs, q.Without...) {
			if len(need.Words) == 0 || len(need.Places) == 0 || (len(need.Words) > 1) != (len(need.Keys) == 0) {
				t.Errorf("ParseQuery(%q) has the need %+v", s, need)
			}
			for _, place := range need.Places {
				if place.Start < 0 || place.End <= place.Start || place.End > len(s) {
					t.Errorf("ParseQuery(%q) has %v at %+v", s, need.Words, place)
				}
			}
		}
	})
}
