package tests

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// damage makes the index what an older diwan would have left: another one.
func (d database) damage(t testing.TB, statements ...string) {
	t.Helper()
	db := d.open(t)
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

// A server that finds an older index makes it anew, and serves meanwhile.
func TestAnOlderIndexIsMadeAnew(t *testing.T) {
	t.Parallel()
	whole := startDemo(t)
	want := whole.search(t, "العراق", variables{"first": 100}).called()
	dsn := demoDatabase.Copy(t)
	database(dsn).damage(t)
	s := start(t, func(c *app.Config) { c.Database, c.Demo = dsn, true })
	deadline := time.Now().Add(time.Minute)
	for !slices.Equal(s.search(t, "العراق", variables{"first": 100}).called(), want) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute search finds %q, want %q", s.search(t, "العراق", nil).called(), want)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := s.search(t, "Macrron", nil); deref(got.CorrectedQuery) == "" {
		t.Error("the words of the texts are not known")
	}
}

func TestReindexGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	dsn := demoDatabase.Copy(t)
	config := app.Config{Database: dsn}
	// As one leaves it that was killed after the first 7 articles: the rest is not there.
	database(dsn).damage(t, "INSERT INTO search_state (name, value) VALUES ('rebuilt by analysis 1', 7)")
	var steps []int
	if err := app.Reindex(t.Context(), config, func(done, _ int) { steps = append(steps, done) }); err != nil {
		t.Fatal(err)
	}
	if len(steps) != 1 || steps[0] != 40 {
		t.Errorf("steps = %v, want it to go on to all 40 articles", steps)
	}
	if rows := database(dsn).rows(t, "SELECT COUNT(*) FROM article_index"); rows[0] != "33" {
		t.Errorf("%s articles are indexed, want the 33 that were left", rows[0])
	}
	// Again, from the start.
	if err := app.Reindex(t.Context(), config, nil); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *app.Config) { c.Database, c.Demo = dsn, true })
	if got, want := s.search(t, "العراق", nil).called(), startDemo(t).search(t, "العراق", nil).called(); !slices.Equal(got, want) {
		t.Errorf("after reindex = %q, want %q", got, want)
	}
}

func TestReindexCommand(t *testing.T) {
	t.Parallel()
	if storetest.OnPostgres() {
		t.Skip("the command takes either database alike")
	}
	dsn := demoDatabase.Copy(t)
	database(dsn).damage(t)
	r := database(dsn).run(context.Background(), strings.NewReader(""), "reindex")
	if r.status != 0 || !strings.Contains(r.stdout, "is made anew: all names, and 40 articles") {
		t.Errorf("reindex = %d, %q, %q", r.status, r.stdout, r.stderr)
	}
	if r := database("/nowhere/at-all.db").run(context.Background(), strings.NewReader(""), "reindex"); r.status == 0 || !strings.Contains(r.stderr, "there is no database /nowhere/at-all.db") {
		t.Errorf("of no database = %d, %q", r.status, r.stderr)
	}
}

// Countries that nobody changed get the names that a new version knows.
func TestCountriesGetNewNames(t *testing.T) {
	t.Parallel()
	dsn := emptyDatabase.Copy(t)
	s := start(t, func(c *app.Config) { c.Database = dsn })
	own := s.countryID(t, "FR")
	s.must(t, "update", "Country", variables{"id": own, "input": variables{"aliases": []variables{}}})
	db := database(dsn).open(t)
	defer db.Close()
	for _, statement := range []string{"UPDATE countries SET aliases = '[]' WHERE code IN ('IQ', 'FR')", "DELETE FROM setup_steps"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	n, err := app.Open(t.Context(), app.Config{Database: dsn, Now: func() time.Time { return moment }})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	aliases := database(dsn).rows(t, "SELECT code FROM countries WHERE code IN ('IQ', 'FR') AND aliases <> '[]'")
	if !slices.Equal(aliases, []string{"IQ"}) {
		t.Errorf("countries with aliases = %v, want those that nobody changed", aliases)
	}
	if got := s.search(t, "عراقيون", variables{"types": []string{"COUNTRY"}}).called(); !slices.Contains(got, "IQ") {
		t.Errorf("search(عراقيون) = %v, want the country by its demonym", got)
	}
}
