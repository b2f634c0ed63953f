package store_test

import (
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := t.Context()
	first := &model.AccessToken{Name: "Desk", Role: model.RoleEditor, ExpiresAt: of(begin - 1)}
	second := &model.AccessToken{Name: "Site", Role: model.RoleAdmin}
	mustWrite(t, s, func(tx *store.Tx) error {
		if err := tx.InsertAccessToken(first, "digest-1"); err != nil {
			return err
		}
		return tx.InsertAccessToken(second, "digest-2")
	})
	list := func(want ...string) {
		t.Helper()
		tokens, err := s.AccessTokens(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, token := range tokens {
			got = append(got, token.Name)
		}
		wantList(t, "tokens, the newest first", got, want...)
	}
	list("Site", "Desk")
	if token, err := s.TokenByDigest(ctx, "digest-1"); err != nil || token.Key != first.Key || token.Role != model.RoleEditor || token.CreatedAt != begin {
		t.Errorf("TokenByDigest = %+v, %v, want the first, though it has expired", token, err)
	}
	_, err := s.TokenByDigest(ctx, "digest-3")
	wantCode(t, "an unknown digest", err, model.CodeUnauthenticated)

	ids := []model.ID{id(model.NodeAccessToken, first.Key)}
	if node := loaded(t, s, editors(), nil, ids...)[0]; node != nil {
		t.Errorf("editors see the token %+v", node)
	}
	admins := store.View{Drafts: true, Tokens: true}
	if node := loaded(t, s, admins, nil, ids...)[0]; node == nil || node.(*model.AccessToken).Name != "Desk" {
		t.Errorf("admins see %+v, want the token", node)
	}

	used := func() *model.DateTime {
		t.Helper()
		token, err := s.TokenByDigest(ctx, "digest-1")
		if err != nil {
			t.Fatal(err)
		}
		return token.LastUsedAt
	}
	hour := model.DateTime(time.Hour.Milliseconds())
	for _, use := range []struct{ at, want model.DateTime }{{begin, begin}, {begin + hour - 1, begin}, {begin + hour, begin + hour}} {
		if err := s.UseToken(ctx, first.Key, use.at); err != nil || *used() != use.want {
			t.Errorf("last use after one at %s = %s, %v, want %s", use.at, *used(), err, use.want)
		}
	}

	mustWrite(t, s, func(tx *store.Tx) error { return tx.RevokeAccessToken(first.Key) })
	list("Site")
	_, err = s.TokenByDigest(ctx, "digest-1")
	wantCode(t, "the digest of a token that was revoked", err, model.CodeUnauthenticated)
	if node := loaded(t, s, admins, nil, ids...)[0]; node != nil {
		t.Errorf("admins see the token %+v that was revoked", node)
	}
	err = s.Write(ctx, samira, begin, func(tx *store.Tx) error { return tx.RevokeAccessToken(first.Key) })
	wantCode(t, "revoking it again", err, model.ErrorCodeNotFound)
}

// An administrator's token is created only if no valid one exists.
func TestEnsureAdminToken(t *testing.T) {
	t.Parallel()
	s := open(t)
	ensure := func(digest string, want bool) {
		t.Helper()
		if stored, err := s.EnsureAdminToken(t.Context(), digest, begin); err != nil || stored != want {
			t.Errorf("EnsureAdminToken(%s) = %v, %v, want %v", digest, stored, err, want)
		}
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		return tx.InsertAccessToken(&model.AccessToken{Name: "Old", Role: model.RoleAdmin, ExpiresAt: of(begin)}, "old")
	})
	ensure("one", true)
	ensure("two", false)
	token, err := s.TokenByDigest(t.Context(), "one")
	if err != nil || token.Name != store.AdminName || token.Role != model.RoleAdmin {
		t.Fatalf("the token = %+v, %v, want the administrator's", token, err)
	}
	mustWrite(t, s, func(tx *store.Tx) error { return tx.RevokeAccessToken(token.Key) })
	ensure("three", true)
}
