package transport

import (
	"net/http"
	"testing"
)

func TestRefusalType(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, accept string
		status       int
		want         string
	}{
		{"a busy server", "application/graphql-response+json, application/json;q=0.9", 503, jsonType},
		{"a request that runs", "application/graphql-response+json, application/json;q=0.9", 409, jsonType},
		{"a rate", "application/graphql-response+json,application/json;q=0.9", 429, jsonType},
		{"a large body", "application/graphql-response+json, */*;q=0.1", 413, jsonType},
		{"a slow body", "application/graphql-response+json, application/*", 408, jsonType},
		{"a client that accepts nothing else", "application/graphql-response+json", 503, graphQLType},
		{"a client that refuses JSON", "*/*, application/json;q=0", 503, graphQLType},
		{"a client that says nothing", "", 503, jsonType},
		{"an unknown token is not to be sent again", "application/graphql-response+json, application/json;q=0.9", 401, graphQLType},
		{"nor is a wrong request", "application/graphql-response+json, application/json;q=0.9", 400, graphQLType},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := RefusalType(http.Header{"Accept": {c.accept}}, c.status); got != c.want {
				t.Errorf("RefusalType(%q, %d) = %s, want %s", c.accept, c.status, got, c.want)
			}
		})
	}
}

func TestMediaType(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		accept []string
		want   string // "" if neither is accepted
	}{
		{"none is JSON", nil, jsonType},
		{"an empty one too", []string{""}, jsonType},
		{"anything is JSON", []string{"*/*"}, jsonType},
		{"any application is JSON", []string{"application/*"}, jsonType},
		{"what browsers send from the address bar", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, jsonType},
		{"the newer", []string{"application/graphql-response+json"}, graphQLType},
		{"with a parameter", []string{"application/graphql-response+json; charset=utf-8"}, graphQLType},
		{"in capitals", []string{"Application/GraphQL-Response+JSON"}, graphQLType},
		{"what Apollo and GraphiQL send", []string{"application/graphql-response+json, application/json;q=0.9"}, graphQLType},
		{"both alike, in any order", []string{"application/json, application/graphql-response+json"}, graphQLType},
		{"in two headers", []string{"application/json;q=0.5", "application/graphql-response+json;q=0.6"}, graphQLType},
		{"JSON preferred", []string{"application/graphql-response+json;q=0.8, application/json"}, jsonType},
		{"the newer forbidden", []string{"*/*, application/graphql-response+json;q=0"}, jsonType},
		{"JSON forbidden", []string{"*/*, application/json;q=0"}, graphQLType},
		{"the more specific range counts, not the greater", []string{"application/json;q=0.1, application/*;q=0.9"}, graphQLType},
		{"JSON by name, and anything else the same", []string{"application/json, */*"}, jsonType},
		{"the newer by name, and anything else the same", []string{"application/graphql-response+json, */*"}, graphQLType},
		{"what incremental clients send", []string{"multipart/mixed, application/json"}, jsonType},
		{"a range that cannot be parsed does not count", []string{";;;, application/json"}, jsonType},

		{"neither", []string{"text/html"}, ""},
		{"only forbidden", []string{"application/json;q=0"}, ""},
		{"everything forbidden", []string{"*/*;q=0"}, ""},
		{"a weight that is not a number", []string{"application/json;q=much"}, ""},
		{"a weight that is NaN", []string{"application/json;q=NaN"}, ""},
		{"another JSON", []string{"application/ld+json"}, ""},
		{"nothing that can be parsed", []string{";;;"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, fits := MediaType(http.Header{"Accept": c.accept})
			if fits != (c.want != "") || fits && got != c.want {
				t.Errorf("MediaType(%q) = %s, %v, want %q", c.accept, got, fits, c.want)
			}
		})
	}
}
