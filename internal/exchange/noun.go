package exchange

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// noun is how one noun is read from lines and written as lines. The zero noun is
// that of a line which is about none.
type noun struct {
	node model.NodeType
	// byCode says that nodes are referred to by a code, which can mean nothing else;
	// otherwise by an externalId or a slug.
	byCode bool
	// read reads what a line says about one node.
	read func(*members) statement
	// export writes all nodes as lines.
	export func(*exporter) error
}

// name is the `type` of the lines that are about the noun.
func (n noun) name() string { return strings.ToLower(string(n.node)) }

// statement is what a line says about one node.
type statement interface {
	// write makes it so, within the transaction of the writer.
	write(w *lineWriter) (content.Outcome, error)
}

// withArticle puts "a" or "an" before a noun.
func withArticle(noun string) string {
	if strings.HasPrefix(noun, "a") || strings.HasPrefix(noun, "o") {
		return "an " + noun
	}
	return "a " + noun
}
