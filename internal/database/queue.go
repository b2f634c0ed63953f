package database

import (
	"reflect"

	"github.com/diwan-cms/diwan/internal/database/sql"
)

// Queue holds new rows of a transaction until somebody could miss them, so that those of
// many nodes are inserted together. All Statements of the transaction share it.
type Queue struct {
	tables []queuedRows
	// settled, if set, is called when rows have been inserted.
	settled func()
}

// queuedRows are the rows of one table: their values, one row after the other.
type queuedRows struct {
	table *written
	// keyless says that the database sets their keys.
	keyless bool
	values  []any
}

func (q *queuedRows) columns() []column {
	if q.keyless {
		return q.table.others
	}
	return q.table.columns
}

// NewQueue returns an empty queue. settled is called each time that its rows have been
// inserted.
func NewQueue(settled func()) *Queue { return &Queue{settled: settled} }

// Mark returns what the queue holds, for Return.
func (q *Queue) Mark() Mark { return append(Mark(nil), q.tables...) }

// Return takes the queue back to a mark: to a savepoint, to which the transaction was rolled
// back. Rows that were inserted since are queued again.
func (q *Queue) Return(mark Mark) { q.tables = mark }

// Mark is what a queue held.
type Mark []queuedRows

// Queued makes the statements share a queue. Each of them, but for those that run Apart, is
// preceded by the insertion of what is queued.
func (s *Statements) Queued(q *Queue) *Statements {
	s.queue = q
	return s
}

// Apart returns the statements for such as neither read nor write tables with queued rows.
func (s *Statements) Apart() *Statements {
	apart := *s
	apart.queue = nil
	return &apart
}

// Later queues new rows, as Insert takes them. The tables are written in the order in which
// they were first queued.
func (s *Statements) Later(rows any) error {
	if s.queue == nil {
		return s.Insert(rows)
	}
	list := reflect.Indirect(reflect.ValueOf(rows))
	t := list.Type()
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	table, err := s.mapper.tableOf(t)
	if err != nil {
		return err
	}
	if list.Kind() == reflect.Struct {
		s.queue.add(table, list)
		return nil
	}
	for i := range list.Len() {
		s.queue.add(table, list.Index(i))
	}
	return nil
}

func (q *Queue) add(table *written, row reflect.Value) {
	keyless := table.key != nil && row.FieldByIndex(table.key.path).IsZero()
	for i := range q.tables {
		if of := &q.tables[i]; of.table == table && of.keyless == keyless {
			of.values = table.values(of.values, of.columns(), row)
			return
		}
	}
	of := queuedRows{table: table, keyless: keyless}
	of.values = table.values(nil, of.columns(), row)
	q.tables = append(q.tables, of)
}

// Settle inserts what is queued.
func (s *Statements) Settle() error {
	if s.queue == nil || len(s.queue.tables) == 0 {
		return nil
	}
	tables := s.queue.tables
	s.queue.tables = nil
	apart := s.Apart()
	for _, rows := range tables {
		columns := len(rows.columns())
		for values := rows.values; len(values) > 0; {
			n := atOnce(len(values) / columns)
			if _, err := apart.Exec(sql.Text(rows.table.insertion(n, rows.keyless), values[:n*columns]...)); err != nil {
				return err
			}
			values = values[n*columns:]
		}
	}
	if s.queue.settled != nil {
		s.queue.settled()
	}
	return nil
}
