// Package testserver starts the servers that the end-to-end tests below tests/
// send requests to, and holds what these tests share: clients of each protocol,
// databases to look into, and the program diwan as a process.
package testserver

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/diwan-cms/diwan/internal/cli"
	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// atOnce is how many tests of a package run at once at least, even on fewer processors:
// most tests spend time waiting, for a disk, a clock or each other.
const atOnce = 8

// Main runs the tests of a package, and is the whole of its TestMain.
func Main(m *testing.M) { MainOfFew(m, atOnce) }

// MainOfFew is Main for a package whose tests load the machine. It runs atOnce of them at
// once, or as many as there are processors if that is more.
func MainOfFew(m *testing.M, atOnce int) {
	if os.Getenv(runAsProgram) != "" {
		os.Exit(cli.Main(context.Background(), cli.Process{Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
	}
	flag.Parse()
	setDefault("test.parallel", strconv.Itoa(max(atOnce, runtime.GOMAXPROCS(0))))
	setDefault("rapid.checks", strconv.Itoa(checks()))
	setDefault("rapid.nofailfile", "true")
	code := m.Run()
	for _, template := range []*storetest.Template{emptyDatabase, demoDatabase} {
		if err := template.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// setDefault sets a flag unless the command line sets it or the test binary lacks it.
func setDefault(name, value string) {
	given := flag.Lookup(name) == nil
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}

// checks returns how often rapid checks a property. Each check sends many requests, which
// take longer on PostgreSQL and under the race detector.
func checks() int {
	switch {
	case testing.Short():
		return 3
	case storetest.OnPostgres() || Raced:
		return 5
	}
	return 20
}
