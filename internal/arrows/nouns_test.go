package arrows

import (
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/diwan-cms/diwan/model"
)

// listsOfNouns are the files in which a new noun needs a line, with what each
// lists: the nouns, or those of a kind, such as the nouns that can be searched.
// Code that has to know every noun asks one of these lists, or belongs in the
// nouns' own files.
func listsOfNouns() map[string]string {
	return map[string]string{
		"graph/schema/change.graphqls":  "the values of NodeType",
		"graph/schema/mention.graphqls": "the union of what a text can mention",
		"graph/schema/search.graphqls":  "the types that can be searched, and the union of what is found",
		"internal/exchange/nouns.go":    "the nouns that files are about, with their readers and writers",
		"internal/store/nouns.go":       "the nouns, with their tables",
		"model/id.go":                   "the node types",
	}
}

// noLists are files that name as many nouns and enumerate none, with the reason.
func noLists() map[string]string {
	return map[string]string{
		"internal/jsonld/jsonld.go":    "the JSON-LD of an article names what the article is tagged with",
		"internal/linking/linker.go":   "each kind of entity is linked by rules of its own",
		"internal/store/migrate_go.go": "a migration knows the nouns of its time",
		"internal/store/linker.go":     "who held which office of which country is what a linker knows of the world",
	}
}

// nouns maps the words that name a noun to the noun. Articles are left out: a
// file about articles names the officials, countries and topics that they are
// tagged with and is no list. So are access tokens, which no file lists with nouns.
func nouns() map[string]string {
	words := map[string]string{}
	for _, t := range model.NodeTypes() {
		if t == model.NodeArticle || t == model.NodeAccessToken {
			continue
		}
		noun := strings.ToLower(string(t))
		plural := noun + "s"
		if stem, ends := strings.CutSuffix(noun, "y"); ends {
			plural = stem + "ies"
		}
		words[noun], words[plural] = noun, noun
	}
	return words
}

// enough is how many nouns a file names before it counts as a list of them.
const enough = 4

func TestNounsAreListedInFewFiles(t *testing.T) {
	t.Parallel()
	known := listsOfNouns()
	maps.Copy(known, noLists())
	found := filesThatListNouns(t, os.DirFS("../.."))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if known[name] == "" {
			t.Errorf("%s lists nouns (%s): let it ask a list that there is, see listsOfNouns, or move what it says of each noun to the noun's file",
				name, strings.Join(found[name], ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if found[name] == nil {
			t.Errorf("%s does not list nouns: remove it from listsOfNouns or noLists", name)
		}
	}
}

// filesThatListNouns returns the nouns that a file names, for files that name
// enough of them and are not called after one. It reads what people write by hand
// and a new noun could touch: Go code outside tests, the schema and gqlgen.yml.
// A noun is named by a word of an identifier, as in NodeTopic and byCountry, or
// by a string that is nothing else, as in "topics".
func filesThatListNouns(t *testing.T, tree fs.FS) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	add := func(name string, words []string) {
		about := split(path.Base(name))
		if named := nounsIn(words); len(named) >= enough && len(nounsIn(about)) == 0 && !slices.Contains(about, "article") {
			found[name] = named
		}
	}
	sources, _ := handWritten(t, tree)
	for _, s := range sources {
		if !s.isTest() && !within(s.name, "internal/store/storetest") && !within(s.name, "tests") {
			add(s.name, wordsOfGo(s.syntax))
		}
	}
	schema, err := fs.Glob(tree, "graph/schema/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(schema, "gqlgen.yml") {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			t.Fatal(err)
		}
		add(name, split(string(prose().ReplaceAll(text, nil))))
	}
	return found
}

// nounsIn returns the nouns among the words, sorted.
func nounsIn(words []string) []string {
	named := map[string]bool{}
	for _, word := range words {
		if noun := nouns()[word]; noun != "" {
			named[noun] = true
		}
	}
	return slices.Sorted(maps.Keys(named))
}

// wordsOfGo returns the words of all identifiers, and the strings.
func wordsOfGo(syntax *ast.File) (words []string) {
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			words = append(words, split(n.Name)...)
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				words = append(words, strings.ToLower(text))
			}
		}
		return true
	})
	return words
}

// prose matches the descriptions and comments of a schema, and the comments of a
// YAML file.
func prose() *regexp.Regexp { return regexp.MustCompile(`(?s)""".*?"""|"[^"\n]*"|#[^\n]*`) }

// split returns the words of a text in lower case: byCountry and BY_COUNTRY are
// two each.
func split(text string) (words []string) {
	for _, name := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if strings.ToUpper(name) == name {
			words = append(words, strings.ToLower(name))
			continue
		}
		from := 0
		for i, c := range name {
			if unicode.IsUpper(c) && i > 0 {
				words = append(words, strings.ToLower(name[from:i]))
				from = i
			}
		}
		words = append(words, strings.ToLower(name[from:]))
	}
	return words
}

func TestFilesThatListNouns(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file, text string
		listed           bool
	}{
		{"types of model", "graph/a.go", "var _ = []any{model.Official{}, model.Country{}, model.Topic{}, model.Office{}}", true},
		{"three of them are no list", "graph/a.go", "var _ = []any{model.Official{}, model.Country{}, model.Topic{}}", false},
		{"nor is the same one again and again", "graph/a.go", "var _, topics, aTopic, Topics = NodeTopic, 1, 2, 3", false},
		{"an article with its tags is none", "graph/a.go", "var _ = []any{model.Article{}, model.Official{}, model.Country{}, model.Topic{}}", false},
		{"node types", "graph/a.go", "var _ = []any{NodeTopic, NodeOffice, NodeTenure, NodeCountry}", true},
		{"functions, whatever their case and number", "graph/a.go", "func byTopic() { officials(); listCountries(); tenure() }", true},
		{"names of tables", "graph/a.go", `var _ = []string{"topics", "offices", "tenures", "countries"}`, true},
		{"a sentence is not a name", "graph/a.go", `var _ = "write topics, offices, tenures and countries"`, false},
		{"a comment is not code", "graph/a.go", "// NodeTopic NodeOffice NodeTenure NodeCountry\nvar _ = 1", false},
		{"a noun's own file may refer to others", "graph/topic_write.go", "var _ = []any{NodeTopic, NodeOffice, NodeTenure, NodeCountry}", false},
		{"articles' too", "graph/article.go", "var _ = []any{NodeTopic, NodeOffice, NodeTenure, NodeCountry}", false},
		{"a test may list them", "graph/a_test.go", "var _ = []any{NodeTopic, NodeOffice, NodeTenure, NodeCountry}", false},
		{"what is generated lists them", "graph/gen/a.go", "var _ = []any{NodeTopic, NodeOffice, NodeTenure, NodeCountry}", false},
		{"a union of the schema", "graph/schema/a.graphqls", "union Found = Topic | Office | Tenure | Country", true},
		{"an enum of the schema", "graph/schema/a.graphqls", "enum Kind { TOPIC OFFICE TENURE COUNTRY }", true},
		{"a description of the schema is not", "graph/schema/a.graphqls", "\"\"\"Topic, Office,\nTenure, Country\"\"\"\nscalar A # Topic Office Tenure Country", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if strings.HasSuffix(c.file, ".go") {
				c.text = "package p\n\n" + c.text
			}
			got := filesThatListNouns(t, fstest.MapFS{"gqlgen.yml": {}, c.file: {Data: []byte(c.text)}})
			if (got[c.file] != nil) != c.listed || len(got) > 1 {
				t.Errorf("files that list nouns = %v, want %s among them: %t", got, c.file, c.listed)
			}
		})
	}
}
