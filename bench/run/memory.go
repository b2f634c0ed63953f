package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// memory measures answers that Diwan keeps against a handler that writes the same bytes
// from memory.
func (s *session) memory() error {
	s.kept = true
	if err := s.startDiwan(); err != nil {
		return err
	}
	if err := s.start(server{name: "from memory"}, nil, s.made.handwritten, "-listen", free, "-memory"); err != nil {
		return err
	}
	reads, err := s.reads()
	if err != nil {
		return err
	}
	for _, q := range reads {
		if err := s.remember(q); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	_, err = s.tabulate(reads)
	return err
}

// remember gives the handler the first build's answers to a query. It is sent the same
// requests, to a path for each.
func (s *session) remember(q query) error {
	diwan, memory := s.servers[0], s.servers[len(s.servers)-1]
	c, err := dial(diwan.address)
	if err != nil {
		return err
	}
	defer c.close()
	memory.requests[q.name] = nil
	for i, sent := range diwan.requests[q.name] {
		answer, err := c.send(sent)
		if err != nil {
			return err
		}
		path := fmt.Sprintf("/memory/%s-%d", strings.ToLower(q.name), i)
		put, err := http.NewRequest(http.MethodPut, "http://"+memory.address+path, bytes.NewReader(answer))
		if err != nil {
			return err
		}
		done, err := http.DefaultClient.Do(put)
		if err != nil {
			return err
		}
		_ = done.Body.Close() // it is empty
		memory.requests[q.name] = append(memory.requests[q.name], bytes.Replace(sent, []byte("POST /graphql "), []byte("POST "+path+" "), 1))
	}
	return nil
}

// mix measures what writes cost readers whose answers Diwan keeps: 19 pages, each one of
// Q1 to Q5, and a create, against the same pages alone.
func (s *session) mix() error {
	s.kept = true
	if err := s.startDiwan(); err != nil {
		return err
	}
	if err := s.startHandwritten(); err != nil {
		return err
	}
	reads, err := s.reads()
	if err != nil {
		return err
	}
	creates, err := s.creates()
	if err != nil {
		return err
	}
	pages, mixed := query{name: "pages", title: "pages of Q1 to Q5"}, query{name: "mix", title: "19 such pages and a create", creates: true}
	for _, one := range s.servers {
		for i := range 19 * 64 {
			q := reads[i%len(reads)]
			page := one.requests[q.name][i%len(one.requests[q.name])]
			one.requests[pages.name] = append(one.requests[pages.name], page)
			one.requests[mixed.name] = append(one.requests[mixed.name], page)
			if i%19 == 18 {
				one.requests[mixed.name] = append(one.requests[mixed.name], one.requests[creates.name][i/19])
			}
		}
	}
	table, err := s.tabulate([]query{pages, mixed})
	if err != nil {
		return err
	}
	for i, one := range s.servers {
		without, _ := table[0].middle(i)
		with, _ := table[1].middle(i)
		fmt.Printf("%s: %.2f of the rate without creates\n", one.name, with/without)
	}
	return nil
}
