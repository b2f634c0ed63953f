// Package demo is the demo newsroom, as files for `diwan import`. They are embedded
// in the binary for the first start.
package demo

import "embed"

// Files are to be imported in the order of their names.
//
//go:embed *.ndjson
var Files embed.FS
