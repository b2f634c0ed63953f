package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// The reference lists every flag of serve with its variable and its default. For
// limits, the variable follows from the name, and the default is written for people.
func TestTheReferenceListsEveryFlag(t *testing.T) {
	t.Parallel()
	rows := func(path string) []string {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(page), "\n")
	}
	configuration, limits := rows("../../docs/reference/configuration.md"), rows("../../docs/reference/limits.md")
	parser, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range command.Flags() {
		switch {
		case flag.Name == "help":
		case strings.HasPrefix(flag.Name, "limit-"):
			if row(limits, flag.Name) == "" {
				t.Errorf("limits.md has no row for --%s", flag.Name)
			}
		default:
			found := row(configuration, flag.Name)
			for _, want := range []string{flag.Tag.Get("variable"), flag.Default} {
				if want != "" && !strings.Contains(found, "`"+want+"`") {
					t.Errorf("configuration.md has for --%s %q, want %s in it", flag.Name, found, want)
				}
			}
		}
	}
}

// row is the row of a table that is about a flag, empty when there is none.
func row(rows []string, flag string) string {
	for _, row := range rows {
		if strings.HasPrefix(row, "|") && (strings.Contains(row, "`--"+flag+"`") || strings.Contains(row, "`--"+flag+" ")) {
			return row
		}
	}
	return ""
}
