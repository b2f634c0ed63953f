package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// RequestKey is a key under which a client sends a request, once or again.
type RequestKey struct {
	// ID is the digest of the key and of whose it is, Request that of what is requested.
	ID, Request string
	// Since is the oldest moment from which anything is still known of a key.
	Since model.DateTime
}

// WholeAnswer is the step under which the answer to the whole request is kept.
const WholeAnswer = ""

// KeptResult is what is kept of a request: of one of its mutations, written in the
// transaction of that mutation, or the whole answer.
type KeptResult struct {
	// Step says which mutation of the request.
	Step, Request string
	// Server is the one that wrote it.
	Server string
	At     model.DateTime
	Result []byte
}

const keptOf = "SELECT step, request, server, at, result FROM request_keys WHERE id = ? AND at >= ?"

// KeptResults returns what is kept of a request.
func (s *Store) KeptResults(ctx context.Context, key RequestKey) (kept []KeptResult, err error) {
	err = s.read(ctx, View{}, func(r *reading) error { return r.Scan(&kept, sql.Text(keptOf, key.ID, key.Since)) })
	if err != nil {
		return nil, fmt.Errorf("look up the key of a request: %w", err)
	}
	return kept, nil
}

// KeptResult returns what is kept of one step of a request; false if nothing is.
func (tx *Tx) KeptResult(key RequestKey, step string) (KeptResult, bool, error) {
	var kept []KeptResult
	if err := tx.on.Scan(&kept, sql.Text(keptOf+" AND step = ?", key.ID, key.Since, step)); err != nil || len(kept) == 0 {
		return KeptResult{}, false, tx.failedKey("look up", err)
	}
	return kept[0], true, nil
}

// KeepResult keeps a step of a request of which nothing is kept.
func (tx *Tx) KeepResult(key RequestKey, kept KeptResult) error {
	const insert = `INSERT INTO request_keys (id, step, request, server, at, result) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id, step) DO UPDATE SET request = excluded.request, server = excluded.server, at = excluded.at, result = excluded.result`
	return tx.failedKey("keep", tx.run(insert, key.ID, kept.Step, key.Request, kept.Server, tx.at, blob(kept.Result)))
}

func (tx *Tx) failedKey(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s the key of a request: %w", doing, err)
	}
	return nil
}

// sweptAtOnce is how many rows one transaction sweeps, for which other writers wait.
const sweptAtOnce = 1000

// SweepRequestKeys forgets the requests that were answered before a moment, and returns how
// many rows that were.
func (s *Store) SweepRequestKeys(ctx context.Context, before model.DateTime) (swept int64, err error) {
	ctx = database.Quietly(ctx)
	old, err := s.engine.Number(ctx, sql.Text("SELECT COUNT(*) FROM request_keys WHERE at < ?", before))
	if err != nil || old == 0 { // no turn is taken for nothing
		return 0, database.Troubled(ctx, s.engine, err)
	}
	for {
		var some int64
		err := s.write(ctx, func(db *gorm.DB) (err error) {
			some, err = s.engine.Statements(db).Exec(sql.Text(
				"DELETE FROM request_keys WHERE (id, step) IN (SELECT id, step FROM request_keys WHERE at < ? ORDER BY at LIMIT ?)", before, sweptAtOnce))
			return err
		})
		swept += some
		if err != nil || some < sweptAtOnce {
			return swept, err
		}
	}
}
