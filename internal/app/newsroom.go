package app

import (
	"context"
	"errors"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/internal/store"
)

// Newsroom is an open database with the rules above it: what the server and the
// commands that read or write content have in common.
type Newsroom struct {
	Service  *content.Service
	Exchange *exchange.Exchange
	store    *store.Store
}

// Open opens the database, brings its tables up to date, and loads the countries
// into a new one. Whoever calls Open calls Close.
func Open(ctx context.Context, config Config) (*Newsroom, error) {
	config = config.withDefaults()
	s, err := openStore(ctx, config)
	if err != nil {
		return nil, err
	}
	n := newNewsroom(s, config)
	if err := n.Service.LoadCountries(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return n, nil
}

// openAsIs opens an existing newsroom without changing it.
func openAsIs(ctx context.Context, config Config) (*Newsroom, error) {
	config = config.withDefaults()
	s, err := store.OpenAsIs(ctx, config.store(), "export again")
	if err != nil {
		return nil, err
	}
	return newNewsroom(s, config), nil
}

func newNewsroom(s *store.Store, config Config) *Newsroom {
	service := content.New(content.Config{Store: s, Now: config.Now, SiteName: config.SiteName, PreviewURL: config.PreviewURL, Log: config.Log})
	return &Newsroom{Service: service, Exchange: exchange.New(s, config.Now), store: s}
}

func openStore(ctx context.Context, config Config) (*store.Store, error) {
	if err := config.checkDatabase(); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, config.store())
	if err == nil && config.ForgetNouns {
		s.Remember(0)
	}
	return s, err
}

// Close closes the database. Closing twice is no error.
func (n *Newsroom) Close() error { return n.store.Close() }
