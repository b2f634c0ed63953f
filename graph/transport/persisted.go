package transport

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// Codes of errors about persisted operations. Apollo's clients recognize the first
// two, and their messages: they send the text, or stop sending hashes.
const (
	codeNotFound     = "PERSISTED_QUERY_NOT_FOUND"
	codeNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	codeNotInList    = "PERSISTED_QUERY_NOT_IN_LIST"
	codeIDRequired   = "PERSISTED_QUERY_ID_REQUIRED"
)

// PersistedConfig says which operations may be requested by their hash.
type PersistedConfig struct {
	// Trusted, if not nil, are the only operations that are served, each requested by
	// its id. If nil, any operation is served, and one that was sent with its SHA-256
	// may be requested by it from then on.
	Trusted Documents
	// Entries and Bytes limit the operations that are remembered by their hash. Zero
	// means 1000 and 8 MiB; with a negative number none is remembered.
	Entries, Bytes int
}

const (
	defaultEntries = 1000
	defaultBytes   = 8 << 20
)

// Persisted is the gqlgen extension that looks up operations by their hash. It must
// come before all extensions that look at an operation.
type Persisted struct {
	trusted    Documents
	remembered *Memory[string, string] // nil with trusted operations, or if switched off
	telemetry  *telemetry.Telemetry
}

// NewPersisted returns the extension. It reports to telemetry, which may be nil,
// whether hashes are known.
func NewPersisted(config PersistedConfig, telemetry *telemetry.Telemetry) *Persisted {
	p := &Persisted{trusted: config.Trusted, telemetry: telemetry}
	if config.Trusted == nil && config.Entries >= 0 && config.Bytes >= 0 {
		p.remembered = NewMemory(cmp.Or(config.Entries, defaultEntries), cmp.Or(config.Bytes, defaultBytes), sizeOf)
		telemetry.WatchCache("persisted", p.remembered.State)
	}
	return p
}

func sizeOf(hash, text string) int { return len(hash) + len(text) }

// ExtensionName returns its name in gqlgen.
func (*Persisted) ExtensionName() string { return "Persisted" }

// Validate accepts every schema.
func (*Persisted) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters adds the text to a request that has only its hash.
func (p *Persisted) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	hash, problem := hashOf(request.Extensions)
	switch {
	case problem != nil:
		return gqlerror.Wrap(problem)
	case p.trusted != nil:
		return p.trust(request, hash)
	case hash == "":
		return nil
	case request.Query == "":
		return p.recall(ctx, request, hash)
	case p.remembered != nil && Digest(request.Query) != hash:
		return gqlerror.Wrap(model.Invalid("extensions.persistedQuery.sha256Hash is not the SHA-256 of the query, in hexadecimal; send that"))
	}
	return nil
}

// MutateOperationContext remembers an operation that was sent with its hash, now that
// it is known to be valid.
func (p *Persisted) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if p.remembered == nil {
		return nil
	}
	if hash, problem := hashOf(operation.Extensions); problem == nil && hash != "" {
		p.remembered.Add(ctx, hash, operation.RawQuery)
	}
	return nil
}

func (p *Persisted) recall(ctx context.Context, request *graphql.RawParams, hash string) *gqlerror.Error {
	if p.remembered == nil {
		return coded(codeNotSupported, "PersistedQueryNotSupported")
	}
	text, found := p.remembered.Get(ctx, hash)
	p.telemetry.Cache("persisted", found)
	if !found {
		return coded(codeNotFound, "PersistedQueryNotFound")
	}
	request.Query = text
	return nil
}

func (p *Persisted) trust(request *graphql.RawParams, id string) *gqlerror.Error {
	if id == "" {
		return coded(codeIDRequired, "this server answers registered operations only; send the id of one as `documentId`, or as extensions.persistedQuery.sha256Hash")
	}
	text, found := p.trusted[id]
	if !found || request.Query != "" && request.Query != text {
		return coded(codeNotInList, "no such operation is registered on this server; register it and start the server again, or send the id of another, without a query")
	}
	request.Query = text
	return nil
}

// hashOf returns the hash in extensions.persistedQuery, empty if there is none.
func hashOf(extensions map[string]any) (string, *model.Error) {
	persisted := extensions["persistedQuery"]
	if persisted == nil {
		return "", nil
	}
	fields, _ := persisted.(map[string]any)
	version, _ := fields["version"].(json.Number)
	hash, _ := fields["sha256Hash"].(string)
	if version != "1" || hash == "" {
		return "", model.Invalid(`extensions.persistedQuery is not understood; send {"version": 1, "sha256Hash": "…"}`)
	}
	return hash, nil
}

// Digest returns the SHA-256 of the text of an operation in hexadecimal, by which it
// may be requested.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func coded(code, message string) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
}
