package tests

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store/storetest"
)

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
