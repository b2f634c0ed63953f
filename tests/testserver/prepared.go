package testserver

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// Prepared is a database that is filled once for all tests of a package. T holds facts
// that the tests need, such as the ids of nodes. On PostgreSQL each test fills a database
// of its own, which takes no longer than a copy there.
type Prepared[T any] struct {
	fill Fill[T]

	once    sync.Once
	content []byte
	known   T
}

// Fill starts a server with options, and fills its database.
type Fill[T any] func(t testing.TB, edit ...func(*app.Config)) (*Server, T)

// Prepare returns a database that fill fills on the first Start.
func Prepare[T any](fill Fill[T]) *Prepared[T] { return &Prepared[T]{fill: fill} }

// Start starts a server on a copy of the database.
func (p *Prepared[T]) Start(t testing.TB, edit ...func(*app.Config)) (*Server, T) {
	t.Helper()
	if storetest.OnPostgres() {
		return p.fill(t, edit...)
	}
	p.once.Do(func() { p.prepare(t) })
	if p.content == nil {
		t.Fatal("another test could not fill the database")
	}
	path := filepath.Join(t.TempDir(), "diwan.db")
	if err := os.WriteFile(path, p.content, 0o600); err != nil {
		t.Fatal(err)
	}
	return Start(t, append([]func(*app.Config){InDatabase(path)}, edit...)...), p.known
}

func (p *Prepared[T]) prepare(t testing.TB) {
	t.Helper()
	s, known := p.fill(t)
	s.Stop()
	content, err := os.ReadFile(string(s.Database))
	if err != nil {
		t.Fatal(err)
	}
	p.content, p.known = content, known
}
