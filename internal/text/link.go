package text

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is a kind of things that texts name.
type Kind int

// The kinds of things that texts name.
const (
	nothing Kind = iota // words in which a name is no name, such as "New Mexico"
	Person
	Country
	Subject
	Office
)

// Entity is a thing that texts name.
type Entity struct {
	Kind Kind
	Key  int64
}

// Form is what a name is to its entity.
type Form int

// The forms of names.
const (
	FullName  Form = iota
	OtherName      // another spelling, another name
	ShortName      // a name that needs a context: a surname, an acronym
	Demonym        // an adjective or noun for what is of a country
)

// Name is a name of an entity in a language, given by its tag.
type Name struct {
	Entity
	Text, Language string
	Form           Form
}

// Tenure is that an official held an office, from Start on and before End: days
// as numbers such as 20211126.
type Tenure struct {
	Office, Official int64
	Start, End       int64
}

// Knowledge is what a Linker knows of the world.
type Knowledge struct {
	Names []Name
	// Country is the key of the country of officials and offices.
	Country map[Entity]int64
	Tenures []Tenure
}

// Method is how a mention was recognised.
type Method int

// The methods by which mentions are recognised.
const (
	ByName Method = iota
	ByAlias
	ByShortName
	ByOffice
	ByDemonym
)

// Link is a place in a text that names an entity.
type Link struct {
	Entity
	// Start and End are bytes of the text.
	Start, End int
	Method     Method
	// Confidence is from 0 to 1.
	Confidence float64
}

// How sure a link is, by what it rests on. A text says for certain what it names in
// full; the rest was set by the texts of testdata/linking.
const (
	sureName     = 0.98
	sureAlias    = 0.95
	sureShort    = 0.90 // the full name stands before it, or nobody else has it
	sureDemonym  = 0.95
	sureTitle    = 0.95 // the title with its country
	sureHolder   = 0.90 // the title beside who holds the office
	sureContext  = 0.75 // the title in a text about one country
	unsureShort  = 0.60 // a name of several, one of whom the text is about
	unsurePlaces = 0.55 // a demonym that is also somebody's name
)

// Linker finds what texts of one language name. Safe for concurrent use.
type Linker struct {
	language string
	ids      map[string]int32
	next     map[step]int32
	entries  [][]entry // by node of the trie
	posts    posts
	country  map[Entity]int64
	surnames map[int64][][]string // of officials
	tenures  map[int64][]Tenure   // by office
}

// step is a way on in the trie: from a node, by a word.
type step struct{ node, word int32 }

// entry is a name that ends at a node of the trie.
type entry struct {
	Entity
	form Form
	// capital says that the name is written with a capital letter, capitals that it
	// is with nothing else: then the text must do so, too.
	capital, capitals bool
	// post is one more than the number of a title without its country, 0 for names.
	post int
}

// match is a name at a place in a text: words from first to last.
type match struct {
	first, last int
	cut         int // letters of the first word that do not belong to it
	entry
}

// scan is a text on its way to links.
type scan struct {
	*Linker
	text    string
	words   []Word
	day     int64
	matches []match
	// alone are the titles without a country.
	alone []title
	// taken tells of each word whether a link has it.
	taken []bool
	links []placed
	// named and about are the entities that links lead to, and their countries.
	named map[Entity]bool
	about map[int64]bool
	// spoken are the words of the text, and what is left of them without what is
	// joined to their front; nil until they are asked for.
	spoken map[string]bool
	// people are the links to officials by their words.
	people map[int]Link
	// inside tells of each word whether it is in a title that stands alone, and how
	// many words the longest has.
	inside []int
}

// placed is a link with its words.
type placed struct {
	Link
	first, last int
}

// maxLinks is how many links one text has, the first: a long article has some
// hundred.
const maxLinks = 2000

