package edge

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

var (
	wantNewer = header{"Accept", "application/graphql-response+json"}
	wantJSON  = header{"Accept", "application/json"}
)

func TestTheStatusFollowsTheMediaType(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	cases := []struct {
		name, body           string
		underNewer, underOld int
		code                 any
		data                 string // "" if there must be no data key
	}{
		{"what is executed", `{"query":"{ __typename }"}`, 200, 200, nil, `{"__typename":"Query"}`},
		{"what fails in part", `{"query":"{ __typename article(by: {slug: \"x\"}, publishedAsOf: \"2021-01-01T00:00:00Z\") { id } }"}`, 200, 200, "FORBIDDEN", `{"__typename":"Query","article":null}`},
		{"a value that does not fit", `{"query":"{ __typename node(id: \"nothing\") { id } }"}`, 400, 200, "INVALID", ""},
		{"a query that is none", `{"query":"{"}`, 400, 200, "GRAPHQL_PARSE_FAILED", ""},
		{"one that does not fit", `{"query":"{ secrets }"}`, 400, 200, "GRAPHQL_VALIDATION_FAILED", ""},
		{"one that defers: nothing comes later", `{"query":"{ country(by: {code: \"IQ\"}) { ... @defer { name } } }"}`, 400, 200, "GRAPHQL_VALIDATION_FAILED", ""},
		{"variables that do not fit", `{"query":"query ($id: ID!) { node(id: $id) { id } }"}`, 400, 200, "GRAPHQL_VALIDATION_FAILED", ""},
		{"an operation that is not there", `{"query":"query A { __typename }","operationName":"B"}`, 400, 200, "GRAPHQL_VALIDATION_FAILED", ""},
		{"a hash that is not known", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"0d1e"}}}`, 400, 200, "PERSISTED_QUERY_NOT_FOUND", ""},
		{"a subscription", `{"query":"subscription { changes { cursor } }"}`, 400, 200, "INVALID", ""},
		{"a body that is no JSON", `{`, 400, 400, "INVALID", ""},
		{"a body that is no request", `{"qeury":"{ __typename }"}`, 400, 400, "INVALID", ""},
	}
	for _, c := range cases {
		for accept, want := range map[header]int{wantNewer: c.underNewer, wantJSON: c.underOld} {
			t.Run(c.name+" under "+accept[1], func(t *testing.T) {
				t.Parallel()
				r := s.Send(t, http.MethodPost, "", c.body, testserver.AsJSON, accept)
				if r.Status != want || r.MediaType() != accept[1]+"; charset=utf-8" || r.Code() != c.code {
					t.Errorf("%s = %d %s %v, want %d %s %v: %s", c.body, r.Status, r.MediaType(), r.Code(), want, accept[1], c.code, r.Body)
				}
				var answered map[string]json.RawMessage
				if err := json.Unmarshal([]byte(r.Body), &answered); err != nil {
					t.Fatalf("%q: %v", r.Body, err)
				}
				if got := string(answered["data"]); got != c.data {
					t.Errorf("data = %q, want %q", got, c.data)
				}
				if len(r.Errors) > 0 && r.Errors[0].Extensions["requestId"] != r.Header.Get("X-Request-Id") {
					t.Errorf("requestId = %v, want %q as in the header", r.Errors[0].Extensions["requestId"], r.Header.Get("X-Request-Id"))
				}
			})
		}
	}
}

func TestUnacceptableMediaTypesAre406(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for accept, want := range map[string]int{"text/html": 406, "application/json;q=0": 406, "text/html, */*;q=0.1": 200, "application/json;q=0.1, application/graphql-response+json;q=0": 200} {
		r := s.Send(t, http.MethodPost, "", `{"query":"mutation { deleteTopic(id: \"VG9waWM6MQ\") { errors { __typename } } }"}`, testserver.AsJSON, header{"Accept", accept})
		if r.Status != want {
			t.Errorf("Accept: %s = %d %s, want %d", accept, r.Status, r.Body, want)
		}
		if want == 406 && !strings.Contains(r.Message(), "the header Accept admits neither") {
			t.Errorf("Accept: %s = %s, want a message about the header", accept, r.Body)
		}
	}
}

func TestMethodsAreLimited(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const ask = "?query=%7B__typename%7D"
	cases := []struct {
		name, method, parameters, body string
		status                         int
		allow                          string
	}{
		{"a query by GET", "GET", ask, "", 200, ""},
		{"a query by HEAD", "HEAD", ask, "", 200, ""},
		{"OPTIONS says what may be sent", "OPTIONS", "", "", 204, "GET, HEAD, POST, OPTIONS"},
		{"PUT", "PUT", "", `{"query":"{ __typename }"}`, 405, "GET, HEAD, POST, OPTIONS"},
		{"DELETE", "DELETE", ask, "", 405, "GET, HEAD, POST, OPTIONS"},
		{"a mutation by GET", "GET", "?query=mutation%7B__typename%7D", "", 405, "POST, OPTIONS"},
		{"a mutation by HEAD", "HEAD", "?query=mutation%7B__typename%7D", "", 405, "POST, OPTIONS"},
		{"a mutation among queries by GET", "GET", "?query=query+A%7B__typename%7Dmutation+B%7B__typename%7D&operationName=B", "", 405, "POST, OPTIONS"},
		{"the query among them", "GET", "?query=query+A%7B__typename%7Dmutation+B%7B__typename%7D&operationName=A", "", 200, ""},
		{"the parameters of a POST do not count", "POST", ask, `{}`, 400, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.Send(t, c.method, c.parameters, c.body, testserver.AsJSON, wantJSON)
			if r.Status != c.status || r.Header.Get("Allow") != c.allow {
				t.Errorf("%s = %d, Allow %q, want %d, %q: %s", c.method, r.Status, r.Header.Get("Allow"), c.status, c.allow, r.Body)
			}
			if c.method == http.MethodHead && (r.Body != "" || c.status == 200 && r.Header.Get("ETag") == "") {
				t.Errorf("HEAD = body %q, ETag %q, want only the headers of GET", r.Body, r.Header.Get("ETag"))
			}
		})
	}
}

// A mutation by GET is refused and not executed.
func TestAGETNeverMutates(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	const mutation = `mutation Write { createTopic(input: {names: [{language: "en", value: "By GET"}], slug: "by-get"}) { topic { id } errors { __typename } } }`
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if r := s.Send(t, method, "?query="+url.QueryEscape(mutation), "", testserver.AsAdmin); r.Status != 405 {
			t.Errorf("%s = %d %s, want 405", method, r.Status, r.Body)
		}
	}
	// The method is looked at first, whatever else is wrong.
	for name, sent := range map[string]url.Values{
		"a variable that does not fit":     {"query": {`mutation($id: ID!) { deleteTopic(id: $id) { errors { message } } }`}, "variables": {`{"id": {}}`}},
		"no variables":                     {"query": {`mutation($id: ID!) { deleteTopic(id: $id) { errors { message } } }`}},
		"a literal that does not fit":      {"query": {`mutation { deleteTopic(id: 7.5) { errors { message } } }`}},
		"a field that is not there":        {"query": {`mutation { removeTopic(id: "x") { nothing } }`}},
		"an operation among others":        {"query": {`query A { __typename } mutation B { nothing }`}, "operationName": {"B"}},
		"too many at once":                 {"query": {"mutation {" + strings.Repeat(` deleteTopic(id: "VG9waWM6MQ") { errors { message } }`, 60) + "}"}},
		"a parameter that is not known":    {"query": {mutation}, "sent": {"1"}},
		"variables that are no object":     {"query": {mutation}, "variables": {"7"}},
		"a persisted query of wrong shape": {"query": {mutation}, "extensions": {`{"persistedQuery": {"version": 1, "sha256Hash": "x"}}`}},
	} {
		for _, accept := range []string{"application/json", "application/graphql-response+json", "text/event-stream"} {
			r := s.Send(t, http.MethodGet, "?"+sent.Encode(), "", testserver.AsAdmin, header{"Accept", accept})
			if r.Status != 405 || r.Header.Get("Allow") != "POST, OPTIONS" || !strings.Contains(r.Body, "send mutations by POST") {
				t.Errorf("a mutation by GET, with %s, for %s = %d %s, want 405", name, accept, r.Status, r.Body)
			}
		}
	}
	for name, query := range map[string]string{
		"which of them is meant": `query A { __typename } mutation B { __typename }`,
		"what is meant":          `mutation {`,
		"a query":                `{ topic(by: {id: 7.5}) { id } }`,
	} {
		if r := s.Send(t, http.MethodGet, "?query="+url.QueryEscape(query), "", testserver.AsAdmin, wantNewer); r.Status != 400 {
			t.Errorf("a GET of %s, which does not say %s = %d %s, want 400", query, name, r.Status, r.Body)
		}
	}
	hash := register(t, s, mutation+" query Harmless { __typename }", "Harmless")
	if r := s.Send(t, http.MethodGet, "?operationName=Write&extensions="+url.QueryEscape(persisted(hash)), "", testserver.AsAdmin); r.Status != 405 {
		t.Errorf("a mutation by GET with its hash = %d %s, want 405", r.Status, r.Body)
	}
	if r := s.SendGet(t, `{ topic(by: {slug: "by-get"}) { id } }`); !strings.Contains(r.Body, `"topic":null`) {
		t.Errorf("the topic of the refused mutations = %s, want null", r.Body)
	}
}

func TestPreflightIsRequiredOfWhatBrowsersSendWithoutOne(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const (
		inJSON = `{"query":"{ __typename }"}`
		asForm = "query=%7B__typename%7D"
	)
	multi := "--x\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n{ __typename }\r\n--x--\r\n"
	cases := []struct {
		kind, body string
		bare, with int // the status without and with the header
	}{
		{"application/json", inJSON, 200, 200},
		{"application/json; charset=UTF-8", inJSON, 200, 200},
		{"", inJSON, 415, 200},
		{"text/plain", inJSON, 415, 200},
		{"text/plain;charset=UTF-8", inJSON, 415, 200},
		{"application/x-www-form-urlencoded", asForm, 415, 200},
		{"multipart/form-data; boundary=x", multi, 415, 200},
		{"multipart/form-data; boundary=y", multi, 415, 400},
		{"text/plain; application/json", inJSON, 415, 415},
		{"application/graphql", "{ __typename }", 415, 415},
		{"application/json; charset=latin1", inJSON, 415, 415},
	}
	for _, c := range cases {
		for with, want := range map[bool]int{false: c.bare, true: c.with} {
			headers := []header{}
			if c.kind != "" {
				headers = append(headers, header{"Content-Type", c.kind})
			}
			if with {
				headers = append(headers, header{"GraphQL-Require-Preflight", "1"})
			}
			r := s.Send(t, http.MethodPost, "", c.body, headers...)
			if r.Status != want {
				t.Errorf("POST of %q, with the header %t = %d %s, want %d", c.kind, with, r.Status, r.Body, want)
			}
			if want == 415 && r.Code() != "INVALID" {
				t.Errorf("POST of %q = %s, want INVALID", c.kind, r.Body)
			}
		}
	}
	if r := s.Send(t, http.MethodPost, "", inJSON, testserver.AsJSON, header{"Content-Encoding", "gzip"}); r.Status != 415 {
		t.Errorf("a body with Content-Encoding: gzip = %d %s, want 415", r.Status, r.Body)
	}
}

func TestOnlyConfiguredOriginsMayRead(t *testing.T) {
	t.Parallel()
	off := testserver.Start(t)
	on := testserver.Start(t, func(c *app.Config) { c.Origins = transport.Origins{"https://www.example.org"} })
	all := testserver.Start(t, func(c *app.Config) { c.Origins = transport.Origins{"*"} })
	const ours, theirs = "https://www.example.org", "https://evil.example"
	cases := []struct {
		name      string
		s         *testserver.Server
		origin    string
		preflight bool
		status    int
		allowed   string
		vary      bool
	}{
		{"off by default", off, ours, false, 200, "", false},
		{"and no preflight", off, ours, true, 204, "", false},
		{"an origin of the list", on, ours, false, 200, ours, true},
		{"its preflight", on, ours, true, 204, ours, true},
		{"another origin", on, theirs, false, 200, "", true},
		{"its preflight is refused", on, theirs, true, 403, "", true},
		{"no origin", on, "", false, 200, "", true},
		{"null is nobody", on, "null", false, 200, "", true},
		{"all", all, theirs, false, 200, theirs, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			headers := []header{testserver.AsJSON}
			if c.origin != "" {
				headers = append(headers, header{"Origin", c.origin})
			}
			method := http.MethodPost
			if c.preflight {
				method, headers = http.MethodOptions, append(headers, header{"Access-Control-Request-Method", "POST"})
			}
			r := c.s.Send(t, method, "", `{"query":"{ __typename }"}`, headers...)
			if r.Status != c.status || r.Header.Get("Access-Control-Allow-Origin") != c.allowed {
				t.Errorf("%s of %q = %d, allowed %q, want %d, %q: %s", method, c.origin, r.Status, r.Header.Get("Access-Control-Allow-Origin"), c.status, c.allowed, r.Body)
			}
			if got := strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Origin"); got != c.vary {
				t.Errorf("Vary has Origin: %t, want %t", got, c.vary)
			}
			if r.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("Access-Control-Allow-Credentials is set, want no such header")
			}
			if allowed := r.Header.Get("Access-Control-Allow-Headers"); c.preflight && c.allowed != "" && (!strings.Contains(allowed, "Authorization") || !strings.Contains(allowed, "Content-Type")) {
				t.Errorf("allowed headers = %q, want Authorization and Content-Type among them", allowed)
			}
		})
	}
}

func TestBatchesAreAnsweredWhereSwitchedOn(t *testing.T) {
	t.Parallel()
	off, on := testserver.Start(t), testserver.Start(t, func(c *app.Config) { c.GraphQL.Transport.Batch = 10 })
	two := `[{"query":"{ __typename }"},{"query":"{ nothing }"}]`
	if r := off.Send(t, http.MethodPost, "", two, testserver.AsJSON); r.Status != 400 || r.Code() != "INVALID" || !strings.Contains(r.Message(), "this server takes one request at a time") {
		t.Errorf("a list on a server without batches = %d %s, want 400 INVALID with the reason", r.Status, r.Body)
	}
	r := on.Send(t, http.MethodPost, "", two, testserver.AsJSON, wantNewer)
	var answers []struct {
		Data   map[string]string
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal([]byte(r.Body), &answers); err != nil || r.Status != 200 || r.MediaType() != "application/graphql-response+json; charset=utf-8" {
		t.Fatalf("a list = %d %s %s, %v", r.Status, r.MediaType(), r.Body, err)
	}
	if len(answers) != 2 || answers[0].Data["__typename"] != "Query" || len(answers[1].Errors) != 1 || answers[1].Data != nil {
		t.Errorf("a list = %s, want data and then an error", r.Body)
	}
	list := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"query":"{ __typename }"},`, n), ",") + "]"
	}
	for n, want := range map[int]int{1: 200, 10: 200, 11: 400, 0: 400} {
		if r := on.Send(t, http.MethodPost, "", list(n), testserver.AsJSON); r.Status != want {
			t.Errorf("a list of %d = %d %s, want %d", n, r.Status, r.Body, want)
		}
	}
	if r := on.Send(t, http.MethodPost, "", `{"query":"{ __typename }"}`, testserver.AsJSON); !strings.HasPrefix(r.Body, `{"data":`) {
		t.Errorf("a single request = %s, want an answer outside of a list", r.Body)
	}
}

func TestBodiesAreLimited(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.MaxBody = 1 << 20 })
	pad := func(size int) string {
		const request = `{"query":"{ __typename }"}`
		return request + strings.Repeat(" ", size-len(request))
	}
	if r := s.Send(t, http.MethodPost, "", pad(1<<20), testserver.AsJSON); r.Status != 200 {
		t.Errorf("a body of 1 MiB = %d %s, want 200", r.Status, r.Body)
	}
	if r := s.Send(t, http.MethodPost, "", pad(1<<20+1), testserver.AsJSON); r.Status != 413 || r.Code() != "LIMIT_EXCEEDED" || !strings.Contains(r.Message(), "larger than 1 MiB") {
		t.Errorf("a body of 1 MiB and one byte = %d %s, want 413", r.Status, r.Body)
	}
}
