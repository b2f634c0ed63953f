package text

import (
	"slices"
	"strings"
	"unicode"
)

// NewLinker learns the names that texts in a language, given by its tag, may have.
// Names of people count in every language, others in their own. 20,000 names take
// some 100 ms.
func NewLinker(k Knowledge, language string) *Linker {
	base, _, _ := strings.Cut(language, "-")
	l := &Linker{
		language: base, ids: map[string]int32{}, next: map[step]int32{}, entries: make([][]entry, 1),
		country: k.Country, surnames: map[int64][][]string{}, tenures: map[int64][]Tenure{},
		posts: posts{numbers: map[string]int{}},
	}
	for _, t := range k.Tenures {
		l.tenures[t.Office] = append(l.tenures[t.Office], t)
	}
	words := map[int64][][]string{} // all that a country is called
	for _, name := range k.Names {
		of, _, _ := strings.Cut(name.Language, "-")
		if of != base && name.Kind != Person {
			continue
		}
		switch name.Kind {
		case Person:
			l.addPerson(name)
		case Country:
			words[name.Key] = append(words[name.Key], l.addCountry(name, of)...)
		case Subject:
			l.add(Folded(Split(name.Text)), entryOf(name))
		}
	}
	for line := range strings.Lines(notNames) {
		l.add(Folded(Split(line)), entry{})
	}
	for _, name := range k.Names {
		if of, _, _ := strings.Cut(name.Language, "-"); name.Kind == Office && of == base {
			l.addOffice(name, words[k.Country[name.Entity]])
		}
	}
	return l
}

func entryOf(name Name) entry { return entry{Entity: name.Entity, form: name.Form} }

// add puts words into the trie.
func (l *Linker) add(words []string, e entry) {
	if len(words) == 0 {
		return
	}
	node := int32(0)
	for _, word := range words {
		id, known := l.ids[word]
		if !known {
			id = int32(len(l.ids))
			l.ids[word] = id
		}
		on, there := l.next[step{node, id}]
		if !there {
			on = int32(len(l.entries))
			l.entries = append(l.entries, nil)
			l.next[step{node, id}] = on
		}
		node = on
	}
	if !slices.ContainsFunc(l.entries[node], func(o entry) bool { return o.Entity == e.Entity && o.post == e.post }) {
		l.entries[node] = append(l.entries[node], e)
	}
}

// addPerson adds a name of an official, and remembers the surnames in it.
func (l *Linker) addPerson(name Name) {
	words := Folded(Split(name.Text))
	e := entryOf(name)
	e.capital = startsUpper(name.Text)
	l.add(words, e)
	for at := len(words) - 1; at > 0; at-- {
		surname := words[at:]
		if titleWord(words[at-1]) || linking(words[at-1]) && !particle(words[at-1]) { // King Salman, Abdullah of Jordan
			break
		}
		if !slices.ContainsFunc(l.surnames[name.Key], func(s []string) bool { return slices.Equal(s, surname) }) {
			l.surnames[name.Key] = append(l.surnames[name.Key], surname)
		}
		if !particle(words[at-1]) {
			break
		}
		if binding(words[at-1]) { // عبد المهدي is never المهدي
			l.surnames[name.Key] = l.surnames[name.Key][:len(l.surnames[name.Key])-1]
		}
	}
}

// particle reports whether a folded word joins a surname to what stands before it.
func particle(word string) bool {
	switch word {
	case "al", "el", "le", "la", "de", "du", "von", "van", "der", "den", "ben", "bin", "abu", "abou", "ould", "di", "da", "dos":
		return true
	}
	return binding(word)
}

// binding reports whether a folded particle is of the name itself.
func binding(word string) bool {
	switch word {
	case "abdul", "abdel", "abd", "amir", "عبد", "ابو", "بن", "ال", "بو", "ابن", "امير", "le", "la":
		return true
	}
	return false
}

func startsUpper(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.IsUpper(r)
		}
	}
	return false
}

// addCountry adds a name of a country, or what is made of a demonym, and answers
// their words.
func (l *Linker) addCountry(name Name, language string) (all [][]string) {
	e := entryOf(name)
	e.capital = startsUpper(name.Text)
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, name.Text)
	e.capitals = e.capital && len(letters) <= 4 && letters == strings.ToUpper(letters) && letters != strings.ToLower(letters)
	all = [][]string{Folded(Split(name.Text))}
	if name.Form == Demonym {
		all = inflected(all[0], language)
		e.capital = language == "en"
	}
	for _, words := range all {
		l.add(words, e)
	}
	return all
}

// inflected are the forms of a folded demonym: of number, gender and case, in
// Arabic with and without the article.
func inflected(words []string, language string) [][]string {
	if len(words) == 0 {
		return nil
	}
	switch language {
	case "ar":
		return inflectedArabic(words)
	case "fr":
		return inflectedLast(words, frenchForms(words[len(words)-1]))
	case "en":
		return inflectedLast(words, []string{"", "s"})
	}
	return [][]string{words}
}

func inflectedLast(words, endings []string) (all [][]string) {
	last := words[len(words)-1]
	for _, ending := range endings {
		all = append(all, append(slices.Clone(words[:len(words)-1]), last+ending))
	}
	return all
}

// frenchForms are the endings of a folded French adjective.
func frenchForms(word string) []string {
	switch {
	case strings.HasSuffix(word, "en"):
		return []string{"", "s", "ne", "nes"}
	case strings.HasSuffix(word, "e"):
		return []string{"", "s"}
	case strings.HasSuffix(word, "s"):
		return []string{"", "e", "es"}
	}
	return []string{"", "s", "e", "es"}
}

// inflectedArabic inflects the nisbas of a demonym, all of them where it has no
// other word, else the last.
func inflectedArabic(words []string) (all [][]string) {
	bare := make([]string, len(words))
	nisbas := true
	for i, word := range words {
		bare[i] = nisbaOf(strings.TrimPrefix(word, "ال"))
		nisbas = nisbas && strings.HasSuffix(bare[i], "ي")
	}
	endings := []string{""}
	if strings.HasSuffix(bare[len(bare)-1], "ي") {
		endings = []string{"", "ه", "ون", "ين", "ات", "ان", "تان", "تين", "ا"}
	}
	for _, ending := range endings {
		without, with := slices.Clone(bare), slices.Clone(bare)
		for i := range bare {
			if nisbas || i == len(bare)-1 {
				without[i] += ending
			}
			with[i] = without[i]
			if nisbas || i == 0 {
				with[i] = "ال" + with[i]
			}
		}
		all = append(all, without, with)
	}
	return all
}

// nisbaOf is the masculine singular of a folded nisba.
func nisbaOf(word string) string {
	for _, ending := range []string{"تين", "تان", "ون", "ين", "ات", "ه"} {
		if base, cut := strings.CutSuffix(word, ending); cut && strings.HasSuffix(base, "ي") && len(base) > 6 {
			return base
		}
	}
	return word
}
