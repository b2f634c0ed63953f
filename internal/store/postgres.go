package store

import (
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// What a URL that says nothing else gets. Whoever waits for a turn to write
// learns it before the statement that waits is stopped.
const (
	defaultConnections = 10
	connectTimeout     = 5 * time.Second
	statementTimeout   = 30 * time.Second
	turnTimeout        = 25 * time.Second
)

// oldestPostgres is the first version that Diwan is tested on.
const oldestPostgres = 150000

// postgres is a PostgreSQL database: a pool of connections that only read, and
// one that writes, since writers take turns on every database.
type postgres struct {
	pool        *pgxpool.Pool
	write, read *gorm.DB
	config      *pgx.ConnConfig
	tell        func(ctx context.Context, statements []string, took time.Duration)
}

func isPostgres(dsn string) bool {
	scheme, _, found := strings.Cut(dsn, "://")
	return found && (strings.EqualFold(scheme, "postgres") || strings.EqualFold(scheme, "postgresql"))
}

// postgresConfig reads a URL. Its errors never repeat it: there is a password in it.
func postgresConfig(dsn string) (*pgxpool.Config, error) {
	const help = "--database is no URL of PostgreSQL such as postgres://user:password@host:5432/diwan?sslmode=verify-full"
	_, rest, _ := strings.Cut(dsn, "://")
	address, err := url.Parse("postgres://" + rest)
	if err != nil {
		return nil, errors.New(help + "; characters other than letters and digits in a password are written as %XX")
	}
	config, err := pgxpool.ParseConfig("postgres://" + rest)
	var unfit *pgconn.ParseConfigError
	if errors.As(err, &unfit) && unfit.Unwrap() != nil {
		return nil, fmt.Errorf("%s: %w", help, unfit.Unwrap())
	}
	if err != nil {
		return nil, errors.New(help + "; one of its options is not understood")
	}
	options := address.Query()
	if !options.Has("pool_max_conns") {
		config.MaxConns = defaultConnections
	}
	connection := config.ConnConfig
	if !options.Has("connect_timeout") {
		connection.ConnectTimeout = connectTimeout
	}
	for name, value := range map[string]string{
		"application_name":  "diwan",
		"statement_timeout": strconv.FormatInt(statementTimeout.Milliseconds(), 10),
		"lock_timeout":      strconv.FormatInt(turnTimeout.Milliseconds(), 10),
	} {
		if _, given := connection.RuntimeParams[name]; !given {
			connection.RuntimeParams[name] = value
		}
	}
	// A peer that vanished without a word is noticed within a minute.
	dialer := &net.Dialer{Timeout: connection.ConnectTimeout, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 10 * time.Second, Count: 3}}
	connection.DialFunc = dialer.DialContext
	// Whoever leaves ends their statement, and not the connection with it.
	connection.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: time.Second}
	}
	return config, nil
}

