package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// titleParts are the terms of the titles of all articles that match a filter; none if it
// does not ask for a part of a title that is long enough.
func titleParts(f *model.ArticleFilter) []string {
	var terms []string
	if f.Title != nil {
		for _, part := range []*string{f.Title.Eq, f.Title.Contains, f.Title.StartsWith} {
			if part != nil {
				terms = append(terms, fulltext.PartTerms(text.Fold(*part))...)
			}
		}
	}
	for _, and := range f.And {
		if and != nil {
			terms = append(terms, titleParts(and)...)
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// maxParts is how many parts of a title are looked up: more would find hardly less.
const maxParts = 24

// fewTitles are the articles n whose titles may match a filter, if they are few; nil if they
// are not, if the filter asks for no part of a title, or while the index is being written.
func (r *reading) fewTitles(f *model.ArticleFilter) (*origin, error) {
	parts := titleParts(f)
	if len(parts) == 0 || r.view.PreviewOnly {
		return nil, nil //nolint:nilnil // an answer
	}
	terms := make([]match.Expression, 0, maxParts)
	for i := 0; i < len(parts); i += 1 + len(parts)/maxParts {
		terms = append(terms, match.Term(parts[i]))
	}
	matching := r.engine.Matching(titleIndex, match.All(terms...))
	var found struct{ Count, Version int }
	err := r.Scan(&found, sql.Join("", sql.Text("SELECT COALESCE((SELECT value FROM search_state WHERE name = ?), 0) AS version, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM title_index x WHERE ", indexedBy),
		matching, sql.Limit(fewArticles+1).Wrap(" ", ") counted) AS count")))
	if err != nil || found.Version != fulltext.Version || found.Count > fewArticles {
		return nil, err
	}
	few := everyArticle(r)
	few.where, few.everything = sql.All(seenArticles(r.view), matching.Wrap("n.id IN (SELECT x.rowid FROM title_index x WHERE ", ")")), false
	return &few, nil
}
