package content

import (
	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/internal/store"
)

// Rules check what is written, and write it with all that follows, in the caller's
// transaction. They check no permissions: Service does for mutations, package exchange
// for imports.
type Rules struct {
	store  *store.Store
	render *markdown.Renderer
}

// NewRules returns the rules of a newsroom. They are safe for concurrent use.
func NewRules(s *store.Store) Rules { return Rules{store: s, render: markdown.NewRenderer()} }

// Outcome is the result of a write.
type Outcome int

// The results of a write.
const (
	Unchanged Outcome = iota
	Created
	Updated
)
