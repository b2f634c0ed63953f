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

// Actor is who asks, and which world they asked to see.
type Actor struct {
	// Name stands in the change log. Empty for who did not say.
	Name string
	// Admin may write everything and see drafts.
	Admin bool
	// Drafts says that the request asked for the perspective of drafts.
	Drafts bool
}

// Action is something that not everyone may do.
type Action string

// The actions.
const (
	// WriteContent creates, changes, publishes and deletes.
	WriteContent Action = "write content"
	// SeeDrafts reads what is not published.
	SeeDrafts Action = "see drafts"
	// SeeTraces is told the SQL that a request runs. In development everybody is.
	SeeTraces Action = "see what a request takes"
	// SeeMetrics reads /metrics. In development everybody may.
	SeeMetrics Action = "see metrics"
)

// May is the one place that decides who may do what: it answers FORBIDDEN when the
// actor of the context may not.
func May(ctx context.Context, action Action) error {
	if ActorOf(ctx).Admin {
		return nil
	}
	return model.Forbidden("to %s, send the header `Authorization: Bearer <admin token>`", action)
}

type actorKey struct{}

// WithActor makes the actor known to what answers the request.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf answers who asks; a reader without a name when nobody said.
func ActorOf(ctx context.Context) Actor {
	actor, _ := ctx.Value(actorKey{}).(Actor)
	return actor
}

// tokenPrefix makes a token recognisable where it should not be, to people and
// to scanners of leaked secrets.
const tokenPrefix = "diwan_"

// NewToken makes an access token of 256 random bits.
func NewToken() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails: crypto/rand ends the program instead
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(bits[:])
}

// Digest is what is kept of a token: its SHA-256 in hexadecimal. The tokens
// have 256 random bits, so that no slow hash is needed.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
