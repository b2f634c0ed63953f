package graph

import (
	"log/slog"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/internal/content"
)

// maxTokens bounds a query document; GraphiQL's introspection has about 400.
const maxTokens = 20_000

// Handler answers GraphQL over HTTP, by POST and for queries by GET.
func Handler(service *content.Service, log *slog.Logger) http.Handler {
	resolver := &Resolver{content: service}
	schema := gen.NewExecutableSchema(gen.Config{Resolvers: resolver})
	resolver.schema = schema.Schema()

	h := handler.New(schema)
	h.AddTransport(transport.Options{})
	h.AddTransport(transport.GET{})
	h.AddTransport(transport.POST{})
	h.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	h.SetParserTokenLimit(maxTokens)
	h.Use(extension.Introspection{})
	h.SetErrorPresenter(presenter(log))
	h.SetRecoverFunc(recovered)
	return h
}
