package gate_test

import (
	"testing"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/graphtest"
)

var newsroom = graphtest.NewTemplate()

func TestMain(m *testing.M) { newsroom.Main(m) }

// start starts a server with the default limits, changed.
func start(t *testing.T, change func(*graphtest.Config, *gate.Limits)) *graphtest.Server {
	t.Helper()
	limits := gate.DefaultLimits()
	var config graphtest.Config
	config.Limits = &limits
	if change != nil {
		change(&config, &limits)
	}
	return newsroom.Start(t, config)
}
