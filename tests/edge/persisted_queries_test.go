package edge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func persisted(hash string) string {
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
}

// register sends a query with its hash, and returns the hash.
func register(t testserver.Tester, s *testserver.Server, query, operation string) string {
	t.Helper()
	hash := hashOf(query)
	r := s.Send(t, http.MethodPost, "", `{"query":`+testserver.Encode(t, query)+`,"operationName":`+testserver.Encode(t, operation)+`,"extensions":`+persisted(hash)+`}`, testserver.AsJSON)
	if r.Status != 200 || len(r.Errors) > 0 {
		t.Fatalf("register %s = %d %s", query, r.Status, r.Body)
	}
	return hash
}

func TestQueriesArePersistedByTheirHash(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const query = "{ __typename }"
	hash := hashOf(query)
	byHash := `{"extensions":` + persisted(hash) + `}`

	r := s.Send(t, http.MethodPost, "", byHash, testserver.AsJSON)
	if r.Message() != "PersistedQueryNotFound" || r.Code() != "PERSISTED_QUERY_NOT_FOUND" || r.Status != 200 || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a hash before its text = %d %s, want PersistedQueryNotFound with no-store", r.Status, r.Body)
	}
	if r := s.Send(t, http.MethodPost, "", `{"query":"{ a: __typename }","extensions":`+persisted(hash)+`}`, testserver.AsJSON); r.Code() != "INVALID" || !strings.Contains(r.Message(), "is not the SHA-256 of the query") {
		t.Errorf("the hash of another text = %s, want INVALID", r.Body)
	}
	if r := s.Send(t, http.MethodPost, "", byHash, testserver.AsJSON); r.Code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("the hash after a wrong text = %s, want PERSISTED_QUERY_NOT_FOUND", r.Body)
	}
	parameters := "?extensions=" + url.QueryEscape(persisted(hash))
	if r := s.Send(t, http.MethodGet, parameters+"&query="+url.QueryEscape(query), ""); r.Body != `{"data":{"__typename":"Query"}}` && !strings.Contains(r.Body, `"data":{"__typename":"Query"}`) {
		t.Errorf("the hash with its text by GET = %s, want data", r.Body)
	}
	for name, r := range map[string]testserver.Reply{
		"by POST":                s.Send(t, http.MethodPost, "", byHash, testserver.AsJSON),
		"by GET":                 s.Send(t, http.MethodGet, parameters, ""),
		"as a documentId":        s.Send(t, http.MethodPost, "", `{"documentId":"sha256:`+hash+`"}`, testserver.AsJSON),
		"as a documentId by GET": s.Send(t, http.MethodGet, "?documentId=sha256:"+hash, ""),
	} {
		if !strings.Contains(r.Body, `"data":{"__typename":"Query"}`) {
			t.Errorf("the hash alone %s = %s, want data", name, r.Body)
		}
	}
	const wrong = "{ nothing }"
	s.Send(t, http.MethodPost, "", `{"query":"`+wrong+`","extensions":`+persisted(hashOf(wrong))+`}`, testserver.AsJSON)
	if r := s.Send(t, http.MethodPost, "", `{"extensions":`+persisted(hashOf(wrong))+`}`, testserver.AsJSON); r.Code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("the hash of an invalid query = %s, want PERSISTED_QUERY_NOT_FOUND", r.Body)
	}
	for _, broken := range []string{`{"persistedQuery":1}`, `{"persistedQuery":{"version":2,"sha256Hash":"` + hash + `"}}`, `{"persistedQuery":{"version":1}}`, `{"persistedQuery":{"version":1,"sha256Hash":7}}`} {
		if r := s.Send(t, http.MethodPost, "", `{"extensions":`+broken+`}`, testserver.AsJSON); r.Code() != "INVALID" {
			t.Errorf("%s = %s, want INVALID", broken, r.Body)
		}
	}
}

func TestPersistedQueriesCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.GraphQL.Transport.Persisted.Entries = -1 })
	const query = "{ __typename }"
	if r := s.Send(t, http.MethodPost, "", `{"extensions":`+persisted(hashOf(query))+`}`, testserver.AsJSON); r.Message() != "PersistedQueryNotSupported" || r.Code() != "PERSISTED_QUERY_NOT_SUPPORTED" {
		t.Errorf("a hash = %s, want PersistedQueryNotSupported", r.Body)
	}
	register(t, s, query, "")
}

func TestOnlyTrustedDocumentsAreExecuted(t *testing.T) {
	t.Parallel()
	const registered = "query Kind { __typename } query Again { again: __typename }"
	documents, err := transport.ParseDocuments([]byte(testserver.Encode(t, map[string]any{
		"format": "apollo-persisted-query-manifest", "version": 1,
		"operations": []any{map[string]any{"id": hashOf(registered), "name": "Kind", "type": "query", "body": registered}, map[string]any{"id": "old", "body": "{ nothing }"}},
	})))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := testserver.Start(t, func(c *app.Config) {
		c.GraphQL.Transport.Persisted.Trusted, c.Log = documents, slog.New(slog.NewTextHandler(&log, nil))
	})
	if told := log.String(); strings.Count(told, "a registered operation does not fit the schema") != 1 || !strings.Contains(told, "id=old") {
		t.Errorf("log of the start = %s, want one warning, about the operation old", told)
	}
	id := hashOf(registered)
	cases := []struct {
		name, body string
		code       any
	}{
		{"by its id", `{"documentId":"sha256:` + id + `","operationName":"Kind"}`, nil},
		{"by its id alone", `{"documentId":"` + id + `","operationName":"Again"}`, nil},
		{"by its hash", `{"extensions":` + persisted(id) + `,"operationName":"Kind"}`, nil},
		{"by its hash, with its text", `{"query":` + testserver.Encode(t, registered) + `,"extensions":` + persisted(id) + `,"operationName":"Kind"}`, nil},
		{"by its hash, with another text", `{"query":"{ __typename }","extensions":` + persisted(id) + `}`, "PERSISTED_QUERY_NOT_IN_LIST"},
		{"a text with its own hash", `{"query":"{ __typename }","extensions":` + persisted(hashOf("{ __typename }")) + `}`, "PERSISTED_QUERY_NOT_IN_LIST"},
		{"an id that is not known", `{"documentId":"other"}`, "PERSISTED_QUERY_NOT_IN_LIST"},
		{"a text", `{"query":"{ __typename }"}`, "PERSISTED_QUERY_ID_REQUIRED"},
		{"the registered text without its id", `{"query":` + testserver.Encode(t, registered) + `,"operationName":"Kind"}`, "PERSISTED_QUERY_ID_REQUIRED"},
		{"introspection", `{"query":"{ __schema { queryType { name } } }"}`, "PERSISTED_QUERY_ID_REQUIRED"},
		{"one that the schema has outgrown", `{"documentId":"old"}`, "GRAPHQL_VALIDATION_FAILED"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.Send(t, http.MethodPost, "", c.body, testserver.AsJSON, wantNewer)
			if r.Code() != c.code || (r.Status == 200) != (c.code == nil) {
				t.Errorf("%s = %d %s, want %v", c.body, r.Status, r.Body, c.code)
			}
		})
	}
	if r := s.SendGet(t, "{ __typename }"); r.Code() != "PERSISTED_QUERY_ID_REQUIRED" {
		t.Errorf("a text by GET = %s, want PERSISTED_QUERY_ID_REQUIRED", r.Body)
	}
	if r := s.Send(t, http.MethodGet, "?operationName=Kind&documentId="+id, ""); r.Status != 200 || len(r.Errors) > 0 {
		t.Errorf("an id by GET = %s, want data", r.Body)
	}
}
