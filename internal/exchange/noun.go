package exchange

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// noun is how one noun is imported and exported. The zero noun stands for none.
type noun struct {
	node model.NodeType
	// byCode: references give a code, which is never ambiguous. Otherwise they give an
	// externalId or a slug.
	byCode bool
	// read reads what a line says about one node.
	read func(*members) statement
	// refer returns a reference to a node that a text can mention; nil for articles, which
	// none mentions.
	refer func(*exporter, model.Node) any
	// export writes all nodes as lines.
	export func(*exporter) error
}

// name is the `type` of the noun's lines.
func (n noun) name() string { return strings.ToLower(string(n.node)) }

// statement is what a line says about one node.
type statement interface {
	// write writes it to the database, in the transaction of the writer.
	write(w *lineWriter) (content.Outcome, error)
}
