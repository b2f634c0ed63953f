// Package sockets tests the protocols of WebSockets and event streams.
package sockets

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

type (
	header    = testserver.Header
	variables = testserver.Variables
)

func TestMain(m *testing.M) { testserver.Main(m) }
