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
	d.exec(t, "INSERT INTO access_tokens (name, role, digest, created_at) VALUES ('desk', 'admin', 'abc', 1)")
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
	return slices.DeleteFunc(d.tables(t), func(table string) bool { return table == "goose_db_version" })
}

// all is the state of all that is to be copied.
func (d database) all(t testing.TB) map[string]string {
	t.Helper()
	state := d.state(t)
	delete(state, "goose_db_version") // has times of migrating
	counters := "sqlite_sequence"
	if d.onPostgres() {
		counters = "key_sequence"
	}
	state["counters"] = fmt.Sprint(d.rows(t, "SELECT name, seq FROM "+counters+" WHERE name <> 'goose_db_version' ORDER BY name"))
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
	_, err := app.Copy(t.Context(), app.Config{Database: string(source)}, app.Config{Database: string(target), OnStatements: func(_ context.Context, statements []string, _ time.Duration) {
		for _, statement := range statements {
			if strings.HasPrefix(statement, "INSERT") {
				written++
			}
		}
	}}, func(app.CopyProgress) {})
	if err != nil || written != 0 {
		t.Errorf("the second run = %v, wrote %d times, want it to read only", err, written)
	}
}

func TestACopyIsNotGoneOnWithWhenTheSourceHasChanged(t *testing.T) {
	t.Parallel()
	source, target := original(t), database(storetest.Postgres(t))
	source.halfway(t, target)
	before := target.all(t)
	source.takes(t, seatLine)
	source.copiesTo(target).wantFailed(t, "is an unfinished copy of "+string(source)+" as it was before the last write to it, or of another database; start with an empty database")
	if !maps.Equal(target.all(t), before) {
		t.Error("it wrote to the copy of what was before")
	}
}

func TestACopyThatDiffersIsNeverWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ source, target, want string }{
		"a change that is not logged": {"UPDATE articles SET byline = 'x' WHERE id = 3", "", "articles has other rows"},
		"another value":               {"", "UPDATE names SET folded = folded || '.' WHERE node_id = 1", "names has other rows"},
		"a counter":                   {"", "UPDATE key_sequence SET seq = seq + 1 WHERE name = 'topics'", "counters has other rows"},
		"a row too many":              {"", "INSERT INTO access_tokens (id, name, role, digest, created_at) VALUES (9, 'x', 'admin', 'x', 1)", "access_tokens has 2 rows instead of 1"},
		"a row too few":               {"", "DELETE FROM changes WHERE id = 7", "changes has other rows already"},
		"the last row":                {"", "DELETE FROM changes WHERE id = (SELECT MAX(id) FROM changes)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, target := original(t), database(storetest.Postgres(t))
			source.halfway(t, target)
			if c.source != "" {
				source.exec(t, c.source)
			}
			if c.target != "" {
				target.exec(t, c.target)
			}
			if c.want == "" {
				if r := source.copiesTo(target); r.status != 0 {
					t.Fatalf("copy = %d, %s", r.status, r.stderr)
				}
				source.wantSame(t, target)
				return
			}
			for range 2 {
				source.copiesTo(target).wantFailed(t, "does not say what "+string(source)+" says: "+c.want+". ", "start with an empty database")
			}
			target.run(t.Context(), nil, "export").wantFailed(t, "is an unfinished copy")
		})
	}
}

