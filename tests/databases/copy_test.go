package databases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// original returns a SQLite file that is hard to copy: it has keys that were used and
// deleted, parents with higher keys than their children, and rows of rarely used tables.
func original(t testing.TB) testserver.Database {
	t.Helper()
	if storetest.OnPostgres() {
		t.Skip("copies run where tests run on SQLite")
	}
	d := testserver.NewDemoDatabase(t)
	d.MustImport(t,
		`{"type":"topic","slug":"low","names":{"ar":"أدنى"}}`, `{"type":"topic","slug":"middle","names":{"ar":"أوسط"}}`, `{"type":"topic","slug":"high","names":{"ar":"أعلى"}}`,
		`{"type":"topic","slug":"low","parent":"middle"}`, `{"type":"topic","slug":"middle","parent":"high"}`, // parents with higher keys than their children
		`{"type":"article","slug":"gone","language":"en","title":"Its key is never given out again"}`)
	d.Exec(t, "PRAGMA foreign_keys = ON; DELETE FROM articles WHERE slug = 'gone'")
	d.Exec(t, "INSERT INTO access_tokens (name, role, digest, created_at, expires_at, last_used_at, revoked_at) VALUES ('desk', 'EDITOR', 'abc', 1, 4, 2, 3)")
	d.Exec(t, "INSERT INTO change_horizon (id, position) VALUES (1, 3)")
	return d
}

// officeLine is a row to import that the original does not have.
const officeLine = `{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER","singleSeat":true}`

// takesLong imports articles that fill more than one page of a copy.
func takesLong(t testing.TB, d testserver.Database) {
	t.Helper()
	long := strings.Repeat("نصٌّ طويل ", 20_000)
	var lines []string
	for i := range 13 {
		lines = append(lines, fmt.Sprintf(`{"type":"article","slug":"long-%d","language":"ar","title":"طويل","body":%q}`, i, long))
	}
	d.MustImport(t, lines...)
}

// newFile returns the path of a file that does not exist.
func newFile(t testing.TB) testserver.Database {
	return testserver.Database(filepath.Join(t.TempDir(), "new.db"))
}

// copiesTo runs diwan copy.
func copiesTo(d testserver.Database, to testserver.Database) testserver.Result {
	return d.Run(context.Background(), nil, "copy", "--from", string(d), "--to", string(to), "--database-wait=0s")
}

// stopped begins a copy and stops it once n rows are done.
func stopped(t testing.TB, d testserver.Database, to testserver.Database, n int64) error {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, err := app.Copy(ctx, app.Config{Database: string(d)}, app.Config{Database: string(to)}, func(p app.CopyProgress) {
		if p.Done >= n {
			stop()
		}
	})
	return err
}

// halfway stops a copy when all rows have been written and half of them read back.
func halfway(t testing.TB, d testserver.Database, to testserver.Database) {
	t.Helper()
	var rows int64
	for _, table := range copied(t, d) {
		rows += int64(len(d.Rows(t, "SELECT 1 FROM "+table)))
	}
	if err := stopped(t, d, to, rows+rows/2); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "run the same command again to go on") {
		t.Fatalf("interrupted copy = %v, want advice on how to go on", err)
	}
}

// copied returns the names of the tables that diwan copy copies.
func copied(t testing.TB, d testserver.Database) []string {
	t.Helper()
	return slices.DeleteFunc(d.Tables(t), func(table string) bool { return table == "goose_db_version" || ofSearch(table) })
}

// ofSearch reports whether a table belongs to the search index, which is built from
// other tables.
func ofSearch(table string) bool {
	for _, begin := range []string{"article_index", "node_index", "title_index", "search_", "suggestions"} {
		if strings.HasPrefix(table, begin) {
			return true
		}
	}
	return false
}

