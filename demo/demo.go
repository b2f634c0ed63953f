// Package demo is the demo newsroom: files such as `diwan import` reads. They
// are in the binary, for the first start.
package demo

import "embed"

// Files are the files, to be imported in the order of their names.
//
//go:embed *.ndjson
var Files embed.FS
