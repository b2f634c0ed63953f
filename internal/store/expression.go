package store

import "strings"

// expression is what the terms of a row of an index are to be.
type expression struct {
	// words is a term or, with several, a phrase.
	words []string
	// how the expressions of `of` are joined where there are no words.
	how joining
	of  []expression
}

type joining int

const (
	allOf joining = iota
	oneOf
	butNot // the first, and none of the others
)

func oneTerm(term string) expression { return expression{words: []string{term}} }

func phrase(words []string) expression { return expression{words: words} }

// every holds where all hold, some where one does. Of one it is that one.
func every(list ...expression) expression { return joinedBy(allOf, list) }
func some(list ...expression) expression  { return joinedBy(oneOf, list) }

func joinedBy(how joining, list []expression) expression {
	if len(list) == 1 {
		return list[0]
	}
	return expression{how: how, of: list}
}

// without holds where e does and none of the others.
func (e expression) without(others []expression) expression {
	if len(others) == 0 {
		return e
	}
	return expression{how: butNot, of: append([]expression{e}, others...)}
}

// fts5 is the expression in the language of SQLite's MATCH. Strings are never
// operators there, whatever is in them.
func (e expression) fts5() string {
	if len(e.words) > 0 {
		return `"` + strings.ReplaceAll(strings.Join(e.words, " "), `"`, `""`) + `"`
	}
	list := make([]string, len(e.of))
	for i, one := range e.of {
		list[i] = one.fts5()
	}
	switch e.how {
	case oneOf:
		return "(" + strings.Join(list, " OR ") + ")"
	case butNot:
		return "(" + list[0] + " NOT (" + strings.Join(list[1:], " OR ") + "))"
	}
	return "(" + strings.Join(list, " AND ") + ")"
}

// tsquery is the expression as PostgreSQL writes its type tsquery.
func (e expression) tsquery() string {
	if len(e.words) > 0 {
		list := make([]string, len(e.words))
		for i, word := range e.words {
			list[i] = lexeme(word)
		}
		return "(" + strings.Join(list, " <-> ") + ")"
	}
	list := make([]string, len(e.of))
	for i, one := range e.of {
		list[i] = one.tsquery()
	}
	switch e.how {
	case oneOf:
		return "(" + strings.Join(list, " | ") + ")"
	case butNot:
		return "(" + list[0] + " & !(" + strings.Join(list[1:], " | ") + "))"
	}
	return "(" + strings.Join(list, " & ") + ")"
}

// lexeme quotes a term for tsquery and tsvector.
func lexeme(term string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(term) + "'"
}