// awaitPostgres opens the database that a URL names, and tries again while its
// server cannot be reached.
func awaitPostgres(ctx context.Context, config Config, orm *gorm.Config) (*postgres, error) {
	pooled, err := postgresConfig(config.DSN)
	if err != nil {
		return nil, err
	}
	for began := time.Now(); ; {
		d, err := openPostgres(ctx, pooled.Copy(), orm)
		if err == nil {
			d.tell = config.OnStatements
			return d, nil
		}
		if !unreachable(err) || time.Since(began)+retryEvery > config.Wait {
			return nil, err
		}
		if config.Retry != nil {
			config.Retry(err, retryEvery)
		}
		select {
		case <-time.After(retryEvery):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

const retryEvery = time.Second

func openPostgres(ctx context.Context, pooled *pgxpool.Config, orm *gorm.Config) (_ *postgres, err error) {
	pooled.AfterConnect = prepareConnection
	d := &postgres{config: pooled.ConnConfig.Copy()}
	pooled.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	if d.pool, err = pgxpool.NewWithConfig(ctx, pooled); err != nil {
		return nil, err
	}
	if err = d.check(ctx); err != nil {
		d.pool.Close()
		return nil, err
	}
	writing := stdlib.OpenDB(*d.config, stdlib.OptionAfterConnect(prepareConnection))
	writing.SetMaxOpenConns(1)
	writing.SetConnMaxIdleTime(pooled.MaxConnIdleTime)
	writing.SetConnMaxLifetime(pooled.MaxConnLifetime)
	if d.write, err = openGORM(writing, orm); err != nil {
		d.pool.Close()
		return nil, errors.Join(err, writing.Close())
	}
	if d.read, err = openGORM(stdlib.OpenDBFromPool(d.pool), orm); err != nil {
		d.pool.Close()
		return nil, errors.Join(err, writing.Close())
	}
	return d, nil
}

func openGORM(pool *databasesql.DB, orm *gorm.Config) (*gorm.DB, error) {
	own := *orm
	return gorm.Open(gormpostgres.New(gormpostgres.Config{Conn: pool}), &own)
}

// check refuses servers and databases on which Diwan would not do what it says.
func (d *postgres) check(ctx context.Context) error {
	var version int
	var encoding string
	err := d.pool.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')").Scan(&version, &encoding)
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

// prepareConnection teaches a new connection to send texts as SQLite compares them.
func prepareConnection(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{Name: "text", OID: pgtype.TextOID, Codec: withoutNUL{}})
	return nil
}

// withoutNUL sends another control character for NUL, which PostgreSQL takes in
// no text. Neither is in any text that is stored: nothing equals it, as on SQLite.
type withoutNUL struct{ pgtype.TextCodec }

func (c withoutNUL) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	plan := c.TextCodec.PlanEncode(m, oid, format, value)
	if plan == nil {
		return nil
	}
	return planWithoutNUL{plan}
}

type planWithoutNUL struct{ pgtype.EncodePlan }

func (p planWithoutNUL) Encode(value any, buf []byte) ([]byte, error) {
	start := len(buf)
	buf, err := p.EncodePlan.Encode(value, buf)
	for i := start; i < len(buf); i++ {
		if buf[i] == 0 {
			buf[i] = 1
		}
	}
	return buf, err
}

func (d *postgres) writer() *gorm.DB { return d.write }
func (d *postgres) reader() *gorm.DB { return d.read }

// turn is the key of the advisory lock that writers take: one at a time writes,
// whatever the number of servers. So the change log has no gaps and is in the
// order of commits, and no rule (an office held twice, a ring of topics) is
// broken by two that could not see each other.
const turn = 0x646977616e // "diwan"

func (d *postgres) takeTurn(tx *gorm.DB) error {
	return tx.Exec("SELECT pg_advisory_xact_lock(?)", turn).Error
}

// trouble knows SQLSTATE 08 (connection), 53 (resources), 57P (shut down), 55P03
// (lock timeout), 57014 (statement timeout) and 25006 (the server only reads).
func (d *postgres) trouble(err error) string {
	var reported *pgconn.PgError
	var network net.Error
	switch {
	case unreachable(err):
		return "the database cannot be reached at the moment; send it again in a while"
	case errors.As(err, &reported):
		switch reported.Code {
		case "55P03":
			return waitedLong
		case "57014":
			return "the database stopped this because it took longer than " + d.config.RuntimeParams["statement_timeout"] + " ms; ask for less at a time"
		case "25006":
			return "the database only reads at the moment; send it again in a while"
		}
	case pgconn.SafeToRetry(err), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "the connection to the database was lost; if this was to write, look whether it did before sending it again"
	}
	return ""
}

// unreachable reports whether the server cannot be reached, or takes nobody in.
func unreachable(err error) bool {
	var reported *pgconn.PgError
	if errors.As(err, &reported) {
		class := reported.Code[:2]
		return class == "08" || class == "53" || strings.HasPrefix(reported.Code, "57P")
	}
	var refused *pgconn.ConnectError
	return errors.As(err, &refused) || errors.Is(err, errNoConnection)
}

// errNoConnection is that all connections stayed in use.
var errNoConnection = errors.New("no connection to the database became free in time")

func (d *postgres) keys(name string) string {
	return "unnest(?::bigint[]) AS " + name + "(value)"
}

func (d *postgres) keysArg(keys []int64) any { return "{" + joined(keys) + "}" }

// walks needs LATERAL: PostgreSQL would ask each row of the table whether it is
// among the keys.
func (d *postgres) walks(from clause, table string, keys clause) clause {
	return join("", from.in("FROM ", " CROSS JOIN LATERAL ("), keys, sql(") walk(id) JOIN "+table+" n ON n.id = walk.id WHERE TRUE"))
}

func (d *postgres) sequences() string { return "key_sequence" }

// migrator has a connection of its own: migrations may take long.
func (d *postgres) migrator() (migrator, error) {
	config := d.config.Copy()
	delete(config.RuntimeParams, "statement_timeout")
	delete(config.RuntimeParams, "lock_timeout")
	pool := stdlib.OpenDB(*config)
	// Servers that start at once ask each second whether it is their turn, for an hour.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 3600))
	return migrator{
		goose: goose.DialectPostgres, suffix: "postgres", options: []goose.ProviderOption{goose.WithSessionLocker(locker)},
		pool: pool, close: pool.Close,
	}, err
}

func (d *postgres) close() error {
	err := closeAll(d.read, d.write)
	d.pool.Close()
	return err
}

// snapshot begins when the first statements are sent.
func (d *postgres) snapshot(ctx context.Context, f func(snapshot) error) error {
	waiting, cancel := context.WithTimeout(ctx, statementTimeout)
	conn, err := d.pool.Acquire(waiting)
	cancel()
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", errNoConnection, err)
	}
	if err != nil {
		return err
	}
	p := &pipeline{ctx: ctx, conn: conn.Conn(), db: d.read.WithContext(ctx), tell: d.tell}
	defer func() {
		go func() { // the answer does not wait for it
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectTimeout)
			defer cancel()
			p.end(ctx)
			conn.Release() // which closes a connection that is not as it should be
		}()
	}()
	return f(p)
}
