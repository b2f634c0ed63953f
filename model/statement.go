package model

import "time"

// RoundTrip is what went to the database together.
type RoundTrip struct {
	Statements []Statement
	// Began is when they were sent, Took how long it was until all were answered.
	Began time.Time
	Took  time.Duration
	// Failed says that one of them did, or was cancelled.
	Failed bool
}

// Statement is one of SQL, with placeholders for its values, and how many rows it
// read or wrote.
type Statement struct {
	SQL  string
	Rows int64
}

// Rows is how many rows were read or written together.
func (r RoundTrip) Rows() int64 {
	sum := int64(0)
	for _, statement := range r.Statements {
		sum += statement.Rows
	}
	return sum
}
