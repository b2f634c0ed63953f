// Package cli is the commands: one file each, and a line in commands.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/model"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Process is what the commands see of the world.
type Process struct {
	// Args are the arguments after the program's name.
	Args []string
	// Getenv answers the value of an environment variable, empty when not set.
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// sameSignal is how long after the first signal others are taken for the same
// wish: timeout(1) and supervisors signal a process and then its group. After
// that a signal does what it does by itself, and ends the process.
const sameSignal = 300 * time.Millisecond

// commands are the commands and the flags that all of them have. A flag takes
// its value from the command line, else from its variable, else its default.
type commands struct {
	LogLevel  string `default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" variable:"DIWAN_LOG_LEVEL" help:"Log what is at least as serious as debug, info, warn or error. Default: ${default}."`
	LogFormat string `default:"auto" enum:"text,json,auto" placeholder:"FORMAT" variable:"DIWAN_LOG_FORMAT" help:"Log as text, or as json; auto is text on a terminal and json elsewhere. Default: ${default}."`

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the newsroom over GraphQL. This is what diwan does when no command is given."`
	Import  importCommand  `cmd:"" help:"Import articles, officials, offices, topics and names of countries from NDJSON files."`
	Export  exportCommand  `cmd:"" help:"Export all content as NDJSON that diwan import reads."`
	Copy    copyCommand    `cmd:"" help:"Copy a database into another, such as a SQLite file into PostgreSQL, and compare the two."`
	Migrate migrateCommand `cmd:"" help:"Bring a database up to date, making it when it does not exist, and say its version."`
	Reindex reindexCommand `cmd:"" help:"Write the search index of a database anew, while others use it."`
	Token   tokenCommand   `cmd:"" help:"Make, list and revoke access tokens."`
	Version versionCommand `cmd:"" help:"Print the versions of diwan, of Go, and of the SQLite inside."`
}

const description = `Diwan is a content backend for newsrooms: articles, and the officials, countries and topics they speak of, in any language, over GraphQL, kept in one SQLite file or in PostgreSQL.

Without a command it serves diwan.db on http://127.0.0.1:8080, making the file with a demo newsroom in it when there is none. Flags can also be given as the environment variables named after them; a flag wins over its variable.`

// helpWidth is in columns; narrower terminals get less.
const helpWidth = 80

// databaseFlags are the flags of the commands that open a database.
type databaseFlags struct {
	Database     string   `default:"diwan.db" placeholder:"FILE|URL" variable:"DIWAN_DATABASE" help:"Where everything is kept: a SQLite file, or a PostgreSQL database, as postgres://user:password@host/name. Default: ${default}."`
	DatabaseWait duration `default:"1m" placeholder:"TIME" variable:"DIWAN_DATABASE_WAIT" help:"How long to try again at the start while the PostgreSQL server cannot be reached, such as 30s or 5m; 0 is not at all. Default: ${default}."`
}

// duration is a flag that is a time.
type duration time.Duration

// UnmarshalText reads what was given.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed < 0 {
		return fmt.Errorf("%q is no time such as 30s or 5m", text)
	}
	*d = duration(parsed)
	return nil
}

// config is the configuration of a command that opens a database.
func (f databaseFlags) config(out *console) app.Config {
	return app.Config{Database: f.Database, DatabaseWait: time.Duration(f.DatabaseWait), Log: out.log}
}

// console is how a command talks.
type console struct {
	Process
	log *slog.Logger
	// notice logs whatever --log-level says.
	notice *slog.Logger
	// readable says that people read along, not programs.
	readable bool
}

// Main runs the command that the arguments name, and answers the exit status: 0
// when it went well, 1 when it failed, 2 when it was called wrongly. The first
// interrupt or SIGTERM ends it in good order, a second one at once.
func Main(ctx context.Context, process Process) int {
	var flags commands
	helped := false
	parser, err := kong.New(&flags,
		kong.Name("diwan"),
		kong.Description(description),
		kong.Writers(process.Stdout, process.Stderr),
		kong.Exit(func(int) { helped = true }), // it is called after --help only
		kong.Resolvers(variables(process.Getenv)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: helpWidth}),
		kong.ValueFormatter(withVariable),
	)
	if err != nil {
		return process.fail(exitFailed, err)
	}
	command, err := parser.Parse(process.Args)
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
	if err := command.Run(newConsole(process, flags)); err != nil {
		return process.fail(exitFailed, err)
	}
	return exitOK
}

// fail says what went wrong in one line, for people: whoever starts a program
// by hand sees it, and whoever reads logs finds it as the last line.
func (p Process) fail(status int, err error) int {
	sentence := err.Error()
	if forPeople := (*model.Error)(nil); errors.As(err, &forPeople) {
		sentence = forPeople.Message // its code is for programs
	}
	sentence = strings.ReplaceAll(sentence, "\n", "; ")
	if errors.Is(err, context.Canceled) {
		rest := strings.Trim(strings.TrimSuffix(strings.TrimPrefix(sentence, context.Canceled.Error()), context.Canceled.Error()), ":; ")
		sentence = "interrupted"
		if rest != "" {
			sentence += ": " + rest
		}
	}
	fmt.Fprintln(p.Stderr, "diwan:", sentence)
	return status
}

// variables gives flags the values of their environment variables. Kong's own
// support reads the process's environment and takes an empty variable for a
// value; compose files set many to nothing.
func variables(getenv func(string) string) kong.ResolverFunc {
	return func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		name := flag.Tag.Get("variable")
		if name == "" || getenv(name) == "" {
			return nil, nil // how a resolver says that it knows no value
		}
		value := getenv(name)
		scratch := reflect.New(flag.Target.Type()).Elem()
		if err := flag.Parse(kong.Scan().PushTyped(value, kong.FlagValueToken), scratch); err != nil {
			if flag.Target.Type() == reflect.TypeFor[duration]() {
				return nil, fmt.Errorf("%s=%q is no time such as 30s or 5m", name, value)
			}
			return nil, fmt.Errorf("%s=%q is not a value for it", name, value)
		}
		return value, nil
	}
}

// withVariable names the environment variable after the help of a flag.
func withVariable(value *kong.Value) string {
	if value.Tag.Get("variable") == "" {
		return value.Help
	}
	return value.Help + " [" + value.Tag.Get("variable") + "]"
}

func newConsole(process Process, flags commands) *console {
	var level slog.Level
	_ = level.UnmarshalText([]byte(flags.LogLevel)) // one of four words that it knows
	readable := flags.LogFormat == "text" || flags.LogFormat == "auto" && !flags.Serve.Production && isTerminal(process.Stderr)
	logger := func(level slog.Level) *slog.Logger {
		options := &slog.HandlerOptions{Level: level}
		if readable {
			return slog.New(slog.NewTextHandler(process.Stderr, options))
		}
		return slog.New(slog.NewJSONHandler(process.Stderr, options))
	}
	return &console{Process: process, log: logger(level), notice: logger(slog.LevelInfo), readable: readable}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
