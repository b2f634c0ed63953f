package app

import (
	"context"
	"errors"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// CreateToken creates an access token in an existing newsroom, and returns its
// secret and what is stored of it. A nil expires means never.
func CreateToken(ctx context.Context, config Config, name string, role model.Role, expires *model.DateTime) (secret string, token *model.AccessToken, err error) {
	err = withNewsroom(ctx, config, func(ctx context.Context, n *Newsroom) (err error) {
		secret, token, err = n.Service.CreateAccessToken(ctx, name, role, expires)
		return err
	})
	return secret, token, err
}

// Tokens returns the access tokens of a newsroom that have not been revoked, newest
// first.
func Tokens(ctx context.Context, config Config) (tokens []*model.AccessToken, err error) {
	err = withNewsroom(ctx, config, func(ctx context.Context, n *Newsroom) (err error) {
		tokens, err = n.Service.AccessTokens(ctx)
		return err
	})
	return tokens, err
}

// RevokeToken revokes an access token. Running servers refuse it from then on.
func RevokeToken(ctx context.Context, config Config, id model.ID) error {
	return withNewsroom(ctx, config, func(ctx context.Context, n *Newsroom) error {
		return n.Service.RevokeAccessToken(ctx, id)
	})
}

// withNewsroom runs f, as whoever may read the database itself, on an existing newsroom whose tables are
// those of this binary.
func withNewsroom(ctx context.Context, config Config, f func(context.Context, *Newsroom) error) error {
	if err := config.databaseExists(); err != nil {
		return err
	}
	config = config.withDefaults()
	s, err := store.OpenAsIs(ctx, config.store(), "try again")
	if err != nil {
		return err
	}
	return errors.Join(f(asOperator(ctx), newNewsroom(s, config)), s.Close())
}

func asOperator(ctx context.Context) context.Context {
	return auth.WithActor(ctx, auth.Actor{Key: auth.CommandLineKey, Name: auth.CommandLineKey, Role: model.RoleAdmin})
}
