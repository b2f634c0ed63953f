package testserver

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Reply is a response as it was sent. Errors are those of GraphQL, if the body has
// any.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

// AsJSON is the header of a body in JSON.
var AsJSON = Header{"Content-Type", "application/json"}

// untouched neither asks for compression nor undoes it.
var untouched = &http.Transport{DisableCompression: true}

// Send sends a request to /graphql with these parameters behind the path and this
// body, and adds nothing to them.
func (s *Server) Send(t Tester, method, parameters, body string, headers ...Header) Reply {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.URL+"/graphql"+parameters, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		request.Header.Add(h[0], h[1])
	}
	response, err := untouched.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	sent, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := Reply{Status: response.StatusCode, Header: response.Header, Body: string(sent)}
	_ = json.Unmarshal(sent, &r) // the body may be compressed, or empty
	return r
}

// SendGet sends a query by GET.
func (s *Server) SendGet(t Tester, query string, headers ...Header) Reply {
	t.Helper()
	return s.Send(t, http.MethodGet, "?query="+url.QueryEscape(query), "", headers...)
}

// Code is the code of the first error, nil where there is none.
func (r Reply) Code() any {
	if len(r.Errors) == 0 {
		return nil
	}
	return r.Errors[0].Extensions["code"]
}

// Message is the message of the first error.
func (r Reply) Message() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Message
}

// MediaType is the Content-Type of the response.
func (r Reply) MediaType() string { return r.Header.Get("Content-Type") }

// Encode returns a value as JSON.
func Encode(t Tester, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Fetch sends a request with further headers and reads the response.
func Fetch(t Tester, request *http.Request, headers ...Header) (status int, body []byte) {
	t.Helper()
	for _, h := range headers {
		request.Header.Set(h[0], h[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}
