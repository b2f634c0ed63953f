package transport

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/model"
)

// consistencyHeader is the header of answers to mutations with the position of the change
// log after them, and of requests that must not read anything older.
const consistencyHeader = "Diwan-Consistency"

// ConsistencyConfig says how requests wait for what was written. It matters where servers
// read from a copy of the database that follows another one.
type ConsistencyConfig struct {
	// Position returns the position of the last change that the database has. Nil leaves the
	// header out of everything.
	Position func(context.Context) (int64, error)
	// Within is how long a request waits at most. Zero is 5 s.
	Within time.Duration
}

const defaultWithin = 5 * time.Second

// tellWithin is how long an answer to a mutation waits for the position of the log.
const tellWithin = time.Second

// tellPosition sends the position of the log after a mutation, whether or not it wrote. If
// it cannot be read, the header is left out: the mutation is answered all the same.
func (e *exchange) tellPosition(ctx context.Context, operation *graphql.OperationContext) {
	if e.config.Consistency.Position == nil || operation.Operation.Operation != ast.Mutation {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellWithin)
	defer cancel()
	if position, err := e.config.Consistency.Position(ctx); err == nil {
		e.w.Header().Set(consistencyHeader, strconv.FormatInt(position, 10))
	}
}

// isUnavailable reports whether the database did not answer.
func isUnavailable(response *graphql.Response) bool {
	return response != nil && slices.ContainsFunc(response.Errors, func(err *gqlerror.Error) bool {
		return err.Extensions["code"] == model.CodeUnavailable
	})
}

// maxWaiting is how many requests may wait for what was written: whoever makes a position up
// must not take the room of others.
const maxWaiting = 8

// between is the time between two looks at the log.
const between = 20 * time.Millisecond

// catchUp waits until the database has what the request must not miss. It returns the
// refusal if that takes too long.
func (e *exchange) catchUp() (status int, problem *model.Error) {
	asked := e.r.Header.Get(consistencyHeader)
	if asked == "" || e.config.Consistency.Position == nil {
		return 0, nil
	}
	least, err := strconv.ParseInt(asked, 10, 64)
	if err != nil || least < 0 {
		return http.StatusBadRequest, model.Invalid("the header %s is %.40q; send it as an answer to a mutation had it, or leave it out", consistencyHeader, asked)
	}
	ctx, stop := context.WithTimeout(e.r.Context(), cmp.Or(e.config.Consistency.Within, defaultWithin))
	defer stop()
	reached := func() bool {
		now, err := e.config.Consistency.Position(ctx)
		return err == nil && now >= least
	}
	if reached() {
		return 0, nil
	}
	defer e.waiting.Add(-1)
	for few := e.waiting.Add(1) <= maxWaiting; few && ctx.Err() == nil; {
		select {
		case <-time.After(between):
			if reached() {
				return 0, nil
			}
		case <-ctx.Done():
		}
	}
	e.w.Header().Set("Retry-After", "1")
	return http.StatusServiceUnavailable, &model.Error{
		Code:    model.CodeUnavailable,
		Message: "this server does not have the change " + asked + " of the header " + consistencyHeader + " yet; try again, or leave the header out",
	}
}
