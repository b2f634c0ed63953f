package transport

import "context"

// event is what an event stream and the subscription on it tell each other.
type event struct {
	// last is the id of the last event that the client got, empty if it begins.
	last string
	// id is that of the event that is sent next, empty if it has none.
	id string
}

type eventKey struct{}

// withEvents returns a context whose subscription gives its events ids, and goes on after
// the one in a header Last-Event-ID.
func withEvents(ctx context.Context, lastEventID string) (context.Context, *event) {
	e := &event{last: lastEventID}
	return context.WithValue(ctx, eventKey{}, e), e
}

// LastEventID returns the id of the last event that the client of an event stream got;
// empty for all others, and for clients that begin.
func LastEventID(ctx context.Context) string {
	if e, streams := ctx.Value(eventKey{}).(*event); streams {
		return e.last
	}
	return ""
}

// SetEventID gives the response that comes next an id, if it goes to an event stream. The
// client sends that of the last one it got when it connects again.
func SetEventID(ctx context.Context, id string) {
	if e, streams := ctx.Value(eventKey{}).(*event); streams {
		e.id = id
	}
}

// line is the line of the event with the id, which the next event does not have.
func (e *event) line() string {
	id := e.id
	if e.id = ""; id == "" {
		return ""
	}
	return "id: " + id + "\n"
}
