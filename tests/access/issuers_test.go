package access

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// audience is the audience of the tokens in these tests.
const audience = "diwan-desk"

// signer is a signing key of an issuer.
type signer struct {
	id  string
	key *rsa.PrivateKey
}

func newSigner(t testing.TB, id string) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return signer{id, key}
}

// issuer is an OpenID Connect issuer that runs in the test.
type issuer struct {
	URL  string
	main signer

	mu        sync.Mutex
	published []signer
	asked     map[string]int // by path
	down      bool
	says      string // the issuer that it claims to be
}

// mainKey is the key of all issuers, because it takes a fifth of a second to make one.
var mainKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	key, err := mainKey()
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{main: signer{"main", key}, asked: map[string]int{}}
	i.published = []signer{i.main}
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.URL, i.says = server.URL, server.URL
	return i
}

// ServeHTTP serves the issuer's configuration and its keys.
func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked[r.URL.Path]++
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch {
	case i.down:
		http.Error(w, `{"error": "hunter2 is out of order"}`, http.StatusBadGateway)
		return
	case r.URL.Path == "/.well-known/openid-configuration":
		answer = map[string]any{"issuer": i.says, "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}}
	case r.URL.Path == "/keys":
		keys := []map[string]string{}
		for _, s := range i.published {
			keys = append(keys, map[string]string{
				"kty": "RSA", "use": "sig", "kid": s.id,
				"n": base64.RawURLEncoding.EncodeToString(s.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(s.key.E)).Bytes()),
			})
		}
		answer = map[string]any{"keys": keys}
	default:
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(answer) // the client may have left
}

