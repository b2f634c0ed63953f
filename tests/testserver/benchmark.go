package testserver

import (
	"testing"
	"time"
)

// Compare benchmarks a query, and reports its time as a multiple of that of a plain query,
// which it sends after each repetition.
func (s *Server) Compare(b *testing.B, plain, query string) {
	b.Helper()
	ask := func(query string) {
		if a := s.Post(b, query, nil, InArabic); len(a.Errors) > 0 {
			b.Fatalf("%s\nanswered %s", query, a.Raw)
		}
	}
	ask(query)
	var took, plainTook time.Duration
	for b.Loop() {
		began := time.Now()
		ask(query)
		took += time.Since(began)
		b.StopTimer()
		began = time.Now()
		ask(plain)
		plainTook += time.Since(began)
		b.StartTimer()
	}
	b.ReportMetric(float64(took)/float64(plainTook), "×plain")
}