// Link answers what a text names on a day, a number such as 20211126: in the
// order of the text, none over another. It costs as much as the text is long,
// whatever the number of names.
func (l *Linker) Link(s string, day int64) []Link {
	c := &scan{Linker: l, text: s, words: Split(s), day: day, named: map[Entity]bool{}, about: map[int64]bool{}, people: map[int]Link{}}
	c.taken, c.inside = make([]bool, len(c.words)), make([]int, len(c.words))
	c.match()
	c.titles()
	subjects := slices.DeleteFunc(slices.Clone(c.matches), func(m match) bool { return m.Kind != Subject || !c.inTitle(m) })
	c.matches = slices.DeleteFunc(c.matches, func(m match) bool { return m.post > 0 || m.Kind == Subject && c.inTitle(m) })
	c.choose(c.matches)
	c.surnamesSeen()
	c.untold()
	c.choose(subjects)
	slices.SortFunc(c.links, func(a, b placed) int { return cmp.Compare(a.Start, b.Start) })
	c.links = c.links[:min(maxLinks, len(c.links))]
	links := make([]Link, len(c.links))
	for i, one := range c.links {
		links[i] = one.Link
	}
	return links
}

// match finds all names, whatever they overlap.
func (c *scan) match() {
	for i := range c.words {
		for _, form := range frontForms(c.words[i].Folded) {
			c.walk(i, form)
		}
	}
}

// frontForm is what a word may be without what is joined to its front.
type frontForm struct {
	folded string
	cut    int // letters that come off
}

// frontForms are the forms of a word at the beginning of a name.
func frontForms(word string) []frontForm {
	forms := []frontForm{{word, 0}}
	if first, _ := utf8.DecodeRuneInString(word); !unicode.Is(unicode.Arabic, first) {
		return forms
	}
	rest, cut := word, 0
	for _, joined := range []string{"وف", "بلك"} {
		first, size := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune(joined, first) || len(rest) < size+4 {
			continue
		}
		rest, cut = rest[size:], cut+1
		forms = append(forms, frontForm{rest, cut})
		if first == 'ل' && strings.HasPrefix(rest, "ل") { // للعراق is ل and العراق
			forms = append(forms, frontForm{"ا" + rest, cut})
		}
	}
	return forms
}

// walk follows the trie from the word at i.
func (c *scan) walk(i int, form frontForm) {
	node := int32(0)
	for j := i; j < len(c.words); j++ {
		folded := c.words[j].Folded
		if j == i {
			folded = form.folded
		} else if !c.together(j - 1) {
			return
		}
		word, known := c.ids[folded]
		if !known {
			return
		}
		on, there := c.next[step{node, word}]
		if !there {
			return
		}
		node = on
		for _, e := range c.entries[node] {
			if m := (match{i, j, form.cut, e}); c.written(m) {
				c.matches = append(c.matches, m)
			}
		}
	}
}

// together reports whether the word at i and the next may be of one name: nothing
// is between them but spaces, a hyphen, or the dot of an initial.
func (c *scan) together(i int) bool {
	between := c.text[c.words[i].End:c.words[i+1].Start]
	if strings.Contains(between, "\n") {
		return false
	}
	switch strings.TrimSpace(between) {
	case "", "-", "‑", "–", "d'", "d’", "l'", "l’", "'s", "’s", "'", "’":
		return true
	case ".":
		return utf8.RuneCountInString(c.words[i].Folded) <= 2
	}
	return false
}

// written reports whether a name is written as names are.
func (c *scan) written(m match) bool {
	s := c.text[c.words[m.first].Start:c.words[m.last].End]
	first, _ := utf8.DecodeRuneInString(s)
	if m.capital && !unicode.IsUpper(first) || m.capitals && s != strings.ToUpper(s) {
		return false
	}
	return m.Kind != Country || m.form == Demonym || !c.otherSense(m)
}

// place answers the link of a match.
func (c *scan) place(m match, method Method, confidence float64) placed {
	start, end := c.words[m.first].Start, c.words[m.last].End
	if m.cut > 0 {
		if _, from := FoldMap(c.text[start:c.words[m.first].End]); m.cut < len(from) {
			start += from[m.cut]
		}
	}
	return placed{Link{m.Entity, start, end, method, confidence}, m.first, m.last}
}

// take keeps a link where no word of it is taken.
func (c *scan) take(p placed) bool {
	if slices.Contains(c.taken[p.first:p.last+1], true) {
		return false
	}
	c.occupy(p.first, p.last)
	c.links = append(c.links, p)
	c.named[p.Entity] = true
	if key, of := c.countryOf(p.Entity); of {
		c.about[key] = true
	}
	if p.Kind == Person {
		c.people[p.first], c.people[p.last] = p.Link, p.Link
	}
	return true
}

