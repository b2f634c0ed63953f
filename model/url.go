package model

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"unicode"
)

// URL is an absolute http or https URL, stored as it was sent.
type URL string

// ParseURL checks s and returns it unchanged.
func ParseURL(s string) (URL, error) {
	u, err := url.Parse(s[:min(len(s), 2001)])
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || len(s) > 2000 || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return "", Invalid("%.40q is no absolute http or https URL of at most 2000 bytes without white space; send one such as https://example.org/page", s)
	}
	return URL(s), nil
}

// UnmarshalText calls ParseURL.
func (u *URL) UnmarshalText(b []byte) (err error) { *u, err = ParseURL(string(b)); return err }

// MarshalGQL writes the URL as a JSON string.
func (u URL) MarshalGQL(w io.Writer) {
	quoted, _ := json.Marshal(string(u)) // encoding a string cannot fail
	_, _ = w.Write(quoted)
}

// UnmarshalGQL reads a string with ParseURL.
func (u *URL) UnmarshalGQL(v any) error { return unmarshalString(v, u.UnmarshalText) }

// JSON is a JSON value, already encoded.
type JSON []byte

// MarshalGQL writes the value.
func (j JSON) MarshalGQL(w io.Writer) { _, _ = w.Write(j) }

// UnmarshalGQL accepts any value.
func (j *JSON) UnmarshalGQL(v any) (err error) { *j, err = json.Marshal(v); return err }
