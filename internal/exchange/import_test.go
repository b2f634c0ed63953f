package exchange

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Lines keep to the rules of the mutations, and a line that fails does not stop the
// others.
func TestLinesThatAreRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.takes(
		`{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER"}`,
		`{"type":"official","externalId":"ada","slug":"ada","names":{"en":"Ada"},"tenures":[{"office":"seat","startedOn":"2020","endedOn":"2021"}]}`,
		`{"type":"topic","externalId":"oil","slug":"oil","names":{"en":"Oil"}}`, `{"type":"article","externalId":"news","slug":"news","language":"en","title":"News"}`,
	)
	before := n.exported(false)
	for _, c := range []struct{ name, line, want string }{
		{"no language tag", `{"type":"topic","names":{"english":"X"}}`, `names.english: "english" is not a BCP 47 language tag`},
		{"one language in two spellings", `{"type":"topic","names":{"AR":"X","ar":"Y"}}`, "names.ar: ar is already at index 0"},
		{"no name", `{"type":"topic","slug":"x"}`, "names: send at least one"},
		{"null where nothing can be cleared", `{"type":"article","externalId":"news","title":null}`, "title: this cannot be cleared"},
		{"an unknown status", `{"type":"article","language":"en","title":"X","status":"published"}`, `status: "published" is not a status; send one such as DRAFT or PUBLISHED`},
		{"no such country", `{"type":"office","titles":{"en":"X"},"kind":"OTHER","country":"ZZ"}`, `country: there is no country "ZZ"; write a code of ISO 3166-1, such as IQ`},
		{"a new country", `{"type":"country","code":"ZZ","names":{"en":"X"}}`, `code: there is no country "ZZ"; the list is ISO 3166-1`},
		{"nothing that tells which", `{"type":"topic","names":{"en":"!"}}`, "nothing tells which topic this is; write an externalId or a slug"},
		{"an article without language", `{"type":"article","slug":"news","title":"X"}`, "language: an article is found by its externalId, or by its language and slug"},
		{"an article in no language", `{"type":"article","language":"x!","title":"X"}`, `language: "x!" is not a BCP 47 language tag`},
		{"a name that gives another's slug", `{"type":"topic","names":{"en":"Oil"}}`, "slug: the slug made of the name, oil, is that of a topic with the externalId oil"},
		{"another's slug", `{"type":"topic","externalId":"x","slug":"oil","names":{"en":"X"}}`, "slug: another topic already has the slug oil"},
		{"a topic that never comes", `{"type":"topic","names":{"en":"X"},"parent":"gas"}`, `parent: there is no topic "gas": it is not stored, and no line of this import creates it`},
		{"an office that never comes", `{"type":"official","names":{"en":"X"},"tenures":[{"office":{"slug":"throne"}}]}`, `tenures[0].office: there is no office "throne"`},
		{"an official that never comes", `{"type":"article","language":"en","title":"X","officials":["ada","bob"]}`, `officials[1]: there is no official "bob"`},
		{"an appearance that never comes", `{"type":"article","language":"en","title":"X","appearances":[{"official":{"externalId":"bob"},"role":"SUBJECT"}]}`, `appearances[0].official: there is no official "bob"`},
		{"an article that never comes", `{"type":"article","language":"ar","title":"X","translationOf":{"slug":"news","language":"ar"}}`, `translationOf: there is no article "ar:news"`},
		{"more officials than an article can have", `{"type":"article","language":"en","title":"X","officials":["` + strings.Repeat(`ada","`, 200) + `bob"]}`, "officials: there are 201 of them; send at most 200"},
		{"more appearances", `{"type":"article","language":"en","title":"X","appearances":[` + strings.Repeat(`{},`, 200) + `{}]}`, "appearances: there are 201 of them; send at most 200"},
		{"a working copy of what never comes", `{"type":"article","workingCopyOf":"none","title":"X"}`, `workingCopyOf: there is no article "none"`},
		{"a topic below itself", `{"type":"topic","externalId":"oil","parent":"oil"}`, "parent: the topic would stand below itself: oil > oil"},
		{"the same official twice", `{"type":"article","language":"en","title":"X","officials":["ada","ada"]}`, "officials[1]: the same official is already at index 0"},
		{"two in a single seat", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"seat","startedOn":"2020-05"}]}`, "tenures[0].office: seat has a single seat, held by ada"},
		{"two translations in one language", `{"type":"article","language":"en","title":"X","translationOf":"news"}`, "translationOf: the translations have one in en already, news"},
	} {
		counts, failures := n.imported(Options{}, `{"type":"topic","externalId":"oil","slug":"oil"}`, c.line, `{"type":"topic","externalId":"oil","slug":"oil"}`)
		if want := "created 0 updated 0 unchanged 2 failed 1"; counts != want {
			t.Errorf("%s: the import = %s, want %s", c.name, counts, want)
		}
		if len(failures) != 1 || !strings.HasPrefix(failures[0], "file:2: "+c.want) {
			t.Errorf("%s: failures = %q, want file:2: %s", c.name, failures, c.want)
		}
	}
	n.holds(before...)
}

func TestWhatALineIsAbout(t *testing.T) {
	t.Parallel()
	const created, updated, unchanged, failed = "created 1 updated 0 unchanged 0 failed 0", "created 0 updated 1 unchanged 0 failed 0", "created 0 updated 0 unchanged 1 failed 0", "created 0 updated 0 unchanged 0 failed 1"
	for _, noun := range []string{
		`"type":"topic","names":{"en":"Name"}`, `"type":"office","titles":{"en":"Name"},"kind":"OTHER"`,
		`"type":"official","names":{"en":"Name"}`, `"type":"article","language":"en","title":"Name"`,
	} {
		for _, c := range []struct{ name, before, after, want string }{
			{"the same externalId", `"externalId":"a","slug":"a"`, `"externalId":"a","slug":"b"`, updated},
			{"the same slug", `"slug":"a"`, `"slug":"a"`, unchanged},
			{"the slug that the name gives", ``, ``, unchanged},
			{"the slug, where the line has no externalId", `"externalId":"a","slug":"a"`, `"slug":"a"`, unchanged},
			{"the slug, where only the line has an externalId", `"slug":"a"`, `"externalId":"a","slug":"a"`, updated},
			{"another externalId is another", `"externalId":"a"`, `"externalId":"b"`, created},
			{"another externalId does not take the slug", `"externalId":"a","slug":"a"`, `"externalId":"b","slug":"a"`, failed},
		} {
			t.Run(strings.Split(noun, `"`)[3]+": "+c.name, func(t *testing.T) {
				t.Parallel()
				line := func(keys string) string { return "{" + strings.TrimSuffix(noun+","+keys, ",") + "}" }
				n := open(t)
				n.takes(line(c.before))
				if got, _ := n.imported(Options{}, line(c.after)); got != c.want {
					t.Errorf("the import = %s, want %s", got, c.want)
				}
			})
		}
	}
	t.Run("a country by its code in any form", func(t *testing.T) {
		t.Parallel()
		n := open(t)
		if got, want := n.takes(`{"type":"country","code":"IQ","aliases":[]}`, `{"type":"country","code":"irq","aliases":[{"text":"Mesopotamia","language":"en","kind":"DEMONYM"}]}`), "created 0 updated 2 unchanged 0 failed 0"; got != want {
			t.Errorf("the import = %s, want %s", got, want)
		}
	})
	t.Run("an article by its slug in its language", func(t *testing.T) {
		t.Parallel()
		n := open(t)
		got := n.takes(`{"type":"article","slug":"news","language":"en","title":"News"}`, `{"type":"article","slug":"news","language":"FR","title":"News"}`,
			`{"type":"article","slug":"news","language":"fr","title":"Nouvelle"}`)
		if want := "created 2 updated 1 unchanged 0 failed 0"; got != want {
			t.Errorf("the import = %s, want %s", got, want)
		}
	})
}

