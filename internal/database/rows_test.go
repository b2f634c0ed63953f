package database

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// kept is a table with a column of every kind, under names that GORM and tags give.
const kept = `CREATE TABLE kept (id BIGINT NOT NULL, parent BIGINT, title TEXT NOT NULL, note TEXT, public BOOLEAN NOT NULL, hidden BOOLEAN,
	ratio DOUBLE PRECISION NOT NULL, sort_key BLOB NOT NULL, names TEXT NOT NULL, published_at BIGINT, nobodys TEXT)`

const keptRows = `INSERT INTO kept (id, parent, title, note, public, hidden, ratio, sort_key, names, published_at) VALUES
	(9007199254740993, NULL, 'الموازنة', NULL, TRUE, NULL, 0.5, ?, '[{"value":"العراق","language":"ar"}]', NULL),
	(-1, 7, '', 'a "note"', FALSE, TRUE, 2, ?, '[]', 1600000000000)`

type titled struct {
	Title model.Language
	Note  *string
}

type keptRow struct {
	Key    int64 `gorm:"column:id"`
	Parent *int
	titled
	Titled      titled `gorm:"embedded"`
	Public      bool
	Hidden      *bool
	Ratio       float64
	SortKey     []byte
	LocalNames  model.LocalizedTexts `gorm:"column:names"`
	PublishedAt *model.DateTime
	Ignored     string `gorm:"-"`
	Unread      string
}

func keptEngine(t *testing.T, e Engine, statement string) {
	t.Helper()
	for _, s := range []sql.Clause{sql.Text(statement), sql.Text(keptRows, []byte{0, 255}, []byte{})} {
		if err := e.Writer().Exec(s.SQL, s.Args...).Error; err != nil {
			t.Fatal(err)
		}
	}
}

func TestRowsOfSQLite(t *testing.T) {
	t.Parallel()
	e := openFile(t)
	keptEngine(t, e, kept)
	wantRows(t, e)
	wantBadRows(t, e)
}

func TestRowsOfPostgres(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 2)
	keptEngine(t, d, strings.ReplaceAll(kept, "BLOB", "BYTEA"))
	wantRows(t, d)
	wantBadRows(t, d)
}

