// Package linking finds the officials, countries, topics and offices that a text
// names.
//
// Names and the words of a text are compared as [text.Fold] leaves them. The rules
// cover Arabic, English and French; in other languages, names are found as they
// are written. docs/explanation/search.md tells what is found, and where the rules fail.
package linking

import (
	"slices"
	"strings"
	"unicode"

	"github.com/diwan-cms/diwan/internal/bcp47"
	"github.com/diwan-cms/diwan/internal/text"
)

// Kind is the kind of an entity.
type Kind int

// The kinds of entities that texts name.
const (
	notAName Kind = iota // a phrase that contains a name but means something else, such as "New Mexico"
	Official
	Country
	Topic
	Office
)

// Entity is something that texts name. Keys are unique within a kind.
type Entity struct {
	Kind Kind
	Key  int64
}

// Form is how a name relates to its entity.
type Form int

// The forms of names.
const (
	FullName  Form = iota
	OtherName      // another spelling, or another name
	ShortName      // a name that needs context, such as a surname or an acronym
	Demonym        // an adjective or noun for what belongs to a country
)

// Name is a name of an entity. Language is a BCP 47 tag.
type Name struct {
	Entity
	Text, Language string
	Form           Form
}

// Tenure says that an official holds an office from Start up to but not
// including End. Days are numbers such as 20211126.
type Tenure struct {
	Office, Official int64
	Start, End       int64
}

// Knowledge is everything a [Linker] knows about the world.
type Knowledge struct {
	Names []Name
	// Country holds the key of the country of each official and office that has
	// one.
	Country map[Entity]int64
	Tenures []Tenure
}

// Linker finds what texts in one language name. It is safe for concurrent use.
type Linker struct {
	language string // without script and region, ar for any Arabic
	names    trie
	titles   titles
	country  map[Entity]int64
	surnames map[int64][][]string // by official
	tenures  map[int64][]Tenure   // by office
}

// NewLinker builds a linker for texts in a language, given by its BCP 47 tag. Names of
// officials are recognized whatever their language, other names only in the language
// of the text. 20,000 names take about 100 ms.
func NewLinker(k Knowledge, language string) *Linker {
	language = bcp47.Base(language)
	l := &Linker{
		language: language, names: newTrie(), titles: newTitles(),
		country: k.Country, surnames: map[int64][][]string{}, tenures: map[int64][]Tenure{},
	}
	for _, t := range k.Tenures {
		l.tenures[t.Office] = append(l.tenures[t.Office], t)
	}
	countryNames := map[int64][][]string{} // names and demonyms, by country
	for _, name := range k.Names {
		if name.Kind != Official && bcp47.Base(name.Language) != language {
			continue
		}
		switch name.Kind {
		case Official:
			l.addOfficial(name)
		case Country:
			countryNames[name.Key] = append(countryNames[name.Key], l.addCountry(name)...)
		case Topic:
			l.names.add(foldedWords(name.Text), entryOf(name))
		}
	}
	for line := range strings.Lines(phrasesWithoutName) {
		l.names.add(foldedWords(line), entry{})
	}
	for _, name := range k.Names {
		if name.Kind == Office && bcp47.Base(name.Language) == language {
			l.addOffice(name, countryNames[k.Country[name.Entity]])
		}
	}
	return l
}

func entryOf(name Name) entry { return entry{Entity: name.Entity, form: name.Form} }

// addOfficial adds a name of an official and the surnames it ends with: of Ursula
// von der Leyen, these are Leyen, der Leyen and von der Leyen.
func (l *Linker) addOfficial(name Name) {
	words := foldedWords(name.Text)
	e := entryOf(name)
	e.capitalized = startsWithCapital(name.Text)
	l.names.add(words, e)
	for at := len(words) - 1; at > 0; at-- {
		surname, before := words[at:], words[at-1]
		if neverGivenName(before) || joinsTitleToCountry(before) && !isParticle(before) { // King Salman, Abdullah of Jordan
			break
		}
		if !containsWords(l.surnames[name.Key], surname) {
			l.surnames[name.Key] = append(l.surnames[name.Key], surname)
		}
		if !isParticle(before) {
			break
		}
		if isInseparable(before) { // عبد المهدي is never just المهدي
			l.surnames[name.Key] = l.surnames[name.Key][:len(l.surnames[name.Key])-1]
		}
	}
}

// containsWords reports whether a list of names has one with the given words.
func containsWords(list [][]string, words []string) bool {
	return slices.ContainsFunc(list, func(other []string) bool { return slices.Equal(other, words) })
}

// isParticle reports whether a folded word belongs to the surname that follows it.
func isParticle(word string) bool {
	switch word {
	case "al", "el", "le", "la", "de", "du", "von", "van", "der", "den", "ben", "bin", "abu", "abou", "ould", "di", "da", "dos":
		return true
	}
	return isInseparable(word)
}

// isInseparable reports whether a particle is never left out of the surname.
func isInseparable(word string) bool {
	switch word {
	case "abdul", "abdel", "abd", "amir", "عبد", "ابو", "بن", "ال", "بو", "ابن", "امير", "le", "la":
		return true
	}
	return false
}

func startsWithCapital(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.IsUpper(r)
		}
	}
	return false
}

// addCountry adds a name of a country, or all forms of a demonym, and returns the
// words of what it added.
func (l *Linker) addCountry(name Name) [][]string {
	e := entryOf(name)
	e.capitalized = startsWithCapital(name.Text)
	e.allCapitals = e.capitalized && isShortAcronym(name.Text)
	forms := [][]string{foldedWords(name.Text)}
	if name.Form == Demonym {
		forms = inflected(forms[0], l.language)
		e.capitalized = l.language == "en"
	}
	for _, words := range forms {
		l.names.add(words, e)
	}
	return forms
}

// isShortAcronym reports whether a name has at most four bytes of letters, all of
// them capitals, such as US and U.A.E.
func isShortAcronym(name string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, name)
	return len(letters) <= 4 && letters == strings.ToUpper(letters) && letters != strings.ToLower(letters)
}

// countryOf returns the country of an entity; of a country, itself.
func (l *Linker) countryOf(e Entity) (country int64, known bool) {
	if e.Kind == Country {
		return e.Key, true
	}
	country, known = l.country[e]
	return country, known
}

// holds reports whether an official holds an office on a day.
func (l *Linker) holds(official, office, day int64) bool {
	for _, t := range l.tenures[office] {
		if t.Official == official && t.Start <= day && day < t.End {
			return true
		}
	}
	return false
}

// foldedWords returns the words of a name as they are compared.
func foldedWords(name string) []string { return text.Folded(text.Split(name)) }
