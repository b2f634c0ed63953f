package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/model"
)

// AccessToken is what is kept of a token: whose it is, and what they may do.
type AccessToken struct {
	Name string
	Role string
}

const (
	// RoleAdmin is the role that may do everything.
	RoleAdmin = "ADMIN"
	// AdminName stands in the change log for who has the admin token.
	AdminName = "admin"
)

// EnsureAdminToken stores the digest of an administrator's token, unless there
// is one already: then it reports false and stores nothing.
func (s *Store) EnsureAdminToken(ctx context.Context, digest string, at model.DateTime) (stored bool, err error) {
	err = s.write(ctx, func(db *gorm.DB) error {
		var exists bool
		if err := db.Raw("SELECT EXISTS (SELECT 1 FROM access_tokens WHERE role = ?)", RoleAdmin).Scan(&exists).Error; err != nil || exists {
			return err
		}
		stored = true
		return db.Exec("INSERT INTO access_tokens (name, role, digest, created_at) VALUES (?, ?, ?, ?)", AdminName, RoleAdmin, digest, at).Error
	})
	if err != nil {
		return false, fmt.Errorf("store the admin token: %w", err)
	}
	return stored, nil
}

// TokenByDigest answers the token with this digest, and an error with the code
// UNAUTHENTICATED when there is none.
func (s *Store) TokenByDigest(ctx context.Context, digest string) (*AccessToken, error) {
	var token AccessToken
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT name, role FROM access_tokens WHERE digest = ?", digest).Take(&token).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, UnknownToken()
	}
	if err != nil {
		return nil, fmt.Errorf("look up a token: %w", s.troubled(ctx, err))
	}
	return &token, nil
}

// UnknownToken is the error for who sent a token that is nobody's.
func UnknownToken() *model.Error {
	return &model.Error{Code: model.CodeUnauthenticated, Message: "the token is not known here; check it, or leave the header Authorization out to read what is published"}
}