func TestLinesThatNothingTellsApart(t *testing.T) {
	t.Parallel()
	n := open(t)
	const monday, tuesday = `{"type":"article","language":"en","title":"Weather","body":"Monday"}`, `{"type":"article","language":"en","title":"Weather","body":"Tuesday"}`
	for _, want := range []string{"created 1 updated 0 unchanged 0 failed 1", "created 0 updated 0 unchanged 1 failed 1"} {
		counts, failures := n.imported(Options{}, monday, tuesday)
		if counts != want || len(failures) != 1 || !strings.HasPrefix(failures[0], "file:2: slug: another line is about an article of this name, and neither has an externalId or a slug") {
			t.Errorf("the import = %s, %q, want %s", counts, failures, want)
		}
	}
	n.holds(`{"type":"article","slug":"weather","language":"en","title":"Weather","body":"Monday","status":"DRAFT"}`)
}

func TestKeysLeftOutAreKeptAndNullClears(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.takes(everything()...)
	for _, line := range []string{`{"type":"topic","externalId":"oil"}`, `{"type":"official","externalId":"ada"}`, `{"type":"office","externalId":"seat"}`, `{"type":"article","externalId":"news"}`} {
		if got, want := n.takes(line), "created 0 updated 0 unchanged 1 failed 0"; got != want {
			t.Errorf("import of %s = %s, want %s", line, got, want)
		}
	}
	n.takes(
		`{"type":"topic","externalId":"oil","descriptions":null,"aliases":null,"mediaTopic":null,"parent":null}`,
		`{"type":"official","slug":"ada","wikidataId":null,"country":null,"tenures":null}`, `{"type":"office","slug":"seat","country":null}`,
		`{"type":"article","externalId":"news","summary":null,"body":null,"byline":null,"sourceName":null,"sourceUrl":null,"appearances":null,"countries":null,"topics":null,"status":"DRAFT","publishedAt":null}`,
	)
	n.holds(
		`{"type":"topic","externalId":"oil","slug":"oil","names":{"ar":"نفط","en":"Oil"}}`, worldLine, `{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER","singleSeat":false}`,
		`{"type":"official","externalId":"ada","slug":"ada","names":{"en":"Ada"}}`, `{"type":"article","externalId":"news","slug":"news","language":"en","title":"News <& more>","status":"DRAFT"}`,
		soonLine, khabrLine,
	)
}

