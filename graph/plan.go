package graph

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/internal/jsonld"
	"github.com/diwan-cms/diwan/model"
)

// planner reads the selection of an operation.
type planner struct {
	operation *graphql.OperationContext
	schema    *ast.Schema
}

// of is what a selection wants of an object of that type.
func (p planner) of(typeName string, selections ast.SelectionSet) *model.Plan {
	plan := &model.Plan{}
	p.add(plan, typeName, selections)
	return plan
}

func (p planner) add(plan *model.Plan, typeName string, selections ast.SelectionSet) {
	if several := p.schema.Types[typeName]; several != nil && (several.Kind == ast.Union || typeName == "Node") {
		for _, member := range p.schema.GetPossibleTypes(several) {
			p.addMember(plan, typeName, member.Name, selections)
		}
		return
	}
	for _, field := range graphql.CollectFields(p.operation, selections, []string{typeName, "Node"}) {
		p.addField(plan, field)
	}
}

// addMember adds what a selection wants of objects of one type, where they may be
// of several.
func (p planner) addMember(plan *model.Plan, several, member string, selections ast.SelectionSet) {
	t := model.NodeType(member)
	if plan.ByType == nil {
		plan.ByType = map[model.NodeType]*model.Plan{}
	}
	if plan.ByType[t] == nil {
		plan.ByType[t] = &model.Plan{}
	}
	for _, field := range graphql.CollectFields(p.operation, selections, []string{member, several, "Node"}) {
		p.addField(plan.ByType[t], field)
	}
}

func (p planner) addField(plan *model.Plan, field graphql.CollectedField) {
	answers := field.Definition.Type.Name()
	switch {
	case strings.HasPrefix(field.Name, "__"):
	case field.Name == "jsonLd":
		jsonld.Plan(plan)
	case len(field.Selections) == 0 || answers == "LocalizedText" || answers == "Alias" || answers == "PageInfo":
		plan.Want(field.Name)
	case strings.HasSuffix(answers, "Edge"): // both ways to a connection's rows are one
		nodes := plan.Relate("nodes", "nodes", model.Args{})
		for _, below := range graphql.CollectFields(p.operation, field.Selections, []string{answers}) {
			switch below.Name {
			case "node":
				p.add(nodes.Plan, below.Definition.Type.Name(), below.Selections)
			case "highlights":
				plan.Want(below.Name)
			}
		}
	default:
		relation, err := p.relation(plan, field)
		if err != nil {
			return // the field's own resolver answers the error
		}
		p.add(relation.Plan, answers, field.Selections)
	}
}

// relation adds a field that leads to other rows to the plan. Its key is its
// name with its arguments, so that aliases of one field share what is loaded,
// and the same field with other arguments does not.
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
	if err := json.Unmarshal(encoded, &args); err != nil { // gqlgen takes "5" for 5
		return nil, model.Invalid("the arguments of `%s` are not of their types; send numbers as numbers, not as strings", field.Name)
	}
	return plan.Relate(field.Name, field.Name+string(encoded), args), nil
}

// coerce makes a list of one where a list is expected, as GraphQL does.
func (p planner) coerce(t *ast.Type, value any) any {
	if value == nil {
		return nil
	}
	if t.Elem != nil {
		list := reflect.ValueOf(value) // of variables, lists of one have the type of the one
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
