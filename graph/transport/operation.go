package transport

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/model"
)

// operation is an operation that runs on a socket. Its id is taken until either side
// completes it, or it fails.
type operation struct {
	id   string
	ctx  context.Context
	stop context.CancelFunc
}

// subscribe starts an operation.
func (s *socket) subscribe(m message) bool {
	if s.credentials.Load() == nil {
		return s.close(closeUnauthorized, "Unauthorized: send connection_init first, and wait for connection_ack")
	}
	admitted, err := s.config.Admit(s.working, *s.credentials.Load())
	if err != nil { // the token was revoked meanwhile, or has expired
		return s.close(s.whyNot(err))
	}
	start := graphql.Now()
	params, problem := decodeBody(m.Payload)
	if problem != nil && problem.Code != model.ErrorCodeLimitExceeded {
		return s.close(closeInvalid, "Invalid message: its `payload` is not a GraphQL request")
	}
	op := &operation{id: m.ID}
	op.ctx, op.stop = context.WithCancel(graphql.StartOperationTrace(admitted))
	taken, full := s.remember(op)
	if taken {
		op.stop()
		return s.close(closeTaken, takenReason(m.ID))
	}
	if full {
		problem = model.LimitExceeded("socket", "%d operations run on this socket already; complete some, or open another socket", s.config.PerSocket)
	}
	if problem != nil {
		defer op.stop()
		return s.fail(op, s.exec.DispatchError(op.ctx, gqlerror.List{gqlerror.Wrap(problem)}))
	}
	params.Headers = s.request.Header
	bytes := len(m.Payload)
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	select {
	case s.places <- struct{}{}:
	case <-s.working.Done():
		op.stop()
		return false
	}
	s.running.Go(func() { s.run(op, params, bytes) })
	return true
}

// takenReason returns the text of the protocol, unless it is too long for a close
// frame.
func takenReason(id string) string {
	reason := "Subscriber for " + id + " already exists"
	if len(reason) > 123 {
		return "Subscriber for this id already exists"
	}
	return reason
}

// remember registers an operation under its id. It reports whether the id is taken,
// and whether too many operations run already: then this one may only fail.
func (s *socket) remember(op *operation) (taken, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[op.id] != nil {
		return true, false
	}
	full = len(s.operations) >= s.config.PerSocket
	s.operations[op.id] = op
	return false, full
}

// forget stops the operation with an id, if there is one. None of its messages is sent
// any more, and the id is free.
func (s *socket) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op := s.operations[id]; op != nil {
		op.stop()
		delete(s.operations, id)
	}
}

// run executes an operation to its end. bytes is the size of its request.
func (s *socket) run(op *operation, params *graphql.RawParams, bytes int) {
	defer func() { <-s.places }()
	defer op.stop()
	prepared, refused := s.prepare(op.ctx, s.exec, params, bytes)
	if refused == nil {
		refused = s.execute(op.ctx, s.exec, prepared, func(response *graphql.Response) bool {
			return s.sendOf(op, message{ID: op.id, Type: typeNext, Payload: outcome{Response: response}.body()})
		})
	}
	if refused != nil {
		s.fail(op, refused)
		return
	}
	s.sendOf(op, message{ID: op.id, Type: typeComplete})
}

// fail ends an operation with its errors.
func (s *socket) fail(op *operation, refused *graphql.Response) bool {
	s.sendOf(op, message{ID: op.id, Type: typeError, Payload: json.RawMessage(encode(refused.Errors))})
	return !s.closing.Load()
}

// sendOf sends a message of an operation, if it still runs. With the last message the
// id is free, before the client can read that message.
func (s *socket) sendOf(op *operation, m message) bool {
	return s.sendIf(m, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.operations[op.id] != op {
			return false
		}
		if m.Type != typeNext {
			delete(s.operations, op.id)
		}
		return true
	})
}
