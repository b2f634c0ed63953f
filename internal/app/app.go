// Package app puts the parts together: configuration, store, rules, GraphQL,
// HTTP. The commands start it, and so do the end-to-end tests.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/httpd"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// Config says how Diwan runs.
type Config struct {
	// Listen is the address to serve on, host:port. Port 0 takes a free one.
	Listen string
	// Database is the path of a SQLite file, made when it does not exist, or the
	// URL of a PostgreSQL database.
	Database string
	// DatabaseWait is how long a PostgreSQL server that cannot be reached at the
	// start is tried again. Zero: not at all.
	DatabaseWait time.Duration
	// Demo loads the demo newsroom into an empty database.
	Demo bool
	// AdminToken, when set, is accepted beside the tokens in the database, for the
	// role ADMIN. It is not stored. When empty, a start makes one where the database
	// has none that is accepted.
	AdminToken string
	// OpenID, when its Issuer is set, is whose tokens are accepted, too. Now and Log
	// are set from the rest.
	OpenID OpenID
	// PrivateRead asks for the role READER even to read what is published.
	PrivateRead bool
	// SiteName is the publication of which articles say that they are a part.
	SiteName string
	// PreviewURL is how the address of a preview on the newsroom's site is made, with
	// {token}, {id}, {slug} and {language} in it. Empty: links have no address.
	PreviewURL string
	// KeepChanges is how long the change log is kept whole. Of changes that are older
	// only the last of each node are kept. Zero: for ever.
	KeepChanges time.Duration
	// CompactEvery is how often it is looked for such, once an hour when zero.
	CompactEvery time.Duration
	// Log takes what happens. Nothing is logged when nil.
	Log *slog.Logger
	// Now is the clock, time.Now when nil.
	Now func() time.Time
	// Drain is how long open requests are waited for at the end, 10 s when zero.
	Drain time.Duration
	// Welcome, when set, is told once that requests are answered, and where.
	Welcome func(Welcome)
	// OnRoundTrip, when set, is told the SQL statements, those together that went to
	// the database together.
	OnRoundTrip func(ctx context.Context, trip model.RoundTrip)
	// OpenTelemetry sends traces where the variables OTEL_… say, if they do.
	OpenTelemetry bool
	// Version is the program's, for metrics and traces.
	Version string
	// GraphQL says how requests may be sent.
	GraphQL graph.Config
	// TrustedDocuments, when set, is the content of a file of the only operations to
	// serve.
	TrustedDocuments []byte
	// Origins are those whose pages may ask from within browsers.
	Origins transport.Origins
	// Traffic is how large requests may be, and how many.
	httpd.Traffic
	// Streams says how sockets and event streams are held. Admit, Origins and Log
	// are set from the rest.
	Streams transport.StreamConfig
}

const defaultDrain = 10 * time.Second

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.CompactEvery == 0 {
		c.CompactEvery = time.Hour
	}
	if c.Drain == 0 {
		c.Drain = defaultDrain
	}
	return c
}

// OpenID is an issuer whose tokens are accepted; see docs/access.md.
type OpenID = auth.IssuerConfig

// Limits bound what one operation may ask; see docs/limits.md.
type Limits = graph.Limits

// maxBatch is how many requests may come as one list.
const maxBatch = 10

// readEdge reads what is configured of requests, and refuses what is no good.
func (c *Config) readEdge() error {
	if batch := c.GraphQL.Transport.Batch; batch < 0 || batch > maxBatch {
		return fmt.Errorf("--batch is %d; give it 0 to %d", batch, maxBatch)
	}
	if _, err := transport.ParseOrigins(c.Origins); err != nil {
		return fmt.Errorf("--cors-origin: %w", err)
	}
	if c.TrustedDocuments == nil {
		return nil
	}
	documents, err := transport.ParseDocuments(c.TrustedDocuments)
	if err != nil {
		return fmt.Errorf("--trusted-documents: %w", err)
	}
	c.GraphQL.Transport.Persisted.Trusted = documents
	return nil
}

// issuer answers the OpenID issuer that is configured, nil when there is none.
func (c Config) issuer() (*auth.Issuer, error) {
	openID := c.OpenID
	if openID.Issuer == "" && openID.Audience == "" && openID.RoleMap == "" {
		return nil, nil // as most have none
	}
	openID.Now, openID.Log = c.Now, c.Log
	return auth.NewIssuer(openID)
}

// Welcome is what to tell people when the server has started.
type Welcome struct {
	// URL is the address of GraphiQL, with a slash at its end.
	URL string
	// Database is the file or the server's database that is served, without what
	// is secret of its URL.
	Database string
	// NewToken is the admin token that was made at this start, and is kept
	// nowhere. Empty at later starts, and when one was configured.
	NewToken string
	// GraphiQL says that the page is served: not in production.
	GraphiQL bool
	// TokenConfigured says that the admin token is the configured one.
	TokenConfigured bool
}

// App is a server that is set up: the database is open and up to date, and the
// address is taken. It answers once Run is called.
type App struct {
	config    Config
	listener  net.Listener
	newsroom  *Newsroom
	telemetry *telemetry.Telemetry
	streams   *transport.Streams
	server    *http.Server
	served    chan error // what ended the server
	handler   atomic.Pointer[http.Handler]
	newToken  string
	// background is what goes on beside requests: the index that is made anew, the
	// schedule, the dates on which tokens were used, the compacting of the log.
	background background
}

