package transfer

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestTheDemoImportsWithoutFailure(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	files, err := filepath.Glob(testserver.File("demo", "*.ndjson"))
	if err != nil || len(files) == 0 {
		t.Fatalf("demo files = %v, %v, want some", files, err)
	}
	d := testserver.NewDatabase(t)
	first := d.Run(t.Context(), nil, append([]string{"import"}, files...)...)
	if first.Status != 0 || first.Stderr != "" {
		t.Fatalf("import = %d, %s", first.Status, first.Stderr)
	}
	lines := counted(first, "total")[0]
	wantCounts(t, first, "total", lines, 0, 0, 0)
	second := d.Run(t.Context(), nil, append([]string{"import"}, files...)...)
	wantCounts(t, second, "total", 0, 0, lines, 0)
	if !strings.HasSuffix(second.Stdout, "\nNothing changed.\n") {
		t.Errorf("the second import printed %q, want \"Nothing changed.\" at the end", second.Stdout)
	}
	for _, noun := range []string{"topic", "office", "official", "article"} {
		if counted(first, noun)[0] == 0 {
			t.Errorf("the demo has no nodes of type %s", noun)
		}
	}
}

func TestALineIsAboutTheNodeWithItsKey(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name          string
		before, after string
		want          [4]int // created, updated, unchanged, failed
	}{
		{"the same externalId", `"externalId":"a","slug":"a"`, `"externalId":"a","slug":"b"`, [4]int{0, 1, 0, 0}},
		{"the same slug", `"slug":"a"`, `"slug":"a"`, [4]int{0, 0, 1, 0}},
		{"the slug that the name gives", ``, ``, [4]int{0, 0, 1, 0}},
		{"the slug, where the line has no externalId", `"externalId":"a","slug":"a"`, `"slug":"a"`, [4]int{0, 0, 1, 0}},
		{"the slug, where only the line has an externalId", `"slug":"a"`, `"externalId":"a","slug":"a"`, [4]int{0, 1, 0, 0}},
		{"another externalId is another", `"externalId":"a"`, `"externalId":"b"`, [4]int{1, 0, 0, 0}},
		{"another externalId does not take the slug", `"externalId":"a","slug":"a"`, `"externalId":"b","slug":"a"`, [4]int{0, 0, 0, 1}},
	}
	for _, noun := range []string{
		`"type":"topic","names":{"en":"Name"}`, `"type":"office","titles":{"en":"Name"},"kind":"OTHER"`,
		`"type":"official","names":{"en":"Name"}`, `"type":"article","language":"en","title":"Name"`,
	} {
		for _, c := range cases {
			t.Run(strings.Split(noun, `"`)[3]+": "+c.name, func(t *testing.T) {
				t.Parallel()
				line := func(keys string) string { return "{" + strings.TrimSuffix(noun+","+keys, ",") + "}" }
				d := testserver.NewDatabase(t)
				d.MustImport(t, line(c.before))
				wantCounts(t, d.Import(line(c.after)), "total", c.want[:]...)
			})
		}
	}
	t.Run("a country by its code in any form", func(t *testing.T) {
		t.Parallel()
		d := testserver.NewDatabase(t)
		r := d.MustImport(t, `{"type":"country","code":"IQ","aliases":[]}`, `{"type":"country","code":"irq","aliases":[{"text":"Mesopotamia","language":"en"}]}`)
		wantCounts(t, r, "country", 0, 2, 0, 0)
	})
	t.Run("an article by its slug in its language", func(t *testing.T) {
		t.Parallel()
		d := testserver.NewDatabase(t)
		r := d.MustImport(t, `{"type":"article","slug":"news","language":"en","title":"News"}`, `{"type":"article","slug":"news","language":"FR","title":"News"}`,
			`{"type":"article","slug":"news","language":"fr","title":"Nouvelle"}`)
		wantCounts(t, r, "article", 2, 1, 0, 0)
	})
}

const (
	seatLine = `{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER","singleSeat":true}`
	oilLine  = `{"type":"topic","externalId":"oil","slug":"oil","names":{"ar":"نفط","en":"Oil"},"descriptions":{"en":"Crude"},` +
		`"aliases":[{"text":"Petroleum","language":"en","kind":"SPELLING"}],"mediaTopic":"medtop:20000385"}`
	adaLine = `{"type":"official","externalId":"ada","slug":"ada","wikidataId":"Q7259","names":{"en":"Ada"},"country":"GB","tenures":[` +
		`{"office":"seat","startedOn":"2010","endedOn":"2012-05"},{"office":"seat","startedOn":"2015-01-02","acting":true,"sourceUrl":"https://example.org/?a=1&b=<2>"}]}`
	newsLine = `{"type":"article","externalId":"news","slug":"news","language":"en","title":"News <& more>","summary":"Short","body":"Long\n\ntext",` +
		`"byline":["Ada","Bob"],"sourceName":"Wire","sourceUrl":"https://example.org/","status":"PUBLISHED","publishedAt":"2020-07-16T09:30:00.000Z",` +
		`"appearances":[{"official":"ada","role":"SPEAKER"}],"countries":["IQ","FR"],"topics":["oil"]}`
)

