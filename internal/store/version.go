package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// A row of articles is a version that somebody sees: readers see the `public` one,
// editors the `working` one, and mostly both are the same row. When editors work on
// a published article, its working copy is a separate row, whose key is the negative
// of the article's (docs/explanation/decisions/0011). This file and model.Article define
// the rule. Other files use their functions; code for any noun may do so as well, because
// no other noun has keys below zero.

// copyKey is the key of the row of an article's working copy.
func copyKey(key int64) int64 { return -key }

// articleKey is the key of the article that a row is a version of.
func articleKey(row int64) int64 { return max(row, -row) }

// articleKeyOf is articleKey in SQL, for a column that holds the key of a row.
func articleKeyOf(column string) string { return "ABS(" + column + ")" }

// copyKeyOf is copyKey in SQL.
func copyKeyOf(column string) string { return "-" + column }

// rowKeys are the keys of all rows that may hold versions of the articles.
func rowKeys(keys []int64) []int64 {
	rows := make([]int64, 0, 2*len(keys))
	for _, key := range keys {
		rows = append(rows, key, copyKey(key))
	}
	return rows
}

// anyVersion holds where the column is the key of a row with a version of the article;
// for other nouns, of the row with that key.
func anyVersion(column string, key int64) sql.Clause {
	return sql.Text(column+" IN (?, ?)", key, copyKey(key))
}

// isCopy holds for the rows of an alias that are working copies of a published article,
// or are not.
func isCopy(alias string, is bool) sql.Clause {
	if is {
		return sql.Text(alias + ".id < 0")
	}
	return sql.Text(alias + ".id > 0")
}

// seenBy is the column that marks the versions that the view shows.
func (v View) seenBy() string {
	if v.Drafts {
		return "working"
	}
	return "public"
}

// seenArticles holds for the articles n that the view shows. It compares nothing: SQLite
// would take a comparison for the best way to find rows, and walk every published article
// where others are asked for by key. Lists that want that walk say so; see
// walkedArticles.
func seenArticles(v View) sql.Clause {
	switch {
	case v.Drafts:
		return sql.Text("n.working")
	case v.PreviewOnly:
		return sql.Never()
	}
	return sql.Text("n.public")
}

// walkedArticles is seenArticles for lists that walk an index of the published articles,
// and for look-ups by a key that is unique among them.
func walkedArticles(v View) sql.Clause {
	if v.Drafts || v.PreviewOnly {
		return seenArticles(v)
	}
	return sql.Text("n.public = TRUE")
}

// uniqueVersion adds to the condition on a key of articles what makes it unique: a
// published article and its working copy may share the key.
func uniqueVersion(v View, key sql.Clause) sql.Clause {
	if v.Drafts || v.Preview != 0 {
		return key
	}
	return sql.All(key, walkedArticles(v))
}

// seenArticlesByKey is seenArticles for articles that the caller asked for by key: in a
// preview, one of them is replaced by its working copy.
func seenArticlesByKey(v View) sql.Clause {
	if v.Preview == 0 {
		return seenArticles(v)
	}
	previewed := anyVersion("n.id", v.Preview)
	others := sql.Text("n.id NOT IN (?, ?)", previewed.Args...)
	return sql.Any(sql.All(seenArticles(v), others), sql.Join("", previewed, sql.Text(" AND n.working")))
}

// dayOf is the day that an article refers to: the day of its publication, or today.
func dayOf(v View, a *model.Article) model.Date {
	if a.PublishedAt != nil {
		return a.PublishedAt.Date()
	}
	return v.Today
}
