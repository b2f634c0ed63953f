package content

import (
	"context"
	"errors"
	"strconv"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// maxUpserts is how many nodes one mutation can write.
const maxUpserts = 1000

// errRollback rolls a transaction back although nothing failed.
var errRollback = errors.New("nothing is to be kept")

// Bulk says how a bulk mutation writes.
type Bulk struct {
	OnError model.BulkErrorPolicy
	// DryRun validates and counts, and writes nothing.
	DryRun bool
}

// Upserted is what came of a bulk mutation.
type Upserted[Row any] struct {
	// Results are those of the inputs, in their order.
	Results []UpsertResult[Row]
	// Failed counts the inputs that are invalid, the others those that were written, or
	// would be in a dry run.
	Created, Updated, Unchanged, Failed int
}

// UpsertResult is what came of one input.
type UpsertResult[Row any] struct {
	// Row is what is stored now; nil if the input was not written.
	Row    *Row
	Errors []model.UserError
}

// upsertInput is one input of a bulk mutation.
type upsertInput[In any] interface {
	// named returns the input with the ids of the nodes that it names by their keys.
	named(*naming) In
	// identity is what identifies the node; for tenures nothing does.
	identity() Identity
	// otherKeys are keys that the node has, or will have, besides those of its identity.
	otherKeys() []store.NaturalKey
	// dated reports whether it says when something was, where it comes from.
	dated() bool
}

// upserter is how the inputs of a bulk mutation are written: of In, into rows of Row.
type upserter[In upsertInput[In], Row any] struct {
	action auth.Action
	// nouns is for sentences: "topics".
	nouns string
	// put finds the row that the input of the batch is about, and writes to it, or to a new
	// one.
	put func(*batch, In) (written[Row], error)
	// keys returns the natural keys of a row, and its slug.
	keys func(*Row) (slug string, keys []store.NaturalKey)
}

// valueBy is a value of a natural key; nil for none.
type valueBy struct {
	by    store.By
	value *string
}

// keysOf returns those natural keys of a node that have a value. language is that of an
// article.
func keysOf(node model.NodeType, language model.Language, values ...valueBy) []store.NaturalKey {
	var keys []store.NaturalKey
	for _, v := range values {
		if v.value != nil {
			keys = append(keys, store.NaturalKey{Node: node, By: v.by, Value: *v.value, Language: language})
		}
	}
	return keys
}

// written is what came of writing one input. before is nil for a new row.
type written[Row any] struct {
	outcome       Outcome
	before, after *Row
}

// batch is a bulk mutation in progress, as far as it does not depend on the noun.
type batch struct {
	Bulk
	tx *store.Tx
	// owner is the key of the actor.
	owner string
	// writtenBy says which input has written to a row.
	writtenBy map[model.ID]int
	// first is the first input with a key, begun the inputs that are written or about to
	// be, and names the keys that each names.
	first map[store.NaturalKey]int
	begun []bool
	names [][]store.NaturalKey
}

// upserting is a bulk mutation in progress.
type upserting[In upsertInput[In], Row any] struct {
	batch
	upserter[In, Row]
	inputs []In
	done   *Upserted[Row]
}

// upsert writes the inputs of a bulk mutation in one transaction. Errors of single inputs are
// in the results; a returned error refuses the whole request.
func upsert[Raw, Row any, In upsertInput[In]](ctx context.Context, s *Service, w upserter[In, Row], raw []*Raw, how Bulk) (*Upserted[Row], error) {
	if err := auth.May(ctx, w.action); err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, model.Invalid("there are no %s; send 1 to %d", w.nouns, maxUpserts).At("inputs")
	}
	if len(raw) > maxUpserts {
		return nil, LimitExceeded(len(raw), maxUpserts).At("inputs")
	}
	u := upserting[In, Row]{
		batch{how, nil, auth.ActorOf(ctx).Key, map[model.ID]int{}, map[store.NaturalKey]int{}, make([]bool, len(raw)), make([][]store.NaturalKey, len(raw))},
		w, make([]In, len(raw)), &Upserted[Row]{Results: make([]UpsertResult[Row], len(raw))},
	}
	for i, in := range raw {
		u.inputs[i] = fieldsFrom[In](*in)
		if !u.inputs[i].dated() {
			continue
		}
		if err := auth.May(ctx, auth.SetTimes); err != nil {
			return nil, err
		}
	}
	keys, ids := u.collect()
	err := s.writeAs(ctx, w.action, "upsert "+w.nouns, u.once(s, func(tx *store.Tx) (err error) {
		if u.tx, err = tx.LookUp(keys, ids); err != nil {
			return err
		}
		return u.writeAll(ctx)
	}))
	if err != nil && !errors.Is(err, errRollback) {
		return nil, err
	}
	return u.done, nil
}

// collect returns all keys and ids that the inputs have or name.
func (u *upserting[In, Row]) collect() (keys []store.NaturalKey, ids []model.ID) {
	for i, in := range u.inputs {
		if made := in.identity().made(); made.Value != "" {
			keys = append(keys, made)
		}
		for _, k := range append(in.identity().keys(), in.otherKeys()...) {
			keys = append(keys, k)
			u.has(i, k)
			if k.Language != "" { // by which others may name an article, too
				k.Language = ""
				u.has(i, k)
			}
		}
		var n naming
		in.named(&n)
		u.names[i] = n.keys
		keys, ids = append(keys, n.keys...), append(ids, n.ids...)
	}
	return keys, ids
}

