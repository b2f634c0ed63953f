package httpd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

const importHead = "POST /import HTTP/1.1\r\nHost: diwan\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer " + goodToken + "\r\n"

// served serves connections that are not of the network, and returns the client's end.
func served(t *testing.T, run Importer) net.Conn {
	t.Helper()
	client, conn := net.Pipe()
	server := &http.Server{Handler: newEdge(t, nil, func(c *Config) { c.Import = run }), WriteTimeout: 5 * time.Minute}
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(&oneConn{conn: conn, closed: make(chan struct{})}) })
	t.Cleanup(func() { _ = client.Close(); _ = server.Close(); running.Wait() })
	return client
}

// counting imports nothing and reports each line as created.
func counting(_ context.Context, sources []exchange.Source, _ exchange.Options) (*exchange.Report, error) {
	from, err := sources[0].Open()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(from)
	return &exchange.Report{Nouns: []exchange.Counts{{Noun: "topic", Created: strings.Count(string(body), "\n")}}}, err
}

// The body of an import may take any time while it arrives, longer than the server's
// WriteTimeout too, but may not pause.
func TestSlowBodiesOfImports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		every  time.Duration
		status int
		body   string
	}{
		"slow":        {50 * time.Second, 200, `{"type":"result","dryRun":false,"created":30,"updated":0,"unchanged":0,"failed":0,"warned":0,"types":{"topic":{"created":30,"updated":0,"unchanged":0,"failed":0}}}` + "\n"},
		"that pauses": {70 * time.Second, 408, "nothing of the body arrived for 60 seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := served(t, counting)
				var sending sync.WaitGroup
				defer sending.Wait()
				sending.Go(func() {
					_, err := io.WriteString(client, importHead+"Content-Length: 60\r\n\r\n")
					for i := 0; i < 30 && err == nil; i++ {
						time.Sleep(c.every) // of the bubble's clock
						_, err = io.WriteString(client, "x\n")
					}
				})
				answer, err := http.ReadResponse(bufio.NewReader(client), nil)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(answer.Body)
				if err != nil || answer.StatusCode != c.status || !strings.Contains(string(body), c.body) {
					t.Errorf("a body %s is answered %d, %s, %v, want %d, %s", name, answer.StatusCode, body, err, c.status, c.body)
				}
				_ = client.Close() // or the sender goes on
			})
		})
	}
}

// An import stops when its client has gone, or does not read the answer.
func TestImportStopsWithItsClient(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(net.Conn){
		"has gone":      func(c net.Conn) { _ = c.Close() },
		"does not read": func(net.Conn) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stopped := make(chan struct{})
				begun := make(chan struct{})
				client := served(t, func(ctx context.Context, _ []exchange.Source, options exchange.Options) (*exchange.Report, error) {
					close(begun)
					for ctx.Err() == nil {
						options.Wrote(exchange.Counts{Created: 1})
						time.Sleep(time.Millisecond) // of the bubble's clock
					}
					close(stopped)
					return &exchange.Report{}, ctx.Err()
				})
				go func() { _, _ = io.WriteString(client, importHead+"Content-Length: 2\r\n\r\nx\n") }()
				<-begun
				leave(client)
				<-stopped // or the bubble is deadlocked
			})
		})
	}
}

// The answer says why an import did not complete, and no more than clients may know.
func TestImportThatDoesNotComplete(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		code model.ErrorCode
	}{
		{errors.New("disk of host db7 on fire"), model.CodeInternal},
		{fmt.Errorf("%w: dial db7", &model.Error{Code: model.CodeUnavailable, Message: "the database cannot be reached: 3 lines are written and stay"}), model.CodeUnavailable},
	} {
		e := newEdge(t, nil, func(config *Config) {
			config.Import = func(context.Context, []exchange.Source, exchange.Options) (*exchange.Report, error) {
				return &exchange.Report{Nouns: []exchange.Counts{{Noun: "topic", Created: 3}}}, c.err
			}
		})
		answer := e.post(t, "", "x")
		var last struct {
			Created int
			Error   struct{ Code string }
		}
		if err := json.Unmarshal(answer, &last); err != nil || last.Created != 3 || last.Error.Code != string(c.code) || strings.Contains(string(answer), "db7") {
			t.Errorf("an import that fails with %v answers %s, want the code %s, 3 created and no host", c.err, answer, c.code)
		}
		if log := e.log.String(); !strings.Contains(log, `"msg":"import"`) || !strings.Contains(log, `"by":"admin"`) || !strings.Contains(log, `"complete":false`) {
			t.Errorf("the log is %s, want who imported", log)
		}
	}
}

// post imports a body as admin and returns the answer.
func (e *edge) post(t *testing.T, parameters, body string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/import"+parameters, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/jsonl")
	r.Header.Set("Authorization", "Bearer "+goodToken)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// A dry run keeps others from writing: it waits for no client.
