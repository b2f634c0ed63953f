package store

import (
	"sync"

	"github.com/diwan-cms/diwan/model"
)

// knownNodes remembers what writes of articles look up of the nodes that they refer to:
// that they exist and, of topics, what is above them. It holds as long as the clock of
// names stands still (see NamesClock), whatever program writes.
type knownNodes struct {
	mu    sync.Mutex
	clock int64
	nodes map[model.ID]bool
	above map[int64][]int64
}

// maxKnownNodes is how many nodes are remembered at most, some 5 MB.
const maxKnownNodes = 50_000

// txNodes is what one transaction knows of nodes: what the store remembers, until the
// transaction writes a node itself.
type txNodes struct {
	shared *knownNodes
	clock  int64
	read   bool // the clock
}

// queuedArticle is an article whose row is not inserted yet.
type queuedArticle struct {
	key        int64
	slug       string
	externalID *string
	language   model.Language
}
