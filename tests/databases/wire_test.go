package databases

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// wire is a connection to a PostgreSQL server that a test can break.
type wire struct {
	t       testing.TB
	address string // the address of this end
	server  string
	dsn     string // the server's URL, past the wire

	mu       sync.Mutex
	listener net.Listener
	pairs    map[*pair]bool
	// open is a closed channel while bytes pass, and an open one while they are held up.
	open chan struct{}
	// sent, if set, receives the bytes for the server and returns those to pass on;
	// answered does the same in the other direction.
	sent, answered func(*pair, []byte) []byte
	// encrypt, if set, accepts TLS from clients, as PostgreSQL servers do.
	encrypt func(client net.Conn) (net.Conn, error)
}

// pair is a connection through the wire.
type pair struct{ client, server net.Conn }

func (p *pair) cut() { _, _ = p.client.Close(), p.server.Close() } // either may be closed already

// newWire returns a wire to an empty database of its own.
func newWire(t testing.TB) *wire {
	t.Helper()
	if storetest.OnPostgres() {
		t.Skip("this test needs PostgreSQL in any case, and runs in the pass on SQLite")
	}
	dsn := storetest.Postgres(t)
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	n := &wire{t: t, server: address.Host, dsn: dsn, address: "127.0.0.1:0", pairs: map[*pair]bool{}, open: make(chan struct{})}
	close(n.open)
	n.listen()
	t.Cleanup(n.refuse)
	return n
}

// url returns the URL of the database through the wire, with further options.
func (n *wire) url(options ...string) string {
	address, err := url.Parse(n.dsn)
	if err != nil {
		n.t.Fatal(err)
	}
	address.Host = n.address
	return address.String() + "&" + strings.Join(options, "&")
}

// role creates a role without rights, with this password, and drops it after the test.
func (n *wire) role(password string) (name string) {
	n.t.Helper()
	name = n.dsn[strings.LastIndex(n.dsn, "/")+1:]
	name, _, _ = strings.Cut(name, "?")
	admin[string](n.t, n.dsn, "CREATE ROLE "+name+" LOGIN PASSWORD '"+password+"'")
	n.t.Cleanup(func() { admin[string](n.t, n.dsn, "DROP ROLE "+name) })
	return name
}

// withUser returns the URL with another user.
func withUser(t testing.TB, dsn, user, password string) string {
	t.Helper()
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(user, password)
	return address.String()
}

// listen accepts connections.
func (n *wire) listen() {
	n.t.Helper()
	listener, err := net.Listen("tcp", n.address)
	if err != nil {
		n.t.Fatal(err)
	}
	n.mu.Lock()
	n.listener, n.address = listener, listener.Addr().String()
	n.mu.Unlock()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go n.connect(client)
		}
	}()
}

func (n *wire) connect(client net.Conn) {
	n.pass()
	n.mu.Lock()
	encrypt := n.encrypt
	n.mu.Unlock()
	if encrypt != nil {
		encrypted, err := encrypt(client)
		if err != nil {
			_ = client.Close()
			return
		}
		client = encrypted
	}
	server, err := net.Dial("tcp", n.server)
	if err != nil {
		_ = client.Close()
		return
	}
	p := &pair{client, server}
	n.mu.Lock()
	n.pairs[p] = true
	n.mu.Unlock()
	go n.pump(p, client, server, func() func(*pair, []byte) []byte { return n.sent })
	n.pump(p, server, client, func() func(*pair, []byte) []byte { return n.answered })
	n.mu.Lock()
	delete(n.pairs, p)
	n.mu.Unlock()
}

// pump carries bytes in one direction until either end closes.
func (n *wire) pump(p *pair, from, to net.Conn, change func() func(*pair, []byte) []byte) {
	defer p.cut()
	buffer := make([]byte, 1<<16)
	for {
		size, err := from.Read(buffer)
		n.pass()
		if err != nil {
			return
		}
		part := buffer[:size]
		n.mu.Lock()
		f := change()
		n.mu.Unlock()
		if f != nil {
			part = f(p, part)
		}
		if _, err := to.Write(part); err != nil {
			return
		}
	}
}

// pass waits until the wire is not stalled.
func (n *wire) pass() {
	n.mu.Lock()
	open := n.open
	n.mu.Unlock()
	<-open
}

// watch sets the functions that see the bytes in each direction; nil for none.
func (n *wire) watch(sent, answered func(*pair, []byte) []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sent, n.answered = sent, answered
}

// cut closes all connections; new ones are accepted.
func (n *wire) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := range n.pairs {
		p.cut()
	}
}

// forget holds up what is sent over the connections that are open now; new ones work.
func (n *wire) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	old := maps.Clone(n.pairs)
	drop := func(p *pair, b []byte) []byte {
		if old[p] {
			return nil
		}
		return b
	}
	n.sent, n.answered = drop, drop
}

// refuse closes all connections and accepts no more.
func (n *wire) refuse() {
	n.mu.Lock()
	_ = n.listener.Close()
	n.mu.Unlock()
	n.resume()
	n.cut()
}

// stall holds all bytes up, and accepts connections that nobody answers.
func (n *wire) stall() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.open = make(chan struct{})
}

// resume ends a stall.
func (n *wire) resume() {
	n.mu.Lock()
	defer n.mu.Unlock()
	select {
	case <-n.open:
	default:
		close(n.open)
	}
}

// admin runs a statement on the database, past the wire, and returns its only value.
func admin[T any](t testing.TB, dsn, statement string, args ...any) T {
	t.Helper()
	var answer T
	connection := connectTo(t, dsn)
	defer connection.Close(context.Background())
	err := connection.QueryRow(context.Background(), statement, args...).Scan(&answer)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatalf("%s: %v", statement, err)
	}
	return answer
}

func connectTo(t testing.TB, dsn string) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// hold runs statements in a transaction of another connection, and returns a function that
// ends the transaction.
func hold(t testing.TB, dsn string, statements string) (release func()) {
	t.Helper()
	connection := connectTo(t, dsn)
	if _, err := connection.Exec(context.Background(), "BEGIN; "+statements); err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() { _ = connection.Close(context.Background()) })
	t.Cleanup(release)
	return release
}
