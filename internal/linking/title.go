package linking

import (
	"slices"
	"strings"
)

// titles are the titles of offices without their country. Many offices are called
// "foreign minister"; which one is meant depends on what stands around the title.
type titles struct {
	numbers map[string]int // counted from 0, by the words of the title
	list    []officeTitle
}

// officeTitle is a title without its country.
type officeTitle struct {
	offices []int64
	// needsCountry says that the words are only a title beside the country, as
	// "president" is.
	needsCountry bool
	// exact are the offices whose full name this is, although they are of a country.
	exact []int64
}

func newTitles() titles { return titles{numbers: map[string]int{}} }

// addOffice adds a title of an office. When the title contains a name of the office's
// country, it is added without that; when the office has no country, as it stands.
func (l *Linker) addOffice(name Name, countryNames [][]string) {
	words := foldedWords(name.Text)
	withoutCountry := withoutCountryName(words, countryNames)
	for _, title := range withoutCountry {
		l.addTitle(title, name.Key, false)
	}
	if _, ofCountry := l.country[name.Entity]; ofCountry && len(withoutCountry) == 0 {
		l.addTitle(words, name.Key, true)
		return
	}
	for _, title := range append([][]string{words}, feminine(words, l.language)...) {
		l.names.add(title, entryOf(name))
	}
}

// withoutCountryName returns what is left of a title without each of its country's
// names that it contains, and without the words that joined them to the title.
func withoutCountryName(title []string, countryNames [][]string) (rest [][]string) {
	for _, country := range countryNames {
		for at := 0; at+len(country) <= len(title); at++ {
			if len(country) == 0 || !slices.EqualFunc(title[at:at+len(country)], country, sameOrWithLam) {
				continue
			}
			before := slices.Clone(title[:at])
			for len(before) > 1 && joinsTitleToCountry(before[len(before)-1]) {
				before = before[:len(before)-1]
			}
			if words := append(before, title[at+len(country):]...); len(words) > 0 && !containsWords(rest, words) {
				rest = append(rest, words)
			}
		}
	}
	return rest
}

// sameOrWithLam reports whether a word of a title is a word of a country's name, in
// Arabic possibly with the preposition ل joined to its front.
func sameOrWithLam(inTitle, inName string) bool {
	return inTitle == inName || inTitle == "ل"+inName || "ا"+strings.TrimPrefix(inTitle, "ل") == inName
}

// joinsTitleToCountry reports whether a folded word may stand between a title and
// its country.
func joinsTitleToCountry(word string) bool {
	switch word {
	case "of", "the", "for", "de", "du", "des", "la", "les", "le", "d", "l", "في", "لدي":
		return true
	}
	return false
}

// addTitle adds a title without its country, with its synonyms and its feminine
// forms. exact says that the words are the full name of the office.
func (l *Linker) addTitle(words []string, office int64, exact bool) {
	for _, synonym := range synonyms(words, l.language) {
		synonym, needsCountry := strings.CutSuffix(synonym, besideCountry)
		masculine := strings.Fields(synonym)
		for _, form := range append([][]string{masculine}, feminine(masculine, l.language)...) {
			title, number := l.titles.of(form, needsCountry)
			if n := len(title.offices); n == 0 || title.offices[n-1] != office { // the titles of an office are added one after the other
				title.offices = append(title.offices, office)
			}
			if exact && slices.Equal(form, words) {
				title.exact = append(title.exact, office)
			}
			l.names.add(form, entry{Entity: Entity{Kind: Office}, title: number + 1})
		}
	}
}

// of returns the title with the given words and its number. A title that is new needs
// its country beside it when needsCountry says so, or when it is a single word.
func (t *titles) of(words []string, needsCountry bool) (title *officeTitle, number int) {
	key := strings.Join(words, " ")
	number, known := t.numbers[key]
	if !known {
		number = len(t.list)
		t.numbers[key] = number
		t.list = append(t.list, officeTitle{needsCountry: needsCountry || len(words) == 1})
	}
	return &t.list[number], number
}

// besideCountry marks a synonym that is only a title beside a country.
const besideCountry = " !"

