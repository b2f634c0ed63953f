package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/model"
)

// userErrors splits an error of a mutation into what belongs in its payload and what
// belongs at the top level: missing permissions, and what is not about the input.
func userErrors(err error) ([]model.UserError, error) {
	var one *model.Error
	var several model.Errors
	switch {
	case err == nil, errors.As(err, &several):
	case errors.As(err, &one) && one.Code != model.ErrorCodeForbidden:
		several = model.Errors{one}
	default:
		return nil, err
	}
	for _, one := range several {
		if one.Code == model.CodeUnavailable {
			return nil, err
		}
	}
	list := make([]model.UserError, len(several))
	for i, one := range several {
		list[i] = one.UserError()
	}
	return list, nil
}

// presenter gives errors at the top level the form in which clients see them: a
// code, the id of the request, and a sentence. Errors that are not for clients are
// logged and shown as internal errors. When the database is unavailable, clients
// are told so, and the cause is logged. If a response has very many errors, it shows
// the first.
func presenter(log *slog.Logger, unknown unknownField) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if gate.CountError(ctx) {
			return nil
		}
		shown := graphql.DefaultErrorPresenter(ctx, err)
		if shown.Extensions == nil {
			shown.Extensions = map[string]any{}
		}
		shown.Extensions["requestId"] = model.RequestIDOf(ctx)
		var ours *model.Error
		var several model.Errors
		var theirs *gqlerror.Error
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded): // the cause of whatever failed
			shown.Extensions["code"] = model.ErrorCodeLimitExceeded
			if late := (*model.Error)(nil); errors.As(context.Cause(ctx), &late) {
				show(shown, late, late.Message)
			}
		case errors.Is(err, context.Canceled) && ctx.Err() != nil:
			shown.Message = "the client went away before the answer was complete"
			shown.Extensions["code"] = model.CodeUnavailable
		case errors.As(err, &ours):
			if ours.Code == model.CodeUnavailable && ours.Limit == "" { // first, because err contains shown, which changes
				log.WarnContext(ctx, "the database does not answer", "error", err, "path", shown.Path.String(), "requestId", model.RequestIDOf(ctx))
			}
			show(shown, ours, ours.Message)
		case errors.As(err, &several) && len(several) > 0:
			show(shown, several[0], several.Error())
		case errors.As(err, &theirs) && errors.Unwrap(theirs) == nil:
			// The request is wrong, and gqlgen says how.
			if shown.Extensions["code"] == nil {
				shown.Extensions["code"] = model.ErrorCodeInvalid
			}
			if shown.Message == "operation  not found" {
				shown.Message = "the document has several operations; say in `operationName` which one is meant"
			}
			rewordVariable(ctx, shown, unknown)
			gate.ShortenMessage(shown)
		default:
			log.ErrorContext(ctx, "internal error", "error", err, "operation", gate.OperationName(ctx), "path", shown.Path.String(),
				"requestId", model.RequestIDOf(ctx), "stack", stackOf(err))
			shown.Message = "internal error; tell whoever runs this server the requestId"
			shown.Extensions["code"] = model.CodeInternal
		}
		if unsure := (*model.Error)(nil); errors.As(err, &unsure) && unsure.MayBeWritten {
			shown.Message = unsure.Message // also where its time is up
			shown.Extensions["mayBeWritten"] = true
		}
		tellWritten(ctx, shown)
		shown.Err = nil
		return shown
	}
}

// show puts an error that is for clients into the form in which they see it.
func show(shown *gqlerror.Error, err *model.Error, message string) {
	shown.Message = message
	shown.Extensions["code"] = err.Code
	if err.Limit != "" {
		shown.Extensions["limit"] = err.Limit
	}
}

// unknownField says which field an object in a variable does not have.
type unknownField func(ctx context.Context, path ast.Path) string

// unknownFields returns a function that also says which fields there are, if suggest is
// true.
func unknownFields(schema *gate.Schema, suggest bool) unknownField {
	return func(ctx context.Context, path ast.Path) string {
		return schema.UnknownField(graphql.GetOperationContext(ctx).Operation, path, suggest)
	}
}

// rewordVariable says what is wrong with the value of a variable. gqlparser's own
// messages name types of Go, and its path looks like one in the response.
func rewordVariable(ctx context.Context, err *gqlerror.Error, unknown unknownField) {
	if len(err.Path) < 2 || err.Path[0] != ast.PathName("variable") {
		return
	}
	path := err.Path[1:]
	place := path.String()
	err.Path = nil
	expected := err.Message[strings.LastIndexAny(err.Message, " ")+1:]
	switch {
	case strings.HasPrefix(err.Message, "cannot use "):
		err.Message = "its value is not a valid " + expected
	case strings.HasPrefix(err.Message, "must be a "): // gqlparser: "must be a TopicFilter, not a string"
		err.Message = "it must be an object, a " + strings.TrimSuffix(strings.Fields(err.Message)[3], ",")
	case strings.HasPrefix(err.Message, "enums must be"):
		err.Message = "it must be one of the names of the enum, as a string"
	case err.Message == "unknown field":
		err.Message = unknown(ctx, path)
	case err.Message == "must be defined":
		err.Message = "it is required"
	}
	err.Message = "the variable `$" + place + "`: " + err.Message
}

// stackOf returns the stack of a panic, or else of the field that reported the error.
func stackOf(err error) string {
	if p, ok := errors.AsType[*panicked](err); ok {
		return p.stack
	}
	return string(debug.Stack())
}

// recovered turns a panic into an error, which the presenter logs.
func recovered(_ context.Context, cause any) error {
	return &panicked{cause, string(debug.Stack())}
}

type panicked struct {
	cause any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }
