package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// What an import has written when it is stopped stays, and another import completes it.
func TestImportThatIsStopped(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	lines := []string{`{"type":"topic","slug":"last","names":{"en":"Last"},"parent":"t799"}`, "!"}
	for i := range 800 {
		lines = append(lines, fmt.Sprintf(`{"type":"topic","slug":"t%d","names":{"en":"Topic"}}`, i))
	}
	n := open(t)
	n.turn = time.Hour
	for dryRun, want := range map[bool]string{
		true:  "interrupted before everything was checked; nothing was written",
		false: "interrupted: 498 lines are written and stay (498 created, 0 updated, 0 unchanged), 1 that wait for others are not; import the same again to complete it",
	} {
		ctx, stop := context.WithCancel(n.ctx)
		written := make(chan struct{})
		stopping := Source{Name: "file", Open: func() (io.ReadCloser, error) {
			first := strings.NewReader(strings.Join(lines[:600], "\n") + "\n")
			return closing{io.MultiReader(first, blocking{written, stop, t.Context().Done()}), nil}, nil
		}}
		failed := func(Failure) { close(written) } // is called once the batch is written
		if _, err := n.Import(ctx, []Source{stopping}, Options{DryRun: dryRun, Failed: failed}); err == nil || err.Error() != want {
			t.Errorf("an import (dry run: %t) that is stopped = %v, want %s", dryRun, err, want)
		}
	}
	if got := len(n.exported(false)); got != 498 {
		t.Errorf("%d lines are kept, want those of the first transaction", got)
	}
	if got, want := n.takes(slices.Delete(lines, 1, 2)...), "created 303 updated 0 unchanged 498 failed 0"; got != want {
		t.Errorf("another import = %s, want %s", got, want)
	}
}

// blocking stops an import once the first lines are written, and then blocks until the
// test is over.
type blocking struct {
	written <-chan struct{}
	stop    context.CancelFunc
	over    <-chan struct{}
}

func (b blocking) Read([]byte) (int, error) {
	<-b.written
	b.stop()
	<-b.over
	return 0, io.EOF
}

// The transaction during which an import is stopped is completed.
func TestImportThatIsStoppedWhileItWrites(t *testing.T) {
	t.Parallel()
	n := open(t)
	ctx, stop := context.WithCancel(n.ctx)
	n.now = func() time.Time { stop(); return clock() } // is asked within the transaction
	report, err := n.Import(ctx, []Source{source(worldLine)}, Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "interrupted: 1 lines are written and stay") || report.Total().Created != 1 {
		t.Errorf("import = %+v, %v, want one line written, and that it was interrupted", report.Total(), err)
	}
	n.holds(worldLine)
}

// An import that loses the database says what is kept.
func TestImportThatLosesTheDatabase(t *testing.T) {
	t.Parallel()
	n := open(t)
	away := &model.Error{Code: model.CodeUnavailable, Message: "the database cannot be reached; send the same request again later"}
	written := 0
	m := &importer{rules: n.rules, report: newReport(), turn: time.Hour, transaction: func(ctx context.Context, f func(*store.Tx) error) error {
		if written++; written == 2 {
			return away
		}
		return n.store.WriteNow(ctx, store.Actor{}, n.moment, f)
	}}
	lines := []string{`{"type":"topic","slug":"x","names":{"en":"X"},"parent":"y"}`}
	for i := range batchLines {
		lines = append(lines, fmt.Sprintf(`{"type":"topic","slug":"t%d","names":{"en":"Topic"}}`, i))
	}
	err := m.run(n.ctx, []Source{source(lines...)})
	want := "the database cannot be reached: 499 lines are written and stay (499 created, 0 updated, 0 unchanged), 1 that wait for others are not; import the same again to complete it"
	if !errors.Is(err, away) || !strings.Contains(err.Error(), want) {
		t.Errorf("import = %v, want %s", err, want)
	}
}

// An import ends before its next transaction once its importer may import no longer.
func TestImportThatIsNoLongerPermitted(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.turn = time.Nanosecond // a line each
	refused := &model.Error{Code: model.CodeUnauthenticated, Message: "the token is unknown or was revoked; ask an admin for another"}
	lines := source(`{"type":"topic","slug":"x","names":{"en":"X"},"parent":"y"}`, worldLine, `{"type":"topic","slug":"y","names":{"en":"Y"}}`)
	for _, c := range []struct {
		name    string
		dryRun  bool
		allowed int // transactions
		want    string
	}{
		{"before the first line", false, 0, "0 lines are written and stay (0 created, 0 updated, 0 unchanged); import the same again to complete it"},
		{"in a dry run", true, 1, "not everything was checked; nothing was written"},
		{"between two lines", false, 2, "1 lines are written and stay (1 created, 0 updated, 0 unchanged), 1 that wait for others are not; import the same again to complete it"},
		{"while lines wait", false, 3, "2 lines are written and stay (1 created, 0 updated, 1 unchanged)"},
	} {
		asked := 0
		permitted := func(context.Context) error {
			if asked++; asked > c.allowed {
				return refused
			}
			return nil
		}
		_, err := n.Import(n.ctx, []Source{lines}, Options{DryRun: c.dryRun, Permitted: permitted})
		if !errors.Is(err, refused) || !strings.Contains(err.Error(), "the token is unknown or was revoked: "+c.want) || model.CodeOf(err) != model.CodeUnauthenticated {
			t.Errorf("an import that is not permitted any more %s = %v, want %s", c.name, err, c.want)
		}
	}
}

// An import without room for the lines that wait says what is written, and counts it all.
func TestImportWithoutRoom(t *testing.T) {
	n := open(t)
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	report, err := n.Import(n.ctx, []Source{source(`{"type":"topic","slug":"x","names":{"en":"X"},"parent":"y"}`, worldLine)}, Options{})
	if want := "there is no room for the lines that wait for others: 1 lines are written and stay"; model.CodeOf(err) != model.CodeUnavailable || !strings.Contains(err.Error(), want) {
		t.Errorf("import = %v, want UNAVAILABLE, %s", err, want)
	}
	if report.Total().Created != 1 {
		t.Errorf("%d lines are counted, want the one that is written", report.Total().Created)
	}
	n.holds(worldLine)
}

// An import lets others write at least every turn, however many lines it has.
func TestImportLetsOthersWrite(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.turn = time.Millisecond
	var lines []string
	for i := range 200 {
		lines = append(lines, fmt.Sprintf(`{"type":"topic","slug":"t%d","names":{"en":"Topic"}}`, i))
	}
	transactions := 0
	n.now = func() time.Time { transactions++; return clock() } // is asked once in each
	if got, want := n.takes(lines...), "created 200 updated 0 unchanged 0 failed 0"; got != want || transactions < 10 {
		t.Errorf("an import = %s in %d transactions, want %s in many", got, transactions, want)
	}
}
