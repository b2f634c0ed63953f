package gate

import "github.com/vektah/gqlparser/v2/ast"

// shape is the size of a selection with its fragments expanded: how many fields,
// spreads of fragments and aliases it has, how deep its fields nest, and how deep
// its fragments do.
type shape struct{ fields, spreads, aliases, depth, nested int }

// plus is the shape of two selections side by side.
func (s shape) plus(other shape) shape {
	return shape{
		fields:  min(ceiling, s.fields+other.fields),
		spreads: min(ceiling, s.spreads+other.spreads),
		aliases: min(ceiling, s.aliases+other.aliases),
		depth:   max(s.depth, other.depth),
		nested:  max(s.nested, other.nested),
	}
}

// measurer measures selections. It measures each fragment once, so that ten that
// spread each other twice are ten, not a thousand.
type measurer struct {
	fragments ast.FragmentDefinitionList
	measured  map[string]*shape
}

func (m measurer) selection(selections ast.SelectionSet) (sum shape) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			field := m.selection(selection.SelectionSet)
			field.depth++
			field = field.plus(shape{fields: 1})
			if selection.Alias != selection.Name {
				field = field.plus(shape{aliases: 1})
			}
			sum = sum.plus(field)
		case *ast.InlineFragment:
			sum = sum.plus(m.selection(selection.SelectionSet))
		case *ast.FragmentSpread: // expanding it takes time even if it has no field
			spread := m.fragment(selection.Name)
			spread.nested++
			sum = sum.plus(spread.plus(shape{spreads: 1}))
		}
	}
	return sum
}

// fragment measures a fragment. Validation refuses one that spreads itself; here,
// measuring ends with it.
func (m measurer) fragment(name string) shape {
	if known := m.measured[name]; known != nil {
		return *known
	}
	m.measured[name] = &shape{}
	if definition := m.fragments.ForName(name); definition != nil {
		*m.measured[name] = m.selection(definition.SelectionSet)
	}
	return *m.measured[name]
}

// expansion expands the fragments of an operation.
type expansion struct {
	fragments ast.FragmentDefinitionList
	// places are where there are fields: their names in the response, from the root.
	places map[string]bool
	// open are the fragments that are being expanded.
	open map[string]bool
}

// expand notes the place of each field of a selection, and returns how many fields
// the selection itself has, with repetitions.
func (e expansion) expand(place string, selections ast.SelectionSet) (fields int) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			fields++
			at := place + "." + selection.Alias
			e.places[at] = true
			e.expand(at, selection.SelectionSet)
		case *ast.InlineFragment:
			fields += e.expand(place, selection.SelectionSet)
		case *ast.FragmentSpread:
			if definition := e.fragments.ForName(selection.Name); definition != nil && !e.open[selection.Name] {
				e.open[selection.Name] = true
				fields += e.expand(place, definition.SelectionSet)
				delete(e.open, selection.Name)
			}
		}
	}
	return fields
}
