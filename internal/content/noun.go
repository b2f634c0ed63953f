package content

import (
	"context"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// noun is how one noun of the reference data is written: countries, officials,
// offices, tenures and topics. T is the type of its rows, F of the fields that can be
// set.
type noun[T, F any] struct {
	node    model.NodeType
	read    func(*store.Tx, int64) (*T, error)
	version func(*T) int
	// put sets fields of a row; of a new one if the row is nil.
	put func(*store.Tx, *T, F) (Outcome, *T, error)
	// users returns what refers to a row, which then cannot be deleted. It is nil for a
	// noun to which nothing refers.
	users  func(*store.Tx, int64) ([]store.Users, error)
	remove func(*store.Tx, *T) error
}

// target is the row that a mutation changes.
type target struct {
	id model.ID
	// expectedVersion is the version that the caller has read; nil for any.
	expectedVersion *int
}

// expects returns CONFLICT if the caller has read another version.
func (t target) expects(version int) error {
	if t.expectedVersion != nil && *t.expectedVersion != version {
		return model.Conflict(*t.expectedVersion, version)
	}
	return nil
}

// create writes a new row.
func (n noun[T, F]) create(ctx context.Context, s *Service, given F) (*T, error) {
	return writeAndReturn(ctx, s, auth.EditReference, n.doing("create"), func(tx *store.Tx) (*T, error) {
		_, row, err := n.put(tx, nil, given)
		return row, under(err, "input")
	})
}

// update changes a row, if anything changes.
func (n noun[T, F]) update(ctx context.Context, s *Service, t target, given F) (*T, error) {
	return writeAndReturn(ctx, s, auth.EditReference, n.doing("update"), func(tx *store.Tx) (*T, error) {
		current, err := n.stored(tx, t)
		if err != nil {
			return nil, err
		}
		_, row, err := n.put(tx, current, given)
		return row, under(err, "input")
	})
}

// delete deletes a row; IN_USE while others refer to it.
func (n noun[T, F]) delete(ctx context.Context, s *Service, t target) error {
	return s.write(ctx, auth.EditReference, n.doing("delete"), func(tx *store.Tx) error {
		current, err := n.stored(tx, t)
		if err != nil {
			return err
		}
		if n.users != nil {
			users, err := n.users(tx, t.id.Key)
			if err != nil {
				return err
			}
			if err := refuseInUse(n.node, users); err != nil {
				return err
			}
		}
		return n.remove(tx, current)
	})
}

// stored reads the row that a mutation changes.
func (n noun[T, F]) stored(tx *store.Tx, t target) (*T, error) {
	key, err := t.id.Want(n.node)
	if err != nil {
		return nil, under(err, "id")
	}
	row, err := n.read(tx, key)
	if err != nil {
		return nil, under(err, "id")
	}
	if err := t.expects(n.version(row)); err != nil {
		return nil, err
	}
	return row, nil
}

// nouns is the noun for sentences: "topics".
func (n noun[T, F]) nouns() string { return strings.ToLower(string(n.node)) + "s" }

// doing describes a write in the server's own errors: "create topic".
func (n noun[T, F]) doing(verb string) string { return verb + " " + strings.ToLower(string(n.node)) }
