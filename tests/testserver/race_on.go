//go:build race

package testserver

// Raced reports whether the race detector runs, under which everything takes
// several times as long.
const Raced = true
