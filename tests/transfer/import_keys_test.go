package transfer

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestReferencesAreFoundByLettersInParts(t *testing.T) {
	t.Parallel()
	composed := []string{
		`{"type":"topic","externalId":"آ","slug":"آثار","names":{"ar":"آثار"}}`,
		`{"type":"topic","slug":"آثار-أور","names":{"ar":"آثار أور"},"parent":"آ"}`,
		`{"type":"article","slug":"آخر","language":"ar","title":"آخر","status":"DRAFT","topics":["آثار-أور"]}`,
		`{"type":"article","slug":"autre","language":"fr","title":"Autre","status":"DRAFT","translationOf":"ar:آخر"}`,
	}
	parts := func(line string) string {
		return strings.NewReplacer("آ", "ا\u0653", "أ", "ا\u0654").Replace(line)
	}
	d := testserver.NewDatabase(t)
	wantCounts(t, d.MustImport(t, composed[0], parts(composed[1]), composed[2], parts(composed[3])), "total", 4, 0, 0, 0)
	// Everything in parts is what is there, but for names and titles, which stay as they are written.
	keys := []string{
		parts(`{"type":"topic","externalId":"آ","parent":null}`),
		parts(`{"type":"topic","slug":"آثار-أور","parent":"آثار"}`),
		parts(`{"type":"article","slug":"آخر","language":"ar","topics":[{"slug":"آثار-أور"}]}`),
		parts(`{"type":"article","slug":"autre","language":"fr","translationOf":{"slug":"آخر","language":"ar"}}`),
	}
	wantCounts(t, d.MustImport(t, keys...), "total", 0, 0, 4, 0)
	// Articles that name each other in circles find each other, too.
	circle := []string{
		parts(`{"type":"article","slug":"آ-1","language":"ar","title":"آ","status":"DRAFT","translationOf":"en:أ-2"}`),
		`{"type":"article","slug":"أ-2","language":"en","title":"A","status":"DRAFT","translationOf":"ar:آ-1"}`,
	}
	wantCounts(t, d.MustImport(t, circle...), "total", 2, 0, 0, 0)
}

func TestImportsRefuseInvisibleMarksInKeys(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	for _, c := range []struct{ line, says string }{
		{`{"type":"topic","slug":"زيارة\u200f-بغداد","names":{"ar":"زيارة"}}`, `send "زيارة-بغداد"`},
		{`{"type":"official","slug":"علي\u200c","names":{"ar":"علي"}}`, `send "علي"`},
		{`{"type":"office","slug":"\u061cوزير","titles":{"ar":"وزير"},"kind":"MINISTER"}`, `send "وزير"`},
		{`{"type":"article","slug":"خبر\u200e","language":"ar","title":"خبر","status":"DRAFT"}`, `send "خبر"`},
		{`{"type":"article","externalId":"خبر\u200e","language":"ar","title":"خبر","status":"DRAFT"}`, `send "خبر"`},
	} {
		r := d.Import(c.line)
		if r.Status != 1 || !strings.Contains(r.Stderr, c.says) {
			t.Errorf("import of %s = %d, %q, want 1 and %s", c.line, r.Status, r.Stderr, c.says)
		}
	}
}
