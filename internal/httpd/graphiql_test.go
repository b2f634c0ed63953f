package httpd

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// gzipped compresses a file as the build does.
func gzipped(t *testing.T, text string) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func builtPage(t *testing.T) fs.FS {
	t.Helper()
	return fstest.MapFS{
		".gitkeep":                  {},
		"index.html.gz":             gzipped(t, "<title>Diwan</title>"),
		"assets/index-c0ffee.js.gz": gzipped(t, "start()"),
	}
}

func ask(h http.Handler, method, path, acceptEncoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if acceptEncoding != "" {
		r.Header.Set("Accept-Encoding", acceptEncoding)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestGraphiQLAnswers(t *testing.T) {
	t.Parallel()
	page := newGraphiQL(builtPage(t))

	tests := []struct {
		name         string
		method, path string
		status       int
		contentType  string
		cacheControl string
		body         string
	}{
		{"the root is the page", "GET", "/", 200, "text/html; charset=utf-8", "no-cache", "<title>Diwan</title>"},
		{"a file with a hash in its name is kept", "GET", "/assets/index-c0ffee.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "start()"},
		{"HEAD has no body", "HEAD", "/", 200, "text/html; charset=utf-8", "no-cache", ""},
		{"an unknown path is not found", "GET", "/admin", 404, "", "", ""},
		{"an unknown asset is not found", "GET", "/assets/index-0.js", 404, "", "", ""},
		{"a folder is not found", "GET", "/assets/", 404, "", "", ""},
		{"the placeholder is not found", "GET", "/.gitkeep", 404, "", "", ""},
		{"a file is not found under its packed name", "GET", "/index.html.gz", 404, "", "", ""},
		{"nothing can be posted", "POST", "/", 405, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := ask(page, tt.method, tt.path, "")
			if w.Code != tt.status {
				t.Fatalf("%s %s = %d, want %d", tt.method, tt.path, w.Code, tt.status)
			}
			if tt.status != http.StatusOK {
				return
			}
			if got := w.Header().Get("Content-Type"); got != tt.contentType {
				t.Errorf("Content-Type of %s = %q, want %q", tt.path, got, tt.contentType)
			}
			if got := w.Header().Get("Cache-Control"); got != tt.cacheControl {
				t.Errorf("Cache-Control of %s = %q, want %q", tt.path, got, tt.cacheControl)
			}
			if got := w.Body.String(); got != tt.body {
				t.Errorf("body of %s = %q, want %q", tt.path, got, tt.body)
			}
		})
	}
}

func TestGraphiQLSendsPackedFilesAsTheyAre(t *testing.T) {
	t.Parallel()
	built := builtPage(t)
	packed, err := fs.ReadFile(built, "index.html.gz")
	if err != nil {
		t.Fatal(err)
	}

	tests := []struct {
		name, acceptEncoding, encoding string
	}{
		{"a browser gets gzip", "gzip, deflate, br, zstd", "gzip"},
		{"a weight does not matter", "br;q=1.0, gzip; q=0.8", "gzip"},
		{"a client that refuses gzip gets plain text", "gzip;q=0", ""},
		{"a client that says nothing gets plain text", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := ask(newGraphiQL(built), "GET", "/", tt.acceptEncoding)
			if got := w.Header().Get("Content-Encoding"); got != tt.encoding {
				t.Fatalf("Content-Encoding for %q = %q, want %q", tt.acceptEncoding, got, tt.encoding)
			}
			want := "<title>Diwan</title>"
			if tt.encoding == "gzip" {
				want = string(packed)
			}
			if got := w.Body.String(); got != want {
				t.Errorf("body for %q = %q, want %q", tt.acceptEncoding, got, want)
			}
		})
	}
}

func TestGraphiQLPolicyNamesNoOtherHost(t *testing.T) {
	t.Parallel()
	w := ask(newGraphiQL(builtPage(t)), "GET", "/", "")

	policy := w.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy = %q, want nothing by default and no other host", policy)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestGraphiQLFallsBackToCDN(t *testing.T) {
	t.Parallel()
	page := newGraphiQL(fstest.MapFS{".gitkeep": {}})

	w := ask(page, "GET", "/", "gzip")
	if w.Code != http.StatusOK {
		t.Fatalf("GET / = %d, want 200", w.Code)
	}
	const notice = "GraphiQL was not built into this binary"
	if !strings.Contains(w.Body.String(), notice) {
		t.Errorf("the page does not say %q", notice)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, cdn) {
		t.Errorf("Content-Security-Policy = %q, want it to allow %s", policy, cdn)
	}
	if w := ask(page, "GET", "/start.js", ""); w.Code != http.StatusOK {
		t.Errorf("GET /start.js = %d, want 200", w.Code)
	}
}

// Files of the CDN have an exact version and the hash of their content, so that the
// CDN cannot change what runs here.
func TestCDNPagePinsEveryFile(t *testing.T) {
	t.Parallel()
	html := ask(newGraphiQL(fstest.MapFS{}), "GET", "/", "").Body.String()

	address := regexp.MustCompile(`(?:src|href)="https?://[^"]*"`)
	pinned := regexp.MustCompile(`(?:src|href)="` + regexp.QuoteMeta(cdn) + `/npm/[a-z-]+@\d+\.\d+\.\d+/[^"]+"\s+integrity="sha384-[A-Za-z0-9+/]{64}"\s+crossorigin="anonymous"`)
	want := len(address.FindAllString(html, -1))
	if got := len(pinned.FindAllString(html, -1)); got != want || want != 4 {
		t.Errorf("%d of %d files are pinned, want 4 of 4", got, want)
	}
}

// The built page may link to other sites but loads nothing from them, and its own files by
// relative addresses. The test is
// skipped where the page was not built.
func TestBuiltIndexLoadsOwnFilesOnly(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("graphiql/index.html.gz"); err != nil {
		t.Skip("GraphiQL was not built: run make graphiql")
	}
	page := GraphiQL()
	html := ask(page, "GET", "/", "").Body.String()

	addresses := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1)
	if len(addresses) == 0 {
		t.Fatal("the page loads nothing")
	}
	for _, a := range addresses {
		file, isBeside := strings.CutPrefix(a[1], "./assets/")
		if w := ask(page, "GET", "/assets/"+file, ""); !isBeside || w.Code != http.StatusOK {
			t.Errorf("GET %s = %d, want an own file, beside the page", a[1], w.Code)
		}
	}
}
