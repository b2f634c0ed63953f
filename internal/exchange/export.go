package exchange

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Export writes all content, or without drafts if publishedOnly, as lines that Import
// reads. It exports one snapshot, in constant memory. Nodes come before those that
// refer to them. The same content gives the same bytes: an export that is imported into
// an empty database and exported again is identical. It has no internal keys and versions.
func (x *Exchange) Export(ctx context.Context, to io.Writer, publishedOnly bool) error {
	if !publishedOnly {
		if err := auth.May(ctx, auth.SeeDrafts); err != nil {
			return err
		}
	}
	out := bufio.NewWriterSize(to, 1<<16)
	err := x.store.Snapshot(ctx, store.View{Drafts: !publishedOnly}, func(snapshot *store.Snapshot) error {
		e := &exporter{to: json.NewEncoder(out), from: snapshot, publishedOnly: publishedOnly, ambiguous: map[model.NodeType]map[int64]bool{}}
		e.to.SetEscapeHTML(false)
		return e.everything()
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func (e *exporter) everything() (err error) {
	for _, n := range nouns() {
		if n.byCode {
			continue
		}
		if e.ambiguous[n.node], err = e.from.Ambiguous(n.node); err != nil {
			return err
		}
	}
	for _, n := range nouns() {
		if err := n.export(e); err != nil {
			return err
		}
	}
	return nil
}
