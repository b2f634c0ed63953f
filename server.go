// Command diwan is a content backend for newsrooms. It serves articles, and the
// officials, countries and topics in them, over GraphQL, from one SQLite file or from
// PostgreSQL.
package main

import (
	"context"
	"os"

	"github.com/diwan-cms/diwan/internal/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), cli.Process{
		Args:    os.Args[1:],
		Getenv:  os.Getenv,
		Environ: os.Environ(),
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
	}))
}
