package linking

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/text"
)

// knowledgeOf returns knowledge of a number of officials, each with four names, an office
// and a tenure.
func knowledgeOf(officials int) Knowledge {
	k := Knowledge{Country: map[Entity]int64{}}
	first, last := strings.Fields("محمد أحمد علي حسين خالد سعيد يوسف إبراهيم مصطفى محمود"), strings.Fields("الكاظمي العبادي المالكي الحكيم الجبوري الدليمي الشمري التميمي الزبيدي العامري")
	for i := range officials {
		e := Entity{Official, int64(i + 1)}
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
		country := Entity{Country, int64(i + 1)}
		k.Names = append(k.Names, Name{country, fmt.Sprint("بلاد ", i), "ar", FullName}, Name{country, fmt.Sprint("البلاد", i, "ي"), "ar", Demonym})
	}
	return k
}

// BenchmarkSuggestions finds what 3 KB of Arabic name. ×fold is the time it takes as a
// multiple of the time it takes to fold the text.
func BenchmarkSuggestions(b *testing.B) {
	data, err := os.ReadFile("../fulltext/testdata/arabic_unseen.txt")
	if err != nil {
		b.Fatal(err)
	}
	prose := string(data)
	prose = prose[:strings.LastIndex(prose[:3<<10], " ")]
	for _, officials := range []int{50, 5000} {
		linker := NewLinker(knowledgeOf(officials), "ar")
		b.Run(fmt.Sprint(officials, " officials"), func(b *testing.B) {
			b.SetBytes(int64(len(prose)))
			var linking, folding time.Duration
			for b.Loop() {
				start := time.Now()
				linker.Suggestions(prose, 20210101)
				linked := time.Now()
				text.Fold(prose)
				linking, folding = linking+linked.Sub(start), folding+time.Since(linked)
			}
			b.ReportMetric(float64(linking.Nanoseconds())/float64(b.N), "ns/link")
			b.ReportMetric(float64(linking)/float64(folding), "×fold")
		})
	}
}

// BenchmarkNewLinker builds a linker that knows 20,000 names of officials.
func BenchmarkNewLinker(b *testing.B) {
	k := knowledgeOf(5000)
	for b.Loop() {
		NewLinker(k, "ar")
	}
}
