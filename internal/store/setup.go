package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Step is a part of setting up a new database that takes more than one
// transaction.
type Step string

const (
	// StepDemo loads the demo newsroom.
	StepDemo Step = "demo"
	// StepCountries loads the countries, with the names that this version of them
	// knows; its name changes with them.
	StepCountries Step = "countries, second list"
)

// CopyStep is the prefix of the step that marks an unfinished copy. The rest of its name
// identifies the state of the source.
const CopyStep = "copy of "

// refuseUnfinishedCopy refuses a database that holds an unfinished copy.
func (s *Store) refuseUnfinishedCopy(ctx context.Context, config database.Config) error {
	var unfinished bool
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM setup_steps WHERE name LIKE ?)", CopyStep+"%").Scan(&unfinished).Error
	if err == nil && unfinished {
		return fmt.Errorf("%s is an unfinished copy; run the diwan copy that made it again, or start with an empty database", database.NameOf(config.DSN))
	}
	return err
}

// Begin reports whether the step is due, and records that it has begun. It is due if
// nothing but countries has ever been written, or if it was begun before and not
// finished.
func (s *Store) Begin(ctx context.Context, step Step) (due bool, err error) {
	err = s.write(ctx, func(db *gorm.DB) error {
		var finished []bool
		if err := db.Raw("SELECT finished FROM setup_steps WHERE name = ?", step).Scan(&finished).Error; err != nil {
			return err
		}
		if len(finished) == 1 {
			due = !finished[0]
			return nil
		}
		if err := db.Raw("SELECT NOT EXISTS (SELECT 1 FROM changes WHERE node_type <> ?)", model.NodeCountry).Scan(&due).Error; err != nil || !due {
			return err
		}
		return db.Exec("INSERT INTO setup_steps (name, finished) VALUES (?, ?)", step, false).Error
	})
	if err != nil {
		return false, fmt.Errorf("begin setting up the %s: %w", step, err)
	}
	return due, nil
}

// Finish records that the step is done, for good.
func (s *Store) Finish(ctx context.Context, step Step) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec("UPDATE setup_steps SET finished = ? WHERE name = ?", true, step).Error
	})
	if err != nil {
		return fmt.Errorf("finish setting up the %s: %w", step, err)
	}
	return nil
}

// Unfinished reports whether the step has begun and not finished.
func (s *Store) Unfinished(ctx context.Context, step Step) (bool, error) {
	var unfinished bool
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM setup_steps WHERE name = ? AND NOT finished)", step).Scan(&unfinished).Error
	if err != nil {
		return false, fmt.Errorf("read the state of the %s: %w", step, err)
	}
	return unfinished, nil
}

// Done reports whether the step is done.
func (s *Store) Done(ctx context.Context, step Step) (bool, error) {
	var done bool
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM setup_steps WHERE name = ? AND finished)", step).Scan(&done).Error
	if err != nil {
		return false, fmt.Errorf("read the state of the %s: %w", step, err)
	}
	return done, nil
}

// Finish records that a step is done that takes only this transaction.
func (tx *Tx) Finish(step Step) error {
	_, err := tx.on.Exec(sql.Text("INSERT INTO setup_steps (name, finished) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET finished = excluded.finished", step, true))
	if err != nil {
		return fmt.Errorf("finish setting up the %s: %w", step, err)
	}
	return nil
}
