package graph

import (
	"log/slog"
	"maps"
	"net/http"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/telemetry"
)

// parsedBytes is how much memory the documents take that are kept parsed, about.
const parsedBytes = 32 << 20

// Config is what an installation may choose of GraphQL.
type Config struct {
	Transport transport.Config
	// Limits bound what an operation may ask, DefaultLimits when nil.
	Limits *Limits
	// Production answers no introspection, and suggests no names in errors.
	Production bool
	// Telemetry is told what operations take. Nobody is when nil.
	Telemetry *telemetry.Telemetry
	// Streams are the sockets and event streams. None are opened when nil.
	Streams *transport.Streams
}

// Handler answers GraphQL over HTTP, by POST and for queries by GET.
func Handler(service *content.Service, log *slog.Logger, config Config) http.Handler {
	resolver := &Resolver{content: service}
	resolver.schema = withoutDefer(gen.NewExecutableSchema(gen.Config{}).Schema())
	schema := gen.NewExecutableSchema(gen.Config{Schema: resolver.schema, Resolvers: resolver})

	warnOfOutgrown(config.Transport.Persisted.Trusted, resolver.schema, log)

	h := handler.New(schema)
	if config.Streams != nil {
		h.AddTransport(transport.WebSocket{Streams: config.Streams})
		h.AddTransport(transport.Events{Streams: config.Streams})
	}
	h.AddTransport(transport.NewHTTP(config.Transport)) // takes what no other does
	limits := DefaultLimits()
	if config.Limits != nil {
		limits = *config.Limits
	}
	known := transport.NewMemory(1000, parsedBytes, weighDocument)
	h.SetQueryCache(known)
	h.SetParserTokenLimit(limits.Tokens)
	h.Use(observer{config.Telemetry})
	h.Use(transport.NewPersisted(config.Transport.Persisted, config.Telemetry)) // before all that look at the query
	present := presenter(log)
	h.Use(limiter{limits, resolver.schema, known, present, service.Secret, config.Telemetry})
	h.Use(enums{resolver.schema})
	h.Use(ending{present})
	h.Use(guard{limits.Time, limits.Bytes, new(atomic.Int64)})
	h.SetValidationRulesFn(func() *rules.Rules { return validation(!config.Production) })
	if config.Production {
		h.Use(noIntrospection{})
	} else {
		h.Use(extension.Introspection{})
	}
	h.SetErrorPresenter(present)
	h.SetRecoverFunc(recovered)
	return h
}

// withoutDefer answers a schema without the directive @defer, which gqlgen puts
// into every one: no transport here answers in parts, and what was deferred would
// stay null.
func withoutDefer(schema *ast.Schema) *ast.Schema {
	own := *schema
	own.Directives = maps.Clone(schema.Directives)
	delete(own.Directives, "defer")
	return &own
}

// warnOfOutgrown logs the registered operations that do not fit the schema, or fit
// it no longer. The others are served all the same.
func warnOfOutgrown(documents transport.Documents, schema *ast.Schema, log *slog.Logger) {
	for id, text := range documents {
		if _, wrong := gqlparser.LoadQueryWithRules(schema, text, nil); len(wrong) > 0 {
			log.Warn("a registered operation does not fit the schema: clients that ask for it get errors", "id", id, "error", wrong.Error())
		}
	}
}
