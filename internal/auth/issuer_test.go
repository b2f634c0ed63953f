package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/model"
)

func TestTokensOfAnIssuer(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(t)
	cases := map[string]struct {
		changes claims
		role    model.Role
		called  string
	}{
		"a role in lower case":           {nil, model.RoleEditor, "u-17"},
		"a list with one known role":     {claims{"role": []string{"staff", "Reader"}}, model.RoleReader, "u-17"},
		"the highest of several roles":   {claims{"role": []string{"CONTRIBUTOR", "ADMIN", "READER"}}, model.RoleAdmin, "u-17"},
		"several audiences":              {claims{"aud": []string{"shop", "diwan"}}, model.RoleEditor, "u-17"},
		"a name":                         {claims{"name": " سميرة ", "preferred_username": "samira", "email": "s@example.org"}, model.RoleEditor, "سميرة"},
		"a user name":                    {claims{"preferred_username": "samira", "email": "s@example.org"}, model.RoleEditor, "samira"},
		"an address":                     {claims{"email": "s@example.org"}, model.RoleEditor, "s@example.org"},
		"a name that is none":            {claims{"name": 7}, model.RoleEditor, "u-17"},
		"a clock that is a little ahead": {claims{"nbf": noon.Add(time.Minute).Unix()}, model.RoleEditor, "u-17"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := issuer.Actor(t.Context(), p.key.sign(t, p.claims(c.changes)))
			want := Actor{Key: "oidc:" + p.URL + " u-17", Name: c.called, Role: c.role}
			if err != nil || got != want {
				t.Errorf("Actor = %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestTokensThatAnIssuerDidNotIssueForUs(t *testing.T) {
	t.Parallel()
	p, other := newProvider(t), newProvider(t)
	issuer := p.issuer(t)
	good := p.key.sign(t, p.claims(nil))
	parts := strings.Split(good, ".")
	shared := part(t, claims{"alg": "HS256", "kid": "main"}) + "." + parts[1]
	mac := hmac.New(sha256.New, []byte(p.published[0]["x"]))
	mac.Write([]byte(shared))
	cases := map[string]struct{ token, says string }{
		"of another issuer":                 {other.key.sign(t, other.claims(nil)), "its signature is none of the issuer's"},
		"that names another issuer":         {p.key.sign(t, p.claims(claims{"iss": other.URL})), other.URL},
		"for another audience":              {p.key.sign(t, p.claims(claims{"aud": "shop"})), "for the audience diwan"},
		"for no audience":                   {p.key.sign(t, p.claims(claims{"aud": nil})), "for the audience diwan"},
		"that has expired":                  {p.key.sign(t, p.claims(claims{"exp": noon.Add(-time.Second).Unix()})), "token is expired"},
		"that never expires":                {p.key.sign(t, p.claims(claims{"exp": nil})), "token is expired"},
		"that is not valid yet":             {p.key.sign(t, p.claims(claims{"nbf": noon.Add(6 * time.Minute).Unix()})), "before the nbf"},
		"of no subject":                     {p.key.sign(t, p.claims(claims{"sub": nil})), "it does not say whose it is"},
		"with a key of the same name":       {newSigner(t, "main").sign(t, p.claims(nil)), "its signature is none of the issuer's"},
		"with the signature of another":     {parts[0] + "." + part(t, p.claims(claims{"role": "ADMIN"})) + "." + parts[2], "its signature is none of the issuer's"},
		"without a signature":               {parts[0] + "." + parts[1] + ".", "its signature is none of the issuer's"},
		"that needs no signature":           {part(t, claims{"alg": "none"}) + "." + parts[1] + ".", "signature algorithm"},
		"signed with a public key":          {shared + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), "signature algorithm"},
		"that is three words":               {"one.two.three", "malformed jwt"},
		"whose claims are of another shape": {p.key.sign(t, p.claims(claims{"iat": "yesterday"})), "the token is not accepted"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := issuer.Actor(t.Context(), c.token)
			if model.CodeOf(err) != model.CodeUnauthenticated || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "get a new one from "+p.URL) || got != (Actor{}) {
				t.Errorf("Actor = %+v, %v, want UNAUTHENTICATED with %q", got, err, c.says)
			}
		})
	}
}

func TestTokensWithoutARole(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(t)
	for _, role := range []any{nil, "", "anonymous", "staff", []any{}, []any{1, true, nil}, 4, claims{"role": "ADMIN"}, "ADMIN,EDITOR"} {
		got, err := issuer.Actor(t.Context(), p.key.sign(t, p.claims(claims{"role": role})))
		if model.CodeOf(err) != model.ErrorCodeForbidden || !strings.Contains(err.Error(), "its claim `role` has none") || got != (Actor{}) {
			t.Errorf("Actor with the role %v = %+v, %v, want FORBIDDEN that names the claim", role, got, err)
		}
	}
}

func TestRolesInOtherClaims(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for name, c := range map[string]struct {
		claim, roles string
		sent         claims
		want         model.Role
	}{
		"a claim inside another":               {"realm_access.roles", "", claims{"realm_access": claims{"roles": []string{"offline_access", "editor"}}}, model.RoleEditor},
		"a claim inside one that is no object": {"realm_access.roles", "", claims{"realm_access": "editor"}, ""},
		"a claim with dots in its name":        {"https://example.org/roles", "", claims{"https://example.org/roles": "ADMIN"}, model.RoleAdmin},
		"one inside a claim with dots":         {"https://example.org/app.roles", "", claims{"https://example.org/app": claims{"roles": "ADMIN"}}, model.RoleAdmin},
		"a mapped value":                       {"groups", "newsdesk=EDITOR, chief=admin", claims{"groups": []string{"newsdesk", "all"}}, model.RoleEditor},
		"the highest of mapped values":         {"groups", "newsdesk=EDITOR,chief=ADMIN", claims{"groups": []string{"newsdesk", "chief"}}, model.RoleAdmin},
		"a value that is not mapped":           {"groups", "newsdesk=EDITOR", claims{"groups": []string{"ADMIN", "Newsdesk"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := p.issuer(t, func(config *IssuerConfig) { config.RoleClaim, config.RoleMap = c.claim, c.roles })
			if got, err := issuer.Actor(t.Context(), p.key.sign(t, p.claims(c.sent))); got.Role != c.want || (err == nil) != (c.want != "") {
				t.Errorf("Actor by %s = %+v, %v, want the role %q", c.claim, got, err, c.want)
			}
		})
	}
}

func TestNewIssuerRefuses(t *testing.T) {
	t.Parallel()
	for want, edit := range map[string]func(*IssuerConfig){
		"are of no use without --oidc-issuer":        func(c *IssuerConfig) { c.Issuer = "" },
		`--oidc-issuer is "login.example"`:           func(c *IssuerConfig) { c.Issuer = "login.example" },
		`--oidc-issuer is "ftp://login.example"`:     func(c *IssuerConfig) { c.Issuer = "ftp://login.example" },
		"--oidc-issuer needs --oidc-audience":        func(c *IssuerConfig) { c.Audience = "" },
		`--oidc-role-map: "desk=CHIEF" is none`:      func(c *IssuerConfig) { c.RoleMap = "desk=CHIEF" },
		`--oidc-role-map: "all=ANONYMOUS" is none`:   func(c *IssuerConfig) { c.RoleMap = "desk=EDITOR,all=ANONYMOUS" },
		`--oidc-role-map: "=EDITOR" is none`:         func(c *IssuerConfig) { c.RoleMap = "=EDITOR" },
		`--oidc-role-map: "desk" stands there twice`: func(c *IssuerConfig) { c.RoleMap = "desk=EDITOR,desk=ADMIN" },
	} {
		config := IssuerConfig{Issuer: "https://login.example", Audience: "diwan"}
		edit(&config)
		if _, err := NewIssuer(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewIssuer(%+v) = %v, want an error with %q", config, err, want)
		}
	}
}

// Issuers change their keys now and then.
func TestNewKeysAreFetchedAfterTheInterval(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(t)
	accepts := func(when string, token string, want bool) {
		t.Helper()
		if _, err := issuer.Actor(t.Context(), token); (err == nil) != want || err != nil && model.CodeOf(err) != model.CodeUnauthenticated {
			t.Errorf("%s: Actor = %v, want it accepted: %t", when, err, want)
		}
	}
	next := newSigner(t, "next")
	before, after := p.key.sign(t, p.claims(nil)), next.sign(t, p.claims(nil))
	accepts("the first key", before, true)
	p.set(func() { p.published = []map[string]string{next.public(t)} })
	accepts("a new key, a moment after the keys were fetched", after, false)
	accepts("the first key, which is still known", before, true)
	p.set(func() { p.now = noon.Add(throttleInterval) })
	accepts("a new key, later", after, true)
	accepts("the first key, which has gone", before, false)
	if calls := p.callsTo(keysPath); calls != 2 {
		t.Errorf("the keys were fetched %d times, want 2", calls)
	}
}

func TestForgedTokensDoNotFloodTheIssuer(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer, forger := p.issuer(t), newSigner(t, "")
	var callers sync.WaitGroup
	var refused atomic.Int64
	for n := range 40 {
		forged := signer{string(rune('a' + n)), forger.key}.sign(t, p.claims(nil))
		callers.Go(func() {
			if _, err := issuer.Actor(t.Context(), forged); model.CodeOf(err) == model.CodeUnauthenticated {
				refused.Add(1)
			}
		})
	}
	callers.Wait()
	if refused.Load() != 40 || p.callsTo(keysPath) != 1 || p.callsTo(metadataPath) != 1 {
		t.Errorf("of 40 forged tokens %d were refused, the keys fetched %d and the metadata %d times, want 40, 1 and 1",
			refused.Load(), p.callsTo(keysPath), p.callsTo(metadataPath))
	}
}

func TestAnIssuerThatCannotBeReached(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(t)
	unavailable := func(when, token string) {
		t.Helper()
		if _, err := issuer.Actor(t.Context(), token); model.CodeOf(err) != model.CodeUnavailable || strings.Contains(err.Error(), p.URL) {
			t.Errorf("%s: Actor = %v, want UNAVAILABLE without the cause", when, err)
		}
	}
	accepts := func(when, token string) {
		t.Helper()
		if _, err := issuer.Actor(t.Context(), token); err != nil {
			t.Errorf("%s: Actor = %v, want it accepted", when, err)
		}
	}
	token := p.key.sign(t, p.claims(nil))
	p.set(func() { p.down = true })
	unavailable("while it is down", token)
	if log := p.log.String(); !strings.Contains(log, "the OpenID issuer cannot be asked") || !strings.Contains(log, "502 Bad Gateway") {
		t.Errorf("log = %s, want the cause", log)
	}
	p.set(func() { p.down = false })
	unavailable("a moment later", token)
	p.set(func() { p.now = noon.Add(throttleInterval) })
	accepts("after the interval", token)
	p.set(func() { p.down = true })
	accepts("while it is down and its keys are known", token)
	p.set(func() { p.now = noon.Add(3 * throttleInterval) })
	unknown := newSigner(t, "unknown").sign(t, p.claims(nil))
	unavailable("a key that cannot be fetched", unknown)
	unavailable("the same again, without another request", unknown)
	if calls := p.callsTo(keysPath); calls != 2 {
		t.Errorf("the keys were fetched %d times, want 2", calls)
	}
}

func TestMetadataThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*provider){
		"of another issuer":         func(p *provider) { p.name = "https://login.example" },
		"that is no JSON":           func(p *provider) { p.metadata = "<html>" },
		"with keys that are no URL": func(p *provider) { p.metadata = `{"issuer": "` + p.URL + `", "jwks_uri": 7}` },
		"with algorithms of another shape": func(p *provider) {
			p.metadata = `{"issuer": "` + p.URL + `", "jwks_uri": "` + p.URL + `/keys", "id_token_signing_alg_values_supported": "ES256"}`
		},
	} {
		p := newProvider(t)
		change(p)
		if _, err := p.issuer(t).Actor(t.Context(), p.key.sign(t, p.claims(nil))); model.CodeOf(err) != model.CodeUnavailable {
			t.Errorf("metadata %s: Actor = %v, want UNAVAILABLE", name, err)
		}
	}
}

