package text

import (
	"slices"
	"strings"
)

// posts are titles without their country: "foreign minister" is one of many
// offices, and which is told by what stands around it.
type posts struct {
	numbers map[string]int // of a title, by its words
	titles  []post
}

type post struct {
	offices []int64
	// bare says that the words are a title only beside the country: "president".
	bare bool
	// listed are the offices that are called just so, without their country.
	listed []int64
}

// addOffice adds a title of an office: as it stands, and without its country, of
// which countries has all the names.
func (l *Linker) addOffice(name Name, countries [][]string) {
	words := Folded(Split(name.Text))
	own := false
	for _, core := range cores(words, countries) {
		own = true
		l.addPost(core, name.Key, false)
	}
	if _, of := l.country[name.Entity]; of && !own {
		l.addPost(words, name.Key, true)
		return
	}
	for _, whole := range append([][]string{words}, feminine(words, l.language)...) {
		l.add(whole, entryOf(name))
	}
}

// cores are the words of a title without one of its country's names.
func cores(words []string, countries [][]string) (list [][]string) {
	for _, country := range countries {
		for at := 0; at+len(country) <= len(words); at++ {
			same := func(a, b string) bool { return a == b || a == "ل"+b || "ا"+strings.TrimPrefix(a, "ل") == b }
			if len(country) == 0 || !slices.EqualFunc(words[at:at+len(country)], country, same) {
				continue
			}
			before := slices.Clone(words[:at])
			for len(before) > 1 && linking(before[len(before)-1]) {
				before = before[:len(before)-1]
			}
			core := append(before, words[at+len(country):]...)
			if len(core) > 0 && !slices.ContainsFunc(list, func(c []string) bool { return slices.Equal(c, core) }) {
				list = append(list, core)
			}
		}
	}
	return list
}

// linking reports whether a folded word joins a title to its country.
func linking(word string) bool {
	switch word {
	case "of", "the", "for", "de", "du", "des", "la", "les", "le", "d", "l", "في", "لدي":
		return true
	}
	return false
}

// addPost adds a title without its country, and the titles that mean the same.
func (l *Linker) addPost(words []string, office int64, listed bool) {
	for _, title := range synonyms(words, l.language) {
		title, bare := strings.CutSuffix(title, "!")
		title = strings.TrimSpace(title)
		for _, one := range append([][]string{strings.Fields(title)}, feminine(strings.Fields(title), l.language)...) {
			key := strings.Join(one, " ")
			number, known := l.posts.numbers[key]
			if !known {
				number = len(l.posts.titles)
				l.posts.numbers[key] = number
				l.posts.titles = append(l.posts.titles, post{bare: bare || len(one) == 1})
			}
			p := &l.posts.titles[number]
			if n := len(p.offices); n == 0 || p.offices[n-1] != office { // the titles of an office come together
				p.offices = append(p.offices, office)
			}
			if listed && key == strings.Join(words, " ") {
				p.listed = append(p.listed, office)
			}
			l.add(one, entry{Entity: Entity{Office, int64(-number - 1)}, post: number + 1})
		}
	}
}

// titleGroups are titles that mean the same, in a language. Those with ! need the
// country beside them.
func titleGroups(language string) [][]string {
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

// synonyms are the titles that mean the same as the words, these first.
func synonyms(words []string, language string) []string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		switch w {
		case "federal", "federale", "الاتحادي", "الاتحاديه":
			return true
		}
		return false
	})
	title := strings.Join(words, " ")
	list := []string{title}
	add := func(other string) {
		if !slices.Contains(list, other) && !slices.Contains(list, strings.TrimSuffix(other, " !")) {
			list = append(list, other)
		}
	}
	prefix, rest := "", title
	for _, deputy := range []string{"نايب ", "deputy ", "vice "} {
		if after, cut := strings.CutPrefix(title, deputy); cut {
			prefix, rest = deputy, after
		}
	}
	for _, other := range rewritten(rest, language) {
		add(prefix + other)
	}
	for _, group := range titleGroups(language) {
		if slices.ContainsFunc(group, func(t string) bool { return slices.Contains(list, prefix+strings.TrimSuffix(t, " !")) }) {
			for _, other := range group {
				add(prefix + other)
				for _, more := range rewritten(other, language) {
					add(prefix + more)
				}
			}
		}
	}
	return list
}

// rewritten are other ways to order the words of a title: of "minister of finance",
// "finance minister"; of وزير المالية, وزير مالية before a country.
func rewritten(title, language string) (list []string) {
	switch language {
	case "en":
		for _, role := range []string{"minister", "secretary of state"} {
			for _, link := range []string{" of the ", " of ", " for "} {
				subject, of := strings.CutPrefix(title, role+link)
				if !of {
					continue
				}
				short := role
				if role == "secretary of state" {
					short = "secretary"
				}
				return append(list, subject+" "+short, role+" of "+subject, role+" for "+subject, role+" of the "+subject)
			}
		}
	case "ar":
		if subject, of := strings.CutPrefix(title, "وزير ال"); of && !strings.Contains(subject, " ") {
			list = append(list, "وزير "+subject+" !")
		}
	}
	return list
}

// feminine are the words of a title for a woman; none where they are the same.
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

