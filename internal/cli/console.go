package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/diwan-cms/diwan/model"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Process is all that the commands see of the operating system.
type Process struct {
	// Args are the arguments after the program's name.
	Args []string
	// Getenv returns the value of an environment variable, "" when it is not set.
	Getenv func(string) string
	// Environ are all environment variables, written as DIWAN_LISTEN=:1.
	Environ        []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// fail writes what went wrong in one line, for people: whoever starts the program by
// hand sees it, and whoever reads its logs finds it at their end.
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

// logFlags say what is logged, and how.
type logFlags struct {
	LogLevel  string `default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" variable:"DIWAN_LOG_LEVEL" help:"Log what is at least as serious as debug, info, warn or error. Default: ${default}."`
	LogFormat string `default:"auto" enum:"text,json,auto" placeholder:"FORMAT" variable:"DIWAN_LOG_FORMAT" help:"Log as text, or as json; auto is text on a terminal and json elsewhere. Default: ${default}."`
}

// console is what a command reads from and writes to.
type console struct {
	Process
	log *slog.Logger
	// notice logs whatever --log-level says.
	notice *slog.Logger
	// readable reports whether people read the log, not programs.
	readable bool
}

func newConsole(process Process, flags logFlags, production bool) *console {
	var level slog.Level
	_ = level.UnmarshalText([]byte(flags.LogLevel)) // kong admits only words that it knows
	readable := flags.LogFormat == "text" || flags.LogFormat == "auto" && !production && isTerminal(process.Stderr)
	logger := func(level slog.Level) *slog.Logger {
		options := &slog.HandlerOptions{Level: level}
		if readable {
			return slog.New(slog.NewTextHandler(process.Stderr, options))
		}
		return slog.New(newLineHandler(process.Stderr, options))
	}
	return &console{Process: process, log: logger(level), notice: logger(slog.LevelInfo), readable: readable}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
