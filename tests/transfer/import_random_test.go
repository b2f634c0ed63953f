package transfer

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// drawn is a random newsroom, as lines that refer only to earlier lines.
type drawn struct {
	*rapid.T
	lines []string
	// names are unambiguous references to the nodes of each type.
	names map[string][]any
}

func drawNewsroom(t *rapid.T) *drawn {
	d := &drawn{T: t, names: map[string][]any{}}
	for i := range d.upTo(8, "topics") {
		d.topic(i)
	}
	for i := range d.upTo(3, "offices") {
		d.office(i)
	}
	for i := range d.upTo(4, "officials") {
		d.official(i)
	}
	for i := range d.upTo(8, "articles") {
		d.article(i)
	}
	return d
}

func (d *drawn) upTo(most int, label string) int { return rapid.IntRange(0, most).Draw(d.T, label) }

func (d *drawn) perhaps(label string) bool { return rapid.Bool().Draw(d.T, label) }

// prose draws a text with difficult characters.
func (d *drawn) prose(label string) string {
	return "x" + rapid.StringOfN(rapid.SampledFrom([]rune("aé<&>\"\\'/ بِـ\u200c\u200f中😀é½\u00a0")), 0, 12, -1).Draw(d.T, label) + "y"
}

func (d *drawn) texts(label string) variables {
	texts := variables{}
	for _, language := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ar", "en", "fr", "zh-Hant", "ar-IQ"}), 1, 4, rapid.ID).Draw(d.T, label) {
		texts[language] = d.prose(label)
	}
	return texts
}

func (d *drawn) aliases() []variables {
	var aliases []variables
	for i := range d.upTo(3, "aliases") {
		aliases = append(aliases, variables{"text": fmt.Sprint(d.prose("alias"), i), "language": "ar", "kind": "EPITHET"})
	}
	return aliases
}

// keys gives a node its keys, and records an unambiguous reference to it. Some externalIds
// equal the slug of another node of the type.
func (d *drawn) keys(noun string, i int, line variables) {
	slug, another := fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", i+1)
	if noun == "article" { // two articles share a slug, in different languages
		slug, another = fmt.Sprintf("s%d", i/2), []string{fmt.Sprintf("en:s%d", i/2), fmt.Sprintf("s%d", (i+1)/2)}[i%2]
	}
	line["type"], line["slug"] = noun, slug
	name := any(variables{"slug": slug})
	if language, article := line["language"]; article {
		name = variables{"slug": slug, "language": language}
	}
	switch rapid.SampledFrom([]string{"", "own", "another's"}).Draw(d.T, "externalId") {
	case "own":
		line["externalId"] = fmt.Sprintf("%s <%d>", noun, i)
		name = line["externalId"]
	case "another's":
		line["externalId"] = another
		name = variables{"externalId": line["externalId"]}
	}
	d.names[noun] = append(d.names[noun], name)
	d.lines = append(d.lines, jsonLine(line))
}

// some draws references to nodes that were drawn before.
func (d *drawn) some(noun string, most int) []any {
	if len(d.names[noun]) == 0 {
		return []any{}
	}
	places := rapid.SliceOfNDistinct(rapid.IntRange(0, len(d.names[noun])-1), 0, most, rapid.ID).Draw(d.T, noun)
	names := make([]any, len(places))
	for i, place := range places {
		names[i] = d.names[noun][place]
	}
	return names
}

func (d *drawn) topic(i int) {
	line := variables{"names": d.texts("names"), "descriptions": d.texts("descriptions"), "aliases": d.aliases()}
	if parent := d.some("topic", 1); len(parent) > 0 {
		line["parent"] = parent[0]
	}
	d.keys("topic", i, line)
}

func (d *drawn) office(i int) {
	line := variables{"titles": d.texts("titles"), "kind": "DIPLOMAT", "singleSeat": d.perhaps("single seat")}
	if d.perhaps("country") {
		line["country"] = "IQ"
	}
	d.keys("office", i, line)
}

