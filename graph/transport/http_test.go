package transport_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/graph/graphtest"
)

// request is what a client sends: the header Name: value, and others.
type request struct {
	method, parameters, body string
	headers                  []string
}

func send(t *testing.T, s *graphtest.Server, r request) *httptest.ResponseRecorder {
	t.Helper()
	sent := httptest.NewRequestWithContext(t.Context(), r.method, "/graphql"+r.parameters, strings.NewReader(r.body))
	for _, header := range r.headers {
		name, value, _ := strings.Cut(header, ": ")
		sent.Header.Set(name, value)
	}
	return s.Do(sent)
}

// The statuses of the GraphQL over HTTP specification.
func TestHTTP(t *testing.T) {
	t.Parallel()
	config := graphtest.Config{Actor: graphtest.Editor()}
	config.Transport.Batch = 2
	s := newsroom.Start(t, config)
	const (
		asJSON  = "Content-Type: application/json"
		newer   = "Accept: application/graphql-response+json"
		query   = `{"query":"{ topics { totalCount } }"}`
		data    = `{"data":{"topics":{"totalCount":2}},"extensions":{"cost":{"max":20000,"requested":1}}}`
		inQuery = "?query=%7B+topics+%7B+totalCount+%7D+%7D"
	)
	form := url.Values{"query": {"{ topics { totalCount } }"}}.Encode()
	for _, c := range []struct {
		name   string
		sent   request
		status int
		want   string
	}{
		{"a query by POST", request{method: "POST", body: query, headers: []string{asJSON}}, 200, data},
		{"a query by GET", request{method: "GET", parameters: inQuery}, 200, data},
		{"a query by HEAD", request{method: "HEAD", parameters: inQuery}, 200, data}, // net/http drops the body
		{"a form", request{method: "POST", body: form, headers: []string{"Content-Type: application/x-www-form-urlencoded"}}, 200, data},
		{"a multipart form", request{method: "POST", body: "--b\r\nContent-Disposition: form-data; name=query\r\n\r\n{ topics { totalCount } }\r\n--b--\r\n", headers: []string{"Content-Type: multipart/form-data; boundary=b"}}, 200, data},
		{"a multipart form without its boundary", request{method: "POST", body: "--b", headers: []string{"Content-Type: multipart/form-data"}}, 400, "the body is not multipart/form-data"},
		{"a list", request{method: "POST", body: "[" + query + "," + query + "]", headers: []string{asJSON}}, 200, "[" + data + "," + data + "]"},
		{"a list that is too long", request{method: "POST", body: "[" + query + "," + query + "," + query + "]", headers: []string{asJSON}}, 400, "the list has more than 2 requests"},
		{"an operation that is not valid, for older clients", request{method: "POST", body: `{"query":"{ a }"}`, headers: []string{asJSON}}, 200, `"code":"GRAPHQL_VALIDATION_FAILED"`},
		{"an operation that is not valid", request{method: "POST", body: `{"query":"{ a }"}`, headers: []string{asJSON, newer}}, 400, `"code":"GRAPHQL_VALIDATION_FAILED"`},
		{"an operation whose fields fail", request{method: "POST", body: `{"query":"{ topics(after: \"x\") { totalCount } }"}`, headers: []string{asJSON, newer}}, 200, `"data":null`},
		{"an operation whose values do not fit", request{method: "POST", body: `{"query":"{ node(id: \"x\") { id } }"}`, headers: []string{asJSON, newer}}, 400, `"code":"INVALID"`},
		{"what is not JSON", request{method: "POST", body: "{", headers: []string{asJSON}}, 400, "the body ends at byte 1, within a value"},
		{"a mutation by GET", request{method: "GET", parameters: "?query=mutation%7B+__typename+%7D"}, 405, "a GET changes nothing; send mutations by POST"},
		{"a subscription", request{method: "POST", body: `{"query":"subscription { changes { kind } }"}`, headers: []string{asJSON, newer}}, 400, "a subscription has more than one answer"},
		{"another method", request{method: "PUT", body: query, headers: []string{asJSON}}, 405, "GraphQL is asked by POST"},
		{"a media type that is not served", request{method: "POST", body: query, headers: []string{asJSON, "Accept: text/html"}}, 406, "the header Accept admits neither"},
		{"the methods", request{method: "OPTIONS"}, 204, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, s, c.sent)
			if body := got.Body.String(); got.Code != c.status || !strings.Contains(body, c.want) {
				t.Errorf("%+v = %d %s, want %d %s", c.sent, got.Code, body, c.status, c.want)
			}
			allow := map[int]string{204: "GET, HEAD, POST, OPTIONS", 405: "GET, HEAD, POST, OPTIONS"}[c.status]
			if c.name == "a mutation by GET" {
				allow = "POST, OPTIONS"
			}
			if got.Header().Get("Allow") != allow || got.Header().Get("Vary") != "Accept, Diwan-Consistency" {
				t.Errorf("%+v = %v, want Allow: %s", c.sent, got.Header(), allow)
			}
		})
	}
}

// Caches may keep public queries by GET, and revalidate them.
func TestCaching(t *testing.T) {
	t.Parallel()
	config := graphtest.Config{}
	config.Transport.MaxAge = time.Minute
	s := newsroom.Start(t, config)
	query := request{method: "GET", parameters: "?query=%7B+topics+%7B+totalCount+%7D+%7D"}
	first := send(t, s, query)
	tag := first.Header().Get("ETag")
	if got, want := first.Header().Get("Cache-Control"), "public, max-age=60, must-revalidate"; got != want || !strings.HasPrefix(tag, `W/"`) {
		t.Errorf("Cache-Control = %q and ETag = %q, want %q and a weak tag", got, tag, want)
	}
	for _, c := range []struct {
		headers       []string
		status        int
		cache, wanted string
	}{
		{[]string{"If-None-Match: " + tag}, http.StatusNotModified, "public, max-age=60, must-revalidate", ""},
		{[]string{`If-None-Match: "a", ` + strings.TrimPrefix(tag, "W/")}, http.StatusNotModified, "public, max-age=60, must-revalidate", ""},
		{[]string{"If-None-Match: *"}, http.StatusNotModified, "public, max-age=60, must-revalidate", ""},
		{[]string{`If-None-Match: W/"another"`}, http.StatusOK, "public, max-age=60, must-revalidate", first.Body.String()},
		{[]string{"Authorization: Bearer x"}, http.StatusOK, "private, no-store", first.Body.String()},
		{[]string{"Diwan-Perspective: draft"}, http.StatusOK, "private, no-store", first.Body.String()},
	} {
		query.headers = c.headers
		got := send(t, s, query)
		if got.Code != c.status || got.Header().Get("Cache-Control") != c.cache || got.Header().Get("ETag") != tag || got.Body.String() != c.wanted {
			t.Errorf("with %q: %d %v %s, want %d, %s and %q", c.headers, got.Code, got.Header(), got.Body, c.status, c.cache, c.wanted)
		}
	}
	failed := send(t, s, request{method: "GET", parameters: "?query=%7B+node%28id%3A%22x%22%29+%7B+id+%7D+%7D"})
	if got := failed.Header(); got.Get("Cache-Control") != "no-store" || got.Get("ETag") != "" {
		t.Errorf("headers of an error = %v, want no-store", got)
	}
}
