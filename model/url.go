package model

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"unicode"
)

// URL is an absolute http or https address, kept as it was sent.
type URL string

// ParseURL checks s and keeps it as it is.
func ParseURL(s string) (URL, error) {
	u, err := url.Parse(s[:min(len(s), 2001)])
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || len(s) > 2000 || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return "", Invalid("%.40q is no absolute http or https URL of at most 2000 bytes without white space; send one such as https://example.org/page", s)
	}
	return URL(s), nil
}

// UnmarshalText is ParseURL.
func (u *URL) UnmarshalText(b []byte) (err error) { *u, err = ParseURL(string(b)); return err }

// MarshalGQL writes it as a JSON string.
func (u URL) MarshalGQL(w io.Writer) {
	quoted, _ := json.Marshal(string(u)) // a string always encodes
	_, _ = w.Write(quoted)
}

// UnmarshalGQL reads an absolute http or https address.
func (u *URL) UnmarshalGQL(v any) error { return unmarshalString(v, u.UnmarshalText) }

// JSON is a JSON value, already encoded.
type JSON []byte

// MarshalGQL writes the value.
func (j JSON) MarshalGQL(w io.Writer) { _, _ = w.Write(j) }

// UnmarshalGQL takes any value.
func (j *JSON) UnmarshalGQL(v any) (err error) { *j, err = json.Marshal(v); return err }
