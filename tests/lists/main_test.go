// Package lists tests the reading of lists: filters, orders, pages, cursors, and the SQL
// statements that they take.
package lists

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
