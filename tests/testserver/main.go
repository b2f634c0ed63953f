// Package testserver starts the servers that the end-to-end tests below tests/
// send requests to, and holds what these tests share: clients of each protocol,
// databases to look into, and the program diwan as a process.
package testserver

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/diwan-cms/diwan/internal/cli"
	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// Main runs the tests of a package, and is the whole of its TestMain.
func Main(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		os.Exit(cli.Main(context.Background(), cli.Process{Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
	}
	// Set before the command line is read, which overrides them. Each check of a
	// property sends many requests.
	checks := "20"
	if storetest.OnPostgres() || Raced {
		checks = "5"
	}
	for name, value := range map[string]string{"rapid.checks": checks, "rapid.nofailfile": "true"} {
		if flag.Lookup(name) == nil {
			continue // the package checks no properties
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	for _, template := range []*storetest.Template{emptyDatabase, demoDatabase} {
		if err := template.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
