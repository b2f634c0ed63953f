// Package databases tests what is about a database itself, most of it about a
// PostgreSQL server: outages, starts, TLS, copies, and that the two kinds of database
// answer alike. It opens both kinds by itself, and so runs once, in the pass on SQLite.
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
