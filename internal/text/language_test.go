package text

import (
	"slices"
	"strings"
	"testing"
)

func TestCanonicalLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, tag, want string }{
		{"a language is enough", "ar", "ar"},
		{"case is the usual one", "AR-iq", "ar-IQ"},
		{"script and region are kept", "sr-latn-rs", "sr-Latn-RS"},
		{"a script that goes without saying is dropped", "ar-Arab", "ar"},
		{"a withdrawn code is replaced", "iw", "he"},
		{"a grandfathered tag is replaced", "i-klingon", "tlh"},
		{"an extended language stands alone", "zh-yue", "yue"},
		{"three-letter languages are kept", "ckb", "ckb"},
		{"a three-letter code gives way to the two-letter one", "ara", "ar"},
		{"area codes are regions", "es-419", "es-419"},
		{"variants are kept", "ca-valencia", "ca-valencia"},
		{"Kosovo is a region", "sq-XK", "sq-XK"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, err := CanonicalLanguage(tt.tag); got != tt.want || err != nil {
				t.Errorf("CanonicalLanguage(%q) = %q, %v, want %q", tt.tag, got, err, tt.want)
			}
		})
	}
}

func TestCanonicalLanguageRefuses(t *testing.T) {
	t.Parallel()
	const (
		notATag    = " is not a BCP 47 language tag; send one such as ar, en or fr-CA"
		underscore = " has an underscore; language tags have hyphens, as in fr-CA"
		extension  = " has an extension or a private-use part; send the language alone, as in ar, en or fr-CA"
	)
	tests := []struct{ name, tag, want string }{
		{"nothing", "", `""` + notATag},
		{"underscores", "fr_fr", `"fr_fr"` + underscore},
		{"the undetermined language", "und", `"und"` + notATag},
		{"a script without a language", "und-Arab", `"und-Arab"` + notATag},
		{"the root locale", "root", `"root"` + notATag},
		{"a private-use tag", "x-newsroom", `"x-newsroom"` + notATag},
		{"a private-use language", "qaa", `"qaa"` + notATag},
		{"a private-use script", "en-Qaaa", `"en-Qaaa"` + notATag},
		{"the unknown script", "en-zzzz", `"en-zzzz"` + notATag},
		{"the unknown region", "en-ZZ", `"en-ZZ"` + notATag},
		{"an unknown language", "zz", `"zz"` + notATag},
		{"a well-formed tag of unknown subtags", "zz-ZZZZ", `"zz-ZZZZ"` + notATag},
		{"an unknown region", "ar-QQ", `"ar-QQ"` + notATag},
		{"the name of a language", "Arabic", `"Arabic"` + notATag},
		{"white space", " ar", `" ar"` + notATag},
		{"digits asked for by extension", "ar-u-nu-latn", `"ar-u-nu-latn"` + extension},
		{"a private-use part", "en-x-guardian", `"en-x-guardian"` + extension},
		{"another extension", "en-a-bbb", `"en-a-bbb"` + extension},
		{"a text, which it does not repeat in full", strings.Repeat("م", 1000), `"` + strings.Repeat("م", 40) + `"` + notATag},
		{"a text with an underscore, as briefly", "_" + strings.Repeat("م", 1000), `"_` + strings.Repeat("م", 39) + `"` + underscore},
		{"a long extension, as briefly", "en-x" + strings.Repeat("-guardian", 10), `"en-x` + strings.Repeat("-guardian", 4) + `"` + extension},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := CanonicalLanguage(tt.tag)
			if err == nil || err.Error() != tt.want || got != "" {
				t.Errorf("CanonicalLanguage(%q) = %q, %v, want %v", tt.tag, got, err, tt.want)
			}
		})
	}
}

