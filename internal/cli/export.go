package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/diwan-cms/diwan/internal/app"
)

type exportCommand struct {
	File string `arg:"" optional:"" default:"-" help:"The file to write, replaced once all is written; - or nothing is the standard output."`
	databaseFlags
	Published bool `help:"Leave drafts out."`
}

// Help returns what `diwan export --help` adds.
func (exportCommand) Help() string {
	return `It is one snapshot of the database, which a server may go on serving meanwhile. The same content gives the same bytes: exports can be compared, kept under version control, and imported into an empty database without a difference. Ids, versions, revisions and access tokens are not part of it. The database is only read: a user of PostgreSQL who may SELECT is enough, and one of an older diwan is migrated first, by diwan migrate.`
}

// Run writes the export.
func (c *exportCommand) Run(ctx context.Context, out *console) error {
	write := func(to io.Writer) error {
		return app.Export(ctx, c.config(out), to, c.Published)
	}
	if c.File == "-" {
		return write(out.Stdout)
	}
	return writeFile(c.File, write)
}

// writeFile writes a file. It writes to a device or a pipe as it is.
func writeFile(name string, write func(io.Writer) error) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replaceFile(name, 0o600, write) // drafts are not for everyone on the machine
	case err != nil:
		return err
	case info.Mode().IsRegular():
		return replaceFile(name, info.Mode().Perm(), write)
	}
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// replaceFile replaces a file once the new one has been written completely and is on
// the disk. If it fails, the old one stays.
func replaceFile(name string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	if target, err := filepath.EvalSymlinks(name); err == nil { // a link stays a link
		name = target
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name()) // the first error says more
		}
	}()
	for _, step := range []func() error{
		func() error { return write(file) },
		func() error { return file.Chmod(mode) },
		file.Sync,
	} {
		if err == nil {
			err = step()
		}
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
