package linking

import (
	"slices"
	"strings"
)

// inflected returns the forms of a folded demonym: its numbers, genders and cases,
// in Arabic with and without the article.
func inflected(words []string, language string) [][]string {
	if len(words) == 0 {
		return nil
	}
	switch language {
	case "ar":
		return inflectedArabic(words)
	case "fr":
		return withEndings(words, frenchEndings(words[len(words)-1]))
	case "en":
		return withEndings(words, []string{"", "s"})
	}
	return [][]string{words}
}

// withEndings returns the words once with each ending on the last of them.
func withEndings(words, endings []string) [][]string {
	last := len(words) - 1
	forms := make([][]string, len(endings))
	for i, ending := range endings {
		forms[i] = append(slices.Clone(words[:last]), words[last]+ending)
	}
	return forms
}

// frenchEndings returns the endings that a folded French adjective takes.
func frenchEndings(word string) []string {
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

// inflectedArabic inflects a demonym. When all its words are nisbas, all of them
// agree; otherwise only the last is inflected, and only the first takes the article.
func inflectedArabic(words []string) [][]string {
	bare := make([]string, len(words))
	allNisbas := true
	for i, word := range words {
		bare[i] = nisbaOf(strings.TrimPrefix(word, "ال"))
		allNisbas = allNisbas && strings.HasSuffix(bare[i], "ي")
	}
	endings := []string{""}
	if strings.HasSuffix(bare[len(bare)-1], "ي") {
		endings = []string{"", "ه", "ون", "ين", "ات", "ان", "تان", "تين", "ا"}
	}
	var forms [][]string
	for _, ending := range endings {
		indefinite, definite := slices.Clone(bare), slices.Clone(bare)
		for i := range bare {
			if allNisbas || i == len(bare)-1 {
				indefinite[i] += ending
			}
			definite[i] = indefinite[i]
			if allNisbas || i == 0 {
				definite[i] = "ال" + definite[i]
			}
		}
		forms = append(forms, indefinite, definite)
	}
	return forms
}

// nisbaOf returns the masculine singular of a folded nisba, and any other word as
// it is.
func nisbaOf(word string) string {
	for _, ending := range []string{"تين", "تان", "ون", "ين", "ات", "ه"} {
		if base, cut := strings.CutSuffix(word, ending); cut && strings.HasSuffix(base, "ي") && len(base) > 6 {
			return base
		}
	}
	return word
}
