// Package access tests authentication and authorization: roles, access tokens, tokens of
// OpenID issuers, and preview links.
package access

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
