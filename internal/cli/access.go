package cli

import "github.com/diwan-cms/diwan/internal/app"

// accessFlags say who has access.
type accessFlags struct {
	PublicRead bool `default:"true" negatable:"" variable:"DIWAN_PUBLIC_READ" help:"Let everybody read what is published. Default: yes; --no-public-read or --public-read=false asks for a token of the role READER or above."`

	OIDC oidcFlags `embed:"" prefix:"oidc-"`
}

// oidcFlags configure the OpenID issuer.
type oidcFlags struct {
	Issuer    string `placeholder:"URL" variable:"DIWAN_OIDC_ISSUER" help:"An OpenID Connect issuer whose tokens are accepted, too, as they name it in iss. Default: none."`
	Audience  string `placeholder:"NAME" variable:"DIWAN_OIDC_AUDIENCE" help:"What its tokens must say in aud. Needed with an issuer."`
	RoleClaim string `default:"role" placeholder:"CLAIM" variable:"DIWAN_OIDC_ROLE_CLAIM" help:"The claim that says the role, a text or a list of texts; dots lead inside, as in realm_access.roles. Default: ${default}."`
	RoleMap   string `placeholder:"VALUE=ROLE,..." variable:"DIWAN_OIDC_ROLE_MAP" help:"What stands in the claim, and the role that it gives, such as newsdesk=EDITOR,chief=ADMIN. The highest counts. Default: the names of roles themselves."`
}

// applyAccess puts the flags into the configuration.
func (f accessFlags) applyAccess(config *app.Config) {
	config.PrivateRead = !f.PublicRead
	config.OpenID = app.OpenID{Issuer: f.OIDC.Issuer, Audience: f.OIDC.Audience, RoleClaim: f.OIDC.RoleClaim, RoleMap: f.OIDC.RoleMap}
}
