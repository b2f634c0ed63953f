package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// What was read at a moment is used by readings of that moment and of later ones, until it
// is changed, and never by earlier ones.
func TestMemoryKnowsMoments(t *testing.T) {
	t.Parallel()
	n := officialNoun()
	official := func(key int64) model.ID { return model.ID{Type: model.NodeOfficial, Key: key} }
	m := newMemory(maxMemory)
	read := func(at int64, keys ...int64) func() {
		return func() {
			rows, held := map[model.ID]any{}, map[int64][]holding{}
			for _, key := range keys {
				rows[official(key)] = &model.Official{Key: key, Slug: fmt.Sprint(key, "@", at)}
				held[key] = []holding{{OfficeID: at}}
			}
			keep(m, m.rows, at, rows)
			keep(m, m.held, at, held)
		}
	}
	advanced := func(since, until int64, nodes ...model.ID) func() {
		return func() { m.advance(changed{since: since, until: until, nodes: nodes}) }
	}
	for _, step := range []struct {
		rule string
		do   func()
		at   int64
		want string
	}{
		{"nothing is known at first", func() {}, 10, ""},
		{"nothing is kept before the clock is known", read(10, 1), 10, ""},
		{"what was read is found", func() { advanced(unknown, 10)(); read(10, 1, 2)() }, 10, "1@10 held 10, 2@10 held 10"},
		{"an earlier reading does not use it", func() {}, 9, ""},
		{"an earlier reading leaves no row", read(9, 3), 10, "1@10 held 10, 2@10 held 10"},
		{"a change is forgotten, and who held offices", advanced(10, 12, official(1)), 12, "2@10"},
		{"a reading of before the change uses what is left", func() {}, 10, "2@10"},
		{"a reading of before the change leaves no row", read(10, 1), 12, "2@10"},
		{"what was changed is read again", read(12, 1), 12, "1@12 held 12, 2@10"},
		{"a reading of between uses what was there then", func() {}, 11, "2@10"},
		{"an overtaken change forgets nothing", advanced(10, 11, official(1), official(2)), 12, "1@12 held 12, 2@10"},
		{"a change of a topic leaves officials", advanced(12, 13, model.ID{Type: model.NodeTopic, Key: 1}), 13, "1@12 held 12, 2@10"},
		{"a tenure is about who held offices", advanced(13, 14, model.ID{Type: model.NodeTenure, Key: 7}), 14, "1@12, 2@10"},
		{"too many changes forget all", func() { m.advance(changed{since: 14, until: 15, many: true}) }, 15, ""},
		{"a change after a gap forgets all", func() { read(15, 1)(); advanced(20, 21)() }, 21, ""},
		{"a second beginning forgets all", func() { read(21, 1)(); advanced(unknown, 22)() }, 22, ""},
	} {
		step.do()
		r := &reading{memory: m, clock: step.at}
		var got []string
		recall(r, n, []int64{1, 2, 3}, func(o *model.Official) {
			known := o.Slug
			held := map[int64][]holding{}
			if missing := r.recallHoldings([]int64{o.Key}, held); len(missing) == 0 {
				known += fmt.Sprint(" held ", held[o.Key][0].OfficeID)
			}
			got = append(got, known)
		})
		if strings.Join(got, ", ") != step.want {
			t.Errorf("%s: a reading at %d finds %q, want %q", step.rule, step.at, strings.Join(got, ", "), step.want)
		}
	}
}

// The memory takes no more room than it was given, and knows how much it takes.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	const room = 10_000
	m := newMemory(room)
	m.advance(changed{since: unknown, until: 1})
	for key := range int64(500) {
		rows := map[model.ID]any{{Type: model.NodeOfficial, Key: key % 300}: &model.Official{Key: key, Slug: strings.Repeat("s", int(key))}}
		keep(m, m.rows, 1, rows)
		keep(m, m.held, 1, map[int64][]holding{key: {{OfficeID: 1}}})
		size := 0
		for _, row := range m.rows {
			size += row.size
		}
		for _, held := range m.held {
			size += held.size
		}
		if m.size != size || size > room || size < 50 {
			t.Fatalf("the memory takes %d bytes, says %d, and has room for %d", size, m.size, room)
		}
	}
	m.advance(changed{since: 1, until: 2, many: true})
	if m.size != 0 {
		t.Errorf("an empty memory takes %d bytes", m.size)
	}
}
