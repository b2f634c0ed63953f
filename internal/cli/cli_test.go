package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
)

var update = flag.Bool("update", false, "write the golden files anew")

// run runs a command to its end. Variables are written as DIWAN_LISTEN=:1.
func run(t *testing.T, args []string, variables ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, failures bytes.Buffer
	status = Main(t.Context(), Process{
		Args: args, Getenv: environment(variables), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &failures,
	})
	return status, out.String(), failures.String()
}

func environment(variables []string) func(string) string {
	return func(name string) string {
		for _, variable := range variables {
			if value, found := strings.CutPrefix(variable, name+"="); found {
				return value
			}
		}
		return ""
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"migrate", "--help"}, {"import", "--help"}, {"export", "--help"}, {"copy", "--help"}, {"reindex", "--help"}, {"schema", "--help"}, {"token", "--help"}, {"token", "create", "--help"}, {"token", "list", "--help"}, {"token", "revoke", "--help"}} {
		name := filepath.Join("testdata", strings.ReplaceAll(strings.Join(args, "-"), "--", "")+".txt")
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			status, got, stderr := run(t, args)
			if status != 0 || stderr != "" {
				t.Errorf("status = %d, stderr = %q, want 0 and none", status, stderr)
			}
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("help =\n%s\nwant %s (go test -update writes it):\n%s", got, name, want)
			}
		})
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	initial := serveCommand{Listen: "127.0.0.1:8080", databaseFlags: databaseFlags{"diwan.db", duration(time.Minute)}, accessFlags: accessFlags{PublicRead: true, OIDC: oidcFlags{RoleClaim: "role"}}, Demo: true, KeepChanges: duration(8760 * time.Hour), SiteName: "Diwan"}
	with := func(edit func(*serveCommand)) serveCommand {
		edited := initial
		edit(&edited)
		return edited
	}
	cases := []struct {
		name      string
		args      []string
		variables []string
		want      serveCommand
	}{
		{"defaults", nil, nil, initial},
		{"serve is the default command", []string{"serve"}, nil, initial},
		{"a flag", []string{"--listen=:1"}, nil, with(func(c *serveCommand) { c.Listen = ":1" })},
		{"a flag and its value apart", []string{"serve", "--database", "x.db"}, nil, with(func(c *serveCommand) { c.Database = "x.db" })},
		{"a variable", nil, []string{"DIWAN_LISTEN=:2"}, with(func(c *serveCommand) { c.Listen = ":2" })},
		{"a flag wins over its variable", []string{"--listen=:1"}, []string{"DIWAN_LISTEN=:2"}, with(func(c *serveCommand) { c.Listen = ":1" })},
		{"an empty variable is none", nil, []string{"DIWAN_DATABASE=", "DIWAN_DEMO="}, initial},
		{"all variables", nil, []string{"DIWAN_DATABASE=y.db", "DIWAN_DATABASE_WAIT=2m", "DIWAN_DEMO=false", "DIWAN_SITE_NAME=صحيفة", "DIWAN_KEEP_CHANGES=720h", "DIWAN_PREVIEW_URL=https://site.example/{token}"}, with(func(c *serveCommand) {
			c.databaseFlags = databaseFlags{"y.db", duration(2 * time.Minute)}
			c.Demo, c.SiteName, c.KeepChanges, c.PreviewURL = false, "صحيفة", duration(720*time.Hour), "https://site.example/{token}"
		})},
		{"--demo=false", []string{"--demo=false"}, nil, with(func(c *serveCommand) { c.Demo = false })},
		{"--no-demo", []string{"--no-demo"}, nil, with(func(c *serveCommand) { c.Demo = false })},
		{"--demo wins over DIWAN_DEMO=false", []string{"--demo"}, []string{"DIWAN_DEMO=false"}, initial},
		{"--no-demo wins over DIWAN_DEMO=true", []string{"--no-demo"}, []string{"DIWAN_DEMO=true"}, with(func(c *serveCommand) { c.Demo = false })},
		{"--public-read=false", []string{"--public-read=false"}, nil, with(func(c *serveCommand) { c.PublicRead = false })},
		{"DIWAN_PUBLIC_READ=false", nil, []string{"DIWAN_PUBLIC_READ=false"}, with(func(c *serveCommand) { c.PublicRead = false })},
		{"DIWAN_DEMO=0", nil, []string{"DIWAN_DEMO=0"}, with(func(c *serveCommand) { c.Demo = false })},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var flags commands
			parser, err := kong.New(&flags, kong.Resolvers(variables(environment(c.variables))))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(c.args); err != nil {
				t.Fatal(err)
			}
			flags.Serve.edgeFlags = edgeFlags{} // see TestEdgeFlags
			if !reflect.DeepEqual(flags.Serve, c.want) {
				t.Errorf("flags of %q with %q = %+v, want %+v", c.args, c.variables, flags.Serve, c.want)
			}
		})
	}
}

