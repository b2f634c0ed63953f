package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// NamesClock returns a number that each write of a noun other than articles raises,
// whatever program writes. What a transaction has looked up of such nouns holds in another
// with the same number.
func (tx *Tx) NamesClock() (int64, error) {
	var clock int64
	err := tx.on.Apart().Scan(&clock, sql.Text("SELECT COALESCE(MAX(value), 0) FROM search_state WHERE name = ?", namesClock))
	return clock, fail(err, model.NodeArticle, "read the clock of the names for")
}

// remembers reports whether what the store remembers holds in this transaction. It then
// has the lock of the shared memory, which the caller unlocks.
func (tx *Tx) remembers() (bool, error) {
	if tx.names.written {
		return false, nil
	}
	if !tx.nodes.read {
		clock, err := tx.NamesClock()
		if err != nil {
			return false, err
		}
		tx.nodes.clock, tx.nodes.read = clock, true
	}
	k := tx.nodes.shared
	k.mu.Lock()
	if k.nodes == nil || k.clock < tx.nodes.clock || len(k.nodes)+len(k.above) > maxKnownNodes {
		k.clock, k.nodes, k.above = tx.nodes.clock, map[model.ID]bool{}, map[int64][]int64{}
	}
	if k.clock > tx.nodes.clock {
		k.mu.Unlock()
		return false, nil
	}
	return true, nil
}

// knownNodes reports whether all of the nodes are known to exist.
func (tx *Tx) knownNodes(node model.NodeType, keys []int64) (bool, error) {
	holds, err := tx.remembers()
	if err != nil || !holds {
		return false, err
	}
	k := tx.nodes.shared
	defer k.mu.Unlock()
	for _, key := range keys {
		if !k.nodes[model.ID{Type: node, Key: key}] {
			return false, nil
		}
	}
	return true, nil
}

// learnNodes remembers that nodes exist.
func (tx *Tx) learnNodes(node model.NodeType, keys []int64) {
	if holds, err := tx.remembers(); err != nil || !holds {
		return
	}
	k := tx.nodes.shared
	defer k.mu.Unlock()
	for _, key := range keys {
		k.nodes[model.ID{Type: node, Key: key}] = true
	}
}

// topicsAbove returns the topics with all above them, each once.
func (tx *Tx) topicsAbove(topics []int64) ([]int64, error) {
	var above []int64
	seen := map[int64]bool{}
	for _, topic := range topics {
		path, err := tx.topicAndAbove(topic)
		if err != nil {
			return nil, err
		}
		for _, key := range path {
			if !seen[key] {
				seen[key] = true
				above = append(above, key)
			}
		}
	}
	return above, nil
}

// topicAndAbove returns a topic with all above it.
func (tx *Tx) topicAndAbove(topic int64) ([]int64, error) {
	holds, err := tx.remembers()
	if err != nil {
		return nil, err
	}
	k := tx.nodes.shared
	if holds {
		path, known := k.above[topic]
		k.mu.Unlock()
		if known {
			return path, nil
		}
	}
	var path []int64
	if err := tx.on.Apart().Scan(&path, sql.Text("SELECT ancestor_id FROM topic_tree WHERE descendant_id = ?", topic)); err != nil {
		return nil, err
	}
	if holds, err = tx.remembers(); holds {
		k.above[topic] = path
		k.mu.Unlock()
	}
	return path, err
}
