package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
)

// PreviewKey signs preview links.
const PreviewKey = "preview links"

// SigningKey returns the key of that name, which all servers of the database share. The
// first caller creates it.
func (s *Store) SigningKey(ctx context.Context, name string, fresh func() []byte) ([]byte, error) {
	var keys [][]byte
	read := func() error {
		return s.engine.Reader().WithContext(ctx).Raw("SELECT value FROM signing_keys WHERE name = ?", name).Scan(&keys).Error
	}
	err := read()
	if err == nil && len(keys) == 0 {
		err = s.write(ctx, func(db *gorm.DB) error {
			return db.Exec("INSERT INTO signing_keys (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, blob(fresh())).Error
		})
		if err == nil {
			err = read()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key that signs %s: %w", name, database.Troubled(ctx, s.engine, err))
	}
	return keys[0], nil
}
