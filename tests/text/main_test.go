// Package text tests the processing of texts: bodies, mentions, and search.
package text

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
