// Package arrows holds the tests of how the tree is built: every import points
// the way docs/explanation/architecture.md draws it, functions take few parameters, and the
// files of a package can be read a few at a time.
package arrows

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "github.com/diwan-cms/diwan"

// ours lists, for each of our packages, which of the others it may import; "*"
// stands for all of them. Tests (*_test.go) may import any. A new package needs a
// row here and a place in docs/explanation/architecture.md.
func ours() map[string]string {
	return map[string]string{
		".":                             "internal/cli", // server.go
		"internal/cli":                  "internal/app model",
		"internal/app":                  "internal/httpd graph graph/transport graph/gen graph/scalar internal/content internal/exchange internal/copy internal/store internal/database internal/auth internal/telemetry internal/text model demo",
		"internal/httpd":                "graph graph/transport internal/content internal/exchange internal/auth internal/telemetry internal/text model",
		"graph":                         "graph/answer graph/gate graph/gen graph/scalar graph/transport internal/bcp47 internal/content internal/jsonld internal/auth internal/telemetry internal/text model",
		"graph/answer":                  "",
		"graph/generate":                "",
		"graph/gate":                    "graph/scalar graph/transport internal/telemetry model",
		"graph/graphtest":               "graph internal/content internal/store internal/store/storetest internal/database internal/auth model",
		"graph/gen":                     "graph/answer graph/scalar model",
		"graph/scalar":                  "internal/text model",
		"graph/transport":               "internal/telemetry internal/text model",
		"internal/content":              "internal/store internal/auth internal/jsonld internal/text internal/fulltext internal/markdown model",
		"internal/exchange":             "internal/content internal/store internal/auth internal/text model",
		"internal/copy":                 "internal/store internal/database internal/database/sql",
		"internal/store":                "internal/bcp47 internal/database internal/database/sql internal/database/match internal/sets internal/text internal/fulltext internal/linking internal/markdown model",
		"internal/store/storetest":      "internal/store internal/database internal/text model",
		"internal/database":             "internal/database/sql internal/database/match internal/database/stableplans internal/fulltext model",
		"internal/database/sql":         "",
		"internal/database/stableplans": "",
		"internal/database/match":       "",
		"internal/sets":                 "",
		"internal/jsonld":               "model",
		"internal/auth":                 "model",
		"internal/telemetry":            "model",
		"internal/linking":              "internal/bcp47 internal/text",
		"internal/fulltext":             "internal/bcp47 internal/text",
		"internal/markdown":             "internal/text",
		"internal/text":                 "internal/bcp47",
		"internal/bcp47":                "",
		"internal/tier":                 "",
		"model":                         "internal/bcp47",
		"demo":                          "",
		"tests/testserver":              "*",
		"scripts":                       "",
		"internal/arrows":               "*",
	}
}

// fence names the only places that may import a library.
type fence struct {
	library string   // this module path and all below it
	inside  []string // packages (with those below them) or single files
	tests   bool     // whether it binds tests as well
	instead string   // what to do elsewhere
}

func fences() []fence {
	return []fence{
		{"gorm.io", []string{"internal/database", "internal/store", "internal/copy"}, true, "ask internal/content, or add a method to internal/store"},
		{"github.com/mattn/go-sqlite3", []string{"internal/database", "tests/testserver"}, false, "let internal/database open it"},
		{"github.com/RoaringBitmap", []string{"internal/sets"}, true, "ask internal/sets for a set"},
		{"github.com/prometheus", []string{"internal/telemetry"}, false, "tell internal/telemetry"},
		{"go.opentelemetry.io", []string{"internal/telemetry"}, false, "tell internal/telemetry"},
		{"github.com/coreos/go-oidc", []string{"internal/auth"}, true, "ask internal/auth whose token it is"},
		{"github.com/pressly/goose", []string{"internal/database", "internal/store"}, false, "let internal/store migrate"},
		{"github.com/99designs/gqlgen", []string{"graph", "model/models_gen.go"}, false, "put what knows GraphQL into graph and hand it over as a plain type"},
		{"github.com/vektah/gqlparser", []string{"graph", "model/models_gen.go"}, false, "put what knows GraphQL into graph and hand it over as a plain type"},
	}
}

// stdlibOnly lists the packages whose hand-written files import nothing but the
// standard library.
func stdlibOnly() []string { return []string{"model"} }

func TestImportsFollowTheArchitecture(t *testing.T) {
	t.Parallel()
	wrong, err := check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}

// check reads the imports of every Go file in the tree and returns a sentence
// for each that points the wrong way.
func check(tree fs.FS) ([]string, error) {
	var wrong []string
	err := eachGoFile(tree, func(name string) error {
		found, err := checkFile(tree, name)
		wrong = append(wrong, found...)
		return err
	})
	return wrong, err
}

func checkFile(tree fs.FS, name string) ([]string, error) {
	source, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if why := objection(name, imported); why != "" {
			wrong = append(wrong, fmt.Sprintf("%s: %s", files.Position(spec.Pos()), why))
		}
	}
	return wrong, nil
}

// objection returns what is wrong with an import and what to do about it, or "".
func objection(name, imported string) string {
	dir := path.Dir(name)
	isTest := strings.HasSuffix(name, "_test.go")
	for _, f := range fences() {
		if within(imported, f.library) && (f.tests || !isTest) && !slices.ContainsFunc(f.inside, func(place string) bool { return within(name, place) }) {
			return fmt.Sprintf("imports %s, which only %s may: %s", imported, strings.Join(f.inside, " and "), f.instead)
		}
	}
	if isTest {
		return ""
	}
	if within(imported, module) {
		return wrongArrow(dir, strings.TrimPrefix(strings.TrimPrefix(imported, module), "/"))
	}
	isStdlib := !strings.Contains(strings.Split(imported, "/")[0], ".")
	if slices.Contains(stdlibOnly(), dir) && !isStdlib && !strings.HasSuffix(name, "_gen.go") {
		return fmt.Sprintf("imports %s, but %s keeps to the standard library: move what needs it to the package that uses it", imported, dir)
	}
	return ""
}

