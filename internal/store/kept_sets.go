package store

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/diwan-cms/diwan/internal/sets"
)

// keptSets are the articles that readers see, by tag, language and month, and the lists that
// were counted last, all in memory. A reading uses what stands at its own position of the
// change log: what is older is brought forward by the changes since, which its snapshot
// has, and what is younger is of no use to it. So counts are exact on every server,
// whoever wrote. See docs/explanation/decisions/0020-sets.md.
type keptSets struct {
	// load loads the sets.
	load func(context.Context) error
	// from is how many changes a newsroom has had before sets are worth their memory.
	from int64

	mu sync.Mutex
	// known are the last positions that were read at, the oldest first; empty until the
	// sets are loaded.
	known []knownArticles
	// lists are the lists that were counted last, by their statement.
	lists *simplelru.LRU[string, keptList]
	bytes int
	// loading is closed when the running load ends; nil if none runs. asked counts who
	// went without sets since the last load.
	loading chan struct{}
	asked   int

	ctx  context.Context //nolint:containedctx // of the loads in the background, until the store is closed
	stop context.CancelFunc
}

// moment is a position of the change log as readers see it, and what else lists depend
// on: how often the index was rebuilt.
type moment struct{ Position, Rebuilt int64 }

// knownArticles are the articles at a position.
type knownArticles struct {
	at       int64
	articles *sets.Articles
}

// keptList is a list for each parent, at a moment.
type keptList struct {
	at    moment
	of    map[int64]sets.Set
	bytes int
}

const (
	// manyChanges is how many changes a newsroom has had before it has sets: below that,
	// databases count in no time.
	manyChanges = 20_000
	// positions is how many positions are known at once, for readings that began a little
	// earlier than others.
	positions = 8
	// catchUp is up to how many changes sets are brought forward by. If there are more, they
	// are loaded again.
	catchUp = 2000
	// maxLists and maxListBytes bound the lists that are kept.
	maxLists     = 1000
	maxListBytes = 8 << 20
	// askedAgain is how many readings go without sets before a newsroom that was too small
	// is looked at again.
	askedAgain = 1000
)

func newKeptSets() *keptSets {
	k := &keptSets{from: manyChanges}
	k.ctx, k.stop = context.WithCancel(context.Background())
	k.lists, _ = simplelru.NewLRU(maxLists, func(_ string, l keptList) { k.bytes -= l.bytes }) // a size above zero is no error
	return k
}

// close ends the running load.
func (k *keptSets) close() {
	k.stop()
	k.mu.Lock()
	loading := k.loading
	k.mu.Unlock()
	if loading != nil {
		<-loading
	}
}

// before returns the last articles that are known at a position or before it; nil if none are.
func (k *keptSets) before(position int64) *knownArticles {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, known := range slices.Backward(k.known) {
		if known.at <= position {
			return &known
		}
	}
	return nil
}

// keep keeps the articles at a position.
func (k *keptSets) keep(at int64, articles *sets.Articles) {
	k.mu.Lock()
	defer k.mu.Unlock()
	place, there := slices.BinarySearchFunc(k.known, at, func(one knownArticles, at int64) int { return cmp.Compare(one.at, at) })
	if there {
		return
	}
	k.known = slices.Insert(k.known, place, knownArticles{at, articles})
	if len(k.known) > positions {
		k.known = slices.Delete(k.known, 0, 1)
	}
}

// list returns a list that was kept.
func (k *keptSets) list(name string) (keptList, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lists.Get(name)
}

// keepList keeps a list, unless a later state of it is kept.
func (k *keptSets) keepList(name string, l keptList) {
	l.bytes = len(name) + 200
	for _, set := range l.of {
		l.bytes += set.Bytes()
	}
	if l.bytes > maxListBytes/4 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, there := k.lists.Peek(name); there {
		if old.at.Position > l.at.Position {
			return
		}
		k.lists.Remove(name)
	}
	k.lists.Add(name, l)
	for k.bytes += l.bytes; k.bytes > maxListBytes; {
		k.lists.RemoveOldest()
	}
}

// want has the sets loaded in the background, unless they are being loaded already, or the
// newsroom was too small a while ago.
func (k *keptSets) want() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked++
	if k.loading != nil || k.asked%askedAgain != 1 && len(k.known) == 0 || k.ctx.Err() != nil {
		return
	}
	loading := make(chan struct{})
	k.loading = loading
	go func() {
		// An error is nobody's: the same database answers readings the long way, and they
		// return theirs. Another load is tried later.
		_ = k.load(k.ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.loading = nil
		close(loading)
	}()
}

// loaded reports whether there are sets.
func (k *keptSets) loaded() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.known) > 0
}

// changedNodes are what changed for readers since a position.
type changedNodes struct {
	articles []int64
	// topics and others mean that a topic changed, and any other node.
	topics, others bool
	// many means that these are not all.
	many bool
}
