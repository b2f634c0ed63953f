package cli

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/app"
)

type migrateCommand struct {
	databaseFlag
}

// Help is what `diwan migrate --help` adds.
func (migrateCommand) Help() string {
	return "diwan serve does the same when it starts. Migrations go forward only: make a backup first."
}

// Run migrates the database.
func (c *migrateCommand) Run(ctx context.Context, out *console) error {
	version, err := app.Migrate(ctx, app.Config{Database: c.Database, Log: out.log})
	if err != nil {
		return err
	}
	fmt.Fprintf(out.Stdout, "%s is up to date, at version %d\n", c.Database, version)
	return nil
}