func TestKeysLeftOutAreKeptAndNullClears(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, line, clear, want string }{
		{
			"topic", oilLine, `{"type":"topic","externalId":"oil","descriptions":null,"aliases":null,"mediaTopic":null,"parent":null}`,
			`{"type":"topic","externalId":"oil","slug":"oil","names":{"ar":"نفط","en":"Oil"}}`,
		},
		{
			"official", adaLine, `{"type":"official","slug":"ada","externalId":null,"wikidataId":null,"country":null,"tenures":null}`,
			`{"type":"official","slug":"ada","names":{"en":"Ada"}}`,
		},
		{
			"article", newsLine,
			`{"type":"article","externalId":"news","summary":null,"body":null,"byline":null,"sourceName":null,"sourceUrl":null,"appearances":null,"countries":null,"topics":null,"status":"DRAFT","publishedAt":null}`,
			`{"type":"article","externalId":"news","slug":"news","language":"en","title":"News <& more>","status":"DRAFT"}`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, oilLine, seatLine, adaLine, newsLine)
			wantExport(t, d, oilLine, seatLine, adaLine, newsLine)
			key := `"externalId":"` + strings.Split(c.line, `"`)[7] + `"`
			wantCounts(t, d.MustImport(t, `{"type":"`+c.name+`",`+key+`}`), c.name, 0, 0, 1, 0)
			wantCounts(t, d.MustImport(t, c.clear), c.name, 0, 1, 0, 0)
			wantCounts(t, d.MustImport(t, c.clear), c.name, 0, 0, 1, 0)
			if got := d.Content(t); !strings.Contains(got, c.want+"\n") {
				t.Errorf("export =\n%swant this in it\n%s", got, c.want)
			}
		})
	}
}

func TestImportSetsTheStatus(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, before, after string
		want                string // status and publishedAt in the export
	}{
		{"left out is DRAFT for a new one", `"byline":[]`, `"byline":[]`, `"status":"DRAFT"`},
		{"left out is kept", `"status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00Z"`, `"summary":"x"`, `"status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z"`},
		{"DRAFT unpublishes, and the date stays", `"status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00Z"`, `"status":"DRAFT"`, `"status":"DRAFT","publishedAt":"2020-01-01T00:00:00.000Z"`},
		{"PUBLISHED publishes, on the date that is there", `"publishedAt":"2020-01-01T02:00:00+02:00"`, `"status":"PUBLISHED"`, `"status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z"`},
		{"publishedAt corrects the date", `"status":"PUBLISHED"`, `"publishedAt":"2020-01-01T00:00:00Z"`, `"status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z"`},
		{"PUBLISHED without a date is published now", `"byline":[]`, `"status":"PUBLISHED"`, `"status":"PUBLISHED","publishedAt":"20`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, `{"type":"article","externalId":"a","language":"en","title":"A",`+c.before+`}`)
			d.MustImport(t, `{"type":"article","externalId":"a",`+c.after+`}`)
			if got := d.Content(t); !strings.Contains(got, c.want) {
				t.Errorf("export = %s, want %s in it", got, c.want)
			}
			again := d.MustImport(t, `{"type":"article","externalId":"a",`+c.after+`}`)
			wantCounts(t, again, "article", 0, 0, 1, 0)
		})
	}
}

