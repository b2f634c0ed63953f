package text

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// arabicProse is 3 KB of news in Arabic.
func arabicProse(b *testing.B) string {
	b.Helper()
	data, err := os.ReadFile("testdata/arabic_unseen.txt")
	if err != nil {
		b.Fatal(err)
	}
	prose := string(data)
	return prose[:strings.LastIndex(prose[:3<<10], " ")]
}

// knowledgeOf is so many officials with four names each, their offices and tenures.
func knowledgeOf(officials int) Knowledge {
	k := Knowledge{Country: map[Entity]int64{}}
	first, last := strings.Fields("محمد أحمد علي حسين خالد سعيد يوسف إبراهيم مصطفى محمود"), strings.Fields("الكاظمي العبادي المالكي الحكيم الجبوري الدليمي الشمري التميمي الزبيدي العامري")
	for i := range officials {
		e := Entity{Person, int64(i + 1)}
		k.Country[e] = int64(i%200 + 1)
		name := fmt.Sprint(first[i%10], " ", first[i/10%10], " ", last[i/100%10], " ", i/1000)
		k.Names = append(k.Names,
			Name{e, name, "ar", FullName}, Name{e, fmt.Sprint("Official ", i), "en", FullName},
			Name{e, name + " ال", "ar", OtherName}, Name{e, fmt.Sprint(last[i/100%10], i), "ar", ShortName})
		k.Tenures = append(k.Tenures, Tenure{int64(i + 1), int64(i + 1), 20200101, 20230101})
		office := Entity{Office, int64(i + 1)}
		k.Country[office] = int64(i%200 + 1)
		k.Names = append(k.Names, Name{office, "وزير الخارجية", "ar", FullName})
	}
	for i := range 200 {
		k.Names = append(k.Names, Name{Entity{Country, int64(i + 1)}, fmt.Sprint("بلاد ", i), "ar", FullName}, Name{Entity{Country, int64(i + 1)}, fmt.Sprint("البلاد", i, "ي"), "ar", Demonym})
	}
	return k
}

// BenchmarkLink finds what 3 KB of Arabic name; ×fold is the time as a multiple of
// what folding them takes.
func BenchmarkLink(b *testing.B) {
	prose := arabicProse(b)
	for _, officials := range []int{50, 5000} {
		linker := NewLinker(knowledgeOf(officials), "ar")
		b.Run(fmt.Sprint(officials, " officials"), func(b *testing.B) {
			b.SetBytes(int64(len(prose)))
			var took, folding time.Duration
			for b.Loop() {
				began := time.Now()
				linker.Link(prose, 20210101)
				linked := time.Now()
				Fold(prose)
				took, folding = took+linked.Sub(began), folding+time.Since(linked)
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/link")
			b.ReportMetric(float64(took)/float64(folding), "×fold")
		})
	}
}

// BenchmarkNewLinker learns 20,000 names.
func BenchmarkNewLinker(b *testing.B) {
	k := knowledgeOf(5000)
	for b.Loop() {
		NewLinker(k, "ar")
	}
}

// BenchmarkIndexer makes the index of 3 KB of Arabic, when the words are known and
// when they are not.
func BenchmarkIndexer(b *testing.B) {
	fields := []Field{{Text: arabicProse(b), Language: "ar", Weight: 1}}
	b.Run("known words", func(b *testing.B) {
		var x Indexer
		for b.Loop() {
			x.Of(fields, nil)
		}
	})
	b.Run("new words", func(b *testing.B) {
		for b.Loop() {
			new(Indexer).Of(fields, nil)
		}
	})
}
