package tests

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
	"github.com/diwan-cms/diwan/model"
)

// original answers a SQLite file with all that is hard to copy. Tests of copies
// need both kinds of database, and run in the pass on SQLite.
func original(t testing.TB) database {
	t.Helper()
	if storetest.OnPostgres() {
		t.Skip("copies run where tests run on SQLite")
	}
	d := database(demoDatabase.Copy(t))
	d.takes(t,
		`{"type":"topic","slug":"low","names":{"ar":"أدنى"}}`, `{"type":"topic","slug":"middle","names":{"ar":"أوسط"}}`, `{"type":"topic","slug":"high","names":{"ar":"أعلى"}}`,
		`{"type":"topic","slug":"low","parent":"middle"}`, `{"type":"topic","slug":"middle","parent":"high"}`, // parents with higher keys
		`{"type":"article","slug":"gone","language":"en","title":"Its key is never given out again"}`)
	d.exec(t, "PRAGMA foreign_keys = ON; DELETE FROM articles WHERE slug = 'gone'")
	d.exec(t, "INSERT INTO access_tokens (name, role, digest, created_at, expires_at, last_used_at, revoked_at) VALUES ('desk', 'EDITOR', 'abc', 1, 4, 2, 3)")
	d.exec(t, "INSERT INTO change_horizon (id, position) VALUES (1, 3)")
	return d
}

// takesLong imports articles that are more than a page.
func (d database) takesLong(t testing.TB) {
	t.Helper()
	long := strings.Repeat("نصٌّ طويل ", 20_000)
	var lines []string
	for i := range 13 {
		lines = append(lines, fmt.Sprintf(`{"type":"article","slug":"long-%d","language":"ar","title":"طويل","body":%q}`, i, long))
	}
	d.takes(t, lines...)
}

// newFile answers a path at which there is nothing.
func newFile(t testing.TB) database { return database(filepath.Join(t.TempDir(), "new.db")) }

