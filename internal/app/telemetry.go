package app

import (
	"context"
	"time"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// newTelemetry makes the server's, which hears of all that goes to the database.
func newTelemetry(ctx context.Context, config *Config) (*telemetry.Telemetry, error) {
	about := telemetry.Config{Log: config.Log, Version: config.Version, Database: database.SystemOf(config.Database)}
	if config.OpenTelemetry {
		if err := about.ReadEnvironment(ctx); err != nil {
			return nil, err
		}
	}
	t, others := telemetry.New(about), config.OnRoundTrip
	config.OnRoundTrip = func(ctx context.Context, trip model.RoundTrip) {
		t.RoundTrip(ctx, trip)
		if others != nil {
			others(ctx, trip)
		}
	}
	return t, nil
}

// sendWithin is how long the last spans may take to be sent.
const sendWithin = 5 * time.Second

// closeTelemetry sends the last spans. A collector that does not take them is no
// reason to fail.
func (a *App) closeTelemetry() {
	ctx, cancel := context.WithTimeout(context.Background(), sendWithin)
	defer cancel()
	if err := a.telemetry.Close(ctx); err != nil {
		a.config.Log.Warn("the last traces could not be sent", "error", err)
	}
}
