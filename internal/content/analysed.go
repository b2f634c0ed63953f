package content

import (
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Analysed is what is known of the texts that fields give to an article before they are
// written. What turns out to be about other texts is worked out again.
type Analysed struct {
	// body is the Markdown of which plain is the text; both are nil if none was rendered.
	body, plain *string
	analysis    *store.Analysis
}

// Analysed renders the body that the fields give and, if they have all that a new article
// needs, analyses its texts for searching. It takes about as long as writing the article
// does, and needs no transaction.
func (r Rules) Analysed(given ArticleFields) Analysed {
	if !given.Body.HasValue() || utf8.RuneCountInString(given.Body.Value()) > MaxBody {
		return Analysed{}
	}
	body := given.Body.Value()
	plain := r.render.Plain(body)
	a := Analysed{body: &body, plain: &plain}
	language, err := text.CanonicalLanguage(string(given.Language.Value()))
	if err == nil && given.Title.HasValue() && text.CheckLine(given.Title.Value(), maxTitle) == nil {
		a.analysis = r.store.Analyze(store.Texts{Language: model.Language(language), Title: given.Title.Value(), Summary: given.Summary.Value(), Plain: plain})
	}
	return a
}

// plain returns the new body without markup.
func (e *articleEdit) plain() string {
	if e.analysed.body == nil || *e.analysed.body != e.next.Markdown {
		body := e.next.Markdown
		plain := e.rules.render.Plain(body)
		e.analysed = Analysed{body: &body, plain: &plain}
	}
	return *e.analysed.plain
}

// analyse sets the analysis of the new texts.
func (e *articleEdit) analyse() {
	e.next.Plain = e.plain()
	e.next.Analysis = e.analysed.analysis
	if texts := e.next.Texts(); e.next.Analysis == nil || e.next.Analysis.Texts != texts {
		e.next.Analysis = e.rules.store.Analyze(texts)
	}
	e.next.WordCount = e.next.Analysis.WordCount
}