func (d database) exec(t testing.TB, statement string) {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// copiesTo runs diwan copy.
func (d database) copiesTo(to database) ran {
	return d.run(context.Background(), nil, "copy", "--from", string(d), "--to", string(to), "--database-wait=0s")
}

// stopped begins a copy and stops it when the page is read that has the n-th row.
func (d database) stopped(t testing.TB, to database, n int64) error {
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

// halfway stops a copy when all is written and half of it is read back.
func (d database) halfway(t testing.TB, to database) {
	t.Helper()
	var rows int64
	for _, table := range d.copied(t) {
		rows += int64(len(d.rows(t, "SELECT 1 FROM "+table)))
	}
	if err := d.stopped(t, to, rows+rows/2); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "run the same command again to go on") {
		t.Fatalf("interrupted copy = %v, want it to say how to go on", err)
	}
}

// copied are the names of all tables that are to be copied.
func (d database) copied(t testing.TB) []string {
	t.Helper()
	return slices.DeleteFunc(d.tables(t), func(table string) bool { return table == "goose_db_version" || ofSearch(table) })
}

// ofSearch reports whether a table is of the search, which is made anew of others.
func ofSearch(table string) bool {
	for _, begin := range []string{"article_index", "node_index", "search_", "suggestions", "node_uses"} {
		if strings.HasPrefix(table, begin) {
			return true
		}
	}
	return false
}

// all is the state of all that is to be copied.
func (d database) all(t testing.TB) map[string]string {
	t.Helper()
	state := d.state(t)
	maps.DeleteFunc(state, func(table, _ string) bool { return table == "goose_db_version" || ofSearch(table) }) // it has times of migrating
	state["suggestions"] = fmt.Sprint(d.rows(t, "SELECT * FROM suggestions ORDER BY 1, 2, 3, 4, 5, 6, 7"))
	state["node_uses"] = fmt.Sprint(d.rows(t, "SELECT * FROM node_uses WHERE articles <> 0 ORDER BY 1, 2"))
	counters := "sqlite_sequence"
	if d.onPostgres() {
		counters = "key_sequence"
	}
	state["counters"] = fmt.Sprint(d.rows(t, "SELECT name, seq FROM "+counters+" WHERE name NOT IN ('goose_db_version', 'search_words') ORDER BY name"))
	return state
}

func (d database) wantSame(t testing.TB, other database) {
	t.Helper()
	got, want := other.all(t), d.all(t)
	for table := range want {
		if got[table] != want[table] {
			t.Errorf("%s of the copy = %s, want %s", table, got[table], want[table])
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
		t.Errorf("tables of the copy = %v, want %v", got, want)
	}
}

func (r ran) wantFailed(t testing.TB, sentences ...string) {
	t.Helper()
	for _, sentence := range sentences {
		if r.status != 1 || !strings.Contains(r.stderr, sentence) || r.stdout != "" {
			t.Errorf("%d, %s%s, want 1 and %q", r.status, r.stdout, r.stderr, sentence)
		}
	}
}

func TestACopyIsTheSameOnEveryDatabase(t *testing.T) {
	t.Parallel()
	source := original(t)
	source.takesLong(t)
	between, back, second := database(storetest.Postgres(t)), newFile(t), newFile(t)
	postgres := database(storetest.Postgres(t))
	for _, step := range [][2]database{{source, between}, {between, postgres}, {postgres, back}, {back, second}} {
		r := step[0].copiesTo(step[1])
		if r.status != 0 || r.stderr != "" || !strings.Contains(r.stdout, "; counts and checksums agree.\n") {
			t.Fatalf("copy = %d, %s%s", r.status, r.stdout, r.stderr)
		}
		var told []string
		for line := range strings.Lines(r.stdout) {
			if fields := strings.Fields(line); len(fields) == 3 {
				told = append(told, fields[0])
			}
		}
		slices.Sort(told)
		want := append(step[1].copied(t), "counters")
		slices.Sort(want)
		if !slices.Equal(told, want) {
			t.Errorf("copied tables = %v, want all: %v", told, want)
		}
		source.wantSame(t, step[1])
	}
	export := source.export(t)
	for _, d := range []database{between, postgres, back, second} {
		if d.export(t) != export {
			t.Errorf("the export of %s is another", d)
		}
	}
	for _, d := range []database{source, between, back} {
		d.takes(t, `{"type":"topic","slug":"new","names":{"en":"New"}}`, `{"type":"article","slug":"new","language":"en","title":"New"}`)
	}
	const newest = "SELECT MAX(a.id), MAX(t.id), MAX(c.id) FROM articles a, topics t, changes c"
	if want := source.rows(t, newest); !slices.Equal(between.rows(t, newest), want) || !slices.Equal(back.rows(t, newest), want) {
		t.Errorf("the next keys = %v on PostgreSQL, %v on SQLite again, want %v", between.rows(t, newest), back.rows(t, newest), want)
	}
}

// At every fifth page: the copy must go on behind what it wrote, and nothing else may
// take what it wrote for whole.
func TestAnInterruptedCopyGoesOn(t *testing.T) {
	t.Parallel()
	source := original(t)
	source.takesLong(t)
	for kind, target := range map[string]database{"postgres": database(storetest.Postgres(t)), "sqlite": newFile(t)} {
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
					t.Fatalf("interrupted copy = %v, want it to say how to go on", err)
				}
				if interruptions%6 != 0 {
					continue
				}
				for _, args := range [][]string{{"export"}, {"import", os.DevNull}, {"migrate"}, {"migrate", "--dry-run"}, {"serve", "--listen=127.0.0.1:0"}, {"copy", "--from", string(target), "--to", string(newFile(t))}} {
					ctx, stop := context.WithTimeout(t.Context(), 10*time.Second) // or it would serve
					defer stop()
					target.run(ctx, strings.NewReader(""), args...).wantFailed(t, "is an unfinished copy; run the diwan copy that made it again")
				}
			}
			if interruptions < 10 {
				t.Errorf("it was interrupted %d times, want at every fifth page", interruptions)
			}
			source.wantSame(t, target)
			if target.export(t) != source.export(t) {
				t.Error("the export of the copy is another")
			}
		})
	}
}

func TestWhatIsCopiedIsNotCopiedAgain(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	source.halfway(t, target)
	written := 0
	_, err := app.Copy(t.Context(), app.Config{Database: string(source)}, app.Config{Database: string(target), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
		for _, statement := range trip.Statements {
			if into, writes := strings.CutPrefix(strings.ReplaceAll(statement.SQL, `"`, ""), "INSERT INTO "); writes && !ofSearch(strings.Trim(into, "`")) {
				written++
			}
		}
	}}, func(app.CopyProgress) {})
	if err != nil || written != 0 {
		t.Errorf("the second run = %v, wrote %d times, want it to read only", err, written)
	}
}

