package tests

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/app"
)

// reply is what came back of a request, as it was sent.
type reply struct {
	Status int
	Header http.Header
	Body   string
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

var (
	asJSON      = header{"Content-Type", "application/json"}
	wantNewer   = header{"Accept", "application/graphql-response+json"}
	wantJSON    = header{"Accept", "application/json"}
	noTransport = &http.Transport{DisableCompression: true} // else it asks for gzip, and unpacks it
)

// send sends a request as it is given.
func (s *server) send(t tester, method, parameters, body string, headers ...header) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.URL+"/graphql"+parameters, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		request.Header.Add(h[0], h[1])
	}
	response, err := noTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	sent, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{Status: response.StatusCode, Header: response.Header, Body: string(sent)}
	_ = json.Unmarshal(sent, &r) // the body may be compressed, or empty
	return r
}

// sendGet sends a query by GET.
func (s *server) sendGet(t tester, query string, headers ...header) reply {
	t.Helper()
	return s.send(t, http.MethodGet, "?query="+url.QueryEscape(query), "", headers...)
}

func (r reply) code() any {
	if len(r.Errors) == 0 {
		return nil
	}
	return r.Errors[0].Extensions["code"]
}

func (r reply) message() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Message
}

func (r reply) mediaType() string { return r.Header.Get("Content-Type") }

func body(t tester, request map[string]any) string {
	t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestStatusByMediaType(t *testing.T) {
	t.Parallel()
	s := start(t)
	cases := []struct {
		name, body           string
		underNewer, underOld int
		code                 any
		data                 string // "" when there must be no data key
	}{
		{"what is executed", `{"query":"{ __typename }"}`, 200, 200, nil, `{"__typename":"Query"}`},
		{"what fails in part", `{"query":"{ __typename node(id: \"nothing\") { id } }"}`, 200, 200, "INVALID", `{"__typename":"Query","node":null}`},
		{"a query that is none", `{"query":"{"}`, 400, 200, "GRAPHQL_PARSE_FAILED", ""},
		{"one that does not fit", `{"query":"{ secrets }"}`, 400, 200, "GRAPHQL_VALIDATION_FAILED", ""},
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
				r := s.send(t, http.MethodPost, "", c.body, asJSON, accept)
				if r.Status != want || r.mediaType() != accept[1]+"; charset=utf-8" || r.code() != c.code {
					t.Errorf("%s = %d %s %v, want %d %s %v: %s", c.body, r.Status, r.mediaType(), r.code(), want, accept[1], c.code, r.Body)
				}
				var answered map[string]json.RawMessage
				if err := json.Unmarshal([]byte(r.Body), &answered); err != nil {
					t.Fatalf("%q: %v", r.Body, err)
				}
				if got := string(answered["data"]); got != c.data {
					t.Errorf("data = %q, want %q", got, c.data)
				}
				if len(r.Errors) > 0 && r.Errors[0].Extensions["requestId"] != r.Header.Get("X-Request-Id") {
					t.Errorf("requestId = %v, want that of the header: %q", r.Errors[0].Extensions["requestId"], r.Header.Get("X-Request-Id"))
				}
			})
		}
	}
}

func TestWhatIsNotAcceptableIs406(t *testing.T) {
	t.Parallel()
	s := start(t)
	for accept, want := range map[string]int{"text/html": 406, "application/json;q=0": 406, "text/html, */*;q=0.1": 200, "application/json;q=0.1, application/graphql-response+json;q=0": 200} {
		r := s.send(t, http.MethodPost, "", `{"query":"mutation { deleteTopic(id: \"x\") { errors { __typename } } }"}`, asJSON, header{"Accept", accept})
		if r.Status != want {
			t.Errorf("Accept: %s = %d %s, want %d", accept, r.Status, r.Body, want)
		}
		if want == 406 && !strings.Contains(r.message(), "the header Accept admits neither") {
			t.Errorf("Accept: %s = %s, want a sentence about it", accept, r.Body)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	s := start(t)
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
			r := s.send(t, c.method, c.parameters, c.body, asJSON, wantJSON)
			if r.Status != c.status || r.Header.Get("Allow") != c.allow {
				t.Errorf("%s = %d, Allow %q, want %d, %q: %s", c.method, r.Status, r.Header.Get("Allow"), c.status, c.allow, r.Body)
			}
			if c.method == http.MethodHead && (r.Body != "" || c.status == 200 && r.Header.Get("ETag") == "") {
				t.Errorf("HEAD = body %q, ETag %q, want the headers of GET alone", r.Body, r.Header.Get("ETag"))
			}
		})
	}
}

