package model

import (
	"errors"
	"fmt"
	"strings"
)

// Codes of errors that stand at the top level of an answer only, in
// extensions.code beside those of ErrorCode.
const (
	// CodeInvalidCursor: the cursor is not one of this list in this order.
	CodeInvalidCursor ErrorCode = "INVALID_CURSOR"
	// CodeCursorExpired: changes behind the cursor are no longer kept.
	CodeCursorExpired ErrorCode = "CURSOR_EXPIRED"
	// CodeUnauthenticated: the bearer token is unknown.
	CodeUnauthenticated ErrorCode = "UNAUTHENTICATED"
	// CodeUnavailable: the database cannot be reached or is busy; the same request
	// may succeed later.
	CodeUnavailable ErrorCode = "UNAVAILABLE"
	// CodeInternal: a fault of the server, logged under the answer's requestId.
	CodeInternal ErrorCode = "INTERNAL"
)

// Error is an error for the caller: a code for programs, a sentence on which a
// person can act, and the path of the argument that is wrong. Every other kind
// of error is the server's own and is not shown outside.
type Error struct {
	Code    ErrorCode
	Message string
	Path    []string
	// CurrentVersion is what is stored, where Code is CONFLICT.
	CurrentVersion int
	// Limit names the limit that was hit, where Code is LIMIT_EXCEEDED: that of the
	// flag --limit-… where it has one.
	Limit string
}

// Error is the code and the sentence.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// At answers the same error, further inside the arguments.
func (e *Error) At(path ...string) *Error {
	moved := *e
	moved.Path = append(append([]string{}, path...), e.Path...)
	return &moved
}

// Invalid is an error about a value that is not acceptable.
func Invalid(format string, args ...any) *Error {
	return &Error{Code: ErrorCodeInvalid, Message: fmt.Sprintf(format, args...)}
}

// LimitExceeded is an error about too much of something: the name of the limit,
// and what to do.
func LimitExceeded(limit, format string, args ...any) *Error {
	return &Error{Code: ErrorCodeLimitExceeded, Limit: limit, Message: fmt.Sprintf(format, args...)}
}

// CodeOf answers the code of an error for the caller, empty when it is the
// server's own.
func CodeOf(err error) ErrorCode {
	if one := (*Error)(nil); errors.As(err, &one) {
		return one.Code
	}
	return ""
}

// NotFound is an error about a node that does not exist or may not be seen.
func NotFound(t NodeType) *Error {
	noun := strings.ToLower(string(t))
	return &Error{Code: ErrorCodeNotFound, Message: "there is no such " + noun + "; it may have been deleted"}
}

// Forbidden is the error for who may not do what they ask.
func Forbidden(format string, args ...any) *Error {
	return &Error{Code: ErrorCodeForbidden, Message: fmt.Sprintf(format, args...)}
}

// Conflict is the error for a write that was made for another version.
func Conflict(expected, current int) *Error {
	return &Error{
		Code:           ErrorCodeConflict,
		Message:        fmt.Sprintf("version %d was expected, but %d is stored: read it again, merge, and send again", expected, current),
		Path:           []string{"expectedVersion"},
		CurrentVersion: current,
	}
}

// Errors are all the errors found in one input.
type Errors []*Error

// Error joins them.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = strings.Join(append(append([]string{}, one.Path...), one.Message), ": ")
	}
	return strings.Join(lines, "; ")
}

// OrNil is the errors as an error, nil when there are none.
func (e Errors) OrNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// UserError is an error in the payload of a mutation.
type UserError interface{ IsUserError() }

// InputError is an error in the input of a mutation.
type InputError struct {
	Code    ErrorCode
	Message string
	Path    []string
}

// IsUserError marks it as one.
func (InputError) IsUserError() {}

// ConflictError tells that another has written meanwhile.
type ConflictError struct {
	Code           ErrorCode
	Message        string
	Path           []string
	CurrentVersion int
}

// IsUserError marks it as one.
func (ConflictError) IsUserError() {}

// CodeOfUser is the code of an error in a payload.
func CodeOfUser(err UserError) ErrorCode {
	if conflict, ok := err.(ConflictError); ok {
		return conflict.Code
	}
	input, _ := err.(InputError)
	return input.Code
}

// UserError is the error as it stands in a payload.
func (e *Error) UserError() UserError {
	path := e.Path
	if path == nil {
		path = []string{}
	}
	if e.Code == ErrorCodeConflict {
		return ConflictError{Code: e.Code, Message: e.Message, Path: path, CurrentVersion: e.CurrentVersion}
	}
	return InputError{Code: e.Code, Message: e.Message, Path: path}
}
