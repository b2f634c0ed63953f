// Package fulltext analyses texts and queries for full-text search: it turns a text into
// the terms that a database indexes, a query into the terms to look for, and finds the
// words of a query in a text.
//
// It knows nothing about databases. They store the terms as they are, so that a search
// finds and ranks the same on each. docs/explanation/search.md tells what finds what.
package fulltext