// all returns the state of a database as far as diwan copy must reproduce it.
func all(t testing.TB, d testserver.Database) map[string]string {
	t.Helper()
	state := d.State(t)
	maps.DeleteFunc(state, func(table, _ string) bool { return table == "goose_db_version" || ofSearch(table) }) // goose_db_version has the times of the migrations
	state["suggestions"] = fmt.Sprint(d.Rows(t, "SELECT * FROM suggestions ORDER BY 1, 2, 3, 4, 5, 6, 7"))
	counters := "sqlite_sequence"
	if d.OnPostgres() {
		counters = "key_sequence"
	}
	state["counters"] = fmt.Sprint(d.Rows(t, "SELECT name, seq FROM "+counters+" WHERE name NOT IN ('goose_db_version', 'search_words') ORDER BY name"))
	return state
}

func wantSame(t testing.TB, d testserver.Database, other testserver.Database) {
	t.Helper()
	got, want := all(t, other), all(t, d)
	for table := range want {
		if got[table] != want[table] {
			t.Errorf("%s of the copy = %s, want %s", table, got[table], want[table])
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
		t.Errorf("tables of the copy = %v, want %v", got, want)
	}
}

func wantFailed(t testing.TB, r testserver.Result, sentences ...string) {
	t.Helper()
	for _, sentence := range sentences {
		if r.Status != 1 || !strings.Contains(r.Stderr, sentence) || r.Stdout != "" {
			t.Errorf("%d, %s%s, want 1 and %q", r.Status, r.Stdout, r.Stderr, sentence)
		}
	}
}

func TestACopyIsTheSameOnEveryDatabase(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	between, postgres := testserver.Database(storetest.Postgres(t)), testserver.Database(storetest.Postgres(t))
	source, back, second := original(t), newFile(t), newFile(t)
	takesLong(t, source)
	for _, step := range [][2]testserver.Database{{source, between}, {between, postgres}, {postgres, back}, {back, second}} {
		r := copiesTo(step[0], step[1])
		if r.Status != 0 || r.Stderr != "" || !strings.Contains(r.Stdout, "; counts and checksums agree.\n") {
			t.Fatalf("copy = %d, %s%s", r.Status, r.Stdout, r.Stderr)
		}
		var told []string
		for line := range strings.Lines(r.Stdout) {
			if fields := strings.Fields(line); len(fields) == 3 {
				told = append(told, fields[0])
			}
		}
		slices.Sort(told)
		want := append(copied(t, step[1]), "counters")
		slices.Sort(want)
		if !slices.Equal(told, want) {
			t.Errorf("copied tables = %v, want all: %v", told, want)
		}
		wantSame(t, source, step[1])
	}
	export := source.Export(t)
	for _, d := range []testserver.Database{between, postgres, back, second} {
		if d.Export(t) != export {
			t.Errorf("the export of %s differs from that of the source", d)
		}
	}
	for _, d := range []testserver.Database{source, between, back} {
		d.MustImport(t, `{"type":"topic","slug":"new","names":{"en":"New"}}`, `{"type":"article","slug":"new","language":"en","title":"New"}`)
	}
	const newest = "SELECT MAX(a.id), MAX(t.id), MAX(c.id) FROM articles a, topics t, changes c"
	if want := source.Rows(t, newest); !slices.Equal(between.Rows(t, newest), want) || !slices.Equal(back.Rows(t, newest), want) {
		t.Errorf("the next keys = %v on PostgreSQL, %v back on SQLite, want %v", between.Rows(t, newest), back.Rows(t, newest), want)
	}
}

// A copy that is interrupted, here at every fifth page, resumes after the rows that it
// wrote, and no command takes these for a whole newsroom.
func TestAnInterruptedCopyResumes(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	targets := map[string]testserver.Database{"postgres": testserver.Database(storetest.Postgres(t)), "sqlite": newFile(t)}
	source := original(t)
	takesLong(t, source)
	for kind, target := range targets {
		t.Run(kind, func(t *testing.T) {
			var interruptions int
			for ; ; interruptions++ {
				pages := 0
				ctx, stop := context.WithCancel(t.Context())
				_, err := app.Copy(ctx, app.Config{Database: string(source)}, app.Config{Database: string(target)}, func(app.CopyProgress) {
					if pages++; pages > 5*interruptions {
						stop()
					}
				})
				stop()
				if err == nil {
					break
				}
				if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "run the same command again to go on") {
					t.Fatalf("interrupted copy = %v, want advice on how to go on", err)
				}
				if interruptions%6 != 0 {
					continue
				}
				for _, args := range [][]string{{"export"}, {"import", os.DevNull}, {"migrate"}, {"migrate", "--dry-run"}, {"serve", "--listen=127.0.0.1:0"}, {"copy", "--from", string(target), "--to", string(newFile(t))}} {
					ctx, stop := context.WithTimeout(t.Context(), 10*time.Second) // in case serve starts
					defer stop()
					wantFailed(t, target.Run(ctx, strings.NewReader(""), args...), "is an unfinished copy; run the diwan copy that made it again")
				}
			}
			if interruptions < 10 {
				t.Errorf("the copy was interrupted %d times, want at every fifth page", interruptions)
			}
			wantSame(t, source, target)
			if target.Export(t) != source.Export(t) {
				t.Error("the export of the copy differs from that of the source")
			}
		})
	}
}