func TestReferences(t *testing.T) {
	t.Parallel()
	named := []string{
		`{"type":"topic","externalId":"a","slug":"one","names":{"en":"One"}}`, `{"type":"topic","externalId":"b","slug":"a","names":{"en":"Two"}}`,
		`{"type":"article","slug":"news","language":"ar","title":"خبر"}`, `{"type":"article","externalId":"c","slug":"news","language":"en","title":"News"}`,
		`{"type":"article","externalId":"en:news","slug":"other","language":"en","title":"Other"}`, `{"type":"article","externalId":"fr:two","slug":"two","language":"ar","title":"Two"}`,
		`{"type":"article","slug":"two","language":"fr","title":"Deux"}`,
	}
	for _, c := range []struct{ name, line, want string }{
		{"an externalId wins over a slug", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"a"}`, `"parent":{"externalId":"a"}`},
		{"a slug, told as such", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":{"slug":"a"}}`, `"parent":"b"`},
		{"a slug, where no externalId is the same", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"one"}`, `"parent":{"externalId":"a"}`},
		{"a country's code of three letters", `{"type":"official","slug":"x","names":{"en":"X"},"country":"irq"}`, `"country":"IQ"`},
		{"an article's slug alone is the first written", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":"news"}`, `"translationOf":"ar:news"`},
		{"an article's slug in a language", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":"AR:news"}`, `"translationOf":"ar:news"`},
		{"an article's externalId that looks like it", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":"en:news"}`, `"translationOf":{"externalId":"en:news"}`},
		{"an article's slug and language, told as such", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":{"slug":"news","language":"en"}}`, `"translationOf":"c"`},
		{"an article without externalId, called as another's is", `{"type":"article","slug":"x","language":"en","title":"X","translationOf":{"slug":"two","language":"fr"}}`, `"translationOf":{"slug":"two","language":"fr"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			n.takes(append(slices.Clone(named), c.line)...)
			exported := n.exported(false)
			if got := strings.Join(exported, "\n"); !strings.Contains(got, c.want) {
				t.Errorf("export =\n%s\nwant %s in it", got, c.want)
			}
			again := open(t)
			slices.Reverse(exported)
			again.takes(exported...)
			slices.Reverse(exported)
			again.holds(exported...)
		})
	}
}

// A reference means the node that has the key when the line is written.
func TestNamesThatMoveOn(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.takes(
		`{"type":"topic","externalId":"1","slug":"a","names":{"en":"A"}}`, `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"a"}`,
		`{"type":"topic","externalId":"1","slug":"b"}`, `{"type":"topic","externalId":"2","slug":"a","names":{"en":"A"}}`,
		`{"type":"topic","slug":"y","names":{"en":"Y"},"parent":"a"}`,
	)
	n.holds(
		`{"type":"topic","externalId":"2","slug":"a","names":{"en":"A"}}`, `{"type":"topic","externalId":"1","slug":"b","names":{"en":"A"}}`,
		`{"type":"topic","slug":"x","names":{"en":"X"},"parent":"1"}`, `{"type":"topic","slug":"y","names":{"en":"Y"},"parent":"2"}`,
	)
}

func TestLinesThatOtherLinesMakeRight(t *testing.T) {
	t.Parallel()
	official := func(slug, tenures string) string {
		return fmt.Sprintf(`{"type":"official","externalId":"%[1]s","slug":"%[1]s","names":{"en":"%[1]s"},"tenures":[%s]}`, slug, tenures)
	}
	for _, c := range []struct{ name, before, lines string }{
		{
			"a successor begins earlier than the predecessor ended so far",
			`{"type":"office","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER"}` + "\n" + official("ada", `{"office":"seat","startedOn":"2010","endedOn":"2015"}`) + "\n" + official("bob", `{"office":"seat","startedOn":"2015"}`),
			official("bob", `{"office":"seat","startedOn":"2014"}`) + "\n" + official("ada", `{"office":"seat","startedOn":"2010","endedOn":"2014"}`),
		},
		{
			"a slug is taken over",
			`{"type":"topic","externalId":"1","slug":"a","names":{"en":"A"}}` + "\n" + `{"type":"topic","externalId":"2","slug":"b","names":{"en":"B"}}`,
			`{"type":"topic","externalId":"2","slug":"a"}` + "\n" + `{"type":"topic","externalId":"1","slug":"c"}`,
		},
		{
			"parent and child change places",
			`{"type":"topic","slug":"a","names":{"en":"A"}}` + "\n" + `{"type":"topic","slug":"b","names":{"en":"B"},"parent":"a"}`,
			`{"type":"topic","slug":"a","parent":"b"}` + "\n" + `{"type":"topic","slug":"b","parent":null}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			n.takes(c.before)
			if got, want := n.takes(c.lines), "created 0 updated 2 unchanged 0 failed 0"; got != want {
				t.Errorf("the import = %s, want %s", got, want)
			}
			if got, want := n.takes(c.lines), "created 0 updated 0 unchanged 2 failed 0"; got != want {
				t.Errorf("the same import = %s, want %s", got, want)
			}
		})
	}
}

