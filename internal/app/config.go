package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/httpd"
	"github.com/diwan-cms/diwan/model"
)

// Config says how Diwan runs.
type Config struct {
	// Listen is the address to serve on, host:port. Port 0 takes a free one.
	Listen string
	// Database is the path of a SQLite file, created if it does not exist, or the URL
	// of a PostgreSQL database.
	Database string
	// DatabaseWait is how long to retry at the start while the PostgreSQL server
	// cannot be reached. Zero does not retry.
	DatabaseWait time.Duration
	// Demo loads the demo newsroom into an empty database.
	Demo bool
	// AdminToken, when set, is accepted for the role ADMIN besides the tokens in the
	// database. It is not stored. When empty, a start creates an admin token if the
	// database has no valid one.
	AdminToken string
	// OpenID, when its Issuer is set, names the issuer whose tokens are accepted as
	// well. Now and Log are set from this Config.
	OpenID OpenID
	// PrivateRead demands the role READER even to read what is published.
	PrivateRead bool
	// SiteName is the publication that articles name as the one they are part of.
	SiteName string
	// PreviewURL is the pattern for the address of a preview on the newsroom's site,
	// with {token}, {id}, {slug} and {language} in it. Empty: links have no address.
	PreviewURL string
	// KeepChanges is how long the change log is kept whole. Of older changes, only the
	// last of each node is kept. Zero keeps all of them for ever.
	KeepChanges time.Duration
	// CompactEvery is how often older changes are dropped, once an hour when zero.
	CompactEvery time.Duration
	// ForgetNouns reads officials, countries, topics and offices from the database for
	// every request, as tests that count statements want it.
	ForgetNouns bool
	// Log receives what happens. Nothing is logged when nil.
	Log *slog.Logger
	// Now is the clock, time.Now when nil.
	Now func() time.Time
	// Drain is how long a stop waits for open requests, 10 s when zero.
	Drain time.Duration
	// Welcome, when set, is called once requests are served.
	Welcome func(Welcome)
	// OnRoundTrip, when set, is called for every round trip to the database, with the
	// SQL statements that were sent together.
	OnRoundTrip func(ctx context.Context, trip model.RoundTrip)
	// OpenTelemetry sends traces where the OTEL_… variables say, if they do.
	OpenTelemetry bool
	// Version is the program's, for metrics and traces.
	Version string
	// GraphQL says how requests may be sent.
	GraphQL graph.Config
	// TrustedDocuments, when set, is the content of a file of the only operations to
	// serve.
	TrustedDocuments []byte
	// Origins are the sites whose pages may call the server from a browser.
	Origins transport.Origins
	// PublicURL is the address under which a proxy serves all this, "" for where it
	// listens. TrustedProxies are the addresses and networks of proxies.
	PublicURL      string
	TrustedProxies []string
	// Traffic limits the size and the number of requests.
	httpd.Traffic
	// Streams says how sockets and event streams are held open. Admit, Origins and
	// Log are set from this Config.
	Streams transport.StreamConfig
}

// Welcome is what to tell people once the server has started.
type Welcome struct {
	// URL is the address of GraphiQL, with a slash at its end.
	URL string
	// Database is the file or the PostgreSQL database that is served, without the
	// secret parts of its URL.
	Database string
	// NewToken is the admin token that this start created, and that is stored
	// nowhere. Empty at later starts, and when a token was configured.
	NewToken string
	// GraphiQL reports whether the page is served: not in production.
	GraphiQL bool
	// TokenConfigured reports whether an admin token was configured.
	TokenConfigured bool
}

const defaultDrain = 10 * time.Second

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.CompactEvery == 0 {
		c.CompactEvery = time.Hour
	}
	if c.Drain == 0 {
		c.Drain = defaultDrain
	}
	return c
}

// OpenID is an issuer whose tokens are accepted; see docs/reference/roles.md.
type OpenID = auth.IssuerConfig

// Limits bound what one operation may ask for; see docs/reference/limits.md.
type Limits = graph.Limits

