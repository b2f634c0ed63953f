package text

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"github.com/diwan-cms/diwan/internal/bcp47"
)

// CanonicalLanguage returns the canonical spelling of a BCP 47 language tag: "ar-IQ" for
// "AR-iq", "he" for the withdrawn "iw", and "ar" for "ar-Arab", as Arabic needs no script
// subtag. The language must be registered: "und", private-use and unknown subtags are
// refused. So are extensions, which ask for a calendar or for digits and say nothing about
// the language of a text. The error is a sentence for whoever sent the tag.
func CanonicalLanguage(tag string) (string, error) {
	if strings.Contains(tag, "_") {
		return "", fmt.Errorf("%.40q has an underscore; language tags have hyphens, as in fr-CA", tag)
	}
	if len(tag) > maxTag {
		return "", notATag(tag)
	}
	parsed, err := (language.Default | language.SuppressScript).Parse(tag)
	base, script, region := parsed.Raw()
	if err != nil || base == (language.Base{}) {
		return "", notATag(tag)
	}
	if len(parsed.Extensions()) > 0 {
		return "", fmt.Errorf("%.40q has an extension or a private-use part; send the language alone, as in ar, en or fr-CA", tag)
	}
	// Kosovo has no ISO code; CLDR uses the private-use code XK for it.
	privateRegion := region.IsPrivateUse() && region.String() != "XK"
	if base.IsPrivateUse() || script.IsPrivateUse() || privateRegion || hasSubtag(tag, "Zzzz") {
		return "", notATag(tag)
	}
	return parsed.String(), nil
}

// maxTag is in bytes. Real tags have about 12, and the time that parsing takes grows with
// the square of the length.
const maxTag = 256

func notATag(tag string) error {
	return fmt.Errorf("%.40q is not a BCP 47 language tag; send one such as ar, en or fr-CA", tag)
}

func hasSubtag(tag, subtag string) bool {
	return slices.ContainsFunc(strings.Split(tag, "-"), func(s string) bool { return strings.EqualFold(s, subtag) })
}

const (
	maxAccepted = 10 // languages that AcceptedLanguages returns
	maxRanges   = 50 // language ranges that it reads
	maxSubtags  = 8  // of a range; more than any language has
)

// AcceptedLanguages returns the languages of an HTTP Accept-Language header (RFC 9110,
// section 12.5.4) in canonical form, the preferred ones first; languages of the same quality
// keep the order of the header. It leaves out the wildcard, refused languages (q=0) and what
// begins with no language. It returns at most 10 languages, each once, and nil if there are
// none.
func AcceptedLanguages(header string) []string {
	type choice struct {
		language string
		quality  float64
	}
	var choices []choice
	ranges := strings.SplitN(header, ",", maxRanges+1)
	for _, r := range ranges[:min(len(ranges), maxRanges)] {
		tag, parameter, _ := strings.Cut(r, ";")
		if name, q := lookUpLanguage(strings.TrimSpace(tag)), quality(parameter); name != "" && q > 0 {
			choices = append(choices, choice{name, q})
		}
	}
	slices.SortStableFunc(choices, func(a, b choice) int { return cmp.Compare(b.quality, a.quality) })

	var languages []string
	for _, c := range choices {
		if len(languages) < maxAccepted && !slices.Contains(languages, c.language) {
			languages = append(languages, c.language)
		}
	}
	return languages
}

// lookUpLanguage returns the language of a range as browsers and phones send it, "" if there
// is none. It reads from the left for as long as that is a language (RFC 4647, section 3.4),
// so that extensions and unknown subtags fall away: "ar-EG" for "ar-EG-u-nu-latn", "ar" for
// "ar-QQ". Names of POSIX locales are read too: "ar-IQ" for "ar_IQ.UTF-8".
func lookUpLanguage(languageRange string) string {
	locale, _, _ := strings.Cut(languageRange, "@")
	locale, _, _ = strings.Cut(locale, ".")
	subtags := strings.SplitN(strings.ReplaceAll(locale, "_", "-"), "-", maxSubtags+1)
	for n := min(len(subtags), maxSubtags); n > 0; n-- {
		if name, err := CanonicalLanguage(strings.Join(subtags[:n], "-")); err == nil {
			return name
		}
	}
	return ""
}

// quality parses the parameter of a language range. It returns 1 if there is none, and 0,
// which means unacceptable, if it is invalid.
func quality(parameter string) float64 {
	if strings.TrimSpace(parameter) == "" {
		return 1
	}
	name, value, _ := strings.Cut(parameter, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 0
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// IsRTL reports whether a language is written from right to left, judging by the script
// that its tag names or else by its most likely script: true for "az-Arab", false for
// "ar-Latn". It returns false for what is not a language tag.
func IsRTL(tag string) bool {
	parsed, err := language.Parse(tag)
	if err != nil {
		return false
	}
	script, _ := parsed.Script()
	switch script.String() {
	case "Adlm", "Arab", "Aran", "Armi", "Avst", "Chrs", "Cprt", "Elym", "Gara", "Hatr", "Hebr",
		"Hung", "Khar", "Lydi", "Mand", "Mani", "Mend", "Merc", "Mero", "Narb", "Nbat", "Nkoo", "Orkh",
		"Ougr", "Palm", "Phli", "Phlp", "Phnx", "Prti", "Rohg", "Samr", "Sarb", "Sidt", "Sogd",
		"Sogo", "Syrc", "Syre", "Syrj", "Syrn", "Thaa", "Yezi":
		return true
	case "Zzzz":
		return isInArabicScript(parsed)
	}
	return false
}

// isInArabicScript reports whether a language is a spoken Arabic, Hassaniyya, Dari, Iranian
// Persian or South Azerbaijani, whose script golang.org/x/text does not know.
func isInArabicScript(tag language.Tag) bool {
	base, _ := tag.Base()
	switch base.String() {
	case "mey", "azb", "pes", "prs":
		return true
	}
	return bcp47.Base(base.String()) == bcp47.Arabic
}
