package cli

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

type serveCommand struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" variable:"DIWAN_LISTEN" help:"The address to serve on; port 0 takes a free one. Default: ${default}."`
	databaseFlags
	accessFlags
	edgeFlags
	PublicURL    string   `placeholder:"URL" variable:"DIWAN_PUBLIC_URL" help:"The address under which a proxy serves all this, such as https://example.org/cms. Default: where it listens."`
	TrustedProxy []string `placeholder:"ADDRESS|NETWORK" variable:"DIWAN_TRUSTED_PROXY" help:"A proxy, or a network of proxies, that is believed when it says in Forwarded or X-Forwarded-For who its client is, such as 127.0.0.1 or 10.0.0.0/8. Can be repeated, or given as a list with commas. Default: none."`
	Demo         bool     `default:"true" negatable:"" variable:"DIWAN_DEMO" help:"Load the demo newsroom into an empty database. Default: yes; --no-demo or --demo=false starts with the countries alone."`
	KeepChanges  duration `default:"8760h" placeholder:"TIME" variable:"DIWAN_KEEP_CHANGES" help:"How long to keep the change log whole, such as 720h. Of older changes, the last of each node are kept. 0 keeps all for ever. Default: ${default}, a year."`
	PreviewURL   string   `placeholder:"URL" variable:"DIWAN_PREVIEW_URL" help:"The address on your site that shows a preview, such as https://site.example/preview/{id}?token={token}; {slug} and {language} are filled in, too."`
	SiteName     string   `default:"Diwan" placeholder:"NAME" variable:"DIWAN_SITE_NAME" help:"The publication that articles name in their JSON-LD. Default: ${default}."`
}

// Help returns what `diwan serve --help` adds.
func (serveCommand) Help() string {
	return `GraphiQL is at /, GraphQL at /graphql; /healthz says that the process is up, /readyz that the database answers.

The first start makes an admin token and shows it once; diwan token makes others. With DIWAN_ADMIN_TOKEN set none is made, and that token is accepted beside those that there are; it is stored nowhere. It is no flag, because others on the machine can see flags.

Ctrl-C or SIGTERM lets open requests finish, for 10 seconds at most; a second one stops at once.`
}

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, out *console) error {
	config := c.config(out)
	config.Listen, config.Demo, config.SiteName, config.PreviewURL = c.Listen, c.Demo, c.SiteName, c.PreviewURL
	config.AdminToken, config.Welcome = out.Getenv("DIWAN_ADMIN_TOKEN"), out.welcome
	config.OpenTelemetry, config.Version = true, diwanVersion()
	config.PublicURL, config.TrustedProxies = c.PublicURL, c.TrustedProxy
	c.applyAccess(&config)
	config.KeepChanges = time.Duration(c.KeepChanges)
	if err := c.applyEdge(&config); err != nil {
		return err
	}
	defer collectSeldom(out.Getenv)()
	server, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}

// welcome shows people in a few lines where to look, and programs in the log. The
// token is shown at any log level, because it cannot be shown again.
func (out *console) welcome(w app.Welcome) {
	if !out.readable {
		if w.NewToken != "" {
			out.notice.Info("the admin token, shown only this once: keep it, and send it as Authorization: Bearer <token>", "token", w.NewToken)
		}
		out.log.Info("serving", "graphiql", graphiQL(w), "graphql", w.URL+"graphql", "database", w.Database)
		return
	}
	fmt.Fprintf(out.Stderr, `
  GraphiQL     %s
  GraphQL      %sgraphql
  Database     %s
  Admin token  %s

`, cmp.Or(graphiQL(w), "not in production"), w.URL, w.Database, tokenHint(w))
}

// graphiQL returns the address of the page, "" when it is not served.
func graphiQL(w app.Welcome) string {
	if !w.GraphiQL {
		return ""
	}
	return w.URL
}

func tokenHint(w app.Welcome) string {
	switch {
	case w.TokenConfigured:
		return "the one in DIWAN_ADMIN_TOKEN, and those of diwan token list"
	case w.NewToken == "":
		return "the one shown at the first start; if it is lost, diwan token create makes another"
	}
	return w.NewToken + `
               It is shown only this once: keep it. To write, send it with the
               request as Authorization: Bearer <token>; in GraphiQL, put it behind
               the key on the left. To see drafts, add Diwan-Perspective: draft.`
}