func TestAcceptedLanguages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header string
		want         []string
	}{
		{"the header's order counts", "ar-IQ, ar, en", []string{"ar-IQ", "ar", "en"}},
		{"a higher quality comes first", "en;q=0.5, fr-CA;q=0.9, ar", []string{"ar", "fr-CA", "en"}},
		{"equal qualities keep their order", "fr;q=0.8,ar;q=0.8,en;q=0.8", []string{"fr", "ar", "en"}},
		{"many equal qualities keep their order", "ar;q=0.5,en;q=0.8,fr;q=0.5,de;q=0.8,es;q=0.5,it;q=0.8,ru;q=0.5,tr;q=0.8,he;q=0.5,fa;q=0.8,ur;q=0.5,ja;q=0.8,pl;q=0.5,nl;q=0.8", []string{"en", "de", "it", "tr", "fa", "ja", "nl", "ar", "fr", "es"}},
		{"quality one may be written", "en;q=0.9, fr;q=1", []string{"fr", "en"}},
		{"an empty parameter is none", "en;q=0.5, fr; ", []string{"fr", "en"}},
		{"tags become canonical", "AR-iq, iw;Q=0.3", []string{"ar-IQ", "he"}},
		{"the wildcard is left out", "fr, *;q=0.1", []string{"fr"}},
		{"quality zero is a refusal", "fr;q=0, en;q=0.000, ar", []string{"ar"}},
		{"a language is listed once, at its best", "ar;q=0.2, en, ar", []string{"en", "ar"}},
		{"spaces are free", " fr ; q = 0.5 ,\ten ", []string{"en", "fr"}},
		{"extensions fall", "ar-EG-u-nu-latn", []string{"ar-EG"}},
		{"those of units, too", "fr-FR-u-mu-celsius,en;q=0.9", []string{"fr-FR", "en"}},
		{"several at once", "zh-hant-TW-u-ca-roc-nu-hanidec-x-mine, ar-u-nu-latn;q=0.5", []string{"zh-Hant-TW", "ar"}},
		{"transformed content is in its language", "ar-t-de", []string{"ar"}},
		{"private-use parts fall", "en-GB-x-guardian", []string{"en-GB"}},
		{"locales have underscores", "ar_IQ, zh_Hant_TW;q=0.5", []string{"ar-IQ", "zh-Hant-TW"}},
		{"and encodings and modifiers", "ar_IQ.UTF-8, sr_RS@latin;q=0.5", []string{"ar-IQ", "sr-RS"}},
		{"unknown subtags fall from the right", "ar-QQ, es-ES_tradnl, fr-Zzzz, en-ZZ-x-a", []string{"ar", "es-ES", "fr", "en"}},
		{"what a range leaves open falls", "ar-*, zh-*-TW", []string{"ar", "zh"}},
		{"a long range has its language", "ar" + strings.Repeat("-x-aaaaaaaa", 1000), []string{"ar"}},
		{"a language is listed once, however it was asked for", "ar-IQ-u-nu-latn, ar_IQ, ar-IQ", []string{"ar-IQ"}},
		{"a private-use tag has no language", "x-newsroom, qaa-x-a, und-Arab, C, POSIX, root", nil},
		{"what cannot be read is skipped", "xx-yy-zz, ;q=1, fr;q=high, de;q=2, it;q=NaN, es;q=-1, ru;level=1, ar;q=0.1", []string{"ar"}},
		{"nothing gives nothing", "", nil},
		{"the wildcard alone gives nothing", "*", nil},
		{"nonsense gives nothing", "\x00,,;;==", nil},
		{"at most ten are listed", "ar,en,fr,de,es,it,ru,tr,he,fa,ur,ja", []string{"ar", "en", "fr", "de", "es", "it", "ru", "tr", "he", "fa"}},
		{"the best ten are listed", "ar;q=0.1,en,fr,de,es,it,ru,tr,he,fa,ur", []string{"en", "fr", "de", "es", "it", "ru", "tr", "he", "fa", "ur"}},
		{"only the first fifty ranges are read", strings.Repeat("*,", 50) + "ar", nil},
		{"the fiftieth is read", strings.Repeat("*,", 49) + "ar,en", []string{"ar"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := AcceptedLanguages(tt.header)
			if !slices.Equal(got, tt.want) || (got == nil) != (tt.want == nil) {
				t.Errorf("AcceptedLanguages(%q) = %#v, want %#v", tt.header, got, tt.want)
			}
		})
	}
}

func TestIsRTL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, tags string
		want       bool
	}{
		{"Arabic and its varieties", "ar ar-IQ arz apc ary acm afb ars prs", true},
		{"every spoken Arabic", "aao abh abv acm acq acw acx acy adf aeb aec afb apc apd arb arq ars ary arz auz avl ayh ayl ayn ayp mey pga shu ssh", true},
		{"Dari, Iranian Persian and South Azerbaijani", "prs pes azb", true},
		{"scripts that few can read", "und-Armi und-Avst und-Chrs und-Cprt und-Elym und-Hatr und-Hung und-Khar und-Lydi und-Mand und-Mani und-Mend und-Merc und-Mero und-Narb und-Nbat und-Orkh und-Ougr und-Palm und-Phli und-Phlp und-Phnx und-Prti und-Samr und-Sarb und-Sogd und-Sogo und-Syre und-Syrj und-Syrn und-Yezi", true},
		{"languages of the Arabic script", "fa ckb ur ps sd ug azb pnb ks", true},
		{"Hebrew script", "he iw yi", true},
		{"Syriac, Thaana, N'Ko and Rohingya", "syr dv nqo rhg rhg-Rohg", true},
		{"an explicit script decides", "az-Arab ku-Arab ff-Adlm ms-Arab ur-Aran en-Hebr", true},
		{"a region can decide", "az-IR pa-PK uz-AF", true},
		{"Latin by explicit script", "ar-Latn fa-Latn he-Latn", false},
		{"other languages", "en fr tr az ku ha ru hi zh-Hant ja am", false},
		{"what is no tag", "und x-foo zz !", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, tag := range strings.Fields(tt.tags) {
				if got := IsRTL(tag); got != tt.want {
					t.Errorf("IsRTL(%q) = %v, want %v", tag, got, tt.want)
				}
			}
			if IsRTL("") {
				t.Error(`IsRTL("") = true, want false`)
			}
		})
	}
}

func FuzzCanonicalLanguage(f *testing.F) {
	for _, tag := range []string{"ar", "AR-iq", "iw", "zh-yue-Hant-HK", "en-u-nu-latn", "x-a", "i-klingon", "sl-rozaj-biske-1994", "zz-ZZZZ"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		name, err := CanonicalLanguage(tag)
		if err != nil {
			return
		}
		if again, err := CanonicalLanguage(name); again != name || err != nil {
			t.Errorf("CanonicalLanguage(%q) = %q, but its canonical form is %q, %v", tag, name, again, err)
		}
		if got := AcceptedLanguages(name); !slices.Equal(got, []string{name}) {
			t.Errorf("AcceptedLanguages(%q) = %q", name, got)
		}
	})
}

func FuzzAcceptedLanguages(f *testing.F) {
	for _, header := range []string{"ar-IQ,ar;q=0.9,*;q=0.1", "en_US;q=1", ";;,,q=", "fr;q=0.5;q=0.6"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		languages := AcceptedLanguages(header)
		if len(languages) > maxAccepted {
			t.Errorf("AcceptedLanguages(%q) = %q, which is too many", header, languages)
		}
		for _, language := range languages {
			if name, err := CanonicalLanguage(language); name != language || err != nil {
				t.Errorf("AcceptedLanguages(%q) has %q, whose canonical form is %q, %v", header, language, name, err)
			}
		}
	})
}
