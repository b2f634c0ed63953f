package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
)

// lines are a topic and an article about it.
const lines = `{"type":"topic","externalId":"t1","slug":"politics","names":{"ar":"السياسة","en":"Politics"}}
{"type":"article","externalId":"a1","slug":"first","language":"en","title":"First","status":"PUBLISHED","publishedAt":"2024-05-01T12:00:00Z","topics":["t1"]}
{"type":"article","externalId":"a2","slug":"second","language":"en","title":"Second","status":"DRAFT"}
`

// succeeds runs a command that has to succeed.
func succeeds(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	status, stdout, stderr := run(t, args)
	if status != 0 {
		t.Fatalf("%q = %d, %q, %q, want success", args, status, stdout, stderr)
	}
	return stdout, stderr
}

// imported returns a new database with the content of lines.
func imported(t *testing.T) (database string) {
	t.Helper()
	database = storetest.Database(t)
	succeeds(t, "import", "--database", database, written(t, lines))
	return database
}

func written(t *testing.T, text string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "lines.ndjson")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImport(t *testing.T) {
	t.Parallel()
	database, good := storetest.Database(t), written(t, lines)
	bad := written(t, lines+`{"type":"topic","slug":"not a slug"}`+"\n")
	cases := []struct {
		name           string
		args           []string
		status         int
		stdout, stderr string
	}{
		{"a trial counts and writes nothing", []string{"--dry-run", good}, 0, "All is in order; nothing was written.", ""},
		{"the lines are counted by noun", []string{good}, 0, "article", ""},
		{"nothing changes the second time", []string{good}, 0, "Nothing changed.", ""},
		{"a line that fails is named", []string{bad}, 1, "total", "1 of the lines failed, see above; the others are imported"},
		{"also in a trial", []string{"--dry-run", bad}, 1, "total", "1 of the lines would fail, see above; nothing was written"},
		{"a file that is not there", []string{"missing.ndjson"}, 1, "", "missing.ndjson"},
		{"a directory", []string{t.TempDir()}, 1, "", "is a directory; name the files in it"},
		{"standard input", []string{"-"}, 0, "Nothing changed.", ""},
	}
	for _, c := range cases { // in this order
		status, stdout, stderr := run(t, append([]string{"import", "--database", database}, c.args...))
		if status != c.status || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
			t.Errorf("%s: import %q = %d, %q, %q, want %d, %q, %q", c.name, c.args, status, stdout, stderr, c.status, c.stdout, c.stderr)
		}
	}
}

func TestExport(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	database := imported(t)
	all, _ := succeeds(t, "export", "--database", database)
	published, _ := succeeds(t, "export", "--published", "--database", database)
	for slug, want := range map[string][2]bool{`"first"`: {true, true}, `"second"`: {true, false}} {
		if got := [2]bool{strings.Contains(all, slug), strings.Contains(published, slug)}; got != want {
			t.Errorf("%s is in the export and in that of what is published: %v, want %v", slug, got, want)
		}
	}
	file := filepath.Join(t.TempDir(), "all.ndjson")
	for range 2 { // the second time it replaces the first
		succeeds(t, "export", "--database", database, file)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != all {
		t.Errorf("the file = %q, %v, want what standard output has", got, err)
	}
	if again, _ := succeeds(t, "import", "--database", database, file); !strings.Contains(again, "Nothing changed.") {
		t.Errorf("import of the export = %q, want nothing changed", again)
	}
	if status, _, stderr := run(t, []string{"export", "--database", database, filepath.Join(file, "below")}); status != 1 {
		t.Errorf("export below a file = %d, %q, want failure", status, stderr)
	}
}

func TestCopy(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	database, target := imported(t), filepath.Join(t.TempDir(), "copy.db")
	stdout, _ := succeeds(t, "copy", "--from", database, "--to", target)
	for _, want := range []string{"sha256", "articles", "; counts and checksums agree.\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("copy = %q, want %q in it", stdout, want)
		}
	}
	original, _ := succeeds(t, "export", "--database", database)
	copied, _ := succeeds(t, "export", "--database", target)
	if copied != original {
		t.Errorf("export of the copy = %q, want that of the original %q", copied, original)
	}
}

func TestReindex(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	stdout, _ := succeeds(t, "reindex", "--database", imported(t))
	if !strings.HasSuffix(stdout, " is made anew: all names, and 2 articles\n") {
		t.Errorf("reindex = %q, want the number of articles", stdout)
	}
}

func TestTokens(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	database := imported(t)
	secret, told := succeeds(t, "token", "create", "--database", database, "--name=سميرة", "--role=editor", "--expires=2999-12-31")
	if !strings.HasPrefix(secret, "diwan_") || strings.Count(secret, "\n") != 1 || !strings.Contains(told, "Token for \"سميرة\", role EDITOR, expires on 2999-12-31 00:00:00 UTC") {
		t.Errorf("token create = %q, %q, want the secret alone, and what it is for", secret, told)
	}
	succeeds(t, "token", "create", "--database", database, "--name=script", "--role=READER", "--expires=720h")
	succeeds(t, "token", "create", "--database", database, "--name=desk", "--role=READER")
	list, _ := succeeds(t, "token", "list", "--database", database)
	rows := strings.Split(strings.TrimSpace(list), "\n")
	if len(rows) != 4 || !strings.HasSuffix(rows[1], "desk") || !strings.Contains(rows[3], "سميرة") || strings.Contains(list, strings.TrimSpace(secret)) {
		t.Fatalf("token list = %q, want three, newest first, without secrets", list)
	}
	id := strings.Fields(rows[3])[0]
	if _, told := succeeds(t, "token", "revoke", "--database", database, id); !strings.Contains(told, id+" is revoked") {
		t.Errorf("token revoke = %q, want that it is revoked", told)
	}
	if list, _ := succeeds(t, "token", "list", "--database", database); strings.Contains(list, id) {
		t.Errorf("token list = %q, want the revoked one gone", list)
	}
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"a role that does not exist": {[]string{"create", "--name=x", "--role=CHIEF"}, 1, "role"},
		"an expiry that is none":     {[]string{"create", "--name=x", "--role=READER", "--expires=soon"}, 2, `"soon" is neither a time such as 720h nor a date such as 2030-12-31`},
		"an id that is none":         {[]string{"revoke", "x"}, 1, `"x" is not the id of a token`},
		"a token that is gone":       {[]string{"revoke", id}, 1, "diwan: "},
	} {
		status, _, stderr := run(t, append([]string{"token", c.args[0], "--database", database}, c.args[1:]...))
		if status != c.status || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: token %q = %d, %q, want %d, %q", name, c.args, status, stderr, c.status, c.want)
		}
	}
}

func TestImportReadsStandardInput(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var stdout, stderr bytes.Buffer
	status := Main(t.Context(), Process{
		Args: []string{"import", "--database", storetest.Database(t), "-"}, Getenv: environment(nil),
		Stdin: strings.NewReader("{\n" + lines), Stdout: &stdout, Stderr: &stderr,
	})
	if status != 1 || !strings.Contains(stderr.String(), "stdin:1") || !strings.Contains(stdout.String(), "article") {
		t.Errorf("import of standard input = %d, %q, %q, want the first line to fail and the others imported", status, stdout.String(), stderr.String())
	}
}
