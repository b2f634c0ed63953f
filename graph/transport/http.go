package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/diwan-cms/diwan/model"
)

// Config is what an installation may choose about requests.
type Config struct {
	// Batch is how many requests one body may hold, as a list. Zero refuses lists: each
	// request of a list costs as much as a single one.
	Batch int
	// MaxAge is how long caches may use the response to a public GET without
	// revalidating it. With zero they revalidate each time, and get 304 if it is still
	// the same.
	MaxAge time.Duration
	// Persisted says which operations may be requested by their hash.
	Persisted PersistedConfig
	// Answers says how whole answers are kept.
	Answers AnswersConfig
	// Consistency says how requests wait for what was written.
	Consistency ConsistencyConfig
	// Keys says how requests with a key are executed once.
	Keys KeysConfig
}

// HTTP serves requests by GET and POST with one response each. It is the last of a
// server's transports, and refuses what no other supports.
type HTTP struct {
	config  Config
	answers *answers // nil if none are kept
	waiting atomic.Int32
}

// NewHTTP returns the transport.
func NewHTTP(config Config) *HTTP { return &HTTP{config: config, answers: newAnswers(config.Answers)} }

// Supports returns true for every request.
func (h *HTTP) Supports(*http.Request) bool { return true }

// methods is the value of Allow.
const methods = "GET, HEAD, POST, OPTIONS"

// Do serves one request.
func (h *HTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Add("Vary", "Accept, "+consistencyHeader)
	mediaType, acceptable := MediaType(r.Header)
	e := &exchange{w: w, r: r, exec: exec, mediaType: mediaType, config: h.config, answers: h.answers, waiting: &h.waiting}
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", methods)
		w.WriteHeader(http.StatusNoContent)
	case !e.isSafe() && r.Method != http.MethodPost:
		w.Header().Set("Allow", methods)
		e.refuse(http.StatusMethodNotAllowed, model.Invalid("GraphQL is asked by POST, and queries by GET too; send the request so"))
	case !acceptable:
		e.refuse(http.StatusNotAcceptable, model.Invalid("the header Accept admits neither %s nor %s; send it with one of them, or leave it out", graphQLType, jsonType))
	default:
		if status, problem := e.catchUp(); problem != nil {
			e.refuse(status, problem)
			return
		}
		e.serve()
	}
}

// exchange is a request and its response.
type exchange struct {
	w         http.ResponseWriter
	r         *http.Request
	exec      graphql.GraphExecutor
	mediaType string
	config    Config
	answers   *answers
	// waiting is how many requests of the server wait for what was written.
	waiting *atomic.Int32
	// keyed is true once the request has taken a key.
	keyed bool
}

// isSafe reports whether the request must not change anything (RFC 9110, 9.2.1):
// caches and browsers may repeat it.
func (e *exchange) isSafe() bool {
	return e.r.Method == http.MethodGet || e.r.Method == http.MethodHead
}

func (e *exchange) serve() {
	start := graphql.Now()
	body, problem := readBody(e.r)
	if problem != nil {
		e.refuse(http.StatusBadRequest, problem)
		return
	}
	key, mayBeKept := e.keptUnder(body)
	keep := func(*graphql.OperationContext, outcome) {}
	if mayBeKept {
		found, isFresh, done := e.answers.get(e.r.Context(), key)
		defer done()
		if e.answers.Telemetry.Cache("answers", isFresh); isFresh {
			e.answers.send(e, found, start)
			return
		}
		before, err := e.answers.position.now(e.r.Context())
		keep = func(operation *graphql.OperationContext, o outcome) {
			if err == nil {
				e.keep(key, before, operation, o)
			}
			done() // whoever waits need not wait for this client to read its answer
		}
	}
	ctx, end := withEnd(e.r.Context())
	defer end()
	e.r = e.r.WithContext(ctx)
	batch, isList, problem := decode(e.r, body, e.config.Batch)
	if problem != nil {
		keep(nil, outcome{})
		e.refuseRequest(problem)
		return
	}
	for _, params := range batch {
		params.Headers = e.r.Header
		params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	}
	operations := make([]prepared, len(batch))
	for i, params := range batch {
		operations[i] = e.prepare(e.r.Context(), params)
	}
	release, goesOn := e.takeKey(body, operations)
	defer release()
	if !goesOn {
		return
	}
	if isList {
		e.serveList(operations)
		return
	}
	operation, o := e.execute(e.r.Context(), operations[0])
	o.written = o.body()
	keep(operation, o)
	e.send(o)
}

