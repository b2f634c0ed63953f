package database

import (
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/model"
)

// openFile opens a new SQLite file with these statements run.
func openFile(t *testing.T, statements ...string) Engine {
	t.Helper()
	e, err := Open(t.Context(), Config{DSN: filepath.Join(t.TempDir(), "diwan.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() }) // some are closed already
	for _, statement := range statements {
		if err := e.Writer().Exec(statement).Error; err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return e
}

// What was acknowledged survives power loss only if every commit reaches the
// disk (synchronous=FULL), and readers wait for no writer only in WAL mode.
func TestTheWriterOfSQLiteIsDurable(t *testing.T) {
	t.Parallel()
	s := openFile(t)
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

// Servers that create a file and open it at the same time wait for each other.
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

// A snapshot does not see what is written after it began.
func TestSnapshotsOfSQLite(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE rows (id INTEGER PRIMARY KEY)", "INSERT INTO rows VALUES (1)")
	failed := errors.New("no")
	err := e.Snapshot(t.Context(), func(on Snapshot) error {
		count := func() (n int) {
			if err := on.Scan(&n, sql.Text("SELECT COUNT(*) FROM rows WHERE id < ?", 9)); err != nil {
				t.Error(err)
			}
			return n
		}
		before := count()
		err := e.Transaction(t.Context(), func(db *gorm.DB) error {
			return errors.Join(e.TakeTurn(db), db.Exec("INSERT INTO rows VALUES (2)").Error)
		})
		if after := count(); err != nil || before != 1 || after != 1 {
			t.Errorf("rows = %d, then %d, %v, want 1 both times", before, after, err)
		}
		ran := 0
		run := func(err error) func() error { return func() error { ran++; return err } }
		if err := on.Together(run(nil), run(failed), run(nil)); !errors.Is(err, failed) || ran != 2 {
			t.Errorf("Together = %v after %d loads, want the error of the second and no third", err, ran)
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Errorf("Snapshot = %v, want the error of f", err)
	}
}

func TestTransactionsOfSQLite(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE rows (id INTEGER PRIMARY KEY)")
	failed := errors.New("no")
	insert := func(id int, then error) error {
		return e.Transaction(t.Context(), func(db *gorm.DB) error {
			return errors.Join(db.Exec("INSERT INTO rows VALUES (?)", id).Error, then)
		})
	}
	if err := insert(1, nil); err != nil {
		t.Fatal(err)
	}
	if err := insert(2, failed); !errors.Is(err, failed) {
		t.Errorf("Transaction = %v, want the error of f", err)
	}
	if err := insert(1, nil); !errors.Is(err, gorm.ErrDuplicatedKey) {
		t.Errorf("a key that is taken = %v, want it translated", err)
	}
	var rows int
	err := e.Alone(t.Context(), func() error { return e.Reader().Raw("SELECT COUNT(*) FROM rows").Scan(&rows).Error })
	if err != nil || rows != 1 {
		t.Errorf("rows = %d, %v, want the one of the first transaction", rows, err)
	}
}

// A caller who cannot write because another program does gets UNAVAILABLE, and one who
// has left the error of the context.
func TestBusyFile(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE rows (id INTEGER)", "PRAGMA busy_timeout = 0")
	e.(*sqlite).patience = 0
	path := e.Reader().Dialector.(sqliteDialector).DSN
	other, err := Open(t.Context(), Config{DSN: strings.TrimPrefix(strings.Split(path, "?")[0], "file:")})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	err = other.Transaction(t.Context(), func(*gorm.DB) error {
		busy := e.Transaction(t.Context(), func(*gorm.DB) error { return nil })
		wantUnavailable(t, "a write while another program writes", Troubled(t.Context(), e, busy))
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := Troubled(gone, e, busy); !errors.Is(err, context.Canceled) || model.CodeOf(err) != "" {
			t.Errorf("the same for a caller who has left = %v, want that said", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ours := errors.New("out of paper")
	if err := Troubled(t.Context(), e, ours); err != ours {
		t.Errorf("an error of ours = %v, want it unchanged", err)
	}
	if err := Troubled(t.Context(), e, nil); err != nil {
		t.Errorf("no error = %v", err)
	}
}

// A caller who leaves in the middle of a read gets the error of the context. That is not
// what the end of the transaction says: database/sql has undone it by then.
func TestReadOfACallerWhoLeaves(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE rows (id INTEGER)")
	ctx, cancel := context.WithCancel(t.Context())
	err := e.Snapshot(ctx, func(Snapshot) error {
		cancel()
		var n int
		for range 200 { // other reads, in which time the transaction is undone
			if err := e.Reader().Raw("SELECT COUNT(*) FROM rows").Scan(&n).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		t.Fatal("a read of a caller who has left succeeded")
	}
	if err := Troubled(ctx, e, err); !errors.Is(err, context.Canceled) {
		t.Errorf("a read whose caller left = %v, want that said", err)
	}
	if err := Troubled(ctx, e, databasesql.ErrTxDone); !errors.Is(err, context.Canceled) {
		t.Errorf("a transaction that is done = %v, want that the caller has left", err)
	}
	if err := Troubled(ctx, e, sqlite3.Error{Code: sqlite3.ErrInterrupt}); !errors.Is(err, context.Canceled) {
		t.Errorf("a statement that was stopped = %v, want that the caller has left", err)
	}
	if err := Troubled(t.Context(), e, databasesql.ErrTxDone); err != databasesql.ErrTxDone {
		t.Errorf("a transaction that is done while the caller waits = %v, want it unchanged", err)
	}
}

// The SQL in which databases differ, run on SQLite.
func TestStatementsOfSQLite(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE rows (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES rows (id), name TEXT)",
		"INSERT INTO rows (id, parent, name) VALUES (1, NULL, 'a'), (2, 1, 'b\"'), (3, 1, 'ج'), (4, 2, 'd')",
		`CREATE VIRTUAL TABLE found USING fts5 (terms, tokenize = "unicode61 categories 'L* M* N* P* S* Co'")`)
	ask := func(what string, statement sql.Clause, want string) {
		t.Helper()
		var got []string
		if err := e.Reader().Raw(statement.SQL, statement.Args...).Scan(&got).Error; err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v, want %s", what, got, err, want)
		}
	}
	ask("keys", e.Keys("k", []int64{3, -1}).Wrap("SELECT k.value FROM ", ""), "3 -1")
	ask("texts", e.Texts("k", []string{"b\"", "ج"}).Wrap("SELECT k.value FROM ", ""), "b\" ج")
	ask("rows among keys", Among(e, "id", []int64{2, 3, 9}).Wrap("SELECT id FROM rows WHERE ", " ORDER BY id"), "2 3")
	ask("rows among texts, without those that have a NUL", Among(e, "name", []string{"b\"", "a\x00"}).Wrap("SELECT id FROM rows WHERE ", ""), "2")
	ask("among none", Among(e, "id", []int64{}).Wrap("SELECT id FROM rows WHERE ", ""), "")
	ask("among what no text is", Among(e, "name", []string{"\x00"}).Wrap("SELECT id FROM rows WHERE ", ""), "")
	walk := sql.Text("SELECT child.id FROM rows child WHERE child.parent = p.value ORDER BY child.id DESC LIMIT ?", 1)
	ask("a walk for each parent", sql.Join(" ", sql.Text("SELECT p.value || ':' || n.id"), e.Walks(e.Keys("p", []int64{1, 2, 3}), "rows", walk), sql.Text("ORDER BY p.value")), "1:3 2:4")
	ask("what belongs to another", sql.Text("SELECT n.id FROM rows n WHERE "+e.Belongs("n.id", "child.parent", "FROM rows child WHERE child.name = 'd'")), "2")
	ask("the last key given out", sql.Text("SELECT seq FROM "+e.Sequences()+" WHERE name = 'rows'"), "4")
	for table, want := range map[string]string{"rows": "1", "columns": "0"} {
		ask("is there a table "+table, sql.Text(e.HasTable(), table), want)
	}
	err := e.Transaction(t.Context(), func(db *gorm.DB) error {
		return errors.Join(db.Exec(e.DeferChecks()).Error, db.Exec("INSERT INTO rows (id, parent) VALUES (5, 6)").Error, db.Exec("INSERT INTO rows (id) VALUES (6)").Error)
	})
	if err != nil {
		t.Errorf("a row before the one that it refers to: %v", err)
	}
	terms := e.Terms(fulltext.Index{Words: []string{"one", "", "two"}, Terms: []string{"xkey"}})
	if err := e.Writer().Exec("INSERT INTO found (rowid, terms) VALUES (7, "+terms.SQL+")", terms.Args...).Error; err != nil {
		t.Fatal(err)
	}
	for want, expression := range map[string]match.Expression{
		"7": match.All(match.Term("xkey"), match.Phrase([]string{"two"})),
		"":  match.Phrase([]string{"one", "two"}), // of two fields
	} {
		ask("rows of an index", e.Matching("found", expression).Wrap("SELECT x.rowid FROM found x WHERE ", ""), want)
	}
}

// Only one copy at a time has a file, until it releases it.
func TestClaimOfAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "diwan.db")
	e, err := Open(t.Context(), Config{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	release, err := e.Claim(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Claim(t.Context()); !errors.Is(err, ErrClaimed) {
		t.Errorf("a second claim = %v, want it refused", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = e.Claim(t.Context())
	if err != nil {
		t.Fatalf("a claim after the first was released = %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(path + "-copying*"); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// A file holds drafts: only its owner can read it.
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "diwan.db")
	e, err := Open(t.Context(), Config{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Migrator()
	if err != nil || m.Suffix != "sqlite" || m.Pool == nil {
		t.Errorf("Migrator = %+v, %v", m, err)
	}
	if err := errors.Join(m.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file = %v, %v, want 0600", info.Mode(), err)
	}
	if _, err := Open(t.Context(), Config{DSN: filepath.Join(path, "diwan.db")}); err == nil || !strings.Contains(err.Error(), "make database ") {
		t.Errorf("a path through a file = %v, want an error that names it", err)
	}
	garbage := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("This is a text. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{DSN: garbage}); err == nil || !strings.Contains(err.Error(), "open database ") {
		t.Errorf("a file that is no database = %v, want an error that names it", err)
	}
	if version := SQLiteVersion(); !strings.HasPrefix(version, "3.") {
		t.Errorf("SQLiteVersion = %s", version)
	}
}

// Statements are reported without their values; quiet ones are not reported.
func TestRoundTripsAreReported(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var trips []model.RoundTrip
	e, err := Open(t.Context(), Config{DSN: filepath.Join(t.TempDir(), "diwan.db"), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
		mu.Lock()
		defer mu.Unlock()
		trips = append(trips, trip)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var n int
	for _, ctx := range []context.Context{t.Context(), Quietly(t.Context())} {
		if err := e.Reader().WithContext(ctx).Raw("SELECT ? + 1", 41).Scan(&n).Error; err != nil || n != 42 {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if err := e.Reader().WithContext(t.Context()).Raw("SELECT nothing").Scan(&n).Error; err == nil {
		t.Fatal("a statement that is wrong did not fail")
	}
	if len(trips) != 2 || trips[0].Statements[0].SQL != "SELECT ? + 1" || trips[0].Statements[0].Rows != 1 || trips[0].Failed || !trips[1].Failed {
		t.Errorf("round trips = %+v, want the first statement, and the one that failed", trips)
	}
}

// A file is closed whole: the files beside it go, even if a statement runs at the time.
func TestClosingWaitsForReads(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE rows (id INTEGER)")
	reading, read := make(chan struct{}), make(chan error)
	go func() {
		read <- e.Snapshot(context.Background(), func(s Snapshot) error {
			var n int
			err := s.Scan(&n, sql.Text("SELECT COUNT(*) FROM rows"))
			close(reading)
			time.Sleep(50 * time.Millisecond)
			return err
		})
	}()
	<-reading
	if err := e.Close(); err != nil {
		t.Errorf("close = %v, want it to wait", err)
	}
	wantClosed(t, e)
	if err := <-read; err != nil {
		t.Errorf("the read = %v, want its rows", err)
	}
}

// A context that ends about when a statement does can leave the connection interrupted.
// The file is closed whole all the same.
func TestClosingAfterAnInterruption(t *testing.T) {
	t.Parallel()
	for i := range 60 {
		e := openFile(t, "CREATE TABLE rows (id INTEGER)")
		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(time.Duration(i)*10*time.Microsecond, cancel).Stop()
		for range 5 {
			_ = e.Writer().WithContext(ctx).Exec("INSERT INTO rows VALUES (1)").Error // fails from some moment on
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		wantClosed(t, e)
	}
}

// wantClosed wants no files beside the database.
func wantClosed(t *testing.T, e Engine) {
	t.Helper()
	path := strings.TrimPrefix(strings.Split(e.Reader().Dialector.(sqliteDialector).DSN, "?")[0], "file:")
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + suffix); !os.IsNotExist(err) {
			t.Errorf("%s is there after closing", suffix)
		}
	}
}

// A full disk is not the server's fault, and what was written before stays.
func TestSQLiteWithoutRoom(t *testing.T) {
	t.Parallel()
	e := openFile(t, "CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('kept')")
	pages := 0
	if err := e.Writer().Raw("PRAGMA page_count").Scan(&pages).Error; err != nil {
		t.Fatal(err)
	}
	if err := e.Writer().Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Error; err != nil {
		t.Fatal(err)
	}
	err := Troubled(t.Context(), e, e.Writer().Exec("INSERT INTO notes VALUES (zeroblob(1000000))").Error)
	if model.CodeOf(err) != model.CodeUnavailable || !strings.Contains(err.Error(), "out of room") {
		t.Errorf("writing without room = %v, want UNAVAILABLE", err)
	}
	if err := e.Writer().Exec("UPDATE notes SET text = 'still'").Error; err != nil {
		t.Errorf("afterwards what needs no room = %v, want nil", err)
	}
}
