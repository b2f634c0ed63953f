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

// internal/httpd lets forms through only with the header GraphQL-Require-Preflight,
// which forms on other sites cannot send.

func isForm(headers http.Header) bool {
	sent, _, err := mime.ParseMediaType(headers.Get("Content-Type"))
	return err == nil && (sent == "application/x-www-form-urlencoded" || sent == "multipart/form-data")
}

// decodeForm decodes a form, whose fields are the parameters of a GET.
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

// decodeURL decodes parameters as they are written in a URL.
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
