package api

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// golden/ has queries of front ends, each beside the response of the demo newsroom.
// Comments at the top of a query hold its headers, and its variables as `Variables: {…}`.
func TestTheDemoAnswersAsTheGoldenFilesSay(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	queries, err := filepath.Glob("golden/*.graphql")
	if err != nil || len(queries) < 10 {
		t.Fatalf("golden/ has %d queries, %v, want at least 10", len(queries), err)
	}
	for _, path := range queries {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".graphql"), func(t *testing.T) {
			t.Parallel()
			query, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			headers := headersOf(string(query))
			var vars variables
			for i, h := range headers {
				if h[0] == "Variables" {
					if err := json.Unmarshal([]byte(h[1]), &vars); err != nil {
						t.Fatal(err)
					}
				}
				headers[i][1] = withToken(h[1])
			}
			answer := s.Post(t, string(query), vars, slices.DeleteFunc(headers, func(h header) bool { return h[0] == "Variables" })...)
			if len(answer.Errors) > 0 {
				t.Fatalf("%s", answer.Raw)
			}
			compareFile(t, strings.TrimSuffix(path, ".graphql")+".json", pretty(t, answer.Raw))
		})
	}
}

// withToken replaces the placeholder by the admin token.
func withToken(s string) string { return strings.ReplaceAll(s, "<admin token>", testserver.AdminToken) }

// compareFile compares a text with a file, or with -update writes it to the file.
func compareFile(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run `go test -tags sqlite_fts5 ./tests/api -run Golden -update` and review the changes (-%s +server):\n%s", path, diff)
	}
}

// The examples that GraphiQL opens with return complete data.
func TestTheExamplesOfGraphiQLHaveAnswers(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	folder := testserver.File("web", "graphiql", "examples")
	list, err := os.ReadFile(filepath.Join(folder, "examples.json"))
	if err != nil {
		t.Fatal(err)
	}
	var examples []struct {
		File      string
		Variables variables
		Headers   map[string]string
		// NeedsToken means that the page must know a token of an admin's.
		NeedsToken bool
	}
	if err := json.Unmarshal(list, &examples); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.graphql"))
	if err != nil || len(files) != len(examples) || len(files) == 0 {
		t.Fatalf("%d queries but %d entries in examples.json, %v", len(files), len(examples), err)
	}
	for _, e := range examples {
		t.Run(e.File, func(t *testing.T) {
			t.Parallel()
			query, err := os.ReadFile(filepath.Join(folder, e.File))
			if err != nil {
				t.Fatal(err)
			}
			var headers []header
			if e.NeedsToken {
				headers = append(headers, testserver.AsAdmin)
			}
			for name, value := range e.Headers {
				headers = append(headers, header{name, value})
			}
			var answer testserver.Answer
			if strings.Contains(string(query), "\nsubscription ") {
				answer = firstEvent(t, s, string(query), headers...)
			} else {
				answer = s.Post(t, string(query), e.Variables, headers...)
			}
			if len(answer.Errors) > 0 {
				t.Fatalf("%s", answer.Raw)
			}
			checkFull(t, answer.Data)
			if trace := testserver.TraceOf(t, answer.Raw); trace == nil || trace.Statements == 0 {
				t.Errorf("answer = %s, want a trace with statements", answer.Raw)
			}
		})
	}
}

// firstEvent subscribes, and writes topics until an event arrives.
func firstEvent(t *testing.T, s *testserver.Server, query string, headers ...header) (first testserver.Answer) {
	t.Helper()
	r := s.Events(t, query, nil, headers...)
	testserver.Until(t, "a change", func() bool {
		s.Create(t, "Topic", variables{"names": testserver.Names("en", "Followed")})
		select {
		case line := <-r.Lines:
			data, isData := strings.CutPrefix(line, "data: ")
			first.Raw = []byte(data)
			return isData && json.Unmarshal(first.Raw, &first) == nil
		default:
			return false
		}
	})
	return first
}

// checkFull fails the test if data has an empty list or text, or null outside a list
// (not everyone in a list holds an office). The errors of a mutation must be empty.
func checkFull(t *testing.T, data json.RawMessage) {
	t.Helper()
	var answer any
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	var look func(path string, value any)
	look = func(path string, value any) {
		switch value := value.(type) {
		case nil:
			if !strings.Contains(path, "[]") {
				t.Errorf("%s is null in %s", path, data)
			}
		case string:
			if value == "" {
				t.Errorf("%s is empty in %s", path, data)
			}
		case []any:
			if len(value) == 0 != strings.HasSuffix(path, ".errors") {
				t.Errorf("%s has %d elements in %s", path, len(value), data)
			}
			for _, element := range value {
				look(path+"[]", element)
			}
		case map[string]any:
			for name, field := range value {
				look(path+"."+name, field)
			}
		}
	}
	look("data", answer)
}
