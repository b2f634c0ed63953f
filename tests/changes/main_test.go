// Package changes tests the change log and its consumers: pages, subscriptions, the audit
// log, and replicas.
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
