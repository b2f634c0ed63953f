package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// tellEvery is how often the log reports the progress of a copy when there is no bar.
const tellEvery = 10 * time.Second

type copyCommand struct {
	From         string   `required:"" placeholder:"FILE|URL" help:"The database to copy: a SQLite file, or a PostgreSQL database, as postgres://user:password@host/name."`
	To           string   `required:"" placeholder:"FILE|URL" help:"The empty database to copy into, made when it is a file that does not exist."`
	DatabaseWait duration `default:"1m" placeholder:"TIME" variable:"DIWAN_DATABASE_WAIT" help:"How long to try again at the start while a PostgreSQL server cannot be reached, such as 30s or 5m; 0 disables that. Default: ${default}."`
}

// Help returns what `diwan copy --help` adds.
func (copyCommand) Help() string {
	return `Between SQLite and PostgreSQL, in either direction, or between two of a kind. Nothing is left out: ids, versions, the change log, drafts and access tokens are the same in the copy, and no id is given out twice. In the end the copy is read back, and the number of rows and a checksum of each table are compared.

The source is only read, on one snapshot, which a server may go on serving meanwhile. What is written to it after the start is not in the copy: to lose nothing, stop what writes before, and serve the copy afterwards.

When it is interrupted, the same command again goes on where it stopped. Nothing else opens the target until it is whole. To start over, give it another file, or an empty database: dropdb and createdb make one.

A password is better not in the URL, which others on the machine can see: one in PGPASSWORD or in ~/.pgpass is taken as well.`
}

// Run copies, and prints for each table what was copied.
func (c *copyCommand) Run(ctx context.Context, out *console) error {
	config := func(database string) app.Config {
		return databaseFlags{Database: database, DatabaseWait: c.DatabaseWait}.config(out)
	}
	from, to := config(c.From), config(c.To)
	bar := out.progress("copying", 1)
	told := time.Now()
	report, err := app.Copy(ctx, from, to, func(p app.CopyProgress) {
		if p.Done == 0 && p.Resumed {
			out.log.Info("going on with the copy that stopped before", "to", to.DatabaseName(), "rowsKept", p.Kept)
		}
		bar.ChangeMax64(p.Total)
		_ = bar.Set64(p.Done) // at worst, the bar stands still
		if !isTerminal(out.Stderr) && time.Since(told) >= tellEvery {
			told = time.Now()
			out.log.Info("copying", "rowsRead", p.Done, "of", p.Total)
		}
	})
	_ = bar.Clear()
	if err != nil {
		return err
	}
	out.copied(report, from.DatabaseName(), to.DatabaseName())
	return nil
}

// copied prints the tables that were copied, and a summary.
func (out *console) copied(report *app.CopyReport, from, to string) {
	const digits = 12 // of a checksum: enough to compare by eye
	var rows int64
	table := tabwriter.NewWriter(out.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\trows\tsha256\t")
	for _, t := range report.Tables {
		fmt.Fprintf(table, "%s\t%d\t%s\t\n", t.Name, t.Rows, t.Digest[:digits])
		rows += t.Rows
	}
	_ = table.Flush() // nothing is left to do if standard output is closed
	fmt.Fprintf(out.Stdout, "Copied %d rows from %s to %s; counts and checksums agree.\n", rows, from, to)
	if report.Behind {
		fmt.Fprintf(out.Stdout, "%s was written to meanwhile: those writes are not in the copy.\n", from)
	}
}
