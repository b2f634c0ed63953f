package content

import (
	"errors"

	"github.com/diwan-cms/diwan/model"
)

// problems collects everything that is wrong with one input, so that who sent
// it learns all at once.
type problems struct{ found model.Errors }

// add notes an error at the path, inside the input.
func (p *problems) add(err *model.Error, path ...string) { p.found = append(p.found, err.At(path...)) }

// invalid notes that the value at the path is not acceptable.
func (p *problems) invalid(path, format string, args ...any) {
	p.add(model.Invalid(format, args...), path)
}

// sentence notes what a check of internal/text says.
func (p *problems) sentence(err error, path ...string) {
	if err != nil {
		p.add(model.Invalid("%s", err.Error()), path...)
	}
}

// note notes an error that is for the caller, and answers any other.
func (p *problems) note(err error, path ...string) error {
	var one *model.Error
	if errors.As(err, &one) {
		p.add(one, path...)
		return nil
	}
	return err
}

// notCleared notes that a field which must have a value was given as null.
func notCleared[T any](p *problems, o optional[*T], field string) {
	if null(o) {
		p.invalid(field, "this cannot be cleared; leave it out to keep what is there")
	}
}

// tooMany notes that a list is too long.
func (p *problems) tooMany(have, most int, path ...string) bool {
	if have <= most {
		return false
	}
	p.add(limitExceeded(have, most), path...)
	return true
}

func limitExceeded(have, most int) *model.Error {
	return model.LimitExceeded("input", "there are %d of them; send at most %d", have, most)
}

// under moves errors for the caller to their place among the arguments. All of
// them come out as model.Errors. A conflict stays: it is about an argument of
// its own.
func under(err error, path ...string) error {
	var one *model.Error
	var many model.Errors
	switch {
	case errors.As(err, &many):
	case errors.As(err, &one) && one.Code != model.CodeUnavailable && one.Code != model.ErrorCodeForbidden: // they are not about the input
		many = model.Errors{one}
	default:
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
