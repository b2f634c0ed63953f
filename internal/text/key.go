package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key returns a key (a slug, the key in another system) as it is stored, and so as it has to
// be asked for: in composed letters (NFC). Some systems send آ as two code points, such as
// the file names of macOS, and some as one.
func Key(s string) string { return norm.NFC.String(s) }

// CheckKey is [CheckLine] for a key: it also refuses blanks and invisible characters at either
// end, which nobody sees and which make two keys that look alike. Within a key they may mean
// something, as ZWNJ does in Persian.
func CheckKey(s string, limit int) error {
	if err := CheckLine(s, limit); err != nil {
		return err
	}
	bare := strings.TrimFunc(s, blank)
	if bare == s {
		return nil
	}
	end := "begins"
	r, _ := utf8.DecodeRuneInString(s)
	if !blank(r) {
		end = "ends"
		r, _ = utf8.DecodeLastRuneInString(s)
	}
	return fmt.Errorf("the key %s with U+%04X, which nobody sees; send %q", end, r, bare)
}