func TestWhatIsCopiedIsNotCopiedAgain(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	source, target := original(t), newFile(t)
	halfway(t, source, target)
	written := 0
	_, err := app.Copy(t.Context(), app.Config{Database: string(source)}, app.Config{Database: string(target), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
		for _, statement := range trip.Statements {
			if into, writes := strings.CutPrefix(strings.ReplaceAll(statement.SQL, `"`, ""), "INSERT INTO "); writes && !ofSearch(strings.Trim(into, "`")) && !strings.HasPrefix(into, "node_uses") { // which are counted anew with the index
				written++
			}
		}
	}}, func(app.CopyProgress) {})
	if err != nil || written != 0 {
		t.Errorf("the second run = %v with %d rows written, want none", err, written)
	}
}

func TestWritesDuringACopyAreReportedAndNotCopied(t *testing.T) {
	t.Parallel()
	source := original(t)
	there := testserver.Database(storetest.Postgres(t))
	if r := copiesTo(source, there); r.Status != 0 || strings.Contains(r.Stdout, "meanwhile") {
		t.Fatalf("copy = %d, %s%s", r.Status, r.Stdout, r.Stderr)
	}
	for kind, pair := range map[string][2]testserver.Database{"from SQLite": {source, newFile(t)}, "from PostgreSQL": {there, newFile(t)}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			from, to := pair[0], pair[1]
			before, written := from.Export(t), false
			report, err := app.Copy(t.Context(), app.Config{Database: string(from)}, app.Config{Database: string(to)}, func(app.CopyProgress) {
				if !written {
					written = true
					from.MustImport(t, officeLine)
				}
			})
			if err != nil || !report.Behind {
				t.Errorf("copy = %+v, %v, want Behind", report, err)
			}
			if to.Export(t) != before || from.Export(t) == before {
				t.Error("the copy differs from the source at the start")
			}
		})
	}
}

func TestOneCopyWritesToADatabase(t *testing.T) {
	t.Parallel()
	source := original(t)
	for kind, target := range map[string]testserver.Database{"postgres": testserver.Database(storetest.Postgres(t)), "sqlite": newFile(t)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			told := 0
			_, err := app.Copy(t.Context(), app.Config{Database: string(source)}, app.Config{Database: string(target)}, func(p app.CopyProgress) {
				if told++; told%8 == 1 {
					wantFailed(t, copiesTo(source, target), "--to: another diwan copy is writing to ", "; wait for it")
				}
			})
			if err != nil || told < 9 {
				t.Fatalf("copy = %v after %d reports of progress, want at least 9", err, told)
			}
			wantSame(t, source, target)
			wantFailed(t, copiesTo(source, target), "is already a newsroom")
			if left, _ := filepath.Glob(string(target) + "-copying*"); len(left) > 0 {
				t.Errorf("files after the copy = %v, want none", left)
			}
		})
	}
}

