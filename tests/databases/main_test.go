// Package databases tests how Diwan uses its databases, PostgreSQL above all: outages,
// starts, TLS and copies, and that both kinds of database give the same answers. It opens
// both kinds by itself, and so runs once, in the pass on SQLite.
package databases

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.MainOfFew(m, 4) }