// New takes the address, opens the database and sets it up if it is new. The
// admin token comes last, so that a start that failed never made one. Whoever
// calls New calls Run or Close.
func New(ctx context.Context, config Config) (*App, error) {
	config = config.withDefaults()
	if err := errors.Join(checkAdminToken(config.AdminToken), config.readEdge()); err != nil {
		return nil, err
	}
	issuer, err := config.issuer()
	if err != nil {
		return nil, err
	}
	told, err := newTelemetry(ctx, &config)
	if err != nil {
		return nil, err
	}
	a := &App{config: config, telemetry: told}
	if a.listener, err = listen(ctx, config.Listen); err != nil {
		a.closeTelemetry()
		return nil, err
	}
	a.serve()
	if a.newsroom, err = Open(ctx, config); err != nil {
		a.closeTelemetry()
		return nil, errors.Join(err, a.stop())
	}
	warnOfShortToken(config.Log, config.AdminToken)
	tokens := newTokens(a.newsroom, config, issuer)
	if err := a.setUp(ctx, tokens); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	uses := newUses(a.newsroom.store, config)
	a.background.do(ctx, uses.write)
	admission := httpd.Admission{
		Authenticate: tokens.authenticate, Admitted: uses.note, CheckPerspective: a.newsroom.Service.Perspective,
		Production: config.GraphQL.Production, PrivateRead: config.PrivateRead,
	}
	a.streams = newStreams(config, admission, told)
	config.GraphQL.Streams, config.GraphQL.Telemetry = a.streams, told
	handler := httpd.New(httpd.Config{
		GraphQL:    graph.Handler(a.newsroom.Service, config.Log, config.GraphQL),
		Ready:      a.newsroom.store.Ready,
		Admission:  admission,
		Log:        config.Log,
		Origins:    config.Origins,
		Production: config.GraphQL.Production,
		Telemetry:  told,
		Traffic:    config.Traffic,
	})
	a.handler.Store(&handler)
	if err := a.startIndexing(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.background.do(ctx, a.newsroom.Service.RunSchedule)
	a.startCompacting(ctx)
	return a, nil
}

// serve answers from now on: that the server starts, until it has.
func (a *App) serve() {
	a.server = &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		WriteTimeout:      5 * time.Minute, // answers and streams have times of their own
		MaxHeaderBytes:    32 << 10,        // with the queries of GETs; others may wait to send a megabyte each
		ErrorLog:          slog.NewLogLogger(a.config.Log.Handler(), slog.LevelWarn),
	}
	a.served = make(chan error, 1)
	go func() { a.served <- a.server.Serve(a.listener) }()
}

// ServeHTTP answers a request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handler := a.handler.Load(); handler != nil {
		(*handler).ServeHTTP(w, r)
		return
	}
	httpd.Starting(w, r)
}

// newStreams makes the sockets and event streams, which admit who asks as
// requests do.
func newStreams(config Config, admission httpd.Admission, told *telemetry.Telemetry) *transport.Streams {
	streams := config.Streams
	streams.Admit, streams.Origins, streams.Log, streams.Telemetry = admission.Admit, config.Origins, config.Log, told
	return transport.NewStreams(streams)
}

func (a *App) setUp(ctx context.Context, tokens *tokens) (err error) {
	if err := a.newsroom.setUpDemo(ctx, a.config, a.newsroom.loadDemo); err != nil {
		return err
	}
	a.newToken, err = tokens.ensureAdmin(ctx)
	return err
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("something else listens on %s already; stop it, or choose another address with --listen", address)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q, give --listen a host and a port such as 127.0.0.1:8080: %w", address, err)
	}
	return listener, nil
}

// Handler answers requests without a network, for tests.
func (a *App) Handler() http.Handler { return a }

// URL is the address at which it answers, without a slash at its end.
func (a *App) URL() string {
	host, port, err := net.SplitHostPort(a.listener.Addr().String())
	if err != nil {
		return "http://" + a.listener.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Run answers requests until ctx ends. Then it takes no more, waits for the open
// ones as long as Config.Drain says, and closes the database.
func (a *App) Run(ctx context.Context) error {
	if a.config.Welcome != nil {
		a.config.Welcome(Welcome{
			URL: a.URL() + "/", Database: a.config.DatabaseName(), GraphiQL: !a.config.GraphQL.Production,
			NewToken: a.newToken, TokenConfigured: a.config.AdminToken != "",
		})
	}
	select {
	case err := <-a.served:
		return errors.Join(fmt.Errorf("serve: %w", err), a.Close())
	case <-ctx.Done():
	}
	a.config.Log.Info("stopping: no more requests are taken, open ones are finished", "atMost", a.config.Drain.String())
	a.drain(context.WithoutCancel(ctx))
	if err := a.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	a.config.Log.Info("stopped")
	return nil
}

func (a *App) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.config.Drain)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- a.streams.Shutdown(ctx) }() // first: the server waits for event streams
	if err := errors.Join(a.server.Shutdown(ctx), <-ended); err == nil {
		return
	}
	a.config.Log.Warn("some requests took too long and were cut off")
	_ = a.server.Close() // what it could not close ends with the process
}

// Close frees the address and closes the database. Closing twice is no error.
func (a *App) Close() error {
	a.background.end()
	err := errors.Join(a.stop(), a.newsroom.Close())
	a.closeTelemetry()
	return err
}

// stop frees the address.
func (a *App) stop() error {
	err := a.server.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}