func feminineOf(word string, place int, language string) string {
	switch {
	case language == "ar" && place == 0:
		switch strings.TrimPrefix(word, "ال") {
		case "وزير", "رييس", "سفير", "نايب", "ممثل", "مستشار", "امين", "مفوض", "مدير", "مندوب", "ملك", "امير", "قايد":
			return word + "ه"
		}
	case language == "ar" && place == 1:
		switch word {
		case "الخاص", "العام", "الدايم", "السامي", "الاتحادي":
			return word + "ه"
		}
	case language == "fr" && place <= 1:
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

// title is a title without its country, in a text, and the country that stands
// inside of it.
type title struct {
	match
	within int64
}

// titles finds the titles in a text. Those beside their country become matches;
// c.alone keeps the others, the longest first.
func (c *scan) titles() {
	places := map[int][]match{} // countries by their first word
	ends := map[int][]match{}   // and by their last
	for _, m := range c.matches {
		if m.Kind == Country {
			places[m.first] = append(places[m.first], m)
			ends[m.last] = append(ends[m.last], m)
		}
	}
	for i := range c.words {
		for _, form := range frontForms(c.words[i].Folded) {
			c.titlesFrom(i, form, places, func(t title) { c.settle(t, places, ends) })
		}
	}
	slices.SortStableFunc(c.alone, func(a, b title) int { return (b.last - b.first) - (a.last - a.first) })
	for _, t := range c.alone {
		for i := t.first; i <= t.last; i++ {
			c.inside[i] = max(c.inside[i], t.last-t.first+1)
		}
	}
}

// titlesFrom follows the trie from the word at i, past one demonym within.
func (c *scan) titlesFrom(i int, form frontForm, places map[int][]match, found func(title)) {
	var walk func(j int, node int32, within int64)
	walk = func(j int, node int32, within int64) {
		for _, e := range c.entries[node] {
			if e.post > 0 {
				found(title{match{i, j - 1, form.cut, e}, within})
			}
		}
		if j == len(c.words) || j > i && !c.together(j-1) {
			return
		}
		folded := c.words[j].Folded
		if j == i {
			folded = form.folded
		} else if within == 0 {
			for _, m := range places[j] {
				if m.form == Demonym && m.cut == 0 && m.last+1 < len(c.words) && c.together(m.last) {
					walk(m.last+1, node, m.Key)
				}
			}
		}
		if id, known := c.ids[folded]; known {
			if on, there := c.next[step{node, id}]; there {
				walk(j+1, on, within)
			}
		}
	}
	walk(i, 0, 0)
}

// inTitle reports whether a match stands inside of a longer title that stands alone.
func (c *scan) inTitle(m match) bool {
	return c.inside[m.first] > m.last-m.first+1 && c.inside[m.last] > m.last-m.first+1
}

// settle makes a match of a title beside its country, and keeps one that stands
// alone for later.
func (c *scan) settle(t title, places, ends map[int][]match) {
	p := c.posts.titles[t.post-1]
	if t.within != 0 {
		c.office(t, p, t.within, t.first, t.last)
		return
	}
	told := false
	for next := t.last + 1; next < len(c.words) && c.together(next-1); next++ {
		for _, m := range places[next] {
			told = true
			c.office(t, p, m.Key, t.first, m.last)
		}
		if told || !linking(c.words[next].Folded) {
			break
		}
	}
	if !told && t.first > 0 && t.cut == 0 && c.language != "ar" && c.together(t.first-1) {
		for _, m := range ends[t.first-1] {
			told = true
			if m.cut == 0 {
				c.office(t, p, m.Key, m.first, t.last)
			}
		}
	}
	if !told && !p.bare {
		c.alone = append(c.alone, t)
	}
}

// office adds the match of the office that is of the country.
func (c *scan) office(t title, p post, country int64, first, last int) {
	for _, office := range p.offices {
		e := Entity{Office, office}
		if c.country[e] == country {
			c.matches = append(c.matches, match{first, last, t.cut, entry{Entity: e}})
			return
		}
	}
}

// untold links the titles that stand without a country: beside who holds the
// office, or in a text about one country that has it.
func (c *scan) untold() {
	for _, t := range c.alone {
		p := c.posts.titles[t.post-1]
		if office, confidence := c.meant(t, p); office != 0 {
			c.take(c.place(match{t.first, t.last, t.cut, entry{Entity: Entity{Office, office}}}, ByOffice, confidence))
		}
	}
}

// meant answers the office of which a title without a country speaks; 0 where
// nobody can tell.
func (c *scan) meant(t title, p post) (office int64, confidence float64) {
	for _, person := range c.beside(t) {
		for _, office := range p.offices {
			if c.holds(office, person.Key) {
				return office, sureHolder
			}
		}
		if country, of := c.countryOf(person.Entity); of {
			for _, office := range p.offices {
				if c.country[Entity{Office, office}] == country {
					return office, sureContext
				}
			}
		}
	}
	var fits []int64
	for _, office := range p.offices {
		if of, known := c.country[Entity{Office, office}]; known && c.about[of] {
			fits = append(fits, office)
		}
		if len(fits) > 1 {
			break
		}
	}
	switch {
	case len(fits) == 1:
		return fits[0], sureContext
	case len(p.listed) == 1:
		return p.listed[0], sureContext
	}
	return 0, 0
}

// beside are the people who are named just behind a title, or just before it.
func (c *scan) beside(t title) (list []Link) {
	for _, step := range []int{1, 2} {
		if link, there := c.people[t.last+step]; there && c.near(t.last, t.last+step) {
			list = append(list, link)
		}
	}
	for _, step := range []int{1, 2} {
		if link, there := c.people[t.first-step]; there && c.near(t.first-step, t.first) {
			list = append(list, link)
		}
	}
	return list
}

// near reports whether nothing ends between two words.
func (c *scan) near(first, second int) bool {
	return !strings.ContainsAny(c.text[c.words[first].End:c.words[second].Start], ".\n;؛:")
}

// holds reports whether an official holds an office on the day of the text.
func (c *scan) holds(office, official int64) bool {
	return slices.ContainsFunc(c.tenures[office], func(t Tenure) bool {
		return t.Official == official && t.Start <= c.day && c.day < t.End
	})
}