func TestWritesDuringACopyAreToldAndNotInIt(t *testing.T) {
	t.Parallel()
	source := original(t)
	there := database(storetest.Postgres(t))
	if r := source.copiesTo(there); r.status != 0 || strings.Contains(r.stdout, "meanwhile") {
		t.Fatalf("copy = %d, %s%s", r.status, r.stdout, r.stderr)
	}
	for kind, pair := range map[string][2]database{"from SQLite": {source, newFile(t)}, "from PostgreSQL": {there, newFile(t)}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			from, to := pair[0], pair[1]
			before, written := from.export(t), false
			report, err := app.Copy(t.Context(), app.Config{Database: string(from)}, app.Config{Database: string(to)}, func(app.CopyProgress) {
				if !written {
					written = true
					from.takes(t, seatLine)
				}
			})
			if err != nil || !report.Behind {
				t.Errorf("copy = %+v, %v, want it to be behind", report, err)
			}
			if to.export(t) != before || from.export(t) == before {
				t.Error("the copy is not the source as it was at the start")
			}
		})
	}
}

func TestOneCopyWritesToADatabase(t *testing.T) {
	t.Parallel()
	source := original(t)
	for kind, target := range map[string]database{"postgres": database(storetest.Postgres(t)), "sqlite": newFile(t)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			told := 0
			_, err := app.Copy(t.Context(), app.Config{Database: string(source)}, app.Config{Database: string(target)}, func(p app.CopyProgress) {
				if told++; told%8 == 1 {
					source.copiesTo(target).wantFailed(t, "--to: another diwan copy is writing to ", "; wait for it")
				}
			})
			if err != nil || told < 9 {
				t.Fatalf("copy = %v, told %d times", err, told)
			}
			source.wantSame(t, target)
			source.copiesTo(target).wantFailed(t, "is already a newsroom")
			if left, _ := filepath.Glob(string(target) + "-copying*"); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}

// Of many that begin at once one copies, and none breaks it.
func TestCopiesThatBeginAtOnce(t *testing.T) {
	t.Parallel()
	source := original(t)
	for kind, target := range map[string]database{"postgres": database(storetest.Postgres(t)), "sqlite": newFile(t)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			results := make([]ran, 4)
			var all sync.WaitGroup
			for i := range results {
				all.Go(func() { results[i] = source.copiesTo(target) })
			}
			all.Wait()
			copied := 0
			for _, r := range results {
				if r.status == 0 {
					copied++
				} else if !strings.Contains(r.stderr, "another diwan copy is writing to ") && !strings.Contains(r.stderr, "is already a newsroom") {
					t.Errorf("copy = %d, %s", r.status, r.stderr)
				}
			}
			if copied != 1 {
				t.Errorf("%d copied, want 1", copied)
			}
			source.wantSame(t, target)
		})
	}
}

// What a process left behind that was killed does not keep the next from copying.
func TestAClaimEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	for _, left := range []string{"-copying", "-copying-journal"} {
		if err := os.WriteFile(string(target)+left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := source.copiesTo(target); r.status != 0 {
		t.Errorf("copy = %d, %s", r.status, r.stderr)
	}
}

func TestACopySaysThatItGoesOn(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	source.halfway(t, target)
	var rows int64
	for _, table := range target.copied(t) {
		rows += int64(len(target.rows(t, "SELECT 1 FROM "+table)))
	}
	rows += int64(len(target.rows(t, "SELECT 1 FROM sqlite_sequence WHERE name <> 'goose_db_version'"))) - 1 // the mark
	r := source.copiesTo(target)
	if want := fmt.Sprintf(`"rowsKept":%d`, rows); r.status != 0 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "going on with the copy that stopped before") || !strings.Contains(r.stderr, want) {
		t.Errorf("copy = %d, %s, want %s", r.status, r.stderr, want)
	}
}

func TestAnInterruptedCopySaysSoOnce(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r := source.run(ctx, nil, "copy", "--from", string(source), "--to", string(target))
	if r.status != 1 || !strings.HasPrefix(r.stderr, "diwan: interrupted") || strings.Contains(r.stderr, "context canceled") {
		t.Errorf("copy = %d, %s, want it interrupted", r.status, r.stderr)
	}
}

// Rows are of very different lengths: the first page does not ask for many.
func TestPagesOfACopyBeginSmall(t *testing.T) {
	t.Parallel()
	source := original(t)
	source.takesLong(t)
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
