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

// tokenUses records in the background when tokens were last used. No request waits
// for it, and a use that cannot be recorded is lost: a date that is right to within
// an hour is not worth more.
type tokenUses struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	due   chan tokenUse

	mu    sync.Mutex
	noted map[int64]model.DateTime // by token, the last use that was handed to write
}

type tokenUse struct {
	token int64
	at    model.DateTime
}

// maxDue is how many uses may wait to be written. Others are lost, and recorded at
// the token's next request.
const maxDue = 64

func newTokenUses(s *store.Store, config Config) *tokenUses {
	return &tokenUses{store: s, now: config.Now, log: config.Log, due: make(chan tokenUse, maxDue), noted: map[int64]model.DateTime{}}
}

// note is called when an actor is let in. It hands the use of their token to write,
// at most once every store.UseEvery.
func (u *tokenUses) note(actor auth.Actor) {
	if actor.TokenID == 0 {
		return
	}
	at := model.At(u.now())
	u.mu.Lock()
	defer u.mu.Unlock()
	if last, noted := u.noted[actor.TokenID]; noted && at.Time().Sub(last.Time()) < store.UseEvery {
		return
	}
	select {
	case u.due <- tokenUse{actor.TokenID, at}:
		u.noted[actor.TokenID] = at
	default:
	}
}

// write records uses until ctx ends, and drops those that still wait.
func (u *tokenUses) write(ctx context.Context) {
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
