// Package tier sorts tests: those that take no time, which make quick runs, and the others.
package tier

import "testing"

// Long marks a test that takes about half a second of a processor or more, and is left out
// of the short tier.
func Long(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("this takes long; make test runs it, make quick does not")
	}
}
