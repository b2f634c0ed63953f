package transport

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/model"
)

const eventType = "text/event-stream"

// Events executes an operation and sends its responses as Server-Sent Events, in the
// mode of distinct connections of
// https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, by POST and, for
// EventSource, by GET.
type Events struct{ *Streams }

// Supports returns true for requests that prefer events to JSON. Clients that read
// either name JSON first if they expect one response.
func (Events) Supports(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return false
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	events := preferenceOf(accept, eventType)
	if !events.named || events.weight == 0 {
		return false
	}
	for _, other := range []string{graphQLType, jsonType} {
		preferred := preferenceOf(accept, other)
		first := strings.Index(accept, other) < strings.Index(accept, eventType)
		if preferred.weight > events.weight || preferred.named && preferred.weight == events.weight && first {
			return false
		}
	}
	return true
}

// Do serves one request, to the end of its stream. What is not a GraphQL request is
// refused with a status. GraphQL errors are events, as the protocol has it: pages
// cannot read other responses from EventSource, and the client graphql-sse retries
// what was refused with a status.
func (t Events) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Add("Vary", "Accept")
	start := graphql.Now()
	e := &exchange{w: w, r: r, exec: exec}
	body, problem := readBody(r)
	var batch []*graphql.RawParams
	if problem == nil {
		batch, _, problem = decode(r, body, 0)
	}
	if problem != nil {
		e.mediaType, _ = RefusalType(r.Header, http.StatusBadRequest)
		e.refuseRequest(problem)
		return
	}
	leave, status, problem := t.enter(r, "sse")
	if problem != nil {
		t.refuse(e, status, problem)
		return
	}
	defer leave()
	params := batch[0]
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	ctx, event := withEvents(ctx, r.Header.Get("Last-Event-ID"))
	defer context.AfterFunc(t.stopping, cancel)()

	operation, refused := t.prepare(ctx, exec, params, int(r.ContentLength)+len(r.URL.RawQuery))
	if e.isSafe() && (refused == nil && operation.Operation.Operation == ast.Mutation || isMutation(params)) {
		e.r = r.WithContext(graphql.WithOperationContext(ctx, operation))
		t.refuse(e, http.StatusMethodNotAllowed, e.mutationByGet())
		return
	}
	if refused == nil && operation.Operation.Operation == ast.Mutation && r.Header.Get(keyHeader) != "" {
		e.r = r.WithContext(graphql.WithOperationContext(ctx, operation))
		t.refuse(e, http.StatusBadRequest, model.Invalid("an event stream keeps no answers; send mutations with %s with Accept: %s", keyHeader, jsonType))
		return
	}
	s := t.begin(ctx, cancel, w, event)
	defer s.end()
	s.keepAlive(t.config.CommentEvery, func() bool { return t.config.dismissed(ctx, r.Header) != nil })
	if refused != nil || operation.Operation.Operation != ast.Subscription {
		s.tellNews()
	}
	if refused == nil {
		refused = t.execute(ctx, exec, operation, s.next)
	}
	if refused != nil {
		s.next(refused)
	}
	s.complete()
}

// stream is an open event stream.
type stream struct {
	ctx    context.Context
	cancel context.CancelFunc
	within time.Duration
	w      http.ResponseWriter
	out    *http.ResponseController
	event  *event

	mu    sync.Mutex // one writes at a time
	alive sync.WaitGroup
}

// begin returns a stream that sends its headers with the first that it writes: at once,
// so that the client knows that it is open, but for a subscription with its position.
// Whoever saw a stream open misses nothing that comes after that.
func (t Events) begin(ctx context.Context, cancel context.CancelFunc, w http.ResponseWriter, e *event) *stream {
	h := w.Header()
	h.Set("Content-Type", eventType+"; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // or nginx would wait for more
	h.Set("X-Content-Type-Options", "nosniff")
	s := &stream{ctx: ctx, cancel: cancel, within: t.config.WriteWithin, w: w, out: http.NewResponseController(w), event: e}
	e.follow = func(position func() string) {
		s.write(func() string {
			e.position = position
			return e.news()
		})
	}
	return s
}

// next sends a response of the operation, and reports whether the stream is still
// open.
func (s *stream) next(response *graphql.Response) bool {
	body := string(outcome{Response: response}.body())
	return s.write(func() string { return "event: next\n" + s.event.line() + "data: " + body + "\n\n" })
}

// complete says that nothing follows. The event has data, though empty, or EventSource
// would not pass it to the page. A stream that ends because the server stops is not
// complete: the client comes back.
func (s *stream) complete() { s.write(func() string { return "event: complete\ndata: \n\n" }) }

// tellNews writes where the stream is, or something that clients ignore.
func (s *stream) tellNews() bool { return s.write(s.event.news) }

// keepAlive writes now and then, and ends the stream of a client that would no longer be
// admitted.
func (s *stream) keepAlive(every time.Duration, dismissed func() bool) {
	s.alive.Go(func() { s.tick(every, dismissed) })
}

func (s *stream) tick(every time.Duration, dismissed func() bool) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
			if dismissed() {
				s.cancel()
				return
			}
			s.tellNews()
		}
	}
}

// write writes and flushes what text returns, unless the stream has ended. A client that does not read
// in time is cut off.
func (s *stream) write(text func() string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	// Setting the deadline fails only without a connection, as in tests.
	_ = s.out.SetWriteDeadline(time.Now().Add(s.within))
	_, err := io.WriteString(s.w, text())
	if err == nil {
		err = s.out.Flush()
	}
	if err != nil {
		s.cancel()
		return false
	}
	return true
}

// end waits until nothing is written any more, and resets the connection for the next
// request.
func (s *stream) end() {
	s.cancel()
	s.alive.Wait()
	_ = s.out.SetWriteDeadline(time.Time{})
}
