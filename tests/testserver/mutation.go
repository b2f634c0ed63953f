package testserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Node is a node that a test has created.
type Node struct {
	ID      string
	Slug    string
	Version int
}

// PayloadError is an error in the payload of a mutation.
type PayloadError struct {
	Type           string `json:"__typename"`
	Code           string
	Message        string
	Path           []string
	CurrentVersion int
}

// At returns the code and the path of the error, such as "INVALID input.names.0.value".
func (w PayloadError) At() string { return strings.TrimSpace(w.Code + " " + strings.Join(w.Path, ".")) }

// Mutate sends the mutation of a verb and a noun, such as "create" and "Topic", as
// admin, and returns its payload. Of the arguments id, input and expectedVersion it
// passes those that vars has.
func (s *Server) Mutate(t testing.TB, verb, noun string, vars Variables) (node *Node, deleted *string, errs []PayloadError) {
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
	answer := Ask[struct {
		Payload struct {
			Node      *Node
			DeletedID *string
			Errors    []PayloadError
		}
	}](t, s, query, vars, AsAdmin)
	return answer.Payload.Node, answer.Payload.DeletedID, answer.Payload.Errors
}

// Create creates a node, and fails the test unless that succeeds.
func (s *Server) Create(t testing.TB, noun string, input Variables) Node {
	t.Helper()
	node, _, errs := s.Mutate(t, "create", noun, Variables{"input": input})
	if node == nil {
		t.Fatalf("create%s(%v) = %+v", noun, input, errs)
	}
	return *node
}

// Update updates a node, and fails the test unless that succeeds.
func (s *Server) Update(t testing.TB, noun string, old Node, input Variables) Node {
	t.Helper()
	node, _, errs := s.Mutate(t, "update", noun, Variables{"id": old.ID, "input": input})
	if node == nil {
		t.Fatalf("update%s(%v) = %+v", noun, input, errs)
	}
	return *node
}

// Delete deletes a node, and fails the test unless that succeeds.
func (s *Server) Delete(t testing.TB, noun, id string) {
	t.Helper()
	if _, deleted, errs := s.Mutate(t, "delete", noun, Variables{"id": id}); deleted == nil {
		t.Fatalf("delete%s = %+v", noun, errs)
	}
}

// Refuse sends a mutation and returns the errors of its payload. It fails the test unless
// the payload holds errors and nothing else.
func (s *Server) Refuse(t testing.TB, verb, noun string, vars Variables) []PayloadError {
	t.Helper()
	node, deleted, errs := s.Mutate(t, verb, noun, vars)
	if node != nil || deleted != nil || len(errs) == 0 {
		t.Fatalf("%s%s(%v) = %v, %v, %v, want only errors", verb, noun, vars, node, deleted, errs)
	}
	return errs
}

// Names returns texts by language: Names("ar", "بغداد", "en", "Baghdad").
func Names(pairs ...string) []Variables {
	list := []Variables{}
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Variables{"language": pairs[i], "value": pairs[i+1]})
	}
	return list
}

// CountryID returns the id of the country with this code.
func (s *Server) CountryID(t testing.TB, code string) string {
	t.Helper()
	return Ask[struct{ Country Node }](t, s, `query($code: String!) { country(by: {code: $code}) { id } }`, Variables{"code": code}).Country.ID
}

// Official returns the id of the official with this slug, and creates the official
// first if there is none.
func (s *Server) Official(t testing.TB, slug string) string {
	t.Helper()
	found := Ask[struct{ Official *Node }](t, s, `query($slug: String!) { official(by: {slug: $slug}) { id } }`, Variables{"slug": slug})
	if found.Official != nil {
		return found.Official.ID
	}
	return s.Create(t, "Official", Variables{"names": Names("en", slug), "slug": slug}).ID
}

// Article creates an article. It is in English and published unless more sets these fields.
func (s *Server) Article(t testing.TB, title string, more Variables) Node {
	t.Helper()
	input := Variables{"language": "en", "title": title, "publish": true}
	maps.Copy(input, more)
	return s.Create(t, "Article", input)
}

// Upsert writes articles and returns their ids. Each must have a slug, which is also the
// default of its external id and its title. By default, articles are in English and
// published.
func (s *Server) Upsert(t Tester, articles ...Variables) []string {
	t.Helper()
	var ids []string
	for batch := range slices.Chunk(articles, 1000) {
		inputs := make([]Variables, len(batch))
		for i, article := range batch {
			inputs[i] = Variables{"externalId": article["slug"], "title": article["slug"], "language": "en", "publish": true}
			maps.Copy(inputs[i], article)
		}
		answer := Ask[struct {
			UpsertArticles struct {
				Failed  int
				Results []struct {
					Article *Node
					Errors  []PayloadError
				}
			}
		}](t, s, `mutation($inputs: [UpsertArticleInput!]!) {
			upsertArticles(inputs: $inputs) { failed results { article { id } errors { __typename code message path } } }
		}`, Variables{"inputs": inputs}, AsAdmin)
		for _, result := range answer.UpsertArticles.Results {
			if result.Article == nil || answer.UpsertArticles.Failed > 0 {
				t.Fatalf("upsertArticles = %+v", answer)
			}
			ids = append(ids, result.Article.ID)
		}
	}
	return ids
}

// TopicTree creates topics. Each is given by its slug, followed by a slash and the slug of
// its parent if it has one, such as "politics", "elections/politics". Parents come before children.
func (s *Server) TopicTree(t testing.TB, topics ...string) map[string]Node {
	t.Helper()
	tree := map[string]Node{}
	for _, topic := range topics {
		slug, parent, below := strings.Cut(topic, "/")
		input := Variables{"names": Names("en", slug), "slug": slug}
		if below {
			input["parent"] = tree[parent].ID
		}
		tree[slug] = s.Create(t, "Topic", input)
	}
	return tree
}

// WriteTopic creates a topic whose slug and name are $slug.
const WriteTopic = `mutation($slug: String!) { createTopic(input: {slug: $slug, names: [{value: $slug, language: "en"}]}) { topic { slug } errors { message } } }`
