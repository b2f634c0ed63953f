package fulltext

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"

	"github.com/diwan-cms/diwan/internal/bcp47"
	"github.com/diwan-cms/diwan/internal/text"
)

// Version grows whenever the terms of texts change. An index that another version wrote
// has to be rebuilt.
const Version = 1

// Keys returns the keys of a folded word in a text whose language is given by its BCP 47
// tag. Two words find each other when they share a key. The keys of English and French
// words are the word and its stem; those of Arabic words, in a text of any language, are
// the stems they may have; any other word is its own key. When the language is unknown
// (""), Latin words have the stems of both English and French.
func Keys(folded, language string) []string {
	first, _ := utf8.DecodeRuneInString(folded)
	switch {
	case unicode.Is(unicode.Arabic, first):
		return arabicStems(folded)
	case !unicode.Is(unicode.Latin, first):
		return []string{folded}
	}
	keys := []string{folded}
	base := bcp47.Base(language)
	for _, stemmer := range []struct {
		language string
		stem     func(*snowballstem.Env) bool
	}{{"en", english.Stem}, {"fr", french.Stem}} {
		if base != "" && base != stemmer.language {
			continue
		}
		env := snowballstem.NewEnv(folded)
		stemmer.stem(env)
		if singular := singularOf(folded, stemmer.language); singular != "" {
			env.SetCurrent(singular)
			stemmer.stem(env)
		}
		if stem := env.Current(); !slices.Contains(keys, stem) {
			keys = append(keys, stem)
		}
	}
	return keys
}

// singularOf returns the singular of an irregular plural that is common in news; empty
// for any other word.
func singularOf(folded, language string) string {
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

// isFunctionWord reports whether a folded word says nothing about what a text is about,
// so that a search can do without it.
func isFunctionWord(folded string) bool { return functionWords()[folded] }

var functionWords = sync.OnceValue(func() map[string]bool {
	return text.FoldedSet(`
		في من إلى على عن مع أو ثم و ف ب ل ك أن إن هذا هذه ذلك تلك التي الذي الذين ما لا لم لن قد كل بعد قبل بين حول عند لدى منذ حتى
		هو هي هم كان كانت كما أي وفي ومن وإلى وعلى وعن ومع
		a an the of in on at to for from by with and or is are was were be as it its this that into over after before
		le la les l un une des de du d au aux a et ou en dans sur par pour avec sans est sont ce cette ces son sa ses qui que al el`)
})
