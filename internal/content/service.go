// Package content holds the rules of the newsroom: who may do what, what is
// acceptable, and what follows from a write.
//
// Errors for the caller come in two shapes. model.Errors are about the input, each
// with its path, and are returned in a mutation's payload. A single *model.Error
// refuses the whole request: the current user may not send it, or it is too much.
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
	// analyses has a place for each text that may be analysed at once: an analysis
	// takes much memory for a moment.
	analyses chan struct{}
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
	// Log takes what no response can report: failures of feeds and of the schedule,
	// and who made tokens. Nothing is logged when nil.
	Log *slog.Logger
}

// New returns a Service.
func New(config Config) *Service {
	log := config.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		store: config.Store, rules: NewRules(), now: config.Now, siteName: config.SiteName, previewURL: config.PreviewURL,
		log: log, analyses: make(chan struct{}, 2),
	}
}

// moment is the current time as the database stores it.
func (s *Service) moment() model.DateTime { return model.At(s.now()) }

// write runs f in one transaction of the current user, if they may do the action.
// Errors of f about the input come out as model.Errors, others wrapped with what
// was being done.
func (s *Service) write(ctx context.Context, action auth.Action, doing string, f func(*store.Tx) error) error {
	if err := auth.May(ctx, action); err != nil {
		return err
	}
	err := under(s.store.WriteNow(ctx, ActorOf(ctx), s.moment, f))
	if _, aboutInput := err.(model.Errors); aboutInput || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// writeAndReturn is write for an f that returns what it wrote. With an error it
// returns nil.
func writeAndReturn[T any](ctx context.Context, s *Service, action auth.Action, doing string, f func(*store.Tx) (*T, error)) (*T, error) {
	var written *T
	err := s.write(ctx, action, doing, func(tx *store.Tx) (err error) {
		written, err = f(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

// ActorOf returns the current user as the change log names them.
func ActorOf(ctx context.Context) store.Actor {
	actor := auth.ActorOf(ctx)
	return store.Actor{Name: actor.Name, Key: actor.Key, TokenID: actor.TokenID}
}
