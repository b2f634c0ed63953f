package transfer

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestExportLeavesDraftsOut(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	const (
		lead   = `{"type":"article","slug":"a","language":"en","title":"A","status":"DRAFT"}`
		second = `{"type":"article","slug":"b","language":"fr","title":"B","status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z","translationOf":"en:a"}`
		third  = `{"type":"article","slug":"c","language":"ar","title":"C","status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z","translationOf":"en:a"}`
	)
	d := testserver.NewDatabase(t)
	d.MustImport(t, oilLine, lead, third, second)
	wantExport(t, d, oilLine, lead, second, third)
	exported := d.Export(t, "--published")
	published := testserver.Timeless(exported)
	want := oilLine + "\n" + strings.Replace(second, `,"translationOf":"en:a"`, "", 1) + "\n" + strings.Replace(third, "en:a", "fr:b", 1) + "\n"
	if !strings.HasSuffix(published, want) || strings.Contains(published, "DRAFT") {
		t.Errorf("export --published = …%s\nwant this end, with the next translation in the lead\n%s", published[max(0, len(published)-len(want)):], want)
	}
	other := testserver.NewDatabase(t)
	other.MustImport(t, exported)
	if other.Export(t) != exported {
		t.Error("the export of an import of the export differs")
	}
}

func TestExportOrdersTenuresWhateverOrderTheyWereWrittenIn(t *testing.T) {
	t.Parallel()
	const other = `{"type":"office","slug":"other","titles":{"en":"Other"},"kind":"OTHER","singleSeat":true}`
	const line = `{"type":"official","slug":"ada","names":{"en":"Ada"},"tenures":[%s]}`
	tenures := []string{`{"office":"other","startedOn":"2010"}`, `{"office":"seat","startedOn":"2010-01-01"}`, `{"office":"other","startedOn":"2005","endedOn":"2006"}`}
	want := fmt.Sprintf(line, tenures[2]+","+tenures[0]+","+tenures[1])
	for range 3 {
		d := testserver.NewDatabase(t)
		tenures = append(tenures[1:], tenures[0])
		d.MustImport(t, seatLine, other, fmt.Sprintf(line, strings.Join(tenures, ",")))
		wantExport(t, d, other, seatLine, want)
	}
}

