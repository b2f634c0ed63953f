package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

// database answers the requests. Each row of an answer is JSON that the database made.
type database interface {
	fill(n *newsroom.Newsroom) error
	// rows appends the rows that a statement returns, joined by commas.
	rows(to *bytes.Buffer, s statement) error
	create(a article) error
	// rarer says from which of two tags a search for both starts.
	rarer(country, topic string) string
}

// statement is one of the texts of a language, with its arguments.
type statement struct {
	name, language string
	args           []any
}

// parameters are what a request asks for.
type parameters struct {
	Language string `json:"language"`
	Before   string `json:"before"`
	Slug     string `json:"slug"`
	After    string `json:"after"`
	Country  string `json:"country"`
	Topic    string `json:"topic"`
}

// article is an article to be created.
type article struct {
	Language  string  `json:"language"`
	Title     string  `json:"title"`
	Body      string  `json:"body"`
	Officials []int64 `json:"officials"`
	Countries []int64 `json:"countries"`
	Topics    []int64 `json:"topics"`

	slug, at string
}

func routes(db database) http.Handler {
	mux := http.NewServeMux()
	// The number of arguments differs, the frame around the rows, too.
	read := func(name, before, after string, args func(parameters) []any) {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			var p parameters
			if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			var b bytes.Buffer
			b.WriteString(before)
			err := db.rows(&b, statement{name, p.Language, args(p)})
			b.WriteString(after)
			respond(w, b.Bytes(), err)
		})
	}
	latest := func(p parameters) string {
		if p.Before == "" {
			return "9" // after every date
		}
		return p.Before
	}
	read("q1", `{"data":{"articles":{"nodes":[`, `]}}}`, func(p parameters) []any { return []any{latest(p)} })
	read("q2", `{"data":{"article":`, `}}`, func(p parameters) []any { return []any{p.Slug} })
	read("q3", `{"data":{"official":`, `}}`, func(p parameters) []any { return []any{p.Slug} })
	read("q4", `{"data":{"countries":{"nodes":[`, `]}}}`, func(p parameters) []any { return []any{p.After} })
	mux.HandleFunc("POST /q5", countryAndTopic(db, latest))
	mux.HandleFunc("POST /q6", create(db))
	return mux
}

// countryAndTopic answers a page and how many there are in all.
func countryAndTopic(db database, latest func(parameters) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var p parameters
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var b bytes.Buffer
		b.WriteString(`{"data":{"articles":{"totalCount":`)
		first := db.rarer(p.Country, p.Topic)
		err := db.rows(&b, statement{"count" + first, p.Language, []any{p.Country, p.Topic}})
		if err == nil {
			b.WriteString(`,"nodes":[`)
			err = db.rows(&b, statement{"q5" + first, p.Language, []any{p.Country, p.Topic, latest(p)}})
		}
		b.WriteString(`]}}}`)
		respond(w, b.Bytes(), err)
	}
}

func create(db database) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var a article
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		a.slug = strings.ReplaceAll(strings.ToLower(a.Title), " ", "-")
		a.at = time.Now().UTC().Format(instant)
		err := db.create(a)
		slug, _ := json.Marshal(a.slug) // of a text, it cannot fail
		respond(w, fmt.Appendf(nil, `{"data":{"createArticle":{"article":{"slug":%s},"errors":[]}}}`, slug), err)
	}
}

// instant is how instants are stored and answered. As texts, they sort.
const instant = "2006-01-02T15:04:05.000Z"

func respond(w http.ResponseWriter, body []byte, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "handwritten:", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may be gone
}
