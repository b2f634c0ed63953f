package linking

import (
	"cmp"
	"slices"

	"github.com/diwan-cms/diwan/internal/text"
)

// scan is the work on one text.
type scan struct {
	*Linker
	passage
	day     int64
	matches []match
	// loneTitles are the titles without a country beside them.
	loneTitles []titleMatch
	// loneTitleLength is, of each word, how many words the longest lone title has
	// that the word is part of.
	loneTitleLength []int
	chosen          []placed
	// taken says of each word whether something chosen has it.
	taken []bool
	// named are the entities chosen so far, and namedCountries their countries.
	named          map[Entity]bool
	namedCountries map[int64]bool
	// officialAt holds the officials chosen so far, by their first and last words.
	officialAt map[int]Entity
}

// match is a name in a text: the words from first to last.
type match struct {
	first, last int
	prefix      int // letters of the first word that do not belong to the name
	entry
}

func (m match) wordCount() int { return m.last - m.first + 1 }

// placed is a suggestion with its words.
type placed struct {
	Suggestion
	first, last int
}

func (l *Linker) newScan(s string, day int64) *scan {
	p := newPassage(s)
	return &scan{
		Linker: l, passage: p, day: day,
		loneTitleLength: make([]int, len(p.words)), taken: make([]bool, len(p.words)),
		named: map[Entity]bool{}, namedCountries: map[int64]bool{}, officialAt: map[int]Entity{},
	}
}

// place makes a suggestion of a match.
func (s *scan) place(m match, method Method, confidence float64) placed {
	start, end := s.words[m.first].Start, s.words[m.last].End
	if m.prefix > 0 {
		if _, from := text.FoldMap(s.text[start:s.words[m.first].End]); m.prefix < len(from) {
			start += from[m.prefix]
		}
	}
	return placed{Suggestion{m.Entity, start, end, method, confidence}, m.first, m.last}
}

// choose keeps a suggestion unless one of its words is taken.
func (s *scan) choose(p placed) {
	if s.anyTaken(p.first, p.last) {
		return
	}
	s.take(p.first, p.last)
	s.chosen = append(s.chosen, p)
	s.named[p.Entity] = true
	if country, known := s.countryOf(p.Entity); known {
		s.namedCountries[country] = true
	}
	if p.Kind == Official {
		s.officialAt[p.first], s.officialAt[p.last] = p.Entity, p.Entity
	}
}

// take keeps words from whatever is chosen later.
func (s *scan) take(first, last int) {
	for i := first; i <= last; i++ {
		s.taken[i] = true
	}
}

func (s *scan) anyTaken(first, last int) bool { return slices.Contains(s.taken[first:last+1], true) }

// chooseAmong chooses the longest of the matches that overlap, and of those of the
// same length the one with the shorter prefix. Words that several entities are called
// are decided last, when it is known what else the text names.
func (s *scan) chooseAmong(matches []match) {
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(longestFirst(a, b), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.form, b.form))
	})
	var ambiguous [][]match
	for len(matches) > 0 {
		alike := leadingAlike(matches)
		matches = matches[len(alike):]
		first, last := alike[0].first, alike[0].last
		if s.anyTaken(first, last) {
			continue
		}
		if alike[0].Kind == notAName {
			s.take(first, last)
		} else if p, ok := s.unambiguous(alike); ok {
			s.choose(p)
		} else {
			ambiguous = append(ambiguous, alike)
		}
	}
	for _, alike := range ambiguous {
		if p, ok := s.decidedByContext(alike); ok {
			s.choose(p)
		}
	}
}

// longestFirst orders matches by what is chosen first: the longest, then the one with
// the shortest prefix, then the one that comes first in the text.
func longestFirst(a, b match) int {
	return cmp.Or(cmp.Compare(b.wordCount(), a.wordCount()), cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.first, b.first))
}

// leadingAlike returns the matches at the start of a sorted list that are of the same
// words.
func leadingAlike(matches []match) []match {
	n := 1
	for n < len(matches) && matches[n].first == matches[0].first && matches[n].last == matches[0].last && matches[n].prefix == matches[0].prefix {
		n++
	}
	return matches[:n]
}

// unambiguous returns the suggestion for matches of the same words, and false where
// they name several entities or a surname may be somebody else's.
func (s *scan) unambiguous(alike []match) (placed, bool) {
	m := alike[0]
	for _, other := range alike[1:] {
		if other.Entity != m.Entity {
			return placed{}, false
		}
	}
	switch {
	case m.Kind == Office:
		return s.place(m, ByOffice, confidenceTitle), true
	case m.form == Demonym:
		return s.place(m, ByDemonym, confidenceDemonym), true
	case m.form == ShortName || m.Kind == Official && m.first == m.last:
		if s.isNotThisOfficial(m) {
			return placed{}, false
		}
		return s.place(m, ByShortName, s.shortNameConfidence(m)), true
	case m.form == OtherName:
		return s.place(m, ByAlias, confidenceAlias), true
	}
	return s.place(m, ByName, confidenceName), true
}

// decidedByContext returns the suggestion for words that several entities are called
// when the text is about exactly one of them: it was chosen elsewhere in the text, or
// its country was. Where it is about none of them, a country is meant.
func (s *scan) decidedByContext(alike []match) (placed, bool) {
	var candidates []match
	for _, m := range alike {
		if !s.isNotThisOfficial(m) && s.isAbout(m.Entity) && !slices.ContainsFunc(candidates, func(c match) bool { return c.Entity == m.Entity }) {
			candidates = append(candidates, m)
		}
	}
	if len(candidates) == 0 {
		for _, m := range alike {
			if m.Kind == Country {
				candidates = append(candidates, m)
			}
		}
	}
	if len(candidates) != 1 {
		return placed{}, false
	}
	m := candidates[0]
	if m.form == Demonym {
		return s.place(m, ByDemonym, confidenceNameLike), true
	}
	return s.place(m, ByShortName, confidenceAmbiguous), true
}

// isAbout reports whether an entity was chosen elsewhere in the text, or its country.
func (s *scan) isAbout(e Entity) bool {
	country, known := s.countryOf(e)
	return s.named[e] || e.Kind != Country && known && s.namedCountries[country]
}
