// Package editing tests mutations: what they write and refuse, the workflow of
// articles, and their revisions.
package editing

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
