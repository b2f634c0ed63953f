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

// The types with which commands start and report an import.
type (
	ImportSource  = exchange.Source
	ImportOptions = exchange.Options
	ImportFailure = exchange.Failure
	ImportReport  = exchange.Report
	ImportCounts  = exchange.Counts
)

// operator acts for whoever runs commands on the machine: they have the file of the
// database, so that nothing is kept from them. The change log has the name for what
// came from files.
func operator(ctx context.Context) context.Context {
	return auth.WithActor(ctx, auth.Actor{Key: auth.ImportKey, Name: "import", Role: model.RoleAdmin})
}

// Import imports sources into a database, creating it if it does not exist. The
// report says what became of the lines, even when there is an error as well.
func Import(ctx context.Context, config Config, sources []ImportSource, options ImportOptions) (*ImportReport, error) {
	n, err := Open(ctx, config)
	if err != nil {
		return nil, err
	}
	report, err := n.Exchange.Import(operator(ctx), sources, options)
	return report, errors.Join(err, n.Close())
}

// Export writes all content of an existing newsroom, without drafts if
// publishedOnly. It changes nothing: it neither creates nor migrates a database.
func Export(ctx context.Context, config Config, to io.Writer, publishedOnly bool) error {
	if err := config.databaseExists(); err != nil {
		return err
	}
	n, err := openAsIs(ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(n.Exchange.Export(operator(ctx), to, publishedOnly), n.Close())
}

// loadDemo imports the files of package demo. Since they are our own, a line that
// fails is an error.
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
	_, err = n.Exchange.Import(operator(ctx), sources, ImportOptions{Failed: func(f ImportFailure) { failures = append(failures, f.String()) }})
	if err != nil {
		return err
	}
	if len(failures) > 0 {
		return fmt.Errorf("%d lines fail: %s", len(failures), strings.Join(failures[:min(3, len(failures))], "; "))
	}
	return nil
}
