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
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// What the commands say of an import.
type (
	ImportSource  = content.ImportSource
	ImportOptions = content.ImportOptions
	ImportFailure = content.ImportFailure
	ImportReport  = content.ImportReport
	ImportCounts  = content.ImportCounts
)

// operator is whoever runs commands on the machine: they have the database's
// file, so that nothing is kept from them. The name stands in the change log for
// what files brought.
func operator(ctx context.Context) context.Context {
	return auth.WithActor(ctx, auth.Actor{Key: auth.ImportKey, Name: "import", Role: model.RoleAdmin})
}

// Import imports sources into a database, making it when it does not exist. The
// report says what came of the lines, also when there is an error besides.
func Import(ctx context.Context, config Config, sources []ImportSource, options ImportOptions) (*ImportReport, error) {
	n, err := Open(ctx, config)
	if err != nil {
		return nil, err
	}
	report, err := n.Service.Import(operator(ctx), sources, options)
	return report, errors.Join(err, n.Close())
}

// Export writes all content of a newsroom that exists, without drafts where
// publishedOnly. It changes nothing: neither makes it a newsroom nor migrates one.
func Export(ctx context.Context, config Config, to io.Writer, publishedOnly bool) error {
	if err := config.databaseExists(); err != nil {
		return err
	}
	n, err := openAsIs(ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(n.Service.Export(operator(ctx), to, publishedOnly), n.Close())
}

// loadDemo imports the files of package demo. A line that fails is an error: the
// files are ours.
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
	_, err = n.Service.Import(operator(ctx), sources, ImportOptions{Failed: func(f ImportFailure) { failures = append(failures, f.String()) }})
	if err != nil {
		return err
	}
	if len(failures) > 0 {
		return fmt.Errorf("%d lines fail: %s", len(failures), strings.Join(failures[:min(3, len(failures))], "; "))
	}
	return nil
}
