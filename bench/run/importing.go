package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// pause is how long the writer beside an import waits between its articles.
const pause = 250 * time.Millisecond

// imports measures how long each build imports the newsroom into an empty database,
// and how long another writer waits meanwhile.
func (s *session) imports() error {
	for _, b := range s.made.binaries {
		database, err := s.emptyDatabase("import-" + b.name)
		if err != nil {
			return err
		}
		if err := s.serve(b, database); err != nil {
			return err
		}
		lines := filepath.Join(filepath.Dir(s.made.handwritten), fmt.Sprintf("reference-%d.ndjson", s.articles))
		if err := s.importBeside(s.servers[len(s.servers)-1], exec.Command(b.path, "import", "--database", database, lines)); err != nil {
			return err
		}
	}
	return nil
}

// emptyDatabase is the place of a database that is not there, or is empty.
func (s *session) emptyDatabase(name string) (string, error) {
	if s.database == "sqlite" {
		file := filepath.Join(filepath.Dir(s.made.handwritten), name+".db")
		s.scratch = append(s.scratch, file)
		remove(file)
		return file, nil
	}
	database := s.inPostgres(name)
	s.scratch = append(s.scratch, database)
	if err := s.drop(database); err != nil {
		return "", err
	}
	_, err := s.create(database)
	return database, err
}

// importBeside runs the import while another writer creates articles.
func (s *session) importBeside(one *server, cmd *exec.Cmd) error {
	cmd.Stderr = os.Stderr
	began, done := time.Now(), make(chan error, 1)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { done <- cmd.Wait() }()
	var waits []time.Duration
	for i := 0; ; i++ {
		select {
		case err := <-done:
			if err != nil {
				return err
			}
			seconds := time.Since(began).Seconds()
			slices.Sort(waits)
			fmt.Printf("%s imports %.0f articles a second, %.0f s; %d other writes waited %.0f ms (median), %.0f ms (99 of 100), %.0f ms (longest)\n",
				one.name, float64(s.articles)/seconds, seconds, len(waits), at(waits, 0.5), at(waits, 0.99), at(waits, 1))
			return nil
		case <-time.After(pause):
		}
		wait, err := one.writeOne(s.news.Article(i % s.articles).Body)
		if err != nil {
			fmt.Fprintln(os.Stderr, one.name+":", err) // a write may give up waiting: it counts
		}
		waits = append(waits, wait)
	}
}

// writeOne creates an article without tags, and returns how long that took.
func (one *server) writeOne(text string) (time.Duration, error) {
	c, err := dial(one.address)
	if err != nil {
		return 0, err
	}
	defer c.close()
	input := map[string]any{"language": "en", "title": "Written beside an import", "body": text, "publish": true}
	body, err := json.Marshal(map[string]any{"query": createDocument, "variables": map[string]any{"input": input}})
	if err != nil {
		return 0, err
	}
	began := time.Now()
	answer, err := c.send(request("/graphql", map[string]string{"Authorization": "Bearer " + adminToken}, body))
	if err == nil {
		_, err = checked(answer)
	}
	return time.Since(began), err
}

// at is the wait, in ms, that a part of all waits did not exceed.
func at(sorted []time.Duration, part float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(part*float64(len(sorted)-1))].Seconds() * 1000
}
