package clients

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestTheServerConformsToGraphQLOverHTTP runs the audits of the npm package
// graphql-http, the conformance suite of the GraphQL over HTTP specification, whatever
// their weight: MUST, SHOULD or MAY.
func TestTheServerConformsToGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	audited := node(t, "audit.js", s.URL+"/graphql")
	passed := 0
	for line := range strings.Lines(audited) {
		status, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if status != "ok" {
			t.Errorf("%s: %s", status, rest)
			continue
		}
		passed++
	}
	if passed != 61 {
		t.Errorf("%d audits passed, want 61", passed)
	}
}
