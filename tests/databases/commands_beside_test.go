package databases

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// Commands that only read do not wait for writers.
func TestReadingCommandsStartWhileAnotherWrites(t *testing.T) {
	t.Parallel()
	testserver.SQLiteOnly(t)
	path := filepath.Join(t.TempDir(), "diwan.db")
	testserver.Start(t, func(c *app.Config) { c.Database = path })
	other, err := sql.Open("sqlite3", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	tx, err := other.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	n, err := app.Open(t.Context(), app.Config{Database: path})
	if err != nil {
		t.Fatalf("Open during a write: %v", err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}
