// Command handwritten is what Diwan is measured against: the same answers, written by
// hand for these six requests only, with the JSON made in SQL. It has no GraphQL, no
// drafts, no limits and no log.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

type options struct {
	database string // a SQLite file or a URL of PostgreSQL
	repeated bool   // the tables of links repeat the date and the status of the article
	fill     int    // fill the database with so many articles, and end
	list     string // Diwan's list of countries
	listen   string
	memory   bool // serve what was put there, no database
}

func main() {
	var o options
	flag.StringVar(&o.database, "database", "handwritten.db", "a SQLite file or the URL of a PostgreSQL database")
	flag.BoolVar(&o.repeated, "repeated", false, "repeat date and status in the tables of links")
	flag.IntVar(&o.fill, "fill", 0, "make the tables and fill them with so many articles, and end")
	flag.StringVar(&o.list, "countries", "../internal/content/countries.json", "Diwan's list of countries")
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "the address to serve on")
	flag.BoolVar(&o.memory, "memory", false, "answer POST /memory/… with what was PUT there, and nothing else")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "handwritten:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.memory {
		return serve(fromMemory(), o.listen)
	}
	open := openSQLite
	if strings.HasPrefix(o.database, "postgres") {
		open = openPostgres
	}
	db, err := open(o)
	if err != nil {
		return err
	}
	if o.fill == 0 {
		return serve(routes(db), o.listen)
	}
	countries, err := newsroom.ReadCountries(o.list)
	if err != nil {
		return err
	}
	return db.fill(newsroom.New(o.fill, countries))
}

func serve(handler http.Handler, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	err = http.Serve(listener, handler)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
