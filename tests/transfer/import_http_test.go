package transfer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// posted is the answer to an import over HTTP.
type posted struct {
	status int
	header http.Header
	body   string
	lines  []map[string]any
}

// result returns the last line.
func (p posted) result() map[string]any { return p.lines[len(p.lines)-1] }

// of returns the lines of a type.
func (p posted) of(kind string) (lines []map[string]any) {
	for _, l := range p.lines {
		if l["type"] == kind {
			lines = append(lines, l)
		}
	}
	return lines
}

var asNDJSON = testserver.Header{"Content-Type", "application/x-ndjson"}

// send sends a request such as POST /import.
func send(t *testing.T, s *testserver.Server, target, body string, headers ...testserver.Header) posted {
	t.Helper()
	method, path, _ := strings.Cut(target, " ")
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		request.Header.Add(h[0], h[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	p := posted{status: response.StatusCode, header: response.Header, body: string(all)}
	for line := range strings.Lines(p.body) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("the answer has a line %q: %v", line, err)
		}
		p.lines = append(p.lines, object)
	}
	return p
}

// post imports lines as admin, and fails the test unless the answer is a stream.
func post(t *testing.T, s *testserver.Server, parameters string, lines ...string) posted {
	t.Helper()
	p := send(t, s, "POST /import"+parameters, strings.Join(lines, "\n"), asNDJSON, testserver.AsAdmin)
	if got := p.header.Get("Content-Type"); p.status != 200 || got != "application/x-ndjson; charset=utf-8" || len(p.lines) == 0 {
		t.Fatalf("POST /import = %d, %s\n%s, want a stream of lines", p.status, got, p.body)
	}
	return p
}

// counts returns created, updated, unchanged and failed.
func counts(object any) [4]int {
	of := object.(map[string]any)
	n := func(name string) int { return int(of[name].(float64)) }
	return [4]int{n("created"), n("updated"), n("unchanged"), n("failed")}
}

// manyLines are of each type, with a reference to a line further down, and with lines that
// fail and that warn.
func manyLines() []string {
	lines := []string{
		`{"type":"topic","externalId":"below","slug":"below","names":{"en":"Below"},"parent":"oil"}`,
		oilLine, seatLine, adaLine, newsLine,
		`{"type":"article","externalId":"odd","slug":"odd","language":"en","title":"Odd","body":"a <font>word</font>","publishedAt":"2020-01-01T00:00:00Z"}`,
		`{"type":"article","externalId":"bad","language":"en","title":"Bad","topics":["oil","none"]}`,
		`{"type":"topic","names":{"ar":" "}}`,
		`{"type":"ghost"}`,
		`{"type":`,
	}
	for i := range 1200 {
		lines = append(lines, fmt.Sprintf(`{"type":"topic","slug":"t%d","names":{"en":"Topic %d"}}`, i, i))
	}
	return lines
}

