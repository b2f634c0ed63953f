package cli

import (
	"io"

	"github.com/diwan-cms/diwan/internal/app"
)

type schemaCommand struct{}

// Run prints the schema.
func (schemaCommand) Run(out *console) error {
	_, err := io.WriteString(out.Stdout, app.Schema())
	return err
}
