package graph

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/answer"
	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// Config is what an installation may choose about GraphQL.
type Config struct {
	Transport transport.Config
	// Limits bound what an operation may ask for. Nil means DefaultLimits.
	Limits *Limits
	// Production turns off introspection, and suggestions of names in errors.
	Production bool
	// Telemetry receives what operations take. May be nil.
	Telemetry *telemetry.Telemetry
	// Streams holds the sockets and event streams. Nil means that there are none.
	Streams *transport.Streams
}

// Limits bound what one operation may ask for.
type Limits = gate.Limits

// DefaultLimits are far above what front ends need.
func DefaultLimits() Limits { return gate.DefaultLimits() }

// NewHandler returns a handler that serves GraphQL over HTTP: by POST, and queries
// also by GET. It fails where code names what the schema does not have.
func NewHandler(service *content.Service, log *slog.Logger, config Config) (http.Handler, error) {
	schema, err := gate.NewSchema(withoutDefer(gen.NewExecutableSchema(gen.Config{}).Schema()))
	if err != nil {
		return nil, fmt.Errorf("set up GraphQL: %w", err)
	}
	translations, err := newArabic()
	if err != nil {
		return nil, err
	}
	warnOfOutdated(config.Transport.Persisted.Trusted, schema, log)
	limits := DefaultLimits()
	if config.Limits != nil {
		limits = *config.Limits
	}
	present := presenter(log, unknownFields(schema, !config.Production))
	resolver := &Resolver{content: service, schema: schema}

	h := handler.New(gen.NewExecutableSchema(gen.Config{Schema: schema.Schema, Resolvers: resolver}))
	h.SetErrorPresenter(present)
	h.SetRecoverFunc(recovered)
	if config.Streams != nil {
		h.AddTransport(transport.WebSocket{Streams: config.Streams})
		h.AddTransport(transport.Events{Streams: config.Streams})
	}
	h.AddTransport(transport.NewHTTP(withService(config, service, schema))) // takes what no other does
	gate.Install(h, schema, gate.Config{
		Limits: limits, Persisted: config.Transport.Persisted, Production: config.Production,
		Telemetry: config.Telemetry, Present: present, SeesDrafts: service.Secret,
	})
	h.Use(endReporter{present})
	h.Use(mutations{})
	h.Use(translations)
	h.Use(answer.Extension{
		Grow: gate.Grow, Slot: resolver.slot, Load: resolver.load, Selections: selections, Near: model.NearLanguages,
	})
	return h, nil
}

// selections returns where the compiled selections of an operation are kept.
func selections(operation *graphql.OperationContext) *answer.Selections {
	return gate.PreparedOf(operation).Once(selectionsKey{}, func() any { return &answer.Selections{} }).(*answer.Selections)
}

type selectionsKey struct{}

// withService adds to the configuration of requests what they need of the newsroom.
func withService(config Config, service *content.Service, schema *gate.Schema) transport.Config {
	answers := &config.Transport.Answers
	answers.Audience, answers.Position, answers.Telemetry = service.Audience, service.ReadersPosition, config.Telemetry
	answers.Shared, answers.Cost = schema.Shared, gate.CostOf
	config.Transport.Consistency.Position = service.LogPosition
	config.Transport.Keys = transport.KeysConfig{Take: service.TakeKey, Keep: service.KeepAnswer}
	return config.Transport
}

// withoutDefer returns a schema without the directive @defer, which gqlgen adds to
// every schema: no transport here sends a response in parts, and deferred fields
// would stay null.
func withoutDefer(schema *ast.Schema) *ast.Schema {
	own := *schema
	own.Directives = maps.Clone(schema.Directives)
	delete(own.Directives, "defer")
	return &own
}

// warnOfOutdated logs the registered operations that do not fit the schema, or no
// longer do. The others are served all the same.
func warnOfOutdated(documents transport.Documents, schema *gate.Schema, log *slog.Logger) {
	for id, text := range documents {
		if _, errs := gqlparser.LoadQueryWithRules(schema.Schema, text, gate.Validation()); len(errs) > 0 {
			log.Warn("a registered operation does not fit the schema: clients that ask for it get errors", "id", id, "error", errs.Error())
		}
	}
}
