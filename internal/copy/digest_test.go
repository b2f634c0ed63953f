package copy

import (
	"math"
	"testing"
)

// Rows that differ must not have the same checksum.
func TestNoTwoRowsAreEncodedAlike(t *testing.T) {
	t.Parallel()
	rows := [][]any{
		{"a", "b"},
		{"ab", ""},
		{"", "ab"},
		{"b", "a"},
		{[]byte("a"), "b"},
		{"a", nil},
		{nil, "a"},
		{"a"},
		{"a", ""},
		{"n", "n"},
		{nil, nil},
		{"", ""},
		{true, "b"},
		{false, "b"},
		{"true", "b"},
		{int64(0), int64(1)},
		{int64(1), int64(0)},
		{int64(-1), int64(0)},
		{int64(math.MaxInt64), int64(0)},
		{int64(math.MinInt64), int64(0)},
		{"نص", "b"},
		{"نصٌّ", "b"},
		{[]byte{}, []byte{}},
	}
	seen := map[string]int{}
	for i, row := range rows {
		var encoded []byte
		for _, value := range row {
			var err error
			if encoded, err = encode(encoded, value); err != nil {
				t.Fatalf("encode(%#v): %v", value, err)
			}
		}
		if other, found := seen[string(encoded)]; found {
			t.Errorf("%#v and %#v are encoded alike", row, rows[other])
		}
		seen[string(encoded)] = i
	}
	if _, err := encode(nil, 1.5); err == nil {
		t.Error("a number that no column holds was taken")
	}
}
