package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"

	"github.com/diwan-cms/diwan/internal/app"
)

type importCommand struct {
	Files []string `arg:"" name:"file" help:"NDJSON files, read in this order; - is the standard input."`
	databaseFlags
	DryRun bool `help:"Check and count only, and write nothing. Others who write to the database have to wait meanwhile."`
}

// Help returns what `diwan import --help` adds.
func (importCommand) Help() string {
	return `Each line is a JSON object with a "type":

  topic     externalId slug names descriptions aliases parent mediaTopic
  office    externalId slug titles kind country singleSeat
  official  externalId slug wikidataId names descriptions aliases country tenures
  country   code names aliases
  article   externalId slug language title summary body byline sourceName sourceUrl status publishedAt
            officials appearances countries topics translationOf

A line changes what has its externalId, else its slug (an article's with its language), and makes it when there is none. A key that is left out keeps what is there, null clears it, and a list replaces the whole list. References are an externalId, a slug or a country's code, and may point forward.

A line that fails is told with its file, its number and the reason, and the others are imported; then the exit status is 1. What readers will not see of a body, such as a script, is told as a warning. The same import again changes nothing.`
}

// Run imports the files and prints the result.
func (c *importCommand) Run(ctx context.Context, out *console) error {
	sources, size, err := c.sources(out.Stdin)
	if err != nil {
		return err
	}
	defer collectSeldom(out.Getenv)()
	bar := out.progress("importing", size, progressbar.OptionShowBytes(true))
	for i := range sources {
		sources[i].Open = watched(sources[i].Open, bar)
	}
	report, err := app.Import(ctx, c.config(out), sources, app.ImportOptions{
		DryRun: c.DryRun,
		Failed: func(f app.ImportFailure) {
			_ = bar.Clear() // at worst, a bar stays on the screen
			fmt.Fprintln(out.Stderr, f)
		},
		Warned: func(w app.ImportWarning) {
			_ = bar.Clear()
			fmt.Fprintln(out.Stderr, w)
		},
	})
	_ = bar.Clear()
	if report == nil {
		return err
	}
	out.counts(report)
	if report.Warned > 0 {
		lines := "lines have"
		if report.Warned == 1 {
			lines = "line has"
		}
		fmt.Fprintf(out.Stdout, "%d %s parts that readers will not see; see the warnings.\n", report.Warned, lines)
	}
	return c.verdict(out, report.Total(), err)
}

// verdict sums up the import in a sentence.
func (c *importCommand) verdict(out *console, total app.ImportCounts, err error) error {
	switch {
	case err != nil:
		return err
	case total.Failed > 0 && c.DryRun:
		return fmt.Errorf("%d of the lines would fail, see above; nothing was written", total.Failed)
	case total.Failed > 0:
		return fmt.Errorf("%d of the lines failed, see above; the others are imported", total.Failed)
	case c.DryRun:
		fmt.Fprintln(out.Stdout, "All is in order; nothing was written.")
	case total.Created+total.Updated == 0:
		fmt.Fprintln(out.Stdout, "Nothing changed.")
	}
	return nil
}

// sources returns the files in their order, and their total size in bytes, -1 if
// that is not known.
func (c *importCommand) sources(stdin io.Reader) (sources []app.ImportSource, size int64, err error) {
	for _, name := range c.Files {
		if name == "-" {
			sources = append(sources, app.ImportSource{Name: "stdin", Open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			size = -1
			continue
		}
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, 0, fmt.Errorf("there is no file %s; check its name", name)
		}
		if err != nil {
			return nil, 0, err
		}
		if info.IsDir() {
			return nil, 0, fmt.Errorf("%s is a directory; name the files in it, as in %s/*.ndjson", name, name)
		}
		if size >= 0 {
			size += info.Size()
		}
		if !info.Mode().IsRegular() {
			size = -1
		}
		sources = append(sources, app.ImportSource{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	return sources, size, nil
}

// counts prints a table of what became of the lines.
func (out *console) counts(report *app.ImportReport) {
	table := tabwriter.NewWriter(out.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, n app.ImportCounts) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t\n", name, n.Created, n.Updated, n.Unchanged, n.Failed)
	}
	fmt.Fprintln(table, "\tcreated\tupdated\tunchanged\tfailed\t")
	for _, n := range report.Nouns {
		if lines := n.Created + n.Updated + n.Unchanged + n.Failed; lines == 0 {
			continue
		}
		if n.Noun == "" {
			n.Noun = "unknown"
		}
		row(n.Noun, n)
	}
	row("total", report.Total())
	_ = table.Flush() // nothing is left to do if standard output is closed
}