func TestWrongCallsAreTold(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		args      []string
		variables []string
		status    int
		want      string
	}{
		{"an unknown flag", []string{"--lisen=x"}, nil, 2, `unknown flag --lisen, did you mean "--listen"?`},
		{"an unknown command", []string{"surf"}, nil, 2, "surf"},
		{"a wrong variable is named", nil, []string{"DIWAN_DEMO=perhaps"}, 2, `DIWAN_DEMO="perhaps"`},
		{"a wrong level", []string{"--log-level=loud"}, nil, 2, "--log-level must be one of"},
		{"an admin token with a space", []string{"--demo=false"}, []string{"DIWAN_ADMIN_TOKEN=two words"}, 1, "DIWAN_ADMIN_TOKEN has a space"},
		{"a server that is not there, by flag", []string{"--listen=127.0.0.1:0", "--database-wait=0", "--database=postgres://me:secret@127.0.0.1:1/diwan"}, nil, 1, "postgres://127.0.0.1:1/diwan"},
		{"a server that is not there, by variable", []string{"migrate"}, []string{"DIWAN_DATABASE=postgresql://127.0.0.1:1/diwan", "DIWAN_DATABASE_WAIT=0s"}, 1, "postgres://127.0.0.1:1/diwan"},
		{"an empty path", []string{"migrate", "--database="}, nil, 1, "the database is a file"},
		{"a negative number", []string{"--answer-cache", "-1"}, nil, 1, "--answer-cache is -1, which is below zero"},
		{"a negative number, by variable", nil, []string{"DIWAN_ANSWER_CACHE=-1"}, 1, "--answer-cache is -1, which is below zero"},
		{"a negative limit", []string{"serve", "--limit-depth", "-5"}, nil, 1, "--limit-depth is -5, which is below zero"},
		{"a negative time", []string{"serve", "--limit-time", "-.5s"}, nil, 1, "--limit-time is -500ms, which is below zero"},
		{"a negative time to keep", []string{"--keep-changes", "-5h"}, nil, 2, `--keep-changes: "-5h" is no time such as 30s or 5m`},
		{"a negative expiry", []string{"token", "create", "--name", "x", "--role=ADMIN", "--expires", "-5h"}, nil, 2, `--expires: "-5h" is neither a time such as 720h`},
		{"a number that belongs to no flag", []string{"serve", "-1"}, nil, 2, "unknown flag -1"},
		{"a time without a unit", []string{"migrate", "--database-wait=5"}, nil, 2, `"5" is no time such as 30s or 5m`},
		{"a time without a unit, by variable", []string{"migrate"}, []string{"DIWAN_DATABASE_WAIT=5"}, 2, `DIWAN_DATABASE_WAIT="5" is no time such as 30s or 5m`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := run(t, c.args, c.variables...)
			if status != c.status || stdout != "" {
				t.Errorf("status = %d, stdout = %q, want %d and none", status, stdout, c.status)
			}
			if !strings.HasPrefix(stderr, "diwan: ") || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("stderr = %q, want one line with %q", stderr, c.want)
			}
		})
	}
}

