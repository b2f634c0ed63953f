package cli

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Lines are those of slog's JSON handler, byte for byte.
func TestLinesAreThoseOfSlog(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.String())
	value := rapid.OneOf(
		rapid.Map(text, slog.StringValue), rapid.Map(rapid.Int64(), slog.Int64Value), rapid.Map(rapid.Bool(), slog.BoolValue),
		rapid.Map(rapid.OneOf(rapid.Float64Range(0, 1000), rapid.Float64()), slog.Float64Value),
		rapid.Map(rapid.Int64(), func(n int64) slog.Value { return slog.DurationValue(time.Duration(n)) }),
		rapid.Map(text, func(s string) slog.Value { return slog.AnyValue([]string{s}) }),
		rapid.Map(text, func(s string) slog.Value { return slog.GroupValue(slog.String("in", s)) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		var want, got bytes.Buffer
		options := &slog.HandlerOptions{Level: slog.LevelInfo}
		slogs, ours := slog.Handler(slog.NewJSONHandler(&want, options)), slog.Handler(newLineHandler(&got, options))
		if rapid.Bool().Draw(t, "with") {
			slogs, ours = slogs.WithAttrs([]slog.Attr{slog.Int("pid", 1)}), ours.WithAttrs([]slog.Attr{slog.Int("pid", 1)})
		}
		when := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "seconds"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanoseconds"))
		if rapid.Bool().Draw(t, "utc") {
			when = when.UTC()
		}
		if rapid.IntRange(0, 9).Draw(t, "no time") == 0 {
			when = time.Time{}
		}
		record := slog.NewRecord(when, slog.Level(rapid.IntRange(-4, 9).Draw(t, "level")), text.Draw(t, "message"), 0)
		for range rapid.IntRange(0, 8).Draw(t, "attributes") {
			record.AddAttrs(slog.Attr{Key: text.Draw(t, "key"), Value: value.Draw(t, "value")})
		}
		if err := slogs.Handle(context.Background(), record); err != nil {
			t.Fatal(err)
		}
		if err := ours.Handle(context.Background(), record); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Fatalf("line = %s, want %s", &got, &want)
		}
	})
}
