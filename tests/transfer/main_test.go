// Package transfer tests import and export.
package transfer

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type variables = testserver.Variables

func TestMain(m *testing.M) { testserver.Main(m) }