// keptUnder is the key under which the answer to a request may be kept; false for requests
// whose answers are not: lists among them.
func (e *exchange) keptUnder(body []byte) (string, bool) {
	if e.answers == nil || e.r.Method == http.MethodPost && e.r.URL.RawQuery != "" || e.r.Header.Values("Diwan-Trace") != nil || looksLikeList(body) {
		return "", false
	}
	audience, shared := e.answers.Audience(e.r.Context())
	if !shared {
		return "", false
	}
	return strings.Join([]string{audience, e.r.Method, e.mediaType, e.r.Header.Get("Content-Type"), e.r.URL.RawQuery, string(body)}, "\x00"), true
}

// keep keeps an answer if it is the same for everyone of its audience, and nothing was
// written while it was read.
func (e *exchange) keep(key string, before int64, operation *graphql.OperationContext, o outcome) {
	if operation == nil || o.refused != 0 || len(o.Errors) > 0 || len(o.Data) == 0 || !e.answers.Shared(operation) {
		return
	}
	after, err := e.answers.position.now(e.r.Context())
	if err != nil || after != before {
		return
	}
	e.answers.kept.Replace(key, kept{
		position: before, body: bytes.Clone(o.written), name: operation.Operation.Name, kind: string(operation.Operation.Operation),
		hash: Digest(operation.RawQuery), cost: e.answers.Cost(operation),
	})
}

// serveList executes the requests one after the other, so that a list takes no more
// of the server than a single request, and mutations keep their order. The status is
// 200: each response says how its request went.
func (e *exchange) serveList(operations []prepared) {
	bodies, outcomes := make([]json.RawMessage, len(operations)), make([]outcome, len(operations))
	for i, p := range operations {
		ctx := context.WithValue(graphql.StartOperationTrace(e.r.Context()), placeKey{}, i)
		if p.operation != nil { // it has waited for those before it
			p.operation.Stats.OperationStart = graphql.GetStartTime(ctx)
		}
		_, outcomes[i] = e.execute(ctx, p)
		bodies[i] = outcomes[i].body()
	}
	e.write(e.keepAnswer(http.StatusOK, encode(bodies), outcomes...))
}

// outcome is the response to an operation. Without data it is a request error: the
// operation was not executed.
type outcome struct {
	*graphql.Response
	// refused is the status of a request that HTTP itself forbids, or else 0.
	refused int
	// written is the body, once it was written.
	written []byte
}

// prepare reads one operation, and finds out whether it can be executed.
func (e *exchange) prepare(ctx context.Context, params *graphql.RawParams) (p prepared) {
	var operation *graphql.OperationContext
	defer func() {
		if cause := recover(); cause != nil {
			p = prepared{problem: &outcome{Response: panicked(ctx, e.exec, operation, cause), refused: http.StatusInternalServerError}}
		}
	}()
	operation, problems := e.exec.CreateOperationContext(ctx, params)
	if problems != nil {
		if e.isSafe() && isMutation(params) {
			return prepared{problem: &outcome{Response: e.problem(graphql.WithOperationContext(ctx, operation), e.mutationByGet()), refused: http.StatusMethodNotAllowed}}
		}
		return prepared{problem: &outcome{Response: e.exec.DispatchError(graphql.WithOperationContext(ctx, operation), problems)}}
	}
	if status, problem := e.objection(operation.Operation.Operation); problem != nil {
		return prepared{problem: &outcome{Response: e.problem(graphql.WithOperationContext(ctx, operation), problem), refused: status}}
	}
	return prepared{operation: operation}
}

