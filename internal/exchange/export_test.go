package exchange

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// If the leading translation is a draft, the next one leads in an export without drafts.
func TestExportLeavesDraftsOut(t *testing.T) {
	t.Parallel()
	const (
		lead   = `{"type":"article","slug":"a","language":"en","title":"A","status":"DRAFT"}`
		second = `{"type":"article","slug":"b","language":"fr","title":"B","status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z","translationOf":"en:a"}`
		third  = `{"type":"article","slug":"c","language":"ar","title":"C","status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z","translationOf":"en:a"}`
	)
	n := open(t)
	n.takes(lead, third, second)
	n.holds(lead, second, third)
	want := []string{strings.Replace(second, `,"translationOf":"en:a"`, "", 1), strings.Replace(third, "en:a", "fr:b", 1)}
	if got := n.exported(true); !slices.Equal(got, want) {
		t.Errorf("export of what is published = %q, want %q", got, want)
	}
}

// An export has two lines of an article of which readers see another version than
// editors.
func TestExportKeepsWorkingCopies(t *testing.T) {
	t.Parallel()
	const (
		seen   = `{"type":"article","externalId":"a","slug":"a","language":"en","title":"A","summary":"Lead.","status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z"}`
		edited = `{"type":"article","workingCopyOf":"a","externalId":null,"slug":"new","language":"en","title":"A, edited","summary":null,"body":"","byline":[],"sourceName":null,"sourceUrl":null,"appearances":[],"countries":[],"topics":[]}`
		// A working copy that is in review, and in other translations than what readers see.
		other  = `{"type":"article","slug":"b","language":"en","title":"B","status":"PUBLISHED","publishedAt":"2020-01-01T00:00:00.000Z"}`
		review = `{"type":"article","workingCopyOf":"en:b","externalId":null,"slug":"b","language":"fr","title":"B","summary":null,"body":"","byline":[],"sourceName":null,"sourceUrl":null,"status":"IN_REVIEW","appearances":[],"countries":["IQ"],"topics":[],"translationOf":"en:new"}`
	)
	n := open(t)
	n.takes(seen, edited, other, review)
	got := n.exported(false)
	for _, want := range []string{seen, edited, other, review} {
		if !slices.Contains(got, want) {
			t.Errorf("export =\n%s\nwant in it\n%s", strings.Join(got, "\n"), want)
		}
	}
	if got := n.exported(true); !slices.Equal(got, []string{seen, other}) {
		t.Errorf("export of what is published = %q, want what readers see", got)
	}
	again := open(t)
	again.takes(got...)
	again.holds(got...)
	if counts, want := again.takes(got...), "created 0 updated 0 unchanged 4 failed 0"; counts != want {
		t.Errorf("the same import again = %s, want %s", counts, want)
	}
}

func TestExportOrdersTenures(t *testing.T) {
	t.Parallel()
	const office = `{"type":"office","slug":"other","titles":{"en":"Other"},"kind":"OTHER","singleSeat":true}`
	n := open(t)
	n.takes(seatLine, office, `{"type":"official","slug":"ada","names":{"en":"Ada"},"tenures":[{"office":"seat","startedOn":"2010-01-01"},{"office":"other","startedOn":"2010"},{"office":"other","startedOn":"2005","endedOn":"2006"}]}`)
	n.holds(office, seatLine, `{"type":"official","slug":"ada","names":{"en":"Ada"},"tenures":[{"office":"other","startedOn":"2005","endedOn":"2006"},{"office":"other","startedOn":"2010"},{"office":"seat","startedOn":"2010-01-01"}]}`)
}

// An export fails even if only its end cannot be written.
func TestExportSaysWhatIsNotWritten(t *testing.T) {
	t.Parallel()
	n := open(t)
	full := errors.New("the disk is full")
	// export exports to a disk with room for so many writes, and returns how many
	// succeeded.
	export := func(room int) (writes int, err error) {
		err = n.Export(n.ctx, writer(func(p []byte) (int, error) {
			if writes == room {
				return 0, full
			}
			writes++
			return len(p), nil
		}), false)
		return writes, err
	}
	writes, err := export(-1)
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{0, writes - 1} {
		if _, err := export(room); !errors.Is(err, full) {
			t.Errorf("an export of which %d of %d writes succeed = %v, want that the disk is full", room, writes, err)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }
