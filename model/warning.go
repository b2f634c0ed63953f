package model

// Warning is something in an input that is stored, but that readers will not see as it
// was written.
type Warning struct {
	Code    WarningCode
	Message string
	Path    []string
	// Line is where it first stands in the text, counted from 1.
	Line        int
	Occurrences int
}
