package store

import (
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// The rows of a parent need not follow each other, and a node of several parents is one.
func TestFamilies(t *testing.T) {
	t.Parallel()
	var rows []row[model.Topic]
	for _, one := range [][2]int64{{1, 10}, {2, 20}, {1, 30}, {1, 20}, {3, 10}} {
		rows = append(rows, row[model.Topic]{Parent: one[0], Node: model.Topic{Key: one[1]}})
	}
	n := nounOf[model.Topic](newNouns(mentionLoader{}))
	nodes, of := families(n, rows)
	for parent, want := range map[int64][]int64{1: {10, 30, 20}, 2: {20}, 3: {10}, 4: {}} {
		if got := n.keysOf(of[parent]); !slices.Equal(got, want) {
			t.Errorf("the nodes of %d = %v, want %v", parent, got, want)
		}
	}
	if got := n.keysOf(nodes); !slices.Equal(got, []int64{10, 20, 30}) || of[1][0] != of[3][0] {
		t.Errorf("nodes = %v, want each once", got)
	}
}
