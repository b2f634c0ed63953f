package fulltext

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// arabicStems returns the keys of a folded Arabic word: its stem, and the stems of what
// remains when its first letters are taken for the conjunctions, prepositions and the
// article that Arabic joins to a word (و ف ب ل ك س ال). It does not decide between them:
// وبغداد has the stems of both readings. Words that are known to begin with such a letter
// stay whole.
func arabicStems(word string) []string {
	var stems []string
	for _, reading := range append([]string{word}, withoutProclitics(word)...) {
		for _, stem := range append([]string{arabicStem(reading)}, singulars(reading)...) {
			if !slices.Contains(stems, stem) {
				stems = append(stems, stem)
			}
		}
	}
	return stems
}

// withoutProclitics returns what may remain of a folded Arabic word without what is
// joined to its front, longest first.
func withoutProclitics(word string) []string {
	var readings []string
	for rest, cut := word, 0; ; cut++ {
		next, articleFollows := cutProclitic(rest, cut)
		if next == "" {
			return readings
		}
		rest = next
		if articleFollows { // the two are only cut together
			continue
		}
		readings = append(readings, rest)
		if cut > 2 {
			return readings
		}
	}
}

// cutProclitic cuts one proclitic off a word from which a number of them was cut before.
// The rest is empty where the word has none. articleFollows says that the rest begins
// with the article and is therefore no reading of its own.
func cutProclitic(word string, alreadyCut int) (rest string, articleFollows bool) {
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
	case strings.ContainsRune("وف", first) && alreadyCut == 0, strings.ContainsRune("بلك", first) && alreadyCut <= 1:
		return rest, strings.HasPrefix(rest, "ال") && !isWhole(rest)
	case first == 'س' && letters >= 5 && strings.ContainsAny(rest[:2], "يتن"):
		return rest, false // the future tense: سيزور
	}
	return "", false
}

// isWhole reports whether the first letter of a folded word is known not to be a
// proclitic.
func isWhole(word string) bool {
	lexicon := arabicLexicon()
	stem := cutEndings(word, lexicon.kept, nil)
	if !strings.HasPrefix(word, "ال") { // الأمين is not a plural of ألم
		stem = cutEndings(word, lexicon.kept, lexicon.stems)
	}
	return lexicon.whole[word] || lexicon.whole[stem]
}

// arabicStem returns a folded Arabic word without its endings of number, gender, case,
// nisba and possession, but at least three letters of it. Broken plurals that the lexicon
// knows have the stem of their singular.
func arabicStem(word string) string {
	lexicon := arabicLexicon()
	return cutEndings(word, lexicon.kept, lexicon.stems)
}

// singulars returns the stems of the words whose plural a folded word may be, judging by
// its pattern. It knows the patterns that hardly any singular has; those that many
// singulars have, too (أفعال, فعول, مفاعل), are left to the lexicon.
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
		var stems []string
		for _, vowel := range "واي" {
			stems = append(stems, string([]rune{r[0], r[1], r[3], vowel, r[5]}))
		}
		return stems
	}
	return nil
}

// cutEndings cuts endings off until the word is one to keep, or its stem is known.
func cutEndings(word string, kept map[string]bool, stems map[string]string) string {
	possessed := false
	for !kept[word] {
		for _, ending := range arabicEndings { // before a pronoun, وزراء becomes وزراؤ or وزرائ
			if base, cut := strings.CutSuffix(word, ending.letters); cut && ending.pronoun && len(base) > 4 {
				word = cmp.Or(withFinalHamza(base, stems), word)
			}
		}
		if stem := stems[word]; stem != "" {
			return stem
		}
		shorter, pronoun := cutEnding(word, possessed)
		if shorter == word {
			break
		}
		if feminine := stems[shorter+"ه"]; possessed && feminine != "" { // قادتهم comes from قادة
			return feminine
		}
		word, possessed = shorter, pronoun
	}
	return word
}

// withFinalHamza returns the plural that the lexicon knows with a final hamza, which
// before a pronoun has become a letter; empty where it knows none.
func withFinalHamza(word string, stems map[string]string) string {
	for _, seat := range []string{"او", "اي"} {
		if base, cut := strings.CutSuffix(word, seat); cut && stems[base+"اء"] != "" {
			return base + "اء"
		}
	}
	return ""
}

// cutEnding cuts off the longest ending that leaves three letters, and says whether it
// was a pronoun. possessed says that a pronoun was cut off before.
func cutEnding(word string, possessed bool) (rest string, pronoun bool) {
	letters := utf8.RuneCountInString(word)
	if possessed && letters >= 4 { // the ta marbuta of a noun with a possessive pronoun: وزارته
		if rest, cut := strings.CutSuffix(word, "ت"); cut {
			return rest, false
		}
	}
	for _, ending := range arabicEndings {
		rest, cut := strings.CutSuffix(word, ending.letters)
		remaining := letters - utf8.RuneCountInString(ending.letters)
		switch {
		case !cut:
		case remaining >= max(3, ending.minRest):
			return rest, ending.pronoun
		case remaining == 2 && ending.feminine: // قوات comes from قوة, سنتين from سنة
			return rest + "ه", false
		}
	}
	return word, false
}

type arabicEnding struct {
	letters string
	// minRest is how many letters must remain, where it is more than three.
	minRest           int
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
	{letters: "و", minRest: 4},
}

// lexicon holds what rules cannot tell about Arabic words. All words are folded.
type lexicon struct {
	// stems maps a broken plural to the stem of its singular, and an unusual spelling to
	// the stem of the usual one.
	stems map[string]string
	// kept are words that lose no ending.
	kept map[string]bool
	// whole are words and stems whose first letter is not a proclitic.
	whole map[string]bool
}

var arabicLexicon = sync.OnceValue(func() lexicon {
	l := lexicon{stems: map[string]string{}, kept: text.FoldedSet(arabicKept), whole: text.FoldedSet(arabicWhole)}
	for line := range strings.Lines(arabicPlurals) {
		words := strings.Fields(text.Fold(line))
		for _, plural := range words[min(1, len(words)):] {
			l.stems[plural] = cutEndings(words[0], l.kept, nil)
		}
	}
	return l
})
