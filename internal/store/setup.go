package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/model"
)

// Step is a part of setting up a new database that takes more than one
// transaction.
type Step string

// StepDemo loads the demo newsroom.
const StepDemo Step = "demo"

// Begin reports whether the step is to be done now: it is when nothing but
// countries was ever written, and when it was begun before and not finished. It
// is remembered as begun then.
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

// Finish remembers that the step is done, for good.
func (s *Store) Finish(ctx context.Context, step Step) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec("UPDATE setup_steps SET finished = ? WHERE name = ?", true, step).Error
	})
	if err != nil {
		return fmt.Errorf("finish setting up the %s: %w", step, err)
	}
	return nil
}

// Unfinished reports whether the step was begun and not finished.
func (s *Store) Unfinished(ctx context.Context, step Step) (bool, error) {
	var unfinished bool
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM setup_steps WHERE name = ? AND NOT finished)", step).Scan(&unfinished).Error
	if err != nil {
		return false, fmt.Errorf("read the state of the %s: %w", step, err)
	}
	return unfinished, nil
}

// HasCountries reports whether there is any country.
func (s *Store) HasCountries(ctx context.Context) (bool, error) {
	var has bool
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM countries)").Scan(&has).Error
	return has, fail(err, model.NodeCountry, "look for any")
}

// HasCountries reports whether there is any country.
func (tx *Tx) HasCountries() (bool, error) {
	var has bool
	err := tx.db.Raw("SELECT EXISTS (SELECT 1 FROM countries)").Scan(&has).Error
	return has, fail(err, model.NodeCountry, "look for any")
}
