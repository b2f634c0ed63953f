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
	_, err := app.Copy(ctx, app.Config{Database: string(d)}, app.Config{Database: string(to)}, func(done, _ int64) {
		if done >= n {
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

// At every third page: the copy must go on behind what it wrote, and nothing else may
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
				_, err := app.Copy(ctx, app.Config{Database: string(source)}, app.Config{Database: string(target)}, func(int64, int64) {
					if pages++; pages > 3*interruptions {
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
				for _, args := range [][]string{{"export"}, {"import", os.DevNull}, {"migrate"}, {"serve", "--listen=127.0.0.1:0"}, {"copy", "--from", string(target), "--to", string(newFile(t))}} {
					ctx, stop := context.WithTimeout(t.Context(), 10*time.Second) // or it would serve
					defer stop()
					target.run(ctx, strings.NewReader(""), args...).wantFailed(t, "is an unfinished copy; run the diwan copy that made it again")
				}
			}
			if interruptions < 10 {
				t.Errorf("it was interrupted %d times, want at every third page", interruptions)
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
	}}, func(int64, int64) {})
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
			report, err := app.Copy(t.Context(), app.Config{Database: string(from)}, app.Config{Database: string(to)}, func(int64, int64) {
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
	versions := func() []string { return oldOnServer.rows(t, "SELECT version_id FROM goose_db_version ORDER BY 1") }
	before := versions()
	for name, c := range map[string]struct {
		from, to database
		want     string
	}{
		"a target with content":         {source, database(emptyDatabase.Copy(t)), "is not empty, there are rows in its counters; copy into a new file, or into an empty PostgreSQL database"},
		"a target that had content":     {source, emptied, "is not empty, there are rows in its counters"},
		"a target with a setup step":    {source, "setup", "is not empty, there are rows in its setup_steps"},
		"a target on a server":          {source, onServer, "is not empty"},
		"a target of an older diwan":    {source, oldOnServer, "has the tables of an older diwan; make a backup, run `diwan migrate --database postgres://"},
		"a source of an older diwan":    {oldFile, missing, "has the tables of an older diwan; make a backup, run `diwan migrate --database " + string(oldFile) + "`"},
		"a source that is not there":    {newFile(t), missing, "there is no database "},
		"one file under two names":      {source, link, "is both the source and the target"},
		"one database on a server":      {onServer, onServer, "is both the source and the target"},
		"a URL of something else":       {source, "mysql://localhost/diwan", "neither a path nor a URL that begins with postgres://"},
		"a source without a name":       {"", missing, "the database is a file, or on a PostgreSQL server"},
		"a target without a name":       {source, "", "the database is a file, or on a PostgreSQL server"},
		"a server that is not there":    {source, "postgres://diwan:secret@127.0.0.1:1/diwan", "open postgres://127.0.0.1:1/diwan: "},
		"a source that is not to reach": {"postgres://diwan:secret@127.0.0.1:1/diwan", missing, "open postgres://127.0.0.1:1/diwan: "},
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
