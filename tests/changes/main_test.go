// Package changes tests the change log and all that is read from it: pages,
// subscriptions, the audit log, and copies kept in step.
package changes

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