// A mutation by GET is not only refused: it is not executed.
func TestAGETNeverMutates(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	const mutation = `mutation Write { createTopic(input: {names: [{language: "en", value: "By GET"}], slug: "by-get"}) { topic { id } errors { __typename } } }`
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if r := s.send(t, method, "?query="+url.QueryEscape(mutation), "", asAdmin); r.Status != 405 {
			t.Errorf("%s = %d %s, want 405", method, r.Status, r.Body)
		}
	}
	hash := register(t, s, mutation+" query Harmless { __typename }", "Harmless")
	if r := s.send(t, http.MethodGet, "?operationName=Write&extensions="+url.QueryEscape(persisted(hash)), "", asAdmin); r.Status != 405 {
		t.Errorf("by its hash = %d %s, want 405", r.Status, r.Body)
	}
	if r := s.sendGet(t, `{ topic(by: {slug: "by-get"}) { id } }`); !strings.Contains(r.Body, `"topic":null`) {
		t.Errorf("the topic = %s, want none", r.Body)
	}
}

func TestPreflightIsRequiredOfWhatBrowsersSendWithoutOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	const (
		inJSON = `{"query":"{ __typename }"}`
		asForm = "query=%7B__typename%7D"
	)
	multi := "--x\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n{ __typename }\r\n--x--\r\n"
	cases := []struct {
		kind, body string
		bare, with int // status without and with the header
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
			r := s.send(t, http.MethodPost, "", c.body, headers...)
			if r.Status != want {
				t.Errorf("POST %q, with the header: %v = %d %s, want %d", c.kind, with, r.Status, r.Body, want)
			}
			if want == 415 && r.code() != "INVALID" {
				t.Errorf("POST %q = %s, want a sentence", c.kind, r.Body)
			}
		}
	}
	if r := s.send(t, http.MethodPost, "", inJSON, asJSON, header{"Content-Encoding", "gzip"}); r.Status != 415 {
		t.Errorf("a body that says it is compressed = %d %s, want 415", r.Status, r.Body)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	off := start(t)
	on := start(t, func(c *app.Config) { c.Origins = transport.Origins{"https://www.example.org"} })
	all := start(t, func(c *app.Config) { c.Origins = transport.Origins{"*"} })
	const ours, theirs = "https://www.example.org", "https://evil.example"
	cases := []struct {
		name      string
		s         *server
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
			headers := []header{asJSON}
			if c.origin != "" {
				headers = append(headers, header{"Origin", c.origin})
			}
			method := http.MethodPost
			if c.preflight {
				method, headers = http.MethodOptions, append(headers, header{"Access-Control-Request-Method", "POST"})
			}
			r := c.s.send(t, method, "", `{"query":"{ __typename }"}`, headers...)
			if r.Status != c.status || r.Header.Get("Access-Control-Allow-Origin") != c.allowed {
				t.Errorf("%s of %q = %d, allowed %q, want %d, %q: %s", method, c.origin, r.Status, r.Header.Get("Access-Control-Allow-Origin"), c.status, c.allowed, r.Body)
			}
			if got := strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Origin"); got != c.vary {
				t.Errorf("Vary names Origin: %v, want %v", got, c.vary)
			}
			if r.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("credentials are allowed")
			}
			if allowed := r.Header.Get("Access-Control-Allow-Headers"); c.preflight && c.allowed != "" && (!strings.Contains(allowed, "Authorization") || !strings.Contains(allowed, "Content-Type")) {
				t.Errorf("allowed headers = %q, want Authorization and Content-Type among them", allowed)
			}
		})
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func persisted(hash string) string {
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
}

