package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestReferencesMayPointForward(t *testing.T) {
	t.Parallel()
	inOrder := []string{
		`{"type":"topic","slug":"world","names":{"en":"World"}}`,
		`{"type":"topic","slug":"economy","names":{"en":"Economy"},"parent":"world"}`,
		`{"type":"topic","externalId":"oil","slug":"crude","names":{"en":"Oil"},"parent":"economy"}`,
		`{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER","singleSeat":true}`,
		`{"type":"official","slug":"ada","names":{"en":"Ada"},"tenures":[{"office":"seat","startedOn":"2010"}]}`,
		`{"type":"article","slug":"news","language":"en","title":"News","status":"DRAFT","appearances":[{"official":"ada","role":"SUBJECT"}],"topics":["oil"]}`,
		`{"type":"article","externalId":"x","slug":"news","language":"ar","title":"خبر","status":"DRAFT","translationOf":"en:news"}`,
		`{"type":"article","slug":"nouvelle","language":"fr","title":"Nouvelle","status":"DRAFT","translationOf":"en:news"}`,
	}
	backward := slices.Clone(inOrder)
	slices.Reverse(backward)
	d := testserver.NewDatabase(t)
	wantCounts(t, d.MustImport(t, backward...), "total", 8, 0, 0, 0)
	wantExport(t, d, inOrder...)
	wantCounts(t, d.MustImport(t, backward...), "total", 0, 0, 8, 0)
}

func TestReferencesAreResolvedByKey(t *testing.T) {
	t.Parallel()
	topics := []string{
		`{"type":"topic","externalId":"a","slug":"one","names":{"en":"One"}}`,
		`{"type":"topic","externalId":"b","slug":"a","names":{"en":"Two"}}`,
		`{"type":"article","slug":"news","language":"ar","title":"خبر"}`,
		`{"type":"article","externalId":"c","slug":"news","language":"en","title":"News"}`,
		`{"type":"article","externalId":"en:news","slug":"other","language":"en","title":"Other"}`,
		`{"type":"article","externalId":"fr:two","slug":"two","language":"ar","title":"Two"}`,
		`{"type":"article","slug":"two","language":"fr","title":"Deux"}`,
	}
	cases := []struct{ name, line, want string }{
		{"an externalId wins over a slug", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"a"}`, `"parent":{"externalId":"a"}`},
		{"a slug, told as such", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":{"slug":"a"}}`, `"parent":"b"`},
		{"an externalId, told as such", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":{"externalId":"a"}}`, `"parent":{"externalId":"a"}`},
		{"a slug, where no externalId is the same", `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"one"}`, `"parent":{"externalId":"a"}`},
		{"a country's code of two or three letters", `{"type":"official","slug":"x","names":{"en":"X"},"country":"irq"}`, `"country":"IQ"`},
		{"an article's slug alone is the first written", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":"news"}`, `"translationOf":"ar:news"`},
		{"an article's slug in a language", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":"AR:news"}`, `"translationOf":"ar:news"`},
		{"an article's externalId that looks like it", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":"en:news"}`, `"translationOf":{"externalId":"en:news"}`},
		{"an article's slug and language, told as such", `{"type":"article","slug":"x","language":"fr","title":"X","translationOf":{"slug":"news","language":"en"}}`, `"translationOf":"c"`},
		{"an article without externalId, called as another's is", `{"type":"article","slug":"x","language":"en","title":"X","translationOf":{"slug":"two","language":"fr"}}`, `"translationOf":{"slug":"two","language":"fr"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, topics...)
			d.MustImport(t, c.line)
			got := d.Content(t)
			if !strings.Contains(got, c.want) {
				t.Errorf("export = %s\nwant %s in it", got, c.want)
			}
			other := testserver.NewDatabase(t)
			lines := strings.Split(strings.TrimSpace(got), "\n")
			slices.Reverse(lines)
			other.MustImport(t, lines...)
			if again := other.Content(t); again != got {
				t.Errorf("the export of an import of its lines in reverse =\n%swant\n%s", again, got)
			}
		})
	}
}

func TestAReferenceIsResolvedAtItsLine(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	d.MustImport(t,
		`{"type":"topic","externalId":"1","slug":"a","names":{"en":"A"}}`, `{"type":"topic","slug":"x","names":{"en":"X"},"parent":"a"}`,
		`{"type":"topic","externalId":"1","slug":"b"}`, `{"type":"topic","externalId":"2","slug":"a","names":{"en":"A"}}`,
		`{"type":"topic","slug":"y","names":{"en":"Y"},"parent":"a"}`,
	)
	wantExport(t, d,
		`{"type":"topic","externalId":"2","slug":"a","names":{"en":"A"}}`, `{"type":"topic","externalId":"1","slug":"b","names":{"en":"A"}}`,
		`{"type":"topic","slug":"x","names":{"en":"X"},"parent":"1"}`, `{"type":"topic","slug":"y","names":{"en":"Y"},"parent":"2"}`,
	)
}

func TestLinesMayBecomeValidByLaterOnes(t *testing.T) {
	t.Parallel()
	official := func(slug, tenures string) string {
		return fmt.Sprintf(`{"type":"official","externalId":"%[1]s","slug":"%[1]s","names":{"en":"%[1]s"},"tenures":[%s]}`, slug, tenures)
	}
	cases := []struct {
		name   string
		before []string
		lines  []string
		want   []int // created, updated, unchanged, failed
	}{
		{
			"a successor begins earlier than the predecessor ended so far",
			[]string{seatLine, official("ada", `{"office":"seat","startedOn":"2010","endedOn":"2015"}`), official("bob", `{"office":"seat","startedOn":"2015"}`)},
			[]string{official("bob", `{"office":"seat","startedOn":"2014"}`), official("ada", `{"office":"seat","startedOn":"2010","endedOn":"2014"}`)},
			[]int{0, 2, 0, 0},
		},
		{
			"a slug is taken over",
			[]string{`{"type":"topic","externalId":"1","slug":"a","names":{"en":"A"}}`, `{"type":"topic","externalId":"2","slug":"b","names":{"en":"B"}}`},
			[]string{`{"type":"topic","externalId":"2","slug":"a"}`, `{"type":"topic","externalId":"1","slug":"c"}`},
			[]int{0, 2, 0, 0},
		},
		{
			"parent and child change places",
			[]string{`{"type":"topic","slug":"a","names":{"en":"A"}}`, `{"type":"topic","slug":"b","names":{"en":"B"},"parent":"a"}`},
			[]string{`{"type":"topic","slug":"a","parent":"b"}`, `{"type":"topic","slug":"b","parent":null}`},
			[]int{0, 2, 0, 0},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, c.before...)
			wantCounts(t, d.Import(c.lines...), "total", c.want...)
			wantCounts(t, d.MustImport(t, c.lines...), "total", 0, 0, 2, 0)
		})
	}
}

func TestTranslationsMayNameEachOther(t *testing.T) {
	t.Parallel()
	article := func(language, of string) string {
		return fmt.Sprintf(`{"type":"article","externalId":"%[1]s","language":"%[1]s","title":"%[1]s","translationOf":"%s"}`, language, of)
	}
	cases := []struct {
		name     string
		lines    []string
		created  int
		failed   int
		together string // the groups: the language that leads, and all languages
	}{
		{"two", []string{article("ar", "en"), article("en", "ar")}, 2, 0, "ar>ar,en"},
		{"by slug and language", []string{`{"type":"article","language":"ar","slug":"x","title":"ar","translationOf":"en:x"}`, `{"type":"article","language":"en","slug":"x","title":"en","translationOf":{"slug":"x","language":"ar"}}`}, 2, 0, "ar>ar,en"},
		{"a ring of three", []string{article("ar", "en"), article("en", "fr"), article("fr", "ar")}, 3, 0, "ar>ar,en,fr"},
		{"two rings", []string{article("ar", "en"), article("de", "fr"), article("en", "ar"), article("fr", "de")}, 4, 0, "ar>ar,en de>de,fr"},
		{"a ring and who leads into it", []string{article("de", "ar"), article("ar", "en"), article("en", "ar")}, 3, 0, "ar>ar,de,en"},
		{"a chain that leads nowhere", []string{article("ar", "en"), article("en", "fr")}, 0, 2, ""},
		{"a ring, last line first", []string{article("en", "ar"), article("ar", "en")}, 2, 0, "en>ar,en"},
		{"one that names itself", []string{article("ar", "ar")}, 0, 1, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			wantCounts(t, d.Import(c.lines...), "article", c.created, 0, 0, c.failed)
			var leads []string // ordered by the first language of each group
			led := map[string][]string{}
			for _, row := range d.Rows(t, "SELECT l.language, n.language FROM articles n JOIN articles l ON l.id = n.translation_of ORDER BY n.language") {
				lead, language, _ := strings.Cut(row, " ")
				if led[lead] == nil {
					leads = append(leads, lead)
				}
				led[lead] = append(led[lead], language)
			}
			for i, lead := range leads {
				leads[i] += ">" + strings.Join(led[lead], ",")
			}
			got := strings.Join(leads, " ")
			if got != c.together {
				t.Errorf("groups = %q, want %q", got, c.together)
			}
			if c.failed == 0 {
				wantCounts(t, d.MustImport(t, c.lines...), "article", 0, 0, c.created, 0)
			}
		})
	}
	t.Run("a ring of which one is wrong", func(t *testing.T) {
		t.Parallel()
		d := testserver.NewDatabase(t)
		r := d.Import(article("ar", "en"), strings.Replace(article("en", "ar"), `"title":"en"`, `"title":" "`, 1))
		wantCounts(t, r, "article", 0, 0, 0, 2)
		if want := `stdin:1: translationOf: there is no article "en"`; !strings.Contains(r.Stderr, want) || !strings.Contains(r.Stderr, "the article is written, but stands alone") {
			t.Errorf("stderr = %s, want %s, and that the article stands alone", r.Stderr, want)
		}
	})
}

func TestAnUnresolvableRingOfReferencesEnds(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	d.MustImport(t, `{"type":"article","externalId":"old","slug":"taken","language":"ar","title":"Old"}`)
	wantCounts(t, d.Import(
		`{"type":"article","externalId":"a","slug":"taken","language":"ar","title":"A","translationOf":"b"}`,
		`{"type":"article","externalId":"b","slug":"b","language":"en","title":"B","translationOf":"a"}`,
	), "article", 0, 0, 0, 2)
}

func TestWaitingLinesAreKeptInATemporaryFile(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	d := testserver.NewDatabase(t)
	wantCounts(t, d.Import(`{"type":"topic","slug":"x","names":{"en":"X"},"parent":"y"}`, `{"type":"topic","slug":"z","names":{"en":"Z"},"parent":"none"}`, `{"type":"topic","slug":"y","names":{"en":"Y"}}`), "topic", 2, 0, 0, 1)
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("after the import, the temporary folder has %v, %v, want no files", left, err)
	}
}

// stopping is a reader of lines that calls stop at their end, and then blocks until the test
// is over.
type stopping struct {
	lines io.Reader
	stop  context.CancelFunc
	over  <-chan struct{}
}

func (s stopping) Read(p []byte) (int, error) {
	n, err := s.lines.Read(p)
	if errors.Is(err, io.EOF) {
		s.stop()
		<-s.over
	}
	return n, err
}

func TestImportThatIsStoppedIsCompletedByAnother(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	lines := []string{`{"type":"topic","slug":"last","names":{"en":"Last"},"parent":"t1499"}`}
	for i := range 1500 {
		lines = append(lines, fmt.Sprintf(`{"type":"topic","slug":"t%d","names":{"en":"Topic %d"}}`, i, i))
	}
	whole := testserver.NewDatabase(t)
	whole.MustImport(t, lines...)

	d := testserver.NewDatabase(t)
	ctx, stop := context.WithCancel(context.Background())
	r := d.Run(ctx, stopping{strings.NewReader(strings.Join(lines[:1200], "\n")), stop, t.Context().Done()}, "import", "-")
	if want := "diwan: interrupted: "; r.Status != 1 || !strings.HasPrefix(r.Stderr, want) || !strings.Contains(r.Stderr, "; import the same again to complete it\n") {
		t.Errorf("stopped import = %d, %s, want 1 and %s", r.Status, r.Stderr, want)
	}
	kept := strings.Count(d.Content(t), "\n")
	if want := fmt.Sprintf("interrupted: %d lines are written and stay", kept); !strings.Contains(r.Stderr, want) {
		t.Errorf("stderr = %s, want %s", r.Stderr, want)
	}
	again := d.MustImport(t, lines...)
	wantCounts(t, again, "topic", 1501-kept, 0, kept, 0)
	if d.Content(t) != whole.Content(t) {
		t.Error("the export differs from that of an import that was not stopped")
	}
}