// execute executes one operation, or returns errors that say why it cannot.
func (e *exchange) execute(ctx context.Context, p prepared) (operation *graphql.OperationContext, o outcome) {
	if p.problem != nil {
		return nil, *p.problem
	}
	operation = p.operation
	defer func() {
		if cause := recover(); cause != nil {
			o = outcome{Response: panicked(ctx, e.exec, operation, cause), refused: http.StatusInternalServerError}
		}
	}()
	var respond graphql.ResponseHandler
	respond, ctx = e.exec.DispatchOperation(ctx, operation)
	response := respond(ctx)
	if !isUnavailable(response) { // else the client has waited long enough
		e.tellPosition(ctx, operation)
	}
	if response != nil {
		return operation, outcome{Response: response}
	}
	// Its time was up, or the client left, before anything was executed.
	ended := fmt.Errorf("the operation ended without an answer: %w", context.Cause(ctx))
	return nil, outcome{Response: e.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(ended)})}
}

// objection returns why HTTP does not allow a kind of operation, and the status.
func (e *exchange) objection(kind ast.Operation) (int, *model.Error) {
	switch {
	case kind == ast.Subscription:
		return 0, model.Invalid("a subscription has more than one answer; send Accept: text/event-stream, or use a WebSocket (graphql-transport-ws)")
	case kind == ast.Mutation && e.isSafe():
		return http.StatusMethodNotAllowed, e.mutationByGet()
	}
	return 0, nil
}

// mutationByGet returns the problem of a mutation by GET, for the status 405.
func (e *exchange) mutationByGet() *model.Error {
	e.w.Header().Set("Allow", "POST, OPTIONS")
	return model.Invalid("a GET changes nothing; send mutations by POST")
}

// refuseRequest refuses what is no request. A mutation by GET is told that first,
// whatever else is wrong with it.
func (e *exchange) refuseRequest(problem *model.Error) {
	sent := e.r.URL.Query()
	if e.isSafe() && isMutation(&graphql.RawParams{Query: sent.Get("query"), OperationName: sent.Get("operationName")}) {
		e.refuse(http.StatusMethodNotAllowed, e.mutationByGet())
		return
	}
	e.refuse(http.StatusBadRequest, problem)
}

// mutationTokens is how many tokens of a document are read to find out whether a request
// that failed is a mutation.
const mutationTokens = 10_000

// isMutation reports whether a request asks for a mutation, which need not fit the
// schema.
func isMutation(params *graphql.RawParams) bool {
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: params.Query}, mutationTokens)
	if err != nil {
		return false
	}
	operation := document.Operations.ForName(params.OperationName)
	return operation != nil && operation.Operation == ast.Mutation
}

// problem returns the response that says what is wrong with a request. The presenter
// adds the code and the id of the request.
func (e *exchange) problem(ctx context.Context, problem *model.Error) *graphql.Response {
	return e.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(problem)})
}

// refuse responds to a request that is not executed.
func (e *exchange) refuse(status int, problem *model.Error) {
	e.send(outcome{Response: e.problem(e.r.Context(), problem), refused: status})
}

