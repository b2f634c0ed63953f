package program

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// otlp is a collector that keeps the spans it receives.
type otlp struct {
	*httptest.Server
	mu       sync.Mutex
	services map[string]bool
	spans    []*spans.Span
}

func newOTLP(t *testing.T) *otlp {
	t.Helper()
	c := &otlp{services: map[string]bool{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unzipped, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unzipped
		}
		sent, err := io.ReadAll(body)
		var request collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(sent, &request)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL, err)
		}
		c.take(&request)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *otlp) take(request *collector.ExportTraceServiceRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range request.GetResourceSpans() {
		for _, attribute := range of.GetResource().GetAttributes() {
			if attribute.GetKey() == "service.name" {
				c.services[attribute.GetValue().GetStringValue()] = true
			}
		}
		for _, scope := range of.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
}

// below returns the tree of the names of the spans below a parent.
func (c *otlp) below(parent []byte) map[string]any {
	tree := map[string]any{}
	for _, span := range c.spans {
		if string(span.GetParentSpanId()) == string(parent) {
			tree[span.GetName()] = c.below(span.GetSpanId())
		}
	}
	return tree
}

func attribute(span *spans.Span, key string) string {
	for _, attribute := range span.GetAttributes() {
		if attribute.GetKey() == key {
			return attribute.GetValue().GetStringValue()
		}
	}
	return ""
}

func TestSpansAreExported(t *testing.T) {
	t.Parallel()
	c := newOTLP(t)
	p := testserver.Launch(t, filepath.Join(t.TempDir(), "diwan.db"),
		"env", "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL, "OTEL_SERVICE_NAME=newsroom")
	const traceID, parentID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	const query = `query Page { countries(first: 3) { nodes { name articles(first: 2) { nodes { title } } } } country(by: {code: "IQ"}) { code } }`
	p.Post(t, query, nil, header{"traceparent", "00-" + traceID + "-" + parentID + "-01"})
	p.Signal(t, syscall.SIGTERM)
	if status := p.Wait(t); status != 0 {
		t.Fatalf("exit status = %d: %s", status, &p.Output)
	}

	parent, err := hex.DecodeString(parentID)
	if err != nil {
		t.Fatal(err)
	}
	sql := map[string]any{"SELECT": map[string]any{}}
	want := map[string]any{"POST /graphql": map[string]any{"query Page": map[string]any{"Query.countries": sql, "Query.country": sql}}}
	if diff := cmp.Diff(want, c.below(parent)); diff != "" {
		t.Errorf("the tree of spans differs; it should have only the resolvers that asked the database (-want +got):\n%s", diff)
	}
	if !c.services["newsroom"] {
		t.Errorf("services = %v, want newsroom from OTEL_SERVICE_NAME", c.services)
	}
	for _, span := range c.spans {
		if span.GetName() != "SELECT" {
			continue
		}
		if text := attribute(span, "db.query.text"); attribute(span, "db.system.name") != "sqlite" || !strings.HasPrefix(text, "SELECT") || strings.Contains(text, "IQ") {
			t.Errorf("a statement = %s %q, want sqlite and the text without values", attribute(span, "db.system.name"), text)
		}
	}
	if lines := strings.Count(p.Output.String(), `"traceId":"`+traceID); lines != 1 {
		t.Errorf("log = %s, want one line with the id of the trace", &p.Output)
	}
}

func TestWrongOpenTelemetryVariablesAreRefused(t *testing.T) {
	t.Parallel()
	for says, variables := range map[string][]string{
		"set it to otlp or none":                           {"OTEL_TRACES_EXPORTER=zipkin"},
		"set it to a URL such as http://127.0.0.1:4318":    {"OTEL_EXPORTER_OTLP_ENDPOINT=127.0.0.1:4318"},
		"set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf": {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"},
	} {
		command := testserver.Program(t, "--listen=127.0.0.1:0", "--database", filepath.Join(t.TempDir(), "diwan.db"))
		command.Env = append(command.Env, variables...)
		testserver.WantRefusal(t, command, says)
	}
}
