// Package edge tests HTTP: methods, media types, limits, caching, persisted queries,
// metrics and traces.
package edge

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
