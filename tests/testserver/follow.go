package testserver

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// Change is an event of the subscription `changes`.
type Change struct {
	Cursor, Kind, NodeType, NodeID string
	Version                        int
	Node                           *struct {
		ID    string
		Title string
	}
}

// String returns the kind, the id and the version, and whether the node exists.
func (c Change) String() string {
	node := "gone"
	if c.Node != nil {
		node = "there"
	}
	return fmt.Sprintf("%s %s %d %s", c.Kind, c.NodeID, c.Version, node)
}

// FollowQuery subscribes to changes after the cursor $after, of the $types.
const FollowQuery = `subscription($after: String, $types: [NodeType!]) {
	changes(after: $after, types: $types) { cursor kind nodeType nodeId version node { id ... on Article { title } } }
}`

// Follower reads changes from a socket.
type Follower struct{ *Socket }

// Follow subscribes to changes.
func (s *Server) Follow(t testing.TB, vars Variables, headers ...Header) *Follower {
	t.Helper()
	f := &Follower{s.Connect(t, "", headers...)}
	f.Subscribe("1", FollowQuery, vars)
	return f
}

// EndOfLog returns the cursor of the last change. It writes topics until a subscription
// delivers one, because nothing else shows that the subscription has begun.
func (s *Server) EndOfLog(t testing.TB) string {
	t.Helper()
	f := s.Follow(t, nil, AsAdmin, SeeDrafts)
	var last Change
	Until(t, "a first change", func() bool {
		s.Create(t, "Topic", Variables{"names": Names("en", "Now")})
		got, err := f.TryRead(100 * time.Millisecond)
		if err == nil {
			last = f.Decode(got)
		}
		return err == nil
	})
	for { // the topics written after that one
		got, err := f.TryRead(100 * time.Millisecond)
		if err != nil {
			return last.Cursor
		}
		last = f.Decode(got)
	}
}

// Decode returns the change in a message.
func (f *Follower) Decode(message Message) Change {
	f.T.Helper()
	var payload struct {
		Data   struct{ Changes Change }
		Errors []any
	}
	if err := json.Unmarshal(message.Payload, &payload); message.Type != "next" || err != nil || len(payload.Errors) > 0 {
		f.T.Fatalf("message = %s, want a change", message)
	}
	return payload.Data.Changes
}

// Take reads this many changes.
func (f *Follower) Take(count int) []Change {
	f.T.Helper()
	var changes []Change
	for range count {
		changes = append(changes, f.Decode(f.Read()))
	}
	return changes
}

// Describe returns the changes as strings.
func Describe(changes []Change) (list []string) {
	for _, c := range changes {
		list = append(list, c.String())
	}
	return list
}
