package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

var (
	errUnreachable = errors.New("the issuer cannot be asked")
	errAskedLately = errors.New("the issuer was asked a moment ago")
)

// keysFailed is where a context has room for what became of verifying a signature.
type keysFailed struct{}

// keySet tells a signature that is wrong from keys that could not be read.
type keySet struct{ oidc.KeySet }

// VerifySignature also notes its error in the context.
func (k keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, token)
	if errors.Is(err, errAskedLately) { // the answer may have come after it looked at what it has
		payload, err = k.KeySet.VerifySignature(ctx, token)
	}
	if failed, ok := ctx.Value(keysFailed{}).(*error); ok {
		*failed = err
	}
	return payload, err
}

// askAgain is how long the issuer is left alone once it was asked. Each token with
// a signature that is wrong makes the library ask for new keys: without a bound,
// whoever has no token could have us ask without end.
const askAgain = 10 * time.Second

// patient asks an address of the issuer once in a while only.
type patient struct {
	next http.RoundTripper
	now  func() time.Time

	mu    sync.Mutex
	asked map[string]attempt
}

// attempt is when an address was asked last, and whether it did not answer.
type attempt struct {
	at     time.Time
	failed bool
}

// RoundTrip answers errUnreachable where the issuer does not answer, or did not a
// moment ago, and errAskedLately where it did.
func (p *patient) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	p.mu.Lock()
	last, asked := p.asked[address]
	due := !asked || p.now().Sub(last.at) >= askAgain
	if due {
		p.asked[address] = attempt{at: p.now()}
	}
	p.mu.Unlock()
	switch {
	case !due && last.failed:
		return nil, fmt.Errorf("%w: it did not answer a moment ago", errUnreachable)
	case !due:
		return nil, errAskedLately
	}
	response, err := p.next.RoundTrip(r)
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		_ = response.Body.Close() // what it says is not for us
		err = errors.New(response.Status)
	}
	if err != nil {
		p.mu.Lock()
		p.asked[address] = attempt{at: p.now(), failed: true}
		p.mu.Unlock()
		return nil, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	return response, nil
}