// publicURL parses the address, which gets a slash at its end. It returns an empty URL when
// there is none.
func (c Config) publicURL() (*url.URL, error) {
	if c.PublicURL == "" {
		return &url.URL{}, nil
	}
	parsed, err := url.Parse(c.PublicURL)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "" ||
		parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" || parsed.RawPath != "" {
		return nil, fmt.Errorf("--public-url: %q is not the address of a server; write it as https://news.example.org or https://example.org/cms", c.PublicURL)
	}
	parsed.Path = strings.TrimRight(path.Clean("/"+parsed.Path), "/") + "/"
	return parsed, nil
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// checkPreviewURL refuses a placeholder that nothing would fill in.
func (c Config) checkPreviewURL() error {
	for _, name := range placeholder.FindAllString(c.PreviewURL, -1) {
		switch name {
		case "{id}", "{slug}", "{language}", "{token}":
		default:
			return fmt.Errorf("--preview-url has %.40s; what is filled in is {id}, {slug}, {language} and {token}", name)
		}
	}
	return nil
}

// maxBatch is how many requests may come as one list.
const maxBatch = 10

// checkAdminToken refuses a token that no header can carry. None is fine.
func (c Config) checkAdminToken() error {
	isUnfit := func(r rune) bool { return r <= ' ' || r > '~' }
	if strings.ContainsFunc(c.AdminToken, isUnfit) {
		return errors.New("DIWAN_ADMIN_TOKEN has a space or a character that no header can carry; use letters, digits and punctuation of ASCII")
	}
	return nil
}

// readTransport checks how requests may be sent, and parses the trusted documents.
func (c *Config) readTransport() error {
	if batch := c.GraphQL.Transport.Batch; batch < 0 || batch > maxBatch {
		return fmt.Errorf("--batch is %d; give it 0 to %d", batch, maxBatch)
	}
	if _, err := transport.ParseOrigins(c.Origins); err != nil {
		return fmt.Errorf("--cors-origin: %w", err)
	}
	if c.TrustedDocuments == nil {
		return nil
	}
	documents, err := transport.ParseDocuments(c.TrustedDocuments)
	if err != nil {
		return fmt.Errorf("--trusted-documents: %w", err)
	}
	c.GraphQL.Transport.Persisted.Trusted = documents
	return nil
}

// issuer returns the configured OpenID issuer, nil when there is none.
func (c Config) issuer() (*auth.Issuer, error) {
	openID := c.OpenID
	if openID.Issuer == "" && openID.Audience == "" && openID.RoleMap == "" {
		return nil, nil // the usual case, and no error
	}
	openID.Now, openID.Log = c.Now, c.Log
	return auth.NewIssuer(openID)
}

// DatabaseName names the database without the secret parts of its URL.
func (c Config) DatabaseName() string { return database.NameOf(c.Database) }

func (c Config) checkDatabase() error {
	// SQLite takes both for a database in memory, of which every connection has
	// its own.
	if c.Database == "" || c.Database == ":memory:" {
		return errors.New("the database is a file, or on a PostgreSQL server; name a path such as diwan.db, or a URL such as postgres://user:password@host/diwan")
	}
	return nil
}

// databaseExists refuses a path without a file, which opening it would create.
func (c Config) databaseExists() error {
	if err := c.checkDatabase(); err != nil {
		return err
	}
	isPath := !strings.Contains(c.Database, "://")
	if _, err := os.Stat(c.Database); isPath && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database %s; name the path of one", c.Database)
	}
	return nil
}

// store returns how the store is to open the database.
func (c Config) store() database.Config {
	return database.Config{
		DSN: c.Database, Wait: c.DatabaseWait, OnRoundTrip: c.OnRoundTrip,
		Retry: func(err error, next time.Duration) {
			c.Log.Warn("the database cannot be reached; trying again", "database", c.DatabaseName(), "in", next.String(), "error", err)
		},
	}
}
