package cli

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/app"
)

type migrateCommand struct {
	databaseFlags
	DryRun bool `help:"Say what would run, and change nothing."`
}

// Help returns what `diwan migrate --help` adds.
func (migrateCommand) Help() string {
	return "diwan serve does the same when it starts. Migrations go forward only: make a backup first."
}

// Run migrates the database, or prints what there is to do.
func (c *migrateCommand) Run(ctx context.Context, out *console) error {
	config := c.config(out)
	if c.DryRun {
		return c.list(ctx, out, config)
	}
	version, err := app.Migrate(ctx, config)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.Stdout, "%s is up to date, at version %d\n", config.DatabaseName(), version)
	return nil
}

func (c *migrateCommand) list(ctx context.Context, out *console, config app.Config) error {
	pending, err := app.Pending(ctx, config)
	if err != nil {
		return err
	}
	for _, migration := range pending {
		fmt.Fprintln(out.Stdout, migration)
	}
	if len(pending) == 0 {
		fmt.Fprintf(out.Stdout, "%s is up to date; nothing would run\n", config.DatabaseName())
		return nil
	}
	fmt.Fprintf(out.Stdout, "%d would run on %s, each in a transaction; nothing was changed\n", len(pending), config.DatabaseName())
	return nil
}
