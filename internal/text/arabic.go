package text

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// arabicStems answers what a folded Arabic word is found by: the stem of the
// word, and of what is left of it where its first letters may be the
// conjunctions, prepositions and the article that Arabic writes joined to a
// word (و ف ب ل ك س ال). Nothing is decided: وبغداد is found by both, whoever
// writes it. Words that are known to begin with such a letter stay whole.
func arabicStems(word string) []string {
	var stems []string
	for _, bare := range append([]string{word}, withoutProclitics(word)...) {
		for _, stem := range append([]string{arabicStem(bare)}, singulars(bare)...) {
			if !slices.Contains(stems, stem) {
				stems = append(stems, stem)
			}
		}
	}
	return stems
}

// withoutProclitics answers what may be left of a folded Arabic word without
// what is joined to its front, longest first.
func withoutProclitics(word string) []string {
	var bare []string
	for rest, place := word, 0; ; place++ {
		next, joined := cutProclitic(rest, place)
		if next == "" {
			return bare
		}
		rest = next
		if joined { // the article follows: it comes off with it
			continue
		}
		bare = append(bare, rest)
		if place > 2 {
			return bare
		}
	}
}

// cutProclitic takes one proclitic off a word, empty where there is none. place
// is how many were taken off before. joined says that what is left begins with
// the article, which is no word for itself.
func cutProclitic(word string, place int) (rest string, joined bool) {
	if isWhole(word) {
		return "", false
	}
	letters := utf8.RuneCountInString(word)
	if rest, article := strings.CutPrefix(word, "ال"); article {
		if letters < 4 {
			return "", false
		}
		return rest, false
	}
	if rest, article := strings.CutPrefix(word, "لل"); article && letters >= 4 {
		if name := "ل" + rest; isWhole(name) { // لليبيا is ل and ليبيا
			return name, false
		}
		return rest, false
	}
	first, size := utf8.DecodeRuneInString(word)
	rest = word[size:]
	switch {
	case letters < 4:
		return "", false
	case strings.ContainsRune("وف", first) && place == 0, strings.ContainsRune("بلك", first) && place <= 1:
		joined = strings.HasPrefix(rest, "ال") && !isWhole(rest)
		return rest, joined
	case first == 'س' && letters >= 5 && strings.ContainsAny(rest[:2], "يتن"):
		return rest, false // the future: سيزور
	}
	return "", false
}

// isWhole reports whether a folded word is known to begin with a letter of its own.
func isWhole(word string) bool {
	lexicon := arabicLexicon()
	stem := cutEndings(word, lexicon.kept, nil)
	if !strings.HasPrefix(word, "ال") { // الأمين is no plural of ألم
		stem = cutEndings(word, lexicon.kept, lexicon.stems)
	}
	return lexicon.whole[word] || lexicon.whole[stem]
}

// arabicStem is what is left of a folded Arabic word without the endings of
// number, gender, case, nisba and possession; at least three letters. Broken
// plurals have the stem of their singulars, as far as the lexicon knows them.
func arabicStem(word string) string {
	lexicon := arabicLexicon()
	return cutEndings(word, lexicon.kept, lexicon.stems)
}

// singulars answers the stems of the words of which a folded word may be the
// plural, by its pattern: those patterns only that hardly any singular has.
// Patterns that singulars share (أفعال, فعول, مفاعل) are left to the lexicon.
func singulars(word string) []string {
	for _, ending := range arabicEndings {
		if base, cut := strings.CutSuffix(word, ending.letters); cut && ending.pronoun && len(base) >= 10 {
			word = base
			break
		}
	}
	r := []rune(word)
	if len(r) == 6 && r[0] == 'ا' && strings.HasSuffix(word, "اء") { // أفعلاء
		r = r[1:]
	}
	switch {
	case len(r) == 5 && r[3] == 'ا' && strings.ContainsRune("ءوي", r[4]): // فعلاء: فعيل, فاعل
		return []string{string([]rune{r[0], r[1], 'ي', r[2]}), string([]rune{r[0], 'ا', r[1], r[2]})}
	case len(r) == 5 && r[2] == 'ا' && r[3] == 'ي': // فعائل: فعيلة, فعالة
		return []string{string([]rune{r[0], r[1], 'ي', r[4]}), string([]rune{r[0], r[1], 'ا', r[4]})}
	case len(r) == 5 && r[1] == 'و' && r[2] == 'ا': // فواعل: فاعل, فاعلة
		return []string{string([]rune{r[0], 'ا', r[3], r[4]})}
	case len(r) == 6 && r[2] == 'ا' && r[4] == 'ي': // فعاليل: فعلول, فعلال, فعليل; فواعيل: فاعول
		if r[1] == 'و' {
			r[1] = 'ا'
		}
		var list []string
		for _, vowel := range "واي" {
			list = append(list, string([]rune{r[0], r[1], r[3], vowel, r[5]}))
		}
		return list
	}
	return nil
}

