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

// StreamConfig is what an installation may choose about sockets and event
// streams. The zero value is the defaults; a number below zero is no limit.
type StreamConfig struct {
	// Admit finds out who asks from headers, as internal/httpd does for requests.
	// Sockets call it with what connection_init says, which browsers send in place
	// of headers. Nil: what connection_init says does not matter.
	Admit func(ctx context.Context, headers http.Header) (context.Context, error)
	// Origins are those whose pages may open sockets and event streams, besides
	// pages of the server's own host.
	Origins Origins
	// Log takes what is the server's fault. Nothing is logged when nil.
	Log *slog.Logger
	// Telemetry is told what is open. Nobody is when nil.
	Telemetry *telemetry.Telemetry
	// PerAddress is how many sockets and event streams one address may hold open,
	// 50 when zero. An IPv6 address counts by its /64. Behind a proxy all have the
	// proxy's address.
	PerAddress int
	// PerSocket is how many operations may run on a socket at once, 100 when zero.
	PerSocket int
	// AtOnce is how many queries and mutations of all sockets and event streams are
	// worked on at once, 64 when zero. Others wait. Subscriptions do not count.
	AtOnce int
	// MaxMessage is how many bytes a message of a client may have, 1 MiB when zero.
	MaxMessage int64
	// InitWithin is how long a socket may take to send connection_init, 5 s when
	// zero.
	InitWithin time.Duration
	// PingEvery is how often a socket is pinged, 25 s when zero. One that does not
	// answer within as long again is closed with 4408.
	PingEvery time.Duration
	// CommentEvery is how often an event stream gets a comment, so that nobody on
	// the way takes it for dead, 12 s when zero.
	CommentEvery time.Duration
	// WriteWithin is how long a client may take to accept a message, 10 s when
	// zero. Then nothing more is made for it, and it is cut off: a socket with 4408,
	// if it takes the rest of the message within as long again.
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

// orElse gives a setting its default, and lets one below zero be no limit.
func orElse[T int | int64 | time.Duration](setting *T, otherwise T) {
	const none = 1 << 61 // twice of it is a time, too
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
	busy     chan struct{} // full while so many queries are worked on

	mu   sync.Mutex
	open map[string]int // by address
	all  sync.WaitGroup
}

// NewStreams makes a server's.
func NewStreams(config StreamConfig) *Streams {
	config = config.withDefaults()
	s := &Streams{config: config, open: map[string]int{}}
	s.stopping, s.stop = context.WithCancel(context.Background())
	if config.AtOnce < 1<<20 {
		s.busy = make(chan struct{}, config.AtOnce)
	}
	return s
}

// IsStream tells whether the answer to a request may stay open.
func IsStream(r *http.Request) bool {
	return WebSocket{}.Supports(r) || Events{}.Supports(r)
}

// Shutdown closes all sockets with 1001 and ends all event streams, takes no
// more, and waits for them until ctx ends. http.Server's own knows nothing of
// sockets, and waits for event streams without telling them.
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

// enter lets a request stay open over a transport, or says why not, and with which
// status.
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

// allows checks the Origin, which browsers always send with sockets: pages of
// other sites must not hold what they may not read. Only the host is compared
// with the server's own, for a proxy may have taken TLS off.
func (s *Streams) allows(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || s.config.Origins.Allow(origin) {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Host != "" && strings.EqualFold(parsed.Host, r.Host)
}

// AddressOf is what connections and requests are counted by. Who has an IPv6 address has all
// of its /64.
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

// maxSubscription is how many bytes the request for a subscription may have, which
// is kept in memory for as long as somebody listens.
const maxSubscription = 16 << 10

// prepare makes ready to execute an operation that was asked for in so many bytes,
// or answers what is wrong with it.
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
	params.Extensions, operation.Extensions = nil, nil // nobody reads them any more
	return operation, nil
}

// execute hands each answer of an operation to emit, until there are no more or
// emit answers false. When the operation could not be executed, or not to its
// end, it answers the errors that say why: nothing may follow them.
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
	for answered := false; ; answered = true {
		response := respond(ctx)
		switch {
		case response == nil && !answered && !subscribes: // its time was up
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

// panicked is the answer to a panic outside of resolvers; the presenter logs it.
// Nothing else would catch it here: sockets have left the HTTP server.
func panicked(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext, cause any) *graphql.Response {
	err := fmt.Errorf("panic: %v", cause)
	if operation != nil && operation.RecoverFunc != nil {
		err = operation.RecoverFunc(ctx, cause)
	}
	return exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)})
}

// refuse answers a request whose stream does not begin.
func (s *Streams) refuse(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, status int, problem *model.Error) {
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	mediaType, _ := MediaType(r.Header)
	e := &exchange{w: w, r: r, exec: exec, mediaType: mediaType}
	e.refuse(status, problem)
}

// dismissed answers why who listens would not be admitted any more: their token was
// revoked, or has expired. While it cannot be found out they stay.
func (c StreamConfig) dismissed(ctx context.Context, headers http.Header) error {
	_, err := c.Admit(ctx, headers)
	switch model.CodeOf(err) {
	case model.CodeUnauthenticated, model.ErrorCodeForbidden:
		return err
	}
	return nil
}
