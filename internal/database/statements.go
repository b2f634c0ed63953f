package database

import (
	"cmp"
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Statements runs statements in a transaction that writes. GORM would build each of them
// anew, row by row.
type Statements struct {
	ctx context.Context
	// uninterrupted is the context of the statements themselves, where they cannot be
	// stopped halfway.
	uninterrupted context.Context
	pool          gorm.ConnPool
	mapper        *mapper
	translator    gorm.ErrorTranslator
	// text is a statement as the database wants it.
	text func(sql.Clause) string
	// returns says that only RETURNING tells the key of a new row.
	returns  bool
	observed observer
	// queue holds rows that are inserted before the next statement; nil if there is none.
	queue *Queue
}

// statementsOn runs statements on the connection of a transaction of GORM.
func statementsOn(db *gorm.DB, m *mapper, observed observer) *Statements {
	ctx := db.Statement.Context
	translator, _ := db.Dialector.(gorm.ErrorTranslator)
	return &Statements{ctx: ctx, uninterrupted: ctx, pool: db.Statement.ConnPool, mapper: m, translator: translator, observed: observed}
}

// Scan runs a statement that reads; see Scanner.
func (s *Statements) Scan(into any, statement sql.Clause) error {
	return s.run(statement, func(text string) (int64, error) {
		rows, err := s.pool.QueryContext(s.uninterrupted, text, statement.Args...)
		if err != nil {
			return 0, err
		}
		return s.mapper.readRows(into, rows)
	})
}

// Exec runs a statement that writes, and returns how many rows it wrote.
func (s *Statements) Exec(statement sql.Clause) (written int64, err error) {
	err = s.run(statement, func(text string) (int64, error) {
		result, err := s.pool.ExecContext(s.uninterrupted, text, statement.Args...)
		if err == nil {
			written, err = result.RowsAffected()
		}
		return written, err
	})
	return written, err
}

// run runs a statement, reports it, and gives its error the meaning that GORM would.
func (s *Statements) run(statement sql.Clause, f func(text string) (int64, error)) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.Settle(); err != nil {
		return err
	}
	began := time.Now()
	rows, err := f(s.text(statement))
	s.observed.tell(s.ctx, model.RoundTrip{
		Statements: []model.Statement{{SQL: statement.SQL, Rows: rows}},
		Began:      began, Took: time.Since(began), Failed: err != nil,
	})
	if err != nil && s.translator != nil {
		return s.translator.Translate(err)
	}
	return err
}