func (d *drawn) official(i int) {
	line := variables{"names": d.texts("names"), "aliases": d.aliases()}
	if d.perhaps("wikidataId") {
		line["wikidataId"] = fmt.Sprintf("Q%d", i+1)
	}
	var tenures []variables
	for _, office := range d.some("office", 3) { // each official has a decade of their own
		tenure := variables{"office": office, "startedOn": fmt.Sprintf("20%d0-0%d", i, d.upTo(8, "month")+1), "endedOn": fmt.Sprintf("20%d5", i)}
		if d.perhaps("sourceUrl") {
			tenure["sourceUrl"] = "https://example.org/?q=a&b=<c>"
		}
		tenures = append(tenures, tenure)
	}
	line["tenures"] = tenures
	d.keys("official", i, line)
}

func (d *drawn) article(i int) {
	line := variables{
		"language": []string{"ar", "en"}[i%2], "title": d.prose("title"), "body": d.prose("body") + "\n\t" + d.prose("body"),
		"countries": rapid.SampledFrom([][]string{{}, {"FR"}, {"IQ", "FR"}}).Draw(d.T, "countries"), "topics": d.some("topic", 3),
		"status": "DRAFT", "byline": []string{d.prose("byline")},
	}
	var appearances []variables
	for _, official := range d.some("official", 3) {
		appearances = append(appearances, variables{"official": official, "role": rapid.SampledFrom([]string{"SUBJECT", "SPEAKER", "MENTIONED"}).Draw(d.T, "role")})
	}
	line["appearances"] = appearances
	if d.perhaps("published") {
		line["status"], line["publishedAt"] = "PUBLISHED", fmt.Sprintf("2020-01-0%dT00:00:00.%dZ", d.upTo(8, "day")+1, d.upTo(9, "tenth"))
	}
	if leads := d.names["lead"]; len(leads) > 0 && d.perhaps("translation") {
		line["language"], line["translationOf"] = fmt.Sprintf("fr-%03d", []int{2, 9, 19, 30, 142, 150, 419, 5}[i]), leads[d.upTo(len(leads)-1, "lead")]
		d.keys("article", i, line)
		return
	}
	d.keys("article", i, line)
	d.names["lead"] = append(d.names["lead"], d.names["article"][len(d.names["article"])-1])
}

func TestAnExportImportsAsTheSameNewsroom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		newsroom := drawNewsroom(rt)
		first, second := testserver.NewDatabase(t), testserver.NewDatabase(t)
		first.MustImport(rt, newsroom.lines...)
		exported := first.Content(rt)
		second.MustImport(rt, exported)
		if again := second.Content(rt); again != exported {
			rt.Fatalf("the export of an import of the export =\n%s\nwant\n%s", again, exported)
		}
		for _, lines := range []string{exported, strings.Join(newsroom.lines, "\n")} {
			r := second.MustImport(rt, lines)
			if total := counted(r, "total"); total[0]+total[1] != 0 || !strings.HasSuffix(r.Stdout, "Nothing changed.\n") {
				rt.Fatalf("a second import of the same lines = %s, want no change", r.Stdout)
			}
		}
		published := first.Content(rt, "--published")
		third := testserver.NewDatabase(t)
		third.MustImport(rt, published)
		if again := third.Content(rt, "--published"); again != published {
			rt.Fatalf("the export of an import of the published export =\n%s\nwant\n%s", again, published)
		}
	})
}

func TestTheOrderOfLinesDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		lines := drawNewsroom(rt).lines
		inOrder, shuffled := testserver.NewDatabase(t), testserver.NewDatabase(t)
		inOrder.MustImport(rt, lines...)
		mixed := rapid.Permutation(lines).Draw(rt, "mixed")
		shuffled.MustImport(rt, mixed...)
		want := inOrder.Content(rt)
		if got := shuffled.Content(rt); got != want {
			rt.Fatalf("import of\n%s\nexported =\n%s\nwant, as for the lines in order,\n%s", strings.Join(mixed, "\n"), got, want)
		}
		again := testserver.NewDatabase(t)
		exported := strings.Split(strings.TrimSpace(want), "\n")
		again.MustImport(rt, rapid.Permutation(exported).Draw(rt, "exported, mixed")...)
		if got := again.Content(rt); got != want {
			rt.Fatalf("the export of an import of the shuffled export =\n%s\nwant\n%s", got, want)
		}
	})
}
