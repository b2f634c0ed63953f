package content

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	log := make(lines, 10)
	n := open(t, log.take)
	soon := model.At(*n.clock) + 1
	secret, token, err := n.CreateAccessToken(n.ctx, "the site", model.RoleReader, &soon)
	if err != nil || secret == "" || token.Name != "the site" || token.Role != model.RoleReader || *token.ExpiresAt != soon {
		t.Fatalf("createAccessToken = %q, %+v, %v", secret, token, err)
	}
	if got := <-log; !strings.Contains(got, "an access token was made") || !strings.Contains(got, "by=Samira") || strings.Contains(got, secret) {
		t.Errorf("log = %s, want who made it, and not the secret", got)
	}
	kept, err := n.store.TokenByDigest(t.Context(), auth.Digest(secret))
	if err != nil || kept.ID() != token.ID() {
		t.Errorf("the token with the digest of the secret = %+v, %v, want the new one", kept, err)
	}
	if list := must(n.AccessTokens(n.ctx))(t); len(list) != 1 || list[0].ID() != token.ID() {
		t.Errorf("accessTokens = %+v, want the new one", list)
	}
	if err := n.RevokeAccessToken(n.ctx, token.ID()); err != nil {
		t.Fatal(err)
	}
	if got := <-log; !strings.Contains(got, "an access token was revoked") {
		t.Errorf("log = %s, want that it was revoked", got)
	}
	if list := must(n.AccessTokens(n.ctx))(t); len(list) != 0 {
		t.Errorf("accessTokens = %+v, want none: it was revoked", list)
	}
	refused(t, "revokeAccessToken a second time", n.RevokeAccessToken(n.ctx, token.ID()), "NOT_FOUND at id")
	refused(t, "revokeAccessToken of an article", n.RevokeAccessToken(n.ctx, model.ID{Type: model.NodeArticle, Key: 1}), "NOT_FOUND at id")
}

func TestAccessTokensAreRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	now := model.At(*n.clock)
	for name, c := range map[string]struct {
		name    string
		role    model.Role
		expires *model.DateTime
		want    []string
	}{
		"a blank name":             {" ", model.RoleReader, nil, []string{"INVALID at input.name"}},
		"a name of 201 characters": {strings.Repeat("ن", 201), model.RoleReader, nil, []string{"INVALID at input.name"}},
		"nobody's role":            {"a", model.RoleAnonymous, nil, []string{"INVALID at input.role"}},
		"a role that is none":      {"a", "OWNER", nil, []string{"INVALID at input.role"}},
		"one that has expired":     {"a", model.RoleReader, &now, []string{"INVALID at input.expiresAt"}},
		"all of it at once":        {"", "", &now, []string{"INVALID at input.name", "INVALID at input.role", "INVALID at input.expiresAt"}},
	} {
		secret, token, err := n.CreateAccessToken(n.ctx, c.name, c.role, c.expires)
		refused(t, name, err, c.want...)
		if secret != "" || token != nil {
			t.Errorf("%s = %q, %+v, want no token", name, secret, token)
		}
	}
	editor := n.as(auth.Actor{Role: model.RoleEditor})
	if _, err := n.AccessTokens(editor); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("accessTokens of an editor = %v, want FORBIDDEN", err)
	}
	if _, _, err := n.CreateAccessToken(editor, "a", model.RoleReader, nil); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("createAccessToken of an editor = %v, want FORBIDDEN", err)
	}
}

func TestViewer(t *testing.T) {
	t.Parallel()
	n := open(t)
	if v := n.Viewer(n.ctx); *v.Name != "Samira" || v.Role != model.RoleAdmin {
		t.Errorf("viewer = %+v, want Samira, an admin", v)
	}
	if v := n.Viewer(n.reader()); v.Name != nil || v.Role != model.RoleAnonymous {
		t.Errorf("viewer without a token = %+v, want nobody", v)
	}
}