func TestACallerWhoLeavesWaitsForNoIssuer(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	issuer.discovering <- struct{}{} // as if another caller were asking
	if _, err := issuer.Actor(gone, "a.b.c"); err != context.Canceled {
		t.Errorf("Actor for a caller who left = %v, want %v", err, context.Canceled)
	}
	<-issuer.discovering
	if _, err := issuer.discover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := issuer.Actor(gone, p.key.sign(t, p.claims(nil))); err != context.Canceled {
		t.Errorf("Actor for a caller who leaves while keys are fetched = %v, want %v", err, context.Canceled)
	}
}

func TestOnlyPrivateKeysSign(t *testing.T) {
	t.Parallel()
	got := asymmetric([]string{"none", "HS256", "HS384", "HS512", "ES256", "RS512", "EdDSA", "unheard of"})
	if want := []string{"ES256", "RS512", "EdDSA"}; !slices.Equal(got, want) {
		t.Errorf("asymmetric = %q, want %q", got, want)
	}
}

// lateKeySet has the key only when it is asked a second time, as when another
// request fetches it meanwhile.
type lateKeySet struct{ asked int }

func (k *lateKeySet) VerifySignature(context.Context, string) ([]byte, error) {
	k.asked++
	if k.asked == 1 {
		return nil, fmt.Errorf("fetch the keys: %w", errThrottled)
	}
	return []byte("payload"), nil
}

func TestAKeyThatAnotherRequestFetchedIsUsed(t *testing.T) {
	t.Parallel()
	failure := errors.New("left over")
	ctx := context.WithValue(t.Context(), keyErrorOf{}, &failure)
	if got, err := (keySet{&lateKeySet{}}).VerifySignature(ctx, "a.b.c"); err != nil || string(got) != "payload" || failure != nil {
		t.Errorf("VerifySignature = %q, %v, stored %v, want the payload and no error", got, err, failure)
	}
}
