package testserver

import (
	"os"
	"path/filepath"
)

// File is the path of a file or a folder of the module, from any package of it:
// File("docs", "guides", "keep-a-copy.md").
func File(names ...string) string {
	return filepath.Join(append([]string{root()}, names...)...)
}

// root is the folder of the module: the nearest that holds a go.mod, from that of the
// package upwards, in which go test runs.
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
