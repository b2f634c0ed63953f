package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/diwan-cms/diwan/internal/app"
)

// version is set by the linker, see the Makefile. Nothing else writes it.
var version string

type versionCommand struct{}

// Run prints the versions.
func (versionCommand) Run(out *console) error {
	fmt.Fprintf(out.Stdout, "diwan %s\n%s %s/%s\nSQLite %s\n", diwanVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, app.SQLiteVersion())
	return nil
}

// diwanVersion returns the version that the linker was given, else the one that
// `go install` recorded.
func diwanVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