func wrongArrow(from, to string) string {
	row, known := ours()[from]
	if !known {
		return fmt.Sprintf("package %s has no row in internal/arrows/arrows_test.go: add one, and its place in docs/explanation/architecture.md", from)
	}
	if row == "*" || slices.Contains(strings.Fields(row), to) {
		return ""
	}
	if row == "" {
		row = "nothing of ours"
	}
	return fmt.Sprintf("the arrow %s → %s is not allowed (%s may import: %s): move the code to the side that may know the other, or pass the value in; to change the design, change the table in internal/arrows/arrows_test.go and docs/explanation/architecture.md together", from, to, from, row)
}

// within reports whether a slash-separated path is the place itself or below it.
func within(name, place string) bool {
	return name == place || strings.HasPrefix(name, place+"/")
}

func TestCheckFindsWrongImports(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file, imports string
		want                string // part of the only complaint; "" when allowed
	}{
		{"the rules may use the tables", "internal/content/article.go", module + "/internal/store", ""},
		{"the GraphQL edge may not reach the tables", "graph/article.resolvers.go", module + "/internal/store", "graph → internal/store is not allowed"},
		{"the rules may not know the files that are imported", "internal/content/article.go", module + "/internal/exchange", "internal/content → internal/exchange is not allowed"},
		{"the tables may not know the rules", "internal/store/article.go", module + "/internal/content", "internal/store → internal/content is not allowed"},
		{"the tables may not know who asks", "internal/store/article.go", module + "/internal/auth", "internal/store → internal/auth is not allowed"},
		{"the HTTP edge may not reach generated code", "internal/httpd/mux.go", module + "/graph/gen", "internal/httpd → graph/gen is not allowed"},
		{"main knows the commands only", "server.go", module + "/internal/app", ". → internal/app is not allowed"},
		{"the nouns know of ours only how languages relate", "model/article.go", module + "/internal/text", "model may import: internal/bcp47"},
		{"a test may import any of ours", "internal/text/fold_test.go", module + "/internal/store", ""},
		{"a package without a row is asked for one", "internal/feeds/rss.go", module + "/model", "internal/feeds has no row"},
		{"the module's own package is not mistaken for a neighbour", "internal/text/fold.go", module + "-plugins/x", ""},

		{"gorm is at home in the store", "internal/store/article.go", "gorm.io/gorm", ""},
		{"and below it", "internal/store/storetest/suite.go", "gorm.io/gorm", ""},
		{"gorm stays out of the rules", "internal/content/article.go", "gorm.io/gorm", "imports gorm.io/gorm, which only internal/database and internal/store and internal/copy may"},
		{"even in tests", "tests/graphql_test.go", "gorm.io/driver/sqlite", "imports gorm.io/driver/sqlite"},
		{"migrations are the store's", "internal/cli/migrate.go", "github.com/pressly/goose/v3", "let internal/store migrate"},
		{"drivers are the store's", "internal/app/app.go", "github.com/mattn/go-sqlite3", "let internal/database open it"},
		{"gqlgen is at home in the GraphQL edge", "graph/scalar/language.go", "github.com/99designs/gqlgen/graphql", ""},
		{"and in the generated models", "model/models_gen.go", "github.com/99designs/gqlgen/graphql", ""},
		{"but not in the models written by hand", "model/article.go", "github.com/99designs/gqlgen/graphql", "imports github.com/99designs/gqlgen/graphql"},
		{"nor in the HTTP edge", "internal/httpd/mux.go", "github.com/vektah/gqlparser/v2/ast", "imports github.com/vektah/gqlparser/v2/ast"},
		{"a test may build gqlgen's inputs", "internal/content/article_test.go", "github.com/99designs/gqlgen/graphql", ""},
		{"the nouns keep to the standard library", "model/id.go", "github.com/google/uuid", "model keeps to the standard library"},
		{"which they may use", "model/error.go", "encoding/json", ""},

		{"dependencies of the web pages are not ours", "web/graphiql/node_modules/flatted/golang/flatted.go", "gorm.io/gorm", ""},
		{"nor is test data", "internal/text/testdata/bad.go", "gorm.io/gorm", ""},
		{"nor a module of its own", "tools/tools.go", "gorm.io/gorm", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{
				"go.mod":       {Data: []byte("module " + module)},
				"tools/go.mod": {Data: []byte("module " + module + "/tools")},
				c.file:         {Data: fmt.Appendf(nil, "package p\n\nimport _ %q\n", c.imports)},
			}
			got, err := check(tree)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" && len(got) > 0 {
				t.Errorf("%s importing %s = %q, want no complaint", c.file, c.imports, got)
			}
			if c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.file+":3:8: ") || !strings.Contains(got[0], c.want)) {
				t.Errorf("%s importing %s = %q, want one complaint at line 3 saying %q", c.file, c.imports, got, c.want)
			}
		})
	}
}

func TestCheckReportsUnreadableSource(t *testing.T) {
	t.Parallel()
	_, err := check(fstest.MapFS{"model/article.go": {Data: []byte("not Go")}})
	if err == nil {
		t.Error("check of a file that is not Go = nil error, want one")
	}
}
