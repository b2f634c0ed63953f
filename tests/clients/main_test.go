// Package clients tests the server with clients of others: npm clients, the
// conformance suite of GraphQL over HTTP, and a browser. It needs Node, for most tests
// with what `make clients` installs, and Chromium. The clients' scripts are beside it.
package clients

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type variables = testserver.Variables

func TestMain(m *testing.M) { testserver.Main(m) }
