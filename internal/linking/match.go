package linking

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// findNames finds all names, including those that overlap. Titles without their
// country are left to findTitles.
func (s *scan) findNames() {
	for i := range s.words {
		for _, start := range nameStarts(s.words[i].Folded) {
			s.findNamesFrom(i, start)
		}
	}
}

func (s *scan) findNamesFrom(first int, start nameStart) {
	node, folded := int32(0), start.folded
	for last := first; last < len(s.words); last++ {
		if last > first {
			folded = s.words[last].Folded
			if !s.adjacent(last - 1) {
				return
			}
		}
		next, exists := s.names.follow(node, folded)
		if !exists {
			return
		}
		node = next
		for _, e := range s.names.entries[node] {
			if m := (match{first, last, start.prefix, e}); e.title == 0 && s.isWrittenAsName(m) {
				s.matches = append(s.matches, m)
			}
		}
	}
}

// isWrittenAsName reports whether a match has the capitals of its name and, for a
// country, none of the other meanings of the word.
func (s *scan) isWrittenAsName(m match) bool {
	written := s.written(m.first, m.last)
	first, _ := utf8.DecodeRuneInString(written)
	if m.capitalized && !unicode.IsUpper(first) || m.allCapitals && written != strings.ToUpper(written) {
		return false
	}
	return m.Kind != Country || m.form == Demonym || !s.meansSomethingElse(m)
}

// meansSomethingElse reports whether the name of a country has another meaning where
// it stands.
func (s *scan) meansSomethingElse(m match) bool {
	if m.first != m.last {
		return false
	}
	written := s.written(m.first, m.last)
	if hasDoubledLetter(written) { // عمّان is not عُمان, and مصرّ not مصر
		return true
	}
	before, after := s.neighbours(m)
	switch s.words[m.first].Folded {
	case "عمان", "وعمان", "بعمان", "لعمان": // the capital of Jordan is spelled the same
		return !strings.Contains(written, "عُ") && before.Folded != "سلطنه" && (s.contains("الاردن") || s.contains("الاردني") || s.contains("الاردنيه"))
	case "مالي":
		return !isBeforeMali(before.Folded)
	case "المغرب", "والمغرب":
		return before.Folded == "صلاه" || before.Folded == "اذان" || before.Folded == "وقت"
	case "قطر":
		return strings.Contains(written, "قُ") // a diameter
	case "chad", "jordan", "maurice", "georgia", "dominique": // a first name before a surname
		first, _ := utf8.DecodeRuneInString(s.text[after.Start:])
		return after.Folded != "" && unicode.IsUpper(first) && !neverGivenName(after.Folded)
	}
	return false
}

// neighbours returns the words just before and behind a match; zero where there is
// none, or something stands between.
func (s *scan) neighbours(m match) (before, after text.Word) {
	if m.first > 0 && s.adjacent(m.first-1) {
		before = s.words[m.first-1]
	}
	if m.last+1 < len(s.words) && s.adjacent(m.last) {
		after = s.words[m.last+1]
	}
	return before, after
}

// isBeforeMali reports whether مالي behind a folded word is the country, not the
// adjective "financial".
func isBeforeMali(word string) bool {
	switch word {
	case "في", "الي", "من", "عن", "جمهوريه", "دوله", "شمال", "جنوب", "شرق", "وسط", "حكومه", "جيش", "شعب", "رييس", "بين", "و", "لدي", "مع", "ضد", "نحو", "علي":
		return true
	}
	return false
}

// hasDoubledLetter reports whether an Arabic word has a shadda other than the one that
// grammar puts on the letter behind the article.
func hasDoubledLetter(written string) bool {
	const shadda = '\u0651'
	if !strings.ContainsRune(written, shadda) {
		return false
	}
	var letter, previous, beforePrevious rune // letters that precede a mark, nearest first
	for _, r := range written {
		switch {
		case r == shadda:
			if previous != 'ل' || beforePrevious != 'ا' && beforePrevious != 'ل' && beforePrevious != 'ٱ' {
				return true
			}
		case unicode.IsLetter(r):
			letter, previous, beforePrevious = r, letter, previous
		}
	}
	return false
}
