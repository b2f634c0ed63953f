// Package copy copies a newsroom from one database into another, of the same kind or
// not, and verifies that both have the same content.
package copy

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
)

// Report describes a finished copy.
type Report struct {
	Tables []Table
	// Behind means that the source was written to during the copy; those writes are not
	// in it.
	Behind bool
}

// Progress describes how far a copy has come.
type Progress struct {
	// Done is how many of the Total rows have been read: those of the source, and then
	// the same number from the target.
	Done, Total int64
	// Resumed means that the copy continues one that was interrupted; Kept is how many
	// rows that one left in the target.
	Resumed bool
	Kept    int64
}

// Table is a table that is the same in both databases.
type Table struct {
	Name string
	Rows int64
	// Digest is the SHA-256 of its rows, in hexadecimal.
	Digest string
}

// Run copies everything in a database into an empty one, reads it back, and compares.
// The source is only read, in one snapshot. After an interruption the next call
// continues where the copy stopped; until then, nothing else can open the target. It
// holds at most a few megabytes of rows in memory.
//
// progress, which must not be nil, is called repeatedly, first before any row is read.
func Run(ctx context.Context, from, to database.Config, progress func(Progress)) (_ *Report, err error) {
	source, err := store.OpenAsIs(ctx, from, "copy again")
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	if sameDatabase(from.DSN, to.DSN) {
		return nil, fmt.Errorf("%s is both the source and the target; copy into another database", database.NameOf(from.DSN))
	}
	target, release, err := store.OpenForCopy(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("--to: %w", err)
	}
	defer func() { err = errors.Join(err, release(), target.Close()) }()
	c := &copying{target: target.Engine(), tables: source.Tables(), from: database.NameOf(from.DSN), to: database.NameOf(to.DSN), report: progress}
	var report Report
	var state string
	err = onSnapshot(ctx, source.Engine(), func(s side) (err error) {
		if state, err = lastWrite(s.db); err == nil {
			report.Tables, err = c.run(ctx, s, state)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	now, err := lastWrite(source.Engine().Reader().WithContext(ctx))
	if err == nil {
		report.Behind = now != state
		err = c.finish(ctx, state)
	}
	if err != nil {
		return nil, c.interrupted(ctx, err)
	}
	whole, err := target.Indexed(ctx)
	if err == nil && !whole {
		err = target.Reindex(ctx, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("the copy is whole, but cannot be searched yet; run `diwan reindex --database %s`: %w", c.to, err)
	}
	return &report, nil
}

func sameDatabase(a, b string) bool {
	if database.SystemOf(a) != "sqlite" || database.SystemOf(b) != "sqlite" {
		return database.NameOf(a) == database.NameOf(b) // a database under another address is refused later, because it is not empty
	}
	one, err := os.Stat(a)
	other, otherErr := os.Stat(b)
	return err == nil && otherErr == nil && os.SameFile(one, other)
}

// markOf returns the set-up step that marks the database as an unfinished copy; empty if
// it is none.
func markOf(db *gorm.DB) (string, error) {
	var mark string
	err := db.Raw("SELECT name FROM setup_steps WHERE name LIKE ?", store.CopyStep+"%").Scan(&mark).Error
	return mark, err
}

// lastWrite returns the mark for a copy of the database's current state. No two
// histories share a mark: every write of content is logged, and the mark also has the
// horizon of the log.
func lastWrite(db *gorm.DB) (string, error) {
	var last struct{ ID, At, Horizon int64 }
	err := db.Raw("SELECT id, at, " + store.HorizonNow + " AS horizon FROM changes ORDER BY id DESC LIMIT 1").Scan(&last).Error
	mark := fmt.Sprintf("%schange %d at %d", store.CopyStep, last.ID, last.At)
	if last.Horizon > 0 {
		mark += fmt.Sprintf(", compacted to %d", last.Horizon)
	}
	return mark, err
}

// write runs f in a transaction of the target.
func (c *copying) write(ctx context.Context, f func(*gorm.DB) error) error {
	return database.Troubled(ctx, c.target, c.target.Transaction(ctx, f))
}

// copying is a copy in progress.
type copying struct {
	target   database.Engine
	tables   []store.Table
	from, to string // their names
	report   func(Progress)
	progress Progress
}

func (c *copying) run(ctx context.Context, source side, state string) ([]Table, error) {
	tables, err := source.tables(c.tables)
	if err != nil {
		return nil, fmt.Errorf("--from: %w", database.ExplainedRead(err))
	}
	for _, t := range tables {
		c.progress.Total += 2 * t.rows
	}
	if err := c.begin(ctx, tables, state); err != nil {
		return nil, err
	}
	c.report(c.progress)
	copied, differences, err := c.copyAll(ctx, source, tables)
	if err != nil {
		return nil, c.interrupted(ctx, err)
	}
	if len(differences) > 0 {
		return nil, fmt.Errorf("%s does not say what %s says: %s. Something other than diwan wrote to one of them; look into both, and start with an empty database", c.to, c.from, strings.Join(differences, ", "))
	}
	return copied, nil
}

// interrupted adds how to continue after an error. It keeps only the text of database
// errors: as errors of the API they would tell the user of a command too little.
func (c *copying) interrupted(ctx context.Context, err error) error {
	if err = errors.New(err.Error()); ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("%w; what was copied stays in %s: run the same command again to go on", err, c.to)
}

// finish removes the mark of an unfinished copy.
func (c *copying) finish(ctx context.Context, state string) error {
	return c.write(ctx, func(db *gorm.DB) error {
		return db.Exec("DELETE FROM setup_steps WHERE name = ?", state).Error
	})
}

// begin marks an empty target as an unfinished copy, or accepts one that is so marked.
func (c *copying) begin(ctx context.Context, tables []table, state string) error {
	return c.write(ctx, func(db *gorm.DB) error {
		found, err := markOf(db)
		resumed := found == state
		switch {
		case err != nil:
			return err
		case found != "" && !resumed:
			return fmt.Errorf("%s is an unfinished copy of %s as it was before the last write to it, or of another database; start with an empty database", c.to, c.from)
		}
		var kept int64
		for _, t := range tables {
			n, err := side{db, c.target}.count(t)
			switch {
			case err != nil:
				return err
			case n > 0 && !resumed:
				return c.occupied(db, t)
			}
			kept += n
		}
		if resumed {
			c.progress.Resumed, c.progress.Kept = true, kept
			return nil
		}
		return db.Exec("INSERT INTO setup_steps (name, finished) VALUES (?, ?)", state, false).Error
	})
}

// occupied is the error for a target in which a table has rows.
func (c *copying) occupied(db *gorm.DB, t table) error {
	const instead = "copy into a new file, or into an empty PostgreSQL database"
	var newsroom bool
	if err := db.Raw("SELECT EXISTS (SELECT 1 FROM changes)").Scan(&newsroom).Error; err != nil {
		return err
	}
	if newsroom {
		return fmt.Errorf("%s is already a newsroom; %s", c.to, instead)
	}
	return fmt.Errorf("%s is not empty, there are rows in its %s; %s", c.to, t.Name, instead)
}

// copyAll copies the tables, reads them back, and returns the differences.
func (c *copying) copyAll(ctx context.Context, source side, tables []table) (copied []Table, differences []string, err error) {
	for _, t := range tables {
		sum, err := c.table(ctx, source, t)
		switch {
		case errors.Is(err, gorm.ErrDuplicatedKey):
			return nil, []string{t.Name + " has other rows already"}, nil
		case errors.Is(err, gorm.ErrForeignKeyViolated):
			return nil, []string{t.Name + " refers to rows that are not there"}, nil
		case err != nil:
			return nil, nil, fmt.Errorf("copy %s: %w", t.Name, err)
		}
		copied = append(copied, Table{t.Name, t.rows, sum.String()})
	}
	err = onSnapshot(ctx, c.target, func(target side) error {
		for i, t := range tables {
			sum := &digest{Hash: sha256.New()}
			err := target.read(t, func(page [][]any) error {
				c.passed(page)
				return sum.add(page)
			})
			switch {
			case err != nil:
				return fmt.Errorf("read %s back: %w", t.Name, err)
			case sum.rows != t.rows:
				differences = append(differences, fmt.Sprintf("%s has %d rows instead of %d", t.Name, sum.rows, t.rows))
			case sum.String() != copied[i].Digest:
				differences = append(differences, t.Name+" has other rows")
			}
		}
		return nil
	})
	return copied, differences, err
}

// table copies the rows that the target lacks. The rows that it has are the first ones,
// because pages are written in the order of keys, each in a transaction.
func (c *copying) table(ctx context.Context, source side, t table) (*digest, error) {
	var there int64
	err := onSnapshot(ctx, c.target, func(target side) (err error) {
		there, err = target.count(t)
		return err
	})
	if err != nil {
		return nil, err
	}
	sum := &digest{Hash: sha256.New()}
	rows := func(insert func(rows [][]any) error) error {
		return source.read(t, func(page [][]any) error {
			c.passed(page)
			known := min(there, int64(len(page)))
			there -= known
			if err := sum.add(page); err != nil {
				return err
			}
			return insert(page[known:])
		})
	}
	if t.SelfReferring {
		return sum, c.write(ctx, func(db *gorm.DB) error {
			if err := db.Exec(c.target.DeferChecks()).Error; err != nil {
				return err
			}
			return rows(func(rows [][]any) error { return side{db, c.target}.insert(t, rows) })
		})
	}
	return sum, rows(func(rows [][]any) error {
		return c.write(ctx, func(db *gorm.DB) error { return side{db, c.target}.insert(t, rows) })
	})
}

func (c *copying) passed(page [][]any) {
	c.progress.Done += int64(len(page))
	c.report(c.progress)
}
