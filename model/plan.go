package model

import "maps"

// Plan is what a query asks for of nodes of one type: which fields, and which
// relations, each with a plan of its own. Package graph makes it from the selection;
// the store reads exactly that, with a fixed number of statements per relation, mostly
// one.
type Plan struct {
	// Fields are the plain fields wanted, by their names in the schema.
	Fields map[string]bool
	// Relations are the fields that lead to other rows.
	Relations []*Relation
	// ByType holds a plan for each type, if the nodes may be of several.
	ByType map[NodeType]*Plan
}

// Relation is a field that leads to other rows, with its arguments.
type Relation struct {
	Field string
	// Key distinguishes the relation from the same field with other arguments.
	Key  string
	Args Args
	// Plan is what is wanted of those rows.
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

// Page returns the page of a connection that they ask for.
func (a Args) Page() Page {
	return Page{First: a.First, After: a.After, Last: a.Last, Before: a.Before}
}

// Of returns what is wanted of the nodes of one type, if they may be of several. It
// returns an empty plan if none is given for the type.
func (p *Plan) Of(t NodeType) *Plan {
	if p == nil || p.ByType[t] == nil {
		return &Plan{}
	}
	return p.ByType[t]
}

// Want adds plain fields to the plan and returns it.
func (p *Plan) Want(fields ...string) *Plan {
	if p.Fields == nil {
		p.Fields = map[string]bool{}
	}
	for _, field := range fields {
		p.Fields[field] = true
	}
	return p
}

// Relate adds a relation to the plan and returns it. If the plan has one with this
// key already, it returns that.
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

// Clone returns a copy of the plan, to be changed: the plan itself belongs to all requests
// that ask for the same.
func (p *Plan) Clone() *Plan {
	if p == nil {
		return nil
	}
	own := &Plan{Fields: maps.Clone(p.Fields), Relations: make([]*Relation, len(p.Relations))}
	for i, r := range p.Relations {
		relation := *r
		relation.Plan = r.Plan.Clone()
		own.Relations[i] = &relation
	}
	if p.ByType != nil {
		own.ByType = make(map[NodeType]*Plan, len(p.ByType))
	}
	for t, plan := range p.ByType {
		own.ByType[t] = plan.Clone()
	}
	return own
}

// Wants reports whether the plan asks for a field.
func (p *Plan) Wants(field string) bool { return p != nil && p.Fields[field] }

// Relation returns the first relation of that field; nil if there is none.
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

// Slots hold what was loaded for an object's relations, by Relation.Key. A missing
// slot means that the relation was not loaded, which is not the same as empty. Copies
// share the slots once there are any.
type Slots struct{ hung *hung }

// hung are the slots of an object. Most have few: finding one in a list takes less than
// in a map, and a list less memory.
type hung struct {
	slots []slot
	room  [3]slot
}

type slot struct {
	key   string
	value any
}

// Hang stores what was loaded for a relation.
func (s *Slots) Hang(key string, value any) {
	if s.hung == nil {
		s.hung = &hung{}
		s.hung.slots = s.hung.room[:0]
	}
	for i := range s.hung.slots {
		if s.hung.slots[i].key == key {
			s.hung.slots[i].value = value
			return
		}
	}
	s.hung.slots = append(s.hung.slots, slot{key, value})
}

// Slot returns what Hang stored. The second result is false if nothing was loaded.
func (s *Slots) Slot(key string) (any, bool) {
	if s.hung == nil {
		return nil, false
	}
	for i := range s.hung.slots {
		if s.hung.slots[i].key == key {
			return s.hung.slots[i].value, true
		}
	}
	return nil, false
}
