package cli

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/app"
)

type reindexCommand struct {
	databaseFlags
}

// Help returns what `diwan reindex --help` adds.
func (reindexCommand) Help() string {
	return "Servers go on reading and writing meanwhile. diwan serve does the same when it finds an index of an older diwan, so that this is for an index that is damaged. One that was interrupted goes on where it stopped."
}

// Run rebuilds the search index.
func (c *reindexCommand) Run(ctx context.Context, out *console) error {
	config := c.config(out)
	all := 0
	err := app.Reindex(ctx, config, func(done, of int) {
		if all = of; done%1000 == 0 {
			fmt.Fprintf(out.Stderr, "%d of %d articles\n", done, of)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out.Stdout, "the search index of %s is made anew: all names, and %d articles\n", config.DatabaseName(), all)
	return nil
}
