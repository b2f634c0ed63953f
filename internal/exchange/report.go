package exchange

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// Failure is a line that could not be imported.
type Failure struct {
	Source string
	Line   int
	// Reasons are all that is wrong with the line, at least one.
	Reasons []Reason
}

// String returns the failure in the format of compilers, which editors understand.
func (f Failure) String() string {
	reasons := make([]string, len(f.Reasons))
	for i, r := range f.Reasons {
		reasons[i] = r.String()
	}
	return fmt.Sprintf("%s:%d: %s", f.Source, f.Line, strings.Join(reasons, "; "))
}

// Reason is something that is wrong with a line.
type Reason struct {
	Code model.ErrorCode
	// Place is where in the line, as people write it: aliases[2].text, and names.ar for a
	// text in a language. It is empty if the whole line is meant.
	Place string
	// Message is a sentence for the author of the line.
	Message string
}

// String returns the reason as a sentence.
func (r Reason) String() string {
	if r.Place == "" {
		return r.Message
	}
	return r.Place + ": " + r.Message
}

// Warning is a line that was imported, but of which readers will not see all.
type Warning struct {
	Source string
	Line   int
	// What readers will not see, for the author of the line.
	What string
}

// String returns the warning in the format of compilers.
func (w Warning) String() string { return fmt.Sprintf("%s:%d: warning: %s", w.Source, w.Line, w.What) }

// Report is the result of an import.
type Report struct {
	// Nouns are the counts of each noun, in a fixed order. The last counts, with an empty
	// name, are of lines about no known noun.
	Nouns []Counts
	// Warned is how many lines were imported of which readers will not see all.
	Warned int
}

// Counts are the numbers of a noun's lines by result.
type Counts struct {
	Noun                                string
	Created, Updated, Unchanged, Failed int
}

// Total returns the counts of all nouns together.
func (r *Report) Total() Counts {
	var total Counts
	for _, n := range r.Nouns {
		total.Created += n.Created
		total.Updated += n.Updated
		total.Unchanged += n.Unchanged
		total.Failed += n.Failed
	}
	return total
}

func newReport() *Report {
	r := &Report{}
	for _, n := range nouns() {
		r.Nouns = append(r.Nouns, Counts{Noun: n.name()})
	}
	r.Nouns = append(r.Nouns, Counts{})
	return r
}

// of returns the counts of a noun, for adding to them.
func (r *Report) of(n noun) *Counts {
	for i := range r.Nouns {
		if r.Nouns[i].Noun == n.name() {
			return &r.Nouns[i]
		}
	}
	return &r.Nouns[len(r.Nouns)-1]
}