func TestDryRunTellsItsClientAtTheEnd(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	e := newEdge(t, nil, func(config *Config) {
		config.Import = func(_ context.Context, _ []exchange.Source, options exchange.Options) (*exchange.Report, error) {
			options.Failed(exchange.Failure{Line: 7, Reasons: []exchange.Reason{{Code: "INVALID", Place: "names.ar", Message: "this is empty"}}})
			if w.Body.Len() > 0 {
				t.Errorf("a dry run sent %s while it ran", w.Body)
			}
			return &exchange.Report{}, nil
		}
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/import?dryRun=true", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+goodToken)
	e.ServeHTTP(w, r)
	want := `{"type":"failure","line":7,"errors":[{"code":"INVALID","path":"names.ar","message":"this is empty"}]}` + "\n" +
		`{"type":"result","dryRun":true,"created":0,"updated":0,"unchanged":0,"failed":0,"warned":0,"types":{}}` + "\n"
	if got := w.Body.String(); got != want {
		t.Errorf("a dry run answers\n%s\nwant\n%s", got, want)
	}
}

// An import asks again whether its caller may import, and goes on while that cannot be
// found out.
func TestImportAsksAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor auth.Actor
		err   error
		want  model.ErrorCode
	}{
		"still an admin": {auth.Actor{Role: model.RoleAdmin}, nil, ""},
		"revoked":        {auth.Actor{}, &model.Error{Code: model.CodeUnauthenticated, Message: "unknown"}, model.CodeUnauthenticated},
		"an editor now":  {auth.Actor{Role: model.RoleEditor}, nil, model.ErrorCodeForbidden},
		"nobody knows":   {auth.Actor{}, &model.Error{Code: model.CodeUnavailable, Message: "away"}, ""},
		"a fault":        {auth.Actor{}, errors.New("disk on fire"), ""},
	} {
		asked := 0
		e := newEdge(t, nil, func(config *Config) {
			config.Admission.Authenticate = func(context.Context, string) (auth.Actor, error) {
				if asked++; asked == 1 {
					return auth.Actor{Role: model.RoleAdmin}, nil
				}
				return c.actor, c.err
			}
			config.Import = func(ctx context.Context, _ []exchange.Source, options exchange.Options) (*exchange.Report, error) {
				return nil, options.Permitted(ctx)
			}
		})
		answer := string(e.post(t, "", "x"))
		if got := strings.Contains(answer, `"error":`); got != (c.want != "") || !strings.Contains(answer, string(c.want)) {
			t.Errorf("an import of a caller who is %s = %s, want %q", name, answer, c.want)
		}
	}
}

// The body of an import has a limit, with and without a length that is announced.
func TestImportsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil, func(c *Config) { c.Import, c.MaxImport = counting, 10 })
	for body, want := range map[string]int{"123456789\n": 200, "123456789\n\n": 413} {
		for name, from := range map[string]io.Reader{"announced": strings.NewReader(body), "not announced": io.MultiReader(strings.NewReader(body))} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/import", from)
			r.Header.Set("Content-Type", "application/jsonl")
			r.Header.Set("Authorization", "Bearer "+goodToken)
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != want || strings.Contains(w.Body.String(), `"limit":"import"`) != (want == 413) {
				t.Errorf("%d bytes, %s = %d %s, want %d", len(body), name, w.Code, w.Body, want)
			}
		}
	}
}

// An import that cannot be kept until it begins is refused, and the operator is told why.
func TestImportsWithoutRoom(t *testing.T) {
	t.Parallel()
	readOnly := func() (*temporary, error) {
		file, err := os.Open(os.DevNull)
		return &temporary{file, true}, err
	}
	none := func() (*temporary, error) { return nil, fmt.Errorf("%w: no such directory", errNotKept) }
	made := 0
	second := func() (*temporary, error) { // that of the answer to a dry run
		if made++; made == 1 {
			return newTemporary()
		}
		return none()
	}
	for name, keep := range map[string]func() (*temporary, error){"/import": readOnly, "/import?": none, "/import?dryRun=true": second} {
		var log strings.Builder
		i := newImports(Config{Import: counting}, refusals{slog.New(slog.NewTextHandler(&log, nil)), telemetry.New(telemetry.Config{})})
		i.keep = keep
		w := httptest.NewRecorder()
		i.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, name, strings.NewReader("x")))
		if code, _ := refusal(t, w); w.Code != http.StatusInsufficientStorage || code != "UNAVAILABLE" || !strings.Contains(log.String(), "there is no room") {
			t.Errorf("%s without room = %d %s, log %q, want 507 UNAVAILABLE", name, w.Code, w.Body, &log)
		}
	}
}

// Imports at the same time are bounded, and leave no files behind.
func TestImportsAtOnce(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	begun, end := make(chan struct{}), make(chan struct{})
	e := newEdge(t, nil, func(config *Config) {
		config.Import = func(context.Context, []exchange.Source, exchange.Options) (*exchange.Report, error) {
			begun <- struct{}{}
			<-end
			return &exchange.Report{}, nil
		}
	})
	var running sync.WaitGroup
	for range importsAtOnce {
		running.Go(func() { e.post(t, "", "x") })
		<-begun
	}
	if got := string(e.post(t, "", "x")); !strings.Contains(got, "UNAVAILABLE") || !strings.Contains(got, `"limit":"at-once"`) {
		t.Errorf("one import more is answered %s, want UNAVAILABLE", got)
	}
	if runtime.GOOS != "windows" {
		if named, err := os.ReadDir(dir); err != nil || len(named) > 0 {
			t.Errorf("a server that is killed now leaves %v, %v behind, want nothing", named, err)
		}
	}
	close(end)
	running.Wait()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("imports leave %v, %v behind, want nothing", left, err)
	}
}
