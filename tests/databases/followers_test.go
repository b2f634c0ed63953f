package databases

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// Followers do not notice when connections break while the server reads the log.
func TestFollowersOutliveBrokenConnections(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	s, _ := startOn(t, n.url("connect_timeout=1", "pool_max_conns=3"))
	other := testserver.Start(t, func(c *app.Config) { c.Database = n.dsn })
	k := s.Connect(t, "")
	k.Subscribe("1", `subscription($after: String) { changes(after: $after) { nodeId } }`, variables{"after": s.EndOfLog(t)})
	var cuts atomic.Int64
	n.watch(func(p *pair, sent []byte) []byte { // while the server reads the log
		if bytes.Contains(sent, []byte("FROM changes change")) && cuts.Add(1) <= 4 {
			p.cut()
		}
		return sent
	}, nil)
	for range 8 {
		written := other.Create(t, "Topic", variables{"names": testserver.Names("en", "T")}).ID
		if f := k.Want("next", "1"); !strings.Contains(string(f.Payload), `"`+written+`"`) {
			t.Errorf("change = %s, want one of %s", f, written)
		}
	}
	if cuts.Load() < 5 {
		t.Errorf("the server read the log %d times, want at least 5", cuts.Load())
	}
}

// A follower outlives an outage of the database, and misses none of the changes.
func TestFollowersOutliveOutages(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	direct := n.dsn
	s, log := startOn(t, n.url("statement_timeout=800ms", "connect_timeout=1", "pool_max_conns=3"))
	other := testserver.Start(t, func(c *app.Config) { c.Database = direct })
	f := s.Follow(t, variables{"after": s.EndOfLog(t)})
	for name, c := range map[string]struct{ away, back func() }{"refused": {n.refuse, n.listen}, "stalled": {n.stall, n.resume}} {
		other.Post(t, testserver.WriteTopic, variables{"slug": name + "-before"}, testserver.AsAdmin)
		f.Take(1)
		c.away()
		var written []string
		for range 3 {
			written = append(written, other.Create(t, "Topic", variables{"names": testserver.Names("en", name)}).ID)
		}
		if more, err := f.TryRead(1500 * time.Millisecond); err == nil {
			t.Errorf("%s: %s arrived during the outage", name, more)
		}
		c.back()
		for i, got := range f.Take(3) {
			if got.NodeID != written[i] || got.Node == nil {
				t.Errorf("%s: change %d = %s, want one of %s", name, i, got, written[i])
			}
		}
	}
	if told := log.Lines("level=ERROR"); len(told) > 0 {
		t.Errorf("log = %s, want no error", told)
	}
	if told := log.Lines("level=WARN", "whoever follows it waits"); len(told) == 0 || len(told) > 2 {
		t.Errorf("log = %s, want one or two warnings about the outages", log)
	}
}
