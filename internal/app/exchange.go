package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/diwan-cms/diwan/demo"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/model"
)

// The types of an import, for the commands.
type (
	ImportSource  = exchange.Source
	ImportOptions = exchange.Options
	ImportFailure = exchange.Failure
	ImportWarning = exchange.Warning
	ImportReport  = exchange.Report
	ImportCounts  = exchange.Counts
)

// importer is the user who runs imports and exports on the machine. They can read the
// database itself, so that they may do everything. The change log names them as "import".
func importer(ctx context.Context) context.Context {
	return auth.WithActor(ctx, auth.Actor{Key: auth.ImportKey, Name: "import", Role: model.RoleAdmin})
}

// Import imports sources into a database, which it creates if it does not exist. It
// returns a report of the lines even with an error.
func Import(ctx context.Context, config Config, sources []ImportSource, options ImportOptions) (*ImportReport, error) {
	n, err := Open(ctx, config)
	if err != nil {
		return nil, err
	}
	report, err := n.Exchange.Import(importer(ctx), sources, options)
	return report, errors.Join(err, n.Close())
}

// Export writes all content of an existing newsroom, or without drafts if
// publishedOnly. It changes nothing: it neither creates a newsroom nor migrates one.
func Export(ctx context.Context, config Config, to io.Writer, publishedOnly bool) error {
	if err := config.databaseExists(); err != nil {
		return err
	}
	n, err := openAsIs(ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(n.Exchange.Export(importer(ctx), to, publishedOnly), n.Close())
}

// loadDemo imports the files of package demo. They are ours, so that a line that fails
// is an error.
func (n *Newsroom) loadDemo(ctx context.Context) error {
	names, err := fs.Glob(demo.Files, "*.ndjson") // sorted
	if err != nil {
		return err
	}
	var sources []ImportSource
	for _, name := range names {
		sources = append(sources, ImportSource{Name: "demo/" + name, Open: func() (io.ReadCloser, error) { return demo.Files.Open(name) }})
	}
	var failures []string
	_, err = n.Exchange.Import(importer(ctx), sources, ImportOptions{Failed: func(f ImportFailure) { failures = append(failures, f.String()) }})
	if err != nil {
		return err
	}
	if len(failures) > 0 {
		return fmt.Errorf("%d lines fail: %s", len(failures), strings.Join(failures[:min(3, len(failures))], "; "))
	}
	return nil
}
