package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Snapshot runs f in a read transaction on the driver's own connection. database/sql would
// start a goroutine for the transaction and for each statement, to watch ctx, which the
// driver watches anyway.
func (d *sqlite) Snapshot(ctx context.Context, f func(Snapshot) error) error {
	conn, err := d.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var failed error
	err = conn.Raw(func(connection any) error { // which closes the connection if f panics
		c, ok := connection.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("the connection is a %T", connection)
		}
		if err := prepared(c, "BEGIN"); err != nil { // which does not block
			return err
		}
		if failed = f(&serial{ctx: ctx, conn: c, mapper: d.mapper, observed: d.observed}); failed == nil {
			failed = ctx.Err()
		}
		if err := prepared(c, "ROLLBACK"); err != nil { // it has only read
			return errors.Join(driver.ErrBadConn, err)
		}
		return nil
	})
	if failed != nil {
		return failed
	}
	return err
}

// prepared runs a statement without arguments or rows. As a query, the connection keeps it
// prepared, which the driver does not do for what it executes.
func prepared(c *sqlite3.SQLiteConn, statement string) error {
	rows, err := c.QueryContext(context.Background(), statement, nil)
	if err != nil {
		return err
	}
	return rows.Close()
}

// Number runs a statement without BEGIN: SQLite reads for each from a snapshot of its own.
func (d *sqlite) Number(ctx context.Context, statement sql.Clause) (number int64, err error) {
	args, err := bound(statement.Args)
	if err != nil {
		return 0, err
	}
	conn, err := d.readers.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	err = conn.Raw(func(connection any) error {
		c, ok := connection.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("the connection is a %T", connection)
		}
		rows, err := c.QueryContext(ctx, statement.SQL, args)
		if err != nil {
			return err
		}
		defer rows.Close()
		var values [1]driver.Value
		if err := rows.Next(values[:]); err != nil {
			return err
		}
		if number, ok = values[0].(int64); !ok {
			return fmt.Errorf("%T is no number", values[0])
		}
		return nil
	})
	return number, err
}

// serial runs statements one after the other: SQLite is in the same process, so sending
// them together would gain nothing.
type serial struct {
	ctx      context.Context
	conn     *sqlite3.SQLiteConn
	mapper   *mapper
	observed observer
	values   []driver.Value
}

func (s *serial) Scan(into any, statement sql.Clause) error {
	began := time.Now()
	rows, err := s.read(into, statement)
	s.observed.tell(s.ctx, model.RoundTrip{
		Statements: []model.Statement{{SQL: statement.SQL, Rows: int64(rows)}},
		Began:      began, Took: time.Since(began), Failed: err != nil,
	})
	return err
}

// read runs a statement, and returns the number of rows. The connection caches prepared
// statements.
func (s *serial) read(into any, statement sql.Clause) (int, error) {
	args, err := bound(statement.Args)
	if err != nil {
		return 0, err
	}
	rows, err := s.conn.QueryContext(s.ctx, statement.SQL, args)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns := rows.Columns()
	d, err := s.mapper.into(into, columns)
	if err != nil {
		return 0, err
	}
	if cap(s.values) < len(columns) {
		s.values = make([]driver.Value, len(columns))
	}
	values := s.values[:len(columns)]
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return d.end(), nil
		case err != nil:
			return 0, err
		}
		d.begin()
		for i := range values {
			if err := d.set(i, valueOf(values[i])); err != nil {
				return 0, err
			}
		}
	}
}

// bound converts arguments as database/sql would. Lists are not arguments: Engine.Keys and
// Engine.Texts pass them as one text.
func bound(args []any) ([]driver.NamedValue, error) {
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return values, nil
}

func (s *serial) Together(loads ...func() error) error {
	for _, load := range loads {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}