// Translations may name each other: one of them is written first, and joins the others
// in the end.
func TestTranslationsThatNameEachOther(t *testing.T) {
	t.Parallel()
	article := func(language, of string) string {
		return fmt.Sprintf(`{"type":"article","externalId":"%[1]s","language":"%[1]s","title":"%[1]s","translationOf":"%s"}`, language, of)
	}
	for _, c := range []struct {
		name            string
		lines           []string
		created, failed int
		together        string // which article names which in the export
	}{
		{"two", []string{article("ar", "en"), article("en", "ar")}, 2, 0, "en>ar"},
		{"by slug and language", []string{`{"type":"article","language":"ar","slug":"x","title":"ar","translationOf":"en:x"}`, `{"type":"article","language":"en","slug":"x","title":"en","translationOf":{"slug":"x","language":"ar"}}`}, 2, 0, "en>ar:x"},
		{"a circle of three", []string{article("ar", "en"), article("en", "fr"), article("fr", "ar")}, 3, 0, "en>ar fr>ar"},
		{"two circles", []string{article("ar", "en"), article("de", "fr"), article("en", "ar"), article("fr", "de")}, 4, 0, "en>ar fr>de"},
		{"a circle, and one that leads into it", []string{article("de", "ar"), article("ar", "en"), article("en", "ar")}, 3, 0, "de>ar en>ar"},
		{"a circle, last line first", []string{article("en", "ar"), article("ar", "en")}, 2, 0, "ar>en"},
		{"a chain that leads nowhere", []string{article("ar", "en"), article("en", "fr")}, 0, 2, ""},
		{"one that names itself", []string{article("ar", "ar")}, 0, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			if got, _ := n.imported(Options{}, c.lines...); got != fmt.Sprintf("created %d updated 0 unchanged 0 failed %d", c.created, c.failed) {
				t.Errorf("the import = %s, want %d created and %d failed", got, c.created, c.failed)
			}
			var together []string
			for _, line := range n.exported(false) {
				if _, of, found := strings.Cut(line, `"translationOf":"`); found {
					_, language, _ := strings.Cut(line, `"language":"`)
					together = append(together, language[:2]+">"+strings.TrimSuffix(of, `"}`))
				}
			}
			if got := strings.Join(together, " "); got != c.together {
				t.Errorf("together are %q, want %q", got, c.together)
			}
			if c.failed == 0 {
				if got, want := n.takes(c.lines...), fmt.Sprintf("created 0 updated 0 unchanged %d failed 0", c.created); got != want {
					t.Errorf("the same import = %s, want %s", got, want)
				}
			}
		})
	}
	t.Run("a circle of which one is wrong", func(t *testing.T) {
		t.Parallel()
		n := open(t)
		counts, failures := n.imported(Options{}, article("ar", "en"), strings.Replace(article("en", "ar"), `"title":"en"`, `"title":" "`, 1))
		if want := "created 0 updated 0 unchanged 0 failed 2"; counts != want || !slices.ContainsFunc(failures, func(f string) bool {
			return strings.HasPrefix(f, `file:1: translationOf: there is no article "en"`) && strings.HasSuffix(f, "; the article is written, but stands alone")
		}) {
			t.Errorf("the import = %s, %q, want %s, and what is written", counts, failures, want)
		}
	})
	t.Run("a circle of which one cannot stand alone", func(t *testing.T) {
		t.Parallel()
		n := open(t)
		n.takes(`{"type":"article","externalId":"old","slug":"taken","language":"ar","title":"Old"}`)
		counts, _ := n.imported(Options{}, `{"type":"article","externalId":"a","slug":"taken","language":"ar","title":"A","translationOf":"b"}`,
			`{"type":"article","externalId":"b","slug":"b","language":"en","title":"B","translationOf":"a"}`)
		if want := "created 0 updated 0 unchanged 0 failed 2"; counts != want {
			t.Errorf("the import = %s, want %s", counts, want)
		}
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	n := open(t)
	backward := everything()
	slices.Reverse(backward)
	if got, failures := n.imported(Options{DryRun: true}, backward...); got != "created 7 updated 0 unchanged 0 failed 0" {
		t.Errorf("a dry run = %s, %q, want 7 created: forward references are found", got, failures)
	}
	if got, failures := n.imported(Options{DryRun: true}, worldLine, newsLine); got != "created 1 updated 0 unchanged 0 failed 1" || len(failures) != 1 {
		t.Errorf("a dry run = %s, %q, want one created and one failed", got, failures)
	}
	n.holds()
}

func TestReportCountsEachNoun(t *testing.T) {
	t.Parallel()
	n := open(t)
	report, err := n.Import(n.ctx, []Source{source(worldLine, "!", seatLine, oilLine, `{"type":"office","titles":{"en":"X"}}`)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Counts{{Noun: "country"}, {Noun: "topic", Created: 2}, {Noun: "office", Created: 1, Failed: 1}, {Noun: "official"}, {Noun: "article"}, {Failed: 1}}
	if !slices.Equal(report.Nouns, want) {
		t.Errorf("report = %+v, want %+v", report.Nouns, want)
	}
}

func TestLinesThatWaitAreKeptInAFileThatGoes(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	n := open(t)
	counts, _ := n.imported(Options{}, `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"y"}`, `{"type":"topic","slug":"z","names":{"en":"Z"},"parent":"none"}`, `{"type":"topic","slug":"y","names":{"en":"Y"}}`)
	if want := "created 2 updated 0 unchanged 0 failed 1"; counts != want {
		t.Errorf("the import = %s, want %s", counts, want)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("after the import the temporary folder has %v, %v, want nothing", left, err)
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	_, err := n.Import(n.ctx, []Source{source(`{"type":"topic","slug":"z","names":{"en":"Z"},"parent":"none"}`)}, Options{})
	if err == nil || !strings.Contains(err.Error(), "keep lines that wait for others") {
		t.Errorf("without a temporary folder the import = %v, want that lines cannot be kept", err)
	}
}

// A tenure in a line is complete: what is left out is cleared.
func TestTenuresAreGivenWhole(t *testing.T) {
	t.Parallel()
	n := open(t)
	const line = `{"type":"official","slug":"ada","names":{"en":"Ada"},"tenures":[{"office":"seat","startedOn":"2010"%s}]}`
	n.takes(seatLine, fmt.Sprintf(line, `,"endedOn":"2012","acting":true,"sourceUrl":"https://example.org/"`))
	if got, want := n.takes(fmt.Sprintf(line, "")), "created 0 updated 1 unchanged 0 failed 0"; got != want {
		t.Errorf("the import = %s, want %s", got, want)
	}
	n.holds(seatLine, fmt.Sprintf(line, ""))
}
