package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// fillPostgres makes the databases that the server does not have. Diwan's is a copy of
// the SQLite file where there is one, else imported.
func (o options) fillPostgres(m *made) error {
	if o.postgres == "" {
		return errors.New("set DIWAN_TEST_POSTGRES to the URL of a server where you may create databases, or run scripts/with-postgres")
	}
	sqlite := m.diwan
	m.diwan, m.plain, m.repeated = o.inPostgres("diwan_bench"), o.inPostgres("handwritten"), o.inPostgres("handwritten_repeated")
	fills := []struct {
		database string
		fill     func() error
	}{
		{m.diwan, func() error { return o.fillDiwan(m, sqlite) }},
		{m.plain, func() error { return o.fillSQLite(m, m.plain) }},
		{m.repeated, func() error { return o.fillSQLite(m, m.repeated, "-repeated") }},
	}
	for _, f := range fills {
		created, err := o.create(f.database)
		if err != nil {
			return err
		}
		if !created {
			continue
		}
		fmt.Fprintf(os.Stderr, "filling %s\n", nameOf(f.database))
		began := time.Now()
		if err := f.fill(); err != nil {
			return errors.Join(err, o.drop(f.database)) // half a database would be taken for a whole one
		}
		fmt.Fprintf(os.Stderr, "took %.0f s\n", time.Since(began).Seconds())
	}
	return nil
}

func (o options) fillDiwan(m *made, sqlite string) error {
	if _, err := os.Stat(sqlite); err == nil {
		return run(os.Stderr, m.binaries[0].path, "copy", "--from", sqlite, "--to", m.diwan)
	}
	o.database = "sqlite"
	if _, err := o.prepare(); err != nil {
		return err
	}
	return run(os.Stderr, m.binaries[0].path, "copy", "--from", sqlite, "--to", m.diwan)
}

// inPostgres is the URL of a database for so many articles.
func (o options) inPostgres(name string) string {
	u, err := url.Parse(o.postgres)
	if err != nil {
		return o.postgres // connecting says what is wrong
	}
	u.Path = "/" + name + "_" + strconv.Itoa(o.articles)
	return u.String()
}

func nameOf(database string) string {
	u, err := url.Parse(database)
	if err != nil || u.Path == "" {
		return database
	}
	return u.Path[1:]
}

// create creates a database, and reports false if it is there.
func (o options) create(database string) (bool, error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, o.postgres)
	if err != nil {
		return false, err
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", nameOf(database)).Scan(&there); err != nil || there {
		return false, err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{nameOf(database)}.Sanitize())
	return err == nil, err
}

func (o options) drop(database string) error {
	return o.administer("DROP DATABASE IF EXISTS " + pgx.Identifier{nameOf(database)}.Sanitize() + " WITH (FORCE)")
}

// clone copies a database, so that the one that is kept stays as it is.
func (o options) clone(from, to string) error {
	if err := o.drop(to); err != nil {
		return err
	}
	return o.administer("CREATE DATABASE " + pgx.Identifier{nameOf(to)}.Sanitize() + " TEMPLATE " + pgx.Identifier{nameOf(from)}.Sanitize())
}

func (o options) administer(statement string) error { return administer(o.postgres, statement) }

// administer runs statements without arguments.
func administer(database, statements string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statements)
	return err
}
