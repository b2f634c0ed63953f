package main

import (
	"fmt"
	"io"
)

// print prints the table in Markdown. Ratios are to the better of the hand-written
// servers.
func (s *session) print(to io.Writer, table []measured) {
	fmt.Fprintf(to, "\n%d articles, %s, %d connections, %d rounds of %g s; requests a second, the median of the rounds and how far they spread\n\n", s.articles, s.database, s.connections, s.rounds, s.seconds)
	fmt.Fprint(to, "| |")
	for _, one := range s.servers {
		fmt.Fprintf(to, " %s |", one.name)
		if !one.byHand() {
			fmt.Fprint(to, " ratio |")
		}
	}
	fmt.Fprint(to, "\n|---|")
	for _, one := range s.servers {
		fmt.Fprint(to, "--:|")
		if !one.byHand() {
			fmt.Fprint(to, "--:|")
		}
	}
	fmt.Fprintln(to)
	for _, m := range table {
		fmt.Fprintf(to, "| %s %s |", m.query.name, m.query.title)
		s.printRates(to, m)
		fmt.Fprintln(to)
	}
	fmt.Fprint(to, "| memory at the end, MB |")
	for _, one := range s.servers {
		fmt.Fprintf(to, " %.0f |", one.memory())
		if !one.byHand() {
			fmt.Fprint(to, " |")
		}
	}
	fmt.Fprintln(to)
	s.printMedians(to, table)
	if s.made.Import > 0 && s.made.Handwritten > 0 {
		fmt.Fprintf(to, "\nImport: %.0f articles a second, %.0f s; the same rows by hand, without an index of texts, %.0f s (%.1f ×).\n",
			float64(s.articles)/s.made.Import, s.made.Import, s.made.Handwritten, s.made.Import/s.made.Handwritten)
	}
	most := 0.0
	for _, m := range table {
		most = max(most, m.client)
	}
	fmt.Fprintf(to, "The client took %.2f of a processor at most.\n", most)
}

func (s *session) printRates(to io.Writer, m measured) {
	best := 0.0
	for i, one := range s.servers {
		if middle, _ := m.middle(i); one.byHand() {
			best = max(best, middle)
		}
	}
	for i, one := range s.servers {
		middle, spread := m.middle(i)
		fmt.Fprintf(to, " %.0f ± %.0f %% |", middle, spread)
		if !one.byHand() {
			fmt.Fprintf(to, " %.3f |", middle/best)
		}
	}
}

func (s *session) printMedians(to io.Writer, table []measured) {
	fmt.Fprint(to, "\nThe median with one connection, and what an answer takes of a processor with all of them, in ms:\n\n| |")
	for _, one := range s.servers {
		fmt.Fprintf(to, " %s | processor |", one.name)
	}
	fmt.Fprint(to, "\n|---|")
	for range s.servers {
		fmt.Fprint(to, "--:|--:|")
	}
	fmt.Fprintln(to)
	for _, m := range table {
		fmt.Fprintf(to, "| %s |", m.query.name)
		for i := range s.servers {
			fmt.Fprintf(to, " %.2f | %.2f |", m.medians[i], m.used[i])
		}
		fmt.Fprintln(to)
	}
}
