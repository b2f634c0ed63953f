package text

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// damage leaves the index as an older version of diwan would have.
func damage(t testing.TB, d testserver.Database, statements ...string) {
	t.Helper()
	db := d.Open(t)
	defer db.Close()
	for _, statement := range append([]string{
		"DELETE FROM article_index", "DELETE FROM node_index", "DELETE FROM suggestions", "DELETE FROM node_uses", "DELETE FROM search_words",
		"UPDATE search_state SET value = 0 WHERE name = 'analysis'",
	}, statements...) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// A server that finds an older index rebuilds it, and serves meanwhile.
func TestAnOlderIndexIsRebuilt(t *testing.T) {
	t.Parallel()
	testserver.Long(t)
	whole := testserver.StartDemo(t)
	want := search(t, whole, "العراق", variables{"first": 100}).called()
	dsn := string(testserver.NewDemoDatabase(t))
	damage(t, testserver.Database(dsn))
	s := testserver.Start(t, func(c *app.Config) { c.Database, c.Demo = dsn, true })
	deadline := time.Now().Add(time.Minute)
	for !slices.Equal(search(t, s, "العراق", variables{"first": 100}).called(), want) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute search finds %q, want %q", search(t, s, "العراق", nil).called(), want)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := search(t, s, "Macrron", nil); deref(got.CorrectedQuery) == "" {
		t.Error("the words of the texts are not known")
	}
}

func TestReindexResumes(t *testing.T) {
	testserver.Long(t)
	t.Parallel()
	dsn := string(testserver.NewDemoDatabase(t))
	config := app.Config{Database: dsn}
	// This is how a rebuild that was killed after the first 7 articles leaves it: the
	// rest is missing.
	damage(t, testserver.Database(dsn), "INSERT INTO search_state (name, value) VALUES ('rebuilt by analysis 1', 7)")
	var steps []int
	if err := app.Reindex(t.Context(), config, func(done, _ int) { steps = append(steps, done) }); err != nil {
		t.Fatal(err)
	}
	if len(steps) != 1 || steps[0] != 40 {
		t.Errorf("steps = %v, want it to go on to all 40 articles", steps)
	}
	if rows := testserver.Database(dsn).Rows(t, "SELECT COUNT(*) FROM article_index"); rows[0] != "33" {
		t.Errorf("%s articles are indexed, want the 33 that were left", rows[0])
	}
	// Once more, from the start.
	if err := app.Reindex(t.Context(), config, nil); err != nil {
		t.Fatal(err)
	}
	s := testserver.Start(t, func(c *app.Config) { c.Database, c.Demo = dsn, true })
	if got, want := search(t, s, "العراق", nil).called(), search(t, testserver.StartDemo(t), "العراق", nil).called(); !slices.Equal(got, want) {
		t.Errorf("after reindex = %q, want %q", got, want)
	}
}

func TestTheReindexCommandRebuildsTheIndex(t *testing.T) {
	testserver.Long(t)
	t.Parallel()
	if storetest.OnPostgres() {
		t.Skip("the command takes either database alike")
	}
	dsn := string(testserver.NewDemoDatabase(t))
	damage(t, testserver.Database(dsn))
	r := testserver.Database(dsn).Run(context.Background(), strings.NewReader(""), "reindex")
	if r.Status != 0 || !strings.Contains(r.Stdout, "is made anew: all names, and 40 articles") {
		t.Errorf("reindex = %d, %q, %q", r.Status, r.Stdout, r.Stderr)
	}
	if r := testserver.Database("/nowhere/at-all.db").Run(context.Background(), strings.NewReader(""), "reindex"); r.Status == 0 || !strings.Contains(r.Stderr, "there is no database /nowhere/at-all.db") {
		t.Errorf("of no database = %d, %q", r.Status, r.Stderr)
	}
}

// Countries that nobody has changed get the names that a new version knows.
func TestCountriesGetNewNames(t *testing.T) {
	t.Parallel()
	dsn := string(testserver.NewDatabase(t))
	s := testserver.Start(t, func(c *app.Config) { c.Database = dsn })
	own := s.CountryID(t, "FR")
	must(t, s, "update", "Country", variables{"id": own, "input": variables{"aliases": []variables{}}})
	db := testserver.Database(dsn).Open(t)
	defer db.Close()
	for _, statement := range []string{"UPDATE countries SET aliases = '[]' WHERE code IN ('IQ', 'FR')", "DELETE FROM setup_steps"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	n, err := app.Open(t.Context(), app.Config{Database: dsn, Now: func() time.Time { return testserver.Moment }})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	aliases := testserver.Database(dsn).Rows(t, "SELECT code FROM countries WHERE code IN ('IQ', 'FR') AND aliases <> '[]'")
	if !slices.Equal(aliases, []string{"IQ"}) {
		t.Errorf("countries with aliases = %v, want those that nobody changed", aliases)
	}
	if got := search(t, s, "عراقيون", variables{"types": []string{"COUNTRY"}}).called(); !slices.Contains(got, "IQ") {
		t.Errorf("search(عراقيون) = %v, want the country by its demonym", got)
	}
}
