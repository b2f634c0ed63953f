package testserver

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// Clock is the clock of a server, in milliseconds, which a test sets.
type Clock struct{ milliseconds atomic.Int64 }

// Set sets the clock.
func (c *Clock) Set(at time.Time) { c.milliseconds.Store(at.UnixMilli()) }

// SetAt sets the clock to an instant in RFC 3339.
func (c *Clock) SetAt(t testing.TB, instant string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		t.Fatal(err)
	}
	c.Set(at)
}

// Drive is an option of [Start]: the server goes by this clock, which is set to Moment.
func (c *Clock) Drive(config *app.Config) {
	c.Set(Moment)
	c.Continue(config)
}

// Continue is Drive without setting the clock.
func (c *Clock) Continue(config *app.Config) {
	config.Now = func() time.Time { return time.UnixMilli(c.milliseconds.Load()) }
}

// Now returns the time that the clock shows, in UTC.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.milliseconds.Load()).UTC() }
