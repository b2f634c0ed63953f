package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// noon is the time of day in these tests, until a clock is set.
var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

const (
	metadataPath = "/.well-known/openid-configuration"
	keysPath     = "/keys"
)

type claims = map[string]any

// signer is a key of an issuer.
type signer struct {
	id  string
	key *ecdsa.PrivateKey
}

func newSigner(t *testing.T, id string) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer{id, key}
}

// public returns the signer's key as a JWK.
func (s signer) public(t *testing.T) map[string]string {
	t.Helper()
	point, err := s.key.PublicKey.Bytes() // 4, x and y
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"kty": "EC", "crv": "P-256", "use": "sig", "kid": s.id,
		"x": base64.RawURLEncoding.EncodeToString(point[1:33]), "y": base64.RawURLEncoding.EncodeToString(point[33:]),
	}
}

// sign makes a JWT with the algorithm ES256.
func (s signer) sign(t *testing.T, c claims) string {
	t.Helper()
	signed := part(t, claims{"alg": "ES256", "typ": "JWT", "kid": s.id}) + "." + part(t, c)
	digest := sha256.Sum256([]byte(signed))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// part encodes one part of a JWT.
func part(t *testing.T, content claims) string {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// provider is an OpenID Connect server that runs in the test.
type provider struct {
	URL string
	key signer // the one that it publishes at the start
	log bytes.Buffer

	mu        sync.Mutex
	now       time.Time
	published []map[string]string
	calls     map[string]int // by path
	down      bool
	name      string // its issuer, as it says
	metadata  string // sent instead of its own
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{key: newSigner(t, "main"), calls: map[string]int{}, now: noon}
	p.published = []map[string]string{p.key.public(t)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL, p.name = server.URL, server.URL
	return p
}

// ServeHTTP serves the metadata and the keys.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[r.URL.Path]++
	w.Header().Set("Content-Type", "application/json")
	var response any
	switch {
	case p.down:
		http.Error(w, "out of order", http.StatusBadGateway)
		return
	case r.URL.Path == metadataPath && p.metadata != "":
		_, _ = w.Write([]byte(p.metadata)) // a client that left needs none
		return
	case r.URL.Path == metadataPath:
		response = claims{"issuer": p.name, "jwks_uri": p.URL + keysPath, "id_token_signing_alg_values_supported": []string{"none", "HS256", "ES256"}}
	default:
		response = claims{"keys": p.published}
	}
	_ = json.NewEncoder(w).Encode(response)
}

// set changes the provider, which may serve meanwhile.
func (p *provider) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *provider) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *provider) callsTo(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

// issuer returns an Issuer that trusts the provider. Edits change its configuration.
func (p *provider) issuer(t *testing.T, edits ...func(*IssuerConfig)) *Issuer {
	t.Helper()
	config := IssuerConfig{Issuer: p.URL, Audience: "diwan", RoleClaim: "role", Now: p.clock, Log: slog.New(slog.NewTextHandler(&p.log, nil))}
	for _, edit := range edits {
		edit(&config)
	}
	issuer, err := NewIssuer(config)
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

// claims returns those of a valid token of an editor, changed; nil removes one.
func (p *provider) claims(changes claims) claims {
	c := claims{"iss": p.URL, "aud": "diwan", "sub": "u-17", "exp": noon.Add(time.Hour).Unix(), "iat": noon.Unix(), "role": "editor"}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, value any) bool { return value == nil })
	return c
}