// titlesAlike returns groups of folded titles that mean the same, in a language.
func titlesAlike(language string) [][]string {
	switch language {
	case "ar":
		return [][]string{
			{"رييس الوزراء", "رييس مجلس الوزراء", "رييس الحكومه", "رييس وزراء !", "رييس حكومه !", "رييس مجلس وزراء !"},
			{"رييس الجمهوريه", "رييس جمهوريه", "الرييس !", "رييس !"},
			{"وزير الخارجيه", "وزير الشوون الخارجيه"},
			{"وزير الدفاع", "وزير الجيوش"},
			{"رييس مجلس النواب", "رييس البرلمان"},
		}
	case "en":
		return [][]string{
			{"prime minister", "premier !"},
			{"president !", "president of the republic"},
			{"foreign minister", "minister of foreign affairs", "minister for foreign affairs", "minister for europe and foreign affairs", "foreign secretary"},
			{"defence minister", "defense minister", "minister of defence", "minister of defense", "minister of the armed forces", "defence secretary", "defense secretary"},
		}
	case "fr":
		return [][]string{
			{"premier ministre", "chef du gouvernement", "president du conseil des ministres", "president du conseil"},
			{"president !", "president de la republique", "chef de etat"},
			{"ministre des affaires etrangeres", "ministre de europe et des affaires etrangeres"},
			{"ministre des armees", "ministre de la defense"},
		}
	}
	return nil
}

// synonyms returns a title, without the word "federal", and behind it the titles that
// mean the same. Those that need their country end in besideCountry.
func synonyms(words []string, language string) []string {
	title := strings.Join(slices.DeleteFunc(slices.Clone(words), isFederal), " ")
	list := []string{title}
	add := func(other string) {
		if !slices.Contains(list, other) && !slices.Contains(list, strings.TrimSuffix(other, besideCountry)) {
			list = append(list, other)
		}
	}
	deputy, rest := cutDeputy(title)
	for _, other := range reordered(rest, language) {
		add(deputy + other)
	}
	for _, group := range titlesAlike(language) {
		if !slices.ContainsFunc(group, func(t string) bool { return slices.Contains(list, deputy+strings.TrimSuffix(t, besideCountry)) }) {
			continue
		}
		for _, other := range group {
			add(deputy + other)
			for _, another := range reordered(other, language) {
				add(deputy + another)
			}
		}
	}
	return list
}

func isFederal(word string) bool {
	switch word {
	case "federal", "federale", "الاتحادي", "الاتحاديه":
		return true
	}
	return false
}

// cutDeputy parts "deputy", which no synonym replaces, from the rest of a title.
func cutDeputy(title string) (deputy, rest string) {
	for _, prefix := range []string{"نايب ", "deputy ", "vice "} {
		if after, cut := strings.CutPrefix(title, prefix); cut {
			return prefix, after
		}
	}
	return "", title
}

// reordered returns other ways to order the words of a title: "finance minister" for
// "minister of finance", and وزير مالية, which needs its country, for وزير المالية.
func reordered(title, language string) []string {
	switch language {
	case "en":
		for _, role := range []string{"minister", "secretary of state"} {
			for _, preposition := range []string{" of the ", " of ", " for "} {
				subject, cut := strings.CutPrefix(title, role+preposition)
				if !cut {
					continue
				}
				short := strings.TrimSuffix(role, " of state")
				return []string{subject + " " + short, role + " of " + subject, role + " for " + subject, role + " of the " + subject}
			}
		}
	case "ar":
		if subject, cut := strings.CutPrefix(title, "وزير ال"); cut && !strings.Contains(subject, " ") {
			return []string{"وزير " + subject + besideCountry}
		}
	}
	return nil
}

// feminine returns the words of a title for a woman, or nothing where they are the
// same.
func feminine(words []string, language string) [][]string {
	changed := slices.Clone(words)
	for i, word := range changed {
		changed[i] = feminineOf(word, i, language)
	}
	if slices.Equal(changed, words) {
		return nil
	}
	return [][]string{changed}
}

// feminineOf returns the feminine of the folded word at a position of a title.
func feminineOf(word string, position int, language string) string {
	switch {
	case language == "ar" && position == 0:
		switch strings.TrimPrefix(word, "ال") {
		case "وزير", "رييس", "سفير", "نايب", "ممثل", "مستشار", "امين", "مفوض", "مدير", "مندوب", "ملك", "امير", "قايد":
			return word + "ه"
		}
	case language == "ar" && position == 1:
		switch word {
		case "الخاص", "العام", "الدايم", "السامي", "الاتحادي":
			return word + "ه"
		}
	case language == "fr" && position <= 1:
		switch word {
		case "president", "representant", "commandant":
			return word + "e"
		case "premier", "chancelier", "conseiller":
			return strings.TrimSuffix(word, "er") + "ere"
		case "ambassadeur", "directeur":
			return strings.TrimSuffix(word, "eur") + "rice"
		}
	}
	return word
}
