package transport_test

import (
	"testing"

	"github.com/diwan-cms/diwan/graph/graphtest"
)

var newsroom = graphtest.NewTemplate()

func TestMain(m *testing.M) { newsroom.Main(m) }
