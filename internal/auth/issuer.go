package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/diwan-cms/diwan/model"
)

// IssuerConfig says whose tokens are accepted besides our own: those of a server
// that speaks OpenID Connect.
type IssuerConfig struct {
	// Issuer is its URL, to the letter what its tokens say in `iss`.
	Issuer string
	// Audience is what the tokens must say in `aud`: that they are meant for here.
	Audience string
	// RoleClaim is where a token says the role: a claim that is a text or a list of
	// texts, with dots for a claim inside others.
	RoleClaim string
	// RoleMap has what stands in the claim and the role that it gives, as
	// newsdesk=EDITOR, with commas between. Empty: the claim has names of roles,
	// whatever their case.
	RoleMap string
	// Now is the clock.
	Now func() time.Time
	// Log takes why the issuer could not be asked.
	Log *slog.Logger
}

// Issuer lets in who has a token of a server that speaks OpenID Connect. Safe for
// concurrent use.
type Issuer struct {
	config IssuerConfig
	roles  roles
	client *http.Client
	// asking is full while the issuer is asked for what it says of itself; verifier
	// is nil until it has said it.
	asking   chan struct{}
	verifier *oidc.IDTokenVerifier
}

// askWithin is how long the issuer may take to answer.
const askWithin = 5 * time.Second

// NewIssuer refuses a configuration that is no good. It does not ask the issuer:
// one that is down must not keep the server from starting.
func NewIssuer(config IssuerConfig) (*Issuer, error) {
	at, err := url.Parse(config.Issuer)
	switch {
	case config.Issuer == "":
		return nil, errors.New("--oidc-audience and --oidc-role-map are of no use without --oidc-issuer")
	case err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http":
		return nil, fmt.Errorf("--oidc-issuer is %q; give it the URL of an issuer, such as https://login.example.org/realms/news", config.Issuer)
	case config.Audience == "":
		return nil, errors.New("--oidc-issuer needs --oidc-audience: else tokens that the issuer made for others would be accepted, too")
	}
	mapped, err := parseRoles(config.RoleMap)
	if err != nil {
		return nil, fmt.Errorf("--oidc-role-map: %w", err)
	}
	transport := &patient{next: http.DefaultTransport, now: config.Now, asked: map[string]attempt{}}
	return &Issuer{
		config: config, roles: mapped, asking: make(chan struct{}, 1),
		client: &http.Client{Transport: transport, Timeout: askWithin},
	}, nil
}

// LooksLikeJWT says whether a token may be an issuer's: our own have no dots.
func LooksLikeJWT(token string) bool {
	return strings.Count(token, ".") == 2 && !strings.HasPrefix(token, TokenPrefix)
}

// Actor answers whose token it is. UNAUTHENTICATED when the issuer did not make it
// for here or it is not of now, FORBIDDEN when it gives no role, and UNAVAILABLE
// while the issuer cannot be asked.
func (i *Issuer) Actor(ctx context.Context, token string) (Actor, error) {
	verified, err := i.verify(ctx, token)
	if err != nil {
		return Actor{}, err
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		return Actor{}, i.refused("its claims cannot be read")
	}
	if verified.Subject == "" {
		return Actor{}, i.refused("it does not say whose it is")
	}
	role := i.roles.of(claim(claims, i.config.RoleClaim))
	if role == "" {
		return Actor{}, model.Forbidden("the token is in order, but gives no role here: its claim `%s` has none that is known; ask whoever runs this server for one", i.config.RoleClaim)
	}
	return Actor{Key: "oidc:" + i.config.Issuer + " " + verified.Subject, Name: nameIn(claims, verified.Subject), Role: role}, nil
}

// verify reads a token that the issuer has signed, for here and for now.
func (i *Issuer) verify(ctx context.Context, token string) (*oidc.IDToken, error) {
	verifier, err := i.discovered(ctx)
	if err != nil {
		return nil, err
	}
	var keys error // verifier tells of it in text only
	verified, err := verifier.Verify(context.WithValue(ctx, keysFailed{}, &keys), token)
	switch {
	case err == nil:
		return verified, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(keys, errUnreachable):
		return nil, i.unreachable(ctx, keys)
	case keys != nil:
		return nil, i.refused("its signature is none of the issuer's")
	}
	return nil, i.refused(strings.TrimPrefix(err.Error(), "oidc: "))
}

func (i *Issuer) refused(why string) error {
	return &model.Error{
		Code:    model.CodeUnauthenticated,
		Message: fmt.Sprintf("the token is not accepted: %.200s; get a new one from %s, for the audience %s", why, i.config.Issuer, i.config.Audience),
	}
}

func (i *Issuer) unreachable(ctx context.Context, err error) error {
	i.config.Log.WarnContext(ctx, "the OpenID issuer cannot be asked", "issuer", i.config.Issuer, "error", err, "requestId", model.RequestIDOf(ctx))
	return &model.Error{Code: model.CodeUnavailable, Message: "the issuer of the token cannot be asked whether it is in order; try again later"}
}

// discovered answers what verifies tokens, once the issuer has said where its keys
// are. The issuer is asked until it has.
func (i *Issuer) discovered(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	select {
	case i.asking <- struct{}{}:
		defer func() { <-i.asking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if i.verifier != nil {
		return i.verifier, nil
	}
	// Not the request's context: whoever asks first may leave, and the library keeps it.
	asking := oidc.ClientContext(context.Background(), i.client)
	provider, err := oidc.NewProvider(asking, i.config.Issuer)
	if err != nil {
		return nil, i.unreachable(ctx, err)
	}
	var said struct {
		Keys       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&said); err != nil {
		return nil, i.unreachable(ctx, err)
	}
	i.verifier = oidc.NewVerifier(i.config.Issuer, keySet{oidc.NewRemoteKeySet(asking, said.Keys)}, &oidc.Config{
		ClientID: i.config.Audience, Now: i.config.Now, SupportedSigningAlgs: asymmetric(said.Algorithms),
	})
	return i.verifier, nil
}

// asymmetric leaves those algorithms of which a key that everybody may know cannot
// sign, never `none` nor HS256. RS256 when there is no other, as the standard has it.
func asymmetric(algorithms []string) (safe []string) {
	for _, algorithm := range algorithms {
		switch algorithm {
		case oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA:
			safe = append(safe, algorithm)
		}
	}
	return safe
}

// nameIn is how the claims call someone.
func nameIn(claims map[string]any, subject string) string {
	text := func(name string) string {
		value, _ := claims[name].(string)
		return strings.TrimSpace(value)
	}
	return cmp.Or(text("name"), text("preferred_username"), text("email"), subject)
}
