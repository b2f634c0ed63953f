package store

import (
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/model"
)

// Texts are the texts of an article that are searched.
type Texts struct {
	Language model.Language
	Title    string
	// Summary is empty for none.
	Summary string
	// Plain is the body without markup.
	Plain string
}

// Texts returns the texts of an article.
func (a *TaggedArticle) Texts() Texts {
	texts := Texts{Language: a.Language, Title: a.Title, Plain: a.Plain}
	if a.Summary != nil {
		texts.Summary = *a.Summary
	}
	return texts
}

// Analysis is what searching needs of the texts of an article.
type Analysis struct {
	Texts Texts
	// WordCount is how many words the body has.
	WordCount int
	index     fulltext.Index
	// unknown are the words that the dictionary may lack.
	unknown []string
}

// The weight of a word depends on the part of the article that it occurs in.
const (
	weightTitle   = 6
	weightSummary = 3
	weightBody    = 1
)

func analyze(indexer *fulltext.Indexer, words *dictionary, t Texts) *Analysis {
	language := string(t.Language)
	fields := []fulltext.Field{{Text: t.Title, Language: language, Weight: weightTitle}}
	if t.Summary != "" {
		fields = append(fields, fulltext.Field{Text: t.Summary, Language: language, Weight: weightSummary})
	}
	fields = append(fields, fulltext.Field{Text: t.Plain, Language: language, Weight: weightBody})
	index := indexer.Index(fields, nil)
	return &Analysis{Texts: t, WordCount: index.Counts[len(fields)-1], index: index, unknown: words.unknown(index.Distinct)}
}