// status follows the GraphQL over HTTP specification: 200 for what was executed, even
// if fields failed.
func (o outcome) status(mediaType string) int {
	switch {
	case o.refused != 0:
		return o.refused
	case len(o.Data) == 0 && mediaType == graphQLType:
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// body returns the response as it is sent. Unlike gqlgen's, it has no data if nothing
// was executed. The data is not read again: it was written as JSON.
func (o outcome) body() []byte {
	body := append(make([]byte, 0, len(o.Data)+512), '{')
	begin := func(key string) {
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = append(append(append(body, '"'), key...), `":`...)
	}
	if len(o.Errors) > 0 {
		begin("errors")
		body = append(body, encode(o.Errors)...)
	}
	if len(o.Data) > 0 {
		begin("data")
		body = appendEscaped(body, o.Data)
	}
	if len(o.Extensions) > 0 {
		begin("extensions")
		body = appendExtensions(body, o.Extensions)
	}
	return append(body, '}')
}

// appendExtensions appends an object. Most answers have one extension, which writes itself.
func appendExtensions(body []byte, extensions map[string]any) []byte {
	if len(extensions) == 1 {
		for key, value := range extensions {
			if v, ok := value.(interface{ AppendJSON([]byte) []byte }); ok {
				return append(v.AppendJSON(append(strconv.AppendQuote(append(body, '{'), key), ':')), '}')
			}
		}
	}
	return append(body, encode(extensions)...)
}

// appendEscaped appends JSON, in which it escapes what HTML and old JavaScript would take
// for their own, as encoding/json does: such characters are only in strings.
func appendEscaped(to, from []byte) []byte {
	if bytes.IndexByte(from, '<') < 0 && bytes.IndexByte(from, '>') < 0 && bytes.IndexByte(from, '&') < 0 &&
		!bytes.Contains(from, []byte("\u2028")) && !bytes.Contains(from, []byte("\u2029")) { // graph/answer has escaped its texts
		return append(to, from...)
	}
	escaped := bytes.NewBuffer(to)
	json.HTMLEscape(escaped, from)
	return escaped.Bytes()
}

func encode(value any) []byte {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // a scalar that does not write JSON: internal/httpd recovers and logs it
	}
	return body
}

// send sends an outcome.
func (e *exchange) send(o outcome) {
	status, body := o.status(e.mediaType), o.written
	if body == nil {
		body = o.body()
	}
	status, body = e.keepAnswer(status, body, o)
	if status == http.StatusOK && len(o.Errors) == 0 {
		e.sendBody(body)
		return
	}
	e.write(status, body)
}

// sendBody sends an answer without errors. Caches may keep only those to queries by GET.
func (e *exchange) sendBody(body []byte) {
	if e.isSafe() {
		e.sendQuery(body)
		return
	}
	e.write(http.StatusOK, body)
}

func (e *exchange) write(status int, body []byte) {
	h := e.w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Content-Type", e.mediaType+"; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	// A client that reads more slowly holds the memory of its response. Setting the
	// deadline fails only without a connection, as in tests.
	within := writeWithin + time.Duration(len(body)/slowestRate)*time.Second
	_ = http.NewResponseController(e.w).SetWriteDeadline(time.Now().Add(within))
	e.w.WriteHeader(status)
	_, _ = e.w.Write(body) // fails if the client has left: there is nobody to tell
}

const (
	// A client has writeWithin to read a response, and a second more for each
	// slowestRate bytes.
	writeWithin = 10 * time.Second
	slowestRate = 64 << 10
)

// readBody reads the body of a request that may have one.
func readBody(r *http.Request) ([]byte, *model.Error) {
	if r.Method != http.MethodPost {
		return nil, nil
	}
	if received, ok := r.Body.(interface{ Bytes() []byte }); ok {
		return received.Bytes(), nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, model.Invalid("the body ended before its announced length; send it again")
	}
	return body, nil
}

// decode reads a request, or a list of up to maxBatch, from its URL or its body.
func decode(r *http.Request, body []byte, maxBatch int) (batch []*graphql.RawParams, isList bool, problem *model.Error) {
	if r.Method != http.MethodPost {
		params, problem := decodeURL(r.URL.RawQuery)
		return []*graphql.RawParams{params}, false, problem
	}
	if isForm(r.Header) {
		params, problem := decodeForm(r.Header, body)
		return []*graphql.RawParams{params}, false, problem
	}
	if maxBatch > 0 && looksLikeList(body) {
		batch, problem := decodeBatch(body, maxBatch)
		return batch, true, problem
	}
	params, problem := decodeBody(body)
	return []*graphql.RawParams{params}, false, problem
}
