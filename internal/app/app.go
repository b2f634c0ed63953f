// Package app puts the parts together: configuration, store, rules, GraphQL and
// HTTP. The commands start it, and so do the end-to-end tests.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/httpd"
	"github.com/diwan-cms/diwan/internal/telemetry"
)

// App is a server that is set up: its database is open and up to date, and it
// serves requests.
type App struct {
	config    Config
	public    *url.URL // where a proxy serves it; empty if it was not said
	proxies   httpd.Proxies
	newsroom  *Newsroom
	telemetry *telemetry.Telemetry
	streams   *transport.Streams
	server    *server
	newToken  string
	// background runs besides requests: rebuilding the index, the schedule, noting the
	// use of tokens, compacting the change log, watching that the server may still write, and forgetting the keys of requests.
	background background
}

// New takes the address, opens the database and, if it is new, sets it up. The
// admin token is created last, so that a start that fails creates none. Whoever
// calls New calls Run or Close.
func New(ctx context.Context, config Config) (*App, error) {
	config = config.withDefaults()
	if err := errors.Join(config.checkAdminToken(), config.checkPreviewURL(), config.readTransport()); err != nil {
		return nil, err
	}
	public, err := config.publicURL()
	if err != nil {
		return nil, err
	}
	proxies, err := httpd.ParseProxies(config.TrustedProxies)
	if err != nil {
		return nil, fmt.Errorf("--trusted-proxy: %w", err)
	}
	issuer, err := config.issuer()
	if err != nil {
		return nil, err
	}
	telemetry, err := newTelemetry(ctx, &config)
	if err != nil {
		return nil, err
	}
	server, err := listenAndServe(ctx, config.Listen, config.Log)
	if err != nil {
		closeTelemetry(telemetry, config.Log)
		return nil, err
	}
	newsroom, err := Open(ctx, config)
	if err != nil {
		closeTelemetry(telemetry, config.Log)
		return nil, errors.Join(err, server.close())
	}
	a := &App{config: config, public: public, proxies: proxies, newsroom: newsroom, telemetry: telemetry, server: server}
	if err := a.start(ctx, newAuthenticator(newsroom, config, issuer)); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// start sets the newsroom up and lets requests in.
func (a *App) start(ctx context.Context, authenticator *authenticator) (err error) {
	warnOfShortToken(a.config)
	if err := a.newsroom.setUpDemo(ctx, a.config, a.newsroom.loadDemo); err != nil {
		return err
	}
	if a.newToken, err = authenticator.ensureAdmin(ctx); err != nil {
		return err
	}
	uses := newTokenUses(a.newsroom.store, a.config)
	a.background.do(ctx, uses.write)
	handler, err := a.handler(httpd.Admission{
		Authenticate: authenticator.authenticate, Admitted: uses.note, CheckPerspective: a.newsroom.Service.Perspective,
		Production: a.config.GraphQL.Production, PrivateRead: a.config.PrivateRead,
	})
	if err != nil {
		return err
	}
	a.server.handler.Store(&handler)
	if err := a.startIndexing(ctx); err != nil {
		return err
	}
	a.background.do(ctx, a.newsroom.Service.RunSchedule)
	a.background.do(ctx, compaction{a.newsroom.store, a.config}.run)
	a.background.do(ctx, func(ctx context.Context) { watchStanding(ctx, a.newsroom.store, a.config.Log) })
	a.background.do(ctx, keySweep{a.newsroom.store, a.config}.run)
	return nil
}

// handler serves everything: GraphQL over HTTP, sockets and event streams, which
// all admit callers in the same way, and the pages around it.
func (a *App) handler(admission httpd.Admission) (http.Handler, error) {
	streams := a.config.Streams
	streams.Admit, streams.Origins, streams.Log, streams.Telemetry = admission.Admit, a.config.Origins, a.config.Log, a.telemetry
	if a.public.Host != "" { // its own pages, whatever Host the proxy sends
		streams.Origins = append(slices.Clone(streams.Origins), a.public.Scheme+"://"+a.public.Host)
	}
	a.streams = transport.NewStreams(streams)
	edge := a.config.GraphQL
	edge.Streams, edge.Telemetry = a.streams, a.telemetry
	graphQL, err := graph.NewHandler(a.newsroom.Service, a.config.Log, edge)
	if err != nil {
		return nil, err
	}
	return httpd.New(httpd.Config{
		GraphQL:    graphQL,
		Import:     a.newsroom.Exchange.Import,
		Ready:      a.newsroom.store.Ready,
		Admission:  admission,
		Log:        a.config.Log,
		Origins:    a.config.Origins,
		Proxies:    a.proxies,
		BasePath:   strings.TrimSuffix(a.public.Path, "/"),
		Production: a.config.GraphQL.Production,
		Telemetry:  a.telemetry,
		Traffic:    a.config.Traffic,
	}), nil
}

// startIndexing rebuilds the search index if another version of the text analysis
// wrote it. Requests are served meanwhile; a search finds what is indexed.
func (a *App) startIndexing(ctx context.Context) error {
	complete, err := a.newsroom.store.Indexed(ctx)
	if err == nil && !complete {
		a.background.do(ctx, func(ctx context.Context) { rebuildIndex(ctx, a.newsroom.store, a.config.Log) })
	}
	return err
}

// URL is the address that it serves, without a slash at its end.
func (a *App) URL() string { return a.server.url() }

// Run serves requests until ctx ends. Then it takes no more, waits for the open
// ones as long as Config.Drain says, and closes the database.
func (a *App) Run(ctx context.Context) error {
	if a.config.Welcome != nil {
		a.config.Welcome(Welcome{
			URL: cmp.Or(a.public.String(), a.URL()+"/"), Database: a.config.DatabaseName(), GraphiQL: !a.config.GraphQL.Production,
			NewToken: a.newToken, TokenConfigured: a.config.AdminToken != "",
		})
	}
	select {
	case err := <-a.server.ended:
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
	if err := errors.Join(a.server.http.Shutdown(ctx), <-ended); err == nil {
		return
	}
	a.config.Log.Warn("some requests took too long and were cut off")
	_ = a.server.http.Close() // what it could not close ends with the process
}

// Close frees the address and closes the database. Closing twice is no error.
func (a *App) Close() error {
	a.background.end()
	err := errors.Join(a.server.close(), a.newsroom.Close())
	closeTelemetry(a.telemetry, a.config.Log)
	return err
}
