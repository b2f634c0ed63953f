package copy

import (
	"cmp"
	"context"
	databasesql "database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/store"
)

// table is a table to copy.
type table struct {
	store.Table
	only    sql.Clause // the rows to copy
	rows    int64      // in the source
	columns []string   // keys first
}

// counters is the name used here for the table of the last keys given out, whose name
// differs between databases.
const counters = "counters"

// tables lists the tables to copy. Counters come first, because SQLite raises a counter
// that is lower than a key that is inserted.
func (s side) tables(newsroom []store.Table) ([]table, error) {
	tables := []table{{
		Table: store.Table{Name: counters, Keys: []string{"name"}},
		only:  sql.Text("name NOT IN (?, ?)", store.VersionTable, store.WordTable),
	}}
	for _, t := range newsroom {
		only := sql.Always()
		if t.Name == "setup_steps" {
			only = sql.Text("name NOT LIKE ?", store.CopyStep+"%")
		}
		tables = append(tables, table{Table: t, only: only})
	}
	for i := range tables {
		t := &tables[i]
		var err error
		if t.columns, err = s.columns(*t); err != nil {
			return nil, fmt.Errorf("look at %s: %w", t.Name, err)
		}
		if t.rows, err = s.count(*t); err != nil {
			return nil, fmt.Errorf("count %s: %w", t.Name, err)
		}
	}
	return tables, nil
}

// side is one of the two databases of a copy, in a transaction.
type side struct {
	db     *gorm.DB
	engine database.Engine
}

// onSnapshot runs f on one snapshot of the database, to be read row by row.
func onSnapshot(ctx context.Context, e database.Engine, f func(side) error) error {
	return e.Reader().WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return f(side{db, e})
	}, &databasesql.TxOptions{ReadOnly: true, Isolation: databasesql.LevelRepeatableRead})
}

// nameOf is the name of the table in this database.
func (s side) nameOf(t table) string {
	if t.Name == counters {
		return s.engine.Sequences()
	}
	return t.Name
}

// columns returns the columns of the table: the keys, then the others by name, because
// their order may differ between databases.
func (s side) columns(t table) ([]string, error) {
	rows, err := s.db.Raw("SELECT * FROM " + s.nameOf(t) + " LIMIT 0").Rows()
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	others := slices.DeleteFunc(columns, func(name string) bool { return slices.Contains(t.Keys, name) })
	slices.Sort(others)
	return slices.Concat(t.Keys, others), errors.Join(err, rows.Close())
}

func (s side) count(t table) (rows int64, err error) {
	err = s.db.Raw("SELECT COUNT(*) FROM "+s.nameOf(t)+" WHERE "+t.only.SQL, t.only.Args...).Scan(&rows).Error
	return rows, err
}

// A page is what one statement reads and one transaction writes. It ends after the row
// that reaches this size, because bodies of articles vary from a few kilobytes to a
// few hundred.
const (
	firstRows = 64
	pageRows  = 5000
	pageBytes = 4 << 20
)

// read reads the table in the order of its keys, a page at a time, so that no statement
// takes long and no page is large.
func (s side) read(t table, each func(page [][]any) error) error {
	keys := strings.Join(t.Keys, ", ")
	begin := "SELECT " + strings.Join(t.columns, ", ") + " FROM " + s.nameOf(t) + " WHERE "
	for where, limit := t.only, firstRows; ; {
		page, err := s.page(sql.Join("", sql.Text(begin), where, sql.Limit(limit).Wrap(" ORDER BY "+keys+" ", "")))
		if err != nil || len(page) == 0 {
			return err
		}
		if err := each(page); err != nil {
			return err
		}
		last := page[len(page)-1][:len(t.Keys)]
		where = sql.All(t.only, sql.Text("("+keys+") > ?", last))
		// If rows are long, PostgreSQL would send many that are not read.
		limit = min(pageRows, 2*len(page))
	}
}

func (s side) page(statement sql.Clause) (page [][]any, err error) {
	rows, err := s.db.Raw(statement.SQL, statement.Args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { err = cmp.Or(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for size := 0; size < pageBytes && rows.Next(); {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for _, value := range row {
			size += sizeOf(value)
		}
		page = append(page, row)
	}
	return page, rows.Err()
}

func sizeOf(value any) int {
	switch value := value.(type) {
	case string:
		return len(value)
	case []byte:
		return len(value)
	}
	return 8
}

// statementRows is how many rows one statement writes at most: SQLite takes 32,766
// arguments.
const statementRows = 256

// insert writes rows in statements of 256, 128, 64 and so on, so that databases have
// only a few to prepare.
func (s side) insert(t table, rows [][]any) error {
	begin := "INSERT INTO " + s.nameOf(t) + " (" + strings.Join(t.columns, ", ") + ") VALUES ?"
	for n := statementRows; n > 0; n /= 2 {
		for ; len(rows) >= n; rows = rows[n:] {
			args := make([]any, n)
			for i, row := range rows[:n] {
				args[i] = row
			}
			if err := s.db.Exec(begin+strings.Repeat(", ?", n-1), args...).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// digest is a checksum of rows, which is the same for the same rows on every database.
type digest struct {
	hash.Hash
	rows   int64
	buffer []byte
}

func (d *digest) String() string { return hex.EncodeToString(d.Sum(nil)) }

func (d *digest) add(page [][]any) (err error) {
	for _, row := range page {
		d.buffer = d.buffer[:0]
		for _, value := range row {
			if d.buffer, err = encode(d.buffer, value); err != nil {
				return err
			}
		}
		_, _ = d.Write(d.buffer) // a hash never fails
		d.rows++
	}
	return nil
}

// encode appends a value, in such a way that no two rows of a table have the same
// encoding.
func encode(to []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(to, 'n'), nil
	case bool:
		return fmt.Appendf(to, "%t", value), nil
	case int64:
		return binary.AppendVarint(append(to, 'i'), value), nil
	case string:
		return append(binary.AppendUvarint(append(to, 's'), uint64(len(value))), value...), nil
	case []byte:
		return append(binary.AppendUvarint(append(to, 'b'), uint64(len(value))), value...), nil
	}
	return nil, fmt.Errorf("it has a %T, which no column of Diwan holds", value)
}