// occupy keeps words from what comes later.
func (c *scan) occupy(first, last int) {
	for i := first; i <= last; i++ {
		c.taken[i] = true
	}
}

// choose takes the longest of the matches that overlap, and of those alike the one
// of which fewest letters were cut. What more than one entity is called is taken
// where the text is about one of them.
func (c *scan) choose(matches []match) {
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.last-b.first, a.last-a.first), cmp.Compare(a.cut, b.cut), cmp.Compare(a.first, b.first), cmp.Compare(rankOf(a.entry), rankOf(b.entry)))
	})
	var open [][]match
	for i := 0; i < len(matches); {
		j := i
		for j < len(matches) && matches[j].first == matches[i].first && matches[j].last == matches[i].last && matches[j].cut == matches[i].cut {
			j++
		}
		same := matches[i:j]
		i = j
		if slices.Contains(c.taken[same[0].first:same[0].last+1], true) {
			continue
		}
		if same[0].Kind == nothing {
			c.occupy(same[0].first, same[0].last)
		} else if one, certain := c.certain(same); certain {
			c.take(one)
		} else {
			open = append(open, same)
		}
	}
	for _, same := range open {
		if one, found := c.inContext(same); found {
			c.take(one)
		}
	}
}

// rankOf says which of two names that are the same words comes first.
func rankOf(e entry) int { return int(e.Kind)*8 + int(e.form) }

// certain answers the link of matches of the same words where they mean one thing.
func (c *scan) certain(same []match) (placed, bool) {
	m := same[0]
	for _, other := range same[1:] {
		if other.Entity != m.Entity {
			return placed{}, false
		}
	}
	switch {
	case m.Kind == Office:
		return c.place(m, ByOffice, sureTitle), true
	case m.form == Demonym:
		return c.place(m, ByDemonym, sureDemonym), true
	case m.form == ShortName || m.Kind == Person && m.first == m.last:
		if m.Kind == Person && c.another(m) {
			return placed{}, false
		}
		return c.place(m, ByShortName, c.sureOf(m)), true
	case m.form == OtherName:
		return c.place(m, ByAlias, sureAlias), true
	}
	return c.place(m, ByName, sureName), true
}

// sureOf is how sure a short name is: his wife may have it, too.
func (c *scan) sureOf(m match) float64 {
	if m.Kind == Person && m.first > 0 && familyTitle(c.words[m.first-1].Folded) {
		return unsureShort
	}
	return sureShort
}

// inContext answers the link of words that mean several things where the text is
// about one of them: what was named before, or what is of a country that was.
func (c *scan) inContext(same []match) (placed, bool) {
	var fits []match
	for _, m := range same {
		if c.another(m) {
			continue
		}
		key, of := c.countryOf(m.Entity)
		if c.named[m.Entity] || m.Kind != Country && of && c.about[key] {
			if !slices.ContainsFunc(fits, func(f match) bool { return f.Entity == m.Entity }) {
				fits = append(fits, m)
			}
		}
	}
	if len(fits) == 0 { // nobody of whom the text speaks: then the country is meant
		for _, m := range same {
			if m.Kind == Country {
				fits = append(fits, m)
			}
		}
	}
	if len(fits) != 1 {
		return placed{}, false
	}
	m := fits[0]
	if m.form == Demonym {
		return c.place(m, ByDemonym, unsurePlaces), true
	}
	return c.place(m, ByShortName, unsureShort), true
}

// countryOf is the country that an entity is of, or is.
func (c *scan) countryOf(e Entity) (int64, bool) {
	if e.Kind == Country {
		return e.Key, true
	}
	key, of := c.country[e]
	return key, of
}