// readRows reads the rows of database/sql, and returns their number.
func (m *mapper) readRows(into any, rows *databasesql.Rows) (n int64, err error) {
	defer func() { err = cmp.Or(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	d, err := m.into(into, columns)
	if err != nil {
		return 0, err
	}
	values, at := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		at[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			return 0, err
		}
		d.begin()
		for i := range values {
			if err := d.set(i, valueOf(values[i])); err != nil {
				return 0, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	return int64(d.end()), nil
}

// insertAtOnce is how many rows one statement inserts at most. Up to fewRows have a
// statement for each number; more are inserted 32, 16 and 8 at a time, so that connections
// have few statements to keep prepared.
const (
	insertAtOnce = 32
	fewRows      = 8
)

// Insert writes new rows: a pointer to a struct, or a list of structs. GORM's tags name the
// table and the columns. Of a single row whose key is 0, the database sets the key.
func (s *Statements) Insert(rows any) error {
	list := reflect.Indirect(reflect.ValueOf(rows))
	if list.Kind() == reflect.Struct {
		return s.insertOne(list)
	}
	t, err := s.mapper.tableOf(list.Type().Elem())
	if err != nil {
		return err
	}
	for at := 0; at < list.Len(); {
		n := atOnce(list.Len() - at)
		args := make([]any, 0, n*len(t.columns))
		for i := range n {
			args = t.values(args, t.columns, list.Index(at+i))
		}
		if _, err := s.Exec(sql.Text(t.insertion(n, false), args...)); err != nil {
			return err
		}
		at += n
	}
	return nil
}

// atOnce is how many of n rows the next statement inserts.
func atOnce(n int) int {
	n = min(n, insertAtOnce)
	for n > fewRows && n&(n-1) != 0 { // down to a power of two
		n &= n - 1
	}
	return n
}

func (s *Statements) insertOne(row reflect.Value) error {
	t, err := s.mapper.tableOf(row.Type())
	if err != nil {
		return err
	}
	if t.key == nil || !row.FieldByIndex(t.key.path).IsZero() {
		_, err := s.Exec(sql.Text(t.insertion(1, false), t.values(nil, t.columns, row)...))
		return err
	}
	var key int64
	statement := sql.Text(t.insertion(1, true), t.values(nil, t.others, row)...)
	if s.returns {
		statement.SQL += " RETURNING " + t.key.column
		err = s.Scan(&key, statement)
	} else {
		err = s.run(statement, func(text string) (int64, error) {
			result, err := s.pool.ExecContext(s.uninterrupted, text, statement.Args...)
			if err == nil {
				key, err = result.LastInsertId()
			}
			return 1, err
		})
	}
	if err == nil {
		row.FieldByIndex(t.key.path).SetInt(key)
	}
	return err
}

// Overwrite writes all columns of a row except its key and its time of creation, where the
// condition holds, and returns how many rows it wrote.
func (s *Statements) Overwrite(row any, where sql.Clause) (written int64, err error) {
	of := reflect.Indirect(reflect.ValueOf(row))
	t, err := s.mapper.tableOf(of.Type())
	if err != nil {
		return 0, err
	}
	return s.Exec(sql.Text(t.overwriting+where.SQL, append(t.values(nil, t.mutable, of), where.Args...)...))
}

// written is how the rows of a type are written to its table.
type written struct {
	// columns are all columns, others those beside the key, and mutable those that change.
	columns, others, mutable []column
	// key is the column that the database sets if it is 0; nil if there is none.
	key *column
	// begin, keyless and overwriting are what statements begin with.
	begin, keyless, overwriting string
}

type column struct {
	column string
	path   []int
}

// tableOf returns how rows of a type are written.
func (m *mapper) tableOf(t reflect.Type) (*written, error) {
	if known, ok := m.tables.Load(t); ok {
		return known.(*written), nil
	}
	parsed, err := schema.Parse(reflect.New(t).Interface(), &m.schemas, m.namer)
	if err != nil {
		return nil, fmt.Errorf("rows of %s cannot be written: %w", t, err)
	}
	w := &written{}
	for _, name := range parsed.DBNames {
		f := parsed.FieldsByDBName[name]
		if !f.Creatable {
			return nil, errors.New("the column " + name + " cannot be written")
		}
		c := column{name, f.StructField.Index}
		w.columns = append(w.columns, c)
		if f == parsed.PrioritizedPrimaryField && f.FieldType.Kind() == reflect.Int64 {
			w.key = &c
			continue
		}
		w.others = append(w.others, c)
		if name != "created_at" {
			w.mutable = append(w.mutable, c)
		}
	}
	w.begin = "INSERT INTO " + parsed.Table + " (" + joinedNames(w.columns, "") + ") VALUES "
	w.keyless = "INSERT INTO " + parsed.Table + " (" + joinedNames(w.others, "") + ") VALUES "
	w.overwriting = "UPDATE " + parsed.Table + " SET " + joinedNames(w.mutable, " = ?") + " WHERE "
	known, _ := m.tables.LoadOrStore(t, w)
	return known.(*written), nil
}

func joinedNames(columns []column, after string) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = strconv.Quote(c.column) + after
	}
	return strings.Join(names, ", ")
}

// tuple is a list of placeholders.
func tuple(n int) string { return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")" }

// insertion is the statement that inserts n rows; keyless if the database sets their keys.
func (w *written) insertion(n int, keyless bool) string {
	begin, one := w.begin, tuple(len(w.columns))
	if keyless {
		begin, one = w.keyless, tuple(len(w.others))
	}
	return begin + one + strings.Repeat(", "+one, n-1)
}

// values appends the values of a row's columns.
func (w *written) values(to []any, columns []column, row reflect.Value) []any {
	for _, c := range columns {
		to = append(to, row.FieldByIndex(c.path).Interface())
	}
	return to
}
