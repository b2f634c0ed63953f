package store_test

import (
	"testing"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

// open returns an empty store of its own.
func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), database.Config{DSN: emptyDatabase.Copy(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
