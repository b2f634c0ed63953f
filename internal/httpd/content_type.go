package httpd

import (
	"mime"
	"net/http"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// preflightHeader is a header that a page of another site cannot send before the
// server has allowed it (a CORS preflight).
const preflightHeader = "GraphQL-Require-Preflight"

// acceptJSON refuses a POST whose body is not declared as JSON, and says how to
// send it. Kinds of body that any page can send to another site, such as forms, are
// accepted with preflightHeader, which only an allowed page can send.
func acceptJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		if why := wrongBody(r.Header); why != nil {
			refuse(w, r, http.StatusUnsupportedMediaType, why)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func wrongBody(headers http.Header) *model.Error {
	kind, why, err := bodyKind(headers, "application/json")
	switch {
	case why != nil:
		return why
	case err == nil && kind == "application/json":
		return nil
	case isSimple(headers.Get("Content-Type"), kind, err):
		if headers.Get(preflightHeader) != "" {
			return nil
		}
		return model.Invalid(`send the header Content-Type: application/json and a body such as {"query": "{ articles { nodes { title } } }"}; or, with a body of this kind, the header %s: 1`, preflightHeader)
	}
	return model.Invalid(`send the header Content-Type: application/json and a body such as {"query": "{ articles { nodes { title } } }"}`)
}

// isSimple reports whether browsers send a body of this kind to other sites without
// a preflight (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
func isSimple(header, kind string, err error) bool {
	if header == "" {
		return true
	}
	return err == nil && (kind == "text/plain" || kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data")
}

// bodyKind returns the media type of a body, or what is wrong with one of any kind. wanted is
// the type to send instead; err is that of a Content-Type that cannot be parsed.
func bodyKind(headers http.Header, wanted string) (kind string, why *model.Error, err error) {
	if coding := headers.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return "", model.Invalid("the body is compressed; send it as it is, without Content-Encoding"), nil
	}
	sent := headers.Values("Content-Type")
	if len(sent) > 1 {
		return "", model.Invalid("the header Content-Type appears %d times; send it once", len(sent)), nil
	}
	kind, parameters, err := mime.ParseMediaType(headers.Get("Content-Type"))
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return "", model.Invalid("the body is not declared as UTF-8; encode it so, and send Content-Type: %s", wanted), nil
	}
	return kind, nil, err
}
