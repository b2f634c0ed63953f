package linking

import "slices"

// trie holds names by their folded words. Node 0 is the root.
type trie struct {
	wordIDs map[string]int32
	next    map[step]int32
	entries [][]entry // by node
}

// step leads from a node to the next by a word.
type step struct{ node, word int32 }

// entry is a name that ends at a node of the trie.
type entry struct {
	Entity
	form Form
	// capitalized and allCapitals say that the name is only recognized when the text
	// writes it with a capital first letter, or entirely in capitals.
	capitalized, allCapitals bool
	// title is the number of a title without its country, counted from 1; 0 for names.
	title int
}

func newTrie() trie {
	return trie{wordIDs: map[string]int32{}, next: map[step]int32{}, entries: make([][]entry, 1)}
}

// add adds an entry under its words; an entry without words is left out.
func (t *trie) add(words []string, e entry) {
	if len(words) == 0 {
		return
	}
	node := int32(0)
	for _, word := range words {
		id, known := t.wordIDs[word]
		if !known {
			id = int32(len(t.wordIDs))
			t.wordIDs[word] = id
		}
		next, exists := t.next[step{node, id}]
		if !exists {
			next = int32(len(t.entries))
			t.entries = append(t.entries, nil)
			t.next[step{node, id}] = next
		}
		node = next
	}
	if !slices.ContainsFunc(t.entries[node], func(o entry) bool { return o.Entity == e.Entity && o.title == e.title }) {
		t.entries[node] = append(t.entries[node], e)
	}
}

// follow returns the node behind a word, and false where no name goes on with it.
func (t *trie) follow(node int32, word string) (next int32, exists bool) {
	id, known := t.wordIDs[word]
	if !known {
		return 0, false
	}
	next, exists = t.next[step{node, id}]
	return next, exists
}