// wantRows reads rows into everything that rows can be read into, as GORM does.
func wantRows(t *testing.T, e Engine) {
	t.Helper()
	all := sql.Text("SELECT * FROM kept WHERE id <> ? ORDER BY id", 5)
	of := func(columns string, where string) sql.Clause {
		return sql.Text("SELECT " + columns + " FROM kept WHERE " + where)
	}
	sameAsGORM[[]keptRow](t, e, all)
	sameAsGORM[[]*keptRow](t, e, all)
	sameAsGORM[[]keptRow](t, e, of("*", "id = 5"))
	sameAsGORM[keptRow](t, e, of("*", "id = -1"))
	sameAsGORM[*keptRow](t, e, of("*", "id = -1"))
	sameAsGORM[keptRow](t, e, of("*", "id = 5"))
	sameAsGORM[[]struct{ ID int64 }](t, e, of("id, title AS another", "id = -1"))
	sameAsGORM[[]int64](t, e, of("id", "TRUE ORDER BY id"))
	sameAsGORM[[]string](t, e, of("title", "TRUE ORDER BY id"))
	sameAsGORM[int](t, e, of("id", "id = -1"))
	sameAsGORM[bool](t, e, of("TRUE", "id = -1"))
	sameAsGORM[string](t, e, of("title", "id > 0"))
	sameAsGORM[*model.DateTime](t, e, of("published_at", "id = -1"))
	sameAsGORM[int](t, e, of("id", "id = 5"))
	err := e.Snapshot(t.Context(), func(on Snapshot) error {
		rows := []keptRow{{Unread: "from before"}, {}, {}}
		if err := on.Scan(&rows, all); err != nil || len(rows) != 2 || rows[0].Unread != "" {
			t.Errorf("a list that was not empty = %+v, %v, want the rows alone", rows, err)
		}
		var parents []*int64
		var names model.LocalizedTexts
		err := errors.Join(on.Scan(&parents, of("parent", "TRUE ORDER BY id")), on.Scan(&names, of("names", "id > 0")))
		if err != nil || len(parents) != 2 || *parents[0] != 7 || parents[1] != nil || len(names) != 1 {
			t.Errorf("what GORM does not read = %v, %v, %v", parents, names, err)
		}
		first, second := []*keptRow{}, []*keptRow{} // of which neither is the other's
		err = errors.Join(on.Scan(&first, all), on.Scan(&second, of("id", "TRUE ORDER BY id")))
		if first[0].Titled.Note == nil || second[0].Titled.Note != nil || second[0].Key != -1 {
			t.Errorf("rows = %+v, then %+v", first[0], second[0])
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func sameAsGORM[T any](t *testing.T, e Engine, statement sql.Clause) {
	t.Helper()
	var got, want T
	if err := e.Snapshot(t.Context(), func(on Snapshot) error { return on.Scan(&got, statement) }); err != nil {
		t.Errorf("%T: %v", got, err)
		return
	}
	if kind := reflect.TypeFor[T]().Kind(); kind == reflect.Slice && reflect.ValueOf(got).IsNil() {
		t.Errorf("%T is nil, want it empty", got)
	}
	done := e.Reader().WithContext(t.Context()).Raw(statement.SQL, statement.Args...).Scan(&want)
	if list := reflect.ValueOf(&want).Elem(); list.Kind() == reflect.Slice && list.IsNil() { // GORM's, without rows
		list.Set(reflect.MakeSlice(list.Type(), 0, 0))
	}
	if done.Error != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read as %+v, want %+v, %v", statement.SQL, got, want, done.Error)
	}
}

// wantBadRows reads what does not fit: the error says which column it is.
func wantBadRows(t *testing.T, e Engine) {
	t.Helper()
	var n int64
	var small []int8
	var strange []struct{ Title float32 }
	for _, c := range []struct {
		columns, want string
		into          any
	}{
		{"parent", "column parent: NULL cannot be read into a int64", &[]struct{ Parent int64 }{}},
		{"note AS title", "column title: NULL cannot be read into a string", &[]struct{ Title string }{}},
		{"hidden", "column hidden: NULL cannot be read into a bool", &[]struct{ Hidden bool }{}},
		{"note AS names", "column names: read a JSON column: ", &[]keptRow{}},
		{"title AS names", "column names: read a JSON column: ", &[]*keptRow{}},
		{"title AS id", "column id: a text cannot be read into a int64", &[]keptRow{}},
		{"id AS public", "column public: 9007199254740993 cannot be read into a bool", &[]keptRow{}},
		{"id AS title", "column title: 9007199254740993 cannot be read into a model.Language", &[]keptRow{}},
		{"id", "9007199254740993 cannot be read into a int8", &small},
		{"parent", "NULL cannot be read into a int64", &n},
		{"id, title", "2 columns cannot be read into one int64", &n},
		{"title", "column title of a struct { Title float32 }: a float32 is not read from a column", &strange},
		{"title", "a map[string]interface {} is not read from a column", &map[string]any{}},
		{"id", "cannot be read into a int64", n},
		{"id", "cannot be read into a *int64", (*int64)(nil)},
		{"missing", "missing", &n},
	} {
		err := e.Snapshot(t.Context(), func(on Snapshot) error {
			return on.Scan(c.into, sql.Text("SELECT "+c.columns+" FROM kept WHERE id > 0"))
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s read into a %T = %v, want an error with %q", c.columns, c.into, err, c.want)
		}
	}
}

// Lists that are longer than those that are kept are read all the same.
func TestManyRows(t *testing.T) {
	t.Parallel()
	e := openFile(t)
	for _, n := range []int{1, 9, maxSpare + 1, 3} {
		var rows []*struct{ Value int }
		err := e.Snapshot(t.Context(), func(on Snapshot) error {
			return on.Scan(&rows, sql.Text("WITH RECURSIVE up(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM up LIMIT ?) SELECT value FROM up", n))
		})
		if err != nil || len(rows) != n || cap(rows) != n {
			t.Fatalf("rows = %d, %v, want %d", len(rows), err, n)
		}
		for i, row := range rows {
			if row.Value != i+1 {
				t.Fatalf("row %d = %d", i, row.Value)
			}
		}
	}
}

// Arguments are bound as database/sql binds them.
func TestArgumentsOfSnapshots(t *testing.T) {
	t.Parallel()
	e := openFile(t)
	for want, arg := range map[string]any{
		"text:ar": model.Language("ar"), "integer:20210401": model.Date(20210401), "blob:a": driverValuer{[]byte("a")}, "null:": (*string)(nil), "text:x": new("x"), "integer:1": true,
	} {
		var got string
		err := e.Snapshot(t.Context(), func(on Snapshot) error {
			return on.Scan(&got, sql.Text("SELECT typeof(?) || ':' || COALESCE(CAST(? AS TEXT), '')", arg, arg))
		})
		if err != nil || got != want {
			t.Errorf("%#v is bound as %s, %v, want %s", arg, got, err, want)
		}
	}
	err := e.Snapshot(t.Context(), func(on Snapshot) error {
		var n int
		return on.Scan(&n, sql.Text("SELECT 1 WHERE 1 IN (?)", []int64{1}))
	})
	if err == nil || !strings.Contains(err.Error(), "argument 1: ") {
		t.Errorf("a list as an argument = %v, want an error", err)
	}
}

// A snapshot whose caller leaves fails with the error of the context, at the next
// statement or at the end, and one that panics keeps no connection.
func TestSnapshotsThatEndEarly(t *testing.T) {
	t.Parallel()
	e := openFile(t)
	one := sql.Text("SELECT 1")
	endless := sql.Text("WITH RECURSIVE up(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM up) SELECT MAX(value) FROM up")
	var n int
	for name, f := range map[string]func(leave func(), on Snapshot) error{
		"before a statement": func(leave func(), on Snapshot) error { leave(); return on.Scan(&n, one) },
		"during a statement": func(leave func(), on Snapshot) error { go leave(); return on.Scan(&n, endless) },
		"at the end":         func(leave func(), on Snapshot) error { err := on.Scan(&n, one); leave(); return err },
	} {
		ctx, leave := context.WithCancel(t.Context())
		if err := e.Snapshot(ctx, func(on Snapshot) error { return f(leave, on) }); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who leaves %s gets %v, want the error of the context", name, err)
		}
		leave()
	}
	for range 50 { // more than there are connections
		func() {
			defer func() { _ = recover() }()
			_ = e.Snapshot(t.Context(), func(on Snapshot) error { _ = on.Scan(&n, one); panic("now") })
		}()
	}
	broken := e.Snapshot(t.Context(), func(on Snapshot) error { return on.Scan(&[]keptRow{}, sql.Text("ROLLBACK")) })
	if broken == nil || !strings.Contains(broken.Error(), "cannot rollback") {
		t.Errorf("a snapshot that ended on its way = %v", broken)
	}
	err := e.Transaction(t.Context(), func(db *gorm.DB) error { return db.Exec("CREATE TABLE after (id INTEGER)").Error })
	if err == nil { // which a snapshot that was left open would not see
		err = e.Snapshot(t.Context(), func(on Snapshot) error { return on.Scan(&n, sql.Text("SELECT COUNT(*) FROM after")) })
	}
	if err != nil {
		t.Errorf("a snapshot afterwards = %v", err)
	}
}

// Statements of snapshots are reported like all others.
func TestRoundTripsOfSnapshots(t *testing.T) {
	t.Parallel()
	var trips []model.RoundTrip
	e, err := Open(t.Context(), Config{DSN: filepath.Join(t.TempDir(), "diwan.db"), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) { trips = append(trips, trip) }})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, ctx := range []context.Context{t.Context(), Quietly(t.Context())} {
		var rows []int
		_ = e.Snapshot(ctx, func(on Snapshot) error {
			return errors.Join(on.Scan(&rows, sql.Text("SELECT ? UNION SELECT 2", 1)), on.Scan(&rows, sql.Text("SELECT nothing")))
		})
	}
	if len(trips) != 2 || trips[0].Statements[0] != (model.Statement{SQL: "SELECT ? UNION SELECT 2", Rows: 2}) || trips[0].Failed || trips[0].Took <= 0 || !trips[1].Failed {
		t.Errorf("round trips = %+v, want the first statement with two rows, and the one that failed", trips)
	}
}