// register sends a query with its hash.
func register(t tester, s *server, query, operation string) string {
	t.Helper()
	hash := hashOf(query)
	r := s.send(t, http.MethodPost, "", `{"query":`+quote(t, query)+`,"operationName":`+quote(t, operation)+`,"extensions":`+persisted(hash)+`}`, asJSON)
	if r.Status != 200 || len(r.Errors) > 0 {
		t.Fatalf("register %s = %d %s", query, r.Status, r.Body)
	}
	return hash
}

func quote(t tester, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

func TestAutomaticPersistedQueries(t *testing.T) {
	t.Parallel()
	s := start(t)
	const query = "{ __typename }"
	hash := hashOf(query)
	byHash := `{"extensions":` + persisted(hash) + `}`

	r := s.send(t, http.MethodPost, "", byHash, asJSON)
	if r.message() != "PersistedQueryNotFound" || r.code() != "PERSISTED_QUERY_NOT_FOUND" || r.Status != 200 || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a hash before its text = %d %s, want what Apollo's clients wait for, kept by no cache", r.Status, r.Body)
	}
	if r := s.send(t, http.MethodPost, "", `{"query":"{ a: __typename }","extensions":`+persisted(hash)+`}`, asJSON); r.code() != "INVALID" || !strings.Contains(r.message(), "is not the SHA-256 of the query") {
		t.Errorf("the hash of another text = %s, want INVALID", r.Body)
	}
	if r := s.send(t, http.MethodPost, "", byHash, asJSON); r.code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("after that = %s, want still not found", r.Body)
	}
	parameters := "?extensions=" + url.QueryEscape(persisted(hash))
	if r := s.send(t, http.MethodGet, parameters+"&query="+url.QueryEscape(query), ""); r.Body != `{"data":{"__typename":"Query"}}` && !strings.Contains(r.Body, `"data":{"__typename":"Query"}`) {
		t.Errorf("with the text by GET = %s, want it executed", r.Body)
	}
	for name, r := range map[string]reply{
		"by POST":         s.send(t, http.MethodPost, "", byHash, asJSON),
		"by GET":          s.send(t, http.MethodGet, parameters, ""),
		"as a documentId": s.send(t, http.MethodPost, "", `{"documentId":"sha256:`+hash+`"}`, asJSON),
		"so by GET":       s.send(t, http.MethodGet, "?documentId=sha256:"+hash, ""),
	} {
		if !strings.Contains(r.Body, `"data":{"__typename":"Query"}`) {
			t.Errorf("the hash alone, %s = %s, want it executed", name, r.Body)
		}
	}
	const wrong = "{ nothing }"
	s.send(t, http.MethodPost, "", `{"query":"`+wrong+`","extensions":`+persisted(hashOf(wrong))+`}`, asJSON)
	if r := s.send(t, http.MethodPost, "", `{"extensions":`+persisted(hashOf(wrong))+`}`, asJSON); r.code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("the hash of a query that is not valid = %s, want it not kept", r.Body)
	}
	for _, broken := range []string{`{"persistedQuery":1}`, `{"persistedQuery":{"version":2,"sha256Hash":"` + hash + `"}}`, `{"persistedQuery":{"version":1}}`, `{"persistedQuery":{"version":1,"sha256Hash":7}}`} {
		if r := s.send(t, http.MethodPost, "", `{"extensions":`+broken+`}`, asJSON); r.code() != "INVALID" {
			t.Errorf("%s = %s, want INVALID", broken, r.Body)
		}
	}
}

func TestPersistedQueriesSwitchedOff(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.GraphQL.Transport.Persisted.Entries = -1 })
	const query = "{ __typename }"
	if r := s.send(t, http.MethodPost, "", `{"extensions":`+persisted(hashOf(query))+`}`, asJSON); r.message() != "PersistedQueryNotSupported" || r.code() != "PERSISTED_QUERY_NOT_SUPPORTED" {
		t.Errorf("a hash = %s, want what makes Apollo's clients stop", r.Body)
	}
	register(t, s, query, "")
}

