package testserver

import (
	"testing"
	"time"
)

// Soon is how long tests wait for something that must happen.
const Soon = 10 * time.Second

// Until polls a condition until it holds. It fails the test if that takes longer than Soon.
func Until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(Soon); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, Soon)
		}
	}
}
