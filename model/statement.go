package model

import "time"

// RoundTrip is a group of statements that were sent to the database together.
type RoundTrip struct {
	Statements []Statement
	// Began is when they were sent, and Took how long all of them took.
	Began time.Time
	Took  time.Duration
	// Failed says that one of them failed or was cancelled.
	Failed bool
}

// Statement is an SQL statement, with placeholders for its values, and the number of
// rows that it read or wrote.
type Statement struct {
	SQL  string
	Rows int64
}

// Rows returns how many rows the statements read or wrote in total.
func (r RoundTrip) Rows() int64 {
	sum := int64(0)
	for _, statement := range r.Statements {
		sum += statement.Rows
	}
	return sum
}
