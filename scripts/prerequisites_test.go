// Package scripts tests the shell scripts in this folder.
package scripts

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ordinary are the programs that every system has.
var ordinary = []string{"sh", "awk", "sed", "head", "dirname"}

// on returns a folder with the ordinary programs and, for each other one, what it
// prints. It is all that the script finds: a system with just these installed.
func on(t *testing.T, programs map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range ordinary {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not installed", name)
		}
		if err := os.Symlink(found, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range programs {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// apt is a Debian system for a user, with these candidates of apt for Go and Node.
func apt(golang, node string) map[string]string {
	return map[string]string{
		"apt-get": "", "id": "echo 1000", "uname": `test "$1" = -s && echo Linux || echo x86_64`,
		"apt-cache": `case $2 in golang-go) v=` + golang + `;; nodejs) v=` + node + `;; esac; echo "  Candidate: $v"`,
	}
}

// other is a system with another package manager, for root.
func other(manager string) map[string]string {
	return map[string]string{manager: "", "id": "echo 0", "uname": `test "$1" = -s && echo Linux || echo x86_64`}
}

// with adds programs to a system.
func with(system map[string]string, programs ...string) map[string]string {
	for i := 0; i < len(programs); i += 2 {
		system[programs[i]] = programs[i+1]
	}
	return system
}

func TestPrerequisites(t *testing.T) {
	t.Parallel()
	golang, node := wanted(t, "../go.mod", `(?m)^go (.*)$`), wanted(t, "../web/graphiql/package.json", `"node": ">=(.*)"`)
	newGo, newNode := "Go "+strings.TrimSuffix(golang, ".0")+" or newer is needed, and ", "Node "+node+" or newer is needed, and "
	noGo, noNode := newGo+"there is none: ", newNode+"there is none, or no npm: "
	for _, c := range []struct {
		name   string
		system map[string]string
		tools  string
		want   string // empty when all is there
	}{
		{"everything is there", with(other("dnf"), "go", "echo go"+golang, "node", "echo v"+node, "npm", ""), "go node", ""},
		{"a newer Go", with(other("dnf"), "go", "echo go1.99rc1"), "go", ""},
		{"no Go, and a package of apt that fetches newer ones", apt("2:1.24~2", "1"), "go", noGo + "sudo apt-get install golang-go"},
		{"no Go, and a package of apt that is too old", apt("2:1.19~1", "1"), "go", noGo + "sudo rm -rf /usr/local/go && curl -fsSL https://go.dev/dl/go" + golang + ".linux-amd64.tar.gz | sudo tar -xzC /usr/local && export PATH=/usr/local/go/bin:$PATH"},
		{"no Go, with dnf", other("dnf"), "go", noGo + "dnf install golang"},
		{"no Go, with apk", other("apk"), "go", noGo + "apk add go"},
		{"no Go, with brew", other("brew"), "go", noGo + "brew install go"},
		{"no Go, and no package manager", other("true"), "go", noGo + "see https://go.dev/doc/install"},
		{"a Go that is too old to fetch a newer one", with(other("apk"), "go", "echo go1.20.4"), "go", newGo + "this is 1.20.4: apk add go"},
		{"a Go that may not fetch a newer one", with(other("apk"), "go", "echo go1.24.4"), "go", newGo + "this is 1.24.4: go env -w GOTOOLCHAIN=auto"},
		{"a Go that cannot fetch a newer one", with(other("apk"), "go", `test "$GOTOOLCHAIN" = local && echo go version go1.24.4 linux/amd64`), "go", newGo + "this is 1.24.4: go env -w GOTOOLCHAIN=auto"},
		{"a C compiler", with(other("apk"), "cc", ""), "cc", ""},
		{"the C compiler that Go uses", with(other("apk"), "go", "echo clang", "clang", ""), "cc", ""},
		{"no C compiler", apt("1", "1"), "cc", "A C compiler is needed, and there is none: sudo apt-get install build-essential"},
		{"a C compiler without headers", with(other("apk"), "cc", "exit 1"), "cc", "A C compiler is needed, and there is none: apk add build-base"},
		{"no C compiler on a Mac", with(other("brew"), "uname", "echo Darwin"), "cc", "A C compiler is needed, and there is none: xcode-select --install"},
		{"no Node", apt("1", "22.1.0+dfsg-1"), "node", noNode + "sudo apt-get install nodejs npm"},
		{"no Node, and a package that brings npm", apt("1", "22.1.0-1nodesource1"), "node", noNode + "sudo apt-get install nodejs"},
		{"no Node, and a package of apt that is too old", apt("1", "18.20.4+dfsg-1"), "node", noNode + "curl -fsSL https://deb.nodesource.com/setup_22.x | sudo bash - && sudo apt-get install nodejs"},
		{"Node without npm", with(other("apk"), "node", "echo v22.0.0"), "node", noNode + "apk add nodejs npm"},
		{"a Node that is too old", with(other("brew"), "node", "echo v20.9.0", "npm", ""), "node", newNode + "this is 20.9.0: brew install node"},
		{"two tools, a line each", other("apk"), "go cc", noGo + "apk add go\nA C compiler is needed, and there is none: apk add build-base"},
		{"an unknown tool", other("apk"), "rust", "scripts/prerequisites: rust is none of go, cc, node, graphiql"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, status := check(t, c.system, strings.Fields(c.tools)...)
			if got != c.want || (status == 0) != (c.want == "") {
				t.Errorf("prerequisites %s = %d, %q\nwant %q", c.tools, status, got, c.want)
			}
		})
	}
}

func TestGraphiQLIsOptional(t *testing.T) {
	t.Parallel()
	want := "To serve GraphiQL without a CDN, Node " + wanted(t, "../web/graphiql/package.json", `"node": ">=(.*)"`) + " or newer is needed, and there is none, or no npm: apk add nodejs npm"
	if got, status := check(t, other("apk"), "graphiql"); got != want || status != 0 {
		t.Errorf("prerequisites graphiql = %d, %q, want 0, %q", status, got, want)
	}
}

// wanted is the version that a file of the repository asks for.
func wanted(t *testing.T, path, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s asks for no version, want one that matches %s", path, pattern)
	}
	return string(found[1])
}

// check runs the script on a system, and returns what it says and its exit status.
func check(t *testing.T, system map[string]string, tools ...string) (said string, status int) {
	t.Helper()
	const path = "./prerequisites"
	if _, err := os.Stat(path); err != nil { // tells the test cache that the script counts
		t.Fatal(err)
	}
	script := exec.CommandContext(t.Context(), "/bin/sh", append([]string{path}, tools...)...)
	script.Env = []string{"PATH=" + on(t, system)}
	output, err := script.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output)), status
}
