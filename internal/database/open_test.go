package database

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"
)

func TestNamesOfDatabases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dsn, name, system string }{
		{"/var/diwan.db", "/var/diwan.db", "sqlite"},
		{"postgres://samira:secret@host:5433/diwan?sslmode=disable", "postgres://host:5433/diwan", "postgresql"},
		{"PostgreSQL://samira:secret@host/diwan", "postgres://host:5432/diwan", "postgresql"},
		{"postgres://samira:secret@host:port/diwan", "the PostgreSQL database", "postgresql"},
	} {
		if name, system := NameOf(c.dsn), SystemOf(c.dsn); name != c.name || system != c.system {
			t.Errorf("%s: named %s of %s, want %s of %s", c.dsn, name, system, c.name, c.system)
		}
	}
}

// Errors about a URL do not repeat any part of it: it may contain a password.
func TestURLsThatAreRefused(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"mysql://samira:secret@host/diwan":                                "neither a path nor a URL that begins with postgres://",
		"postgres://samira:sec#ret@host/diwan":                            "are written as %XX",
		"postgres://samira:sec/ret@host/diwan":                            "are written as %XX",
		"postgres://samira:sec@ret@host/diwan":                            "are written as %XX",
		"postgres://samira:secret@host/diwan?application_name=%":          "a % in an option is written as %25",
		"postgres://samira:secret@host/diwan?sslmode=secret":              "sslmode is disable, allow, prefer",
		"postgres://samira:secret@host/diwan?pool_max_conns=secret":       "its option pool_max_conns is not understood",
		"postgres://samira:secret@host:port/diwan":                        "its port is not a number",
		"postgres://samira:secret@host/diwan?statement_timeout=soon":      "its option statement_timeout is a time",
		"postgres://samira:secret@host/diwan?lock_timeout=soon":           "its option lock_timeout is a time",
		"postgres://samira:secret@host/diwan?sslrootcert=/nowhere/no.pem": "/nowhere/no.pem",
	} {
		_, err := Open(t.Context(), Config{DSN: dsn})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(strings.ReplaceAll(err.Error(), dsn, ""), "secret@") {
			t.Errorf("%s: %v, want %q", dsn, err, want)
		}
	}
}

// A server that cannot be reached is retried for as long as the caller waits.
func TestServersThatCannotBeReached(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "postgres://samira:secret@" + listener.Addr().String() + "/diwan?sslmode=disable"
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	tries := 0
	for _, c := range []struct {
		what string
		wait time.Duration
		want string
	}{
		{"without waiting", 0, "--database-wait would wait for it"},
		{"waiting less than until the next try", time.Millisecond, "tried for 1ms; is it running"},
	} {
		_, err := Open(t.Context(), Config{DSN: nobody, Wait: c.wait})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q and no password", c.what, err, c.want)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	_, err = Open(ctx, Config{DSN: nobody, Wait: time.Hour, Retry: func(error, time.Duration) { tries++; leave() }})
	if err == nil || !strings.Contains(err.Error(), "context canceled while waiting for the server") || tries != 1 {
		t.Errorf("after leaving during the wait: %v after %d tries", err, tries)
	}
	_, err = Open(ctx, Config{DSN: nobody, Wait: time.Hour})
	if err == nil || !strings.Contains(err.Error(), "context canceled while trying") {
		t.Errorf("after leaving before: %v", err)
	}
}

// The server at the address may not be PostgreSQL.
func TestServersOfSomethingElse(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			_ = c.Close()
		}
	}()
	_, err = Open(t.Context(), Config{DSN: "postgres://samira:secret@" + listener.Addr().String() + "/diwan?sslmode=disable"})
	if err == nil || !strings.Contains(err.Error(), "the server is there, but connecting failed") || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Open = %v, want what to do, in one line without the password", err)
	}
}
