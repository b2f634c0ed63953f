package transport_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/model"
)

// A request with a key is executed to its end, and its answer kept, when its client leaves in
// the middle. One without a key ends.
func TestRequestsWithAKeyOutliveTheirClient(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "left"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			ctx, leave := context.WithCancel(t.Context())
			s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Editor(), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
				if strings.Contains(trip.Statements[0].SQL, `INSERT INTO "topics"`) || strings.Contains(trip.Statements[0].SQL, "INSERT INTO topics") || strings.Contains(trip.Statements[0].SQL, "INSERT INTO `topics`") {
					leave()
				}
			}})
			send := func(ctx context.Context) *httptest.ResponseRecorder {
				body := `{"query":"mutation { createTopic(input: {slug: \"left\", names: [{value: \"Left\", language: \"en\"}]}) { topic { slug parent { slug } } errors { code } } }"}`
				r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				if key != "" {
					r.Header.Set("Idempotency-Key", key)
				}
				return s.Do(r)
			}
			first := send(ctx)
			if ctx.Err() == nil {
				t.Fatal("the topic was not inserted")
			}
			const want = `{"data":{"createTopic":{"topic":{"slug":"left","parent":null},"errors":[]}},"extensions":{"cost":{"max":20000,"requested":2}}}`
			if written := first.Body.String() == want; written != (key != "") {
				t.Errorf("answer = %s, want the topic: %t", first.Body, key != "")
			}
			again := send(t.Context())
			if got := again.Body.String(); got != want || (again.Header().Get("Idempotent-Replayed") == "true") != (key != "") {
				t.Errorf("answer again = %v %s, want %s", again.Header(), got, want)
			}
		})
	}
}
