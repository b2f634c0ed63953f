package fulltext

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	var indexer Indexer
	long := strings.Repeat("word ", 600)
	for _, c := range []struct {
		name   string
		fields []Field
		tags   []Tag
		words  string // | between fields
		terms  string
	}{
		{"a word has its keys", []Field{{"Voted", "en", 1}}, nil, "voted", "~vote ~vote/2 ~vote/3 ~voted ~voted/2 ~voted/3 =voted =voted/2 =voted/3"},
		{"words keep their order, and a gap parts fields", []Field{{"The vote", "en", 1}, {"vote", "en", 1}}, nil, "the vote | vote", ""},
		{"the same key in several languages is one", []Field{{"وزير", "ar", 1}, {"وزراء", "en", 1}}, nil, "وزير | وزراء", ""},
		{"a tag has every level up to its own", nil, []Tag{{TagTerm("1"), 3}}, "", "#1 #1/2 #1/3"},
		{"tags that are given twice are there once", nil, []Tag{{TagTerm("1"), 2}, {TagTerm("1"), 1}}, "", "#1 #1/2"},
		{"weight raises the level", []Field{{"oil", "ckb", 6}, {long, "ckb", 1}}, nil, "", "~oil ~oil/2 ~oil/3 ~word ~word/2 ~word/3 ~word/4 ~word/5 ~word/6 =oil =oil/2 =oil/3 =word =word/2 =word/3 =word/4 =word/5 =word/6"},
		{"from level 2 on, a word has exact terms", []Field{{"oil " + long[:99*len("word ")], "ckb", 1}}, nil, "", "~oil ~oil/2 ~word ~word/2 ~word/3 ~word/4 ~word/5 ~word/6 =oil =oil/2 =word =word/2 =word/3 =word/4 =word/5 =word/6"},
		{"what stands once in a long text has no exact term", []Field{{"oil", "ckb", 1}, {long, "ckb", 1}}, nil, "", "~oil ~word ~word/2 ~word/3 ~word/4 ~word/5 ~word/6 =word =word/2 =word/3 =word/4 =word/5 =word/6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			index := indexer.Index(c.fields, c.tags)
			var words []string
			for _, word := range index.Words {
				if word == "" {
					word = "|"
				}
				words = append(words, word)
			}
			if got := strings.Join(words, " "); c.words != "" && got != c.words {
				t.Errorf("words = %s, want %s", got, c.words)
			}
			want := strings.Fields(c.terms)
			slices.Sort(want)
			terms := slices.Sorted(slices.Values(index.Terms))
			if c.terms != "" && !slices.Equal(terms, want) {
				t.Errorf("terms = %s, want %s", terms, want)
			}
			if len(slices.Compact(slices.Clone(terms))) != len(terms) {
				t.Errorf("terms = %s, want them distinct", terms)
			}
		})
	}
}

// A text is indexed alike, in the same order, whatever an Indexer has read before.
func TestIndexerForgets(t *testing.T) {
	t.Parallel()
	fields := []Field{{"Oil and gas: the oil law", "en", 2}, {"قانون النفط والغاز", "ar", 1}}
	tags := []Tag{{TagTerm("1"), 2}}
	want := new(Indexer).Index(fields, tags)
	var indexer Indexer
	for i := range 3 {
		var b strings.Builder
		for word := range maxRemembered/2 + 1 {
			fmt.Fprintf(&b, "word%d ", i*maxRemembered+word)
		}
		indexer.Index([]Field{{b.String(), "en", 1}}, nil)
		if got := indexer.Index(fields, tags); !slices.Equal(got.Terms, want.Terms) || !slices.Equal(got.Words, want.Words) {
			t.Errorf("after %d texts, Index = %v, want %v", i+1, got, want)
		}
		if indexer.known.size > maxRemembered+maxRemembered/2+len(want.Words)+1 {
			t.Errorf("%d words are remembered, want %d at most and one text", indexer.known.size, maxRemembered)
		}
	}
}

