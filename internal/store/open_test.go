package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// OpenAsIs accepts a newsroom with the tables of this binary and no other database.
func TestOpenAsIs(t *testing.T) {
	t.Parallel()
	try := func(dsn string) error {
		t.Helper()
		s, err := store.OpenAsIs(t.Context(), database.Config{DSN: dsn}, "try again")
		if err == nil {
			err = s.Close()
		}
		return err
	}
	refused := func(what, dsn, want string) {
		t.Helper()
		if err := try(dsn); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	dsn := emptyDatabase.Copy(t)
	if err := try(dsn); err != nil {
		t.Errorf("a newsroom: %v", err)
	}
	refused("an empty database", storetest.Database(t), "there is no newsroom in ")
	db := direct(t, dsn)
	mustExec(t, db, "INSERT INTO setup_steps (name, finished) VALUES ('copy of change 1 at 2', FALSE)")
	refused("an unfinished copy", dsn, "is an unfinished copy")
	if _, err := store.Open(t.Context(), database.Config{DSN: dsn}); err == nil || !strings.Contains(err.Error(), "is an unfinished copy") {
		t.Errorf("Open of an unfinished copy: %v", err)
	}
	if _, err := store.Pending(t.Context(), database.Config{DSN: dsn}); err == nil || !strings.Contains(err.Error(), "is an unfinished copy") {
		t.Errorf("Pending of an unfinished copy: %v", err)
	}
	mustExec(t, db, "DELETE FROM goose_db_version WHERE version_id >= 12")
	refused("older tables", dsn, "has the tables of an older diwan")
	refused("a URL of no database", "mysql://host/name", "neither a path nor a URL")
}

// Only one copy at a time can open a database as its target.
func TestOpenForCopy(t *testing.T) {
	t.Parallel()
	config := database.Config{DSN: storetest.Database(t)}
	s, release, err := store.OpenForCopy(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.OpenForCopy(t.Context(), config); err == nil || !strings.Contains(err.Error(), "another diwan copy is writing to ") {
		t.Errorf("a second at once: %v, want it refused", err)
	}
	_, err = s.Ready(t.Context())
	if err := errors.Join(err, release(), s.Close()); err != nil {
		t.Fatal(err)
	}
	s, release, err = store.OpenForCopy(t.Context(), config)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := errors.Join(release(), s.Close()); err != nil {
		t.Fatal(err)
	}
	mustExec(t, direct(t, config.DSN), "DELETE FROM goose_db_version WHERE version_id >= 12")
	if _, _, err := store.OpenForCopy(t.Context(), config); err == nil || !strings.Contains(err.Error(), "has the tables of an older diwan") {
		t.Errorf("older tables: %v, want them refused", err)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	s := reopen(t, emptyDatabase.Copy(t))
	if got, err := s.Ready(t.Context()); err != nil || got != (model.Readiness{Read: true, Write: true}) {
		t.Errorf("Ready = %+v, %v, want all", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Ready(t.Context()); err == nil || got.Read || got.Write {
		t.Errorf("a closed store: Ready = %+v, %v, want nothing", got, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	other := open(t)
	if _, err := other.Articles(gone, readers(), model.Query{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("reading for a caller who has left = %v, want that said", err)
	}
	if other, err := store.Open(t.Context(), database.Config{DSN: filepath.Join(t.TempDir(), "missing", "diwan.db")}); err == nil {
		t.Errorf("a file in a folder that is not there = %v", other)
	}
}

// The time of a write is read when its turn comes.
func TestWriteNow(t *testing.T) {
	t.Parallel()
	s := open(t)
	err := s.WriteNow(t.Context(), samira, func() model.DateTime { return begin + 5 }, func(tx *store.Tx) error {
		if tx.At() != begin+5 {
			t.Errorf("At = %s, want the moment of the clock", tx.At())
		}
		return tx.InsertTopic(&model.Topic{Slug: "a", Named: names("en:A")})
	})
	if err != nil {
		t.Fatal(err)
	}
	topic, err := s.Topic(t.Context(), readers(), model.TopicBy{Slug: of("a")}, nil)
	if err != nil || topic.CreatedAt != begin+5 {
		t.Errorf("topic = %+v, %v, want it of that moment", topic, err)
	}
}
