package testserver

import (
	"testing"
	"time"
)

// Soon is how long tests wait for what must happen.
const Soon = 10 * time.Second

// Until polls a condition until it holds, which must be soon.
func Until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(Soon); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come within %s", what, Soon)
		}
	}
}