func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	const registered = "query Kind { __typename } query Again { again: __typename }"
	documents, err := transport.ParseDocuments([]byte(body(t, map[string]any{
		"format": "apollo-persisted-query-manifest", "version": 1,
		"operations": []any{map[string]any{"id": hashOf(registered), "name": "Kind", "type": "query", "body": registered}, map[string]any{"id": "old", "body": "{ nothing }"}},
	})))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := start(t, func(c *app.Config) {
		c.GraphQL.Transport.Persisted.Trusted, c.Log = documents, slog.New(slog.NewTextHandler(&log, nil))
	})
	if told := log.String(); strings.Count(told, "a registered operation does not fit the schema") != 1 || !strings.Contains(told, "id=old") {
		t.Errorf("log of the start = %s, want a word about the operation old alone", told)
	}
	id := hashOf(registered)
	cases := []struct {
		name, body string
		code       any
	}{
		{"by its id", `{"documentId":"sha256:` + id + `","operationName":"Kind"}`, nil},
		{"by its id alone", `{"documentId":"` + id + `","operationName":"Again"}`, nil},
		{"by its hash", `{"extensions":` + persisted(id) + `,"operationName":"Kind"}`, nil},
		{"by its hash, with its text", `{"query":` + quote(t, registered) + `,"extensions":` + persisted(id) + `,"operationName":"Kind"}`, nil},
		{"by its hash, with another text", `{"query":"{ __typename }","extensions":` + persisted(id) + `}`, "PERSISTED_QUERY_NOT_IN_LIST"},
		{"a text with its own hash", `{"query":"{ __typename }","extensions":` + persisted(hashOf("{ __typename }")) + `}`, "PERSISTED_QUERY_NOT_IN_LIST"},
		{"an id that is not known", `{"documentId":"other"}`, "PERSISTED_QUERY_NOT_IN_LIST"},
		{"a text", `{"query":"{ __typename }"}`, "PERSISTED_QUERY_ID_REQUIRED"},
		{"the registered text without its id", `{"query":` + quote(t, registered) + `,"operationName":"Kind"}`, "PERSISTED_QUERY_ID_REQUIRED"},
		{"introspection", `{"query":"{ __schema { queryType { name } } }"}`, "PERSISTED_QUERY_ID_REQUIRED"},
		{"one that the schema has outgrown", `{"documentId":"old"}`, "GRAPHQL_VALIDATION_FAILED"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.send(t, http.MethodPost, "", c.body, asJSON, wantNewer)
			if r.code() != c.code || (r.Status == 200) != (c.code == nil) {
				t.Errorf("%s = %d %s, want %v", c.body, r.Status, r.Body, c.code)
			}
		})
	}
	if r := s.sendGet(t, "{ __typename }"); r.code() != "PERSISTED_QUERY_ID_REQUIRED" {
		t.Errorf("a text by GET = %s, want it refused", r.Body)
	}
	if r := s.send(t, http.MethodGet, "?operationName=Kind&documentId="+id, ""); r.Status != 200 || len(r.Errors) > 0 {
		t.Errorf("an id by GET = %s, want it executed", r.Body)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	off, on := start(t), start(t, func(c *app.Config) { c.GraphQL.Transport.Batch = 10 })
	two := `[{"query":"{ __typename }"},{"query":"{ nothing }"}]`
	if r := off.send(t, http.MethodPost, "", two, asJSON); r.Status != 400 || r.code() != "INVALID" || !strings.Contains(r.message(), "this server takes one request at a time") {
		t.Errorf("a list where it is switched off = %d %s, want a clear error", r.Status, r.Body)
	}
	r := on.send(t, http.MethodPost, "", two, asJSON, wantNewer)
	var answers []struct {
		Data   map[string]string
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal([]byte(r.Body), &answers); err != nil || r.Status != 200 || r.mediaType() != "application/graphql-response+json; charset=utf-8" {
		t.Fatalf("a list = %d %s %s, %v", r.Status, r.mediaType(), r.Body, err)
	}
	if len(answers) != 2 || answers[0].Data["__typename"] != "Query" || len(answers[1].Errors) != 1 || answers[1].Data != nil {
		t.Errorf("a list = %s, want an answer and an error, in order", r.Body)
	}
	list := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"query":"{ __typename }"},`, n), ",") + "]"
	}
	for n, want := range map[int]int{1: 200, 10: 200, 11: 400, 0: 400} {
		if r := on.send(t, http.MethodPost, "", list(n), asJSON); r.Status != want {
			t.Errorf("a list of %d = %d %s, want %d", n, r.Status, r.Body, want)
		}
	}
	if r := on.send(t, http.MethodPost, "", `{"query":"{ __typename }"}`, asJSON); !strings.HasPrefix(r.Body, `{"data":`) {
		t.Errorf("one request alone = %s, want one answer", r.Body)
	}
}

func TestCaching(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	long := startDemo(t, func(c *app.Config) { c.GraphQL.Transport.MaxAge = 90_000_000_000 })
	const query = "{ countries(first: 1) { nodes { code name } } }"
	r := s.sendGet(t, query)
	tag := r.Header.Get("ETag")
	if r.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" || !strings.HasPrefix(tag, `W/"`) || len(tag) < 20 {
		t.Errorf("a query = Cache-Control %q, ETag %q, want public and a weak tag", r.Header.Get("Cache-Control"), tag)
	}
	if got := long.sendGet(t, query).Header.Get("Cache-Control"); got != "public, max-age=90, must-revalidate" {
		t.Errorf("with a MaxAge of 90 s = %q", got)
	}
	if again := s.sendGet(t, query); again.Header.Get("ETag") != tag || again.Header.Get("X-Request-Id") == r.Header.Get("X-Request-Id") {
		t.Errorf("the same again = ETag %q, want %q", again.Header.Get("ETag"), tag)
	}
	if other := s.sendGet(t, query, inArabic); other.Header.Get("ETag") == tag {
		t.Error("in another language, the tag is the same")
	}
	vary := strings.Join(r.Header.Values("Vary"), ", ")
	for _, want := range []string{"Accept,", "Accept-Encoding", "Accept-Language", "Authorization", "Diwan-Perspective"} {
		if !strings.Contains(vary+",", want) {
			t.Errorf("Vary = %q, want %s in it", vary, want)
		}
	}
	cases := []struct {
		name    string
		headers []header
		query   string
		status  int
		cache   string
	}{
		{"known by its tag", []header{{"If-None-Match", tag}}, query, 304, "public, max-age=0, must-revalidate"},
		{"known, and not weak", []header{{"If-None-Match", strings.TrimPrefix(tag, "W/")}}, query, 304, "public, max-age=0, must-revalidate"},
		{"among others", []header{{"If-None-Match", `"a", W/"b"`}, {"If-None-Match", tag}}, query, 304, "public, max-age=0, must-revalidate"},
		{"anything", []header{{"If-None-Match", "*"}}, query, 304, "public, max-age=0, must-revalidate"},
		{"another tag", []header{{"If-None-Match", `W/"other"`}}, query, 200, "public, max-age=0, must-revalidate"},
		{"compressed, the tag is the same", []header{{"If-None-Match", tag}, {"Accept-Encoding", "gzip"}}, query, 304, "public, max-age=0, must-revalidate"},
		{"with a token", []header{asAdmin}, query, 200, "private, no-store"},
		{"with a token and drafts", []header{asAdmin, seeDrafts}, query, 200, "private, no-store"},
		{"with a token, known by its tag", []header{asAdmin, {"If-None-Match", tag}}, query, 304, "private, no-store"},
		{"with an error", nil, "{ nothing }", 200, "no-store"},
		{"with an error in part", nil, `{ __typename node(id: "nothing") { id } }`, 200, "no-store"},
		{"an unknown token", []header{{"Authorization", "Bearer x"}}, query, 401, "no-store"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.sendGet(t, c.query, c.headers...)
			if r.Status != c.status || r.Header.Get("Cache-Control") != c.cache {
				t.Errorf("GET = %d, Cache-Control %q, want %d, %q: %s", r.Status, r.Header.Get("Cache-Control"), c.status, c.cache, r.Body)
			}
			if hasTag := r.Header.Get("ETag") != ""; hasTag != (c.cache != "no-store") {
				t.Errorf("ETag = %q beside Cache-Control %q", r.Header.Get("ETag"), c.cache)
			}
			if c.status == 304 && (r.Body != "" || r.Header.Get("ETag") != tag || len(r.Header.Values("Vary")) == 0) {
				t.Errorf("304 = %q, ETag %q, Vary %q, want no body, the tag, and Vary", r.Body, r.Header.Get("ETag"), r.Header.Values("Vary"))
			}
		})
	}
	if r := s.send(t, http.MethodPost, "", body(t, map[string]any{"query": query}), asJSON, header{"If-None-Match", tag}); r.Status != 200 || r.Header.Get("ETag") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("by POST = %d, ETag %q, Cache-Control %q, want 200 and nothing to keep", r.Status, r.Header.Get("ETag"), r.Header.Get("Cache-Control"))
	}
}

