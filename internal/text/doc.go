// Package text holds what Diwan knows about writing: slugs, folding for search,
// sort keys, language tags, what a text may contain, Markdown, and word counts.
//
// Everything in it is a pure function of its arguments, or, where building is
// costly, a value that is built once and safe for concurrent use. Arabic,
// English and French come first, and no other script is harmed.
package text
