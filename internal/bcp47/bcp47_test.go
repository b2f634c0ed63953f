package bcp47

import (
	"slices"
	"testing"

	"golang.org/x/text/language"
)

func TestBaseAndParent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ tag, base, parent string }{
		{"ar", "ar", ""},
		{"ar-IQ", "ar", "ar"},
		{"arz", "ar", "ar"},
		{"arz-EG", "ar", "arz"},
		{"arb", "ar", "ar"},
		{"arb-Latn-IQ", "ar", "arb-Latn"},
		{"arn", "arn", ""},
		{"arn-CL", "arn", "arn"},
		{"arc", "arc", ""},
		{"fr-CA", "fr", "fr"},
		{"zh-Hant-TW", "zh", "zh-Hant"},
		{"ar-a-bbb", "ar", "ar"},
		{"", "", ""},
	} {
		if base, parent := Base(c.tag), Parent(c.tag); base != c.base || parent != c.parent {
			t.Errorf("%s: base %q and parent %q, want %q and %q", c.tag, base, parent, c.base, c.parent)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tag, of string
		want    bool
	}{
		{"ar", "ar", true},
		{"ar-IQ", "ar", true},
		{"arz", "ar", true},
		{"apc-SY", "ar", true},
		{"arb", "ar-*", true},
		{"ar", "ar-*", true},
		{"arn", "ar", false},
		{"arn-CL", "ar-*", false},
		{"ar", "ar-IQ", false},
		{"arz", "ar-EG", false},
		{"arz-EG", "arz", true},
		{"ary", "arz", false},
		{"fr-CA", "fr", true},
		{"fro", "fr", false},
	} {
		if got := Within(c.tag, c.of); got != c.want {
			t.Errorf("Within(%s, %s) = %t, want %t", c.tag, c.of, got, c.want)
		}
		prefixed := slices.ContainsFunc(Ranges(c.of), func(start string) bool { return (c.tag + "-")[:min(len(start)+1, len(c.tag)+1)] == start+"-" })
		if prefixed != c.want {
			t.Errorf("%s begins with one of Ranges(%s): %t, want %t", c.tag, c.of, prefixed, c.want)
		}
	}
}

// Each of the varieties is a language, which golang.org/x/text knows too.
func TestVarietiesAreLanguages(t *testing.T) {
	t.Parallel()
	for _, tag := range Varieties() {
		if _, err := language.ParseBase(tag); err != nil || Base(tag) != Arabic {
			t.Errorf("%s: %v, base %s", tag, err, Base(tag))
		}
	}
}
