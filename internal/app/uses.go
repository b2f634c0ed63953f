package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// uses notes in the background that tokens are used. No request waits for it, and
// what cannot be noted is not: a date that is right to within an hour is not worth
// more.
type uses struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	due   chan use

	mu   sync.Mutex
	told map[int64]model.DateTime // by token, what was last handed on
}

// use is that a token was used.
type use struct {
	token int64
	at    model.DateTime
}

// maxDue is how many wait to be noted. Others are noted at their next request.
const maxDue = 64

func newUses(s *store.Store, config Config) *uses {
	return &uses{store: s, now: config.Now, log: config.Log, due: make(chan use, maxDue), told: map[int64]model.DateTime{}}
}

// note hands on that an actor was let in, at most once in store.UseEvery for each
// token.
func (u *uses) note(actor auth.Actor) {
	if actor.TokenID == 0 {
		return
	}
	at := model.At(u.now())
	u.mu.Lock()
	defer u.mu.Unlock()
	if last, told := u.told[actor.TokenID]; told && at.Time().Sub(last.Time()) < store.UseEvery {
		return
	}
	select {
	case u.due <- use{actor.TokenID, at}:
		u.told[actor.TokenID] = at
	default:
	}
}

// write notes uses until ctx ends, and drops what is not noted yet.
func (u *uses) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case used := <-u.due:
			if err := u.store.UseToken(ctx, used.token, used.at); err != nil && ctx.Err() == nil {
				u.log.Warn("when a token was last used could not be noted", "token", used.token, "error", err)
			}
		}
	}
}