func TestASourceWithRowsThatReferToNothingIsTold(t *testing.T) {
	t.Parallel()
	source := original(t)
	source.exec(t, "DELETE FROM articles WHERE id = 3") // by a program that does not ask for foreign keys
	source.copiesTo(newFile(t)).wantFailed(t, "article_officials refers to rows that are not there. Something other than diwan wrote to one of them; look into both")
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

func TestCopyRefuses(t *testing.T) {
	t.Parallel()
	source := original(t)
	missing, link := newFile(t), newFile(t)
	if err := os.Symlink(string(source), string(link)); err != nil {
		t.Fatal(err)
	}
	// old answers a database that the next migration is not done on.
	old := func(d database) database {
		t.Helper()
		if r := d.run(t.Context(), nil, "migrate"); r.status != 0 {
			t.Fatal(r.stderr)
		}
		d.exec(t, "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
		return d
	}
	emptied := database(emptyDatabase.Copy(t))
	emptied.exec(t, "DELETE FROM names")
	emptied.exec(t, "DELETE FROM countries")
	emptied.exec(t, "DELETE FROM changes")
	onServer := database(storetest.Postgres(t))
	if r := source.copiesTo(onServer); r.status != 0 {
		t.Fatal(r.stderr)
	}
	oldFile, oldOnServer := old(newFile(t)), old(database(storetest.Postgres(t)))
	noTables, emptyFile := database(storetest.Postgres(t)), newFile(t)
	if err := os.WriteFile(string(emptyFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	versions := func() []string { return oldOnServer.rows(t, "SELECT version_id FROM goose_db_version ORDER BY 1") }
	before := versions()
	for name, c := range map[string]struct {
		from, to database
		want     string
	}{
		"a target with content":          {source, database(emptyDatabase.Copy(t)), "is already a newsroom; copy into a new file, or into an empty PostgreSQL database"},
		"a target that had content":      {source, emptied, "is not empty, there are rows in its counters"},
		"a target with a setup step":     {source, "setup", "is not empty, there are rows in its setup_steps"},
		"a target on a server":           {source, onServer, "is already a newsroom; copy"},
		"a source without tables":        {noTables, missing, "--from: there is no newsroom in postgres://"},
		"a source that is an empty file": {emptyFile, missing, "--from: there is no newsroom in " + string(emptyFile) + "; check the name"},
		"a wrong URL as the source":      {"postgres://localhost:port/diwan", missing, "--from: open the PostgreSQL database: the URL is not one such as postgres://"},
		"a wrong URL as the target":      {source, "postgres://localhost:port/diwan", "--to: open the PostgreSQL database: the URL is not one such as postgres://"},
		"a target of an older diwan":     {source, oldOnServer, "has the tables of an older diwan; make a backup, run `diwan migrate --database postgres://"},
		"a source of an older diwan":     {oldFile, missing, "has the tables of an older diwan; make a backup, run `diwan migrate --database " + string(oldFile) + "`"},
		"a source that is not there":     {newFile(t), missing, "there is no database "},
		"one file under two names":       {source, link, "is both the source and the target"},
		"one database on a server":       {onServer, onServer, "is both the source and the target"},
		"a URL of something else":        {source, "mysql://localhost/diwan", "neither a path nor a URL that begins with postgres://"},
		"a source without a name":        {"", missing, "the database is a file, or on a PostgreSQL server"},
		"a target without a name":        {source, "", "the database is a file, or on a PostgreSQL server"},
		"a server that is not there":     {source, "postgres://diwan:secret@127.0.0.1:1/diwan", "open postgres://127.0.0.1:1/diwan: "},
		"a source that is not to reach":  {"postgres://diwan:secret@127.0.0.1:1/diwan", missing, "open postgres://127.0.0.1:1/diwan: "},
	} {
		t.Run(name, func(t *testing.T) {
			if c.to == "setup" {
				c.to = newFile(t)
				c.to.run(t.Context(), nil, "migrate")
				c.to.exec(t, "INSERT INTO setup_steps (name, finished) VALUES ('demo', FALSE)")
			}
			r := c.from.copiesTo(c.to)
			r.wantFailed(t, c.want)
			if strings.Contains(r.stderr, "secret") || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("stderr = %q, want one line without the password", r.stderr)
			}
		})
	}
	if made := noTables.tables(t); len(made) > 0 {
		t.Errorf("a source without tables has %v now", made)
	}
	if _, err := os.Stat(string(missing)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was made for a copy that was refused: %v", err)
	}
	if after := versions(); !slices.Equal(after, before) {
		t.Errorf("a target of an older diwan was migrated from %v to %v", before, after)
	}
}

func TestCopyTellsNoPassword(t *testing.T) {
	t.Parallel()
	source, target := original(t), storetest.Postgres(t)
	withPassword := database(strings.Replace(target, "diwan@", "diwan:secret@", 1))
	r := source.copiesTo(withPassword)
	if r.status != 0 || strings.Contains(r.stdout+r.stderr, "secret") || !strings.Contains(r.stdout, " to postgres://") {
		t.Errorf("copy = %d, %s%s, want it to name the database without the password", r.status, r.stdout, r.stderr)
	}
	source.wantSame(t, database(target))
}

// Whatever is missing, what only reads changes nothing.
func TestWhatOnlyReadsMakesNothing(t *testing.T) {
	t.Parallel()
	source := original(t)
	file := newFile(t)
	if err := os.WriteFile(string(file), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for kind, d := range map[string]database{"postgres": database(storetest.Postgres(t)), "sqlite": file} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d.run(t.Context(), nil, "export").wantFailed(t, "there is no newsroom in ", "; check the name")
			if r := d.run(t.Context(), nil, "migrate", "--dry-run"); r.status != 0 || !strings.Contains(r.stdout, "would run on ") {
				t.Errorf("migrate --dry-run = %d, %s%s", r.status, r.stdout, r.stderr)
			}
			if made := d.tables(t); len(made) > 0 {
				t.Fatalf("tables = %v, want none", made)
			}
			if r := source.copiesTo(d); r.status != 0 {
				t.Fatal(r.stderr)
			}
			d.exec(t, "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
			d.unchanged(t, func() {
				d.run(t.Context(), nil, "export").wantFailed(t, "has the tables of an older diwan; make a backup, run `diwan migrate --database ", "`, and export again")
			})
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
	var limits []string
	_, err := app.Copy(t.Context(), app.Config{Database: string(source), OnStatements: func(_ context.Context, statements []string, _ time.Duration) {
		for _, s := range statements {
			if _, limit, found := strings.Cut(s, " LIMIT "); found && strings.Contains(s, " FROM names ") && strings.Contains(s, "ORDER BY") {
				limits = append(limits, limit)
			}
		}
	}}, app.Config{Database: string(newFile(t))}, func(app.CopyProgress) {})
	if err != nil || len(limits) < 3 || !slices.Equal(limits[:3], []string{"64", "128", "256"}) {
		t.Errorf("pages of names = %v, %v, want 64, 128, 256 rows and so on", limits, err)
	}
}

// A user who may only read exports and copies, and one who lacks rights is told which.
func TestRightsOfCopies(t *testing.T) {
	t.Parallel()
	source := original(t)
	n := newWire(t)
	there, none := database(n.dsn), database(storetest.Postgres(t))
	if r := source.copiesTo(there); r.status != 0 {
		t.Fatal(r.stderr)
	}
	user := n.role("right")
	as := func(d database) database { return database(as(t, string(d), user, "right")) }
	const mayNotRead = "the user may not read all tables; GRANT SELECT ON ALL TABLES IN SCHEMA public TO the user, or connect as who made them: "
	as(there).run(t.Context(), nil, "export").wantFailed(t, mayNotRead)
	as(there).run(t.Context(), nil, "migrate").wantFailed(t, mayNotRead)
	as(there).run(t.Context(), nil, "migrate", "--dry-run").wantFailed(t, mayNotRead)
	as(there).copiesTo(newFile(t)).wantFailed(t, "--from: "+mayNotRead)
	source.copiesTo(as(there)).wantFailed(t, "--to: "+mayNotRead)
	source.copiesTo(as(none)).wantFailed(t, "--to: the user may not make tables; GRANT CREATE ON SCHEMA public TO the user")
	there.exec(t, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+user)
	there.exec(t, "REVOKE SELECT ON articles FROM "+user)
	as(there).copiesTo(newFile(t)).wantFailed(t, "--from: "+mayNotRead)
	there.exec(t, "GRANT SELECT ON articles TO "+user)
	if got := as(there).export(t); got != source.export(t) {
		t.Error("the export of who may only read is another")
	}
	target := newFile(t)
	if r := as(there).copiesTo(target); r.status != 0 {
		t.Errorf("copy = %d, %s", r.status, r.stderr)
	}
	source.wantSame(t, target)
	there.exec(t, "REVOKE USAGE ON SCHEMA public FROM PUBLIC")
	as(there).run(t.Context(), nil, "export").wantFailed(t, "GRANT USAGE ON SCHEMA public TO the user")
	there.exec(t, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "+user)
}
