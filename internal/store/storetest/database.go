package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Environment variables of tests. ServerVariable is the URL of a PostgreSQL server, for
// a user who may create databases. KindVariable is the kind of database for tests that
// run on any: "postgres", or else SQLite.
const (
	ServerVariable = "DIWAN_TEST_POSTGRES"
	KindVariable   = "DIWAN_TEST_DATABASE"
)

// OnPostgres reports whether tests that run on any kind of database run on PostgreSQL.
func OnPostgres() bool { return os.Getenv(KindVariable) == "postgres" }

// Database returns the DSN of an empty database of the kind that tests run on. It is
// removed after the test.
func Database(t testing.TB) string {
	t.Helper()
	if OnPostgres() {
		return Postgres(t)
	}
	return filepath.Join(t.TempDir(), "diwan.db")
}

// Postgres returns the URL of an empty PostgreSQL database, which is removed after the
// test. Without a server the test is skipped.
func Postgres(t testing.TB) string {
	t.Helper()
	if os.Getenv(ServerVariable) == "" {
		t.Skip(ServerVariable + " names no PostgreSQL server; make test-postgres starts one")
	}
	name := newName()
	if err := create(t.Context(), name, "template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return urlOf(name)
}

// Template is a database that is created once and copied for tests.
type Template struct {
	made func() (string, error)

	mu     sync.Mutex
	copied bool // whether a copy was ever taken
	// used are copies on PostgreSQL that tests no longer use. Creating a database takes
	// a server some 200 ms; restoring its content, a tenth of that.
	used []string
}

// NewTemplate returns a template that fill fills when the first copy is taken. fill must
// leave the database closed.
func NewTemplate(fill func(dsn string) error) *Template {
	temporary := os.TempDir() // a test may change it
	return &Template{made: sync.OnceValues(func() (string, error) {
		if OnPostgres() {
			name := newName()
			if err := create(context.Background(), name, "template0"); err != nil {
				return "", err
			}
			if err := fill(urlOf(name)); err != nil {
				return name, err
			}
			return name, remember(context.Background(), name)
		}
		folder, err := os.MkdirTemp(temporary, "diwan-template")
		if err != nil {
			return "", err
		}
		path := filepath.Join(folder, "diwan.db")
		return path, fill(path)
	})}
}

// Copy returns the DSN of a copy, which is removed after the test.
func (m *Template) Copy(t testing.TB) string {
	t.Helper()
	m.mu.Lock()
	m.copied = true
	m.mu.Unlock()
	template, err := m.made()
	if err != nil {
		t.Fatalf("make a template: %v", err)
	}
	if OnPostgres() {
		return m.onServer(t, template)
	}
	content, err := os.ReadFile(template)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "diwan.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (m *Template) onServer(t testing.TB, template string) string {
	t.Helper()
	name, err := m.takeUsed(), error(nil)
	if name != "" {
		err = restore(t.Context(), name)
	} else {
		name = newName()
		err = create(t.Context(), name, template)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.used = append(m.used, name)
	})
	return urlOf(name)
}

// takeUsed returns a copy that a test no longer uses; "" if there is none.
func (m *Template) takeUsed() (name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last := len(m.used) - 1; last >= 0 {
		name, m.used = m.used[last], m.used[:last]
	}
	return name
}

// Remove removes the template and its copies, of which no more may be taken.
func (m *Template) Remove() error {
	if !m.copied {
		return nil
	}
	template, err := m.made()
	if !OnPostgres() {
		return errors.Join(err, os.RemoveAll(filepath.Dir(template)))
	}
	for _, name := range append(m.used, template) {
		err = errors.Join(err, drop(context.Background(), name))
	}
	return err
}

// remember saves the content of a database in a schema of its own, for restore.
func remember(ctx context.Context, name string) error {
	return run(ctx, urlOf(name), `DO $$ DECLARE kept text; BEGIN
		CREATE SCHEMA pristine;
		FOR kept IN `+tables+` LOOP EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', kept, kept); END LOOP;
	END $$`)
}

// restore restores the content that remember saved.
func restore(ctx context.Context, name string) error {
	return run(ctx, urlOf(name), `DO $$ DECLARE kept text; BEGIN
		EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('public.%I', kept.relname), ', ') FROM (`+tables+`) kept);
		FOR kept IN `+tables+` LOOP EXECUTE format('INSERT INTO public.%I SELECT * FROM pristine.%I', kept, kept); END LOOP;
	END $$`)
}

// tables lists the tables in the order of their creation: each after those that it
// refers to.
const tables = `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid`

var databases atomic.Int64

// newName returns a name that no other test of the server uses.
func newName() string {
	return fmt.Sprintf("diwan_test_%d_%d", os.Getpid(), databases.Add(1))
}

// urlOf is the server's URL with another database.
func urlOf(name string) string {
	address, err := url.Parse(os.Getenv(ServerVariable))
	if err != nil {
		return "postgres://the-URL-in-" + ServerVariable + "-is-wrong/"
	}
	address.Path = "/" + name
	return address.String()
}

// create copies a template. Its locale is the server's: Diwan does not depend on the
// database's order of letters.
func create(ctx context.Context, name, template string) error {
	return administer(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY") // faster without fsync
}

func drop(ctx context.Context, name string) error {
	return administer(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func administer(ctx context.Context, statement string) error {
	return run(ctx, os.Getenv(ServerVariable), statement)
}

// run runs one statement on a database of the server.
func run(ctx context.Context, dsn, statement string) error {
	connection, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", ServerVariable, err)
	}
	defer connection.Close(context.WithoutCancel(ctx))
	if _, err := connection.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%.60s: %w", statement, err)
	}
	return nil
}
