package database

import (
	"cmp"
	"context"
	databasesql "database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// Defaults for URLs. pingTimeout is how long an idle connection may take to show that
// it is alive.
const (
	defaultConnections = 10
	connectTimeout     = 5 * time.Second
	statementTimeout   = 30 * time.Second
	pingTimeout        = 2 * time.Second
	// migrationTimeout is for a statement of a migration, and for waiting until other
	// servers have migrated.
	migrationTimeout = time.Hour
)

// oldestPostgres is the first version that Diwan is tested on.
const oldestPostgres = 150000

const retryEvery = time.Second

func isPostgres(dsn string) bool {
	scheme, _, found := strings.Cut(dsn, "://")
	return found && (strings.EqualFold(scheme, "postgres") || strings.EqualFold(scheme, "postgresql"))
}

// postgresURL is a parsed URL.
type postgresURL struct {
	*pgxpool.Config
	// statements is how long a statement may take, and turns how long to wait for a turn
	// to write; zero means forever.
	statements, turns time.Duration
}

const urlHelp = "the URL is not one such as postgres://user:password@host:5432/diwan?sslmode=verify-full"

// postgresConfig parses a URL. Its errors never repeat any part of it, because it may
// contain a password.
func postgresConfig(dsn string) (*postgresURL, error) {
	_, rest, _ := strings.Cut(dsn, "://")
	// If such characters are not escaped, drivers differ in what they take for the host,
	// and would show a part of the password as its name.
	if strings.ContainsAny(rest, " #") || strings.Count(rest, "@") > 1 || strings.ContainsAny(beforeAt(rest), "/?") {
		return nil, errors.New(urlHelp + "; characters other than letters and digits in a user's name or a password are written as %XX")
	}
	_, query, _ := strings.Cut(rest, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New(urlHelp + "; a % in an option is written as %25")
	}
	config, err := pgxpool.ParseConfig("postgres://" + rest)
	if err != nil {
		return nil, unfit(options, err)
	}
	connection := config.ConnConfig
	// Prepared statements of each connection cost the server memory.
	if !options.Has("statement_cache_capacity") {
		connection.StatementCacheCapacity = 128
	}
	if !options.Has("pool_max_conns") {
		config.MaxConns = defaultConnections
	}
	if config.PingTimeout == 0 {
		config.PingTimeout = pingTimeout
	}
	if connection.ConnectTimeout == 0 {
		connection.ConnectTimeout = connectTimeout
	}
	u := &postgresURL{Config: config}
	if u.statements, err = timeSetting(connection, "statement_timeout", statementTimeout); err != nil {
		return nil, err
	}
	// A writer that waits for its turn must give up before its statement times out.
	if u.turns, err = timeSetting(connection, "lock_timeout", cmp.Or(u.statements, statementTimeout)*5/6); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"application_name": "diwan",
		"jit":              "off", // compiling a statement takes longer than running any of ours
		// The server's own defaults are hours: that long would a client that vanished
		// during a write keep its turn.
		"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
	} {
		if _, given := connection.RuntimeParams[name]; !given {
			connection.RuntimeParams[name] = value
		}
	}
	// A caller who leaves ends the statement, but not the connection.
	connection.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: time.Second}
	}
	limitSilence(connection, u.statements)
	return u, nil
}

// beforeAt is the part of a URL before the @; empty if there is none.
func beforeAt(url string) string {
	before, _, found := strings.Cut(url, "@")
	if !found {
		return ""
	}
	return before
}

// unfit names the part of a URL that is wrong, without repeating its value.
func unfit(options url.Values, err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("%s: %w", urlHelp, file)
	}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		_, err := pgxpool.ParseConfig("postgres://localhost/?" + url.Values{name: options[name]}.Encode())
		switch {
		case err != nil && name == "sslmode":
			return errors.New(urlHelp + "; sslmode is disable, allow, prefer, require, verify-ca or verify-full")
		case err != nil:
			return fmt.Errorf("%s; its option %s is not understood", urlHelp, name)
		}
	}
	return errors.New(urlHelp + "; its port is not a number from 1 to 65535, or two of its options do not go together")
}

// timeSetting returns a time setting of the server, and sets it if the URL does not.
func timeSetting(config *pgx.ConnConfig, name string, standard time.Duration) (time.Duration, error) {
	text, given := config.RuntimeParams[name]
	if !given {
		config.RuntimeParams[name] = strconv.FormatInt(standard.Milliseconds(), 10)
		return standard, nil
	}
	digits := strings.TrimSpace(strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz "))
	units := map[string]time.Duration{"": time.Millisecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	unit, known := units[strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), digits))]
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil || !known || number < 0 {
		return 0, fmt.Errorf("%s; its option %s is a time such as 500ms, 30s or 2min", urlHelp, name)
	}
	return time.Duration(number * float64(unit)), nil
}

