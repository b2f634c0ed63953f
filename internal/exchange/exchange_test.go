package exchange

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// newsroom is an exchange with a database of its own, which has the countries of ISO
// 3166-1, and a clock that stands still.
type newsroom struct {
	*testing.T
	*Exchange
	ctx context.Context
}

func clock() time.Time { return time.Date(2021, 11, 26, 9, 30, 0, 0, time.UTC) }

// withCountries is the file of a database with nothing but countries: making one takes
// longer than most tests.
var withCountries = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "diwan")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "diwan.db")
	db, err := store.Open(context.Background(), database.Config{DSN: path})
	if err != nil {
		return nil, err
	}
	if err := content.New(content.Config{Store: db, Now: clock}).LoadCountries(context.Background()); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func open(t *testing.T) newsroom {
	t.Helper()
	file, err := withCountries()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "diwan.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), database.Config{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	n := newsroom{T: t, Exchange: New(db, clock)}
	n.ctx = n.as(model.RoleAdmin)
	return n
}

// as returns the context of a user with a role.
func (n newsroom) as(role model.Role) context.Context {
	return auth.WithActor(n.Context(), auth.Actor{Name: "import", Key: auth.ImportKey, Role: role})
}

// source returns a file with these lines.
func source(lines ...string) Source {
	return Source{Name: "file", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(strings.Join(lines, "\n"))), nil
	}}
}

// imported imports lines, and returns the total counts, such as "created 1 updated 0
// unchanged 0 failed 0", and the failures.
func (n newsroom) imported(options Options, lines ...string) (counts string, failures []string) {
	n.Helper()
	options.Failed = func(f Failure) { failures = append(failures, f.String()) }
	report, err := n.Import(n.ctx, []Source{source(lines...)}, options)
	if err != nil {
		n.Fatal(err)
	}
	c := report.Total()
	return fmt.Sprintf("created %d updated %d unchanged %d failed %d", c.Created, c.Updated, c.Unchanged, c.Failed), failures
}

// takes imports lines of which none may fail, and returns the total counts.
func (n newsroom) takes(lines ...string) string {
	n.Helper()
	counts, failures := n.imported(Options{}, lines...)
	if len(failures) > 0 {
		n.Fatalf("import fails: %s", strings.Join(failures, "\n"))
	}
	return counts
}

// exported returns the lines of an export, except those of countries.
func (n newsroom) exported(publishedOnly bool) []string {
	n.Helper()
	var out bytes.Buffer
	if err := n.Export(n.ctx, &out, publishedOnly); err != nil {
		n.Fatal(err)
	}
	timeless := regexp.MustCompile(`,"(created|updated)At":"[^"]*"`).ReplaceAllString(out.String(), "")
	lines := strings.Split(strings.TrimSuffix(timeless, "\n"), "\n")
	return slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, `{"type":"country"`) })
}

// holds checks the lines of an export, except those of countries.
func (n newsroom) holds(want ...string) {
	n.Helper()
	if got := n.exported(false); !slices.Equal(got, want) {
		n.Errorf("export =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Lines with all the keys of every noun but countries, in the order of an export.
const (
	worldLine = `{"type":"topic","slug":"world","names":{"en":"World"}}`
	oilLine   = `{"type":"topic","externalId":"oil","slug":"oil","names":{"ar":"نفط","en":"Oil"},"descriptions":{"en":"Crude"},` +
		`"aliases":[{"text":"Petroleum","language":"en","kind":"SPELLING"}],"parent":"world","mediaTopic":"medtop:20000385"}`
	seatLine = `{"type":"office","externalId":"seat","slug":"seat","titles":{"en":"Seat"},"kind":"MINISTER","country":"GB","singleSeat":false}`
	adaLine  = `{"type":"official","externalId":"ada","slug":"ada","wikidataId":"Q7259","names":{"en":"Ada"},"country":"GB","tenures":[` +
		`{"office":"seat","startedOn":"2010","endedOn":"2012-05"},{"office":"seat","startedOn":"2015-01-02","acting":true,"sourceUrl":"https://example.org/?a=1&b=<2>"}]}`
	newsLine = `{"type":"article","externalId":"news","slug":"news","language":"en","title":"News <& more>","summary":"Short","body":"Long\n\ntext",` +
		`"byline":["Ada","Bob"],"sourceName":"Wire","sourceUrl":"https://example.org/","status":"PUBLISHED","publishedAt":"2020-07-16T09:30:00.000Z",` +
		`"appearances":[{"official":"ada","role":"SPEAKER"}],"countries":["IQ","FR"],"topics":["oil"]}`
	soonLine  = `{"type":"article","slug":"soon","language":"en","title":"Soon","status":"SCHEDULED","scheduledFor":"2030-01-01T00:00:00.000Z"}`
	khabrLine = `{"type":"article","slug":"khabr","language":"ar","title":"خبر","status":"DRAFT","translationOf":"news"}`
)

func everything() []string {
	return []string{worldLine, oilLine, seatLine, adaLine, newsLine, soonLine, khabrLine}
}

// An export that is imported and exported again is the same, and importing it again
// changes nothing.
func TestAnExportImportedIsTheSame(t *testing.T) {
	t.Parallel()
	n := open(t)
	if got, want := n.takes(everything()...), "created 7 updated 0 unchanged 0 failed 0"; got != want {
		t.Errorf("the import = %s, want %s", got, want)
	}
	n.holds(everything()...)
	if got, want := n.takes(everything()...), "created 0 updated 0 unchanged 7 failed 0"; got != want {
		t.Errorf("the same import = %s, want %s", got, want)
	}
	backward := everything()
	slices.Reverse(backward)
	other := open(t)
	other.takes(backward...)
	other.holds(everything()...)
}

func TestWhoMayImportAndExport(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.takes(everything()...)
	if _, err := n.Import(n.as(model.RoleContributor), nil, Options{}); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("an import by a contributor = %v, want FORBIDDEN", err)
	}
	if err := n.Export(n.as(model.RoleReader), io.Discard, false); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("an export by a reader = %v, want FORBIDDEN", err)
	}
	if err := n.Export(n.as(model.RoleReader), io.Discard, true); err != nil {
		t.Errorf("an export of what is published by a reader = %v, want none", err)
	}
}
