package store

import (
	"path/filepath"
	"testing"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

// Migrations know the nouns of their time: the table of a later noun does not exist
// yet when they run.
func TestMigrationsDoNotReadTheTablesOfLaterNouns(t *testing.T) {
	t.Parallel()
	s, err := connect(t.Context(), database.Config{DSN: filepath.Join(t.TempDir(), "diwan.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	type organization struct{ Key int64 }
	s.nouns = append(s.nouns, &noun[organization]{node: model.NodeType("Organization"), table: "organizations", names: &namesOf{"names", "aliases", 5, linking.Kind(0)}})
	if err := s.migrate(t.Context()); err != nil {
		t.Errorf("migrate with a noun whose table comes later = %v", err)
	}
}
