package app

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// safeAdminToken is in characters. Shorter ones can be guessed.
const safeAdminToken = 16

// tokens decides which tokens are let in: the configured one, those in the
// database, and those of the OpenID issuer.
type tokens struct {
	store  *store.Store
	now    func() time.Time
	fixed  string       // the digest of the configured token, empty when there is none
	issuer *auth.Issuer // nil when there is none
	// preview answers who has a preview token.
	preview func(ctx context.Context, token string) (auth.Actor, error)
}

// checkAdminToken refuses a configured token that is no good. None is fine.
func checkAdminToken(token string) error {
	isUnfit := func(c rune) bool { return c <= ' ' || c > '~' }
	if strings.ContainsFunc(token, isUnfit) {
		return errors.New("DIWAN_ADMIN_TOKEN has a space or a character that no header can carry; use letters, digits and punctuation of ASCII")
	}
	return nil
}

// warnOfShortToken tells whoever runs the server that others may guess the token.
func warnOfShortToken(log *slog.Logger, token string) {
	if token != "" && len(token) < safeAdminToken {
		log.Warn("DIWAN_ADMIN_TOKEN is short enough to be guessed; where others reach this server, give it the output of `openssl rand -hex 32`")
	}
}

func newTokens(n *Newsroom, config Config, issuer *auth.Issuer) *tokens {
	t := &tokens{store: n.store, now: config.Now, issuer: issuer, preview: n.Service.Preview}
	if config.AdminToken != "" {
		t.fixed = auth.Digest(config.AdminToken)
	}
	return t
}

// ensureAdmin makes the admin token of a database that has none which is accepted,
// and answers it; only its digest is kept. It answers "" when there is one already,
// in the database or configured.
func (t *tokens) ensureAdmin(ctx context.Context) (newToken string, err error) {
	if t.fixed != "" {
		return "", nil
	}
	token := auth.NewToken()
	stored, err := t.store.EnsureAdminToken(ctx, auth.Digest(token), model.At(t.now()))
	if err != nil || !stored {
		return "", err
	}
	return token, nil
}

// authenticate answers whose token it is.
func (t *tokens) authenticate(ctx context.Context, token string) (auth.Actor, error) {
	digest := auth.Digest(token)
	if t.fixed != "" && subtle.ConstantTimeCompare([]byte(digest), []byte(t.fixed)) == 1 {
		return auth.Actor{Key: auth.AdminKey, Name: store.AdminName, Role: model.RoleAdmin}, nil
	}
	if auth.IsPreview(token) {
		return t.preview(ctx, token)
	}
	if t.issuer != nil && auth.LooksLikeJWT(token) {
		return t.issuer.Actor(ctx, token)
	}
	known, err := t.store.TokenByDigest(ctx, digest)
	if err != nil {
		return auth.Actor{}, err
	}
	if known.Expired(model.At(t.now())) {
		return auth.Actor{}, &model.Error{Code: model.CodeUnauthenticated, Message: "the token has expired, on " + known.ExpiresAt.String() + "; ask an admin for another"}
	}
	return auth.Actor{Key: fmt.Sprintf("token:%d", known.Key), Name: known.Name, Role: known.Role, TokenID: known.Key}, nil
}
