package sockets

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// A subscription's cost per event and its size are limited.
func TestSubscriptionsAreLimited(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
	k := s.Dial(t)
	k.Send(`{"type":"connection_init"}`)
	k.Want("connection_ack", "")
	follow := func(selection string) string {
		return "subscription { changes { node { ... on Topic { " + selection + " } } } }"
	}
	padded := func(bytes int) string {
		frame := len(testserver.Encode(t, map[string]any{"query": follow("id"), "variables": nil}))
		return follow("id") + strings.Repeat(" ", bytes-frame)
	}
	for _, c := range []struct{ name, fits, large, says string }{
		{"cost", follow("articles(first: 45) { nodes { officials { name } countries { slug: code } } }"), follow("articles(first: 46) { nodes { officials { name } countries { slug: code } } }"), "more than the 500 of one event"},
		{"bytes", padded(16 << 10), padded(16<<10 + 1), "a subscription is asked for in 16385 bytes; send at most 16384"},
	} {
		k.Subscribe("large", c.large, nil)
		if f := k.Want("error", "large"); !strings.Contains(string(f.Payload), c.says) || !strings.Contains(string(f.Payload), "LIMIT_EXCEEDED") {
			t.Errorf("a subscription just over the limit of %s = %s, want LIMIT_EXCEEDED and %q", c.name, f, c.says)
		}
		k.Subscribe("fits", c.fits, nil)
		k.Send(`{"type":"ping"}`)
		k.Want("pong", "")
		k.Send(`{"id":"fits","type":"complete"}`)
		r := s.Events(t, c.large, nil)
		if _, data := r.Next(); !strings.Contains(data, "LIMIT_EXCEEDED") {
			t.Errorf("an event stream just over the limit of %s = %s, want LIMIT_EXCEEDED", c.name, data)
		}
	}
}
