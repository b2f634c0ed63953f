package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// measured is what came of one query: the rates of each server in each round, and its
// median with one connection.
type measured struct {
	query   query
	rates   [][]float64
	medians []float64
	used    []float64 // of a processor, in ms an answer: what other programs leave alone
	client  float64   // this program's part of two processors, at most
}

// measure lets all servers have their turns at Q1 to Q6, and prints a table.
func (s *session) measure() error {
	if err := s.startDiwan(); err != nil {
		return err
	}
	if err := s.startHandwritten(); err != nil {
		return err
	}
	if s.peers {
		if err := s.startPostGraphile(); err != nil {
			return err
		}
	}
	reads, err := s.reads()
	if err != nil {
		return err
	}
	if err := s.check(reads); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "all servers answer the same")
	all := reads
	if s.wanted("Q6") {
		q6, err := s.creates()
		if err != nil {
			return err
		}
		all = append(all, q6)
	}
	_, err = s.tabulate(all)
	return err
}

// tabulate lets all servers have their turns at each query, and prints a table.
func (s *session) tabulate(queries []query) ([]measured, error) {
	table := make([]measured, len(queries))
	for i, q := range queries {
		var err error
		if table[i], err = s.turns(q); err != nil {
			return nil, fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Fprintf(os.Stderr, "%s: %s\n", q.name, strings.Join(table[i].summary(s.servers), ", "))
	}
	s.print(os.Stdout, table)
	return table, nil
}

// reads are those of Q1 to Q5 that are wanted, with the requests of all servers.
func (s *session) reads() ([]query, error) {
	reads := slices.DeleteFunc(queries(s.news), func(q query) bool { return !s.wanted(q.name) })
	return reads, s.write(reads)
}

// write writes the requests of all servers.
func (s *session) write(queries []query) error {
	found := map[parameters]string{}
	for _, one := range s.servers {
		if one.diwan {
			var err error
			if found, err = s.cursors(one, queries); err != nil {
				return err
			}
		}
		for _, q := range queries {
			var err error
			switch {
			case one.diwan:
				one.requests[q.name], err = q.forDiwan(found, map[string]string{})
			case one.peer:
				one.requests[q.name], err = q.forPostGraphile()
			default:
				one.requests[q.name], err = q.forHandwritten()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// turns lets the servers answer a query in turns, and each alone at the end. The first
// turn of each only warms up.
func (s *session) turns(q query) (measured, error) {
	m := measured{query: q, rates: make([][]float64, len(s.servers)), medians: make([]float64, len(s.servers)), used: make([]float64, len(s.servers))}
	answers := make([]int, len(s.servers))
	for round := range s.rounds + 1 {
		for k := range s.servers {
			i := (k + round) % len(s.servers)
			if len(s.servers[i].requests[q.name]) == 0 {
				continue // a peer that is not asked this
			}
			seconds := s.seconds
			if round == 0 {
				seconds = min(1, s.seconds)
			}
			used := s.servers[i].used()
			r, err := s.turn(q, i, s.connections, seconds)
			if err != nil {
				return m, err
			}
			if round > 0 {
				m.used[i] += 1000 * (s.servers[i].used() - used)
				answers[i] += r.answers
				m.rates[i] = append(m.rates[i], r.rate())
				m.client = max(m.client, r.client/r.seconds)
			}
		}
	}
	for i := range s.servers {
		if answers[i] == 0 {
			continue
		}
		m.used[i] /= float64(answers[i])
		r, err := s.turn(q, i, 1, min(2, s.seconds))
		if err != nil {
			return m, err
		}
		m.medians[i] = r.median()
	}
	return m, nil
}

func (s *session) turn(q query, i, connections int, seconds float64) (result, error) {
	t := turn{requests: s.servers[i].requests[q.name], connections: connections, seconds: seconds}
	if q.creates {
		t.counter = s.counter
	}
	r, err := t.run(s.servers[i].address)
	if err != nil {
		return r, fmt.Errorf("%s: %w", s.servers[i].name, err)
	}
	return r, nil
}

// middle is the median of the rounds, and spread how far the others are from it at
// most, in hundredths of it.
func (m measured) middle(i int) (middle, spread float64) {
	if len(m.rates[i]) == 0 {
		return 0, 0
	}
	rates := slices.Sorted(slices.Values(m.rates[i]))
	middle = rates[len(rates)/2]
	return middle, 100 * max(rates[len(rates)-1]-middle, middle-rates[0]) / middle
}

func (m measured) summary(servers []*server) []string {
	var texts []string
	for i, one := range servers {
		middle, spread := m.middle(i)
		texts = append(texts, fmt.Sprintf("%s %.0f ± %.0f %% (%.2f ms, used %.2f ms)", one.name, middle, spread, m.medians[i], m.used[i]))
	}
	return texts
}
