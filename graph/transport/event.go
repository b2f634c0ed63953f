package transport

import "context"

// event is what an event stream and the subscription on it tell each other.
type event struct {
	// last is the id of the last event that the client got, empty if it begins.
	last string
	// id is that of the event that is sent next, empty if it has none.
	id string
	// position returns the id after which everything comes that the client did not get. It
	// is nil if the events have no ids.
	position func() string
	// told is the last id that the client was sent.
	told string
	// follow takes a position, and tells it.
	follow func(position func() string)
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

// SetPosition lets an event stream tell its client where it is in what the subscription
// follows: at once, and now and then. So a client that loses the connection goes on from
// there even if no event came.
func SetPosition(ctx context.Context, position func() string) {
	if e, streams := ctx.Value(eventKey{}).(*event); streams {
		e.follow(position)
	}
}

// news returns an event of no name and no data with the id of the position, and a comment
// if the client knows that, or there is none. Browsers and graphql-sse need no data to
// remember an id, but the package eventsource of npm does; to graphql-sse it is no event,
// and pages that listen to next and complete do not see it.
func (e *event) news() string {
	if e.position != nil {
		if id := e.position(); id != e.told {
			e.told = id
			return "id: " + id + "\ndata:\n\n"
		}
	}
	return ":\n\n"
}

// line is the line of the event with the id, which the next event does not have.
func (e *event) line() string {
	id := e.id
	if e.id = ""; id == "" {
		return ""
	}
	e.told = id
	return "id: " + id + "\n"
}
