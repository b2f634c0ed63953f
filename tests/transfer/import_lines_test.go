package transfer

import (
	"regexp"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// seeded are the lines imported before each wrong line, which refers to them.
var seeded = []string{
	`{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER"}`,
	`{"type":"official","externalId":"ada","slug":"ada","names":{"en":"Ada"},"tenures":[{"office":"seat","startedOn":"2020","endedOn":"2021"}]}`,
	`{"type":"topic","externalId":"oil","slug":"oil","names":{"en":"Oil"}}`,
	`{"type":"article","externalId":"news","slug":"news","language":"en","title":"News"}`,
}

func TestWrongLinesAreReported(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	cases := []struct{ name, line, want string }{
		{"no JSON", `{"type":"topic",}`, "no JSON at byte 17"},
		{"a part of an object", `{"type":"topic"`, "the line ends in the middle of its JSON; write the whole object on one line"},
		{"two objects", `{"type":"topic"} {"type":"topic"}`, "something follows the JSON object, from byte 18 on; write one object a line"},
		{"a list", `[]`, "the line is a list; write one JSON object on it"},
		{"invalid UTF-8", "{\"type\":\"topic\",\"names\":{\"en\":\"\xff\"}}", "no UTF-8 at byte 32; save the file as UTF-8"},
		{"a high surrogate alone", `{"type":"topic","names":{"en":"\ud83d!"}}`, `\ud83d is half a character`},
		{"a high surrogate at the end", `{"type":"topic","names":{"en":"\\\ud83d"}}`, `\ud83d is half a character`},
		{"a high surrogate before another escape", `{"type":"topic","names":{"en":"\ud83d\u0041"}}`, `\ud83d is half a character`},
		{"a low surrogate alone", `{"type":"topic","names":{"en":"\uDE00"}}`, `\uDE00 is half a character`},
		{"no type", `{}`, "type: the line does not say what it is about; write one of country, topic, office, official, article"},
		{"an unknown type", `{"type":"tenure"}`, `type: a line cannot be about "tenure"; write one of country`},
		{"a type that is no text", `{"type":{}}`, "type: the line does not say what it is about"},
		{"a key twice", `{"type":"topic","slug":"x","names":{"en":"X"},"slug":"y"}`, "slug: this key is here twice; keep one of them"},
		{"a key twice inside", `{"type":"topic","names":{"en":"X","en":"Y"}}`, "names.en: this key is here twice"},
		{"a key twice, escaped", `{"type":"topic","names":{"en":"X","\u0065n":"Y"}}`, "names.en: this key is here twice"},
		{"an unknown key", `{"type":"topic","name":{"en":"X"}}`, "name: a topic has no such key; remove it, or take one of type, externalId, slug, names"},
		{"a key in other case", `{"type":"topic","externalID":"x","names":{"en":"X"}}`, "externalID: a topic has no such key"},
		{"an unknown key of an alias", `{"type":"topic","names":{"en":"X"},"aliases":[{"text":"Y","language":"en","lang":"en"}]}`, "aliases[0].lang: an alias has no such key"},
		{"an alias without text", `{"type":"topic","names":{"en":"X"},"aliases":[{"language":"en"}]}`, "aliases[0].text: this is missing; write a text"},
		{"an unknown key of a tenure", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"seat","from":"2020"}]}`, "tenures[0].from: a tenure has no such key"},
		{"a tenure without office", `{"type":"official","names":{"en":"X"},"tenures":[{"startedOn":"2020"}]}`, "tenures[0].office: a tenure needs an office"},
		{"an appearance without official", `{"type":"article","language":"en","title":"X","appearances":[{"role":"SUBJECT"}]}`, "appearances[0].official: an appearance needs an official"},
		{"a number for a text", `{"type":"article","language":"en","title":2020}`, "title: this is a number; write a text in quotes"},
		{"a number that is too large for a text", `{"type":"article","language":"en","title":1e999}`, "title: this is a number; write a text in quotes"},
		{"a list for texts by language", `{"type":"topic","names":["X"]}`, `names: this is a list; write an object of texts by language, such as {"en":"Oil"}`},
		{"a number for a name", `{"type":"topic","names":{"en":1}}`, "names.en: this is a number; write a text in quotes"},
		{"a text for a list", `{"type":"article","language":"en","title":"X","byline":"Ada"}`, "byline: this is a text; write a list"},
		{"a text for an object", `{"type":"topic","names":{"en":"X"},"aliases":["Y"]}`, "aliases[0]: this is a text; write an object"},
		{"a text for a boolean", `{"type":"office","titles":{"en":"X"},"kind":"OTHER","singleSeat":"no"}`, "singleSeat: this is a text; write true or false"},
		{"a list for a reference", `{"type":"topic","names":{"en":"X"},"parent":["oil"]}`, "parent: this is a list; write a text in quotes"},
		{"an empty reference", `{"type":"topic","names":{"en":"X"},"parent":""}`, "parent: this names nothing; write an externalId, a slug or a country's code, or null for none"},
		{"a reference of both kinds", `{"type":"topic","names":{"en":"X"},"parent":{"slug":"oil","externalId":"oil"}}`, "parent: a reference has either an externalId or a slug"},
		{"null where nothing can be cleared", `{"type":"article","externalId":"news","title":null}`, "title: this cannot be cleared"},
		{"null for a status", `{"type":"article","externalId":"news","status":null}`, "status: this cannot be cleared"},

		{"no language tag", `{"type":"topic","names":{"english":"X"}}`, `names.english: "english" is not a BCP 47 language tag`},
		{"one language in two spellings", `{"type":"topic","names":{"AR":"X","ar":"Y"}}`, "names.ar: ar is already at index 0"},
		{"a blank name", `{"type":"topic","slug":"x","names":{"en":" "}}`, "names.en: the text is blank"},
		{"no name", `{"type":"topic","slug":"x"}`, "names: send at least one"},
		{"a bidirectional override", `{"type":"article","language":"ar","title":"خبر\u202e"}`, "title: the text has the bidirectional override U+202E"},
		{"a bad slug", `{"type":"topic","slug":"A B","names":{"en":"X"}}`, `slug: not a slug: lower-case letters and digits of any script, words joined by`},
		{"a bad URL", `{"type":"article","language":"en","title":"X","sourceUrl":"example.org"}`, `sourceUrl: "example.org" is no absolute http or https URL`},
		{"a bad instant", `{"type":"article","language":"en","title":"X","publishedAt":"2020-07-16"}`, `publishedAt: "2020-07-16" is not an RFC 3339 date-time`},
		{"an instant to come", `{"type":"article","language":"en","title":"X","status":"PUBLISHED","publishedAt":"2999-01-01T00:00:00Z"}`, "publishedAt: 2999-01-01T00:00:00.000Z is in the future"},
		{"an unknown status", `{"type":"article","language":"en","title":"X","status":"published"}`, `status: "published" is not a status; send one such as DRAFT or PUBLISHED`},
		{"a bad date", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"seat","startedOn":"2020-02-30"}]}`, `tenures[0].startedOn: "2020-02-30" is not a date of the calendar`},
		{"an unknown kind of office", `{"type":"office","titles":{"en":"X"},"kind":"KING"}`, `kind: "KING" is not a kind of office`},
		{"an unknown kind of alias", `{"type":"topic","names":{"en":"X"},"aliases":[{"text":"Y","language":"en","kind":"NICK"}]}`, `aliases[0].kind: "NICK" is not a kind of alias`},
		{"an unknown role", `{"type":"article","language":"en","title":"X","appearances":[{"official":"ada","role":"HERO"}]}`, `appearances[0].role: "HERO" is not a role`},
		{"a bad Wikidata id", `{"type":"official","names":{"en":"X"},"wikidataId":"3052772"}`, `wikidataId: "3052772" is not a Wikidata item`},
		{"a bad media topic", `{"type":"topic","names":{"en":"X"},"mediaTopic":"11000000"}`, `mediaTopic: "11000000" is not an IPTC Media Topic`},
		{"no such country", `{"type":"office","titles":{"en":"X"},"kind":"OTHER","country":"ZZ"}`, `country: there is no country "ZZ"; write a code of ISO 3166-1, such as IQ`},
		{"a new country", `{"type":"country","code":"ZZ","names":{"en":"X"}}`, `code: there is no country "ZZ"; the list is ISO 3166-1`},
		{"a country without code", `{"type":"country","names":{"en":"X"}}`, "code: this is missing"},
		{"nothing that tells which", `{"type":"topic","names":{"en":"!"}}`, "nothing tells which topic this is; write an externalId or a slug"},
		{"an article without language", `{"type":"article","slug":"news","title":"X"}`, "language: an article is found by its externalId, or by its language and slug"},
		{"a name that gives another's slug", `{"type":"topic","names":{"en":"Oil"}}`, "slug: the slug made of the name, oil, is that of a topic with the externalId oil"},
		{"another's slug", `{"type":"topic","externalId":"x","slug":"oil","names":{"en":"X"}}`, "slug: another topic already has the slug oil"},

		{"a topic that never comes", `{"type":"topic","names":{"en":"X"},"parent":"gas"}`, `parent: there is no topic "gas": it is not stored, and no line of this import creates it`},
		{"an office that never comes", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"throne"}]}`, `tenures[0].office: there is no office "throne"`},
		{"an official that never comes", `{"type":"article","language":"en","title":"X","officials":["ada","bob"]}`, `officials[1]: there is no official "bob"`},
		{"an article that never comes", `{"type":"article","language":"ar","title":"X","translationOf":"ar:news"}`, `translationOf: there is no article "ar:news"`},
		{"its own translation", `{"type":"article","externalId":"x","language":"ar","title":"X","translationOf":"x"}`, `translationOf: there is no article "x"`},
		{"a topic below itself", `{"type":"topic","externalId":"oil","parent":"oil"}`, "parent: the topic would stand below itself: oil > oil"},
		{"both lists of officials", `{"type":"article","language":"en","title":"X","officials":["ada"],"appearances":[{"official":"ada","role":"SUBJECT"}]}`, "appearances: `officials` and `appearances` exclude each other"},
		{"the same official twice", `{"type":"article","language":"en","title":"X","officials":["ada","ada"]}`, "officials[1]: the same official is already at index 0"},
		{"two in a single seat", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"seat","startedOn":"2020-05"}]}`, "tenures[0].office: seat has a single seat, held by ada"},
		{"two translations in one language", `{"type":"article","language":"en","title":"X","translationOf":"news"}`, "translationOf: the translations have one in en already, news"},
		{"nested beyond sense", `{"type":"topic","names":{"en":"X"},"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, "x: the line is nested deeper than anything that it can say"},
		{"all that is wrong is told", `{"type":"topic","slug":"x","names":{"en":" ","x":"Y"},"mediaTopic":"1"}`, `names.en: the text is blank; write at least one visible character; names.x: "x" is not a BCP 47 language tag`},
	}
	inner := regexp.MustCompile(`\b(struct|float64|int64|json|Go|map|content|model|INVALID|NOT_FOUND)\b`)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, seeded...)
			before := d.Export(t)
			r := d.Import(`{"type":"topic","slug":"before","names":{"en":"Before"}}`, c.line, `{"type":"topic","slug":"after","names":{"en":"After"}}`)
			if !strings.HasPrefix(r.Stderr, "stdin:2: "+c.want) {
				t.Errorf("stderr = %s\nwant stdin:2: %s", r.Stderr, c.want)
			}
			if r.Status != 1 || !strings.HasSuffix(r.Stderr, "\ndiwan: 1 of the lines failed, see above; the others are imported\n") {
				t.Errorf("status = %d, stderr = %s\nwant 1, and the summary at the end", r.Status, r.Stderr)
			}
			if word := inner.FindString(r.Stderr); word != "" {
				t.Errorf("stderr = %s\nwant no %q in it", r.Stderr, word)
			}
			wantCounts(t, r, "total", 2, 0, 0, 1)
			d.MustImport(t, `{"type":"topic","slug":"before","names":{"en":"x"}}`)
			if got := strings.Count(d.Export(t), "\n"); got != strings.Count(before, "\n")+2 {
				t.Errorf("the export afterwards has %d lines, want those before and the 2 good lines", got)
			}
		})
	}
}

func TestLinesAreReadOneByOne(t *testing.T) {
	t.Parallel()
	long := func(bytes int) string {
		const start, end = `{"type":"topic","slug":"x","names":{"en":"X"}`, `}`
		return start + strings.Repeat(" ", bytes-len(start)-len(end)) + end
	}
	const line = `{"type":"topic","slug":"x","names":{"en":"X"}}`
	cases := []struct {
		name, input string
		want        []int  // created, updated, unchanged, failed
		stderr      string // its beginning
	}{
		{"no line at all", "", []int{0, 0, 0, 0}, ""},
		{"a last line without an end", line, []int{1, 0, 0, 0}, ""},
		{"lines of Windows", line + "\r\n" + line + "\r\n", []int{1, 0, 1, 0}, ""},
		{"both halves of a character", `{"type":"topic","slug":"x","names":{"en":"\\\ud83d\ude00\u0041"}}` + "\n" + `{"type":"topic","slug":"x","names":{"en":"\\😀A"}}`, []int{1, 0, 1, 0}, ""},
		{"a byte order mark", "\uFEFF" + line + "\n", []int{1, 0, 0, 0}, ""},
		{"a byte order mark elsewhere", line + "\n\uFEFF" + line, []int{1, 0, 0, 1}, "stdin:2: no JSON at byte 1"},
		{"blank lines are counted and skipped", "\n \t\r\n" + line + "\n\n!\n", []int{1, 0, 0, 1}, "stdin:5: "},
		{"a line of 16 MiB", long(16<<20) + "\r\n" + line, []int{1, 0, 1, 0}, ""},
		{"a longer line", long(16<<20+1) + "\n" + line, []int{1, 0, 0, 1}, "stdin:1: the line is longer than 16 MiB"},
		{"a longer line at the end", line + "\n" + long(40<<20), []int{1, 0, 0, 1}, "stdin:2: the line is longer than 16 MiB"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := testserver.NewDatabase(t).Import(c.input)
			wantCounts(t, r, "total", c.want...)
			if !strings.HasPrefix(r.Stderr, c.stderr) || c.stderr == "" && r.Stderr != "" {
				t.Errorf("stderr = %q, want it to begin with %q", r.Stderr, c.stderr)
			}
		})
	}
}

func TestLinesOfTheSameNameNeedAKey(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	one := `{"type":"article","language":"en","title":"Weather","body":"Monday"}`
	other := `{"type":"article","language":"en","title":"Weather","body":"Tuesday"}`
	for _, round := range []string{"the first import", "the same again"} {
		r := d.Import(one, other)
		if want := "stdin:2: slug: another line is about an article of this name, and neither has an externalId or a slug"; !strings.HasPrefix(r.Stderr, want) {
			t.Errorf("%s: stderr = %s, want %s", round, r.Stderr, want)
		}
		if export := d.Export(t); !strings.Contains(export, "Monday") || strings.Contains(export, "Tuesday") {
			t.Errorf("%s: the export lacks the first line or has the second", round)
		}
	}
}
