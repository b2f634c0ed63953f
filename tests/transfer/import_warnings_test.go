package transfer

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestImportTellsWhatReadersWillNotSee(t *testing.T) {
	t.Parallel()
	d := testserver.NewDatabase(t)
	lines := []string{
		`{"type":"article","slug":"a","language":"en","title":"A","status":"DRAFT","body":"One\n\n<font>two</font> <font>three</font>\n<script>x</script>"}`,
		`{"type":"article","slug":"b","language":"en","title":"B","status":"DRAFT","body":"[four](https://x.org)[^1]\n\n[^1]: five","topics":["later"]}`,
		`{"type":"article","slug":"c","language":"en","title":"C","status":"DRAFT","body":"[six](javascript:x)","topics":["later"]}`,
		`{"type":"topic","slug":"later","names":{"en":"Later"}}`,
	}
	const (
		first = "stdin:1: warning: body: line 3: `<font>` is left out; the text in it stays (2 times); line 4: `<script>` is left out, with what is in it\n"
		third = "stdin:3: warning: body: line 1: `href=\"javascript:x\"` of `<a>` is left out\n"
		sum   = "2 lines have parts that readers will not see; see the warnings.\n"
	)
	r := d.MustImport(t, lines...)
	if r.Stderr != first+third || !strings.Contains(r.Stdout, sum) {
		t.Errorf("import = %q, %q, want the warnings of two lines, each once, and %q", r.Stderr, r.Stdout, sum)
	}
	if r := d.MustImport(t, lines[1], lines[3]); r.Stderr != "" || strings.Contains(r.Stdout, "warnings") {
		t.Errorf("import of what readers see = %q, %q, want no warning", r.Stderr, r.Stdout)
	}
}
