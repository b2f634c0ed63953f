package content

import (
	"errors"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// check judges what was given of one node. It collects everything that is wrong,
// so that the caller learns it all at once.
type check struct {
	// tx is the transaction that is to write the node; nil for a check that looks
	// nothing up.
	tx     *store.Tx
	errors model.Errors
}

// add collects an error at a path inside the input.
func (c *check) add(err *model.Error, path ...string) { c.errors = append(c.errors, err.At(path...)) }

// invalid collects that the value of a field is not acceptable.
func (c *check) invalid(field, format string, args ...any) {
	c.add(model.Invalid(format, args...), field)
}

// refuse collects what a check of internal/text found, if anything.
func (c *check) refuse(err error, path ...string) {
	if err != nil {
		c.add(model.Invalid("%s", err.Error()), path...)
	}
}

// collect adds an error for the caller, and returns any other.
func (c *check) collect(err error, path ...string) error {
	var forCaller *model.Error
	if errors.As(err, &forCaller) {
		c.add(forCaller, path...)
		return nil
	}
	return err
}

// notCleared collects that a field which must have a value was sent as null.
func notCleared[T any](c *check, o Optional[T], field string) {
	if o.IsNull() {
		c.invalid(field, "this cannot be cleared; leave it out to keep what is there")
	}
}

// tooMany collects that a list is too long, and reports whether it is.
func (c *check) tooMany(have, most int, path ...string) bool {
	if have <= most {
		return false
	}
	c.add(limitExceeded(have, most), path...)
	return true
}

func limitExceeded(have, most int) *model.Error {
	return model.LimitExceeded("input", "there are %d of them; send at most %d", have, most)
}

// InputErrors returns the errors about the input that err holds. It reports false
// for every other error, among them those that refuse the request as a whole.
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

// under moves errors about the input to their place among the arguments, and
// returns them as model.Errors. A conflict stays where it is: it is about an
// argument of its own. Other errors are returned as they are.
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
