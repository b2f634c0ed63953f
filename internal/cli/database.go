package cli

import (
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// databaseFlags are the flags of commands that open a database.
type databaseFlags struct {
	Database     string   `default:"diwan.db" placeholder:"FILE|URL" variable:"DIWAN_DATABASE" help:"Where everything is kept: a SQLite file, or a PostgreSQL database, as postgres://user:password@host/name. Default: ${default}."`
	DatabaseWait duration `default:"1m" placeholder:"TIME" variable:"DIWAN_DATABASE_WAIT" help:"How long to try again at the start while the PostgreSQL server cannot be reached, such as 30s or 5m; 0 disables that. Default: ${default}."`
}

// config returns the configuration of a command that opens a database.
func (f databaseFlags) config(out *console) app.Config {
	return app.Config{Database: f.Database, DatabaseWait: time.Duration(f.DatabaseWait), Log: out.log}
}
