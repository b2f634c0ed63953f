package text

import "testing"

func TestSpelling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, word, want string }{
		{"tashkeel and tatweel are left out", "مُحَـمَّد", "محمد"},
		{"hamza and ta marbuta stay", "أزمة", "أزمة"},
		{"accents stay", "E\u0301lyse\u0301e", "élysée"},
		{"capitals do not", "NATO", "nato"},
	} {
		if got := Spelling(c.word); got != c.want {
			t.Errorf("%s: Spelling(%q) = %q, want %q", c.name, c.word, got, c.want)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		letters    int
		want       string
	}{
		{"letters are not bytes", "مرحبا", 3, "مرح"},
		{"a shorter text is whole", "مرحبا", 5, "مرحبا"},
		{"nothing of a text is nothing", "مرحبا", 0, ""},
	} {
		if got := Head(c.text, c.letters); got != c.want {
			t.Errorf("%s: Head(%q, %d) = %q, want %q", c.name, c.text, c.letters, got, c.want)
		}
	}
}