// surnamesSeen links the surnames of those who were named in full before.
func (c *scan) surnamesSeen() {
	from := map[int64]int{} // the word after which an official is known
	for _, p := range c.links {
		if p.Kind != Person {
			continue
		}
		if first, seen := from[p.Key]; !seen || p.last < first {
			from[p.Key] = p.last
		}
	}
	type whose struct {
		official int64
		surname  []string
	}
	byWord := map[string][]whose{}
	for _, official := range slices.Sorted(maps.Keys(from)) {
		for _, surname := range c.surnames[official] {
			byWord[surname[0]] = append(byWord[surname[0]], whose{official, surname})
		}
	}
	type candidate struct {
		match
		whose []int64
	}
	var found []candidate
	for i := range c.words {
		if c.taken[i] {
			continue
		}
		begins := len(found) // those that begin here
		for _, form := range frontForms(c.words[i].Folded) {
			for _, w := range byWord[form.folded] {
				if i <= from[w.official] || !c.stands(w.surname, i, form) {
					continue
				}
				m := match{i, i + len(w.surname) - 1, form.cut, entry{Entity: Entity{Person, w.official}, form: ShortName, capital: isLatin(w.surname[0])}}
				if !c.written(m) {
					continue
				}
				at := slices.IndexFunc(found[begins:], func(k candidate) bool { return k.last == m.last && k.cut == m.cut })
				if at < 0 {
					found = append(found, candidate{m, []int64{w.official}})
				} else if k := &found[begins+at]; !slices.Contains(k.whose, w.official) {
					k.whose = append(k.whose, w.official)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.last-b.first, a.last-a.first), cmp.Compare(a.cut, b.cut), cmp.Compare(a.first, b.first))
	})
	for _, k := range found {
		if len(k.whose) == 1 && !c.another(k.match) { // else nobody knows who is meant
			c.take(c.place(k.match, ByShortName, c.sureOf(k.match)))
		}
	}
}

// stands reports whether words stand in the text from i on.
func (c *scan) stands(words []string, i int, form frontForm) bool {
	if i+len(words) > len(c.words) || form.folded != words[0] {
		return false
	}
	for j, word := range words[1:] {
		if c.words[i+1+j].Folded != word || c.taken[i+1+j] || !c.together(i+j) {
			return false
		}
	}
	return true
}

// another reports whether a short name stands in the name of somebody else, or is a
// word of another meaning.
func (c *scan) another(m match) bool {
	if m.Kind != Person {
		return false
	}
	word := c.words[m.first].Folded
	if m.cut > 0 && commonWord(word) || m.cut == 0 && m.first == m.last && m.last+1 < len(c.words) && commonPair(word, c.words[m.last+1].Folded) {
		return true
	}
	if m.first > 0 && m.cut == 0 && c.together(m.first-1) && !c.taken[m.first-1] {
		before := c.words[m.first-1]
		if c.givenName(before) {
			return true
		}
	}
	if m.last+1 < len(c.words) && c.together(m.last) && !c.taken[m.last+1] {
		after := c.words[m.last+1]
		if isLatin(after.Folded) {
			return false
		}
		if after.Folded == "اند" || givenNames()[c.words[m.first].Folded] && strings.HasPrefix(after.Folded, "ال") && c.unknown(m.last+1) {
			return true
		}
	}
	return m.first > 0 && c.words[m.first-1].Folded == "اند"
}

// unknown reports whether no name begins with a word.
func (c *scan) unknown(i int) bool {
	id, known := c.ids[c.words[i].Folded]
	_, begins := c.next[step{0, id}]
	return !known || !begins
}

// givenName reports whether a word before a surname is the name of somebody who is
// not the one of that surname.
func (c *scan) givenName(w Word) bool {
	first, _ := utf8.DecodeRuneInString(c.text[w.Start:])
	if unicode.Is(unicode.Arabic, first) {
		for _, form := range frontForms(w.Folded) {
			if givenNames()[form.folded] {
				return true
			}
		}
		return false
	}
	return unicode.IsUpper(first) && !titleWord(w.Folded) && !c.beginsSentence(w)
}

// beginsSentence reports whether a word is the first of a sentence, which is
// written with a capital whatever it is.
func (c *scan) beginsSentence(w Word) bool {
	before := strings.TrimRightFunc(c.text[:w.Start], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"«“'’(`, r) })
	return before == "" || strings.HasSuffix(before, ".") || strings.HasSuffix(before, ":") || strings.HasSuffix(before, "!") || strings.HasSuffix(before, "?")
}

func isLatin(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.Is(unicode.Latin, first)
}