// awaitPostgres opens the database that a URL names, and retries while its server cannot
// be reached.
func awaitPostgres(ctx context.Context, config Config, orm *gorm.Config) (*postgres, error) {
	u, err := postgresConfig(config.DSN)
	if err != nil {
		return nil, err
	}
	for began := time.Now(); ; {
		err := checkServer(ctx, u.ConnConfig)
		if err == nil {
			return openPostgres(ctx, u, orm, config)
		}
		tried := time.Since(began)
		switch {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("%w while trying: %w", ctx.Err(), inOneLine(err))
		case !worthRetrying(err):
			return nil, notLetIn(err, u.ConnConfig.Password != "")
		case config.Wait == 0:
			return nil, fmt.Errorf("the server cannot be reached, is it running? --database-wait would wait for it: %w", inOneLine(err))
		case tried+retryEvery > config.Wait:
			return nil, fmt.Errorf("the server cannot be reached, tried for %s; is it running, and are host and port right? %w", config.Wait, inOneLine(err))
		}
		if config.Retry != nil {
			config.Retry(inOneLine(err), retryEvery)
		}
		select {
		case <-time.After(retryEvery):
		case <-ctx.Done():
			return nil, fmt.Errorf("%w while waiting for the server: %w", ctx.Err(), inOneLine(err))
		}
	}
}

// checkServer connects once, and refuses servers and databases on which Diwan would not
// work as promised. It does not use a pool, which would hold on to a connection attempt
// after ctx ends.
func checkServer(ctx context.Context, config *pgx.ConnConfig) error {
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	var version int
	var encoding string
	err = c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')").Scan(&version, &encoding)
	switch {
	case err != nil:
		return err
	case version < oldestPostgres:
		return fmt.Errorf("the server is PostgreSQL %d; Diwan needs %d or newer", version/10000, oldestPostgres/10000)
	case encoding != "UTF8":
		return fmt.Errorf("the database is encoded in %s; make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	return nil
}

func openPostgres(ctx context.Context, u *postgresURL, orm *gorm.Config, config Config) (*postgres, error) {
	d := &postgres{config: u.ConnConfig.Copy(), tell: config.OnRoundTrip, statements: u.statements, turns: u.turns, turn: make(chan struct{}, 1)}
	reading := u.Copy()
	reading.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	var err error
	if d.pool, err = pgxpool.NewWithConfig(ctx, reading); err != nil {
		return nil, err
	}
	readers := databasesql.OpenDB(patientConnector{stdlib.GetPoolConnector(d.pool), d})
	readers.SetMaxIdleConns(0) // the pool keeps them
	writers := stdlib.OpenDB(*d.config, stdlib.OptionShouldPing(isLost))
	writers.SetMaxOpenConns(1)
	writers.SetConnMaxIdleTime(u.MaxConnIdleTime)
	writers.SetConnMaxLifetime(u.MaxConnLifetime)
	if d.write, err = openGORM(writers, orm); err == nil {
		d.read, err = openGORM(readers, orm)
	}
	if err != nil {
		err = errors.Join(err, writers.Close(), readers.Close())
		d.pool.Close()
		return nil, err
	}
	d.mapper = &mapper{namer: d.read.NamingStrategy}
	return d, nil
}

func openGORM(pool *databasesql.DB, orm *gorm.Config) (*gorm.DB, error) {
	own := *orm
	own.DisableAutomaticPing = true // checkServer has connected before
	return gorm.Open(postgresDialector{&gormpostgres.Dialector{Config: &gormpostgres.Config{Conn: pool}}}, &own)
}

// postgresDialector is GORM's, but reports statements as they are sent: GORM's would
// write values into them or, for `$1`, something that is neither.
type postgresDialector struct{ *gormpostgres.Dialector }

// Explain is the statement.
func (postgresDialector) Explain(statement string, _ ...any) string { return statement }

// isLost reports whether an idle connection is dead. Without it, stdlib would wait as
// long as for a statement; it retries such a connection once, which fails at once.
func isLost(ctx context.Context, idle stdlib.ShouldPingParams) bool {
	if idle.IdleDuration < time.Second {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return idle.Conn.Ping(ctx) != nil
}

// patientConnector takes connections out of the pool, and waits for one no longer than
// for a statement.
type patientConnector struct {
	driver.Connector
	d *postgres
}

// Connect takes one.
func (c patientConnector) Connect(ctx context.Context) (conn driver.Conn, err error) {
	err = c.d.within(ctx, func(ctx context.Context) error {
		conn, err = c.Connector.Connect(ctx)
		return err
	})
	return conn, err
}

// within runs f, which takes a connection out of the pool.
func (d *postgres) within(ctx context.Context, f func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, cmp.Or(d.statements, statementTimeout))
	defer cancel()
	err := f(waiting)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", errNoConnection, err)
	}
	return err
}

// limitSilence makes connections fail if the server is silent for longer than a
// statement may take plus the time for connecting, so that a network that drops
// everything is noticed. Zero sets no limit.
func limitSilence(config *pgx.ConnConfig, statement time.Duration) {
	dialer := &net.Dialer{Timeout: config.ConnectTimeout, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 10 * time.Second, Count: 3}}
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, address)
		if err != nil || statement == 0 {
			return c, err
		}
		return &impatient{Conn: c, limit: statement + config.ConnectTimeout}, nil
	}
}

// impatient is a connection on which no read or write takes longer than the limit, or
// than the deadline that its user set.
type impatient struct {
	net.Conn
	limit time.Duration

	mu          sync.Mutex
	read, write time.Time // the deadlines that its user set
}

func (c *impatient) Read(b []byte) (int, error) {
	if err := c.arm(c.Conn.SetReadDeadline, &c.read); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *impatient) Write(b []byte) (int, error) {
	if err := c.arm(c.Conn.SetWriteDeadline, &c.write); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *impatient) arm(set func(time.Time) error, users *time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := time.Now().Add(c.limit)
	if !users.IsZero() && users.Before(limit) {
		limit = *users
	}
	return set(limit)
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
