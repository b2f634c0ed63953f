package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"

	"gorm.io/gorm"
)

// CopyReport says what Copy copied.
type CopyReport struct {
	Tables []CopiedTable
	// Behind says that the source was written to meanwhile, which is not in the copy.
	Behind bool
}

// CopyProgress is how far a copy is.
type CopyProgress struct {
	// Done is how many of the rows that there are to read are read: those of the
	// source, and then as many of the target.
	Done, Total int64
	// GoesOn says that it goes on where one stopped before, of which Kept rows are
	// in the target.
	GoesOn bool
	Kept   int64
}

// CopiedTable is a table of which both databases say the same.
type CopiedTable struct {
	Name string
	Rows int64
	// Digest is the SHA-256 of its rows, in hexadecimal.
	Digest string
}

// Copy copies all that a database says into an empty one, reads it back, and
// compares. The source is only read, on one snapshot. A copy that did not come
// to its end is taken up where it stopped by the next call; until then, nothing
// else opens the target. Both hold a few megabytes of rows in memory at most.
//
// tell, which may not be nil, is told how far it is, from the start on.
func Copy(ctx context.Context, from, to Config, tell func(CopyProgress)) (_ *CopyReport, err error) {
	source, err := OpenAsIs(ctx, from, "copy again")
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	if sameDatabase(from.DSN, to.DSN) {
		return nil, fmt.Errorf("%s is both the source and the target; copy into another database", NameOf(from.DSN))
	}
	target, release, err := openTarget(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("--to: %w", err)
	}
	defer func() { err = errors.Join(err, release(), target.Close()) }()
	c := &copying{target: target, from: NameOf(from.DSN), to: NameOf(to.DSN), tell: tell}
	var report CopyReport
	var state string
	err = source.still(ctx, func(s side) (err error) {
		if state, err = lastWrite(s.db); err == nil {
			report.Tables, err = c.run(ctx, s, state)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	now, err := lastWrite(source.dialect.reader().WithContext(ctx))
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

// openTarget makes the tables where there are none. It does not migrate others:
// what is in them may be somebody's. Until release is called, no other copy gets
// the database.
func openTarget(ctx context.Context, config Config) (_ *Store, release func() error, err error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	release, err = s.dialect.claim(ctx)
	if err != nil {
		if errors.Is(err, errClaimed) {
			err = fmt.Errorf("another diwan copy is writing to %s; wait for it", NameOf(config.DSN))
		}
		return nil, nil, errors.Join(err, s.Close())
	}
	there, err := s.hasTables(ctx)
	switch {
	case err == nil && there:
		err = explainedRead(s.current(ctx, config, "copy again"))
	case err == nil:
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(explained(err), release(), s.Close())
	}
	return s, release, nil
}

func sameDatabase(a, b string) bool {
	if isPostgres(a) || isPostgres(b) {
		return NameOf(a) == NameOf(b) // one with two addresses is refused because it is not empty
	}
	one, err := os.Stat(a)
	other, otherErr := os.Stat(b)
	return err == nil && otherErr == nil && os.SameFile(one, other)
}

// unfinished begins the name of the step of setting up that stands in a target
// until the copy is whole. The rest is the state of the source that is copied.
const unfinished = "copy of "

// markOf answers the step that says that the database is an unfinished copy;
// empty when it is none.
func markOf(db *gorm.DB) (string, error) {
	var mark string
	err := db.Raw("SELECT name FROM setup_steps WHERE name LIKE ?", unfinished+"%").Scan(&mark).Error
	return mark, err
}

// whole refuses an unfinished copy.
func (s *Store) whole(ctx context.Context, config Config) error {
	mark, err := markOf(s.dialect.reader().WithContext(ctx))
	if err == nil && mark != "" {
		return fmt.Errorf("%s is an unfinished copy; run the diwan copy that made it again, or start with an empty database", NameOf(config.DSN))
	}
	return err
}

// lastWrite answers the mark of a copy of the database as it is now. No two
// histories have the same: all that is written to content is logged, and how far
// the log is compacted stands there, too.
func lastWrite(db *gorm.DB) (string, error) {
	var last struct{ ID, At, Horizon int64 }
	err := db.Raw("SELECT id, at, " + horizonNow + " AS horizon FROM changes ORDER BY id DESC LIMIT 1").Scan(&last).Error
	mark := fmt.Sprintf("%schange %d at %d", unfinished, last.ID, last.At)
	if last.Horizon > 0 {
		mark += fmt.Sprintf(", compacted to %d", last.Horizon)
	}
	return mark, err
}

// copying is a copy under way.
type copying struct {
	target   *Store
	from, to string // their names
	tell     func(CopyProgress)
	progress CopyProgress
}

func (c *copying) run(ctx context.Context, source side, state string) ([]CopiedTable, error) {
	tables, err := source.tables()
	if err != nil {
		return nil, fmt.Errorf("--from: %w", explainedRead(err))
	}
	for _, t := range tables {
		c.progress.Total += 2 * t.rows
	}
	if err := c.begin(ctx, tables, state); err != nil {
		return nil, err
	}
	c.tell(c.progress)
	copied, differences, err := c.all(ctx, source, tables)
	if err != nil {
		return nil, c.interrupted(ctx, err)
	}
	if len(differences) > 0 {
		return nil, fmt.Errorf("%s does not say what %s says: %s. Something other than diwan wrote to one of them; look into both, and start with an empty database", c.to, c.from, strings.Join(differences, ", "))
	}
	return copied, nil
}

// interrupted says how to go on after an error. Of the database's errors it keeps
// the text alone: a caller of the API would be told less than who runs a command.
func (c *copying) interrupted(ctx context.Context, err error) error {
	if err = errors.New(err.Error()); ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("%w; what was copied stays in %s: run the same command again to go on", err, c.to)
}

// finish says that the copy is whole.
func (c *copying) finish(ctx context.Context, state string) error {
	return c.target.write(ctx, func(db *gorm.DB) error {
		return db.Exec("DELETE FROM setup_steps WHERE name = ?", state).Error
	})
}

// begin marks an empty target as an unfinished copy, or finds it marked.
func (c *copying) begin(ctx context.Context, tables []table, state string) error {
	return c.target.write(ctx, func(db *gorm.DB) error {
		found, err := markOf(db)
		goesOn := found == state
		switch {
		case err != nil:
			return err
		case found != "" && !goesOn:
			return fmt.Errorf("%s is an unfinished copy of %s as it was before the last write to it, or of another database; start with an empty database", c.to, c.from)
		}
		var kept int64
		for _, t := range tables {
			n, err := side{db, c.target.dialect}.count(t)
			switch {
			case err != nil:
				return err
			case n > 0 && !goesOn:
				return c.occupied(db, t)
			}
			kept += n
		}
		if goesOn {
			c.progress.GoesOn, c.progress.Kept = true, kept
			return nil
		}
		return db.Exec("INSERT INTO setup_steps (name, finished) VALUES (?, ?)", state, false).Error
	})
}

// occupied says what is in the target, where a table has rows.
func (c *copying) occupied(db *gorm.DB, t table) error {
	const instead = "copy into a new file, or into an empty PostgreSQL database"
	var newsroom bool
	if err := db.Raw("SELECT EXISTS (SELECT 1 FROM changes)").Scan(&newsroom).Error; err != nil {
		return err
	}
	if newsroom {
		return fmt.Errorf("%s is already a newsroom; %s", c.to, instead)
	}
	return fmt.Errorf("%s is not empty, there are rows in its %s; %s", c.to, t.name, instead)
}

// all copies the tables, reads them back, and answers in which they differ.
func (c *copying) all(ctx context.Context, source side, tables []table) (copied []CopiedTable, differences []string, err error) {
	for _, t := range tables {
		sum, err := c.table(ctx, source, t)
		switch {
		case errors.Is(err, gorm.ErrDuplicatedKey):
			return nil, []string{t.name + " has other rows already"}, nil
		case errors.Is(err, gorm.ErrForeignKeyViolated):
			return nil, []string{t.name + " refers to rows that are not there"}, nil
		case err != nil:
			return nil, nil, fmt.Errorf("copy %s: %w", t.name, err)
		}
		copied = append(copied, CopiedTable{t.name, t.rows, sum.String()})
	}
	err = c.target.still(ctx, func(target side) error {
		for i, t := range tables {
			sum := &digest{Hash: sha256.New()}
			err := target.read(t, func(page [][]any) error {
				c.passed(page)
				return sum.add(page)
			})
			switch {
			case err != nil:
				return fmt.Errorf("read %s back: %w", t.name, err)
			case sum.rows != t.rows:
				differences = append(differences, fmt.Sprintf("%s has %d rows instead of %d", t.name, sum.rows, t.rows))
			case sum.String() != copied[i].Digest:
				differences = append(differences, t.name+" has other rows")
			}
		}
		return nil
	})
	return copied, differences, err
}

// table copies the rows that the target does not have yet. Those that it has are
// the first: pages are written in the order of keys, each in a transaction.
func (c *copying) table(ctx context.Context, source side, t table) (*digest, error) {
	var there int64
	err := c.target.still(ctx, func(target side) (err error) {
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
	if t.atOnce {
		return sum, c.target.write(ctx, func(db *gorm.DB) error {
			if err := db.Exec(c.target.dialect.deferChecks()).Error; err != nil {
				return err
			}
			return rows(func(rows [][]any) error { return side{db, c.target.dialect}.insert(t, rows) })
		})
	}
	return sum, rows(func(rows [][]any) error {
		return c.target.write(ctx, func(db *gorm.DB) error { return side{db, c.target.dialect}.insert(t, rows) })
	})
}

func (c *copying) passed(page [][]any) {
	c.progress.Done += int64(len(page))
	c.tell(c.progress)
}
