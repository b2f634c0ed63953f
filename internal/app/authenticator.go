package app

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// safeAdminToken is in characters. A shorter token can be guessed.
const safeAdminToken = 16

// authenticator decides which tokens are accepted: the configured one, those in the
// database, preview tokens, and those of the OpenID issuer.
type authenticator struct {
	store      *store.Store
	now        func() time.Time
	configured string       // the digest of the configured token, empty when there is none
	issuer     *auth.Issuer // nil when there is none
	// preview returns whom a preview token stands for.
	preview func(ctx context.Context, token string) (auth.Actor, error)
}

func newAuthenticator(n *Newsroom, config Config, issuer *auth.Issuer) *authenticator {
	a := &authenticator{store: n.store, now: config.Now, issuer: issuer, preview: n.Service.Preview}
	if config.AdminToken != "" {
		a.configured = auth.Digest(config.AdminToken)
	}
	return a
}

// warnOfShortToken warns the operator of a configured token that can be guessed.
func warnOfShortToken(config Config) {
	if config.AdminToken != "" && len(config.AdminToken) < safeAdminToken {
		config.Log.Warn("DIWAN_ADMIN_TOKEN is short enough to be guessed; where others reach this server, give it the output of `openssl rand -hex 32`")
	}
}

// ensureAdmin creates and returns an admin token, of which only the digest is
// stored. It returns "" if there is a valid one already, in the database or
// configured.
func (a *authenticator) ensureAdmin(ctx context.Context) (newToken string, err error) {
	if a.configured != "" {
		return "", nil
	}
	token := auth.NewToken()
	stored, err := a.store.EnsureAdminToken(ctx, auth.Digest(token), model.At(a.now()))
	if err != nil || !stored {
		return "", err
	}
	return token, nil
}

// authenticate returns whose token it is; an error with the code UNAUTHENTICATED
// when it is nobody's.
func (a *authenticator) authenticate(ctx context.Context, token string) (auth.Actor, error) {
	digest := auth.Digest(token)
	if a.configured != "" && subtle.ConstantTimeCompare([]byte(digest), []byte(a.configured)) == 1 {
		return auth.Actor{Key: auth.AdminKey, Name: store.AdminName, Role: model.RoleAdmin}, nil
	}
	if auth.IsPreview(token) {
		return a.preview(ctx, token)
	}
	if a.issuer != nil && auth.LooksLikeJWT(token) {
		return a.issuer.Actor(ctx, token)
	}
	known, err := a.store.TokenByDigest(ctx, digest)
	if err != nil {
		return auth.Actor{}, err
	}
	if known.Expired(model.At(a.now())) {
		return auth.Actor{}, &model.Error{Code: model.CodeUnauthenticated, Message: "the token has expired, on " + known.ExpiresAt.String() + "; ask an admin for another"}
	}
	return auth.Actor{Key: fmt.Sprintf("token:%d", known.Key), Name: known.Name, Role: known.Role, TokenID: known.Key}, nil
}
