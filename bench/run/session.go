package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

// session is one run with its servers.
type session struct {
	options
	made    *made
	news    *newsroom.Newsroom
	counter *counter
	servers []*server
	scratch []string // copies of databases
	kept    bool     // builds keep answers
}

// server is a server with its requests, by query.
type server struct {
	*process
	name     string
	diwan    bool
	peer     bool // another system, with a GraphQL of its own
	requests map[string][][]byte
}

// adminToken is that of the servers that are started here, for as long as they run.
const adminToken = "diwan_bench_of_this_machine"

// startDiwan starts each build, on a copy of the database: a newer build may change its
// tables.
func (s *session) startDiwan() error {
	for _, b := range s.made.binaries {
		database, err := s.copyOf(s.made.diwan, "run-"+b.name)
		if err != nil {
			return err
		}
		if err := s.serve(b, database); err != nil {
			return err
		}
	}
	return nil
}

// serve starts a build on a database.
func (s *session) serve(b binary, database string) error {
	args, env := s.served(b, database)
	return s.start(server{name: b.name, diwan: true}, env, args...)
}

// served is how a build is started. It keeps no answers, unless the session or
// DIWAN_ANSWER_CACHE says so.
func (s *session) served(b binary, database string) (args, env []string) {
	env = []string{"DIWAN_ADMIN_TOKEN=" + adminToken}
	if !s.kept {
		env = append(env, "DIWAN_ANSWER_CACHE="+cmp.Or(os.Getenv("DIWAN_ANSWER_CACHE"), "0"))
	}
	return []string{b.path, "serve", "--demo=false", "--listen", free, "--database", database}, env
}

// byHand reports whether ratios are to this server.
func (one *server) byHand() bool { return !one.diwan && !one.peer }

func (s *session) startHandwritten() error {
	for _, h := range []struct{ name, database string }{{"hand-written", s.made.plain}, {"the same, date and status repeated", s.made.repeated}} {
		database, err := s.copyOf(h.database, "run-"+strings.Fields(h.name)[0])
		if err != nil {
			return err
		}
		args := []string{s.made.handwritten, "-listen", free, "-database", database}
		if h.database == s.made.repeated {
			args = append(args, "-repeated")
		}
		if err := s.start(server{name: h.name}, nil, args...); err != nil {
			return err
		}
	}
	return nil
}

// copyOf copies a database for this run, which writes to it. The copy is removed at
// the end.
func (s *session) copyOf(database, name string) (string, error) {
	if s.database == "postgres" {
		to := s.inPostgres(name)
		s.scratch = append(s.scratch, to)
		return to, s.clone(database, to)
	}
	to := filepath.Join(filepath.Dir(database), name+".db")
	s.scratch = append(s.scratch, to)
	return to, copyDatabase(database, to)
}

func (s *session) start(one server, env []string, args ...string) (err error) {
	log := filepath.Join(filepath.Dir(s.made.handwritten), "run-"+strings.ReplaceAll(strings.ReplaceAll(one.name, ",", ""), " ", "-")+".log")
	one.process, err = start(log, env, args...)
	if err != nil {
		return err
	}
	one.requests = map[string][][]byte{}
	s.servers = append(s.servers, &one)
	return nil
}

func (s *session) stop() {
	for _, one := range s.servers {
		one.process.stop()
	}
	for _, database := range s.scratch {
		if s.database == "sqlite" {
			remove(database)
			continue
		}
		_ = s.drop(database) // the next run does, if this one cannot
	}
}

// ask sends a GraphQL request and decodes its data.
func (one *server) ask(document string, variables map[string]any, data any) error {
	c, err := dial(one.address)
	if err != nil {
		return err
	}
	defer c.close()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		return err
	}
	answer, err := c.send(request("/graphql", nil, body))
	if err != nil {
		return fmt.Errorf("%s: %w", one.name, err)
	}
	if answer, err = checked(answer); err != nil {
		return err
	}
	return json.Unmarshal(answer, &struct{ Data any }{data})
}
