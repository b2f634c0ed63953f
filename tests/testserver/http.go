package testserver

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Reply is a response as the server sent it. Errors are the GraphQL errors in the body.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

// AsJSON is the header of a JSON body.
var AsJSON = Header{"Content-Type", "application/json"}

// untouched is a transport that neither asks for compression nor undoes it.
var untouched = &http.Transport{DisableCompression: true}

// Send sends a request to /graphql with these parameters, this body and these headers, and
// adds none of its own.
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

// Code returns the code of the first error; nil if there is none.
func (r Reply) Code() any {
	if len(r.Errors) == 0 {
		return nil
	}
	return r.Errors[0].Extensions["code"]
}

// Message returns the message of the first error; "" if there is none.
func (r Reply) Message() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Message
}

// MediaType returns the Content-Type of the response.
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
