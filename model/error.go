package model

import (
	"errors"
	"fmt"
	"strings"
)

// Codes that only top-level errors have, in extensions.code. Those of the schema's
// ErrorCode occur there too.
const (
	// CodeInvalidCursor: the cursor does not belong to this list in this order.
	CodeInvalidCursor ErrorCode = "INVALID_CURSOR"
	// CodeCursorExpired: some of the changes after the cursor are no longer kept.
	CodeCursorExpired ErrorCode = "CURSOR_EXPIRED"
	// CodeUnauthenticated: the bearer token is missing, unknown, revoked or expired.
	CodeUnauthenticated ErrorCode = "UNAUTHENTICATED"
	// CodeUnavailable: the database cannot be reached or is busy; the same request
	// may succeed later.
	CodeUnavailable ErrorCode = "UNAVAILABLE"
	// CodeInternal: a fault of the server, logged with the response's requestId.
	CodeInternal ErrorCode = "INTERNAL"
)

// Error is an error for the caller: a code for programs, a sentence that a person
// can act on, and the path of the argument at fault. Every other error is internal
// and is not shown to clients.
type Error struct {
	Code    ErrorCode
	Message string
	Path    []string
	// CurrentVersion is the stored version, if Code is CONFLICT.
	CurrentVersion int
	// Limit names the limit that was exceeded, if Code is LIMIT_EXCEEDED: as in its
	// flag --limit-…, if it has one.
	Limit string
	// MayBeWritten means that nobody knows whether the mutation wrote.
	MayBeWritten bool
}

// Written is a node as a mutation wrote it, in this version; one that it deleted, in the
// version that the change log gives the deletion.
type Written struct {
	ID      ID  `json:"id"`
	Version int `json:"version"`
}

// Error returns the code and the sentence.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// At returns the error with a path put before its own.
func (e *Error) At(path ...string) *Error {
	moved := *e
	moved.Path = append(append([]string{}, path...), e.Path...)
	return &moved
}

// Invalid returns an error about a value that is not acceptable.
func Invalid(format string, args ...any) *Error {
	return &Error{Code: ErrorCodeInvalid, Message: fmt.Sprintf(format, args...)}
}

// LimitExceeded returns an error about too much of something: the name of the limit,
// and a sentence that says what to do.
func LimitExceeded(limit, format string, args ...any) *Error {
	return &Error{Code: ErrorCodeLimitExceeded, Limit: limit, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of an error for the caller; empty if the error is internal.
func CodeOf(err error) ErrorCode {
	if one := (*Error)(nil); errors.As(err, &one) {
		return one.Code
	}
	return ""
}

// NotFound returns an error about a node that does not exist, or that the caller may
// not see.
func NotFound(t NodeType) *Error {
	noun := strings.ToLower(string(t))
	return &Error{Code: ErrorCodeNotFound, Message: "there is no such " + noun + "; it may have been deleted"}
}

// Forbidden returns an error about something that the caller may not do.
func Forbidden(format string, args ...any) *Error {
	return &Error{Code: ErrorCodeForbidden, Message: fmt.Sprintf(format, args...)}
}

// Conflict returns the error for a write that expects another version than the
// stored one.
func Conflict(expected, current int) *Error {
	return &Error{
		Code:           ErrorCodeConflict,
		Message:        fmt.Sprintf("version %d was expected, but %d is stored: read it again, merge, and send again", expected, current),
		Path:           []string{"expectedVersion"},
		CurrentVersion: current,
	}
}

// Errors are all errors found in one input.
type Errors []*Error

// Error joins their paths and sentences.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = strings.Join(append(append([]string{}, one.Path...), one.Message), ": ")
	}
	return strings.Join(lines, "; ")
}

// OrNil returns the errors as an error; nil if there are none.
func (e Errors) OrNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// UserError is an error in the payload of a mutation.
type UserError interface{ IsUserError() }

// InputError is an error in the input of a mutation, other than a conflict.
type InputError struct {
	Code    ErrorCode
	Message string
	Path    []string
}

// IsUserError marks it as a UserError.
func (InputError) IsUserError() {}

// ConflictError says that someone else has changed the object in the meantime.
type ConflictError struct {
	Code           ErrorCode
	Message        string
	Path           []string
	CurrentVersion int
}

// IsUserError marks it as a UserError.
func (ConflictError) IsUserError() {}

// CodeOfUser returns the code of an error in a payload.
func CodeOfUser(err UserError) ErrorCode {
	if conflict, ok := err.(ConflictError); ok {
		return conflict.Code
	}
	input, _ := err.(InputError)
	return input.Code
}

// UserError returns the error in the form it takes in a payload.
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
