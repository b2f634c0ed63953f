// Package text holds what Diwan knows about writing: folding and sort keys, words, slugs,
// language tags, what a text may contain, and the differences between two texts.
//
// Everything in it is a pure function of its arguments and safe for concurrent use. Arabic,
// English and French come first; text in any other script passes through unharmed.
package text
