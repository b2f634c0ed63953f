package clients

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// node runs a script of tests/clients and returns what it prints.
func node(t *testing.T, script string, arguments ...string) string {
	t.Helper()
	tier.Long(t)
	program, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node is not installed; it runs clients of others against the server")
	}
	if _, err := os.Stat(testserver.File("tests", "clients", "node_modules")); err != nil {
		t.Skip("the clients of others are not installed: run make clients")
	}
	// Go caches the result of a test until a file changes that the test has opened.
	for _, folder := range []string{"tests/clients", "tests/clients/typed", "graph/schema"} {
		if _, err := os.ReadDir(testserver.File(folder)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute) // for clients that wait in vain
	defer stop()
	command := exec.CommandContext(ctx, program, append([]string{script}, arguments...)...)
	command.Dir = testserver.File("tests", "clients")
	var complaints strings.Builder
	command.Stderr = &complaints
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, complaints.String())
	}
	return string(printed)
}
