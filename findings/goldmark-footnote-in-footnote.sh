#!/usr/bin/env bash
# github.com/yuin/goldmark v1.8.7, extension.Footnote: a note that is defined within another note
# disappears, and the text of the other note with it. No error is returned.
#
# One would guess that the inner note becomes one of the list, or stays as text. When the inner note is
# closed, the list of notes is put into the outer one; when that is closed, it is moved into the list. Each
# then is in the other, and neither in the document; the way back alone is left.
#
# Whom it hurts: whoever moves texts from WordPress, Word or Pandoc, which indent the second paragraph of
# a note: a note on a note, indented by four spaces, takes all notes of the article away. Moving the inner note before
# the outer one when it is closed (a block parser that wraps goldmark's) prevents it.
#
# Seen: with the inner note at the margin, "outer" and "inner" are in the HTML; indented, neither. The
# script fails if that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset GOFLAGS
cat >go.mod <<'MOD'
module finding

go 1.26.0

require github.com/yuin/goldmark v1.8.7
MOD
cat >main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

func main() {
	markdown := goldmark.New(goldmark.WithExtensions(extension.Footnote))
	notes := func(indent string) (outer, inner bool) {
		var html bytes.Buffer
		source := "Text.[^1]\n\n[^1]: An outer note.[^2]\n\n" + indent + "[^2]: An inner note.\n"
		if err := markdown.Convert([]byte(source), &html); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Printf("--- indented by %d\n%s", len(indent), html.String())
		return strings.Contains(html.String(), "outer"), strings.Contains(html.String(), "inner")
	}
	if outer, inner := notes(""); !outer || !inner {
		fmt.Println("notes side by side are not shown, which was not seen before")
		os.Exit(1)
	}
	if outer, inner := notes("    "); outer || inner {
		fmt.Println("a note within a note is shown now")
		os.Exit(1)
	}
	fmt.Println("as described: both notes are gone")
}
GO
go mod tidy >/dev/null 2>&1
go run .
