package transport

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/model"
)

// Forms reach this package only with the header GraphQL-Require-Preflight, which
// no form of another site can send; internal/httpd sees to it.

func isForm(headers http.Header) bool {
	sent, _, err := mime.ParseMediaType(headers.Get("Content-Type"))
	return err == nil && (sent == "application/x-www-form-urlencoded" || sent == "multipart/form-data")
}

// decodeForm reads a form whose fields are those of the URL of a GET.
func decodeForm(headers http.Header, body []byte) (*graphql.RawParams, *model.Error) {
	sent, parameters, err := mime.ParseMediaType(headers.Get("Content-Type"))
	if err == nil && sent == "application/x-www-form-urlencoded" {
		return decodeURL(string(body))
	}
	values, err := fieldsOf(multipart.NewReader(bytes.NewReader(body), parameters["boundary"]))
	if err != nil {
		return nil, model.Invalid("the body is not multipart/form-data whose boundary is that of Content-Type; send JSON instead")
	}
	return decodeQuery(values)
}

// decodeURL reads parameters as they stand in a URL.
func decodeURL(encoded string) (*graphql.RawParams, *model.Error) {
	values, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, model.Invalid("the parameters cannot be read; percent-encode their values, semicolons too")
	}
	return decodeQuery(values)
}

func fieldsOf(parts *multipart.Reader) (url.Values, error) {
	values := url.Values{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		value, err := io.ReadAll(part) // of a body whose size is bounded
		if err != nil {
			return nil, err
		}
		values.Add(part.FormName(), string(value))
	}
}
