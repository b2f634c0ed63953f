package cli

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSchemaIsTheOneInTheDocs(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := run(t, []string{"schema"})
	if status != 0 || stderr != "" {
		t.Errorf("status = %d, stderr = %q, want 0 and none", status, stderr)
	}
	documented, err := os.ReadFile("../../docs/schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(documented), stdout); diff != "" {
		t.Errorf("docs/schema.graphql is not what `diwan schema` prints; make generate writes it (-file +printed):\n%s", diff)
	}
}