func TestImportOverHTTPIsTheCommand(t *testing.T) {
	t.Parallel()
	lines := manyLines()
	d := testserver.NewDatabase(t)
	command := d.Import(lines...)

	s := testserver.Start(t)
	p := post(t, s, "", lines...)
	if got, want := s.Database.Content(t), d.Content(t); got != want {
		t.Errorf("after POST /import the export is\n%s\nwant that of the command:\n%s", got, want)
	}
	if got, want := counts(p.result()), counted(command, "total"); got != want {
		t.Errorf("POST /import counts %v, want %v as the command", got, want)
	}
	for noun, n := range p.result()["types"].(map[string]any) {
		if got, want := counts(n), counted(command, noun); got != want {
			t.Errorf("POST /import counts %v of %s, want %v as the command", got, noun, want)
		}
	}
	var told []string
	for _, l := range p.lines {
		switch l["type"] {
		case "failure":
			var reasons []string
			for _, e := range l["errors"].([]any) {
				of := e.(map[string]any)
				if of["code"] == "" {
					t.Errorf("the failure %v has no code", l)
				}
				reason := of["message"].(string)
				if path, ok := of["path"].(string); ok {
					reason = path + ": " + reason
				}
				reasons = append(reasons, reason)
			}
			told = append(told, fmt.Sprintf("stdin:%v: %s", l["line"], strings.Join(reasons, "; ")))
		case "warning":
			told = append(told, fmt.Sprintf("stdin:%v: warning: %s", l["line"], l["message"]))
		}
	}
	want := strings.Split(strings.TrimSpace(command.Stderr), "\n")
	if want = want[:len(want)-1]; !reflect.DeepEqual(told, want) { // without the verdict
		t.Errorf("POST /import tells\n%s\nwant, as the command,\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	if progress := p.of("progress"); len(progress) < 3 || counts(progress[0]) == counts(p.result()) {
		t.Errorf("the progress is %v, want how far it is after each transaction", progress)
	}
	if p.result()["type"] != "result" || p.result()["warned"] != 1.0 || p.result()["error"] != nil {
		t.Errorf("the last line is %v, want the result, one warning and no error", p.result())
	}

	again := post(t, s, "", lines...)
	if got, want := counts(again.result()), counted(command, "total"); got[0]+got[1] != 0 || got[3] != want[3] {
		t.Errorf("the same again counts %v, want nothing created or updated, and %d failed", got, want[3])
	}
}

func TestImportOverHTTPNamesItsActor(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	token := s.Grant(t, variables{"name": "Archive", "role": "ADMIN"})
	send(t, s, "POST /import", oilLine, asNDJSON, token.Header())
	got := testserver.Ask[struct {
		AuditLog struct{ Nodes []struct{ Actor string } }
	}](t, s, `{ auditLog(first: 1) { nodes { actor } } }`, nil, testserver.AsAdmin)
	if len(got.AuditLog.Nodes) != 1 || got.AuditLog.Nodes[0].Actor != "Archive" {
		t.Errorf("the audit log names %+v, want the token", got.AuditLog.Nodes)
	}
}

func TestDryRunOverHTTPWritesNothing(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	lines := manyLines()
	p := post(t, s, "?dryRun=true", lines...)
	if got := s.Database.Content(t); got != "" {
		t.Errorf("a dry run wrote\n%s", got)
	}
	dry, wet := p.of("failure"), post(t, s, "?dryRun=false", lines...)
	if !reflect.DeepEqual(dry, wet.of("failure")) || counts(p.result()) != counts(wet.result()) {
		t.Errorf("a dry run = %v, %v, want what the import says: %v, %v", dry, p.result(), wet.of("failure"), wet.result())
	}
	if progress := p.of("progress"); len(progress) > 0 {
		t.Errorf("a dry run tells of progress: %v", progress)
	}
	if p.result()["dryRun"] != true || wet.result()["dryRun"] != false {
		t.Errorf("the results %v and %v do not say which is the dry run", p.result(), wet.result())
	}
}

func TestImportOverHTTPIsRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	editor := s.Token(t, "EDITOR")
	cases := []struct {
		name, target string
		headers      []testserver.Header
		status       int
		code         string
	}{
		{"without a token", "POST /import", []testserver.Header{asNDJSON}, 403, "FORBIDDEN"},
		{"with a token that is none", "POST /import", []testserver.Header{asNDJSON, {"Authorization", "Bearer diwan_no"}}, 401, "UNAUTHENTICATED"},
		{"by an editor", "POST /import", []testserver.Header{asNDJSON, editor}, 403, "FORBIDDEN"},
		{"as JSON", "POST /import", []testserver.Header{testserver.AsJSON, testserver.AsAdmin}, 415, "INVALID"},
		{"as a page can send it", "POST /import", []testserver.Header{{"Content-Type", "text/plain"}, testserver.AsAdmin, {"GraphQL-Require-Preflight", "1"}}, 415, "INVALID"},
		{"without a type", "POST /import", []testserver.Header{testserver.AsAdmin}, 415, "INVALID"},
		{"in Latin-1", "POST /import", []testserver.Header{{"Content-Type", "application/x-ndjson; charset=latin1"}, testserver.AsAdmin}, 415, "INVALID"},
		{"compressed", "POST /import", []testserver.Header{asNDJSON, {"Content-Encoding", "gzip"}, testserver.AsAdmin}, 415, "INVALID"},
		{"by PUT", "PUT /import", []testserver.Header{asNDJSON, testserver.AsAdmin}, 405, "INVALID"},
		{"by GET", "GET /import", []testserver.Header{testserver.AsAdmin}, 405, "INVALID"},
		{"with a parameter that is none", "POST /import?dry-run=true", []testserver.Header{asNDJSON, testserver.AsAdmin}, 400, "INVALID"},
		{"with a value that is none", "POST /import?dryRun=1", []testserver.Header{asNDJSON, testserver.AsAdmin}, 400, "INVALID"},
		{"with a value twice", "POST /import?dryRun=true&dryRun=false", []testserver.Header{asNDJSON, testserver.AsAdmin}, 400, "INVALID"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := send(t, s, c.target, oilLine, c.headers...)
			var refused struct {
				Errors []struct {
					Extensions struct{ Code, RequestID string }
				}
			}
			if err := json.Unmarshal([]byte(p.body), &refused); err != nil || len(refused.Errors) != 1 || refused.Errors[0].Extensions.RequestID == "" {
				t.Fatalf("an import %s is answered %d, %q, want one error with a requestId", c.name, p.status, p.body)
			}
			if code := refused.Errors[0].Extensions.Code; p.status != c.status || code != c.code {
				t.Errorf("an import %s is answered %d %s, want %d %s", c.name, p.status, code, c.status, c.code)
			}
			if allow := p.header.Get("Allow"); (allow == "POST") != (c.status == 405) {
				t.Errorf("an import %s is answered with Allow: %q", c.name, allow)
			}
		})
	}
	t.Cleanup(func() {
		if got := s.Database.Content(t); got != "" {
			t.Errorf("refused imports wrote\n%s", got)
		}
	})
}

