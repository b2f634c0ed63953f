package database

import (
	"path/filepath"
	"sync"
	"testing"
)

// What was acknowledged survives power loss only if every commit reaches the
// disk (synchronous=FULL), and readers wait for no writer only in WAL mode.
func TestTheWriterOfSQLiteIsDurable(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Config{DSN: filepath.Join(t.TempDir(), "diwan.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "30000"} {
		var got string
		if err := s.Writer().Raw("PRAGMA " + pragma).Scan(&got).Error; err != nil || got != want {
			t.Errorf("PRAGMA %s = %s, %v, want %s", pragma, got, err, want)
		}
	}
	if err := s.Reader().Exec("CREATE TABLE written (id INTEGER)").Error; err == nil {
		t.Error("a reader wrote")
	}
	pool, err := s.Writer().DB()
	if err != nil {
		t.Fatal(err)
	}
	if open := pool.Stats().MaxOpenConnections; open != 1 {
		t.Errorf("writers = %d, want 1", open)
	}
}

// Who makes a file and who opens it meanwhile wait for each other.
func TestAFileIsOpenedByManyAtOnce(t *testing.T) {
	t.Parallel()
	for range 20 {
		path := filepath.Join(t.TempDir(), "diwan.db")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				s, err := Open(t.Context(), Config{DSN: path})
				if err != nil {
					t.Error(err)
					return
				}
				_ = s.Close()
			})
		}
		all.Wait()
	}
}
