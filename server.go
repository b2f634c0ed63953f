// Command diwan is a content backend for newsrooms: articles, the people,
// countries and topics they speak of, over GraphQL, kept in one SQLite file.
package main

import (
	"context"
	"os"

	"github.com/diwan-cms/diwan/internal/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), cli.Process{
		Args:   os.Args[1:],
		Getenv: os.Getenv,
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}))
}
