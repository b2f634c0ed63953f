package app

import "github.com/diwan-cms/diwan/graph"

// Schema returns the GraphQL schema that the server answers to, in the schema
// definition language.
func Schema() string { return graph.SDL() }
