package testserver

import (
	"os"
	"path/filepath"
)

// File returns the path of a file or a folder of the module, from any of its packages:
// File("docs", "guides", "keep-a-copy.md").
func File(names ...string) string {
	return filepath.Join(append([]string{root()}, names...)...)
}

// root returns the folder of the module: the nearest one with a go.mod, upwards from the
// folder of the package, where go test runs.
func root() string {
	folder, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			panic("no go.mod above the folder of the test")
		}
		folder = parent
	}
}
