package cli

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// edgeFlags say which requests are accepted, and how they are served.
type edgeFlags struct {
	Production       bool          `variable:"DIWAN_PRODUCTION" help:"Serve no GraphiQL and no introspection, suggest no names in errors, and log as JSON."`
	CorsOrigin       []string      `placeholder:"ORIGIN" variable:"DIWAN_CORS_ORIGIN" help:"A site whose pages may ask from within browsers, such as https://www.example.org, or * for all. Can be repeated, or given as a list with commas. Default: none."`
	TrustedDocuments string        `placeholder:"FILE" variable:"DIWAN_TRUSTED_DOCUMENTS" help:"Serve only the operations of this file, a manifest of Apollo or Relay's persisted queries."`
	Batch            int           `default:"0" placeholder:"N" variable:"DIWAN_BATCH" help:"How many requests may come in one, as a list, up to 10. Default: ${default}, none."`
	AnswerCache      int           `default:"67108864" placeholder:"BYTES" variable:"DIWAN_ANSWER_CACHE" help:"Memory for whole answers to readers, each used until readers see a change. 0 keeps none. Default: ${default}."`
	MaxAge           time.Duration `default:"0s" placeholder:"TIME" variable:"DIWAN_MAX_AGE" help:"How long caches may keep what anybody may see of a GET before they ask again. Default: ${default}."`

	Limit limitFlags `embed:"" prefix:"limit-"`
}

// limitFlags are the limits of docs/reference/limits.md. 0 is no limit, except for Body,
// Import and Streams, where it means the default.
type limitFlags struct {
	Body       int64         `default:"4194304" placeholder:"BYTES" variable:"DIWAN_LIMIT_BODY" help:"Bytes of a request. Default: ${default}."`
	Import     int64         `default:"1073741824" placeholder:"BYTES" variable:"DIWAN_LIMIT_IMPORT" help:"Bytes of an import by HTTP. Default: ${default}."`
	Tokens     int           `default:"20000" placeholder:"N" variable:"DIWAN_LIMIT_TOKENS" help:"Tokens of a document. Default: ${default}."`
	Depth      int           `default:"20" placeholder:"N" variable:"DIWAN_LIMIT_DEPTH" help:"How deep fields may stand in each other. Default: ${default}."`
	Fields     int           `default:"2000" placeholder:"N" variable:"DIWAN_LIMIT_FIELDS" help:"Fields of an operation, fragments unfolded. Default: ${default}."`
	Repeated   int           `default:"400" placeholder:"N" variable:"DIWAN_LIMIT_REPEATED" help:"Fields asked for again at the same place. Default: ${default}."`
	Aliases    int           `default:"200" placeholder:"N" variable:"DIWAN_LIMIT_ALIASES" help:"Aliases of an operation. Default: ${default}."`
	RootFields int           `default:"50" placeholder:"N" variable:"DIWAN_LIMIT_ROOT_FIELDS" help:"Fields at the root of an operation. Default: ${default}."`
	Cost       int           `default:"20000" placeholder:"N" variable:"DIWAN_LIMIT_COST" help:"Objects that an operation may answer. Default: ${default}."`
	Values     int           `default:"200000" placeholder:"N" variable:"DIWAN_LIMIT_VALUES" help:"Values of fields that an operation may answer. Default: ${default}."`
	List       int           `default:"1000" placeholder:"N" variable:"DIWAN_LIMIT_LIST" help:"Values of a list that is sent. Default: ${default}."`
	Errors     int           `default:"100" placeholder:"N" variable:"DIWAN_LIMIT_ERRORS" help:"Errors of an answer. Default: ${default}."`
	Answer     int64         `default:"10485760" placeholder:"BYTES" variable:"DIWAN_LIMIT_ANSWER" help:"Bytes of text in an answer. Default: ${default}."`
	Time       time.Duration `default:"30s" placeholder:"TIME" variable:"DIWAN_LIMIT_TIME" help:"How long an operation may take. Default: ${default}."`
	AtOnce     int           `default:"64" placeholder:"N" variable:"DIWAN_LIMIT_AT_ONCE" help:"Requests worked on at once. Default: ${default}."`
	Queue      int           `default:"256" placeholder:"N" variable:"DIWAN_LIMIT_QUEUE" help:"Requests that wait for others. Default: ${default}."`
	QueueWait  time.Duration `default:"5s" placeholder:"TIME" variable:"DIWAN_LIMIT_QUEUE_WAIT" help:"How long they wait. Default: ${default}."`
	Streams    int           `default:"50" placeholder:"N" variable:"DIWAN_LIMIT_STREAMS" help:"Sockets and event streams of one address. Default: ${default}."`
	Address    int           `default:"0" placeholder:"N" variable:"DIWAN_LIMIT_ADDRESS" help:"Requests a minute of one address. Default: ${default}, no limit."`
	Token      int           `default:"0" placeholder:"N" variable:"DIWAN_LIMIT_TOKEN" help:"Requests a minute with one token. Default: ${default}, no limit."`
}

// applyEdge puts the flags into the configuration.
func (f edgeFlags) applyEdge(config *app.Config) (err error) {
	if err := notBelowZero(reflect.ValueOf(f)); err != nil {
		return err
	}
	l := f.Limit
	config.GraphQL.Limits = &app.Limits{
		Tokens: l.Tokens, Depth: l.Depth, Fields: l.Fields, Repeated: l.Repeated, Aliases: l.Aliases, RootFields: l.RootFields,
		Cost: l.Cost, Values: l.Values, List: l.List, Errors: l.Errors, Bytes: l.Answer, Time: l.Time,
	}
	config.GraphQL.Production, config.Origins = f.Production, f.CorsOrigin
	config.GraphQL.Transport.Answers.Bytes = f.AnswerCache
	config.GraphQL.Transport.Batch, config.GraphQL.Transport.MaxAge = f.Batch, f.MaxAge
	config.MaxBody, config.MaxImport, config.Streams.PerAddress = l.Body, l.Import, l.Streams
	config.AtOnce, config.Queue, config.QueueWait = l.AtOnce, l.Queue, l.QueueWait
	config.RatePerAddress, config.RatePerToken = l.Address, l.Token
	if f.TrustedDocuments != "" {
		if config.TrustedDocuments, err = os.ReadFile(f.TrustedDocuments); err != nil {
			return fmt.Errorf("--trusted-documents: %w", err)
		}
	}
	return nil
}

// notBelowZero refuses a negative number or time in flags, and in those that they embed.
func notBelowZero(flags reflect.Value) error {
	for i := range flags.NumField() {
		field, flag := flags.Type().Field(i), flags.Field(i)
		if flag.Kind() == reflect.Struct {
			if err := notBelowZero(flag); err != nil {
				return err
			}
			continue
		}
		if flag.CanInt() && flag.Int() < 0 {
			name := strings.TrimPrefix(field.Tag.Get("variable"), "DIWAN_")
			return fmt.Errorf("--%s is %v, which is below zero; see diwan serve --help for what 0 means", strings.ToLower(strings.ReplaceAll(name, "_", "-")), flag)
		}
	}
	return nil
}
