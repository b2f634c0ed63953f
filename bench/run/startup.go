package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// startup measures how long each build takes from its start to its first front page.
func (s *session) startup() error {
	for _, b := range s.made.binaries {
		database, err := s.copyOf(s.made.diwan, "run-"+b.name)
		if err != nil {
			return err
		}
		took := make([]float64, s.rounds+1)
		for i := range took {
			if took[i], err = s.firstAnswer(b, database); err != nil {
				return err
			}
		}
		again := slices.Sorted(slices.Values(took[1:]))
		fmt.Printf("%s: %.0f ms from its start to the first front page (median of %d; %.0f ms the first time, when it may migrate)\n",
			b.name, again[len(again)/2], len(again), took[0])
	}
	return nil
}

// firstAnswer is how many milliseconds a build takes from its start to its first front
// page. It is stopped then.
func (s *session) firstAnswer(b binary, database string) (float64, error) {
	address, err := freePort()
	if err != nil {
		return 0, err
	}
	args, env := s.served(b, database)
	args[slices.Index(args, free)] = address
	log, err := os.Create(filepath.Join(filepath.Dir(s.made.handwritten), "run-start.log"))
	if err != nil {
		return 0, err
	}
	defer log.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = log, log, append(os.Environ(), env...)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	p := &process{cmd, address}
	one := &server{process: p, name: b.name, diwan: true}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = cmd.Wait()
	}()
	for time.Since(began) < 5*time.Minute {
		var data any
		if err = one.ask(latestDocument, nil, &data); err == nil {
			return 1000 * time.Since(began).Seconds(), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, fmt.Errorf("%s does not answer; see %s: %w", b.name, log.Name(), err)
}