// Of a body that breaks off nothing is imported, and the same again is.
func TestImportOverHTTPThatBreaksOff(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	lines := strings.Join(manyLines(), "\n")
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, framed := range map[string]string{
		"announced": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(lines), lines[:len(lines)/2]),
		"in chunks": fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(lines), lines[:len(lines)/2]),
	} {
		conn, err := net.Dial("tcp", at.Host)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /import HTTP/1.1\r\nHost: diwan\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer %s\r\n%s", testserver.AdminToken, framed)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || response.StatusCode != 400 {
			t.Errorf("a body %s that breaks off is answered %v, %v, want 400", name, response, err)
		}
		_ = conn.Close() // it was read from
		if got := s.Database.Content(t); got != "" {
			t.Errorf("of a body %s that breaks off there is\n%s", name, got)
		}
	}
	if got := counts(post(t, s, "", lines).result()); got[0] == 0 {
		t.Errorf("the same again counts %v, want lines created", got)
	}
}

// A line is bounded, not the body.
func TestImportOverHTTPTakesLongBodies(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	blank := strings.Repeat(" ", 1<<20) + "\n"
	long := strings.Repeat("x", 17<<20) + "\n"
	p := post(t, s, "", strings.Repeat(blank, 6)+long+oilLine)
	if got := counts(p.result()); got != [4]int{1, 0, 0, 1} {
		t.Errorf("a long body counts %v, want its topic created and its long line failed", got)
	}
	if failures := p.of("failure"); len(failures) != 1 || failures[0]["line"] != 7.0 {
		t.Errorf("failures = %v, want line 7", failures)
	}
}

// An import whose token is revoked while its body arrives imports nothing.
func TestImportOverHTTPEndsWithItsToken(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	token := s.Grant(t, testserver.Variables{"name": "archive", "role": "ADMIN"})
	fmt.Fprintf(conn, "POST /import HTTP/1.1\r\nHost: diwan\r\nContent-Type: application/x-ndjson\r\nAuthorization: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", token.Header()[1], len(oilLine))
	answer := bufio.NewReader(conn)
	if line, err := answer.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the answer to the headers = %q, %v, want that the server waits for the body", line, err)
	}
	if _, err := answer.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	s.WantData(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { errors { code } } }`, testserver.Variables{"id": token.AccessToken.ID}, `{"revokeAccessToken":{"errors":[]}}`, testserver.AsAdmin)
	if _, err := io.WriteString(conn, oilLine); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(answer, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(body), `"type":"result"`) || !strings.Contains(string(body), `"code":"UNAUTHENTICATED"`) || !strings.Contains(string(body), "0 lines are written") {
		t.Errorf("the answer = %s, %v, want a result with UNAUTHENTICATED", body, err)
	}
	if got := s.Database.Content(t); got != "" {
		t.Errorf("there is\n%s\nwant nothing", got)
	}
}
