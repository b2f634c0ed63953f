package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/model"
)

// compactAtOnce is how many changes one transaction looks at: other writers wait for
// some milliseconds.
const compactAtOnce = 500

// Compact drops changes that were made before a moment, and returns how many. Each node
// keeps its last change, and the last that readers see, of those before the first
// younger change. A client that starts with an empty copy thus ends up with the same
// content, deletions included. Cursors from before are refused from then on.
//
// One server compacts at a time. What an interrupted call has done stays done.
func (s *Store) Compact(ctx context.Context, before model.DateTime) (dropped int64, err error) {
	err = s.Alone(ctx, func() error {
		for {
			some, more, err := s.compact(ctx, before)
			dropped += some
			if err != nil || !more {
				return err
			}
		}
	})
	if err != nil {
		return dropped, fmt.Errorf("compact the change log: %w", err)
	}
	return dropped, nil
}

// compact moves the horizon past some changes and, in the same transaction, drops those
// that later ones replace.
func (s *Store) compact(ctx context.Context, before model.DateTime) (dropped int64, more bool, err error) {
	err = s.write(ctx, func(db *gorm.DB) error {
		var from int64
		if err := db.Raw("SELECT " + HorizonNow).Scan(&from).Error; err != nil {
			return err
		}
		var next []struct {
			ID int64
			At model.DateTime
		}
		if err := db.Raw("SELECT id, at FROM changes WHERE id > ? ORDER BY id LIMIT ?", from, compactAtOnce).Scan(&next).Error; err != nil {
			return err
		}
		to, old := from, 0
		for old < len(next) && next[old].At < before {
			to = next[old].ID
			old++
		}
		if old == 0 {
			return nil
		}
		more = old == compactAtOnce
		done := db.Exec(`DELETE FROM changes WHERE id IN (
			SELECT change.id FROM changes change
			WHERE (change.node_type, change.node_id) IN (SELECT node_type, node_id FROM changes WHERE id > ? AND id <= ?)
			AND EXISTS (SELECT 1 FROM changes later WHERE later.node_type = change.node_type AND later.node_id = change.node_id
				AND later.id > change.id AND later.id <= ? AND (later.readers OR NOT change.readers)))`, from, to, to)
		if done.Error != nil {
			return done.Error
		}
		dropped = done.RowsAffected
		return db.Exec("INSERT INTO change_horizon (id, position) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position", to).Error
	})
	if err != nil {
		return 0, false, err
	}
	return dropped, more, nil
}
