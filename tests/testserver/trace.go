package testserver

import (
	"encoding/json"
	"testing"
)

// Trace is the trace in the extensions of a response.
type Trace struct {
	Milliseconds, SQLMilliseconds float64
	Statements, Rows              int
	SQL                           []struct {
		Milliseconds float64
		Rows         int
		Statements   []string
	}
}

// TraceOf returns the trace of a response; nil if it has none.
func TraceOf(t testing.TB, raw []byte) *Trace {
	t.Helper()
	var answer struct{ Extensions struct{ Trace *Trace } }
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Extensions.Trace
}
