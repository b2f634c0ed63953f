// Package content holds the rules of the newsroom: who may do what, what is
// acceptable, and what follows from a write.
//
// Errors for the caller come in two shapes. model.Errors are about the input,
// each with its path, and are answered in a mutation's payload. A single
// *model.Error refuses the whole request: who asks may not, or sent too much.
package content

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Service answers questions about the content and changes it. Safe for
// concurrent use.
type Service struct {
	store    *store.Store
	now      func() time.Time
	render   *text.Renderer
	siteName string
	// previewURL is how the address of a preview is made.
	previewURL string
	log        *slog.Logger
	watch      watch
	// analyses is full while as many texts are analysed as may be at once: they take
	// much memory for a moment.
	analyses chan struct{}
}

// Config is what a Service needs.
type Config struct {
	Store *store.Store
	// Now is the clock.
	Now func() time.Time
	// SiteName is how the newsroom is called where it publishes.
	SiteName string
	// PreviewURL is how the address of a preview on its site is made, with {token},
	// {id}, {slug} and {language} in it. Empty: there is none.
	PreviewURL string
	// Log takes what befalls those who follow the change log, whom no answer
	// reaches. Nothing is logged when nil.
	Log *slog.Logger
}

// New answers a Service.
func New(config Config) *Service {
	log := config.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{store: config.Store, now: config.Now, render: text.NewRenderer(), siteName: config.SiteName, previewURL: config.PreviewURL, log: log, analyses: make(chan struct{}, 2)}
}

// moment is now, as what is written and read carries it.
func (s *Service) moment() model.DateTime { return model.At(s.now()) }

// write runs f in one transaction of whoever asks, if they may do the action.
// Errors of f for the caller come out as model.Errors, others wrapped with what
// was being done.
func (s *Service) write(ctx context.Context, action auth.Action, doing string, f func(*store.Tx) error) error {
	if err := auth.May(ctx, action); err != nil {
		return err
	}
	err := under(s.store.WriteNow(ctx, actorOf(ctx), s.moment, f))
	if _, caller := err.(model.Errors); caller || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// actorOf is whoever asks, as the change log names them.
func actorOf(ctx context.Context) store.Actor {
	actor := auth.ActorOf(ctx)
	return store.Actor{Name: actor.Name, Key: actor.Key, TokenID: actor.TokenID}
}

// put writes one node, as write does: a new one when read is nil, else the one
// that read answers. Errors of write stand under `input`, and nothing is answered
// with one.
func put[R, T any](ctx context.Context, s *Service, action auth.Action, doing string, read func(*store.Tx) (*R, error), write func(*store.Tx, *R) (outcome, *T, error)) (*T, error) {
	var written *T
	err := s.write(ctx, action, doing, func(tx *store.Tx) error {
		var current *R
		var err error
		if read != nil {
			if current, err = read(tx); err != nil {
				return err
			}
		}
		_, written, err = write(tx, current)
		return under(err, "input")
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

// stored reads the row that an id names, for a write that expects its version.
// A nil version expects any.
func stored[T any](id model.ID, node model.NodeType, read func(int64) (*T, error), version func(*T) int, expected *int) (*T, error) {
	key, err := id.Want(node)
	if err != nil {
		return nil, under(err, "id")
	}
	row, err := read(key)
	if err != nil {
		return nil, under(err, "id")
	}
	if expected != nil && *expected != version(row) {
		return nil, model.Conflict(*expected, version(row))
	}
	return row, nil
}

// outcome is what a write came to.
type outcome int

const (
	unchanged outcome = iota
	created
	updated
)
