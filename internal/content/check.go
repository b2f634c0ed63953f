package content

import (
	"errors"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// check validates the fields of one node. It records every error, so that the caller
// learns of all of them at once.
type check struct {
	// tx is the transaction that writes the node; nil for a check without look-ups.
	tx     *store.Tx
	errors model.Errors
}

// add records an error at a path inside the input.
func (c *check) add(err *model.Error, path ...string) { c.errors = append(c.errors, err.At(path...)) }

// invalid records that the value of a field is not acceptable.
func (c *check) invalid(field, format string, args ...any) {
	c.add(model.Invalid(format, args...), field)
}

// refuse records an error of internal/text, if there is one.
func (c *check) refuse(err error, path ...string) {
	if err != nil {
		c.add(model.Invalid("%s", err.Error()), path...)
	}
}

// collect records an error for the caller, and returns any other.
func (c *check) collect(err error, path ...string) error {
	var forCaller *model.Error
	if errors.As(err, &forCaller) {
		c.add(forCaller, path...)
		return nil
	}
	return err
}

// notCleared records an error if a field that must have a value is null.
func notCleared[T any](c *check, o Optional[T], field string) {
	if o.IsNull() {
		c.invalid(field, "this cannot be cleared; leave it out to keep what is there")
	}
}

// tooMany records an error if a list is too long, and reports whether it is.
func (c *check) tooMany(have, most int, path ...string) bool {
	if have <= most {
		return false
	}
	c.add(LimitExceeded(have, most), path...)
	return true
}

// LimitExceeded is the error of a list that is too long.
func LimitExceeded(have, most int) *model.Error {
	return model.LimitExceeded("input", "there are %d of them; send at most %d", have, most)
}

// InputErrors returns the errors about the input that err wraps. It reports false for
// any other error, including those that refuse the request as a whole.
func InputErrors(err error) (model.Errors, bool) {
	var many model.Errors
	if errors.As(err, &many) {
		return many, true
	}
	var single *model.Error
	if errors.As(err, &single) && single.Code != model.CodeUnavailable && single.Code != model.ErrorCodeForbidden {
		return model.Errors{single}, true
	}
	return nil, false
}

// under prefixes the paths of errors about the input, and returns these as
// model.Errors. A conflict keeps its path: it is about an argument of its own. Other
// errors are returned unchanged.
func under(err error, path ...string) error {
	many, aboutInput := InputErrors(err)
	if !aboutInput {
		return err
	}
	moved := make(model.Errors, len(many))
	for i, e := range many {
		moved[i] = e
		if e.Code != model.ErrorCodeConflict {
			moved[i] = e.At(path...)
		}
	}
	return moved
}
