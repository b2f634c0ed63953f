package app

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/store"
)

// setUpDemo calls load to load the demo newsroom into an empty database. Loading
// takes more than one transaction: a start that is stopped meanwhile leaves the step
// unfinished, and the next start loads again, which adds what is missing.
func (n *Newsroom) setUpDemo(ctx context.Context, config Config, load func(context.Context) error) error {
	if !config.Demo {
		return n.warnOfHalfDemo(ctx, config)
	}
	return n.store.Alone(ctx, func() error { // of servers that start at the same time, one loads
		due, err := n.store.Begin(ctx, store.StepDemo)
		if err != nil || !due {
			return err
		}
		if err := load(ctx); err != nil {
			return fmt.Errorf("load the demo newsroom: %w", err)
		}
		config.Log.Info("loaded the demo newsroom; start with --demo=false on a new database to do without")
		return n.store.Finish(ctx, store.StepDemo)
	})
}

func (n *Newsroom) warnOfHalfDemo(ctx context.Context, config Config) error {
	unfinished, err := n.store.Unfinished(ctx, store.StepDemo)
	if unfinished {
		config.Log.Warn("only a part of the demo newsroom is here: an earlier start was stopped while loading it; start once with --demo to complete it")
	}
	return err
}
