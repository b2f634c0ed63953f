// Package exchange imports and exports content as NDJSON: one JSON object per line.
//
// It knows the format of the lines. content.Rules check and write what they say.
package exchange

import (
	"time"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Exchange imports content into a newsroom and exports it. Safe for concurrent use.
type Exchange struct {
	store *store.Store
	rules content.Rules
	now   func() time.Time
	// turn is about how long an import writes before it lets others write.
	turn time.Duration
}

// New returns the exchange of a newsroom. now is the clock.
func New(s *store.Store, now func() time.Time) *Exchange {
	return &Exchange{store: s, rules: content.NewRules(s), now: now, turn: turn}
}

// moment is the current time as the database stores it.
func (x *Exchange) moment() model.DateTime { return model.At(x.now()) }
