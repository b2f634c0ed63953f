// Package tests holds the end-to-end tests: the real server over HTTP, on real
// SQLite files or on a real PostgreSQL server.
package tests

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
