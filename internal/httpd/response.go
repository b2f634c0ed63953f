package httpd

import "net/http"

// response remembers what was sent. Its status is 0 until something is.
type response struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader sends the status.
func (r *response) WriteHeader(status int) {
	// A 1xx status announces a response and is none, except 101: from there on, the
	// connection no longer speaks HTTP.
	if r.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write sends part of the body.
func (r *response) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Flush sends what was written so far.
func (r *response) Flush() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush() // where it is not supported, everything is sent at the end
}

// Unwrap lets http.ResponseController reach the connection.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }
