package transport

import (
	"maps"
	"strconv"
	"strings"
	"testing"
)

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	m := NewMemory(3, 800, sizeOf)
	keys := func() string {
		return strings.Join(m.entries.Keys(), "")
	}
	for _, hash := range []string{"a", "b", "c"} {
		m.Add(ctx, hash, "text")
	}
	m.Get(ctx, "a")
	m.Add(ctx, "d", "text")
	if got := keys(); got != "cad" || m.free != 800-3*5 {
		t.Errorf("after a fourth = %s, %d bytes free, want cad: the one used longest ago is evicted", got, m.free)
	}
	m.Add(ctx, "d", "text")
	m.Add(ctx, "e", strings.Repeat("x", 100))
	if got := keys(); got != "cad" || m.free != 800-3*5 {
		t.Errorf("after one that is known, and one larger than an eighth = %s, %d bytes free, want no change", got, m.free)
	}
	m = NewMemory(1000, 800, sizeOf)
	for i := range 9 {
		m.Add(ctx, strconv.Itoa(i), strings.Repeat("x", 99))
	}
	if got := keys(); got != "12345678" || m.free != 0 {
		t.Errorf("after nine times 100 bytes of 800 = %s, %d bytes free, want the last eight", got, m.free)
	}
	m.Drop("3", func(text string) bool { return text == "" })
	m.Drop("4", func(text string) bool { return text != "" })
	if bytes, dropped := m.State(); bytes != 700 || dropped != 2 || keys() != "1235678" {
		t.Errorf("after one of them was dropped = %s, %d bytes, %d dropped, want 700 bytes without the fourth, and two", keys(), bytes, dropped)
	}
}

func TestParseDocuments(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file string
		want       Documents
	}{
		{"of Relay", `{"0d1e": "query A { a }", "77": "query B { b }"}`, Documents{"0d1e": "query A { a }", "77": "query B { b }"}},
		{"with prefixes", `{"sha256:0d1e": "query A { a }"}`, Documents{"0d1e": "query A { a }"}},
		{"of Apollo", `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
			{"id": "0d1e", "body": "query A { a }", "name": "A", "type": "query"}, {"id": "77", "body": "query B { b }", "name": "B", "type": "query"}
		]}`, Documents{"0d1e": "query A { a }", "77": "query B { b }"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseDocuments([]byte(c.file))
			if err != nil || !maps.Equal(got, c.want) {
				t.Errorf("ParseDocuments(%s) = %v, %v, want %v", c.file, got, err, c.want)
			}
		})
	}
	refused := map[string]string{
		"":                            "neither a JSON object of query texts by id",
		`{"a": 1}`:                    "neither a JSON object of query texts by id",
		`{"a": "{a}", "a": "{b}"}`:    "duplicate object member name",
		`{}`:                          "the file registers no operation",
		`{"a": ""}`:                   "no id or no text",
		`{"sha256:a": "1", "a": "2"}`: `two operations have the id "a"`,
		`{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}`:            "make one of version 1",
		`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": []}`:            "registers no operation",
		`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a"}]}`: "no id or no text",
	}
	for file, want := range refused {
		if got, err := ParseDocuments([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDocuments(%s) = %v, %v, want an error with %q", file, got, err, want)
		}
	}
}

func TestParseOrigins(t *testing.T) {
	t.Parallel()
	origins, err := ParseOrigins([]string{"https://www.example.org", "http://localhost:5173"})
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]bool{
		"https://www.example.org": true, "http://localhost:5173": true,
		"": false, "null": false, "http://www.example.org": false, "https://example.org": false, "https://www.example.org.evil.com": false, "https://www.example.org:8443": false,
	} {
		if got := origins.Allow(origin); got != want {
			t.Errorf("Allow(%q) = %v, want %v", origin, got, want)
		}
	}
	if all := (Origins{"*"}); !all.Allow("https://any.example") || all.Allow("") {
		t.Error("* does not allow every origin, or allows none being sent")
	}
	for _, wrong := range []string{"", "example.org", "https://example.org/", "https://example.org/a", "HTTPS://example.org", "ftp://example.org", "null", "https://", "https://u@example.org", "https://*.example.org"} {
		if _, err := ParseOrigins([]string{wrong}); err == nil || !strings.Contains(err.Error(), "write it as https://www.example.org") {
			t.Errorf("ParseOrigins(%q) = %v, want an error that shows how", wrong, err)
		}
	}
}
