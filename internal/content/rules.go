package content

import "github.com/diwan-cms/diwan/internal/markdown"

// Rules decide whether what is written is acceptable, and what follows from it.
// They write within the transaction that they are given, and do not ask who writes:
// Service asks for mutations, package exchange for imports.
type Rules struct{ render *markdown.Renderer }

// NewRules returns the rules. They are safe for concurrent use.
func NewRules() Rules { return Rules{render: markdown.NewRenderer()} }

// Outcome is what a write did.
type Outcome int

// What a write can do.
const (
	Unchanged Outcome = iota
	Created
	Updated
)
