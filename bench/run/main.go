// Command run measures Diwan against hand-written servers with the same data: it makes
// what is missing, starts all servers on this machine, checks that they answer the
// same, and lets them answer in turns.
//
//	run [flags]         requests a second of Q1 to Q6, 16 connections
//	run [flags] shapes  the median of many shapes, one connection
//	run [flags] memory  Q1 to Q5 again and again, answers kept, against a handler that writes the same bytes
//	run [flags] mix     pages with and without creates among them, answers kept
//	run [flags] start   from the start of a server to its first front page
//	run [flags] import  articles a second, and how long another writer waits meanwhile
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

type options struct {
	root, data, database  string
	articles, connections int
	rounds                int
	seconds               float64
	only                  string
	binaries              binaries
	peers                 bool
	postgres              string
}

// binaries are the builds of Diwan to compare, as name=path.
type binaries []binary

type binary struct{ name, path string }

func (b *binaries) String() string { return fmt.Sprint(*b) }

// Set adds a build; without a name, it is called by its file.
func (b *binaries) Set(value string) error {
	name, path, named := strings.Cut(value, "=")
	if !named {
		name, path = filepath.Base(value), value
	}
	path, err := filepath.Abs(path)
	*b = append(*b, binary{name, path})
	return err
}

func main() {
	var o options
	flag.StringVar(&o.root, "root", "..", "the folder of Diwan's sources")
	flag.StringVar(&o.data, "data", "data", "the folder where what is made is kept")
	flag.IntVar(&o.articles, "articles", 100_000, "how many articles")
	flag.IntVar(&o.connections, "connections", 16, "how many connections")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each server has its turn at each query")
	flag.Float64Var(&o.seconds, "seconds", 3, "how long a turn takes")
	flag.StringVar(&o.only, "only", "", "only these queries or shapes, such as Q1,Q5: parts of names, with commas")
	flag.StringVar(&o.database, "database", "sqlite", "sqlite or postgres, which needs DIWAN_TEST_POSTGRES")
	flag.Var(&o.binaries, "diwan", "a build of Diwan as name=path, may be repeated; without one, it is built from the sources")
	flag.BoolVar(&o.peers, "peers", false, "measure PostGraphile as well, on PostgreSQL; npm installs it")
	flag.Parse()
	o.postgres = os.Getenv("DIWAN_TEST_POSTGRES")
	if err := o.run(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		os.Exit(1)
	}
}

func (o options) run(what string) error {
	countries, err := newsroom.ReadCountries(filepath.Join(o.root, "internal", "content", "countries.json"))
	if err != nil {
		return err
	}
	if o.peers && o.database != "postgres" {
		return errors.New("-peers needs -database postgres")
	}
	made, err := o.prepare()
	if err != nil {
		return err
	}
	s := session{options: o, made: made, news: newsroom.New(o.articles, countries), counter: newCounter()}
	defer s.stop()
	measure, known := map[string]func(*session) error{
		"": (*session).measure, "shapes": (*session).shapes, "memory": (*session).memory, "mix": (*session).mix,
		"start": (*session).startup, "import": (*session).imports,
	}[what]
	if !known {
		return fmt.Errorf("%q is not known; say nothing, shapes, memory, mix, start or import", what)
	}
	return measure(&s)
}

// wanted reports whether -only names it.
func (o options) wanted(name string) bool {
	if o.only == "" {
		return true
	}
	for part := range strings.SplitSeq(o.only, ",") {
		if strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(part))) {
			return true
		}
	}
	return false
}