func TestExportReplacesAFileOnceItIsWhole(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "out.ndjson")
	d := testserver.NewDatabase(t)
	export := func(ctx context.Context) testserver.Result { return d.Run(ctx, nil, "export", file) }
	if r := export(t.Context()); r.Status != 0 || r.Stdout != "" {
		t.Fatalf("export = %d, %s%s", r.Status, r.Stdout, r.Stderr)
	}
	before, err := os.ReadFile(file)
	if err != nil || string(before) != d.Export(t) {
		t.Fatalf("the file differs from an export to standard output: %v", err)
	}
	d.MustImport(t, oilLine)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if r := export(stopped); r.Status != 1 {
		t.Errorf("stopped export = %d, want 1", r.Status)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("a failed export changed the file: %v", err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if r := export(t.Context()); r.Status != 0 {
		t.Fatalf("export = %d, %s", r.Status, r.Stderr)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o640 {
		t.Errorf("mode of the new file = %v, want that of the old file", info.Mode())
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != d.Export(t) {
		t.Errorf("the file differs from the new export: %v", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, want only out.ndjson", entries)
	}
}

func TestExportWritesIntoAPipe(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	pipe, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	d := testserver.NewDatabase(t)
	want := d.Export(t)
	got := make(chan string, 1)
	go func() {
		content := make([]byte, len(want))
		n, _ := io.ReadFull(pipe, content) // a short read is reported below
		got <- string(content[:n])
	}()
	r := d.Run(t.Context(), nil, "export", name)
	if info, err := os.Stat(name); r.Status != 0 || err != nil || info.Mode().IsRegular() {
		t.Fatalf("export = %d, %s, want 0, and the pipe still a pipe", r.Status, r.Stderr)
	}
	if got := <-got; got != want {
		t.Errorf("the pipe delivered %d bytes that differ from the export", len(got))
	}
}

func TestExportMakesNoDatabase(t *testing.T) {
	t.Parallel()
	d := testserver.Database(filepath.Join(t.TempDir(), "none.db"))
	r := d.Run(t.Context(), nil, "export")
	if want := "diwan: there is no database " + string(d); r.Status != 1 || r.Stdout != "" || !strings.HasPrefix(r.Stderr, want) {
		t.Errorf("export = %d, %s, want 1 and %s", r.Status, r.Stderr, want)
	}
	if _, err := os.Stat(string(d)); err == nil {
		t.Error("export created a database")
	}
}

func TestExportKeepsThatACountryHasNoAliases(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	d.MustImport(t, `{"type":"country","code":"AE","names":{"ar":"الإمارات","en":"Emirates"},"aliases":null}`)
	got := d.Export(t)
	if want := `{"type":"country","code":"AE","names":{"ar":"الإمارات","en":"Emirates"},"aliases":[]}` + "\n"; !strings.Contains(testserver.Timeless(got), want) {
		t.Errorf("export lacks %s", want)
	}
	other := testserver.NewDatabase(t)
	other.MustImport(t, got)
	if other.Export(t) != got {
		t.Error("the export of an import of the export differs")
	}
}

func TestExportRunsAsManyStatementsForManyRowsAsForFew(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	statements := func(rows int) (n int) {
		d := testserver.NewDatabase(t)
		lines := []string{seatLine}
		for i := range rows {
			lines = append(lines,
				fmt.Sprintf(`{"type":"topic","slug":"%d","names":{"en":"T"}}`, i),
				fmt.Sprintf(`{"type":"topic","slug":"below-%[1]d","names":{"en":"T"},"parent":"%[1]d"}`, i),
				fmt.Sprintf(`{"type":"official","slug":"%d","names":{"en":"O"},"country":"FR","tenures":[{"office":"seat","startedOn":"%d","endedOn":"%d"}]}`, i, 1900+i, 1901+i),
				fmt.Sprintf(`{"type":"article","slug":"%[1]d","language":"en","title":"A","officials":["%[1]d"],"topics":["%[1]d"],"countries":["IQ"]}`, i),
				fmt.Sprintf(`{"type":"article","slug":"%[1]d","language":"ar","title":"A","translationOf":"en:%[1]d"}`, i),
			)
		}
		d.MustImport(t, lines...)
		config := app.Config{Database: string(d), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) { n += len(trip.Statements) }}
		if err := app.Export(t.Context(), config, io.Discard, false); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if few, many := statements(1), statements(80); few != many {
		t.Errorf("an export of 80 rows of each noun ran %d statements, want %d as for one", many, few)
	}
}

// An export has the published versions and the working copies, in every status, and its
// import gives the same newsroom.
func TestExportKeepsWorkingCopies(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	s, article, _, edit := testserver.StartEdited(t, &clock)
	s.Update(t, "Article", article, edit)
	for status, steps := range map[string][]string{"In review": {"submitArticle"}, "Archived": {"publishArticle", "archiveArticle"}, "Published": {"publishArticle"}} {
		s.Steps(t, s.Article(t, status, variables{"publish": false, "summary": "Lead."}), steps...)
	}
	for _, key := range []any{"other-key", nil} {
		both := s.Article(t, "Both", variables{"externalId": key, "summary": "Lead.", "sourceName": "Agency"})
		s.Update(t, "Article", both, variables{"slug": both.Slug + "-new", "title": "Both, edited", "summary": nil, "sourceName": nil, "body": ""})
		s.Steps(t, both, "submitArticle")
	}
	// A working copy that differs only in its translations, in both directions.
	english, french := s.Article(t, "Together", nil), s.Article(t, "Ensemble", variables{"language": "fr"})
	s.Update(t, "Article", french, variables{"translationOf": english.ID})
	left := s.Article(t, "Ar", variables{"language": "ar", "translationOf": english.ID})
	s.Update(t, "Article", left, variables{"translationOf": nil})
	for _, live := range []bool{false, true} {
		soon := s.Article(t, "Soon", variables{"publish": live})
		s.Update(t, "Article", soon, variables{"title": "Soon, edited"})
		if _, errs := s.Step(t, "publishArticle", soon, "at", "2030-01-01T00:00:00Z"); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	exported := s.Database.Export(t)
	for _, want := range []string{`"status":"IN_REVIEW"`, `"status":"ARCHIVED"`, `"scheduledFor":"2030-01-01T00:00:00.000Z"`, `"workingCopyOf":"h","externalId":"i","slug":"airport"`, `"workingCopyOf":"en:both-2","externalId":null,"slug":"both-2-new"`} {
		if !strings.Contains(exported, want) {
			t.Errorf("export lacks %s:\n%s", want, exported)
		}
	}
	if published := s.Database.Export(t, "--published"); strings.Contains(published, "edited") || strings.Contains(published, "airport") || strings.Contains(published, "workingCopyOf") {
		t.Errorf("export --published has unpublished content:\n%s", published)
	}
	other := testserver.NewDatabase(t)
	other.MustImport(t, exported)
	if again := other.Export(t); again != exported {
		t.Errorf("import of\n%s\nexported =\n%s\nwant the same", exported, again)
	}
	before := other.Rows(t, "SELECT MAX(id) FROM changes")
	wantCounts(t, other.MustImport(t, exported), "article", 0, 0, len(s.Database.Rows(t, "SELECT id FROM articles")), 0)
	if after := other.Rows(t, "SELECT MAX(id) FROM changes"); after[0] != before[0] {
		t.Errorf("a second import of the same lines changed something")
	}
}
