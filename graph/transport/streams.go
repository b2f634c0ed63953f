package transport

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// StreamConfig is what an installation may choose about sockets and event streams. The
// zero value means the defaults; a number below zero means no limit.
type StreamConfig struct {
	// Admit authenticates a client by its headers, as internal/httpd does for requests.
	// For sockets the payload of connection_init, which browsers send instead of headers,
	// replaces some. If nil, everybody is admitted.
	Admit func(ctx context.Context, headers http.Header) (context.Context, error)
	// Origins are those whose pages may open sockets and event streams, besides pages of
	// the server's own host.
	Origins Origins
	// Log receives internal errors. May be nil.
	Log *slog.Logger
	// Telemetry counts what is open. May be nil.
	Telemetry *telemetry.Telemetry
	// PerAddress is how many sockets and event streams one address may hold open, by
	// default 50. An IPv6 address counts by its /64. Behind a proxy all clients have the
	// proxy's address.
	PerAddress int
	// PerSocket is how many operations may run on a socket at once, by default 100.
	PerSocket int
	// AtOnce is how many queries and mutations of all sockets and event streams are
	// executed at once, by default 64. Others wait. Subscriptions do not count.
	AtOnce int
	// MaxMessage is how many bytes a message of a client may have, by default 1 MiB.
	MaxMessage int64
	// InitWithin is how long a client may take to send connection_init, by default 5 s.
	InitWithin time.Duration
	// PingEvery is how often a socket is pinged, by default each 25 s. A client that does
	// not answer within the same time is disconnected with 4408.
	PingEvery time.Duration
	// CommentEvery is how often a comment is sent over an event stream, so that no proxy
	// takes it for dead, by default each 12 s.
	CommentEvery time.Duration
	// WriteWithin is how long a client may take to read a message, by default 10 s. Then
	// its operations end, and it is cut off: a socket with 4408, if it reads the rest of
	// the message within the same time.
	WriteWithin time.Duration
}

func (c StreamConfig) withDefaults() StreamConfig {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Admit == nil {
		c.Admit = func(ctx context.Context, _ http.Header) (context.Context, error) { return ctx, nil }
	}
	orElse(&c.PerAddress, 50)
	orElse(&c.PerSocket, 100)
	orElse(&c.AtOnce, 64)
	orElse(&c.MaxMessage, 1<<20)
	orElse(&c.InitWithin, 5*time.Second)
	orElse(&c.PingEvery, 25*time.Second)
	orElse(&c.CommentEvery, 12*time.Second)
	orElse(&c.WriteWithin, 10*time.Second)
	return c
}

// orElse sets a default, and turns a number below zero into no limit.
func orElse[T int | int64 | time.Duration](setting *T, otherwise T) {
	const none = 1 << 61 // twice as much is still a duration
	switch {
	case *setting == 0:
		*setting = otherwise
	case *setting < 0:
		*setting = none
	}
}

// Streams are the sockets and event streams of a server.
type Streams struct {
	config   StreamConfig
	stopping context.Context
	stop     context.CancelFunc
	busy     chan struct{} // full while as many operations are executed as may be

	mu   sync.Mutex
	open map[string]int // by address
	all  sync.WaitGroup
}

// NewStreams returns the sockets and event streams of a server.
func NewStreams(config StreamConfig) *Streams {
	config = config.withDefaults()
	s := &Streams{config: config, open: map[string]int{}}
	s.stopping, s.stop = context.WithCancel(context.Background())
	if config.AtOnce < 1<<20 {
		s.busy = make(chan struct{}, config.AtOnce)
	}
	return s
}

// IsStream reports whether the response to a request may stay open.
func IsStream(r *http.Request) bool {
	return WebSocket{}.Supports(r) || Events{}.Supports(r)
}

// Shutdown closes all sockets with 1001, ends all event streams, accepts no more, and
// waits for them until ctx ends. That of http.Server does not know the sockets, and
// waits for event streams without ending them.
func (s *Streams) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		s.all.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for sockets and event streams: %w", ctx.Err())
	}
}

