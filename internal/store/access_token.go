package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// AdminName is the name of the token that the first start creates, and of the actor with
// the token in DIWAN_ADMIN_TOKEN.
const AdminName = "admin"

func accessTokenNoun() *noun[model.AccessToken] {
	return &noun[model.AccessToken]{
		node:    model.NodeAccessToken,
		table:   "access_tokens",
		key:     func(t *model.AccessToken) int64 { return t.Key },
		slots:   func(t *model.AccessToken) *model.Slots { return &t.Slots },
		asNode:  func(t *model.AccessToken) model.Node { return t },
		columns: map[string]string{"name": "name", "role": "role", "createdAt": "created_at", "expiresAt": "expires_at", "lastUsedAt": "last_used_at"},
		visible: func(v View) sql.Clause {
			if !v.Tokens {
				return sql.Never()
			}
			return sql.Text("n.revoked_at IS NULL")
		},
	}
}

// accessTokenRow is a token with the digest it is looked up by.
type accessTokenRow struct {
	model.AccessToken
	Digest string
}

// TableName is where GORM finds it.
func (accessTokenRow) TableName() string { return "access_tokens" }

// EnsureAdminToken stores the digest of an administrator's token, unless there is a
// valid one already: then it returns false.
func (s *Store) EnsureAdminToken(ctx context.Context, digest string, at model.DateTime) (stored bool, err error) {
	err = s.write(ctx, func(db *gorm.DB) error {
		var exists bool
		err := db.Raw("SELECT EXISTS (SELECT 1 FROM access_tokens WHERE role = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?))",
			model.RoleAdmin, at).Scan(&exists).Error
		if err != nil || exists {
			return err
		}
		stored = true
		return db.Create(&accessTokenRow{model.AccessToken{Name: AdminName, Role: model.RoleAdmin, CreatedAt: at}, digest}).Error
	})
	if err != nil {
		return false, fmt.Errorf("store the admin token: %w", err)
	}
	return stored, nil
}

// TokenByDigest returns the token with this digest, even if it has expired;
// UNAUTHENTICATED if there is none or it was revoked.
func (s *Store) TokenByDigest(ctx context.Context, digest string) (*model.AccessToken, error) {
	var found accessTokenRow
	err := s.engine.Reader().WithContext(ctx).Where("digest = ? AND revoked_at IS NULL", digest).Take(&found).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, UnknownToken()
	}
	if err != nil {
		return nil, fmt.Errorf("look up a token: %w", database.Troubled(ctx, s.engine, err))
	}
	// The time of the look-up may reveal a part of a digest, from which no token can be
	// made. This comparison decides.
	if subtle.ConstantTimeCompare([]byte(found.Digest), []byte(digest)) != 1 {
		return nil, UnknownToken()
	}
	return &found.AccessToken, nil
}

// UnknownToken is the error for a token that is not in the database.
func UnknownToken() *model.Error {
	return &model.Error{Code: model.CodeUnauthenticated, Message: "the token is not known here; check it, or ask an admin for another: it may have been revoked"}
}

// AccessTokens returns the tokens that have not been revoked, newest first.
func (s *Store) AccessTokens(ctx context.Context) (tokens []*model.AccessToken, err error) {
	err = s.engine.Reader().WithContext(ctx).Where("revoked_at IS NULL").Order("created_at DESC, id DESC").Find(&tokens).Error
	if err != nil {
		return nil, fmt.Errorf("list the tokens: %w", database.Troubled(ctx, s.engine, err))
	}
	return tokens, nil
}

// UseEvery is how often the use of a token is recorded.
const UseEvery = time.Hour

// UseToken records that a token was used, unless a use less than UseEvery ago is
// recorded already.
func (s *Store) UseToken(ctx context.Context, key int64, at model.DateTime) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		return db.Exec("UPDATE access_tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)",
			at, key, model.At(at.Time().Add(-UseEvery))).Error
	})
	if err != nil {
		return fmt.Errorf("note the use of a token: %w", err)
	}
	return nil
}

// InsertAccessToken writes a new token with the digest of its secret, and sets its key
// and time. Tokens are not in the change log.
func (tx *Tx) InsertAccessToken(t *model.AccessToken, digest string) error {
	t.CreatedAt = tx.at
	row := &accessTokenRow{*t, digest}
	if err := tx.on.Insert(row); err != nil {
		return fail(err, model.NodeAccessToken, "create")
	}
	t.Key = row.Key
	return nil
}

// RevokeAccessToken invalidates a token and keeps its row; NOT_FOUND if there is none,
// or it was revoked before.
func (tx *Tx) RevokeAccessToken(key int64) error {
	revoked, err := tx.on.Exec(sql.Text("UPDATE access_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", tx.at, key))
	if err != nil {
		return fail(err, model.NodeAccessToken, "revoke")
	}
	if revoked == 0 {
		return &model.Error{Code: model.ErrorCodeNotFound, Message: "there is no such access token; it may have been revoked"}
	}
	return nil
}
