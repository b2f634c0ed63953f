package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/model"
)

func TestPresenter(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	away := &model.Error{Code: model.CodeUnavailable, Message: "the database cannot be reached"}
	cause := errors.New("dial 10.0.0.7: refused")
	cases := []struct {
		name    string
		ctx     context.Context
		err     error
		code    model.ErrorCode
		message string
		logged  string // a level, or nothing
	}{
		{"an unavailable database is logged with its cause", t.Context(), fmt.Errorf("%w: %w", away, cause), model.CodeUnavailable, away.Message, "WARN"},
		{"what is wrong with a request is not logged", t.Context(), model.Invalid("first is 1 to 100"), model.ErrorCodeInvalid, "first is 1 to 100", ""},
		{"an internal error is shown without its cause", t.Context(), cause, model.CodeInternal, "internal error; tell whoever runs this server the requestId", "ERROR"},
		{"a client that has left is nobody's fault", gone, fmt.Errorf("%w: %w", context.Canceled, cause), model.CodeUnavailable, "the client went away before the answer was complete", ""},
		{"a cancellation while the client waits is an internal error", t.Context(), context.Canceled, model.CodeInternal, "internal error; tell whoever runs this server the requestId", "ERROR"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			ctx := graphql.WithResponseContext(model.WithRequestID(c.ctx, "r1"), graphql.DefaultErrorPresenter, nil)
			err := gqlerror.WrapPath(nil, c.err) // as gqlgen hands it over
			got := presenter(slog.New(slog.NewTextHandler(&log, nil)), nil)(ctx, err)
			if got.Message != c.message || got.Extensions["code"] != c.code || got.Extensions["requestId"] != "r1" || got.Err != nil {
				t.Errorf("presenter(%v) = %+v, want %s: %s", c.err, got, c.code, c.message)
			}
			lines := strings.Count(log.String(), "\n")
			if c.logged == "" && lines != 0 || c.logged != "" && (lines != 1 || !strings.Contains(log.String(), "level="+c.logged) || !strings.Contains(log.String(), c.err.Error()) || !strings.Contains(log.String(), "requestId=r1")) {
				t.Errorf("presenter(%v) logged %q, want %q with the cause and the request's id", c.err, &log, c.logged)
			}
			if told := strings.Contains(log.String(), "operation=") && strings.Contains(log.String(), "TestPresenter"); told != (c.logged == "ERROR") {
				t.Errorf("presenter(%v) logged %q, want the operation and the stack of internal errors", c.err, &log)
			}
		})
	}
}

// An unavailable database is not an error of the input, and keeps its cause.
func TestUserErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset")
	away := &model.Error{Code: model.CodeUnavailable, Message: "the database cannot be reached"}
	for _, err := range []error{fmt.Errorf("create topic: %w: %w", away, cause), errors.Join(model.Errors{away}, cause)} {
		if list, rest := userErrors(err); list != nil || !errors.Is(rest, cause) {
			t.Errorf("userErrors(%v) = %v, %v, want the error as it is", err, list, rest)
		}
	}
	if list, rest := userErrors(model.Invalid("no")); len(list) != 1 || rest != nil {
		t.Errorf("userErrors of an input = %v, %v, want it for the payload", list, rest)
	}
}
