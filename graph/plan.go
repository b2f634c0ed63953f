package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/internal/jsonld"
	"github.com/diwan-cms/diwan/model"
)

// planner turns selections of an operation into plans.
type planner struct {
	operation *graphql.OperationContext
	schema    *gate.Schema
}

// plan returns what a selection needs of an object of the type.
func (p planner) plan(typeName string, selections ast.SelectionSet) *model.Plan {
	plan := &model.Plan{}
	p.addSelection(plan, typeName, selections)
	return plan
}

func (p planner) addSelection(plan *model.Plan, typeName string, selections ast.SelectionSet) {
	if definition := p.schema.Types[typeName]; definition != nil && definition.IsAbstractType() {
		for _, member := range p.schema.GetPossibleTypes(definition) {
			p.addMember(plan, member.Name, selections)
		}
		return
	}
	for _, field := range graphql.CollectFields(p.operation, selections, p.schema.TypeConditions(typeName)) {
		p.addField(plan, field)
	}
}

// addMember adds what a selection on an interface or a union needs of the objects
// of one of its types.
func (p planner) addMember(plan *model.Plan, member string, selections ast.SelectionSet) {
	t := model.NodeType(member)
	if plan.ByType == nil {
		plan.ByType = map[model.NodeType]*model.Plan{}
	}
	if plan.ByType[t] == nil {
		plan.ByType[t] = &model.Plan{}
	}
	for _, field := range graphql.CollectFields(p.operation, selections, p.schema.TypeConditions(member)) {
		p.addField(plan.ByType[t], field)
	}
}

func (p planner) addField(plan *model.Plan, field graphql.CollectedField) {
	returned := field.Definition.Type.Name()
	switch {
	case strings.HasPrefix(field.Name, "__"):
	case gate.CoordinateOf(field.Field) == gate.ArticleJSONLD, gate.CoordinateOf(field.Field) == gate.ArticleJSONLDScript:
		jsonld.Plan(plan)
	case len(field.Selections) == 0 || p.schema.IsEmbedded(returned):
		plan.Want(field.Name)
	case p.schema.IsEdge(returned):
		p.addEdges(plan, field)
	default:
		relation, err := p.relation(plan, field)
		if err != nil {
			return // the resolver of the field returns the error
		}
		p.addSelection(relation.Plan, returned, field.Selections)
	}
}

// addEdges adds the rows of a connection. `edges { node }` and `nodes` are the same
// relation.
func (p planner) addEdges(plan *model.Plan, edges graphql.CollectedField) {
	nodes := plan.Relate("nodes", "nodes", model.Args{})
	for _, field := range graphql.CollectFields(p.operation, edges.Selections, []string{edges.Definition.Type.Name()}) {
		switch {
		case field.Name == "node":
			p.addSelection(nodes.Plan, field.Definition.Type.Name(), field.Selections)
		case gate.CoordinateOf(field.Field) == gate.SearchHighlights:
			plan.Want(field.Name)
		}
	}
}

// relation adds a field that leads to other rows. Its key is its name with its
// arguments, so that aliases of a field share what is loaded, and the same field
// with other arguments does not.
func (p planner) relation(plan *model.Plan, field graphql.CollectedField) (*model.Relation, error) {
	raw := field.ArgumentMap(p.operation.Variables)
	if len(raw) == 0 {
		return plan.Relate(field.Name, field.Name, model.Args{}), nil
	}
	for _, definition := range field.Definition.Arguments {
		if value, given := raw[definition.Name]; given {
			raw[definition.Name] = p.coerce(definition.Type, value)
		}
	}
	encoded, err := json.Marshal(raw)
	if err != nil {
		return nil, fmt.Errorf("read the arguments of %s: %w", field.Name, err)
	}
	var args model.Args
	if err := json.Unmarshal(encoded, &args); err != nil { // gqlgen accepts "5" for 5
		return nil, model.Invalid("the arguments of `%s` are not of their types; send numbers as numbers, not as strings", field.Name)
	}
	return plan.Relate(field.Name, field.Name+string(encoded), args), nil
}

// coerce wraps a value in a list where one is expected, as GraphQL does.
func (p planner) coerce(t *ast.Type, value any) any {
	if value == nil {
		return nil
	}
	if t.Elem != nil {
		list := reflect.ValueOf(value) // variables coerced to lists are of the type []T, not []any
		if list.Kind() != reflect.Slice {
			return []any{p.coerce(t.Elem, value)}
		}
		coerced := make([]any, list.Len())
		for i := range coerced {
			coerced[i] = p.coerce(t.Elem, list.Index(i).Interface())
		}
		return coerced
	}
	object, isObject := value.(map[string]any)
	definition := p.schema.Types[t.NamedType]
	if !isObject || definition == nil {
		return value
	}
	coerced := make(map[string]any, len(object))
	for name, one := range object {
		coerced[name] = one
		if field := definition.Fields.ForName(name); field != nil {
			coerced[name] = p.coerce(field.Type, one)
		}
	}
	return coerced
}

// plan returns what the root field being resolved needs of the object that it returns. The
// plan belongs to all requests for the same: whoever changes it clones it first.
func (r *Resolver) plan(ctx context.Context) *model.Plan {
	p, field := r.planner(ctx)
	return gate.PreparedOf(p.operation).Once(field.Field, func() any {
		return p.plan(field.Definition.Type.Name(), field.Selections)
	}).(*model.Plan)
}