// Of several copies that begin at once, one succeeds and the others do it no harm.
func TestOfCopiesThatBeginAtOnceOneCopies(t *testing.T) {
	t.Parallel()
	source := original(t)
	for kind, target := range map[string]testserver.Database{"postgres": testserver.Database(storetest.Postgres(t)), "sqlite": newFile(t)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			results := make([]testserver.Result, 4)
			var all sync.WaitGroup
			for i := range results {
				all.Go(func() { results[i] = copiesTo(source, target) })
			}
			all.Wait()
			copied := 0
			for _, r := range results {
				if r.Status == 0 {
					copied++
				} else if !strings.Contains(r.Stderr, "another diwan copy is writing to ") && !strings.Contains(r.Stderr, "is already a newsroom") {
					t.Errorf("copy = %d, %s", r.Status, r.Stderr)
				}
			}
			if copied != 1 {
				t.Errorf("%d copies succeeded, want 1", copied)
			}
			wantSame(t, source, target)
		})
	}
}

// The files that a killed process left behind do not keep the next one from copying.
func TestAClaimEndsWithItsProcess(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	source, target := original(t), newFile(t)
	for _, left := range []string{"-copying", "-copying-journal"} {
		if err := os.WriteFile(string(target)+left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := copiesTo(source, target); r.Status != 0 {
		t.Errorf("copy = %d, %s", r.Status, r.Stderr)
	}
}

func TestACopySaysThatItResumes(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	source, target := original(t), newFile(t)
	halfway(t, source, target)
	var rows int64
	for _, table := range copied(t, target) {
		rows += int64(len(target.Rows(t, "SELECT 1 FROM "+table)))
	}
	rows += int64(len(target.Rows(t, "SELECT 1 FROM sqlite_sequence WHERE name <> 'goose_db_version'"))) - 1 // the mark
	r := copiesTo(source, target)
	if want := fmt.Sprintf(`"rowsKept":%d`, rows); r.Status != 0 || strings.Count(r.Stderr, "\n") != 1 || !strings.Contains(r.Stderr, "going on with the copy that stopped before") || !strings.Contains(r.Stderr, want) {
		t.Errorf("copy = %d, %s, want %s", r.Status, r.Stderr, want)
	}
}

func TestAnInterruptedCopySaysSoOnce(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r := source.Run(ctx, nil, "copy", "--from", string(source), "--to", string(target))
	if r.Status != 1 || !strings.HasPrefix(r.Stderr, "diwan: interrupted") || strings.Contains(r.Stderr, "context canceled") {
		t.Errorf("copy = %d, %s, want one line that says it was interrupted", r.Status, r.Stderr)
	}
}

// Rows differ much in length, so the first page asks for few.
func TestPagesOfACopyBeginSmall(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	source := original(t)
	takesLong(t, source)
	var sizes []int64
	var ofNames bool
	var done int64
	_, err := app.Copy(t.Context(), app.Config{Database: string(source), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
		for _, s := range trip.Statements {
			ofNames = strings.Contains(s.SQL, " FROM names ") && strings.Contains(s.SQL, " LIMIT ")
		}
	}}, app.Config{Database: string(newFile(t))}, func(p app.CopyProgress) {
		if ofNames {
			sizes = append(sizes, p.Done-done)
		}
		done = p.Done
	})
	if err != nil || len(sizes) < 3 || !slices.Equal(sizes[:3], []int64{64, 128, 256}) {
		t.Errorf("pages of names = %v, %v, want 64, 128, 256 rows and so on", sizes, err)
	}
}
