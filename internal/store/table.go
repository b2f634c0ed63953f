package store

// Table is a table of the database.
type Table struct {
	Name string
	// Keys are the columns of its primary key.
	Keys []string
	// SelfReferring means that its rows may refer to rows of the same table.
	SelfReferring bool
}

// Tables are the tables that hold content, each after those that it refers to. They
// leave out those that belong to one database alone (its migrations and sequences), and
// those that are derived from others (the indexes of search).
func (s *Store) Tables() []Table {
	tables := []Table{{Name: "setup_steps", Keys: []string{"name"}}}
	for _, k := range s.nouns {
		tables = append(tables, k.tables()...)
	}
	return append(tables,
		Table{Name: "node_uses", Keys: []string{"node_type", "node_id"}},
		Table{Name: "names", Keys: []string{"node_type", "node_id", "kind", "language", "position"}},
		Table{Name: "request_keys", Keys: []string{"id", "step"}},
		Table{Name: "jobs", Keys: []string{"kind", "subject"}},
		Table{Name: "signing_keys", Keys: []string{"name"}},
		Table{Name: "changes", Keys: []string{"id"}},
		Table{Name: "change_horizon", Keys: []string{"id"}},
	)
}