// enter lets a request stay open over a transport, until leave is called, or says why
// not and with which status.
func (s *Streams) enter(r *http.Request, transport string) (leave func(), status int, problem *model.Error) {
	if !s.allows(r) {
		return nil, http.StatusForbidden, model.Forbidden("pages of this origin may not subscribe here; whoever runs this server can allow it, and a proxy in between must pass the header Host on")
	}
	address := AddressOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return nil, http.StatusServiceUnavailable, &model.Error{Code: model.CodeUnavailable, Message: "the server stops; connect again in a moment"}
	}
	if s.open[address] >= s.config.PerAddress {
		return nil, http.StatusTooManyRequests, model.LimitExceeded("streams", "one address may hold so many sockets and event streams open: %d; close some, or send several operations over one socket", s.config.PerAddress)
	}
	s.open[address]++
	s.all.Add(1)
	closed := s.config.Telemetry.Stream(transport)
	return func() {
		closed()
		s.leave(address)
	}, 0, nil
}

func (s *Streams) leave(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[address]--; s.open[address] == 0 {
		delete(s.open, address)
	}
	s.all.Done()
}

// allows checks the header Origin, which browsers always send with sockets: pages of
// other sites must not open what they may not read. Only the host is compared with the
// server's own, because a proxy may have terminated TLS.
func (s *Streams) allows(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || s.config.Origins.Allow(origin) {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Host != "" && strings.EqualFold(parsed.Host, r.Host)
}

// AddressOf returns the address by which connections and requests are counted. Whoever
// has an IPv6 address has the whole /64.
func AddressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String()
}

// maxSubscription is how many bytes the request for a subscription may have. It stays
// in memory for as long as the subscription runs.
const maxSubscription = 16 << 10

// prepare parses and validates an operation, or returns what is wrong with it. bytes
// is the size of its request.
func (s *Streams) prepare(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, bytes int) (operation *graphql.OperationContext, refused *graphql.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			refused = panicked(ctx, exec, operation, cause)
		}
	}()
	operation, problems := exec.CreateOperationContext(ctx, params)
	if problems != nil {
		return operation, exec.DispatchError(graphql.WithOperationContext(ctx, operation), problems)
	}
	if operation.Operation.Operation == ast.Subscription && bytes > maxSubscription {
		problem := model.LimitExceeded("subscription", "a subscription is asked for in %d bytes; send at most %d", bytes, maxSubscription)
		return operation, exec.DispatchError(graphql.WithOperationContext(ctx, operation), gqlerror.List{gqlerror.Wrap(problem)})
	}
	params.Extensions, operation.Extensions = nil, nil // they are not needed any more, and may be large
	return operation, nil
}

// execute passes each response of an operation to emit, until there are no more or
// emit returns false. If the operation could not be executed, or not to its end, it
// returns the errors that say why: nothing may follow them.
func (s *Streams) execute(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext, emit func(*graphql.Response) bool) (refused *graphql.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			refused = panicked(ctx, exec, operation, cause)
		}
	}()
	subscribes := operation.Operation.Operation == ast.Subscription
	if !subscribes && s.busy != nil {
		select {
		case s.busy <- struct{}{}:
			defer func() { <-s.busy }()
		case <-ctx.Done():
			return nil
		}
	}
	respond, ctx := exec.DispatchOperation(ctx, operation)
	for emitted := false; ; emitted = true {
		response := respond(ctx)
		switch {
		case response == nil && !emitted && !subscribes: // its time was up
			ended := fmt.Errorf("the operation ended without an answer: %w", context.Cause(ctx))
			return exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(ended)})
		case response == nil:
			return nil
		case len(response.Data) == 0 && len(response.Errors) > 0:
			return response
		case !emit(response):
			return nil
		}
	}
}

// panicked returns the response to a panic outside of resolvers, which the presenter
// logs. Nothing else would recover here: net/http does not know sockets any more.
func panicked(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext, cause any) *graphql.Response {
	err := fmt.Errorf("panic: %v", cause)
	if operation != nil && operation.RecoverFunc != nil {
		err = operation.RecoverFunc(ctx, cause)
	}
	return exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)})
}

// refuse responds to a request that may not stay open.
func (s *Streams) refuse(e *exchange, status int, problem *model.Error) {
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		e.w.Header().Set("Retry-After", "5")
	}
	e.mediaType, _ = RefusalType(e.r.Header, status)
	e.refuse(status, problem)
}

// dismissed returns why a client would no longer be admitted: its token was revoked, or
// has expired. While that cannot be found out, the client stays.
func (c StreamConfig) dismissed(ctx context.Context, headers http.Header) error {
	_, err := c.Admit(ctx, headers)
	switch model.CodeOf(err) {
	case model.CodeUnauthenticated, model.ErrorCodeForbidden:
		return err
	}
	return nil
}
