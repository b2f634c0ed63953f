//go:build race

package tests

// raced says that the race detector watches, with which all is several times slower.
const raced = true
