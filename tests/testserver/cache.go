package testserver

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// keptFor is how long a folder of the cache is kept once the sources have changed.
const keptFor = time.Hour

// cached makes a file, or copies the file of this name that another test binary made
// from the same sources. If the cache cannot be used, it always makes the file.
func cached(name, path string, fill func() error) error {
	folder, err := cacheFolder()
	if err != nil {
		return fill()
	}
	if copyFile(filepath.Join(folder, name), path) == nil {
		return nil
	}
	if err := fill(); err != nil {
		return err
	}
	_ = copyFile(path, filepath.Join(folder, name)) // on failure, the next test binary makes its own file
	return nil
}

// errNewer means that the sources have changed since the test binary was built.
var errNewer = errors.New("the sources are newer than the test binary")

// cacheFolder returns the folder of files made from the current sources. It fails if the
// running binary may have been built from other sources.
func cacheFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	binary, err := os.Executable()
	if err != nil {
		return "", err
	}
	built, err := os.Stat(binary)
	if err != nil {
		return "", err
	}
	key, err := digest(built.ModTime(), "go.mod", "go.sum", "demo", "internal", "model")
	if err != nil {
		return "", err
	}
	all := filepath.Join(cache, "diwan-tests")
	folder := filepath.Join(all, key)
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	removeOld(all)
	return folder, os.MkdirAll(folder, 0o700)
}

// digest returns the digest of the files at these places of the module, without tests,
// testdata and GraphiQL. It fails if a file was changed after the moment.
func digest(moment time.Time, places ...string) (string, error) {
	hash, module := sha256.New(), os.DirFS(File())
	for _, place := range places {
		err := fs.WalkDir(module, place, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				if entry.Name() == "testdata" || entry.Name() == "graphiql" {
					return fs.SkipDir
				}
				return nil
			}
			if strings.HasSuffix(path, "_test.go") {
				return nil
			}
			if info, err := entry.Info(); err != nil || info.ModTime().After(moment) {
				return errors.Join(err, errNewer)
			}
			content, err := fs.ReadFile(module, path)
			fmt.Fprintf(hash, "%s %d\n%s", path, len(content), content)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:16]), nil
}

// removeOld removes the folders of the cache that are older than keptFor.
func removeOld(all string) {
	folders, _ := os.ReadDir(all) // it may not exist yet
	for _, folder := range folders {
		if info, err := folder.Info(); err == nil && time.Since(info.ModTime()) > keptFor {
			_ = os.RemoveAll(filepath.Join(all, folder.Name())) // other test binaries remove it, too
		}
	}
}

// copyFile copies a file. The copy appears under its name only once it is complete.
func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.CreateTemp(filepath.Dir(to), "copy-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	if err = errors.Join(err, target.Close()); err == nil {
		err = os.Rename(target.Name(), to)
	}
	if err != nil {
		_ = os.Remove(target.Name()) // the copy is incomplete
	}
	return err
}
