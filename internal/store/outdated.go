package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// VersionTable is the table of the migrations that were applied.
const VersionTable = "goose_db_version"

// errOutdated means that a newer binary has migrated the database.
var errOutdated = errors.New("the tables are those of a newer diwan")

// refuseOutdated refuses to write in a transaction once a newer binary has migrated the
// database: what this one writes would not be what the other reads.
func (s *Store) refuseOutdated(db *gorm.DB) error {
	if s.tables == 0 {
		return nil
	}
	db = db.WithContext(database.Quietly(context.WithoutCancel(db.Statement.Context)))
	var version int64
	if err := s.engine.Statements(db).Scan(&version, sql.Text("SELECT MAX(version_id) FROM "+VersionTable)); err != nil {
		return err
	}
	return s.outdated(version)
}

func (s *Store) outdated(version int64) error {
	if s.tables == 0 || version <= s.tables {
		return nil
	}
	return errors.Join(&model.Error{
		Code:    model.CodeUnavailable,
		Message: "a newer diwan has migrated the database, and this server writes no more; nothing was written, send it again to a newer server",
	}, errOutdated)
}
