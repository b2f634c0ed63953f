package testserver

import (
	"strings"
)

// Grant is an access token that was created.
type Grant struct {
	Token       string
	AccessToken struct{ ID, Name, Role string }
}

// Header returns the header that sends the token.
func (g Grant) Header() Header { return Header{"Authorization", "Bearer " + g.Token} }

// CreateToken is the mutation createAccessToken with $input.
const CreateToken = `mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token accessToken { id name role } errors { code path message } } }`

// Grant creates an access token as admin, and fails the test unless that succeeds.
func (s *Server) Grant(t Tester, input Variables) Grant {
	t.Helper()
	g := Ask[struct{ CreateAccessToken Grant }](t, s, CreateToken, Variables{"input": input}, AsAdmin).CreateAccessToken
	if g.Token == "" {
		t.Fatalf("createAccessToken(%v) = %+v, want a token", input, g)
	}
	return g
}

// Token creates an access token of a role and returns the header that sends it. Its
// name is the role in lower case.
func (s *Server) Token(t Tester, role string) Header {
	t.Helper()
	return s.Grant(t, Variables{"name": strings.ToLower(role), "role": role}).Header()
}
