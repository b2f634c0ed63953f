package main

import (
	"io"
	"net/http"
	"sync"
)

// fromMemory answers a POST with what was PUT at its path. It reads the body of the
// request, as every handler has to.
func fromMemory() http.Handler {
	var answers sync.Map // []byte by path
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /memory/{name}", func(w http.ResponseWriter, r *http.Request) {
		answer, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answers.Store(r.URL.Path, answer)
	})
	mux.HandleFunc("POST /memory/{name}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, found := answers.Load(r.URL.Path)
		if !found {
			http.NotFound(w, r)
			return
		}
		respond(w, answer.([]byte), nil)
	})
	return mux
}
