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

	"github.com/diwan-cms/diwan/internal/httpd"
)

// server serves HTTP on an address. Until it has a handler, it responds that it is
// starting.
type server struct {
	listener net.Listener
	http     *http.Server
	ended    chan error // receives what ended it
	handler  atomic.Pointer[http.Handler]
}

// listenAndServe takes the address and responds from then on.
func listenAndServe(ctx context.Context, address string, log *slog.Logger) (*server, error) {
	listener, err := listen(ctx, address)
	if err != nil {
		return nil, err
	}
	s := &server{listener: listener, ended: make(chan error, 1)}
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		WriteTimeout:      5 * time.Minute, // responses and streams have limits of their own
		MaxHeaderBytes:    32 << 10,        // room for the query of a GET; the default of a megabyte invites abuse
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() { s.ended <- s.http.Serve(listener) }()
	return s, nil
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

// ServeHTTP responds to a request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handler := s.handler.Load(); handler != nil {
		(*handler).ServeHTTP(w, r)
		return
	}
	httpd.Starting(w, r)
}

// url returns the address that it serves, without a slash at its end.
func (s *server) url() string {
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		return "http://" + s.listener.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// close frees the address and cuts off open requests. Closing twice is no error.
func (s *server) close() error {
	err := s.http.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}
