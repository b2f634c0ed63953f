package model

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseURL looks for URLs that a browser would not open as http, and for those
// that change when they are written.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"https://example.org/page?a=1#b", "http://example.org", "HTTPS://EXAMPLE.ORG", "https://وزارة.example/الصفحة", "https://[::1]:80/", "https://a@b:c@d/", `https://a/"</script>`,
		"javascript:alert(1)", "//example.org", "https:///page", "https:example.org", "https://a b", "https://a\u2028b", "https://a/\ufeff", "\x00https://a", "https://a/%zz", "https://a/\xff", "",
		"https://example.org/" + strings.Repeat("a", 2000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseURL(s)
		if err != nil {
			if CodeOf(err) != ErrorCodeInvalid || u != "" {
				t.Errorf("ParseURL(%q) = %q, %v, want INVALID alone", s, u, err)
			}
			return
		}
		scheme, rest, _ := strings.Cut(s, "://")
		if scheme = strings.ToLower(scheme); (scheme != "http" && scheme != "https") || rest == "" || len(s) > 2000 || strings.ContainsAny(s, " \t\r\n\x00") {
			t.Errorf("ParseURL(%q) is accepted", s)
		}
		var written bytes.Buffer
		u.MarshalGQL(&written)
		var again string
		if err := json.Unmarshal(written.Bytes(), &again); err != nil || again != s && utf8.ValidString(s) { // requests are UTF-8
			t.Errorf("URL %q is written as %s, %v", s, &written, err)
		}
	})
}