// A name may begin with a hyphen and a digit.
func TestNegativeNumbersAreValues(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--name -1 x":      "--name=-1 x",
		"--name=a -1":      "--name=a -1",
		"--name -x":        "--name -x",
		"-h -1":            "-h -1",
		"-- -1":            "-- -1",
		"--a -1s --b -.5m": "--a=-1s --b=-.5m",
		"-1":               "-1",
	} {
		if got := strings.Join(withNegatives(strings.Fields(args)), " "); got != want {
			t.Errorf("withNegatives(%s) = %s, want %s", args, got, want)
		}
	}
}

func TestUnknownVariablesAreWarnedOf(t *testing.T) {
	t.Parallel()
	for variable, nearest := range map[string]string{
		"DIWAN_PREVEIW_URL=x":      "DIWAN_PREVIEW_URL",
		"DIWAN_LIMITS_DEPTH=5":     "DIWAN_LIMIT_DEPTH",
		"DIWAN_ADMINTOKEN=x":       "DIWAN_ADMIN_TOKEN",
		"diwan_log_level=debug":    "DIWAN_LOG_LEVEL",
		"DIWAN_DATABASE_URL=x":     "DIWAN_DATABASE",
		"DIWAN_LISTEN=:1":          "",
		"DIWAN_LIMIT_AT_ONCE=1":    "",
		"DIWAN_ADMIN_TOKEN=x":      "",
		"DIWAN_PREVEIW_URL=":       "",
		"DIWANLISTEN=:1":           "",
		"DIWAN_PORT=tcp://10.0.0.": "",
		"DIWAN_SERVICE_HOST=10.0":  "",
		"DIWAN_PORT_8080_TCP=tcp:": "",
	} {
		var log bytes.Buffer
		status := Main(t.Context(), Process{
			Args: []string{"version", "--log-format=json"}, Getenv: environment(nil), Environ: []string{"HOME=/", variable}, Stdout: io.Discard, Stderr: &log,
		})
		name, _, _ := strings.Cut(variable, "=")
		warned := strings.Contains(log.String(), `"variable":"`+name+`","nearest":"`+nearest+`"`)
		if status != 0 || (nearest == "") != (log.Len() == 0) || nearest != "" && !warned {
			t.Errorf("with %s: %d, %q, want the nearest %q", variable, status, &log, nearest)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	status, stdout, _ := run(t, []string{"version"})
	if lines := strings.Split(stdout, "\n"); status != 0 || len(lines) != 4 || !strings.HasPrefix(lines[0], "diwan ") || !strings.HasPrefix(lines[1], "go1.") || !strings.HasPrefix(lines[2], "SQLite 3.") {
		t.Errorf("status = %d, stdout = %q, want 0 and the versions of diwan, Go and SQLite", status, stdout)
	}
}

func TestMigrateDryRun(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	dry := []string{"migrate", "--dry-run", "--database", dsn}
	if !storetest.OnPostgres() {
		if status, _, stderr := run(t, dry); status != 1 || !strings.Contains(stderr, "there is no database "+dsn) {
			t.Errorf("of no file = %d, %q, want 1 and that there is none", status, stderr)
		}
		if err := os.WriteFile(dsn, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := run(t, dry)
	if want := "00001_core\n00002_setup\n00003_sort_keys\n00004_search\n00005_mentions\n00006_access\n00007_editorial\n00008_changes\n00009_index_keys\n00010_lists\n00011_unpublished\n00012_titles\n00013_texts\n00014_media_topics\n00015_history\n00016_subjects\n00017_article_tags\n00018_working_copies\n00019_request_keys\n19 would run on "; status != 0 || !strings.HasPrefix(stdout, want) || !strings.HasSuffix(stdout, "; nothing was changed\n") {
		t.Errorf("of an empty database = %d, %q, %q, want %q", status, stdout, stderr, want)
	}
	if status, _, stderr := run(t, []string{"migrate", "--database", dsn}); status != 0 {
		t.Fatalf("migrate = %d, %q", status, stderr)
	}
	if status, stdout, _ := run(t, dry); status != 0 || !strings.HasSuffix(stdout, " is up to date; nothing would run\n") {
		t.Errorf("after migrate = %d, %q, want that nothing would run", status, stdout)
	}
}

func TestMigrateMakesADatabaseAndSaysItsVersion(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new.db")
	for range 2 {
		status, stdout, stderr := run(t, []string{"migrate", "--database", path})
		if status != 0 || !strings.HasPrefix(stdout, path+" is up to date, at version ") {
			t.Fatalf("migrate = %d, %q, %q", status, stdout, stderr)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// serving starts the server in this process and returns what it has written once it
// serves; stop stops it, and returns all that it wrote.
func serving(t *testing.T, args ...string) (soFar string, stop func() (status int, stderr string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		status := Main(ctx, Process{
			Args:   append([]string{"--listen=127.0.0.1:0", "--demo=false", "--database", filepath.Join(t.TempDir(), "diwan.db")}, args...),
			Getenv: environment(nil), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: writer,
		})
		_ = writer.Close()
		ended <- status
	}()
	buffer := make([]byte, 1<<12)
	for !strings.Contains(soFar, "/graphql") || !strings.Contains(soFar, "diwan_") {
		n, err := reader.Read(buffer)
		if err != nil {
			t.Fatalf("it ended after %q: %v", soFar, err)
		}
		soFar += string(buffer[:n])
	}
	return soFar, func() (int, string) {
		cancel()
		rest, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		return <-ended, soFar + string(rest)
	}
}

func TestServeTellsPeopleWhereToLook(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	_, stop := serving(t, "--log-format=text")
	status, stderr := stop()
	if status != 0 {
		t.Errorf("status = %d, want 0", status)
	}
	for _, want := range []string{"GraphiQL     http://127.0.0.1:", "/graphql\n", "Admin token  diwan_", "shown only this once", "Diwan-Perspective", "msg=stopped"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr = %s\nwant %q in it", stderr, want)
		}
	}
	if n := strings.Count(stderr, "diwan_"); n != 1 {
		t.Errorf("the token is shown %d times, want once", n)
	}
}

func TestServeTellsProgramsInTheLog(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	_, stop := serving(t)
	status, stderr := stop()
	if status != 0 {
		t.Errorf("status = %d, want 0", status)
	}
	facts := map[string]string{}
	for line := range strings.Lines(stderr) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		for key, value := range entry {
			if text, ok := value.(string); ok {
				facts[key] = text
			}
		}
	}
	if !strings.HasSuffix(facts["graphql"], "/graphql") || !strings.HasPrefix(facts["graphiql"], "http://127.0.0.1:") || !strings.HasPrefix(facts["token"], "diwan_") {
		t.Errorf("log = %s, want graphiql, graphql and token", stderr)
	}
}

func TestTokenIsShownAtAnyLogLevel(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	process := Process{Stderr: &stderr}
	newConsole(process, logFlags{LogLevel: "error", LogFormat: "json"}, false).welcome(app.Welcome{URL: "http://127.0.0.1:1/", NewToken: "diwan_secret"})
	if lines := strings.Count(stderr.String(), "\n"); lines != 1 || !strings.Contains(stderr.String(), `"token":"diwan_secret"`) {
		t.Errorf("stderr = %s, want the token alone", &stderr)
	}
}

func TestServedAddressAnswers(t *testing.T) {
	t.Parallel()
	soFar, stop := serving(t)
	var line struct{ GraphiQL string }
	lines := strings.Split(soFar, "\n")
	if err := json.Unmarshal([]byte(lines[1]), &line); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"readyz", "healthz", ""} {
		answer, err := http.Get(line.GraphiQL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("GET /%s = %d, want 200", path, answer.StatusCode)
		}
	}
	if status, stderr := stop(); status != 0 {
		t.Errorf("status = %d, want 0: %s", status, stderr)
	}
}

func TestWhatIsInterruptedSaysSoOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"%w":                      "interrupted",
		"%w; 3 rows stay":         "interrupted: 3 rows stay",
		"open x: %w":              "interrupted: open x",
		"3 lines are written: %w": "interrupted: 3 lines are written",
	} {
		var stderr bytes.Buffer
		if status := (Process{Stderr: &stderr}).fail(exitFailed, fmt.Errorf(text, context.Canceled)); status != exitFailed || stderr.String() != "diwan: "+want+"\n" {
			t.Errorf("%s = %d, %q, want %q", text, status, stderr.String(), want)
		}
	}
}
