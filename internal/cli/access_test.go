package cli

import (
	"reflect"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
)

func TestEverybodyReadsUnlessTheFlagSaysOtherwise(t *testing.T) {
	t.Parallel()
	for flag, private := range map[string]bool{"--public-read": false, "--public-read=false": true, "--no-public-read": true, "--batch=0": false} {
		config, err := edge(t, []string{flag})
		if err != nil || config.PrivateRead != private {
			t.Errorf("reading is private with %s = %t, %v, want %t", flag, config.PrivateRead, err, private)
		}
	}
}

func TestFlagsOfAnIssuer(t *testing.T) {
	t.Parallel()
	want := app.OpenID{Issuer: "https://login.example", Audience: "diwan", RoleClaim: "realm_access.roles", RoleMap: "newsdesk=EDITOR,chief=ADMIN"}
	byFlag, err := edge(t, []string{"--oidc-issuer=" + want.Issuer, "--oidc-audience=" + want.Audience, "--oidc-role-claim=" + want.RoleClaim, "--oidc-role-map=" + want.RoleMap})
	if err != nil || !reflect.DeepEqual(byFlag.OpenID, want) {
		t.Errorf("issuer by flags = %+v, %v, want %+v", byFlag.OpenID, err, want)
	}
	byVariable, err := edge(t, nil, "DIWAN_OIDC_ISSUER="+want.Issuer, "DIWAN_OIDC_AUDIENCE="+want.Audience, "DIWAN_OIDC_ROLE_CLAIM="+want.RoleClaim, "DIWAN_OIDC_ROLE_MAP="+want.RoleMap)
	if err != nil || !reflect.DeepEqual(byVariable.OpenID, want) {
		t.Errorf("issuer by variables = %+v, %v, want %+v", byVariable.OpenID, err, want)
	}
	if none, err := edge(t, nil); err != nil || !reflect.DeepEqual(none.OpenID, app.OpenID{RoleClaim: "role"}) {
		t.Errorf("issuer by default = %+v, %v, want none", none.OpenID, err)
	}
}
