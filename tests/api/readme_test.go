package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/diwan-cms/diwan/tests/testserver"
)

var update = flag.Bool("update", false, "write the server's answers into the documentation and the golden files")

// example matches a query in a page and the answer below it.
var example = regexp.MustCompile("(?s)```graphql\n([^`]*?)```\n\n```json\n(.*?)```")

// TestPagesShowWhatTheDemoAnswers compares the answers in the pages with those of a
// new demo newsroom.
func TestPagesShowWhatTheDemoAnswers(t *testing.T) {
	s := testserver.StartDemo(t)
	for path, examples := range map[string]int{testserver.File("README.md"): 1, testserver.File("docs", "tutorial", "tour.md"): 6} {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := len(example.FindAll(page, -1)); found != examples {
			t.Errorf("%s has %d queries with answers, want %d", path, found, examples)
		}
		answered := example.ReplaceAllFunc(page, func(block []byte) []byte {
			query := string(example.FindSubmatch(block)[1])
			return []byte("```graphql\n" + query + "```\n\n```json\n" + dense(t, s.Post(t, query, nil, headersOf(query)...)) + "```")
		})
		if *update {
			if err := os.WriteFile(path, answered, 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(string(page), string(answered)); diff != "" {
			t.Errorf("run `go test -tags sqlite_fts5 ./tests/api -run Pages -update` and review the changes (-%s +server):\n%s", path, diff)
		}
	}
}

// TestTheReadmeWrites runs the mutation in the README.
func TestTheReadmeWrites(t *testing.T) {
	t.Parallel()
	operations := operationsOf(t, testserver.File("README.md"))
	if len(operations) != 2 || !strings.HasPrefix(operations[1], "mutation") {
		t.Fatalf("the README has the operations %q, want a query and a mutation", operations)
	}
	isInOrder(t, testserver.StartDemo(t), operations[1], nil, `"article":{`)
}

// headersOf returns the headers named by the comments at the top of a query.
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

// pretty returns JSON indented for people, without HTML escapes.
func pretty(t *testing.T, raw []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// dense returns an answer as JSON for people, without its extensions, with each object and
// list on one line if it fits.
func dense(t *testing.T, a testserver.Answer) string {
	t.Helper()
	if len(a.Errors) > 0 {
		t.Errorf("answered %s, want no errors", a.Raw)
	}
	return strings.Join(folded(strings.Split(pretty(t, append(append([]byte(`{"data":`), a.Data...), '}')), "\n")), "\n")
}

// folded joins the lines of each object and list of indented JSON if the result has at most
// 120 characters.
func folded(lines []string) (short []string) {
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if !strings.HasSuffix(line, "{") && !strings.HasSuffix(line, "[") {
			short = append(short, line)
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		end := i + 1
		for !strings.HasPrefix(lines[end], indent+"}") && !strings.HasPrefix(lines[end], indent+"]") {
			end++
		}
		if one := unbroken(lines[i : end+1]); utf8.RuneCountInString(one) <= 120 {
			short = append(short, one)
		} else {
			short = append(append(append(short, line), folded(lines[i+1:end])...), lines[end])
		}
		i = end
	}
	return short
}

// unbroken joins the lines of one value into one line.
func unbroken(lines []string) string {
	one := lines[0]
	for _, line := range lines[1:] {
		if strings.HasSuffix(one, ",") {
			one += " "
		}
		one += strings.TrimLeft(line, " ")
	}
	return one
}
