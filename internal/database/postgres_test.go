package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// openSmall opens an empty PostgreSQL database with a pool of so many
// connections and short times.
func openSmall(t *testing.T, connections int) *postgres {
	t.Helper()
	server := os.Getenv("DIWAN_TEST_POSTGRES") // package databasetest imports this one
	if server == "" || os.Getenv("DIWAN_TEST_DATABASE") == "postgres" {
		t.Skip("this needs PostgreSQL in any case, and runs in the pass on SQLite where DIWAN_TEST_POSTGRES names a server")
	}
	name := fmt.Sprintf("diwan_test_%d_%s", os.Getpid(), strings.ToLower(t.Name()))
	administer := func(statement string) {
		c, err := pgx.Connect(context.Background(), server)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.Background())
		if _, err := c.Exec(context.Background(), statement); err != nil {
			t.Error(err)
		}
	}
	administer("CREATE DATABASE " + name + " TEMPLATE template0")
	t.Cleanup(func() { administer("DROP DATABASE " + name + " WITH (FORCE)") })
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	e, err := Open(t.Context(), Config{DSN: fmt.Sprintf("%s&pool_max_conns=%d&statement_timeout=300ms", address, connections)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	d, ok := e.(*postgres)
	if !ok {
		t.Fatalf("Open returned a %T", e)
	}
	return d
}

// ask reads one number outside of any snapshot.
func ask(ctx context.Context, e Engine) error {
	var n int
	return Troubled(ctx, e, e.Reader().WithContext(ctx).Raw("SELECT 1").Scan(&n).Error)
}

func wantUnavailable(t *testing.T, what string, err error) {
	t.Helper()
	var e *model.Error
	if !errors.As(err, &e) || e.Code != model.CodeUnavailable {
		t.Errorf("%s = %v, want UNAVAILABLE", what, err)
	}
}

// When all connections stay in use, others learn it in time, and afterwards the
// pool is as it was.
func TestPoolIsBounded(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 2)
	ctx := t.Context()
	entered, leave := make(chan bool), make(chan bool)
	var holders sync.WaitGroup
	for range 2 {
		holders.Go(func() {
			err := d.Snapshot(ctx, func(Snapshot) error {
				entered <- true
				<-leave
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	<-entered
	<-entered
	wantUnavailable(t, "a third snapshot", Troubled(ctx, d, d.Snapshot(ctx, func(Snapshot) error { return nil })))
	wantUnavailable(t, "a single statement", ask(ctx, d))
	if err := d.Transaction(ctx, func(*gorm.DB) error { return nil }); err != nil {
		t.Errorf("the writer, which has a connection of its own: %v", err)
	}
	if total := d.pool.Stat().TotalConns(); total > 2 {
		t.Errorf("connections = %d, want at most 2", total)
	}
	close(leave)
	holders.Wait()
	if err := ask(ctx, d); err != nil {
		t.Errorf("a statement afterwards = %v", err)
	}
}

// A panic returns the connection to the pool, and Close waits for what is still running.
func TestPanicsKeepNoConnection(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 1)
	one := sql.Text("SELECT 1")
	panics := map[string]func(Snapshot) error{
		"before anything": func(Snapshot) error { panic("now") },
		"after a statement": func(on Snapshot) error {
			var n int
			if err := on.Scan(&n, one); err != nil {
				return err
			}
			panic("now")
		},
		"in one of the loads": func(on Snapshot) error {
			var n int
			return on.Together(func() error { return on.Scan(&n, one) }, func() error { panic("now") }, func() error { return on.Scan(&n, one) })
		},
	}
	for name, f := range panics {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic came through", name)
				}
			}()
			t.Errorf("%s: %v", name, d.Snapshot(t.Context(), f))
		}()
		if err := ask(t.Context(), d); err != nil {
			t.Errorf("%s: the next statement = %v", name, err)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_ = d.Transaction(t.Context(), func(*gorm.DB) error { panic("now") })
	}()
	if err := d.Transaction(t.Context(), func(*gorm.DB) error { return nil }); err != nil {
		t.Errorf("the next write = %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if stat := d.pool.Stat(); stat.TotalConns() != 0 || stat.AcquiredConns() != 0 {
		t.Errorf("after Close there are %d connections, %d in use", stat.TotalConns(), stat.AcquiredConns())
	}
}

// Other servers' failures.
func TestTrouble(t *testing.T) {
	t.Parallel()
	d := &postgres{statements: 30 * time.Second}
	reported := func(code string) error { return fmt.Errorf("read: %w", &pgconn.PgError{Code: code}) }
	cases := []struct {
		name string
		err  error
		want string // a part of the sentence, empty when it is no trouble
	}{
		{"the server shuts down", reported("57P01"), "connection to the database was lost"},
		{"it shuts down at the commit", fmt.Errorf("%w: %w", errCommit, reported("57P01")), "may have been written"},
		{"the network breaks at the commit", fmt.Errorf("%w: %w", errCommit, io.ErrUnexpectedEOF), "may have been written"},
		{"it has no room at the commit", fmt.Errorf("%w: %w", errCommit, reported("53100")), "out of room"},
		{"the driver gave the connection up", driver.ErrBadConn, "was lost"},
		{"the network is silent", &net.OpError{Op: "read", Err: timeout{}}, "was lost"},
		{"it has no room", reported("53100"), "out of room"},
		{"a lock did not come", reported("55P03"), "for long"},
		{"a statement took too long", reported("57014"), "longer than 30s"},
		{"it only reads", reported("25006"), "only reads"},
		{"a code of one letter", reported("5"), ""},
		{"no code", reported(""), ""},
		{"a duplicate", reported("23505"), ""},
		{"a statement that is wrong", reported("42601"), ""},
		{"a duplicate at the commit", fmt.Errorf("%w: %w", errCommit, reported("23505")), ""},
		{"an error of ours", errors.New("out of paper"), ""},
	}
	for _, c := range cases {
		if got := d.Trouble(c.err); (c.want == "") != (got == "") || c.want != "may have been written" && !strings.Contains(got, c.want) || strings.Contains(got, "nothing was written") {
			t.Errorf("%s: trouble(%v) = %q, want %q, and nothing of writing", c.name, c.err, got, c.want)
		}
		told := (*model.Error)(nil)
		if err := TroubledWrite(t.Context(), d, c.err); !errors.As(err, &told) {
			if c.want != "" {
				t.Errorf("%s: a write gets %v, want UNAVAILABLE", c.name, err)
			}
			continue
		}
		unsure := c.want == "may have been written"
		if told.MayBeWritten != unsure || strings.Contains(told.Message, "nothing was written, ") == unsure || !strings.Contains(told.Message, c.want) {
			t.Errorf("%s: a write is told %q, want %q", c.name, told.Message, c.want)
		}
	}
}

type timeout struct{}

func (timeout) Error() string   { return "i/o timeout" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

func TestWorthRetrying(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"57P03": true, "57P01": true, "53300": true, "08006": true, "08P01": false,
		"28P01": false, "28000": false, "3D000": false, "42501": false, "42704": false, "22023": false, "25006": false,
	} {
		if got := worthRetrying(&pgconn.PgError{Code: code}); got != want {
			t.Errorf("worthRetrying(%s) = %v, want %v", code, got, want)
		}
	}
	if worthRetrying(errors.New("the server is PostgreSQL 14; Diwan needs 15 or newer")) {
		t.Error("worthRetrying(an old server) = true")
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	u, err := postgresConfig("PostgreSQL://d:p%40ss@a.example:5433,b.example:5434/diwan?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	c := u.ConnConfig
	if c.Password != "p@ss" || c.Host != "a.example" || len(c.Fallbacks) != 1 || u.MaxConns != 10 || u.PingTimeout != pingTimeout ||
		c.ConnectTimeout != connectTimeout || u.statements != 30*time.Second || u.turns != 7*time.Second ||
		c.RuntimeParams["statement_timeout"] != "30000" || c.RuntimeParams["lock_timeout"] != "7000" || u.writers.RuntimeParams["idle_in_transaction_session_timeout"] != "5000" || c.RuntimeParams["idle_in_transaction_session_timeout"] != "" || c.RuntimeParams["application_name"] != "diwan" {
		t.Errorf("postgresConfig = %+v, %v, %v", c.RuntimeParams, u.statements, u.turns)
	}
	for text, want := range map[string]time.Duration{"250": 250 * time.Millisecond, "1500us": 1500 * time.Microsecond, "2s": 2 * time.Second, "1.5min": 90 * time.Second, "2 h": 2 * time.Hour, "0": 0} {
		u, err := postgresConfig("postgres://h/d?statement_timeout=" + strings.ReplaceAll(text, " ", "%20"))
		if err != nil || u.statements != want || u.ConnConfig.RuntimeParams["statement_timeout"] != text {
			t.Errorf("statement_timeout=%s is %v, %v, want %s", text, u, err, want)
		}
	}
	for _, wrong := range []string{"soon", "-1", "5 apples", "", "1e400"} {
		if _, err := postgresConfig("postgres://h/d?statement_timeout=" + strings.ReplaceAll(wrong, " ", "%20")); err == nil || !strings.Contains(err.Error(), "statement_timeout is a time") {
			t.Errorf("statement_timeout=%s = %v, want it refused", wrong, err)
		}
	}
	if u, err := postgresConfig("postgres://h/d?pool_max_conns=3&connect_timeout=7&application_name=x&lock_timeout=1s&pool_ping_timeout=9s"); err != nil ||
		u.MaxConns != 3 || u.ConnConfig.ConnectTimeout != 7*time.Second || u.ConnConfig.RuntimeParams["application_name"] != "x" || u.turns != time.Second || u.PingTimeout != 9*time.Second {
		t.Errorf("what a URL says is not kept: %v", err)
	}
}

// Silence ends a read or a write, and so does what the user of the connection
// sets, whichever is first.
func TestImpatience(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer far.Close()
	c := &impatient{Conn: near, limit: 20 * time.Millisecond}
	defer c.Close()
	for what, use := range map[string]func([]byte) (int, error){"Read": c.Read, "Write": c.Write} {
		if _, err := use(make([]byte, 1)); !isTimeout(err) {
			t.Errorf("%s of a silent connection = %v, want a timeout", what, err)
		}
	}
	c.limit = time.Hour
	if err := c.SetDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); !isTimeout(err) {
		t.Errorf("Read after the user's deadline = %v, want a timeout", err)
	}
	if err := c.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = far.Write([]byte("x")) }()
	if n, err := c.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("Read = %d, %v, want a byte", n, err)
	}
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// A server that vanished keeps its turn to write no longer than its connection.
func TestServerNoticesVanishedClients(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 1)
	for setting, want := range map[string]string{"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "3"} {
		var got string
		if err := d.Writer().Raw("SELECT current_setting(?)", setting).Scan(&got).Error; err != nil || got != want && got != "0" { // 0 over a socket of the machine
			t.Errorf("%s = %q, %v, want %s", setting, got, err, want)
		}
	}
}

// What may take long, such as a migration, is not stopped as a statement is.
func TestMigrationsMayTakeLong(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 1)
	m, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Pool.ExecContext(context.Background(), "SELECT pg_sleep(0.4)"); err != nil {
		t.Errorf("a statement of 0.4 s where 0.3 s is the limit of others = %v", err)
	}
}

// The SQL in which databases differ, as it is sent to PostgreSQL.
func TestStatementsOfPostgres(t *testing.T) {
	t.Parallel()
	d := &postgres{}
	for _, c := range []struct {
		what string
		got  sql.Clause
		sql  string
		args []any
	}{
		{"keys", d.Keys("k", []int64{3, -1}), "unnest(?::bigint[]) AS k(value)", []any{"{3,-1}"}},
		{"texts", d.Texts("k", []string{`a"b\`, "ج,"}), "unnest(?::text[]) AS k(value)", []any{`{"a\"b\\","ج,"}`}},
		{"words with their places, after the terms", d.Terms(fulltext.Index{Words: []string{"a", "", "b'", "a"}, Terms: []string{"x", "y"}}), "?::tsvector", []any{"'x' 'y' 'a':1,4 'b''':3 "}},
		{"an expression", d.Matching("found", match.Phrase([]string{"a", "b"})), "x.terms @@ ?::tsquery", []any{"('a' <-> 'b')"}},
		{"a walk for each parent", d.Walks(sql.Text("parents p"), "rows", sql.Text("SELECT id FROM rows LIMIT ?", 2)), "FROM parents p CROSS JOIN LATERAL (SELECT id FROM rows LIMIT ?) walk(id) JOIN rows n ON n.id = walk.id WHERE TRUE", []any{2}},
		{"what belongs to another", sql.Text(d.Belongs("n.id", "l.id", "FROM links l WHERE l.x")), "EXISTS (SELECT 1 FROM links l WHERE l.x AND l.id = n.id)", nil},
	} {
		if c.got.SQL != c.sql || !reflect.DeepEqual(c.got.Args, c.args) {
			t.Errorf("%s: %s %q, want %s %q", c.what, c.got.SQL, c.got.Args, c.sql, c.args)
		}
	}
}

// A tsvector has room for the first places of a word, up to a place, and for as many
// terms as fit.
func TestTermsFitATSVector(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	d := &postgres{}
	vector := func(x fulltext.Index) string {
		t.Helper()
		v, ok := d.Terms(x).Args[0].(string)
		if !ok || len(v) > 1<<20 {
			t.Fatalf("the vector has %d bytes", len(v))
		}
		return v
	}
	if v := vector(fulltext.Index{Words: slices.Repeat([]string{"a"}, 300)}); !strings.HasSuffix(v, ",255 ") {
		t.Errorf("places of a word that stands 300 times = …%s, want 255 of them", v[len(v)-20:])
	}
	late := append(slices.Repeat([]string{""}, 16_383), "late")
	if v := vector(fulltext.Index{Words: late}); v != "" {
		t.Errorf("a word in place 16384 = %q, want it left out", v)
	}
	if v := vector(fulltext.Index{Words: late[1:]}); v != "'late':16383 " {
		t.Errorf("a word in place 16383 = %q", v)
	}
	terms := make([]string, 110_000) // of 10 bytes each
	for i := range terms {
		terms[i] = fmt.Sprintf("t%06d", i)
	}
	if v := vector(fulltext.Index{Terms: terms}); !strings.HasPrefix(v, "'t000000' ") || len(v) < maxVector-10 {
		t.Errorf("terms of 1.1 MB = %d bytes, want as many as fit", len(v))
	}
}

// Transactions of one server wait for each other, and no longer than they may.
func TestTurns(t *testing.T) {
	t.Parallel()
	d := &postgres{turns: time.Millisecond, turn: make(chan struct{}, 1)}
	if err := d.awaitTurn(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantUnavailable(t, "a turn while another writes", Troubled(t.Context(), d, d.awaitTurn(t.Context())))
	ctx, leave := context.WithCancel(t.Context())
	leave()
	d.turns = 0
	if err := d.awaitTurn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a turn for a caller who has left = %v, want that said", err)
	}
	<-d.turn
	if err := d.awaitTurn(t.Context()); err != nil {
		t.Errorf("the turn after the other = %v", err)
	}
}

// Migrations connect without the timeouts of other statements.
func TestPatientConnections(t *testing.T) {
	t.Parallel()
	u, err := postgresConfig("postgres://h/d?lock_timeout=1s")
	if err != nil {
		t.Fatal(err)
	}
	d := &postgres{config: u.ConnConfig}
	if p := d.patient().RuntimeParams; p["statement_timeout"] != "3600000" || p["lock_timeout"] != "0" || d.config.RuntimeParams["lock_timeout"] != "1s" {
		t.Errorf("patient = %v, want an hour, no lock timeout, and the others' unchanged", p)
	}
}

// Statements that loads wait for at the same time go together, and those that depend
// on their rows after them.
func TestPipelineSendsLevelsTogether(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 1)
	var trips []int
	d.tell = func(_ context.Context, trip model.RoundTrip) { trips = append(trips, len(trip.Statements)) }
	var a, b, c int
	err := d.Snapshot(t.Context(), func(on Snapshot) error {
		return on.Together(
			func() error {
				if err := on.Scan(&a, sql.Text("SELECT ?::int", 1)); err != nil {
					return err
				}
				return on.Scan(&c, sql.Text("SELECT ?::int + 1", a))
			},
			func() error { return on.Scan(&b, sql.Text("SELECT ?::int", 5)) },
		)
	})
	if err != nil || a != 1 || b != 5 || c != 2 || !slices.Equal(trips, []int{2, 1}) {
		t.Errorf("read %d, %d, %d in round trips of %v statements, %v; want 1, 5, 2 in trips of 2 and 1", a, b, c, trips, err)
	}
	err = d.Snapshot(Quietly(t.Context()), func(on Snapshot) error { return on.Scan(&a, sql.Text("SELECT 1")) })
	if err != nil || len(trips) != 2 {
		t.Errorf("a quiet statement is reported: %v, %v", trips, err)
	}
	err = d.Snapshot(t.Context(), func(on Snapshot) error {
		return on.Together(
			func() error { return on.Scan(&a, sql.Text("SELECT nothing")) },
			func() error { return on.Scan(&b, sql.Text("SELECT 6")) },
		)
	})
	if err == nil || !strings.Contains(err.Error(), "42703") || b != 5 {
		t.Errorf("a statement that is wrong = %v, want its error, and none after it answered", err)
	}
}

// A server takes one copy at a time, and one that sets it up.
func TestLocksOfPostgres(t *testing.T) {
	t.Parallel()
	d := openSmall(t, 1)
	release, err := d.Claim(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Claim(t.Context()); !errors.Is(err, ErrClaimed) {
		t.Errorf("a second claim = %v, want it refused", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no")
	if err := d.Alone(t.Context(), func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("Alone = %v, want the error of f", err)
	}
}
