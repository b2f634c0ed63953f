// Package match writes the expressions that search full-text indexes, in the language of
// each database.
package match

import "strings"

// Expression is a condition on the terms of a row of an index. The zero Expression is
// no condition; see Empty.
type Expression struct {
	// words is one term or, with several, a phrase.
	words []string
	// operator joins the operands where there are no words.
	operator operator
	operands []Expression
}

type operator int

const (
	and operator = iota
	or
	andNot // the first operand, and none of the others
)

// Term holds for the rows that contain a term.
func Term(term string) Expression { return Expression{words: []string{term}} }

// Phrase holds for the rows in which the words follow each other.
func Phrase(words []string) Expression { return Expression{words: words} }

// All holds where all expressions hold.
func All(list ...Expression) Expression { return joined(and, list) }

// Any holds where at least one expression holds.
func Any(list ...Expression) Expression { return joined(or, list) }

func joined(by operator, list []Expression) Expression {
	if len(list) == 1 {
		return list[0]
	}
	return Expression{operator: by, operands: list}
}

// Without holds where e holds and none of the others does.
func (e Expression) Without(others []Expression) Expression {
	if len(others) == 0 {
		return e
	}
	return Expression{operator: andNot, operands: append([]Expression{e}, others...)}
}

// Empty reports whether the expression is no condition.
func (e Expression) Empty() bool { return len(e.words) == 0 && len(e.operands) == 0 }

// FTS5 is the expression for SQLite's MATCH. Every word is a quoted string, so that
// nothing in it can act as an operator.
func (e Expression) FTS5() string {
	if len(e.words) > 0 {
		return `"` + strings.ReplaceAll(strings.Join(e.words, " "), `"`, `""`) + `"`
	}
	list := make([]string, len(e.operands))
	for i, operand := range e.operands {
		list[i] = operand.FTS5()
	}
	switch e.operator {
	case or:
		return "(" + strings.Join(list, " OR ") + ")"
	case andNot:
		return "(" + list[0] + " NOT (" + strings.Join(list[1:], " OR ") + "))"
	}
	return "(" + strings.Join(list, " AND ") + ")"
}

// TSQuery is the expression for PostgreSQL, as text of the type tsquery.
func (e Expression) TSQuery() string {
	if len(e.words) > 0 {
		list := make([]string, len(e.words))
		for i, word := range e.words {
			list[i] = Lexeme(word)
		}
		return "(" + strings.Join(list, " <-> ") + ")"
	}
	list := make([]string, len(e.operands))
	for i, operand := range e.operands {
		list[i] = operand.TSQuery()
	}
	switch e.operator {
	case or:
		return "(" + strings.Join(list, " | ") + ")"
	case andNot:
		return "(" + list[0] + " & !(" + strings.Join(list[1:], " | ") + "))"
	}
	return "(" + strings.Join(list, " & ") + ")"
}

// Lexeme quotes a term for PostgreSQL's types tsquery and tsvector.
func Lexeme(term string) string {
	if !strings.ContainsAny(term, `\'`) { // making a Replacer takes long
		return "'" + term + "'"
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(term) + "'"
}
