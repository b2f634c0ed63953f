package databases

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestACopyIsNotResumedOnceTheSourceHasChanged(t *testing.T) {
	t.Parallel()
	source, target := original(t), testserver.Database(storetest.Postgres(t))
	halfway(t, source, target)
	before := all(t, target)
	source.MustImport(t, officeLine)
	wantFailed(t, copiesTo(source, target), "is an unfinished copy of "+string(source)+" as it was before the last write to it, or of another database; start with an empty database")
	if !maps.Equal(all(t, target), before) {
		t.Error("the refused run changed the unfinished copy")
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
			source, target := original(t), testserver.Database(storetest.Postgres(t))
			halfway(t, source, target)
			if c.source != "" {
				source.Exec(t, c.source)
			}
			if c.target != "" {
				target.Exec(t, c.target)
			}
			if c.want == "" {
				if r := copiesTo(source, target); r.Status != 0 {
					t.Fatalf("copy = %d, %s", r.Status, r.Stderr)
				}
				wantSame(t, source, target)
				return
			}
			for range 2 {
				wantFailed(t, copiesTo(source, target), "does not say what "+string(source)+" says: "+c.want+". ", "start with an empty database")
			}
			wantFailed(t, target.Run(t.Context(), nil, "export"), "is an unfinished copy")
		})
	}
}

func TestDanglingReferencesInTheSourceAreReported(t *testing.T) {
	t.Parallel()
	source := original(t)
	source.Exec(t, "DELETE FROM articles WHERE id = 3") // as a program without foreign keys would
	wantFailed(t, copiesTo(source, newFile(t)), "article_officials refers to rows that are not there. Something other than diwan wrote to one of them; look into both")
}

func TestCopyRefusesWrongSourcesAndTargets(t *testing.T) {
	t.Parallel()
	source := original(t)
	missing, link := newFile(t), newFile(t)
	if err := os.Symlink(string(source), string(link)); err != nil {
		t.Fatal(err)
	}
	// old migrates a database, removes the record of the last migration, and returns the
	// database.
	old := func(d testserver.Database) testserver.Database {
		t.Helper()
		if r := d.Run(t.Context(), nil, "migrate"); r.Status != 0 {
			t.Fatal(r.Stderr)
		}
		d.Exec(t, "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
		return d
	}
	emptied := testserver.NewDatabase(t)
	emptied.Exec(t, "DELETE FROM names")
	emptied.Exec(t, "DELETE FROM countries")
	emptied.Exec(t, "DELETE FROM changes")
	onServer := testserver.Database(storetest.Postgres(t))
	if r := copiesTo(source, onServer); r.Status != 0 {
		t.Fatal(r.Stderr)
	}
	oldFile, oldOnServer := old(newFile(t)), old(testserver.Database(storetest.Postgres(t)))
	noTables, emptyFile := testserver.Database(storetest.Postgres(t)), newFile(t)
	if err := os.WriteFile(string(emptyFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	versions := func() []string { return oldOnServer.Rows(t, "SELECT version_id FROM goose_db_version ORDER BY 1") }
	before := versions()
	for name, c := range map[string]struct {
		from, to testserver.Database
		want     string
	}{
		"a target with content":          {source, testserver.NewDatabase(t), "is already a newsroom; copy into a new file, or into an empty PostgreSQL database"},
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
				c.to.Run(t.Context(), nil, "migrate")
				c.to.Exec(t, "INSERT INTO setup_steps (name, finished) VALUES ('demo', FALSE)")
			}
			r := copiesTo(c.from, c.to)
			wantFailed(t, r, c.want)
			if strings.Contains(r.Stderr, "secret") || strings.Count(r.Stderr, "\n") != 1 {
				t.Errorf("stderr = %q, want one line without the password", r.Stderr)
			}
		})
	}
	if made := noTables.Tables(t); len(made) > 0 {
		t.Errorf("tables of a source that had none = %v, want none", made)
	}
	if _, err := os.Stat(string(missing)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stat of the target of refused copies = %v, want no file", err)
	}
	if after := versions(); !slices.Equal(after, before) {
		t.Errorf("a refused copy migrated its target from %v to %v", before, after)
	}
}

