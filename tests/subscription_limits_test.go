package tests

import (
	"strings"
	"testing"
)

// A subscription costs for as long as somebody listens, and again with each event.
func TestLimitsOfSubscriptions(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.create(t, "Topic", variables{"names": names("en", "T")})
	k := s.dial(t)
	k.send(`{"type":"connection_init"}`)
	k.wants("connection_ack", "")
	follow := func(selection string) string {
		return "subscription { changes { node { ... on Topic { " + selection + " } } } }"
	}
	padded := func(bytes int) string {
		frame := len(encoded(t, map[string]any{"query": follow("id"), "variables": nil}))
		return follow("id") + strings.Repeat(" ", bytes-frame)
	}
	for _, c := range []struct{ name, fits, large, says string }{
		{"cost", follow("articles(first: 45) { nodes { officials { name } countries { slug: code } } }"), follow("articles(first: 46) { nodes { officials { name } countries { slug: code } } }"), "more than the 500 of one event"},
		{"bytes", padded(16 << 10), padded(16<<10 + 1), "a subscription is asked for in 16385 bytes; send at most 16384"},
	} {
		k.subscribe("large", c.large, nil)
		if f := k.wants("error", "large"); !strings.Contains(string(f.Payload), c.says) || !strings.Contains(string(f.Payload), "LIMIT_EXCEEDED") {
			t.Errorf("%s just beyond = %s, want LIMIT_EXCEEDED and %q", c.name, f, c.says)
		}
		k.subscribe("fits", c.fits, nil)
		k.send(`{"type":"ping"}`)
		k.wants("pong", "")
		k.send(`{"id":"fits","type":"complete"}`)
		r := s.events(t, c.large, nil)
		if _, data := r.next(); !strings.Contains(data, "LIMIT_EXCEEDED") {
			t.Errorf("%s just beyond, as events = %s, want LIMIT_EXCEEDED", c.name, data)
		}
	}
}
