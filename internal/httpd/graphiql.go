package httpd

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// The page as built from web/graphiql, each file compressed with gzip. Until it is
// built there is only .gitkeep, which "all:" includes so that there is a file.
//
//go:embed all:graphiql
var builtGraphiQL embed.FS

// The page to serve until then.
//
//go:embed graphiql_cdn
var cdnGraphiQL embed.FS

const (
	// Monaco sets its styles from scripts, and the fonts are data URLs in the style
	// sheet. Everything else is a file of this server.
	builtPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"font-src 'self' data:; img-src 'self' data:; connect-src 'self'; " + framePolicy

	cdnPolicy = "default-src 'none'; script-src 'self' " + cdn + "; style-src " + cdn + " 'unsafe-inline'; " +
		"font-src data:; img-src 'self' data:; connect-src 'self'; " + framePolicy

	framePolicy = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

	cdn = "https://cdn.jsdelivr.net"
)

// GraphiQL serves the page for trying out queries, which sends them to /graphql of
// the same origin. It is meant for "/", and responds with 404 to paths it does not
// know. Pages and scripts are part of the binary; if the page was not built into
// it, they come from a CDN, and the page says so.
func GraphiQL() http.Handler {
	built, err := fs.Sub(builtGraphiQL, "graphiql")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return newGraphiQL(built)
}

// newGraphiQL serves the built page, or the one that uses the CDN if built has no
// index.
func newGraphiQL(built fs.FS) http.Handler {
	if _, err := fs.Stat(built, "index.html.gz"); err == nil {
		return &graphiQL{files: built, policy: builtPolicy}
	}
	files, err := fs.Sub(cdnGraphiQL, "graphiql_cdn")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return &graphiQL{files: files, policy: cdnPolicy}
}

type graphiQL struct {
	files  fs.FS
	policy string
}

func (g *graphiQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	kind, known := contentType(name)
	body, encoding, err := g.read(name, acceptsGzip(r))
	if !known || err != nil {
		http.NotFound(w, r)
		return
	}

	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", g.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", cacheControl(name))
	h.Set("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // fails when the client has gone: nobody is left to tell
	}
}

// read returns a file and its encoding. The files of the built page are embedded
// compressed, and unpacked for clients that do not accept that; those of the CDN
// page are embedded as they are.
func (g *graphiQL) read(name string, gzipped bool) (body []byte, encoding string, err error) {
	body, err = fs.ReadFile(g.files, name+".gz")
	if err != nil {
		body, err = fs.ReadFile(g.files, name)
		return body, "", err
	}
	if gzipped {
		return body, "gzip", nil
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	body, err = io.ReadAll(unpacked)
	return body, "", err
}

// contentType knows the kinds of file that the build writes, and no others. The
// system's own table is not used: on some machines it declares scripts to be text.
func contentType(name string) (kind string, known bool) {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8", true
	case ".js":
		return "text/javascript; charset=utf-8", true
	case ".css":
		return "text/css; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	case ".ttf":
		return "font/ttf", true
	}
	return "", false
}

// cacheControl lets browsers keep files that have the hash of their content in
// their name, and makes them revalidate the others.
func cacheControl(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if name == "gzip" && weight != "q=0" {
			return true
		}
	}
	return false
}
