package linking

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// surnameMatch is a surname in a text and the officials whose surname it is.
type surnameMatch struct {
	match
	officials []int64
}

// chooseSurnames chooses the surnames of officials whose full names come earlier in
// the text, except those that several such officials share.
func (s *scan) chooseSurnames() {
	introduced := s.introductions()
	surnames := s.surnamesByFirstWord(introduced)
	var found []surnameMatch
	for i := range s.words {
		if !s.taken[i] {
			found = append(found, s.surnamesAt(i, surnames, introduced)...)
		}
	}
	slices.SortStableFunc(found, func(a, b surnameMatch) int { return longestFirst(a.match, b.match) })
	for _, f := range found {
		if len(f.officials) == 1 && !s.isNotThisOfficial(f.match) {
			s.choose(s.place(f.match, ByShortName, s.shortNameConfidence(f.match)))
		}
	}
}

// introductions returns, for each official chosen so far, the last word of the first
// place that names them.
func (s *scan) introductions() map[int64]int {
	introduced := map[int64]int{}
	for _, p := range s.chosen {
		if p.Kind != Official {
			continue
		}
		if at, known := introduced[p.Key]; !known || p.last < at {
			introduced[p.Key] = p.last
		}
	}
	return introduced
}

// ownSurname is a surname of an official.
type ownSurname struct {
	official int64
	words    []string
}

func (s *scan) surnamesByFirstWord(introduced map[int64]int) map[string][]ownSurname {
	byFirstWord := map[string][]ownSurname{}
	for _, official := range slices.Sorted(maps.Keys(introduced)) {
		for _, surname := range s.surnames[official] {
			byFirstWord[surname[0]] = append(byFirstWord[surname[0]], ownSurname{official, surname})
		}
	}
	return byFirstWord
}

// surnamesAt returns the surnames that begin at a word behind the introduction of their
// officials, each once with all officials who have it.
func (s *scan) surnamesAt(i int, surnames map[string][]ownSurname, introduced map[int64]int) []surnameMatch {
	var found []surnameMatch
	for _, start := range nameStarts(s.words[i].Folded) {
		for _, surname := range surnames[start.folded] {
			if i <= introduced[surname.official] || !s.continuesWith(i, surname.words[1:]) {
				continue
			}
			m := match{i, i + len(surname.words) - 1, start.prefix, entry{Entity: Entity{Official, surname.official}, form: ShortName, capitalized: isLatin(surname.words[0])}}
			if !s.isWrittenAsName(m) {
				continue
			}
			at := slices.IndexFunc(found, func(f surnameMatch) bool { return f.last == m.last && f.prefix == m.prefix })
			if at < 0 {
				found = append(found, surnameMatch{m, []int64{surname.official}})
			} else if f := &found[at]; !slices.Contains(f.officials, surname.official) {
				f.officials = append(f.officials, surname.official)
			}
		}
	}
	return found
}

// continuesWith reports whether folded words that are not taken follow a word of the
// text.
func (s *scan) continuesWith(i int, words []string) bool {
	if i+len(words) >= len(s.words) {
		return false
	}
	for _, word := range words {
		i++
		if s.words[i].Folded != word || s.taken[i] || !s.adjacent(i-1) {
			return false
		}
	}
	return true
}

// shortNameConfidence returns the confidence in a short name that one entity has.
func (s *scan) shortNameConfidence(m match) float64 {
	if m.Kind == Official && m.first > 0 && mayMeanRelative(s.words[m.first-1].Folded) {
		return confidenceAmbiguous
	}
	return confidenceShort
}

// isNotThisOfficial reports whether a short name of an official is part of another
// name, or an ordinary word. It is never true of entities that are not officials.
func (s *scan) isNotThisOfficial(m match) bool {
	return m.Kind == Official && (s.isOrdinary(m) || s.followsGivenName(m) || s.isPartOfOtherName(m))
}

// isOrdinary reports whether a match is a word, or the first word of a phrase, that is
// no name.
func (s *scan) isOrdinary(m match) bool {
	word := s.words[m.first].Folded
	if m.prefix > 0 {
		return isOrdinaryWord(word)
	}
	return m.first == m.last && m.last+1 < len(s.words) && isOrdinaryPhrase(word, s.words[m.last+1].Folded)
}

// followsGivenName reports whether a first name stands before a surname. As it is not
// part of the match, somebody else is meant.
func (s *scan) followsGivenName(m match) bool {
	return m.first > 0 && m.prefix == 0 && s.adjacent(m.first-1) && !s.taken[m.first-1] && s.isGivenName(m.first-1)
}

// isGivenName reports whether a word before a surname may be a first name: in Arabic a
// known one, elsewhere any word whose capital has no other reason.
func (s *scan) isGivenName(i int) bool {
	w := s.words[i]
	if first, _ := utf8.DecodeRuneInString(s.text[w.Start:]); !unicode.Is(unicode.Arabic, first) {
		return unicode.IsUpper(first) && !neverGivenName(w.Folded) && !s.beginsSentence(i)
	}
	return slices.ContainsFunc(nameStarts(w.Folded), func(start nameStart) bool { return givenNames()[start.folded] })
}

// isPartOfOtherName reports whether an Arabic match is the first name of somebody whose
// surname follows, or part of the name of a company such as سميث اند ويسون.
func (s *scan) isPartOfOtherName(m match) bool {
	const and = "اند" // the English word, transliterated
	if next := m.last + 1; next < len(s.words) && s.adjacent(m.last) && !s.taken[next] {
		after := s.words[next].Folded
		if isLatin(after) {
			return false
		}
		if after == and || givenNames()[s.words[m.first].Folded] && strings.HasPrefix(after, "ال") && !s.beginsName(next) {
			return true
		}
	}
	return m.first > 0 && s.words[m.first-1].Folded == and
}

// beginsName reports whether any name begins with a word of the text.
func (s *scan) beginsName(i int) bool {
	_, exists := s.names.follow(0, s.words[i].Folded)
	return exists
}
