package exchange

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// line is one line of a source.
type line struct {
	source string
	number int
	raw    []byte
	// noun is the noun that the line is about; the zero noun if that is unknown.
	noun noun
	// statement is what the line says. It is nil for a line that is not understood, and
	// wrong then says why.
	statement statement
	wrong     model.Errors
	// texts are the texts by language that the line gives, by key.
	texts map[string]model.LocalizedTexts
	// waits is why the line could not be written yet.
	waits waiting
}

// parseLine reads what a line says.
func parseLine(l *line) *line {
	object, err := parseJSON(l.raw)
	if err != nil {
		l.wrong, _ = content.InputErrors(err) // parseJSON returns no other errors
		return l
	}
	m := &members{wrong: &l.wrong, object: object, texts: map[string]model.LocalizedTexts{}}
	noun, known := nounOf(m)
	if known {
		l.noun = noun
		l.statement = noun.read(m)
		m.nothingElse(content.WithArticle(noun.name()))
	}
	l.texts = m.texts
	if len(l.wrong) > 0 {
		l.statement = nil
	}
	return l
}

// reasonsOf returns the errors of a line with their places in it.
func reasonsOf(l *line, wrong model.Errors) []Reason {
	reasons := make([]Reason, len(wrong))
	for i, e := range wrong {
		reasons[i] = Reason{e.Code, l.placeOf(e.Path), e.Message}
	}
	return reasons
}

// unseen returns warnings about a body as a sentence.
func unseen(warnings []*model.Warning) string {
	parts := make([]string, len(warnings))
	for i, w := range warnings {
		parts[i] = fmt.Sprintf("line %d: %s", w.Line, w.Message)
		if w.Occurrences > 1 {
			parts[i] += fmt.Sprintf(" (%d times)", w.Occurrences)
		}
	}
	return "body: " + strings.Join(parts, "; ")
}

func (l *line) placeOf(path []string) string {
	var place strings.Builder
	for i, step := range path {
		index, err := strconv.Atoi(step)
		switch texts := l.texts[path[0]]; {
		case i == 0:
			place.WriteString(step)
		case i == 1 && err == nil && index < len(texts):
			return place.String() + "." + string(texts[index].Language)
		case err == nil:
			place.WriteString("[" + step + "]")
		default:
			place.WriteString("." + step)
		}
	}
	return place.String()
}
