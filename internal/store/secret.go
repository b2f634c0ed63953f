package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// PreviewSecret signs preview links.
const PreviewSecret = "preview links"

// Secret answers the secret of that name, which all servers on the database share;
// the first who asks for it makes it.
func (s *Store) Secret(ctx context.Context, name string, fresh func() []byte) ([]byte, error) {
	var secrets [][]byte
	read := func() error {
		return s.dialect.reader().WithContext(ctx).Raw("SELECT value FROM secrets WHERE name = ?", name).Scan(&secrets).Error
	}
	err := read()
	if err == nil && len(secrets) == 0 {
		err = s.write(ctx, func(db *gorm.DB) error {
			return db.Exec("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, blob(fresh())).Error
		})
		if err == nil {
			err = read()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret of %s: %w", name, s.troubled(ctx, err))
	}
	return secrets[0], nil
}
