package content

import "github.com/diwan-cms/diwan/internal/markdown"

// Rules check what is written, and write it with all that follows, in the caller's
// transaction. They check no permissions: Service does for mutations, package exchange
// for imports.
type Rules struct{ render *markdown.Renderer }

// NewRules returns the rules. They are safe for concurrent use.
func NewRules() Rules { return Rules{render: markdown.NewRenderer()} }

// Outcome is the result of a write.
type Outcome int

// The results of a write.
const (
	Unchanged Outcome = iota
	Created
	Updated
)