// What is written changes the answer, and so the tag.
func TestTagsFollowWhatIsWritten(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	const query = `{ topic(by: {slug: "tagged"}) { slug } }`
	before := s.sendGet(t, query).Header.Get("ETag")
	ask[any](t, s, `mutation { createTopic(input: {names: [{language: "en", value: "Tagged"}], slug: "tagged"}) { topic { id } errors { __typename } } }`, nil, asAdmin)
	if r := s.sendGet(t, query, header{"If-None-Match", before}); r.Status != 200 || !strings.Contains(r.Body, "tagged") {
		t.Errorf("after a write = %d %s, want the new answer", r.Status, r.Body)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	const long, short = "{ countries(first: 100) { nodes { code name } } }", "{ __typename }"
	plain := s.sendGet(t, long)
	cases := []struct {
		name, accept, query, coding string
		read                        func(io.Reader) (io.Reader, error)
	}{
		{"gzip", "gzip", long, "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"zstd", "zstd", long, "zstd", func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) }},
		{"what browsers send", "gzip, deflate, br, zstd", long, "zstd", func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) }},
		{"gzip preferred", "gzip, zstd;q=0.5", long, "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"none", "", long, "", nil},
		{"gzip forbidden", "gzip;q=0", long, "", nil},
		{"one that is not known", "br", long, "", nil},
		{"a short answer", "gzip, zstd", short, "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.sendGet(t, c.query, header{"Accept-Encoding", c.accept})
			if got := r.Header.Get("Content-Encoding"); got != c.coding {
				t.Fatalf("Content-Encoding = %q, want %q", got, c.coding)
			}
			if !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept-Encoding") {
				t.Errorf("Vary = %q, want Accept-Encoding in it", r.Header.Values("Vary"))
			}
			if c.read == nil {
				return
			}
			reader, err := c.read(strings.NewReader(r.Body))
			if err != nil {
				t.Fatal(err)
			}
			var unpacked bytes.Buffer
			if _, err := io.Copy(&unpacked, reader); err != nil || unpacked.String() != plain.Body {
				t.Errorf("unpacked = %d bytes, %v, want the %d of the plain answer", unpacked.Len(), err, len(plain.Body))
			}
			if len(r.Body) >= len(plain.Body) || r.Header.Get("ETag") != plain.Header.Get("ETag") {
				t.Errorf("%d bytes instead of %d, ETag %q, want fewer and the same tag", len(r.Body), len(plain.Body), r.Header.Get("ETag"))
			}
		})
	}
}

func TestMaxBody(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.MaxBody = 1 << 20 })
	pad := func(size int) string {
		const request = `{"query":"{ __typename }"}`
		return request + strings.Repeat(" ", size-len(request))
	}
	if r := s.send(t, http.MethodPost, "", pad(1<<20), asJSON); r.Status != 200 {
		t.Errorf("a body of 1 MiB = %d %s, want 200", r.Status, r.Body)
	}
	if r := s.send(t, http.MethodPost, "", pad(1<<20+1), asJSON); r.Status != 413 || r.code() != "LIMIT_EXCEEDED" || !strings.Contains(r.message(), "larger than 1 MiB") {
		t.Errorf("a byte more = %d %s, want 413", r.Status, r.Body)
	}
}
