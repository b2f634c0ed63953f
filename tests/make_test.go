package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// made is something that a test has written.
type made struct {
	ID      string
	Slug    string
	Version int
}

// wrong is an error in the payload of a mutation.
type wrong struct {
	Type           string `json:"__typename"`
	Code           string
	Message        string
	Path           []string
	CurrentVersion int
}

// at is the code and the path of an error: INVALID input.names.0.value.
func (w wrong) at() string { return strings.TrimSpace(w.Code + " " + strings.Join(w.Path, ".")) }

// write sends the mutation of a verb and a noun, such as "create", "Topic", as
// admin, with what it takes in vars, and answers its payload.
func (s *server) write(t testing.TB, verb, noun string, vars variables) (node *made, deleted *string, errs []wrong) {
	t.Helper()
	input := strings.ToUpper(verb[:1]) + verb[1:] + noun + "Input!"
	types := map[string]string{"id": "ID!", "input": input, "expectedVersion": "Int"}
	var declared, passed []string
	for _, name := range []string{"id", "input", "expectedVersion"} {
		if _, given := vars[name]; given {
			declared = append(declared, "$"+name+": "+types[name])
			passed = append(passed, name+": $"+name)
		}
	}
	fields := "id slug version"
	if noun == "Tenure" {
		fields = "id"
	}
	if noun == "Country" {
		fields = "id slug: code version"
	}
	selection := "node: " + strings.ToLower(noun) + " { " + fields + " }"
	if verb == "delete" {
		selection = "deletedId"
	}
	query := fmt.Sprintf(`mutation(%s) { payload: %s%s(%s) { %s errors { __typename code message path ... on ConflictError { currentVersion } } } }`,
		strings.Join(declared, ", "), verb, noun, strings.Join(passed, ", "), selection)
	answer := ask[struct {
		Payload struct {
			Node      *made
			DeletedID *string
			Errors    []wrong
		}
	}](t, s, query, vars, asAdmin)
	return answer.Payload.Node, answer.Payload.DeletedID, answer.Payload.Errors
}

// create writes something new, which must be in order.
func (s *server) create(t testing.TB, noun string, input variables) made {
	t.Helper()
	node, _, errs := s.write(t, "create", noun, variables{"input": input})
	if node == nil {
		t.Fatalf("create%s(%v) = %+v", noun, input, errs)
	}
	return *node
}

// update changes what is there, which must be in order.
func (s *server) update(t testing.TB, noun string, old made, input variables) made {
	t.Helper()
	node, _, errs := s.write(t, "update", noun, variables{"id": old.ID, "input": input})
	if node == nil {
		t.Fatalf("update%s(%v) = %+v", noun, input, errs)
	}
	return *node
}

// refuse sends a mutation whose payload must have errors and nothing else.
func (s *server) refuse(t testing.TB, verb, noun string, vars variables) []wrong {
	t.Helper()
	node, deleted, errs := s.write(t, verb, noun, vars)
	if node != nil || deleted != nil || len(errs) == 0 {
		t.Fatalf("%s%s(%v) = %v, %v, %v, want only errors", verb, noun, vars, node, deleted, errs)
	}
	return errs
}

// get sends a query by GET, whatever it is answered.
func (s *server) get(t testing.TB, query string, headers ...header) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/graphql?query="+url.QueryEscape(query), nil)
	if err != nil {
		t.Fatal(err)
	}
	return answered(t, request, headers...)
}

// names are texts in languages: names("ar", "بغداد", "en", "Baghdad").
func names(pairs ...string) []variables {
	list := []variables{}
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, variables{"language": pairs[i], "value": pairs[i+1]})
	}
	return list
}

// countryID is the id of a country by its code.
func (s *server) countryID(t testing.TB, code string) string {
	t.Helper()
	return ask[struct{ Country made }](t, s, `query($code: String!) { country(by: {code: $code}) { id } }`, variables{"code": code}).Country.ID
}

// answers fails unless a query is answered with exactly this data.
func (s *server) answers(t testing.TB, query string, vars variables, want string, headers ...header) {
	t.Helper()
	got := ask[any](t, s, query, vars, headers...)
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatalf("the test's own %s: %v", want, err)
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("%s %v %v\n= %s\nwant %s", query, vars, headers, compact(got), compact(wanted))
	}
}

func compact(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}
