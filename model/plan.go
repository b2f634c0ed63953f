package model

// Plan is what a query wants of nodes of one type: which fields, and which
// relations with their own plans. The edge makes it of the selection; the store
// reads just that, one statement a relation and level.
type Plan struct {
	// Fields are the schema names of the plain fields wanted.
	Fields map[string]bool
	// Relations are the fields that lead to other rows.
	Relations []*Relation
	// ByType are the plans of each type, where the nodes may be of several.
	ByType map[NodeType]*Plan
}

// Relation is a field that leads to other rows, with its arguments.
type Relation struct {
	Field string
	// Key tells this relation from the same field with other arguments.
	Key  string
	Args Args
	// Plan is what is wanted of the rows it leads to.
	Plan *Plan
}

// Args are the arguments that fields of nodes take in this schema.
type Args struct {
	First              *int            `json:"first"`
	After              *string         `json:"after"`
	Last               *int            `json:"last"`
	Before             *string         `json:"before"`
	Filter             *ArticleFilter  `json:"filter"`
	OrderBy            []*ArticleOrder `json:"orderBy"`
	IncludeDescendants *bool           `json:"includeDescendants"`
	On                 *Date           `json:"on"`
	Against            *int            `json:"against"`
}

// Page is which page of a connection they ask for.
func (a Args) Page() Page {
	return Page{First: a.First, After: a.After, Last: a.Last, Before: a.Before}
}

// Of is what is wanted of the nodes of one type, where they may be of several:
// nothing where the plan does not say.
func (p *Plan) Of(t NodeType) *Plan {
	if p == nil || p.ByType[t] == nil {
		return &Plan{}
	}
	return p.ByType[t]
}

// Want adds a plain field to the plan.
func (p *Plan) Want(fields ...string) *Plan {
	if p.Fields == nil {
		p.Fields = map[string]bool{}
	}
	for _, field := range fields {
		p.Fields[field] = true
	}
	return p
}

// Relate adds a relation to the plan and answers it; one that is there already
// is wanted once, for both.
func (p *Plan) Relate(field, key string, args Args) *Relation {
	for _, r := range p.Relations {
		if r.Key == key {
			return r
		}
	}
	r := &Relation{Field: field, Key: key, Args: args, Plan: &Plan{}}
	p.Relations = append(p.Relations, r)
	return r
}

// Wants says whether the plan asks for a field.
func (p *Plan) Wants(field string) bool { return p != nil && p.Fields[field] }

// Relation answers the first relation of that field, nil when there is none.
func (p *Plan) Relation(field string) *Relation {
	if p == nil {
		return nil
	}
	for _, r := range p.Relations {
		if r.Field == field {
			return r
		}
	}
	return nil
}

// Slots hold what was loaded for an object's relations, by Relation.Key. A
// relation that is not there was not loaded, which is not the same as empty.
type Slots struct {
	loaded map[string]any
}

// Hang keeps what was loaded for a relation.
func (s *Slots) Hang(key string, value any) {
	if s.loaded == nil {
		s.loaded = map[string]any{}
	}
	s.loaded[key] = value
}

// Slot answers what Hang kept. The second result is false when it was not loaded.
func (s *Slots) Slot(key string) (any, bool) {
	value, ok := s.loaded[key]
	return value, ok
}
