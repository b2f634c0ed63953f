package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/markdown"
)

// Open opens the database and brings its tables up to date.
func Open(ctx context.Context, config database.Config) (*Store, error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	err = s.migrate(ctx)
	if err == nil {
		err = s.refuseUnfinishedCopy(ctx, config)
	}
	if err == nil {
		err = s.markNewIndex(ctx)
	}
	if err != nil {
		return nil, errors.Join(database.Explained(err), s.Close())
	}
	return s, nil
}

// connect opens the database as it is.
func connect(ctx context.Context, config database.Config) (*Store, error) {
	engine, err := database.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	s := &Store{engine: engine, turns: turns{long: longShared}, render: markdown.NewRenderer(), sets: newKeptSets(), memory: newMemory(maxMemory), changed: make(chan struct{})}
	s.sets.load = s.loadSets
	s.nouns = newNouns(mentionLoader{&s.linkers, s.render})
	s.linkers.nouns = s.nouns
	return s, nil
}

// Pending returns the names of the migrations that Open would run on an existing
// database, and changes nothing.
func Pending(ctx context.Context, config database.Config) (pending []string, err error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	pending, err = s.pending(ctx)
	if err == nil && len(pending) == 0 {
		err = s.refuseUnfinishedCopy(ctx, config)
	}
	return pending, errors.Join(database.ExplainedRead(err), s.Close())
}

// OpenAsIs opens a newsroom and changes nothing. It refuses a database without one, one
// whose tables are not those of this binary, and an unfinished copy. again is the advice
// for after a migration, such as "copy again".
func OpenAsIs(ctx context.Context, config database.Config, again string) (*Store, error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	there, err := s.hasTables(ctx)
	if err == nil && !there {
		err = fmt.Errorf("there is no newsroom in %s; check the name", database.NameOf(config.DSN))
	}
	if err == nil {
		err = s.refuseOldTables(ctx, config, again)
	}
	if err == nil {
		err = s.refuseUnfinishedCopy(ctx, config)
	}
	if err != nil {
		return nil, errors.Join(database.ExplainedRead(err), s.Close())
	}
	return s, nil
}

// OpenForCopy opens a database as the target of a copy, and creates its tables if there
// are none. It does not migrate existing tables: they may hold somebody's content. Until
// release is called, no other copy can open the database.
func OpenForCopy(ctx context.Context, config database.Config) (_ *Store, release func() error, err error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	release, err = s.engine.Claim(ctx)
	if err != nil {
		if errors.Is(err, database.ErrClaimed) {
			err = fmt.Errorf("another diwan copy is writing to %s; wait for it", database.NameOf(config.DSN))
		}
		return nil, nil, errors.Join(err, s.Close())
	}
	there, err := s.hasTables(ctx)
	switch {
	case err == nil && there:
		err = database.ExplainedRead(s.refuseOldTables(ctx, config, "copy again"))
	case err == nil:
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(database.Explained(err), release(), s.Close())
	}
	return s, release, nil
}

// Engine is the database itself, for moving whole tables.
func (s *Store) Engine() database.Engine { return s.engine }
