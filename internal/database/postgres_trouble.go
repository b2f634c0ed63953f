package database

import (
	"crypto/tls"
	"crypto/x509"
	databasesql "database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// errNoConnection means that all connections stayed in use, errNoTurn that other
// transactions of this server kept writing, and errCommit that a commit was sent and
// not acknowledged.
var (
	errNoConnection = errors.New("no connection to the database became free in time")
	errNoTurn       = errors.New("the turn to write did not come in time")
	errCommit       = errors.New("the commit failed")
)

// Trouble recognizes SQLSTATE 08 (connection), 53 (resources), 57P (shut down), 55P03
// (lock timeout), 57014 (statement timeout) and 25006 (the server only reads).
func (d *postgres) Trouble(err error) string {
	code := sqlState(err)
	var refused *pgconn.ConnectError
	switch {
	case errors.Is(err, errNoTurn), code == "55P03":
		return waitedLong
	case errors.Is(err, errNoConnection):
		return "the database is busy; send it again in a while"
	case errors.As(err, &refused): // also when a password was changed
		return "the database cannot be reached at the moment; send it again in a while"
	case code == "57014":
		return fmt.Sprintf("the database stopped this because it took longer than %s; ask for less at a time, or send it again in a while", d.statements)
	case code == "40001", code == "40P01": // another program is writing to the tables
		return waitedLong
	case code == "25006":
		return "the database only reads at the moment; send it again in a while"
	case strings.HasPrefix(code, "53"):
		return noRoom
	case !lost(err):
		return ""
	}
	return "the connection to the database was lost; send it again in a while"
}

// InDoubt reports whether the commit was sent and not acknowledged. What the server refused is
// undone.
func (d *postgres) InDoubt(err error) bool { return errors.Is(err, errCommit) && lost(err) }

// lost reports whether the connection broke, before or during its use.
func lost(err error) bool {
	var network net.Error
	if code := sqlState(err); code != "" {
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P") || code == "25P03" // it was idle for too long
	}
	for _, end := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE,
		driver.ErrBadConn, databasesql.ErrConnDone, pgconn.ErrConnClosed,
	} {
		if errors.Is(err, end) {
			return true
		}
	}
	return errors.As(err, &network) || pgconn.SafeToRetry(err)
}

// sqlState is the code that the server reported; empty if it reported none.
func sqlState(err error) string {
	var reported *pgconn.PgError
	if errors.As(err, &reported) {
		return reported.Code
	}
	return ""
}

// worthRetrying reports whether a server that refused a connection may accept one later:
// because the network failed, or the server is starting, stopping or full. 08P01 comes
// from proxies that do not understand our protocol. A bad certificate is reported as a
// network failure, but does not get better.
func worthRetrying(err error) bool {
	if isOfCertificate(err) {
		return false
	}
	if _, isUnwanted := errors.AsType[unwanted](err); isUnwanted {
		return true // one that fits may take its place
	}
	if code := sqlState(err); code != "" {
		return code != "08P01" && (strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53") || strings.HasPrefix(code, "57P"))
	}
	return lost(err)
}

// isOfCertificate recognizes the errors about certificates of crypto/tls and, for
// verify-ca, of crypto/x509.
func isOfCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var root x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &root) || errors.As(err, &invalid)
}

// advised is an error with advice on what to do.
type advised struct{ error }

func (e advised) Unwrap() error { return e.error }

// ExplainedRead is Explained for a database that is only read.
func ExplainedRead(err error) error {
	var refused *pgconn.ConnectError
	var done advised
	if sqlState(err) != "42501" || errors.As(err, &refused) || errors.As(err, &done) {
		return Explained(err)
	}
	return advised{fmt.Errorf("the user may not read all tables; GRANT SELECT ON ALL TABLES IN SCHEMA public TO the user, or connect as who made them: %w", inOneLine(err))}
}

// notLetIn is Explained for a refused connection, with a password or without.
func notLetIn(err error, withPassword bool) error {
	if !withPassword && sqlState(err) == "28P01" {
		return advised{fmt.Errorf("the server asks for a password, and none was given; set PGPASSWORD, or write it into ~/.pgpass: %w", inOneLine(err))}
	}
	return Explained(err)
}

// Explained adds advice to the error of a server that refuses the connection or what
// Diwan needs of it. Other errors become one line.
func Explained(err error) error {
	var done advised
	if err == nil || errors.As(err, &done) {
		return err
	}
	var refused *pgconn.ConnectError
	var reported *pgconn.PgError
	advice := ""
	switch code := sqlState(err); {
	case strings.HasPrefix(code, "28"):
		advice = "the server refuses the user or the password; check both, and the server's pg_hba.conf"
	case code == "3D000":
		advice = "there is no such database; make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, or name another"
	case code == "42501" && errors.As(err, &refused):
		advice = "the user may not connect to the database; GRANT CONNECT ON DATABASE … TO the user"
	case code == "42501":
		advice = "the user may not make tables; GRANT CREATE ON SCHEMA public TO the user, or make the user the owner of the database"
	case code == "42704", code == "22023":
		advice = "the server does not take an option of the URL; correct it"
	case code == "08P01":
		advice = "what answers is no PostgreSQL server, or a pooler that does not let our options through; connect directly, or through a pooler in session mode that takes them"
	case code == "25006":
		advice = "the server only reads; name the one that writes"
	case isOfCertificate(err):
		advice = "the server's certificate is not good; give the one that vouches for it as sslrootcert in the URL, check the host's name, or choose another sslmode"
	case code == "" && errors.As(err, &refused):
		advice = "the server is there, but connecting failed; check sslmode and the other options of the URL"
	default:
		return inOneLine(err)
	}
	if errors.As(err, &reported) {
		return advised{fmt.Errorf("%s: %w", advice, reported)}
	}
	return advised{fmt.Errorf("%s: %w", advice, inOneLine(err))}
}

// oneLine is an error in one line. The driver reports each address that it tried on a
// separate line, with and without TLS.
type oneLine struct{ error }

func inOneLine(err error) error { return oneLine{err} }

func (e oneLine) Error() string {
	var told []string
	for line := range strings.Lines(e.error.Error()) {
		if line = strings.Join(strings.Fields(line), " "); !slices.Contains(told, line) {
			told = append(told, line)
		}
	}
	return strings.Join(told, " ")
}
func (e oneLine) Unwrap() error { return e.error }
