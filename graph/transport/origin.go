package transport

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Origins are those of pages on other sites that may send requests from a browser. "*"
// allows every origin; the zero value allows none.
type Origins []string

// ParseOrigins checks that each origin is written as browsers send it.
func ParseOrigins(list []string) (Origins, error) {
	for _, origin := range list {
		if origin != "*" && !isOrigin(origin) {
			return nil, fmt.Errorf("%q is no origin; write it as https://www.example.org, without a path or a slash at its end, or * for all", origin)
		}
	}
	return list, nil
}

func isOrigin(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "" {
		return false
	}
	return text == strings.ToLower(parsed.Scheme+"://"+parsed.Host) && !strings.Contains(text, "*")
}

// Allow reports whether pages of an origin may send requests.
func (o Origins) Allow(origin string) bool {
	return origin != "" && (slices.Contains(o, origin) || slices.Contains(o, "*"))
}