func TestTheTenuresOfALineReplaceThoseOfTheOfficial(t *testing.T) {
	t.Parallel()
	ada := func(tenures string) string {
		return `{"type":"official","externalId":"ada","slug":"ada","names":{"en":"Ada"},"tenures":[` + tenures + `]}`
	}
	const (
		first  = `{"office":"seat","startedOn":"2010","endedOn":"2012"}`
		second = `{"office":"seat","startedOn":"2015"}`
	)
	cases := []struct {
		name, after string
		want        [4]int
		kept        string // the keys of the tenures afterwards; 1 and 2 before
	}{
		{"the same ones stay", first + "," + second, [4]int{0, 0, 1, 0}, "1 2"},
		{"their order does not matter", second + "," + first, [4]int{0, 0, 1, 0}, "1 2"},
		{"one that is not there goes", second, [4]int{0, 1, 0, 0}, "2"},
		{"one of the same beginning changes", `{"office":"seat","startedOn":"2010","endedOn":"2013","acting":true},` + second, [4]int{0, 1, 0, 0}, "1 2"},
		{"another beginning is another", `{"office":"seat","startedOn":"2011","endedOn":"2012"},` + second, [4]int{0, 1, 0, 0}, "2 3"},
		{"a new one takes the place that one leaves", `{"office":"seat","startedOn":"2014"}`, [4]int{0, 1, 0, 0}, "3"},
		{"a new one begins where one now ends", `{"office":"seat","startedOn":"2016"},{"office":"seat","startedOn":"2015","endedOn":"2016"}`, [4]int{0, 1, 0, 0}, "2 3"},
		{"one that is wrong keeps all as they are", `{"office":"seat","startedOn":"2010"},` + second, [4]int{0, 0, 0, 1}, "1 2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, seatLine, ada(first+","+second))
			wantCounts(t, d.Import(ada(c.after)), "official", c.want[:]...)
			if got := strings.Join(d.Rows(t, "SELECT id FROM tenures ORDER BY id"), " "); got != c.kept {
				t.Errorf("tenures = %s, want %s", got, c.kept)
			}
		})
	}
}

func TestImportIsTheActorOfItsChanges(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	d.MustImport(t, seatLine, adaLine)
	d.MustImport(t, seatLine, adaLine)
	got := strings.Join(d.Rows(t, "SELECT actor, kind, node_type FROM changes WHERE node_type <> 'Country' ORDER BY id"), ", ")
	if want := "import CREATED Office, import CREATED Official, import CREATED Tenure, import CREATED Tenure"; got != want {
		t.Errorf("changes = %s, want %s", got, want)
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	check := func(lines ...string) testserver.Result {
		return d.Run(t.Context(), strings.NewReader(strings.Join(lines, "\n")), "import", "--dry-run", "-")
	}
	good := check(adaLine, seatLine, newsLine, oilLine) // some references point forward
	wantCounts(t, good, "total", 4, 0, 0, 0)
	if want := "All is in order; nothing was written.\n"; good.Status != 0 || !strings.HasSuffix(good.Stdout, want) {
		t.Errorf("check = %d, %s%s, want 0 and %q", good.Status, good.Stdout, good.Stderr, want)
	}
	bad := check(seatLine, newsLine)
	wantCounts(t, bad, "total", 1, 0, 0, 1)
	if want := "diwan: 1 of the lines would fail, see above; nothing was written\n"; bad.Status != 1 || !strings.HasSuffix(bad.Stderr, want) {
		t.Errorf("check = %d, %s, want 1 and %q", bad.Status, bad.Stderr, want)
	}
	if got := d.Content(t); got != "" {
		t.Errorf("export = %s, want nothing", got)
	}
}

func TestUnreadableFilesAreReported(t *testing.T) {
	t.Parallel()
	d, folder := testserver.NewDatabase(t), t.TempDir()
	good := filepath.Join(folder, "good.ndjson")
	if err := os.WriteFile(good, []byte(seatLine), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		filepath.Join(folder, "none.ndjson"): "there is no file " + filepath.Join(folder, "none.ndjson"),
		folder:                               folder + " is a directory; name the files in it",
	} {
		r := d.Run(context.Background(), nil, "import", good, name)
		if r.Status != 1 || !strings.Contains(r.Stderr, want) || strings.Count(r.Stderr, "\n") != 1 {
			t.Errorf("import of %s = %d, %s, want 1 and %s", name, r.Status, r.Stderr, want)
		}
	}
	if got := d.Content(t); got != "" {
		t.Errorf("export = %s, want nothing, because a wrong name is reported before any write", got)
	}
	empty := filepath.Join(folder, "empty.ndjson")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := d.Run(context.Background(), nil, "import", empty); r.Status != 0 || r.Stderr != "" {
		t.Errorf("import of an empty file = %d, %s, want 0", r.Status, r.Stderr)
	}
	broken := d.Run(context.Background(), io.MultiReader(strings.NewReader(seatLine+"\n"), iotest.ErrReader(errors.New("the disk is gone"))), "import", "-")
	if want := "diwan: read stdin: the disk is gone\n"; broken.Status != 1 || broken.Stderr != want {
		t.Errorf("import = %d, %s, want 1 and %s", broken.Status, broken.Stderr, want)
	}
	wantExport(t, d, seatLine)
}
