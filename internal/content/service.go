// Package content holds the rules of the newsroom: who may do what, what is acceptable,
// and what follows from a write.
//
// Errors for the caller come in two shapes. model.Errors are about the input, each
// with its path, and go into a mutation's payload. A single *model.Error refuses the
// whole request: it is too large, or the current user may not send it.
package content

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Service reads and changes the content on behalf of the current user. Safe for
// concurrent use.
type Service struct {
	store    *store.Store
	rules    Rules
	now      func() time.Time
	siteName string
	// previewURL is the template of a preview's address.
	previewURL string
	log        *slog.Logger
	watch      watch
	// analyses bounds how many texts are analysed at once: an analysis takes much memory
	// for a moment.
	analyses chan struct{}
	// name tells this server from others of the same database, and keys are the requests
	// with keys that it executes.
	name string
	keys runningKeys
}

// Config is what a Service needs.
type Config struct {
	Store *store.Store
	// Now is the clock.
	Now func() time.Time
	// SiteName is the name of the publication.
	SiteName string
	// PreviewURL is the template of a preview's address on the newsroom's site, with
	// {token}, {id}, {slug} and {language} in it. Empty: previews have no address.
	PreviewURL string
	// Log takes what no response reports: failures of feeds and of the schedule, and who
	// made which tokens. If it is nil, nothing is logged.
	Log *slog.Logger
}

// New returns a Service.
func New(config Config) *Service {
	log := config.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		store: config.Store, rules: NewRules(config.Store), now: config.Now, siteName: config.SiteName, previewURL: config.PreviewURL,
		log: log, analyses: make(chan struct{}, 2), name: newServerName(),
	}
}

// moment is the current time as the database stores it.
func (s *Service) moment() model.DateTime { return model.At(s.now()) }

// write runs f in a transaction of the current user, if they may do the action. It
// returns errors about the input as model.Errors, and wraps others with what was being
// done.
func (s *Service) write(ctx context.Context, action auth.Action, doing string, f func(*store.Tx) error) error {
	return s.writeAs(ctx, action, doing, once{
		write: f, result: func() any { return struct{}{} }, again: func(context.Context, []byte) error { return nil },
	})
}

// writeAs is write for what returns more than an error.
func (s *Service) writeAs(ctx context.Context, action auth.Action, doing string, w once) error {
	if err := auth.May(ctx, action); err != nil {
		return err
	}
	err := under(s.writeOnce(ctx, w))
	if _, aboutInput := err.(model.Errors); aboutInput || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// writeAndReturn is write for an f that returns the node that it wrote. It returns nil with
// an error.
func writeAndReturn[T any](ctx context.Context, s *Service, action auth.Action, doing string, f func(*store.Tx) (*T, error)) (*T, error) {
	var written *T
	err := s.writeAs(ctx, action, doing, once{
		write: func(tx *store.Tx) (err error) {
			written, err = f(tx)
			return err
		},
		result: func() any { return any(written).(model.Node).ID() },
		again: func(ctx context.Context, result []byte) error {
			node, err := s.node(ctx, result)
			written, _ = any(node).(*T)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

// ActorOf returns the current user as the change log records them.
func ActorOf(ctx context.Context) store.Actor {
	actor := auth.ActorOf(ctx)
	return store.Actor{Name: actor.Name, Key: actor.Key, TokenID: actor.TokenID}
}