func (i *issuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

// timesAsked returns how often a path was requested.
func (i *issuer) timesAsked(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

// trusted is an option of testserver.Start: the server accepts the issuer's tokens.
func (i *issuer) trusted(c *app.Config) {
	c.OpenID = app.OpenID{Issuer: i.URL, Audience: audience, RoleClaim: "role"}
}

// claims returns the claims of a valid token of an editor, with changes; nil removes a
// claim.
func (i *issuer) claims(changes variables) variables {
	claims := variables{"iss": i.URL, "aud": audience, "sub": "u-17", "exp": testserver.Moment.Add(time.Hour).Unix(), "iat": testserver.Moment.Unix(), "role": "editor"}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

// part64 encodes a part of a JWT in base64url.
func part64(part any) string {
	text, err := json.Marshal(part)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// sign returns a JWT signed with RS256.
func (s signer) sign(claims variables) string {
	return s.signWith(variables{"alg": "RS256", "typ": "JWT", "kid": s.id}, claims)
}

func (s signer) signWith(head, claims variables) string {
	signed := part64(head) + "." + part64(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, digest[:])
	if err != nil {
		panic(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// signShared returns a JWT signed with HS256, with a public key as the secret.
func signShared(secret []byte, claims variables) string {
	signed := part64(variables{"alg": "HS256", "typ": "JWT", "kid": "main"}) + "." + part64(claims)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func bearer(token string) header { return header{"Authorization", "Bearer " + token} }

// viewerIs fails the test unless the viewer has this role and name.
func viewerIs(t *testing.T, s *testserver.Server, role, name string, headers ...header) {
	t.Helper()
	s.WantData(t, `{ viewer { role name } }`, nil, fmt.Sprintf(`{"viewer":{"role":%q,"name":%q}}`, role, name), headers...)
}

func TestTokensOfAnIssuerAreAccepted(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := testserver.Start(t, i.trusted)
	for name, c := range map[string]struct {
		claims     variables
		role, name string
	}{
		"a role in small letters":        {nil, "EDITOR", "u-17"},
		"a list, of which one is known":  {variables{"role": []string{"staff", "Reader"}}, "READER", "u-17"},
		"a list, of which the best is":   {variables{"role": []string{"CONTRIBUTOR", "ADMIN", "READER"}}, "ADMIN", "u-17"},
		"for others, too":                {variables{"aud": []string{"shop", audience}}, "EDITOR", "u-17"},
		"with a name":                    {variables{"name": "سميرة", "preferred_username": "samira", "email": "s@example.org"}, "EDITOR", "سميرة"},
		"with a user's name":             {variables{"preferred_username": "samira", "email": "s@example.org"}, "EDITOR", "samira"},
		"with an address":                {variables{"email": "s@example.org"}, "EDITOR", "s@example.org"},
		"from now on, by a clock nearby": {variables{"nbf": testserver.Moment.Add(time.Minute).Unix()}, "EDITOR", "u-17"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			viewerIs(t, s, c.role, c.name, bearer(i.main.sign(i.claims(c.claims))))
		})
	}
	t.Run("and write under their names", func(t *testing.T) {
		t.Parallel()
		a := s.Post(t, `mutation { createTopic(input: {names: [{language: "en", value: "New"}]}) { errors { code } } }`, nil, bearer(i.main.sign(i.claims(variables{"name": "Samira"}))))
		if actors := s.Database.Rows(t, "SELECT actor FROM changes ORDER BY id DESC LIMIT 1"); len(a.Errors) > 0 || actors[0] != "Samira" {
			t.Errorf("the actor of %s = %v, want Samira", a.Raw, actors)
		}
	})
	t.Run("and see what they may", func(t *testing.T) {
		t.Parallel()
		for role, status := range map[string]int{"reader": http.StatusForbidden, "contributor": http.StatusOK} {
			if a := s.Post(t, `{ viewer { role } }`, nil, bearer(i.main.sign(i.claims(variables{"role": role}))), testserver.SeeDrafts); a.Status != status {
				t.Errorf("drafts for a %s = %d %s, want %d", role, a.Status, a.Raw, status)
			}
		}
	})
	t.Run("over sockets", func(t *testing.T) {
		t.Parallel()
		k := s.Connect(t, `{"authorization":"Bearer `+i.main.sign(i.claims(nil))+`"}`)
		k.Subscribe("1", `{ viewer { role } }`, nil)
		if got := k.Want("next", "1"); !strings.Contains(string(got.Payload), "EDITOR") {
			t.Errorf("the viewer over a socket = %s, want an EDITOR", got)
		}
	})
	t.Run("beside the stored ones", func(t *testing.T) {
		t.Parallel()
		viewerIs(t, s, "READER", "reader", s.Token(t, "READER"))
		viewerIs(t, s, "ADMIN", "admin", testserver.AsAdmin)
	})
}

func TestWrongTokensOfAnIssuerAreRefused(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	i, other := newIssuer(t), newIssuer(t)
	other.main = newSigner(t, "main")
	other.published = []signer{other.main}
	s := testserver.Start(t, i.trusted)
	public, err := x509.MarshalPKIXPublicKey(&i.main.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	good := i.main.sign(i.claims(nil))
	parts := strings.Split(good, ".")
	unsigned := part64(variables{"alg": "none"}) + "." + parts[1] + "."
	impostor := newSigner(t, i.main.id)
	cases := map[string]struct{ token, says string }{
		"of another issuer":               {other.main.sign(other.claims(nil)), "its signature is none of the issuer's"},
		"that names another issuer":       {i.main.sign(i.claims(variables{"iss": other.URL})), other.URL},
		"that names none":                 {i.main.sign(i.claims(variables{"iss": nil})), i.URL},
		"for others":                      {i.main.sign(i.claims(variables{"aud": []string{"shop"}})), "for the audience " + audience},
		"for nobody":                      {i.main.sign(i.claims(variables{"aud": nil})), "for the audience " + audience},
		"that has expired":                {i.main.sign(i.claims(variables{"exp": testserver.Moment.Add(-time.Second).Unix()})), "token is expired"},
		"that never expires":              {i.main.sign(i.claims(variables{"exp": nil})), "token is expired"},
		"that is not yet":                 {i.main.sign(i.claims(variables{"nbf": testserver.Moment.Add(6 * time.Minute).Unix()})), "before the nbf"},
		"of nobody":                       {i.main.sign(i.claims(variables{"sub": nil})), "does not say whose it is"},
		"with a key that is not its own":  {impostor.sign(i.claims(nil)), "its signature is none of the issuer's"},
		"with a key that is not known":    {newSigner(t, "unknown").sign(i.claims(nil)), "its signature is none of the issuer's"},
		"with a key of its own inside":    {impostor.signWith(variables{"alg": "RS256", "jwk": variables{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(impostor.key.N.Bytes()), "e": "AQAB"}}, i.claims(nil)), "signature"},
		"with the signature of another":   {parts[0] + "." + part64(i.claims(variables{"role": "ADMIN"})) + "." + parts[2], "its signature is none of the issuer's"},
		"without a signature":             {parts[0] + "." + parts[1] + ".", "its signature is none of the issuer's"},
		"that says it needs no signature": {unsigned, "signature algorithm"},
		"that says so, signed":            {i.main.signWith(variables{"alg": "none", "kid": "main"}, i.claims(nil)), "signature algorithm"},
		"signed with the public key":      {signShared(public, i.claims(nil)), "signature algorithm"},
		"signed with its PEM":             {signShared(asPEM, i.claims(nil)), "signature algorithm"},
		"signed with its modulus":         {signShared(i.main.key.N.Bytes(), i.claims(nil)), "signature algorithm"},
		"with an extension nobody knows":  {i.main.signWith(variables{"alg": "RS256", "kid": "main", "crit": []string{"exp2"}, "exp2": 1}, i.claims(nil)), "the token is not accepted"},
		"of three words":                  {"one.two.three", "malformed jwt"},
		"of nothing":                      {"..", "malformed jwt"},
		"that is none":                    {"nobody", "not known here"},
		"that begins as ours do":          {"diwan_" + good, "not known here"},
		"of too many parts":               {good + ".more", "not known here"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unauthenticated(t, s, c.says, bearer(c.token))
		})
	}
	t.Run("that is in order and gives no role", func(t *testing.T) {
		t.Parallel()
		for _, role := range []any{nil, "", "anonymous", "staff", []any{}, []any{1, true, nil}, 4, variables{"role": "ADMIN"}, "ADMIN,EDITOR"} {
			a := s.Post(t, `{ viewer { role } }`, nil, bearer(i.main.sign(i.claims(variables{"role": role}))))
			if a.Status != http.StatusForbidden || a.Errors[0].Extensions["code"] != "FORBIDDEN" || !strings.Contains(a.Errors[0].Message, "gives no role here: its claim `role`") {
				t.Errorf("role %v = %d %s, want 403 FORBIDDEN with the name of the claim", role, a.Status, a.Raw)
			}
		}
	})
}

func TestAnIssuerGrantsRoles(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	for name, c := range map[string]struct {
		claim, roles string
		claims       variables
		want         string // empty for no role
	}{
		"inside others":                  {"realm_access.roles", "", variables{"realm_access": variables{"roles": []string{"offline_access", "editor"}}}, "EDITOR"},
		"inside others that are none":    {"realm_access.roles", "", variables{"realm_access": "editor"}, ""},
		"by a name with dots":            {"https://example.org/roles", "", variables{"https://example.org/roles": "ADMIN"}, "ADMIN"},
		"inside one by a name with dots": {"https://example.org/app.roles", "", variables{"https://example.org/app": variables{"roles": "ADMIN"}}, "ADMIN"},
		"by a map":                       {"groups", "newsdesk=EDITOR, chief=admin", variables{"groups": []string{"newsdesk", "all"}}, "EDITOR"},
		"by a map, the best":             {"groups", "newsdesk=EDITOR,chief=ADMIN", variables{"groups": []string{"newsdesk", "chief"}}, "ADMIN"},
		"which a map has not":            {"groups", "newsdesk=EDITOR", variables{"groups": []string{"ADMIN", "Newsdesk"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t, func(config *app.Config) {
				config.OpenID = app.OpenID{Issuer: i.URL, Audience: audience, RoleClaim: c.claim, RoleMap: c.roles}
			})
			a := s.Post(t, `{ viewer { role } }`, nil, bearer(i.main.sign(i.claims(c.claims))))
			if got := string(a.Data); c.want == "" && a.Status != http.StatusForbidden || c.want != "" && got != `{"viewer":{"role":"`+c.want+`"}}` {
				t.Errorf("%s of %v by %q = %d %s, want %q", c.claim, c.claims, c.roles, a.Status, a.Raw, c.want)
			}
		})
	}
}

// An issuer may change its keys. The server reads them again when it needs to, and no more
// often.
func TestAnIssuerMayChangeItsKeys(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	i := newIssuer(t)
	s := testserver.Start(t, clock.Drive, i.trusted)
	before := bearer(i.main.sign(i.claims(nil)))
	viewerIs(t, s, "EDITOR", "u-17", before)

	next := newSigner(t, "next")
	after := bearer(next.sign(i.claims(nil)))
	i.set(func() { i.published = []signer{next} })
	unauthenticated(t, s, "signature", after) // the server has read the keys just before
	viewerIs(t, s, "EDITOR", "u-17", before)
	clock.Set(testserver.Moment.Add(10 * time.Second))
	viewerIs(t, s, "EDITOR", "u-17", after)
	unauthenticated(t, s, "signature", before)
	if asked := i.timesAsked("/keys"); asked != 2 {
		t.Errorf("the keys were requested %d times, want 2", asked)
	}
}

func TestRequestsToAnIssuerAreBounded(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := testserver.Start(t, i.trusted)
	forger := newSigner(t, "main")
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() {
			forger := signer{fmt.Sprintf("key-%d", n), forger.key}
			if a := s.Post(t, `{ viewer { role } }`, nil, bearer(forger.sign(i.claims(nil)))); a.Status != http.StatusUnauthorized {
				t.Errorf("a forged token = %d %s, want 401", a.Status, a.Raw)
			}
		})
	}
	all.Wait()
	if keys, itself := i.timesAsked("/keys"), i.timesAsked("/.well-known/openid-configuration"); keys != 1 || itself != 1 {
		t.Errorf("for 40 forged tokens, the keys were requested %d times and the configuration %d times, want once each", keys, itself)
	}
	viewerIs(t, s, "EDITOR", "u-17", bearer(i.main.sign(i.claims(nil))))
}

func TestTokensAreUnavailableWhileTheirIssuerIsDown(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	i, log := newIssuer(t), &testserver.Log{}
	i.set(func() { i.down = true })
	s := testserver.Start(t, clock.Drive, i.trusted, func(c *app.Config) { c.Log = log.Logger() })
	token := bearer(i.main.sign(i.claims(nil)))
	unavailable := func(when string) {
		t.Helper()
		a := s.Post(t, `{ viewer { role } }`, nil, token)
		if a.Status != http.StatusServiceUnavailable || a.Errors[0].Extensions["code"] != "UNAVAILABLE" || !strings.Contains(a.Errors[0].Message, "the issuer of the token cannot be asked") || bytes.Contains(a.Raw, []byte("hunter2")) {
			t.Errorf("%s = %d %s, want 503 UNAVAILABLE", when, a.Status, a.Raw)
		}
	}
	unavailable("a token whose issuer is down")
	if lines := log.Lines("level=WARN", "the OpenID issuer cannot be asked", "issuer="+i.URL, "502 Bad Gateway"); len(lines) != 1 {
		t.Errorf("log = %s, want one warning with the cause", log)
	}
	viewerIs(t, s, "READER", "reader", s.Token(t, "READER"))
	s.WantData(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"ANONYMOUS"}}`)

	i.set(func() { i.down = false })
	unavailable("a moment later")
	clock.Set(testserver.Moment.Add(10 * time.Second))
	viewerIs(t, s, "EDITOR", "u-17", token)

	i.set(func() { i.down = true })
	viewerIs(t, s, "EDITOR", "u-17", token) // the keys are cached
	token = bearer(newSigner(t, "new").sign(i.claims(nil)))
	clock.Set(testserver.Moment.Add(30 * time.Second))
	unavailable("a token with a key that cannot be requested")
	unavailable("the same once more")
}

// An issuer whose configuration names another issuer is not used: it could let the other's
// tokens in.
func TestAnIssuerMustNameItself(t *testing.T) {
	t.Parallel()
	i, log := newIssuer(t), &testserver.Log{}
	i.set(func() { i.says = "https://login.example" })
	s := testserver.Start(t, i.trusted, func(c *app.Config) { c.Log = log.Logger() })
	for _, iss := range []string{i.URL, "https://login.example"} {
		if a := s.Post(t, `{ viewer { role } }`, nil, bearer(i.main.sign(i.claims(variables{"iss": iss})))); a.Status != http.StatusServiceUnavailable {
			t.Errorf("a token of %s = %d %s, want 503", iss, a.Status, a.Raw)
		}
	}
	if lines := log.Lines("level=WARN", "did not match"); len(lines) == 0 {
		t.Errorf("log = %s, want a warning that the issuer did not match", log)
	}
}

// Without a configured issuer, a JWT is an unknown token.
func TestWithoutAnIssuerNoJWTIsKnown(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := testserver.Start(t)
	unauthenticated(t, s, "not known here", bearer(i.main.sign(i.claims(nil))))
	if asked := i.timesAsked("/.well-known/openid-configuration"); asked != 0 {
		t.Errorf("an issuer that is not configured got %d requests, want none", asked)
	}
}

// A configured admin token may look like a JWT.
func TestAnIssuerIsNotAskedAboutTheAdminToken(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	s := testserver.Start(t, i.trusted, func(c *app.Config) { c.AdminToken = "my.own.token" })
	viewerIs(t, s, "ADMIN", "admin", bearer("my.own.token"))
	if asked := i.timesAsked("/.well-known/openid-configuration"); asked != 0 {
		t.Errorf("the issuer got %d requests about the admin token, want none", asked)
	}
}
