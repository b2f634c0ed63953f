package linking

import (
	"cmp"
	"slices"
)

// Method is how an entity was recognized.
type Method int

// The methods by which entities are recognized.
const (
	ByName Method = iota
	ByAlias
	ByShortName
	ByOffice
	ByDemonym
)

// Suggestion is a place in a text that probably names an entity.
type Suggestion struct {
	Entity
	// Start and End are byte offsets: text[Start:End] is the name as it is written.
	Start, End int
	Method     Method
	// Confidence is between 0 and 1.
	Confidence float64
}

// The confidence of a suggestion depends on what it rests on. The values were set
// with the texts of testdata/linking.
const (
	confidenceName      = 0.98
	confidenceAlias     = 0.95
	confidenceShort     = 0.90 // the full name comes earlier, or no other entity has the short name
	confidenceDemonym   = 0.95
	confidenceTitle     = 0.95 // the title with its country
	confidenceHolder    = 0.90 // the title next to the official who holds the office
	confidenceCountry   = 0.75 // the title in a text about a single country
	confidenceAmbiguous = 0.60 // a short name that several entities have, one of which the text is about
	confidenceNameLike  = 0.55 // a demonym that is also an official's name
)

// maxSuggestions is how many suggestions a text gets, the first ones. A long article
// has a few hundred.
const maxSuggestions = 2000

// Suggestions returns what a text names on a day, a number such as 20211126, in the
// order of the text. No two overlap. The time it takes grows with the length of the
// text, not with the number of names.
func (l *Linker) Suggestions(text string, day int64) []Suggestion {
	s := l.newScan(text, day)
	s.findNames()
	s.findTitles()
	// A topic within a lone title is only meant when the title leads nowhere.
	var topicsInTitles, others []match
	for _, m := range s.matches {
		if m.Kind == Topic && s.isWithinLoneTitle(m) {
			topicsInTitles = append(topicsInTitles, m)
		} else {
			others = append(others, m)
		}
	}
	s.chooseAmong(others)
	s.chooseSurnames()
	s.chooseLoneTitles()
	s.chooseAmong(topicsInTitles)
	slices.SortFunc(s.chosen, func(a, b placed) int { return cmp.Compare(a.Start, b.Start) })
	suggestions := make([]Suggestion, min(maxSuggestions, len(s.chosen)))
	for i := range suggestions {
		suggestions[i] = s.chosen[i].Suggestion
	}
	return suggestions
}
