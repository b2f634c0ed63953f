package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/diwan-cms/diwan/tests/testserver"
)

var update = flag.Bool("update", false, "write what the server answers into the README and the golden files")

// example is a query of the README and the answer below it.
var example = regexp.MustCompile("(?s)```graphql\n(.*?)```\n\n```json\n(.*?)```")

func TestTheReadmeShowsWhatTheDemoAnswers(t *testing.T) {
	path := testserver.File("README.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := testserver.StartDemo(t)
	if found := len(example.FindAll(page, -1)); found != 6 {
		t.Fatalf("the README has %d queries with answers, want 6", found)
	}
	answered := example.ReplaceAllFunc(page, func(block []byte) []byte {
		parts := example.FindSubmatch(block)
		query := string(parts[1])
		answer := pretty(t, s.Post(t, query, nil, headersOf(query)...).Raw)
		return []byte("```graphql\n" + query + "```\n\n```json\n" + answer + "```")
	})
	if *update {
		if err := os.WriteFile(path, answered, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(page), string(answered)); diff != "" {
		t.Errorf("run `go test -tags sqlite_fts5 ./tests/api -run Readme -update` and look at what changed (-README +server):\n%s", diff)
	}
}

// headersOf reads the headers that comments at the top of a query name.
func headersOf(query string) []header {
	var headers []header
	for line := range strings.Lines(query) {
		comment, isComment := strings.CutPrefix(strings.TrimSpace(line), "# ")
		name, value, isHeader := strings.Cut(comment, ": ")
		if !isComment || !isHeader || strings.Contains(name, " ") {
			break
		}
		headers = append(headers, header{name, value})
	}
	return headers
}

// pretty is an answer as people read it, without HTML's escapes.
func pretty(t *testing.T, raw []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
