// Package auth identifies callers by their tokens, and decides what they may do.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/diwan-cms/diwan/model"
)

// Actor is a caller, and the perspective that they ask for. The zero Actor sent no
// credential.
type Actor struct {
	// Key identifies the actor, whatever their name is: token:12, oidc:<issuer>
	// <subject>, or one of the keys below. Empty when nobody is identified.
	Key string
	// Name is what the change log calls them. Empty when they have none.
	Name string
	// Role decides what they may do.
	Role model.Role
	// TokenID is the row of their access token, 0 when they sent none.
	TokenID int64
	// Drafts reports whether the request asks for the perspective of drafts.
	Drafts bool
	// Preview is the key of the article whose working copy a preview link shows, 0 for
	// none. PreviewOnly reports whether no other article is shown.
	Preview     int64
	PreviewOnly bool
}

// The keys of actors that have no row in the database.
const (
	// AdminKey is the holder of the token in DIWAN_ADMIN_TOKEN.
	AdminKey = "admin"
	// ImportKey is whoever runs imports on the machine, and CommandLineKey whoever runs
	// other commands.
	ImportKey      = "import"
	CommandLineKey = "command line"
)

type actorKey struct{}

// WithActor adds the actor to the context of a request.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf returns the actor of a context, with the role ANONYMOUS if there is none.
func ActorOf(ctx context.Context) Actor {
	actor, _ := ctx.Value(actorKey{}).(Actor)
	if actor.Role == "" {
		actor.Role = model.RoleAnonymous
	}
	return actor
}

// TokenPrefix makes a leaked token recognisable, to people and to secret scanners.
const TokenPrefix = "diwan_"

// NewToken returns a new access token of 256 random bits.
func NewToken() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails: crypto/rand would end the program
	return TokenPrefix + base64.RawURLEncoding.EncodeToString(bits[:])
}

// Digest returns what is stored of a token: its SHA-256 in hexadecimal. Tokens have
// 256 random bits, so that no slow hash is needed.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
