package store

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/model"
)

// schemaOf reads the schema from graph/schema.
func schemaOf(t *testing.T) *ast.Schema {
	t.Helper()
	files, err := filepath.Glob("../../graph/schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// fields are the names of what a noun reads, by whether they are plain.
type fields struct{ plain, relations []string }

func fieldsOf[T any](all nouns) fields {
	n := nounOf[T](all)
	var f fields
	for name := range n.columns {
		f.plain = append(f.plain, name)
	}
	for name := range n.relations {
		f.relations = append(f.relations, name)
	}
	return f
}

// Every noun is in the list and complete: its fields are named as in the schema, and its
// relations are exactly the schema's fields that lead to other rows.
func TestNounsAreComplete(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	all := newNouns(mentionLoader{})
	for node, f := range map[model.NodeType]fields{
		model.NodeArticle: fieldsOf[model.Article](all), model.NodeOfficial: fieldsOf[model.Official](all), model.NodeCountry: fieldsOf[model.Country](all),
		model.NodeTopic: fieldsOf[model.Topic](all), model.NodeOffice: fieldsOf[model.Office](all), model.NodeTenure: fieldsOf[model.Tenure](all),
		"Revision": fieldsOf[model.Revision](all), model.NodeAccessToken: fieldsOf[model.AccessToken](all),
	} {
		definition := schema.Types[string(node)]
		if definition == nil {
			t.Errorf("the schema has no type %s", node)
			continue
		}
		all.table(node) // panics where it is not in the list
		for _, name := range append(slices.Clone(f.plain), f.relations...) {
			field := definition.Fields.ForName(name)
			if field == nil && name == "createdBy" { // for exports
				continue
			}
			if field == nil {
				t.Errorf("the noun %s reads %s, which the schema's does not have", node, name)
				continue
			}
			if leads := leadsOn(schema, field.Type); leads != slices.Contains(f.relations, name) {
				t.Errorf("%s.%s leads to an object: %v; it is the other kind to the noun", node, name, leads)
			}
		}
		for _, field := range definition.Fields {
			if leadsOn(schema, field.Type) && !slices.Contains(f.relations, field.Name) {
				t.Errorf("the noun %s does not load %s, a relation of the schema", node, field.Name)
			}
		}
	}
	if len(all) != 8 {
		t.Errorf("there are %d nouns, and this test knows 8: add the new one above", len(all))
	}
}

// The columns of a plan are in one order, so that a plan is one statement.
func TestColumnsOfPlans(t *testing.T) {
	t.Parallel()
	n := nounOf[model.Tenure](newNouns(mentionLoader{}))
	const always = "n.id, n.official_id, n.office_id, n.started_on, n.ended_on, n.start_day, n.end_day"
	for want, plan := range map[string]*model.Plan{
		always + ", n.acting, n.created_at, n.source_url, n.updated_at, n.version": nil,
		always:                    {},
		always + ", n.source_url": (&model.Plan{}).Want("startedOn", "sourceUrl", "nonsense"),
	} {
		if got := n.selects(plan); got != want {
			t.Errorf("selects(%v) = %s, want %s", plan, got, want)
		}
	}
	official := nounOf[model.Official](newNouns(mentionLoader{}))
	for range 3 {
		if got := official.selects((&model.Plan{}).Want("name", "localizedName", "slug", "version")); got != "n.id, n.country_id, n.names, n.slug, n.version" {
			t.Errorf("a column that two fields need is read in %s", got)
		}
	}
}

// leadsOn reports whether values of a type are loaded by the store from other rows.
func leadsOn(schema *ast.Schema, of *ast.Type) bool {
	definition := schema.Types[of.Name()]
	values := []string{"LocalizedText", "Alias"}
	return definition.IsCompositeType() && !slices.Contains(values, definition.Name)
}

// Every table of a database is copied, or is known to be left out.
func TestEveryTableIsCopiedOrMadeFromOthers(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), database.Config{DSN: filepath.Join(t.TempDir(), "diwan.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var tables []string
	if err := s.engine.Reader().Raw("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").Scan(&tables).Error; err != nil {
		t.Fatal(err)
	}
	madeFromOthers := []string{articleIndex, nodeIndex, titleIndex, WordTable, "suggestions", "search_state"}
	ofOneDatabase := []string{VersionTable, "sqlite_sequence"}
	listed := map[string]bool{}
	for _, table := range s.Tables() {
		if listed[table.Name] {
			t.Errorf("%s is listed twice", table.Name)
		}
		listed[table.Name] = true
		if !slices.Contains(tables, table.Name) {
			t.Errorf("%s is listed, and no table of the database", table.Name)
		}
		var keys []string
		if err := s.engine.Reader().Raw("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table.Name).Scan(&keys).Error; err != nil || !slices.Equal(keys, table.Keys) {
			t.Errorf("the key of %s is %v, %v, and listed as %v", table.Name, keys, err, table.Keys)
		}
		var refers []string
		if err := s.engine.Reader().Raw(`SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)`, table.Name).Scan(&refers).Error; err != nil {
			t.Fatal(err)
		}
		for _, other := range refers {
			if !listed[other] || other == table.Name && !table.SelfReferring {
				t.Errorf("%s refers to %s, which is not before it", table.Name, other)
			}
		}
	}
	for _, name := range tables {
		part := strings.HasPrefix(name, articleIndex+"_") || strings.HasPrefix(name, nodeIndex+"_") || strings.HasPrefix(name, titleIndex+"_") // of FTS5
		if !listed[name] && !part && !slices.Contains(madeFromOthers, name) && !slices.Contains(ofOneDatabase, name) {
			t.Errorf("the table %s is not in Tables, and not among those that a copy leaves out", name)
		}
	}
}
