// Package sql builds SQL from clauses: pieces of text with the arguments of their
// placeholders.
package sql

import (
	"slices"
	"strconv"
	"strings"
)

// Clause is a piece of SQL with the arguments of its placeholders.
type Clause struct {
	SQL  string
	Args []any
}

// Text is a clause with this text. Each ? in it is a placeholder for one of the
// arguments; user input belongs there, never in the text.
func Text(text string, args ...any) Clause { return Clause{text, args} }

// Limit ends a statement after so many rows. The number stands in the text: SQLite compiles a
// prepared statement again each time that a placeholder of LIMIT is bound.
func Limit(rows int) Clause { return Text("LIMIT " + strconv.Itoa(rows)) }

// Always is a condition that holds for every row.
func Always() Clause { return Text("1 = 1") }

// Never is a condition that holds for no row.
func Never() Clause { return Text("1 = 0") }

// Join joins clauses that are not empty, with the separator between them.
func Join(separator string, clauses ...Clause) Clause {
	texts := make([]string, 0, len(clauses))
	var args []any
	for _, c := range clauses {
		if c.SQL != "" {
			texts = append(texts, c.SQL)
			args = append(args, c.Args...)
		}
	}
	return Clause{strings.Join(texts, separator), args}
}

// All holds where all conditions hold; without any, it always holds.
func All(conditions ...Clause) Clause {
	conditions = without(Always(), conditions)
	if len(conditions) == 0 {
		return Always()
	}
	return Join(" AND ", conditions...).Wrap("(", ")")
}

// Any holds where at least one condition holds; without any, it never holds.
func Any(conditions ...Clause) Clause {
	conditions = without(Never(), conditions)
	if len(conditions) == 0 {
		return Never()
	}
	return Join(" OR ", conditions...).Wrap("(", ")")
}

// Where is the WHERE of a statement, empty if the condition always holds.
func Where(condition Clause) Clause {
	if condition.SQL == Always().SQL {
		return Clause{}
	}
	return condition.Wrap("WHERE ", "")
}

// without returns the clauses that are not this one, which changes nothing among them.
func without(neutral Clause, clauses []Clause) []Clause {
	isNeutral := func(c Clause) bool { return c.SQL == neutral.SQL }
	if !slices.ContainsFunc(clauses, isNeutral) {
		return clauses
	}
	return slices.DeleteFunc(slices.Clone(clauses), isNeutral)
}

// Not holds where the condition does not. A comparison with NULL, which is unknown in
// SQL, does not hold, so its negation does.
func Not(condition Clause) Clause { return condition.Wrap("NOT COALESCE(", ", FALSE)") }

// Wrap puts text before and after the clause.
func (c Clause) Wrap(before, after string) Clause { return Clause{before + c.SQL + after, c.Args} }

// maxPattern is the length in bytes of the longest pattern that SQLite accepts. No name
// or word is that long.
const maxPattern = 50_000

// Like holds where the column contains the text. before and after are "%" if anything
// may precede or follow the text, and empty otherwise.
func Like(column, before, text, after string) Clause {
	pattern := before + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + after
	if strings.Contains(text, "\x00") || len(pattern) > maxPattern { // SQLite ends a pattern at NUL
		return Never()
	}
	return Text(column+` LIKE ? ESCAPE '\'`, pattern)
}
