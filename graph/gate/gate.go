// Package gate decides what a request may ask for and what it may cost. It limits
// the size of documents, prices operations, validates them, ends those that take
// too long or return too much, and reports to telemetry how each one went.
package gate

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/telemetry"
)

// Config says what a gate lets pass.
type Config struct {
	Limits Limits
	// Persisted says which operations may be requested by their hash.
	Persisted transport.PersistedConfig
	// Production turns off introspection, and suggestions of names in errors.
	Production bool
	// Telemetry receives what operations take. May be nil.
	Telemetry *telemetry.Telemetry
	// Present gives errors the form in which clients see them.
	Present graphql.ErrorPresenterFunc
	// SeesDrafts returns an error unless the request may see drafts.
	SeesDrafts func(context.Context) error
}

// Install puts a gate in front of the resolvers of a server. The order matters:
// the observer also reports what the others refuse, persisted operations have a text
// before anything looks at it, and the limiter prices values that fit.
func Install(server *handler.Server, schema *Schema, config Config) {
	parsed := newDocuments()
	config.Telemetry.WatchCache("documents", parsed.kept.State)
	server.SetQueryCache(parsed)
	server.SetParserTokenLimit(config.Limits.Tokens)
	server.SetValidationRulesFn(func() *rules.Rules { return validation(!config.Production) })

	server.Use(observer{schema, config.Telemetry})
	server.Use(transport.NewPersisted(config.Persisted, config.Telemetry))
	server.Use(newFit(schema, !config.Production))
	server.Use(limiter{
		Limits: config.Limits, parsed: parsed, prepared: newPreparations(schema),
		present: config.Present, seesDrafts: config.SeesDrafts, telemetry: config.Telemetry,
	})
	server.Use(newGuard(config.Limits))
	if config.Production {
		server.Use(noIntrospection{})
	} else {
		server.Use(extension.Introspection{})
	}
}
