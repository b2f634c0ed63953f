package auth

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// actions returns the constants of policy.go.
func actions(t *testing.T) (list []Action) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "policy.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Action" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, Action(text))
		}
		return true
	})
	return list
}

func TestThePolicyIsTheOneThatIsDocumented(t *testing.T) {
	t.Parallel()
	const path = "../../docs/reference/roles.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	documented := map[Action]model.Role{}
	for _, row := range regexp.MustCompile("(?m)^\\| ([a-z][^|`]*) \\| `([A-Z]+)` \\|$").FindAllSubmatch(page, -1) {
		documented[Action(row[1])] = model.Role(row[2])
	}
	decided := map[Action]model.Role{}
	for _, action := range actions(t) {
		decided[action] = roleFor(action)
	}
	if len(decided) == 0 || !maps.Equal(decided, documented) {
		t.Errorf("the policy = %v\nwant what %s says: %v", decided, path, documented)
	}
}

func TestRolesMayWhatThoseBelowThemMay(t *testing.T) {
	t.Parallel()
	roles := []model.Role{model.RoleAnonymous, model.RoleReader, model.RoleContributor, model.RoleEditor, model.RoleAdmin}
	for _, action := range actions(t) {
		for i, role := range roles {
			err := May(WithActor(t.Context(), Actor{Role: role}), action)
			if want := i >= slices.Index(roles, roleFor(action)); (err == nil) != want {
				t.Errorf("May %s, as %s = %v, want %t", action, role, err, want)
			}
		}
		for _, role := range []model.Role{"", "CHIEF", "admin"} {
			if err := May(WithActor(t.Context(), Actor{Role: role}), action); model.CodeOf(err) != model.ErrorCodeForbidden {
				t.Errorf("May %s, as %q = %v, want FORBIDDEN", action, role, err)
			}
		}
		if err := May(t.Context(), action); model.CodeOf(err) != model.ErrorCodeForbidden {
			t.Errorf("May %s, as nobody = %v, want FORBIDDEN", action, err)
		}
	}
	if got := roleFor("something new"); got != model.RoleAdmin {
		t.Errorf("an action that is not in the table requires %s, want ADMIN", got)
	}
}
