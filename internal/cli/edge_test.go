package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/internal/app"
)

// edge returns the configuration for flags and variables.
func edge(t *testing.T, args []string, variables_ ...string) (app.Config, error) {
	t.Helper()
	var flags commands
	parser, err := kong.New(&flags, kong.Resolvers(variables(environment(variables_))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(append([]string{"serve"}, args...)); err != nil {
		return app.Config{}, err
	}
	var config app.Config
	flags.Serve.applyAccess(&config)
	return config, flags.Serve.applyEdge(&config)
}

func TestEdgeFlags(t *testing.T) {
	t.Parallel()
	config, err := edge(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *config.GraphQL.Limits, graph.DefaultLimits(); got != want {
		t.Errorf("limits by default = %+v, want graph's own %+v", got, want)
	}
	if config.GraphQL.Production || len(config.Origins) > 0 || config.MaxBody != 4<<20 || config.AtOnce != 64 {
		t.Errorf("configuration by default = %+v", config)
	}
	config, err = edge(t, []string{"--production", "--cors-origin=https://a.example", "--cors-origin=https://b.example", "--limit-depth=5", "--limit-time=2s"},
		"DIWAN_LIMIT_COST=7", "DIWAN_BATCH=3", "DIWAN_LIMIT_ADDRESS=60")
	if err != nil {
		t.Fatal(err)
	}
	limits := config.GraphQL.Limits
	if !config.GraphQL.Production || len(config.Origins) != 2 || limits.Depth != 5 || limits.Time != 2*time.Second || limits.Cost != 7 || config.GraphQL.Transport.Batch != 3 || config.RatePerAddress != 60 {
		t.Errorf("configuration = %+v, %+v, want what was said", config, limits)
	}
}

// Each limit has its own flag and variable, and no two are mixed up.
func TestLimitFlags(t *testing.T) {
	t.Parallel()
	read := map[string]func(app.Config) any{
		"body":        func(c app.Config) any { return c.MaxBody },
		"import":      func(c app.Config) any { return c.MaxImport },
		"tokens":      func(c app.Config) any { return c.GraphQL.Limits.Tokens },
		"depth":       func(c app.Config) any { return c.GraphQL.Limits.Depth },
		"fields":      func(c app.Config) any { return c.GraphQL.Limits.Fields },
		"repeated":    func(c app.Config) any { return c.GraphQL.Limits.Repeated },
		"aliases":     func(c app.Config) any { return c.GraphQL.Limits.Aliases },
		"root-fields": func(c app.Config) any { return c.GraphQL.Limits.RootFields },
		"cost":        func(c app.Config) any { return c.GraphQL.Limits.Cost },
		"values":      func(c app.Config) any { return c.GraphQL.Limits.Values },
		"list":        func(c app.Config) any { return c.GraphQL.Limits.List },
		"errors":      func(c app.Config) any { return c.GraphQL.Limits.Errors },
		"answer":      func(c app.Config) any { return c.GraphQL.Limits.Bytes },
		"time":        func(c app.Config) any { return c.GraphQL.Limits.Time },
		"at-once":     func(c app.Config) any { return c.AtOnce },
		"queue":       func(c app.Config) any { return c.Queue },
		"queue-wait":  func(c app.Config) any { return c.QueueWait },
		"streams":     func(c app.Config) any { return c.Streams.PerAddress },
		"address":     func(c app.Config) any { return c.RatePerAddress },
		"token":       func(c app.Config) any { return c.RatePerToken },
	}
	if flags := reflect.TypeFor[limitFlags]().NumField(); flags != len(read) {
		t.Errorf("%d flags are tested of %d; add the others", len(read), flags)
	}
	var args, vars []string
	want := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(read)) {
		want[name] = fmt.Sprint(i + 1)
		if name == "time" || name == "queue-wait" {
			want[name] += "s"
		}
		args = append(args, "--limit-"+name+"="+want[name])
		vars = append(vars, "DIWAN_LIMIT_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))+"="+want[name])
	}
	for how, given := range map[string][2][]string{"flags": {args, nil}, "variables": {nil, vars}} {
		config, err := edge(t, given[0], given[1]...)
		if err != nil {
			t.Fatal(err)
		}
		for name, of := range read {
			if got := fmt.Sprint(of(config)); got != want[name] {
				t.Errorf("by %s, the limit %s = %s, want %s", how, name, got, want[name])
			}
		}
	}
}

func TestEdgeFlagsThatAreRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(file, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	for arg, want := range map[string]string{
		"--batch=11":                        "--batch is 11; give it 0 to 10",
		"--cors-origin=https://a.example/x": "--cors-origin: ",
		"--trusted-documents=" + file:       "--trusted-documents: ",
		"--trusted-documents=no.json":       "no such file",
		"--limit-at-once=-1":                "--limit-at-once is -1, which is below zero",
		"--limit-time=-1s":                  "--limit-time is -1s, which is below zero",
		"--answer-cache=-1":                 "--answer-cache is -1, which is below zero",
		"--max-age=-5s":                     "--max-age is -5s, which is below zero",
		"--batch=-1":                        "--batch is -1, which is below zero",
	} {
		config, err := edge(t, []string{arg})
		if err == nil {
			config.Listen, config.Database = "127.0.0.1:0", filepath.Join(t.TempDir(), "diwan.db")
			var a *app.App
			if a, err = app.New(t.Context(), config); err == nil {
				err = a.Close()
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, want an error with %q", arg, err, want)
		}
	}
}
