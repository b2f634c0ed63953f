package store

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/model"
)

// fail translates the database errors that a client can act on into public ones, and
// wraps the rest.
func fail(err error, node model.NodeType, doing string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.NotFound(node)
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return &model.Error{Code: model.ErrorCodeDuplicate, Message: "another " + strings.ToLower(string(node)) + " already has this key"}
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", doing, strings.ToLower(string(node)), err)
	}
	return nil
}

// firstError returns the first error that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// withinField adds to an error the field of the query with the wrong argument.
func withinField(field string, err error) error {
	var theirs *model.Error
	if !errors.As(err, &theirs) {
		return err
	}
	placed := *theirs
	placed.Message = field + ": " + placed.Message
	return &placed
}

// inArgument adds to an error the name of the wrong argument.
func inArgument(argument string, err error) error {
	var theirs *model.Error
	if !errors.As(err, &theirs) {
		return err
	}
	return theirs.At(argument)
}
