package clients

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestSchemaIsLinted runs @graphql-eslint over the schema, and over one with
// faults.
func TestSchemaIsLinted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "query.graphqls"), `"All." type Query { "A list." boats(first: Int): boatConnection }
type boatConnection { edges: [String] }`)
	if faults := node(t, "lint.js", testserver.File("graph", "schema")); faults != "" {
		t.Errorf("the schema has faults:\n%s", faults)
	}
	faults := node(t, "lint.js", folder)
	for _, rule := range []string{"naming-convention", "require-description", "relay-arguments", "relay-connection-types", "relay-page-info"} {
		if !strings.Contains(faults, "@graphql-eslint/"+rule) {
			t.Errorf("a schema with faults is not told of %s:\n%s", rule, faults)
		}
	}
}

// TestSchemaInOneFile compares docs/schema.graphql, which code generators take,
// with the sources of the schema, by the reference implementation of GraphQL.
func TestSchemaInOneFile(t *testing.T) {
	t.Parallel()
	current := testserver.File("docs", "schema.graphql")
	if differs := node(t, "differs.js", current); differs != "" {
		t.Errorf("run make generate, which writes %s:\n%s", current, differs)
	}
	other := filepath.Join(t.TempDir(), "other.graphql")
	write(t, other, strings.NewReplacer(
		"format: TextFormat = MARKDOWN", "format: TextFormat = HTML",
		"input ArticleBy @oneOf", "input ArticleBy",
	).Replace(readFile(t, current)))
	differs := strings.Split(node(t, "differs.js", other), "\n")
	for _, want := range []string{"-    format: TextFormat = HTML", "+    format: TextFormat = MARKDOWN", "-input ArticleBy {", "+input ArticleBy @oneOf {"} {
		if !slices.Contains(differs, want) {
			t.Errorf("how another schema differs = %q, want %q in it", differs, want)
		}
	}
}

// TestCodeGeneratorIntrospectsTheServer runs graphql-codegen against a server rather than
// over a file.
func TestCodeGeneratorIntrospectsTheServer(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	wrote := node(t, "codegen.js", s.URL+"/graphql", t.TempDir())
	if want := "export type LatestQueryVariables export type LatestQuery"; strings.TrimSpace(wrote) != want {
		t.Errorf("graphql-codegen wrote %q, want %q", wrote, want)
	}
}

// TestSchemaBreaksNoClient compares the schema with that of the last release.
func TestSchemaBreaksNoClient(t *testing.T) {
	t.Parallel()
	released := testserver.File("testdata", "released.graphql")
	if broken := node(t, "breaks.js", released); broken != "" {
		t.Errorf("clients of the last release would break; CONTRIBUTING.md says what to do:\n%s", broken)
	}
	older := filepath.Join(t.TempDir(), "older.graphql")
	write(t, older, strings.NewReplacer(
		"  wordCount: Int!", "  wordCount: Int!\n  letterCount: Int!",
		"  wikidataId: String\n", "  wikidataId: String!\n",
		"  LEGISLATOR\n", "  LEGISLATOR\n  SENATOR\n",
	).Replace(readFile(t, released)))
	broken := node(t, "breaks.js", older)
	for _, want := range []string{
		"FIELD_REMOVED Article.letterCount was removed.",
		"FIELD_CHANGED_KIND Official.wikidataId changed type from String! to String.",
		"VALUE_REMOVED_FROM_ENUM SENATOR was removed from enum type OfficeKind.",
	} {
		if !slices.Contains(strings.Split(broken, "\n"), want) {
			t.Errorf("what breaks clients of an older schema = %s\nwant %s", broken, want)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
