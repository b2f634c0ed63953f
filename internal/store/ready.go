package store

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

const (
	// recently is for how long a write shows that the database can be written.
	recently = 3 * time.Second
	// tryFor is how long a trial of writing may take. Whoever waits longer waits for other
	// writers.
	tryFor = time.Second
)

// Ready finds out what the database lets this server do. It tries to write, unless something
// was written just now. The error is the cause, for the log.
func (s *Store) Ready(ctx context.Context) (model.Readiness, error) {
	ctx = database.Quietly(ctx)
	if _, err := s.engine.Number(ctx, sql.Text("SELECT COUNT(*) FROM (SELECT 1 FROM changes LIMIT 1) one")); err != nil {
		return model.Readiness{Reason: "the database does not answer"}, err
	}
	if err := s.Standing(ctx); err != nil {
		return model.Readiness{Read: !errors.Is(err, errOutdated), Reason: s.reason(err)}, err
	}
	if time.Since(time.Unix(0, s.wrote.Load())) < recently {
		return model.Readiness{Read: true, Write: true}, nil
	}
	trial, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	err := s.write(trial, func(db *gorm.DB) error {
		return setState(s.engine.Statements(db), triedToWrite, time.Now().UnixMilli())
	})
	if err == nil || trial.Err() != nil && ctx.Err() == nil {
		return model.Readiness{Read: true, Write: true}, nil
	}
	return model.Readiness{Read: true, Reason: s.reason(err)}, err
}

// triedToWrite is when a server last tried whether the database can be written.
const triedToWrite = "tried_to_write"

// reason is what a caller is told of an error.
func (s *Store) reason(err error) string {
	if told := (*model.Error)(nil); errors.As(err, &told) {
		reason, _, _ := strings.Cut(told.Message, ";")
		return reason
	}
	reason, _, _ := strings.Cut(s.engine.Trouble(err), ";")
	return cmp.Or(reason, "the database cannot be written")
}

// Standing returns an error if this server must not write any more: the file of the database is
// gone, or a newer binary has migrated it. It writes nothing.
func (s *Store) Standing(ctx context.Context) error {
	if err := s.engine.Standing(); err != nil {
		return err
	}
	version, err := s.Version(database.Quietly(ctx))
	if err != nil {
		return nil // whoever reads is told
	}
	return s.outdated(version)
}