// The keys of a word are the same whether an Indexer remembers it or not, and in each
// language its own.
func TestIndexerRemembersByLanguage(t *testing.T) {
	t.Parallel()
	var indexer Indexer
	for range 2 {
		for _, language := range []string{"en", "fr"} {
			got := indexer.Index([]Field{{"nationales", language, 1}}, nil)
			if want := new(Indexer).Index([]Field{{"nationales", language, 1}}, nil); !slices.Equal(got.Terms, want.Terms) {
				t.Errorf("in %s, terms = %s, want %s", language, got.Terms, want.Terms)
			}
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	long := []string{strings.Repeat("a", 100), strings.Repeat("b", 99)}
	for _, c := range []struct{ name, got, want string }{
		{"level 1 is the term itself", LevelTerm(KeyTerm("vote"), 1), "~vote"},
		{"the others are numbered", LevelTerm(ExactTerm("vote"), 6), "=vote/6"},
		{"a whole name", WholeTerm([]string{"le", "drian"}), "!le+drian"},
		{"as long as possible", WholeTerm(long), "!" + strings.Join(long, "+")},
		{"a longer one is a checksum", WholeTerm([]string{long[0], long[1] + "b"}), "!+8f649af7a40a52045722714d9716e88289dfb787089c444f7d31dd3310d2ab22"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestLevel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ weight, length, want int }{
		{1, 3000, 1}, {1, 300, 1}, {2, 300, 2}, {3, 300, 3}, {5, 300, 4}, {7, 300, 5}, {10, 300, 5}, {11, 300, 6}, {1, 100, 2}, {1, 1, 3},
	} {
		if got := level(c.weight, c.length); got != c.want {
			t.Errorf("level(%d, %d) = %d, want %d", c.weight, c.length, got, c.want)
		}
	}
}

// A score is the impact of BM25 in tenths: higher levels gain something, and all of them
// together what the highest is worth.
func TestGain(t *testing.T) {
	t.Parallel()
	total := 0
	for level := 1; level <= Levels; level++ {
		if Gain(level) <= 0 {
			t.Errorf("Gain(%d) = %d, want more than nothing", level, Gain(level))
		}
		total += Gain(level)
	}
	if total != 22 { // saturation + 1
		t.Errorf("all levels gain %d, want 22", total)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, word, language, want string }{
		{"English has the word and its stem", "ministers", "en-GB", "ministers minist"},
		{"a stem that is the word is one key", "vote", "en", "vote"},
		{"irregular plurals have the stem of their singular", "women", "en", "women woman"},
		{"French ones, too", "travaux", "fr", "travaux travail"},
		{"an unknown language has both stems", "elections", "", "elections elect"},
		{"words of other languages are their keys", "wahlen", "de", "wahlen"},
		{"and of other scripts", "выборы", "ru", "выборы"},
		{"Arabic has its stems in every language", "والوزراء", "en", "والوزراء وزير وازر"},
	} {
		if got := strings.Join(Keys(c.word, c.language), " "); got != c.want {
			t.Errorf("%s: Keys(%s, %q) = %s, want %s", c.name, c.word, c.language, got, c.want)
		}
	}
}

func FuzzIndex(f *testing.F) {
	for _, s := range []string{"l’Irak's", "وبالوزراء ﷺ", "\xff'\xffs", "a_b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		index := new(Indexer).Index([]Field{{s, "ar", 1}, {s, "en", 6}}, nil)
		for _, term := range index.Terms {
			if strings.Trim(term, "~=") == "" || !strings.ContainsAny(term[:1], "~=") || strings.Contains(term, " ") {
				t.Errorf("the index of %q has the term %q", s, term)
			}
		}
	})
}

// BenchmarkIndexer indexes 3 KB of Arabic, with words that are remembered and with words
// that are not.
func BenchmarkIndexer(b *testing.B) {
	data, err := os.ReadFile("testdata/arabic_unseen.txt")
	if err != nil {
		b.Fatal(err)
	}
	prose := string(data)
	fields := []Field{{Text: prose[:strings.LastIndex(prose[:3<<10], " ")], Language: "ar", Weight: 1}}
	b.Run("known words", func(b *testing.B) {
		var indexer Indexer
		for b.Loop() {
			indexer.Index(fields, nil)
		}
	})
	b.Run("new words", func(b *testing.B) {
		for b.Loop() {
			new(Indexer).Index(fields, nil)
		}
	})
}