// has notes that an input has a key.
func (b *batch) has(i int, k store.NaturalKey) {
	k = k.Canonical()
	if _, another := b.first[k]; !another {
		b.first[k] = i
	}
}

func (u *upserting[In, Row]) writeAll(ctx context.Context) error {
	for i := range u.inputs {
		if err := u.inTurn(ctx, i); err != nil {
			return err
		}
	}
	if u.done.Failed > 0 && u.OnError != model.BulkErrorPolicyRejectFailed {
		u.rejectAll()
		return errRollback
	}
	if u.DryRun {
		return errRollback
	}
	return nil
}

// inTurn writes an input after those that it names, unless they name it as well.
func (u *upserting[In, Row]) inTurn(ctx context.Context, i int) error {
	if u.begun[i] {
		return nil
	}
	u.begun[i] = true
	for _, k := range u.names[i] {
		if other, among := u.first[k.Canonical()]; among {
			if err := u.inTurn(ctx, other); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return u.one(i)
}

// one writes one input. An error about the input undoes what it wrote and goes into its
// result; any other error is returned.
func (u *upserting[In, Row]) one(i int) error {
	result := &u.done.Results[i]
	result.Errors = []model.UserError{}
	var w written[Row]
	err := u.tx.Try(func(*store.Tx) (err error) {
		w, err = u.write(i)
		return err
	})
	wrong, aboutInput := under(err, "inputs", strconv.Itoa(i)).(model.Errors)
	if err != nil && !aboutInput {
		return err
	}
	u.count(w.outcome, len(wrong) > 0)
	for _, e := range wrong {
		result.Errors = append(result.Errors, e.UserError())
	}
	if len(wrong) > 0 {
		return nil
	}
	u.learn(i, w)
	if result.Row = w.after; u.DryRun && w.outcome != Unchanged {
		result.Row = w.before // which stays as it is
	}
	return nil
}

func (u *upserting[In, Row]) write(i int) (written[Row], error) {
	in := u.inputs[i]
	if field, key, known := in.identity().key(); known && u.first[key.Canonical()] < i {
		return written[Row]{}, u.again(u.first[key.Canonical()]).At(field)
	}
	n := naming{tx: u.tx}
	in = in.named(&n)
	if err := n.err(); err != nil {
		return written[Row]{}, err
	}
	w, err := u.put(&u.batch, in)
	if conflict, is := errors.AsType[*model.Error](err); is && conflict.Code == model.ErrorCodeConflict {
		return w, conflict.At("inputs", strconv.Itoa(i)) // which no path is put before
	}
	return w, err
}

// again returns the error for an input that is about the same node as an earlier one.
func (u *upserting[In, Row]) again(earlier int) *model.Error { return again(u.nouns, earlier) }

func again(nouns string, earlier int) *model.Error {
	return model.Invalid("this one is already at index %d; send each of the %s once", earlier, nouns)
}

// claim returns an error if another input has written to the row with the id, or if the
// caller has read another version than the current one: 0 is that of a row that is not
// stored.
func (b *batch) claim(id model.ID, nouns string, version int, expected Optional[int]) error {
	if earlier, twice := b.writtenBy[id]; twice {
		return again(nouns, earlier)
	}
	if expected.HasValue() && expected.Value() != version {
		return model.Conflict(expected.Value(), version)
	}
	return nil
}

// learn notes what an input has written.
func (u *upserting[In, Row]) learn(i int, w written[Row]) {
	id := any(w.after).(model.Node).ID()
	u.writtenBy[id] = i
	if w.outcome == Unchanged {
		return
	}
	var had []store.NaturalKey
	if w.before != nil {
		_, had = u.keys(w.before)
	}
	slug, has := u.keys(w.after)
	u.tx.Learn(id, slug, has, had)
}

func (u *upserting[In, Row]) count(outcome Outcome, failed bool) {
	switch {
	case failed:
		u.done.Failed++
	case outcome == Created:
		u.done.Created++
	case outcome == Updated:
		u.done.Updated++
	default:
		u.done.Unchanged++
	}
}

// rejectAll removes from the results what will not be kept.
func (u *upserting[In, Row]) rejectAll() {
	u.done.Created, u.done.Updated = 0, 0
	for i := range u.done.Results {
		u.done.Results[i].Row = nil
	}
}

// upsertRow writes to a row of the reference data; to a new one if current is nil.
func upsertRow[T, F any](b *batch, n noun[T, F], current *T, given F, expected Optional[int]) (written[T], error) {
	id, version := model.ID{}, 0
	if current != nil {
		id, version = any(current).(model.Node).ID(), n.version(current)
	}
	if err := b.claim(id, n.nouns(), version, expected); err != nil {
		return written[T]{}, err
	}
	outcome, row, err := n.put(b.tx, current, given)
	return written[T]{outcome, current, row}, err
}
