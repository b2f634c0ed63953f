package database

import (
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/model"
)

// What the disk does to a file is no fault of ours.
func TestTroubleWithTheFile(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE notes (id INTEGER)", "PRAGMA query_only = ON")
	err := TroubledWrite(t.Context(), e, e.Transaction(t.Context(), func(db *gorm.DB) error { return db.Exec("INSERT INTO notes VALUES (1)").Error }))
	if model.CodeOf(err) != model.CodeUnavailable || !strings.Contains(err.Error(), "can only be read at the moment; nothing was written, send it again") {
		t.Errorf("a write to a file that can only be read = %v, want UNAVAILABLE", err)
	}
	for code, want := range map[sqlite3.ErrNo]string{
		sqlite3.ErrFull: "out of room", sqlite3.ErrIoErr: "fails", sqlite3.ErrCantOpen: "fails", sqlite3.ErrPerm: "can only be read",
		sqlite3.ErrBusy: "has been writing", sqlite3.ErrConstraint: "", sqlite3.ErrCorrupt: "",
	} {
		if got := e.Trouble(sqlite3.Error{Code: code}); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("Trouble of %v = %q, want %q", code, got, want)
		}
	}
}
