package store

import "strings"

// clause is a piece of SQL with the arguments of its placeholders.
type clause struct {
	sql  string
	args []any
}

func sql(text string, args ...any) clause { return clause{text, args} }

// always holds for every row; never for none.
func always() clause { return sql("1 = 1") }
func never() clause  { return sql("1 = 0") }

// join writes clauses one after the other.
func join(separator string, clauses ...clause) clause {
	texts := make([]string, len(clauses))
	var args []any
	for i, c := range clauses {
		texts[i] = c.sql
		args = append(args, c.args...)
	}
	return clause{strings.Join(texts, separator), args}
}

// both holds where all of the clauses do; with none, always.
func both(clauses ...clause) clause {
	if len(clauses) == 0 {
		return always()
	}
	return join(" AND ", clauses...).in("(", ")")
}

// either holds where one of the clauses does; with none, never.
func either(clauses ...clause) clause {
	if len(clauses) == 0 {
		return never()
	}
	return join(" OR ", clauses...).in("(", ")")
}

// not holds where the clause does not. What is unknown to SQL (a comparison
// with a text that is not there) does not hold, so its opposite does.
func not(c clause) clause { return c.in("NOT COALESCE(", ", FALSE)") }

// in puts text around a clause.
func (c clause) in(before, after string) clause { return clause{before + c.sql + after, c.args} }

// maxPattern is how many bytes SQLite takes for a pattern. No name is as long,
// and no word.
const maxPattern = 50_000

// like holds where the text stands in the column: between before and after,
// each "%" for anything or empty for nothing.
func like(column, before, text, after string) clause {
	pattern := before + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + after
	if strings.Contains(text, "\x00") || len(pattern) > maxPattern { // to SQLite, NUL ends a pattern
		return never()
	}
	return sql(column+` LIKE ? ESCAPE '\'`, pattern)
}
