package text

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
)

// AnalysisVersion grows whenever words are found by something else than before:
// an index that was written by another version is to be written anew.
const AnalysisVersion = 1

// Keys answers what a folded word is found by, in a text of a language, given by
// its tag: two words find each other when they have a key in common. English and
// French words have their stem and themselves; Arabic ones the stems that they
// may have, in a text of any language; all others themselves. Words of an
// unknown language, "", have the stems of both English and French.
func Keys(folded, language string) []string {
	first, _ := utf8.DecodeRuneInString(folded)
	switch {
	case unicode.Is(unicode.Arabic, first):
		return arabicStems(folded)
	case !unicode.Is(unicode.Latin, first):
		return []string{folded}
	}
	keys := []string{folded}
	base, _, _ := strings.Cut(language, "-")
	for _, s := range []struct {
		language string
		stem     func(*snowballstem.Env) bool
	}{{"en", english.Stem}, {"fr", french.Stem}} {
		if base != "" && base != s.language {
			continue
		}
		env := snowballstem.NewEnv(folded)
		s.stem(env)
		if singular := irregular(folded, s.language); singular != "" {
			env.SetCurrent(singular)
			s.stem(env)
		}
		if stem := env.Current(); !slices.Contains(keys, stem) {
			keys = append(keys, stem)
		}
	}
	return keys
}

// irregular is the singular of words that no ending makes plural, as far as news
// has them.
func irregular(folded, language string) string {
	if language == "fr" {
		if folded == "travaux" {
			return "travail"
		}
		return ""
	}
	switch folded {
	case "women":
		return "woman"
	case "men":
		return "man"
	case "children":
		return "child"
	case "people":
		return "person"
	case "lives":
		return "life"
	}
	return ""
}

// functionWord reports whether a folded word says nothing of what a text is
// about: those which a search can do without.
func functionWord(folded string) bool { return functionWords()[folded] }

var functionWords = sync.OnceValue(func() map[string]bool {
	return FoldedSet(`
		في من إلى على عن مع أو ثم و ف ب ل ك أن إن هذا هذه ذلك تلك التي الذي الذين ما لا لم لن قد كل بعد قبل بين حول عند لدى منذ حتى
		هو هي هم كان كانت كما أي وفي ومن وإلى وعلى وعن ومع
		a an the of in on at to for from by with and or is are was were be as it its this that into over after before
		le la les l un une des de du d au aux a et ou en dans sur par pour avec sans est sont ce cette ces son sa ses qui que al el`)
})
