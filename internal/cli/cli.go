// Package cli holds the commands of diwan: each has a file, and a line in commands.
//
// A command is a struct whose fields are its flags; kong fills them and calls Run
// with a console to talk through.
package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// commands are the commands, and the flags that all of them have. A flag takes its
// value from the command line, else from its environment variable, else its default.
type commands struct {
	logFlags

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the newsroom over GraphQL. This is what diwan does when no command is given."`
	Import  importCommand  `cmd:"" help:"Import articles, officials, offices, topics and names of countries from NDJSON files."`
	Export  exportCommand  `cmd:"" help:"Export all content as NDJSON that diwan import reads."`
	Copy    copyCommand    `cmd:"" help:"Copy a database into another, such as a SQLite file into PostgreSQL, and compare the two."`
	Migrate migrateCommand `cmd:"" help:"Bring a database up to date, making it when it does not exist, and say its version."`
	Reindex reindexCommand `cmd:"" help:"Write the search index of a database anew, while others use it."`
	Token   tokenCommand   `cmd:"" help:"Make, list and revoke access tokens."`
	Schema  schemaCommand  `cmd:"" help:"Print the GraphQL schema as one document, for code generators and other tools."`
	Version versionCommand `cmd:"" help:"Print the versions of diwan, of Go, and of the SQLite inside."`
}

const description = `Diwan is a content backend for newsrooms: articles, and the officials, countries and topics they speak of, in any language, over GraphQL, kept in one SQLite file or in PostgreSQL.

Without a command it serves diwan.db on http://127.0.0.1:8080, making the file with a demo newsroom in it when there is none. Flags can also be given as the environment variables named after them; a flag wins over its variable.`

// helpWidth is in columns. On a narrower terminal, help is narrower.
const helpWidth = 80

// sameSignal is how long after the first signal another one counts as the same:
// timeout(1) and supervisors signal a process and then its group. After that, a
// signal does what it does by default, and ends the process.
const sameSignal = 300 * time.Millisecond

// Main runs the command that the arguments name, and returns the exit status: 0 for
// success, 1 for failure, 2 for wrong usage. The first interrupt or SIGTERM stops
// the command gracefully, the second one at once.
func Main(ctx context.Context, process Process) int {
	var flags commands
	helped := false
	parser, err := kong.New(&flags,
		kong.Name("diwan"),
		kong.Description(description),
		kong.Writers(process.Stdout, process.Stderr),
		kong.Exit(func(int) { helped = true }), // called after --help only
		kong.Resolvers(variables(process.Getenv)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: helpWidth}),
		kong.ValueFormatter(withVariable),
	)
	if err != nil {
		return process.fail(exitFailed, err)
	}
	command, err := parser.Parse(withNegatives(process.Args))
	if helped {
		return exitOK
	}
	if err != nil {
		return process.fail(exitUsage, fmt.Errorf("%w (see diwan --help)", err))
	}

	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(sameSignal, stop) })
	command.BindTo(ctx, (*context.Context)(nil))
	out := newConsole(process, flags.logFlags, flags.Serve.Production)
	warnOfMisspelt(out.log, process.Environ, parser.Model)
	if err := command.Run(out); err != nil {
		return process.fail(exitFailed, err)
	}
	return exitOK
}
