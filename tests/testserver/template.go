package testserver

import (
	"context"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// emptyDatabase holds only the countries, demoDatabase the demo newsroom.
var (
	emptyDatabase = template("empty.db", false)
	demoDatabase  = template("demo.db", true)
)

// NewDatabase returns a new database that holds only the countries.
func NewDatabase(t testing.TB) Database {
	t.Helper()
	return Database(emptyDatabase.Copy(t))
}

// NewDemoDatabase returns a new database that holds the demo newsroom.
func NewDemoDatabase(t testing.TB) Database {
	t.Helper()
	return Database(demoDatabase.Copy(t))
}

// template returns a database that is filled once: a SQLite file for all packages below
// tests/, a PostgreSQL database for each package.
func template(name string, demo bool) *storetest.Template {
	return storetest.NewTemplate(func(dsn string) error {
		fill := func() error { return FillDatabase(dsn, demo) }
		if storetest.OnPostgres() {
			return fill()
		}
		return cached(name, dsn, fill)
	})
}

// FillDatabase fills a database as the first start of a server does.
func FillDatabase(dsn string, demo bool) error {
	a, err := app.New(context.Background(), app.Config{
		Listen: "127.0.0.1:0", Database: dsn, Demo: demo, AdminToken: AdminToken, SiteName: "Diwan",
		Now: func() time.Time { return Moment },
	})
	if err != nil {
		return err
	}
	return a.Close()
}
