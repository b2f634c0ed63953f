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

// IssuerConfig names an OpenID Connect server whose tokens are accepted besides our
// own.
type IssuerConfig struct {
	// Issuer is its URL, exactly as its tokens have it in `iss`.
	Issuer string
	// Audience is what tokens must have in `aud`, to show that they are meant for us.
	Audience string
	// RoleClaim is the claim that has the role: a string or a list of strings. Dots
	// lead to a claim inside another.
	RoleClaim string
	// RoleMap lists values of the claim and the roles that they give, as in
	// newsdesk=EDITOR,chief=ADMIN. When it is empty, the values are names of roles, in
	// any case.
	RoleMap string
	// Now is the clock.
	Now func() time.Time
	// Log receives why the issuer could not be reached.
	Log *slog.Logger
}

// Issuer verifies the tokens of an OpenID Connect server. It is safe for concurrent
// use.
type Issuer struct {
	config IssuerConfig
	roles  roles
	client *http.Client
	// discovering is full while a caller reads or sets verifier, which is nil until
	// discovery succeeds.
	discovering chan struct{}
	verifier    *oidc.IDTokenVerifier
}

// issuerTimeout is how long the issuer may take to respond.
const issuerTimeout = 5 * time.Second

// NewIssuer checks the configuration. It does not contact the issuer: one that is
// down must not keep the server from starting.
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
	transport := &throttle{next: http.DefaultTransport, now: config.Now, last: map[string]attempt{}}
	return &Issuer{
		config: config, roles: mapped, discovering: make(chan struct{}, 1),
		client: &http.Client{Transport: transport, Timeout: issuerTimeout},
	}, nil
}

// LooksLikeJWT reports whether a token may be an issuer's. Our access tokens have no
// dots.
func LooksLikeJWT(token string) bool {
	return strings.Count(token, ".") == 2 && !strings.HasPrefix(token, TokenPrefix)
}

// Actor returns the owner of a token. The error's code is UNAUTHENTICATED when the
// issuer did not issue it for us or it is not valid now, FORBIDDEN when it gives no
// role, and UNAVAILABLE while the issuer cannot be reached.
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
	role := i.roles.highest(stringsIn(claims, i.config.RoleClaim))
	if role == "" {
		return Actor{}, model.Forbidden("the token is in order, but gives no role here: its claim `%s` has none that is known; ask whoever runs this server for one", i.config.RoleClaim)
	}
	return Actor{Key: "oidc:" + i.config.Issuer + " " + verified.Subject, Name: displayName(claims, verified.Subject), Role: role}, nil
}

// verify returns a token that the issuer signed, for us, and that is valid now.
func (i *Issuer) verify(ctx context.Context, token string) (*oidc.IDToken, error) {
	verifier, err := i.discover(ctx)
	if err != nil {
		return nil, err
	}
	var keyError error // the library's own error has it as text only
	verified, err := verifier.Verify(context.WithValue(ctx, keyErrorOf{}, &keyError), token)
	switch {
	case err == nil:
		return verified, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(keyError, errUnreachable):
		return nil, i.unreachable(ctx, keyError)
	case keyError != nil:
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

// discover returns the verifier of tokens. Until it has succeeded once, each call
// asks the issuer where its keys are.
func (i *Issuer) discover(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	select {
	case i.discovering <- struct{}{}:
		defer func() { <-i.discovering }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if i.verifier != nil {
		return i.verifier, nil
	}
	// Not the context of the request, because the library keeps it and the first caller
	// may go away.
	lasting := oidc.ClientContext(context.Background(), i.client)
	provider, err := oidc.NewProvider(lasting, i.config.Issuer)
	if err != nil {
		return nil, i.unreachable(ctx, err)
	}
	var metadata struct {
		Keys       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return nil, i.unreachable(ctx, err)
	}
	i.verifier = oidc.NewVerifier(i.config.Issuer, keySet{oidc.NewRemoteKeySet(lasting, metadata.Keys)}, &oidc.Config{
		ClientID: i.config.Audience, Now: i.config.Now, SupportedSigningAlgs: asymmetric(metadata.Algorithms),
	})
	return i.verifier, nil
}

// asymmetric keeps the algorithms that sign with a private key: a token signed with
// `none`, or by HS256 with the public key as its secret, must never be accepted. If
// none is left the library takes RS256, as the standard says.
func asymmetric(algorithms []string) (safe []string) {
	for _, algorithm := range algorithms {
		switch algorithm {
		case oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA:
			safe = append(safe, algorithm)
		}
	}
	return safe
}

// displayName returns the name in the claims, else the subject.
func displayName(claims map[string]any, subject string) string {
	text := func(name string) string {
		value, _ := claims[name].(string)
		return strings.TrimSpace(value)
	}
	return cmp.Or(text("name"), text("preferred_username"), text("email"), subject)
}
