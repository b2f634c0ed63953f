package tests

import (
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// keyOf is the key that stands in an id: what orders break ties by.
func keyOf(t testserver.Tester, id string) int64 {
	t.Helper()
	parsed, err := model.ParseID(id)
	if err != nil {
		t.Fatalf("the id %q: %v", id, err)
	}
	return parsed.Key
}
