// Package auth knows who asks: tokens, and the actor that a request carries.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/diwan-cms/diwan/model"
)

// Actor is who asks, and which world they asked to see. The zero Actor is
// somebody without a credential.
type Actor struct {
	// Key is the same for the same one, whatever they are called: token:12,
	// oidc:<issuer> <subject>, AdminKey or ImportKey. Empty for nobody.
	Key string
	// Name stands in the change log. Empty for who did not say.
	Name string
	// Role is what they may do.
	Role model.Role
	// TokenID is the row of the access token that they sent, 0 when they sent none.
	TokenID int64
	// Drafts says that the request asked for the perspective of drafts.
	Drafts bool
	// Preview is the key of the article of which a preview link shows the working
	// copy, 0 for none; PreviewOnly says that no other article is shown.
	Preview     int64
	PreviewOnly bool
}

// The keys of those who are not in the database.
const (
	// AdminKey is of who has the token in DIWAN_ADMIN_TOKEN.
	AdminKey = "admin"
	// ImportKey is of who runs commands on the machine.
	ImportKey = "import"
)

type actorKey struct{}

// WithActor makes the actor known to what answers the request.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf answers who asks; one without a name, ANONYMOUS, when nobody said.
func ActorOf(ctx context.Context) Actor {
	actor, _ := ctx.Value(actorKey{}).(Actor)
	if actor.Role == "" {
		actor.Role = model.RoleAnonymous
	}
	return actor
}

// TokenPrefix makes a token recognisable where it should not be, to people and
// to scanners of leaked secrets.
const TokenPrefix = "diwan_"

// NewToken makes an access token of 256 random bits.
func NewToken() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails: crypto/rand ends the program instead
	return TokenPrefix + base64.RawURLEncoding.EncodeToString(bits[:])
}

// Digest is what is kept of a token: its SHA-256 in hexadecimal. The tokens
// have 256 random bits, so that no slow hash is needed.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
