package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/internal/app"
)

// edge is the configuration that flags and variables make.
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
	return config, flags.Serve.apply(&config)
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
		"--limit-at-once=-1":                "DIWAN_LIMIT_AT_ONCE is below zero",
		"--limit-time=-1s":                  "DIWAN_LIMIT_TIME is below zero",
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
