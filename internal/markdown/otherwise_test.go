package markdown

import (
	"testing"
	"unicode/utf8"
)

// What reads otherwise is found without rendering: what is stored about it has to be renewed.
func FuzzMayReadOtherwise(f *testing.F) {
	for _, s := range []string{
		"و**«أ»** ب", "**«أ»**ي", "و_أ_ ب", "\u200f**«أ»**\u200f", "١. أ", "> - ۲) ب", "أ[^1]\n\n[^1]: ب", "أ<sup><a href=#b>1</a></sup>", "<VIDEO src=a>أ</VIDEO>",
		"**أ** ب*ج*", "1. أ", "و~~\"أ\"~~", "**ملاحظة:**النص", "وَ**«أ»**", "وـ*(أ)*", "ו**\"א\"**", "أ\u200d*«ب»*",
	} {
		f.Add(s)
	}
	earlier, now := NewEarlierRenderer(), NewRenderer()
	f.Fuzz(func(t *testing.T, markdown string) {
		if !utf8.ValidString(markdown) {
			t.Skip() // no body is that
		}
		if before, after := earlier.Plain(markdown), now.Plain(markdown); before != after && !MayReadOtherwise(markdown) {
			t.Errorf("MayReadOtherwise(%q) = false, but Plain = %q and was %q", markdown, after, before)
		}
	})
}
