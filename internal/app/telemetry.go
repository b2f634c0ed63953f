package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// newTelemetry returns the server's telemetry, and makes config report every round
// trip to the database to it.
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

// sendWithin is how long sending the last spans may take.
const sendWithin = 5 * time.Second

// closeTelemetry sends the last spans. It does not fail if a collector refuses them.
func closeTelemetry(t *telemetry.Telemetry, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), sendWithin)
	defer cancel()
	if err := t.Close(ctx); err != nil {
		log.Warn("the last traces could not be sent", "error", err)
	}
}
