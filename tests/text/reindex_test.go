package text

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// damage empties the index and marks it as that of an older version of diwan.
func damage(t testing.TB, d testserver.Database, statements ...string) {
	t.Helper()
	db := d.Open(t)
	defer db.Close()
	for _, statement := range append([]string{
		"DELETE FROM article_index", "DELETE FROM title_index", "DELETE FROM node_index", "DELETE FROM suggestions", "DELETE FROM node_uses", "DELETE FROM search_words",
		"UPDATE search_state SET value = 0 WHERE name = 'analysis'",
	}, statements...) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// A server that finds an older index rebuilds it while it serves.
func TestAnOlderIndexIsRebuilt(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	whole := testserver.StartDemo(t)
	want := search(t, whole, "العراق", variables{"first": 100}).called()
	dsn := string(testserver.NewDemoDatabase(t))
	damage(t, testserver.Database(dsn))
	s := testserver.Start(t, func(c *app.Config) { c.Database, c.Demo = dsn, true })
	deadline := time.Now().Add(time.Minute)
	for !slices.Equal(search(t, s, "العراق", variables{"first": 100}).called(), want) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute, search = %q, want %q", search(t, s, "العراق", nil).called(), want)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := search(t, s, "Macrron", nil); deref(got.CorrectedQuery) == "" {
		t.Error("search(Macrron) has no correction, want one from the words of the texts")
	}
}

func TestReindexResumes(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	dsn := string(testserver.NewDemoDatabase(t))
	config := app.Config{Database: dsn}
	// A rebuild that was killed after the first 7 articles leaves this mark. The index of
	// these is empty here as well, which shows that they are not indexed again.
	damage(t, testserver.Database(dsn), "INSERT INTO search_state (name, value) VALUES ('rebuilt by analysis 1', 7)")
	var steps []int
	if err := app.Reindex(t.Context(), config, func(done, _ int) { steps = append(steps, done) }); err != nil {
		t.Fatal(err)
	}
	if len(steps) != 1 || steps[0] != 40 {
		t.Errorf("steps = %v, want one, up to all 40 articles", steps)
	}
	if rows := testserver.Database(dsn).Rows(t, "SELECT COUNT(*) FROM article_index"); rows[0] != "33" {
		t.Errorf("%s articles were indexed, want the 33 after the mark", rows[0])
	}
	// A second run starts from the beginning.
	if err := app.Reindex(t.Context(), config, nil); err != nil {
		t.Fatal(err)
	}
	s := testserver.Start(t, func(c *app.Config) { c.Database, c.Demo = dsn, true })
	if got, want := search(t, s, "العراق", nil).called(), search(t, testserver.StartDemo(t), "العراق", nil).called(); !slices.Equal(got, want) {
		t.Errorf("after reindex = %q, want %q", got, want)
	}
}

func TestTheReindexCommandRebuildsTheIndex(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	if storetest.OnPostgres() {
		t.Skip("the command is the same for both kinds of database")
	}
	dsn := string(testserver.NewDemoDatabase(t))
	damage(t, testserver.Database(dsn))
	r := testserver.Database(dsn).Run(context.Background(), strings.NewReader(""), "reindex")
	if r.Status != 0 || !strings.Contains(r.Stdout, "is made anew: all names, and 40 articles") {
		t.Errorf("reindex = %d, %q, %q, want 0 and a line with 40 articles", r.Status, r.Stdout, r.Stderr)
	}
	if r := testserver.Database("/nowhere/at-all.db").Run(context.Background(), strings.NewReader(""), "reindex"); r.Status == 0 || !strings.Contains(r.Stderr, "there is no database /nowhere/at-all.db") {
		t.Errorf("reindex of a missing database = %d, %q, want an error", r.Status, r.Stderr)
	}
}

// A new version of diwan brings its new names to countries that nobody has changed.
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
		t.Errorf("countries with aliases = %v, want IQ, which nobody changed", aliases)
	}
	if got := search(t, s, "عراقيون", variables{"types": []string{"COUNTRY"}}).called(); !slices.Contains(got, "IQ") {
		t.Errorf("search(عراقيون) = %v, want the country by its demonym", got)
	}
}
