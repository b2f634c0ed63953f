package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A connection that is silent for suspicious is looked after, by another connection, which may
// take askFor to say that the server is at work.
const (
	suspicious = 3 * time.Second
	askFor     = 2 * time.Second
)

// limitSilence makes connections fail if the server is silent for longer than a statement may
// take plus the time for connecting, so that a network that drops everything is noticed. Zero
// sets no limit. Long before that, they fail if the server cannot be reached in another way, or
// is not at work for them: the network may have forgotten a connection, or hold it up.
func limitSilence(config *pgx.ConnConfig, statement time.Duration) {
	dialer := &net.Dialer{Timeout: config.ConnectTimeout, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 3 * time.Second, Interval: time.Second, Count: 3}}
	asking := config.Config.Copy()
	asking.ValidateConnect, asking.AfterConnect = nil, nil
	others := &inquiry{config: asking, dial: dialer.DialContext}
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, address)
		if err != nil || statement == 0 {
			return c, err
		}
		return &impatient{Conn: c, limit: statement + config.ConnectTimeout, others: others, network: network, address: address}, nil
	}
	config.AfterConnect = func(_ context.Context, c *pgconn.PgConn) error {
		inner := c.Conn()
		if encrypted, ok := inner.(interface{ NetConn() net.Conn }); ok {
			inner = encrypted.NetConn()
		}
		if own, ok := inner.(*impatient); ok {
			own.process.Store(c.PID())
		}
		return nil
	}
}

// errSilent is no timeout, after which pgx would go on to read.
var errSilent = fmt.Errorf("the server is silent, and not at work: %w", net.ErrClosed)

// inquiry asks servers whether they are at work, by connections of its own.
type inquiry struct {
	config *pgconn.Config
	dial   pgconn.DialFunc

	mu     sync.Mutex // one asks at a time
	failed time.Time  // when the last one found nobody
}

// atWork reports whether the server at an address works for the connection of a process, which
// has been silent since some time. It returns true where that cannot be said: the server is full
// or, behind a pooler, does not know the process.
func (q *inquiry) atWork(c *impatient, since time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.failed.After(since) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	config := q.config.Copy()
	config.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) { return q.dial(ctx, c.network, c.address) }
	const question = "SELECT state = 'active' OR state_change > now() - interval '1 second' FROM pg_stat_activity WHERE pid = %d"
	other, err := pgconn.ConnectConfig(ctx, config)
	if err == nil {
		defer func() { _ = other.Close(ctx) }()
		var results []*pgconn.Result
		results, err = other.Exec(ctx, fmt.Sprintf(question, c.process.Load())).ReadAll()
		if err == nil {
			return len(results) == 0 || len(results[0].Rows) == 0 || string(results[0].Rows[0][0]) != "f"
		}
	}
	var reported *pgconn.PgError
	if errors.As(err, &reported) {
		return true
	}
	q.failed = time.Now()
	return false
}

// impatient is a connection on which no read or write takes longer than the limit, or
// than the deadline that its user set.
type impatient struct {
	net.Conn
	limit            time.Duration
	others           *inquiry
	network, address string
	process          atomic.Uint32 // 0 while connecting

	mu          sync.Mutex
	read, write time.Time // the deadlines that its user set
}

func (c *impatient) Read(b []byte) (int, error) {
	began := time.Now()
	for {
		last, err := c.arm(c.Conn.SetReadDeadline, &c.read, began.Add(c.limit), time.Now().Add(suspicious))
		if err != nil {
			return 0, err
		}
		n, err := c.Conn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || last || c.isLate(&c.read) {
			return n, err
		}
		if c.process.Load() != 0 && !c.others.atWork(c, began) {
			_ = c.Conn.Close() // the error is the one below
			return n, errSilent
		}
	}
}

func (c *impatient) Write(b []byte) (int, error) {
	limit := time.Now().Add(c.limit)
	if _, err := c.arm(c.Conn.SetWriteDeadline, &c.write, limit, limit); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// arm sets the earliest deadline. last is false if that is only the time to look.
func (c *impatient) arm(set func(time.Time) error, users *time.Time, limit, look time.Time) (last bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !users.IsZero() && users.Before(limit) {
		limit = *users
	}
	if look.Before(limit) {
		return false, set(look)
	}
	return true, set(limit)
}

// isLate reports whether the deadline that the user set meanwhile has passed.
func (c *impatient) isLate(users *time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !users.IsZero() && !users.After(time.Now())
}

func (c *impatient) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.write = t, t
	return c.Conn.SetDeadline(t)
}

func (c *impatient) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = t
	return c.Conn.SetReadDeadline(t)
}

func (c *impatient) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write = t
	return c.Conn.SetWriteDeadline(t)
}
