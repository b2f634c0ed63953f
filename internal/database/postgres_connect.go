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
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
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
// it is alive. turnTimeout is how long a writer waits for its turn, or a reader for a
// connection, and idleTimeout how long a transaction may have the turn and send nothing: by
// then its server is frozen or cut off, and others wait.
const (
	defaultConnections = 10
	connectTimeout     = 2 * time.Second
	statementTimeout   = 30 * time.Second
	turnTimeout        = 7 * time.Second
	idleTimeout        = 5 * time.Second
	pingTimeout        = time.Second
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
	// writers is the configuration of the connections that write.
	writers *pgx.ConnConfig
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
	if u.turns, err = timeSetting(connection, "lock_timeout", min(turnTimeout, cmp.Or(u.statements, statementTimeout)*5/6)); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"application_name": "diwan",
		"jit":              "off", // compiling a statement takes longer than running any of ours
		// The server's own defaults are hours: that long would the connections of a client
		// that vanished stay.
		"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "3",
	} {
		if _, given := connection.RuntimeParams[name]; !given {
			connection.RuntimeParams[name] = value
		}
	}
	// A caller who leaves ends the statement, but not the connection.
	connection.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: time.Second}
	}
	tellUnwanted(connection, options)
	limitSilence(connection, u.statements)
	u.writers = writersOf(connection, options)
	return u, nil
}

// targetOf is what the URL wants of a server, or else the environment.
func targetOf(options url.Values) string {
	return cmp.Or(options.Get("target_session_attrs"), os.Getenv("PGTARGETSESSIONATTRS"))
}

// unwanted is the error about a server that is not what the URL asks for.
type unwanted struct {
	target string
	error
}

func (e unwanted) Unwrap() error { return e.error }

// tellUnwanted has the errors about servers that do not fit say so. prefer-standby takes any.
func tellUnwanted(connection *pgx.ConnConfig, options url.Values) {
	target, validate := targetOf(options), connection.ValidateConnect
	if validate == nil || target == "prefer-standby" {
		return
	}
	connection.ValidateConnect = func(ctx context.Context, c *pgconn.PgConn) error {
		if err := validate(ctx, c); err != nil {
			return unwanted{target, err}
		}
		return nil
	}
}

// writersOf is the configuration of the connections that write. Their transactions may not be
// idle for long. Where the URL prefers a standby, that is for reading.
func writersOf(connection *pgx.ConnConfig, options url.Values) *pgx.ConnConfig {
	config := connection.Copy()
	if _, given := config.RuntimeParams["idle_in_transaction_session_timeout"]; !given {
		config.RuntimeParams["idle_in_transaction_session_timeout"] = strconv.FormatInt(idleTimeout.Milliseconds(), 10)
	}
	if targetOf(options) == "prefer-standby" {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	return config
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
			return nil, fmt.Errorf("%s, is it running? --database-wait would wait for it: %w", away(err), inOneLine(err))
		case tried+retryEvery > config.Wait:
			return nil, fmt.Errorf("%s, tried for %s; is it running, and are host and port right? %w", away(err), config.Wait, inOneLine(err))
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

// away says that there is no server.
func away(err error) string {
	if other, found := errors.AsType[unwanted](err); found {
		return "no server is what target_session_attrs=" + other.target + " asks for"
	}
	return "the server cannot be reached"
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
	d := &postgres{config: u.writers, tell: config.OnRoundTrip, statements: u.statements, turns: u.turns, turn: make(chan struct{}, 1)}
	reading := u.Copy()
	// Not as a parameter of the connection: target_session_attrs would take every server for
	// one that only reads.
	reading.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET default_transaction_read_only = on")
		return err
	}
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
// within does.
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
	return within(ctx, min(turnTimeout, cmp.Or(d.statements, statementTimeout)), f)
}

func within(ctx context.Context, limit time.Duration, f func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := f(waiting)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", errNoConnection, err)
	}
	return err
}
