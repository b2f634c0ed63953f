package database

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// errGone means that the file of the database, or its log, is no longer where it was: what is
// written into it then is lost with the process.
var errGone = errors.New("the file of the database is gone, or another is in its place")

// databaseFile is the file of a database, with the log beside it, as they were when they were
// opened.
type databaseFile struct {
	path string // without symbolic links, next to which SQLite puts the log
	main os.FileInfo

	mu  sync.Mutex
	log os.FileInfo // nil until there is one
}

// databaseFileAt notes which file is open.
func databaseFileAt(path string) (*databaseFile, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	main, err := os.Stat(path)
	return &databaseFile{path: path, main: main}, err
}

// check returns errGone if the files are not those that are open. It does not open them: to
// close one would give up SQLite's locks.
func (f *databaseFile) check() error {
	if now, err := os.Stat(f.path); err != nil || !os.SameFile(now, f.main) {
		return errors.Join(errGone, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now, err := os.Stat(f.path + "-wal")
	switch {
	case f.log == nil && err == nil:
		f.log = now
	case f.log != nil && (err != nil || !os.SameFile(now, f.log)):
		return errors.Join(errGone, err)
	}
	return nil
}
