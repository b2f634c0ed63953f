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

	"github.com/diwan-cms/diwan/model"
)

// userErrors divides an error in what stands in a payload and what does not:
// who may not write learns it at the top level, and so do the server's faults.
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
		if one.Code == model.CodeUnavailable { // not about the input
			return nil, err
		}
	}
	list := make([]model.UserError, len(several))
	for i, one := range several {
		list[i] = one.UserError()
	}
	return list, nil
}

// presenter gives errors at the top level their outside form: a code, the id of
// the request, and a sentence. What is not for the caller is logged, and told
// as an internal error; what keeps the database from answering is logged, too.
// Of very many errors of one answer it shows the first.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if w := weightOf(ctx); w != nil && w.errors.Add(1) > maxFaults {
			return nil // each field of a large answer may fail, of which few are told
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
		case errors.Is(ctx.Err(), context.DeadlineExceeded): // whatever failed, it came of that
			shown.Extensions["code"] = model.ErrorCodeLimitExceeded
			if late := (*model.Error)(nil); errors.As(context.Cause(ctx), &late) {
				show(shown, late, late.Message)
			}
		case errors.Is(err, context.Canceled) && ctx.Err() != nil:
			shown.Message = "the client went away before the answer was complete"
			shown.Extensions["code"] = model.CodeUnavailable
		case errors.As(err, &ours):
			if ours.Code == model.CodeUnavailable && ours.Limit == "" { // before shown, which is in err, changes
				log.WarnContext(ctx, "the database does not answer", "error", err, "path", shown.Path.String(), "requestId", model.RequestIDOf(ctx))
			}
			show(shown, ours, ours.Message)
		case errors.As(err, &several) && len(several) > 0:
			show(shown, several[0], several.Error())
		case errors.As(err, &theirs) && errors.Unwrap(theirs) == nil:
			// The query is wrong; gqlgen has said how.
			if shown.Extensions["code"] == nil {
				shown.Extensions["code"] = model.ErrorCodeInvalid
			}
			if shown.Message == "operation  not found" {
				shown.Message = "the document has several operations; say in `operationName` which one is meant"
			}
			ofVariable(shown)
			shorten(shown)
		default:
			log.ErrorContext(ctx, "internal error", "error", err, "operation", operationName(ctx), "path", shown.Path.String(),
				"requestId", model.RequestIDOf(ctx), "stack", stackOf(err))
			shown.Message = "internal error; tell whoever runs this server the requestId"
			shown.Extensions["code"] = model.CodeInternal
		}
		shown.Err = nil
		return shown
	}
}

// show shows an error for the caller.
func show(shown *gqlerror.Error, err *model.Error, message string) {
	shown.Message = message
	shown.Extensions["code"] = err.Code
	if err.Limit != "" {
		shown.Extensions["limit"] = err.Limit
	}
}

// ofVariable words what is wrong with the value of a variable. gqlparser names the
// types of Go there, and puts the place where those of answers stand.
func ofVariable(err *gqlerror.Error) {
	if len(err.Path) < 2 || err.Path[0] != ast.PathName("variable") {
		return
	}
	place := strings.TrimPrefix(err.Path.String(), "variable.")
	err.Path = nil
	expected := err.Message[strings.LastIndexAny(err.Message, " ")+1:]
	switch {
	case strings.HasPrefix(err.Message, "cannot use "):
		err.Message = "its value is no " + expected
	case strings.HasPrefix(err.Message, "must be a "): // … Type, not a kind
		err.Message = "it must be an object, a " + strings.TrimSuffix(strings.Fields(err.Message)[3], ",")
	case strings.HasPrefix(err.Message, "enums must be"):
		err.Message = "it must be one of the names of the enum, as a string"
	case err.Message == "unknown field":
		err.Message = "there is no such field; remove it, or look at the schema"
	case err.Message == "must be defined":
		err.Message = "it is required"
	}
	err.Message = "the variable `$" + place + "`: " + err.Message
}

// operationName is what the client calls the operation; a request may leave out
// which of its operations it means where there is one.
func operationName(ctx context.Context) string {
	if !graphql.HasOperationContext(ctx) {
		return ""
	}
	asked := graphql.GetOperationContext(ctx)
	if asked.Operation != nil {
		return asked.Operation.Name
	}
	return asked.OperationName
}

// stackOf is where it panicked, else which field told of the error.
func stackOf(err error) string {
	if p, ok := errors.AsType[*panicked](err); ok {
		return p.stack
	}
	return string(debug.Stack())
}

// recovered makes an error of a panic, which the presenter logs.
func recovered(_ context.Context, cause any) error {
	return &panicked{cause, string(debug.Stack())}
}

type panicked struct {
	cause any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }
