package app

import (
	"context"
	"errors"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// CreateToken makes an access token in a newsroom that exists, and answers its
// secret with what is kept of it. A nil expires is never.
func CreateToken(ctx context.Context, config Config, name string, role model.Role, expires *model.DateTime) (secret string, token *model.AccessToken, err error) {
	err = withNewsroom(ctx, config, func(ctx context.Context, n *Newsroom) (err error) {
		secret, token, err = n.Service.CreateAccessToken(ctx, name, role, expires)
		return err
	})
	return secret, token, err
}

// Tokens answers the access tokens of a newsroom that were not revoked, newest
// first.
func Tokens(ctx context.Context, config Config) (tokens []*model.AccessToken, err error) {
	err = withNewsroom(ctx, config, func(ctx context.Context, n *Newsroom) (err error) {
		tokens, err = n.Service.AccessTokens(ctx)
		return err
	})
	return tokens, err
}

// RevokeToken makes an access token worthless, at once, also for servers that run.
func RevokeToken(ctx context.Context, config Config, id model.ID) error {
	return withNewsroom(ctx, config, func(ctx context.Context, n *Newsroom) error {
		return n.Service.RevokeAccessToken(ctx, id)
	})
}

// withNewsroom runs f on a newsroom that exists and has the tables of this binary,
// as whoever runs commands on the machine.
func withNewsroom(ctx context.Context, config Config, f func(context.Context, *Newsroom) error) error {
	if err := config.databaseExists(); err != nil {
		return err
	}
	config = config.withDefaults()
	s, err := store.OpenAsIs(ctx, config.store(), "try again")
	if err != nil {
		return err
	}
	return errors.Join(f(operator(ctx), newNewsroom(s, config)), s.Close())
}
