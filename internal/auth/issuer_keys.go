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
	errThrottled   = errors.New("the issuer was asked a moment ago")
)

// keyErrorOf is the context key of a *error for the outcome of VerifySignature.
type keyErrorOf struct{}

// keySet makes it possible to tell a wrong signature from keys that could not be
// fetched.
type keySet struct{ oidc.KeySet }

// VerifySignature also stores its error where the context says.
func (k keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, token)
	if errors.Is(err, errThrottled) { // another request may just have fetched the key
		payload, err = k.KeySet.VerifySignature(ctx, token)
	}
	if failed, ok := ctx.Value(keyErrorOf{}).(*error); ok {
		*failed = err
	}
	return payload, err
}

// throttleInterval is the least time between two requests to the same URL of the
// issuer. Every token with a wrong signature makes the library fetch the keys again:
// without a limit, anybody could make us send requests without end.
const throttleInterval = 10 * time.Second

// throttle sends few requests to each URL of the issuer.
type throttle struct {
	next http.RoundTripper
	now  func() time.Time

	mu   sync.Mutex
	last map[string]attempt // by URL
}

// attempt is a request that was sent.
type attempt struct {
	at     time.Time
	failed bool
}

// RoundTrip returns errUnreachable when the issuer does not respond, or did not a
// moment ago, and errThrottled when it did.
func (t *throttle) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	t.mu.Lock()
	last, sent := t.last[address]
	due := !sent || t.now().Sub(last.at) >= throttleInterval
	if due {
		t.last[address] = attempt{at: t.now()}
	}
	t.mu.Unlock()
	switch {
	case !due && last.failed:
		return nil, fmt.Errorf("%w: it did not answer a moment ago", errUnreachable)
	case !due:
		return nil, errThrottled
	}
	response, err := t.next.RoundTrip(r)
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		_ = response.Body.Close() // its content is of no use
		err = errors.New(response.Status)
	}
	if err != nil {
		t.mu.Lock()
		t.last[address] = attempt{at: t.now(), failed: true}
		t.mu.Unlock()
		return nil, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	return response, nil
}
