package text

import "testing"

func TestSlice(t *testing.T) {
	t.Parallel()
	const s = "مرحبا 😀 a"
	for _, c := range []struct {
		name       string
		start, end int
		want       string
		ok         bool
	}{
		{"Arabic letters are one unit each", 0, 5, "مرحبا", true},
		{"an emoji is two", 6, 8, "😀", true},
		{"half of an emoji is refused", 6, 7, "", false},
		{"so is the other half", 7, 8, "", false},
		{"the end of the text", 9, 10, "a", true},
		{"nothing at the end", 10, 10, "", true},
		{"past the end is refused", 9, 11, "", false},
		{"a negative start is refused", -1, 5, "", false},
		{"an end before the start is refused", 5, 4, "", false},
	} {
		if got, ok := Slice(s, c.start, c.end); got != c.want || ok != c.ok {
			t.Errorf("%s: Slice(%q, %d, %d) = %q, %v, want %q, %v", c.name, s, c.start, c.end, got, ok, c.want, c.ok)
		}
	}
	if got := UTF16Len(s); got != 10 {
		t.Errorf("UTF16Len(%q) = %d, want 10", s, got)
	}
}