// cutEndings takes endings off until the word is kept, or its stem is known.
func cutEndings(word string, kept map[string]bool, stems map[string]string) string {
	owned := false
	for !kept[word] {
		for _, ending := range arabicEndings { // before a pronoun, وزراء is وزراؤ or وزرائ
			if base, cut := strings.CutSuffix(word, ending.letters); cut && ending.pronoun && len(base) > 4 {
				word = cmp.Or(hamzaBack(base, stems), word)
			}
		}
		if stem := stems[word]; stem != "" {
			return stem
		}
		shorter, pronoun := cutEnding(word, owned)
		if shorter == word {
			break
		}
		if feminine := stems[shorter+"ه"]; owned && feminine != "" { // قادتهم is of قادة
			return feminine
		}
		word, owned = shorter, pronoun
	}
	return word
}

// hamzaBack writes the hamza at the end of a plural that the lexicon knows, which
// sits on a letter before a pronoun; empty where it is none.
func hamzaBack(word string, stems map[string]string) string {
	for _, seat := range []string{"او", "اي"} {
		if base, cut := strings.CutSuffix(word, seat); cut && stems[base+"اء"] != "" {
			return base + "اء"
		}
	}
	return ""
}

// cutEnding takes the longest ending off that leaves three letters. owned says
// that a pronoun was taken off before.
func cutEnding(word string, owned bool) (rest string, pronoun bool) {
	letters := utf8.RuneCountInString(word)
	if owned && letters >= 4 { // the ta marbuta of a noun with a possessor: وزارته
		if rest, cut := strings.CutSuffix(word, "ت"); cut {
			return rest, false
		}
	}
	for _, ending := range arabicEndings {
		rest, cut := strings.CutSuffix(word, ending.letters)
		left := letters - utf8.RuneCountInString(ending.letters)
		switch {
		case !cut:
		case left >= max(3, ending.least):
			return rest, ending.pronoun
		case left == 2 && ending.feminine: // قوات is of قوة, سنتين of سنة
			return rest + "ه", false
		}
	}
	return word, false
}

type arabicEnding struct {
	letters string
	// least is how many letters are to be left, where it is more than three.
	least             int
	pronoun, feminine bool
}

// arabicEndings are the endings of nouns and adjectives, longest first.
var arabicEndings = []arabicEnding{
	{letters: "هما", pronoun: true},
	{letters: "كما", pronoun: true},
	{letters: "تين", feminine: true},
	{letters: "تان", feminine: true},
	{letters: "ها", pronoun: true},
	{letters: "هم", pronoun: true},
	{letters: "هن", pronoun: true},
	{letters: "كم", pronoun: true},
	{letters: "نا", pronoun: true},
	{letters: "يه"},
	{letters: "ين"},
	{letters: "ون"},
	{letters: "ان"},
	{letters: "ات", feminine: true},
	{letters: "ه", pronoun: true},
	{letters: "ي", pronoun: true},
	{letters: "ا"},
	{letters: "و", least: 4},
}

// lexicon is what rules do not know of Arabic, folded.
type lexicon struct {
	// stems are those of broken plurals, and of second spellings: the stem of the
	// singular, and of the usual one.
	stems map[string]string
	// kept are words that lose no ending.
	kept map[string]bool
	// whole are words, and stems of words, that begin with a letter which is no
	// proclitic.
	whole map[string]bool
}

var arabicLexicon = sync.OnceValue(func() lexicon {
	l := lexicon{stems: map[string]string{}, kept: FoldedSet(arabicKept), whole: FoldedSet(arabicWhole)}
	for line := range strings.Lines(arabicPlurals) {
		words := strings.Fields(Fold(line))
		for _, plural := range words[min(1, len(words)):] {
			l.stems[plural] = cutEndings(words[0], l.kept, nil)
		}
	}
	return l
})
