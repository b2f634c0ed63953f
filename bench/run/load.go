package main

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"syscall"
	"time"
)

// turn is one turn of a server at a query.
type turn struct {
	requests    [][]byte
	connections int
	seconds     float64
	counter     *counter // for requests with a placeholder, if there are any
}

// result is what came of it.
type result struct {
	answers int
	seconds float64
	took    []time.Duration // with one connection only
	client  float64         // seconds of a processor that this program used
}

func (r result) rate() float64 { return float64(r.answers) / r.seconds }

func (r result) median() float64 {
	if len(r.took) == 0 {
		return 0
	}
	slices.Sort(r.took)
	return r.took[len(r.took)/2].Seconds() * 1000
}

// run lets all connections send one request after the other until the time is over.
// Each starts at another place of the list.
func (t turn) run(address string) (result, error) {
	results, failures := make([]result, t.connections), make([]error, t.connections)
	began, used := time.Now(), ownTime()
	until := began.Add(time.Duration(t.seconds * float64(time.Second)))
	var all sync.WaitGroup
	for i := range t.connections {
		all.Go(func() { results[i], failures[i] = t.one(address, i*len(t.requests)/t.connections, until) })
	}
	all.Wait()
	sum := result{seconds: time.Since(began).Seconds(), client: ownTime() - used}
	for _, r := range results {
		sum.answers += r.answers
		sum.took = append(sum.took, r.took...)
	}
	return sum, errors.Join(failures...)
}

func (t turn) one(address string, place int, until time.Time) (r result, err error) {
	c, err := dial(address)
	if err != nil {
		return r, err
	}
	defer c.close()
	var own []byte
	for now := time.Now(); now.Before(until); place++ {
		sent := t.requests[place%len(t.requests)]
		if at := t.placeholder(sent); at >= 0 {
			own = append(own[:0], sent...)
			copy(own[at:], t.counter.next())
			sent = own
		}
		answer, err := c.send(sent)
		if err != nil {
			return r, err
		}
		if _, err := checked(answer); err != nil {
			return r, err
		}
		r.answers++
		then := time.Now()
		if t.connections == 1 {
			r.took = append(r.took, then.Sub(now))
		}
		now = then
	}
	return r, nil
}

// placeholder is where a request has one, -1 if it has none.
func (t turn) placeholder(request []byte) int {
	if t.counter == nil {
		return -1
	}
	return bytes.Index(request, []byte(placeholder))
}

// ownTime is how long this program has used a processor, in seconds.
func ownTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
