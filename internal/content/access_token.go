package content

import (
	"context"
	"log/slog"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// maxTokenName is how long the name of a token may be, in characters.
const maxTokenName = 200

// Viewer returns the current user.
func (s *Service) Viewer(ctx context.Context) *model.Viewer {
	actor := auth.ActorOf(ctx)
	viewer := &model.Viewer{Role: actor.Role}
	if actor.Name != "" {
		viewer.Name = &actor.Name
	}
	return viewer
}

// AccessTokens returns the tokens that are not revoked, newest first.
func (s *Service) AccessTokens(ctx context.Context) ([]*model.AccessToken, error) {
	if err := auth.May(ctx, auth.ManageTokens); err != nil {
		return nil, err
	}
	return s.store.AccessTokens(ctx)
}

// CreateAccessToken makes a token. It returns the secret with what is stored of the
// token: the secret itself is stored nowhere. A token without expires never
// expires.
func (s *Service) CreateAccessToken(ctx context.Context, name string, role model.Role, expires *model.DateTime) (secret string, token *model.AccessToken, err error) {
	next := &model.AccessToken{Name: name, Role: role, ExpiresAt: expires}
	secret = auth.NewToken()
	err = s.writeAs(ctx, auth.ManageTokens, "create access token", once{
		write: func(tx *store.Tx) error {
			if err := checkAccessToken(next, tx.At()); err != nil {
				return under(err, "input")
			}
			return tx.InsertAccessToken(next, auth.Digest(secret))
		},
		result: func() any { return next.ID() },
		again: func(_ context.Context, result []byte) error {
			return model.Invalid("the token with the id %s was made when this request came first, and its secret was lost with the answer; revoke it, and make another with another key", strings.Trim(string(result), `"`))
		},
	})
	if err != nil {
		return "", nil, err
	}
	s.logAction(ctx, "an access token was made", slog.String("token", next.ID().String()), slog.String("name", name), slog.String("role", string(role)))
	return secret, next, nil
}

// logAction logs that the current user gave or took access to the newsroom. That is
// no change of the content, and so not in the change log.
func (s *Service) logAction(ctx context.Context, what string, about ...slog.Attr) {
	actor := auth.ActorOf(ctx)
	about = append(about, slog.String("by", actor.Name), slog.String("actorKey", actor.Key), slog.String("requestId", model.RequestIDOf(ctx)))
	s.log.LogAttrs(ctx, slog.LevelInfo, what, about...)
}

func checkAccessToken(t *model.AccessToken, now model.DateTime) error {
	var c check
	c.refuse(text.CheckLine(t.Name, maxTokenName), "name")
	switch t.Role {
	case model.RoleReader, model.RoleContributor, model.RoleEditor, model.RoleAdmin:
	case model.RoleAnonymous:
		c.invalid("role", "ANONYMOUS takes no token; send READER, CONTRIBUTOR, EDITOR or ADMIN")
	default:
		c.invalid("role", "%.40q is not a role; send READER, CONTRIBUTOR, EDITOR or ADMIN", t.Role)
	}
	if t.Expired(now) {
		c.invalid("expiresAt", "%s is past; send an instant to come, or leave it out for a token that does not expire", t.ExpiresAt)
	}
	return c.errors.OrNil()
}

// RevokeAccessToken makes a token worthless at once. NOT_FOUND when it is revoked
// already.
func (s *Service) RevokeAccessToken(ctx context.Context, id model.ID) error {
	err := s.write(ctx, auth.ManageTokens, "revoke access token", func(tx *store.Tx) error {
		key, err := id.Want(model.NodeAccessToken)
		if err == nil {
			err = tx.RevokeAccessToken(key)
		}
		return under(err, "id")
	})
	if err == nil {
		s.logAction(ctx, "an access token was revoked", slog.String("token", id.String()))
	}
	return err
}