func TestCopyShowsNoPassword(t *testing.T) {
	t.Parallel()
	source, target := original(t), storetest.Postgres(t)
	withPassword := testserver.Database(strings.Replace(target, "diwan@", "diwan:secret@", 1))
	r := copiesTo(source, withPassword)
	if r.Status != 0 || strings.Contains(r.Stdout+r.Stderr, "secret") || !strings.Contains(r.Stdout, " to postgres://") {
		t.Errorf("copy = %d, %s%s, want the database named without its password", r.Status, r.Stdout, r.Stderr)
	}
	wantSame(t, source, testserver.Database(target))
}

// Commands that only read change nothing, even where tables are missing.
func TestCommandsThatReadMakeNothing(t *testing.T) {
	t.Parallel()
	source := original(t)
	file := newFile(t)
	if err := os.WriteFile(string(file), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for kind, d := range map[string]testserver.Database{"postgres": testserver.Database(storetest.Postgres(t)), "sqlite": file} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			wantFailed(t, d.Run(t.Context(), nil, "export"), "there is no newsroom in ", "; check the name")
			if r := d.Run(t.Context(), nil, "migrate", "--dry-run"); r.Status != 0 || !strings.Contains(r.Stdout, "would run on ") {
				t.Errorf("migrate --dry-run = %d, %s%s", r.Status, r.Stdout, r.Stderr)
			}
			if made := d.Tables(t); len(made) > 0 {
				t.Fatalf("tables = %v, want none", made)
			}
			if r := copiesTo(source, d); r.Status != 0 {
				t.Fatal(r.Stderr)
			}
			d.Exec(t, "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
			d.Unchanged(t, func() {
				wantFailed(t, d.Run(t.Context(), nil, "export"), "has the tables of an older diwan; make a backup, run `diwan migrate --database ", "`, and export again")
			})
		})
	}
}

// The right to read is enough to export and copy. Errors name the rights that a user lacks.
func TestCopyNamesMissingRights(t *testing.T) {
	t.Parallel()
	source := original(t)
	n := newWire(t)
	there, none := testserver.Database(n.dsn), testserver.Database(storetest.Postgres(t))
	if r := copiesTo(source, there); r.Status != 0 {
		t.Fatal(r.Stderr)
	}
	user := n.role("right")
	as := func(d testserver.Database) testserver.Database {
		return testserver.Database(withUser(t, string(d), user, "right"))
	}
	const mayNotRead = "the user may not read all tables; GRANT SELECT ON ALL TABLES IN SCHEMA public TO the user, or connect as who made them: "
	wantFailed(t, as(there).Run(t.Context(), nil, "export"), mayNotRead)
	wantFailed(t, as(there).Run(t.Context(), nil, "migrate"), mayNotRead)
	wantFailed(t, as(there).Run(t.Context(), nil, "migrate", "--dry-run"), mayNotRead)
	wantFailed(t, copiesTo(as(there), newFile(t)), "--from: "+mayNotRead)
	wantFailed(t, copiesTo(source, as(there)), "--to: "+mayNotRead)
	wantFailed(t, copiesTo(source, as(none)), "--to: the user may not make tables; GRANT CREATE ON SCHEMA public TO the user")
	there.Exec(t, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+user)
	there.Exec(t, "REVOKE SELECT ON articles FROM "+user)
	wantFailed(t, copiesTo(as(there), newFile(t)), "--from: "+mayNotRead)
	there.Exec(t, "GRANT SELECT ON articles TO "+user)
	if got := as(there).Export(t); got != source.Export(t) {
		t.Error("the export by a user who may only read differs")
	}
	target := newFile(t)
	if r := copiesTo(as(there), target); r.Status != 0 {
		t.Errorf("copy = %d, %s", r.Status, r.Stderr)
	}
	wantSame(t, source, target)
	there.Exec(t, "REVOKE USAGE ON SCHEMA public FROM PUBLIC")
	wantFailed(t, as(there).Run(t.Context(), nil, "export"), "GRANT USAGE ON SCHEMA public TO the user")
	there.Exec(t, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "+user)
}
