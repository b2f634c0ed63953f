package text

import (
	"strings"
	"testing"
)

func TestCountWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       int
	}{
		{"spaces and punctuation separate words", "The vote, delayed again — why?", 5},
		{"an apostrophe is within a word", "it's l'été", 2},
		{"a number is one word", "3.14 and 1,000,000", 3},
		{"a hyphen separates words", "twenty-one", 2},
		{"Arabic words are counted", "مجلس النواب يقر الموازنة", 4},
		{"an Arabic word with tashkeel is one", "مُحَمَّدٌ وَلَدٌ", 2},
		{"tatweel is within a word", "بيـــروت", 1},
		{"ZWNJ is within a word", "می\u200Cخواهم", 1},
		{"Arabic-Indic numbers are words", "عام ٢٠٢٤", 2},
		{"the Chinese zero is a number", "〇", 1},
		{"Hebrew abbreviations are one word", "צה״ל", 1},
		{"Hindi words are counted", "हिन्दी समाचार", 2},
		{"Chinese is counted by the character", "中国人。", 3},
		{"Thai is counted by the letter", "ไทย", 3},
		{"emoji and symbols are no words", "👍🏽 🇱🇧 … !", 0},
		{"invalid UTF-8 separates words", "a\xffb", 2},
		{"nothing has no words", "", 0},
		{"white space has no words", " \n\t", 0},
		{"a long text is counted to its end", strings.Repeat("كلمة ", 20000), 20000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := CountWords(tt.text); got != tt.want {
				t.Errorf("CountWords(%.60q) = %d, want %d", tt.text, got, tt.want)
			}
		})
	}
}

func TestReadingMinutes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		words    int
		language string
		want     int
	}{
		{"no words take no time", 0, "ar", 0},
		{"fewer than none take none", -1000, "ar", 0},
		{"one word takes a minute", 1, "en", 1},
		{"English at 228 words", 228, "en", 1},
		{"a word more is another minute", 229, "en", 2},
		{"French at 195", 391, "fr", 3},
		{"Arabic at 138", 276, "ar", 2},
		{"Arabic rounds up", 277, "ar", 3},
		{"a region changes nothing", 228, "en-GB", 1},
		{"case changes nothing", 228, "EN", 1},
		{"Chinese is counted in characters", 255, "zh-Hant", 1},
		{"other languages at the mean of 184", 185, "ckb", 2},
		{"an unknown language at the mean", 184, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := ReadingMinutes(tt.words, tt.language); got != tt.want {
				t.Errorf("ReadingMinutes(%d, %q) = %d, want %d", tt.words, tt.language, got, tt.want)
			}
		})
	}
}

func TestReadingMinutesOfEveryLanguageMeasured(t *testing.T) {
	t.Parallel()
	for language, speed := range map[string]int{
		"ar": 138, "de": 179, "en": 228, "es": 218, "fi": 161, "fr": 195, "he": 187, "it": 188, "ja": 357,
		"nl": 202, "pl": 166, "pt": 181, "ru": 184, "sl": 180, "sv": 199, "tr": 166, "zh": 255,
	} {
		if got := ReadingMinutes(speed, language); got != 1 {
			t.Errorf("ReadingMinutes(%d, %q) = %d, want 1", speed, language, got)
		}
		if got := ReadingMinutes(speed+1, language); got != 2 {
			t.Errorf("ReadingMinutes(%d, %q) = %d, want 2", speed+1, language, got)
		}
	}
}

func FuzzCountWords(f *testing.F) {
	for _, s := range []string{"it's 3.14", "مُحَمَّد", "中国", "\xff", "👍🏽", "a\u200D", "\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		one := CountWords(s)
		if two := CountWords(s + "\n" + s); two != 2*one {
			t.Errorf("CountWords(%+q) = %d, but %d for two of it", s, one, two)
		}
	})
}
