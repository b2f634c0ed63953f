package edge

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestAnswersAreCachedByTheirTags(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	long := testserver.StartDemo(t, func(c *app.Config) { c.GraphQL.Transport.MaxAge = 90_000_000_000 })
	const query = "{ countries(first: 1) { nodes { code name } } }"
	r := s.SendGet(t, query)
	tag := r.Header.Get("ETag")
	if r.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" || !strings.HasPrefix(tag, `W/"`) || len(tag) < 20 {
		t.Errorf("a query = Cache-Control %q, ETag %q, want public and a weak tag", r.Header.Get("Cache-Control"), tag)
	}
	if got := long.SendGet(t, query).Header.Get("Cache-Control"); got != "public, max-age=90, must-revalidate" {
		t.Errorf("Cache-Control with a MaxAge of 90 s = %q, want max-age=90", got)
	}
	if again := s.SendGet(t, query); again.Header.Get("ETag") != tag || again.Header.Get("X-Request-Id") == r.Header.Get("X-Request-Id") {
		t.Errorf("ETag of the same query again = %q, want %q and a new request id", again.Header.Get("ETag"), tag)
	}
	if other := s.SendGet(t, query, testserver.InArabic); other.Header.Get("ETag") == tag {
		t.Error("the ETag in another language is the same, want another")
	}
	vary := strings.Join(r.Header.Values("Vary"), ", ")
	for _, want := range []string{"Accept,", "Accept-Encoding", "Accept-Language", "Authorization", "Diwan-Perspective"} {
		if !strings.Contains(vary+",", want) {
			t.Errorf("Vary = %q, want %s in it", vary, want)
		}
	}
	cases := []struct {
		name    string
		headers []header
		query   string
		status  int
		cache   string
	}{
		{"known by its tag", []header{{"If-None-Match", tag}}, query, 304, "public, max-age=0, must-revalidate"},
		{"known, and not weak", []header{{"If-None-Match", strings.TrimPrefix(tag, "W/")}}, query, 304, "public, max-age=0, must-revalidate"},
		{"among others", []header{{"If-None-Match", `"a", W/"b"`}, {"If-None-Match", tag}}, query, 304, "public, max-age=0, must-revalidate"},
		{"anything", []header{{"If-None-Match", "*"}}, query, 304, "public, max-age=0, must-revalidate"},
		{"another tag", []header{{"If-None-Match", `W/"other"`}}, query, 200, "public, max-age=0, must-revalidate"},
		{"compressed, the tag is the same", []header{{"If-None-Match", tag}, {"Accept-Encoding", "gzip"}}, query, 304, "public, max-age=0, must-revalidate"},
		{"with a token", []header{testserver.AsAdmin}, query, 200, "private, no-store"},
		{"with a token and drafts", []header{testserver.AsAdmin, testserver.SeeDrafts}, query, 200, "private, no-store"},
		{"with a token, known by its tag", []header{testserver.AsAdmin, {"If-None-Match", tag}}, query, 304, "private, no-store"},
		{"with an error", nil, "{ nothing }", 200, "no-store"},
		{"with an error in part", nil, `{ __typename article(by: {slug: "x"}, publishedAsOf: "2021-01-01T00:00:00Z") { id } }`, 200, "no-store"},
		{"an unknown token", []header{{"Authorization", "Bearer x"}}, query, 401, "no-store"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.SendGet(t, c.query, c.headers...)
			if r.Status != c.status || r.Header.Get("Cache-Control") != c.cache {
				t.Errorf("GET = %d, Cache-Control %q, want %d, %q: %s", r.Status, r.Header.Get("Cache-Control"), c.status, c.cache, r.Body)
			}
			if hasTag := r.Header.Get("ETag") != ""; hasTag != (c.cache != "no-store") {
				t.Errorf("ETag = %q with Cache-Control %q, want a tag unless that is no-store", r.Header.Get("ETag"), c.cache)
			}
			if c.status == 304 && (r.Body != "" || r.Header.Get("ETag") != tag || len(r.Header.Values("Vary")) == 0) {
				t.Errorf("304 = %q, ETag %q, Vary %q, want no body, the tag, and Vary", r.Body, r.Header.Get("ETag"), r.Header.Values("Vary"))
			}
		})
	}
	if r := s.Send(t, http.MethodPost, "", testserver.Encode(t, map[string]any{"query": query}), testserver.AsJSON, header{"If-None-Match", tag}); r.Status != 200 || r.Header.Get("ETag") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("POST = %d, ETag %q, Cache-Control %q, want 200, no tag and no-store", r.Status, r.Header.Get("ETag"), r.Header.Get("Cache-Control"))
	}
}

// A write that changes the answer changes its tag.
func TestTagsFollowWrites(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	const query = `{ topic(by: {slug: "tagged"}) { slug } }`
	before := s.SendGet(t, query).Header.Get("ETag")
	testserver.Ask[any](t, s, `mutation { createTopic(input: {names: [{language: "en", value: "Tagged"}], slug: "tagged"}) { topic { id } errors { __typename } } }`, nil, testserver.AsAdmin)
	if r := s.SendGet(t, query, header{"If-None-Match", before}); r.Status != 200 || !strings.Contains(r.Body, "tagged") {
		t.Errorf("GET after a write = %d %s, want the new answer", r.Status, r.Body)
	}
}

func TestAnswersAreCompressedAsAccepted(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	const long, short = "{ countries(first: 100) { nodes { code name } } }", "{ __typename }"
	plain := s.SendGet(t, long)
	cases := []struct {
		name, accept, query, coding string
		read                        func(io.Reader) (io.Reader, error)
	}{
		{"gzip", "gzip", long, "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"zstd", "zstd", long, "zstd", func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) }},
		{"what browsers send", "gzip, deflate, br, zstd", long, "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"zstd preferred", "gzip;q=0.9, zstd", long, "zstd", func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) }},
		{"gzip preferred", "gzip, zstd;q=0.5", long, "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"none", "", long, "", nil},
		{"gzip forbidden", "gzip;q=0", long, "", nil},
		{"one that is not known", "br", long, "", nil},
		{"a short answer", "gzip, zstd", short, "", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.SendGet(t, c.query, header{"Accept-Encoding", c.accept})
			if got := r.Header.Get("Content-Encoding"); got != c.coding {
				t.Fatalf("Content-Encoding = %q, want %q", got, c.coding)
			}
			if !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept-Encoding") {
				t.Errorf("Vary = %q, want Accept-Encoding in it", r.Header.Values("Vary"))
			}
			if c.read == nil {
				return
			}
			reader, err := c.read(strings.NewReader(r.Body))
			if err != nil {
				t.Fatal(err)
			}
			var unpacked bytes.Buffer
			if _, err := io.Copy(&unpacked, reader); err != nil || unpacked.String() != plain.Body {
				t.Errorf("decompressed = %d bytes, %v, want the %d bytes of the plain answer", unpacked.Len(), err, len(plain.Body))
			}
			if len(r.Body) >= len(plain.Body) || r.Header.Get("ETag") != plain.Header.Get("ETag") {
				t.Errorf("%d bytes instead of %d, ETag %q, want fewer and the same tag", len(r.Body), len(plain.Body), r.Header.Get("ETag"))
			}
		})
	}
}
