package linking

import "slices"

// titleMatch is a title in a text, and the key of the country that a demonym within
// it names; 0 where there is none.
type titleMatch struct {
	match
	countryWithin int64
}

// countriesNamed are the matches of countries, by their first and by their last word.
type countriesNamed struct{ byFirst, byLast map[int][]match }

// findTitles finds the titles in a text. Those with their country become matches, the
// others loneTitles, the longest first.
func (s *scan) findTitles() {
	countries := countriesNamed{map[int][]match{}, map[int][]match{}}
	for _, m := range s.matches {
		if m.Kind == Country {
			countries.byFirst[m.first] = append(countries.byFirst[m.first], m)
			countries.byLast[m.last] = append(countries.byLast[m.last], m)
		}
	}
	for i := range s.words {
		for _, start := range nameStarts(s.words[i].Folded) {
			for _, t := range s.titlesFrom(i, start, countries) {
				s.addTitle(t, countries)
			}
		}
	}
	slices.SortStableFunc(s.loneTitles, func(a, b titleMatch) int { return b.wordCount() - a.wordCount() })
	for _, t := range s.loneTitles {
		for i := t.first; i <= t.last; i++ {
			s.loneTitleLength[i] = max(s.loneTitleLength[i], t.wordCount())
		}
	}
}

// titlesFrom returns the titles that begin at a word, with at most one demonym within.
func (s *scan) titlesFrom(first int, start nameStart, countries countriesNamed) []titleMatch {
	var found []titleMatch
	var follow func(node int32, at int, countryWithin int64)
	follow = func(node int32, at int, countryWithin int64) {
		for _, e := range s.names.entries[node] {
			if e.title > 0 {
				found = append(found, titleMatch{match{first, at - 1, start.prefix, e}, countryWithin})
			}
		}
		if at == len(s.words) || at > first && !s.adjacent(at-1) {
			return
		}
		folded := s.words[at].Folded
		if at == first {
			folded = start.folded
		} else if countryWithin == 0 {
			for _, m := range countries.byFirst[at] {
				if m.form == Demonym && m.prefix == 0 && m.last+1 < len(s.words) && s.adjacent(m.last) {
					follow(node, m.last+1, m.Key)
				}
			}
		}
		if next, exists := s.names.follow(node, folded); exists {
			follow(next, at+1, countryWithin)
		}
	}
	follow(0, first, 0)
	return found
}

// addTitle adds matches for a title beside a country, or keeps it as a lone title.
func (s *scan) addTitle(t titleMatch, countries countriesNamed) {
	if t.countryWithin != 0 {
		s.addOfficeOf(t.countryWithin, t, t.first, t.last)
		return
	}
	hasCountry := s.addOfficesOfCountryBehind(t, countries)
	if !hasCountry && s.language != "ar" { // Arabic puts the country behind the title
		hasCountry = s.addOfficesOfCountryBefore(t, countries)
	}
	if !hasCountry && !s.titles.list[t.title-1].needsCountry {
		s.loneTitles = append(s.loneTitles, t)
	}
}

// addOfficesOfCountryBehind adds matches for a title with a country behind it, and
// reports whether there is one.
func (s *scan) addOfficesOfCountryBehind(t titleMatch, countries countriesNamed) bool {
	for next := t.last + 1; next < len(s.words) && s.adjacent(next-1); next++ {
		for _, m := range countries.byFirst[next] {
			s.addOfficeOf(m.Key, t, t.first, m.last)
		}
		if len(countries.byFirst[next]) > 0 {
			return true
		}
		if !joinsTitleToCountry(s.words[next].Folded) {
			break
		}
	}
	return false
}

// addOfficesOfCountryBefore adds matches for a title with a country just before it, as
// in "French president", and reports whether there is one.
func (s *scan) addOfficesOfCountryBefore(t titleMatch, countries countriesNamed) bool {
	if t.first == 0 || t.prefix > 0 || !s.adjacent(t.first-1) {
		return false
	}
	before := countries.byLast[t.first-1]
	for _, m := range before {
		if m.prefix == 0 {
			s.addOfficeOf(m.Key, t, m.first, t.last)
		}
	}
	return len(before) > 0
}

// addOfficeOf adds a match of the words from first to last for the first office of a
// title that is of a country.
func (s *scan) addOfficeOf(country int64, t titleMatch, first, last int) {
	for _, office := range s.titles.list[t.title-1].offices {
		e := Entity{Office, office}
		if s.country[e] == country {
			s.matches = append(s.matches, match{first, last, t.prefix, entry{Entity: e}})
			return
		}
	}
}

// isWithinLoneTitle reports whether a match is part of a longer title that stands
// alone.
func (s *scan) isWithinLoneTitle(m match) bool {
	return s.loneTitleLength[m.first] > m.wordCount() && s.loneTitleLength[m.last] > m.wordCount()
}

// chooseLoneTitles chooses the titles without a country whose office the text reveals.
func (s *scan) chooseLoneTitles() {
	for _, t := range s.loneTitles {
		if office, confidence := s.officeMeant(t); office != 0 {
			s.choose(s.place(match{t.first, t.last, t.prefix, entry{Entity: Entity{Office, office}}}, ByOffice, confidence))
		}
	}
}

// officeMeant returns the office that a title without its country means: the one that
// an official beside it holds, or of their country, or of the only country with such
// an office that the text is about. It returns 0 where none of this decides.
func (s *scan) officeMeant(t titleMatch) (office int64, confidence float64) {
	title := s.titles.list[t.title-1]
	for _, official := range s.officialsBeside(t) {
		for _, office := range title.offices {
			if s.holds(official.Key, office, s.day) {
				return office, confidenceHolder
			}
		}
		if country, known := s.countryOf(official); known {
			for _, office := range title.offices {
				if s.country[Entity{Office, office}] == country {
					return office, confidenceCountry
				}
			}
		}
	}
	ofNamedCountries := s.officesOfNamedCountries(title)
	switch {
	case len(ofNamedCountries) == 1:
		return ofNamedCountries[0], confidenceCountry
	case len(title.exact) == 1:
		return title.exact[0], confidenceCountry
	}
	return 0, 0
}

// officesOfNamedCountries returns the offices with a title that are of countries that
// the text is about; not all when there are several.
func (s *scan) officesOfNamedCountries(title officeTitle) []int64 {
	var offices []int64
	for _, office := range title.offices {
		if country, known := s.country[Entity{Office, office}]; known && s.namedCountries[country] {
			offices = append(offices, office)
		}
		if len(offices) > 1 {
			break
		}
	}
	return offices
}

// officialsBeside returns the officials who are named just behind a title, or just
// before it, with at most one word between.
func (s *scan) officialsBeside(t titleMatch) []Entity {
	var officials []Entity
	for _, distance := range []int{1, 2} {
		if official, named := s.officialAt[t.last+distance]; named && s.sameClause(t.last, t.last+distance) {
			officials = append(officials, official)
		}
	}
	for _, distance := range []int{1, 2} {
		if official, named := s.officialAt[t.first-distance]; named && s.sameClause(t.first-distance, t.first) {
			officials = append(officials, official)
		}
	}
	return officials
}
