package transport

import (
	"context"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/model"
)

const (
	// keyHeader is the header under whose value a request is executed once, however often it
	// comes: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
	keyHeader = "Idempotency-Key"
	// repeatedHeader is the header of answers that were given before.
	repeatedHeader = "Idempotent-Replayed"
	maxKey         = 255
)

// KeysConfig is how keys of requests are taken.
type KeysConfig struct {
	// Take takes the key for a request, unless it was taken before.
	Take func(ctx context.Context, key string, request []byte) (model.TakenKey, error)
	// Keep keeps the answer to the request for which the context has taken a key, and
	// returns the answer that is kept.
	Keep func(ctx context.Context, answer model.KeptAnswer) (model.KeptAnswer, error)
}

// keyOf returns the key of a request; empty if it has none. The draft wants a string of
// RFC 8941, in quotes; most clients send the bare text, which is the same key.
func keyOf(headers http.Header) (string, *model.Error) {
	values := headers.Values(keyHeader)
	if len(values) == 0 {
		return "", nil
	}
	key, readable := bareKey(strings.Trim(values[0], " \t"))
	switch {
	case len(values) > 1:
		return "", model.Invalid("the header %s appears %d times in the request; send one key", keyHeader, len(values))
	case !readable || key == "":
		return "", model.Invalid("the header %s is no key; send letters, digits and signs of ASCII without spaces, commas and quotes, such as a UUID, or any text of ASCII in quotes", keyHeader)
	case len(key) > maxKey:
		return "", model.Invalid("the header %s has %d characters; send at most %d, such as a UUID", keyHeader, len(key), maxKey)
	}
	return key, nil
}

// bareKey reads a key with or without quotes. Parameters after the quotes have no meaning.
func bareKey(value string) (key string, readable bool) {
	quoted, inQuotes := strings.CutPrefix(value, `"`)
	if !inQuotes {
		return value, !strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' || r == ',' || r == '"' })
	}
	var b strings.Builder
	for i := 0; i < len(quoted); i++ {
		c := quoted[i]
		switch {
		case c == '"':
			rest := strings.TrimLeft(quoted[i+1:], " ")
			return b.String(), rest == "" || rest[0] == ';'
		case c == '\\' && i+1 < len(quoted) && (quoted[i+1] == '"' || quoted[i+1] == '\\'):
			i++
			c = quoted[i]
		case c == '\\' || c < ' ' || c > '~':
			return "", false
		}
		b.WriteByte(c)
	}
	return "", false // the quotes do not end
}

// takeKey takes the key of a request that has mutations. It returns false if the request is
// answered without being executed.
func (e *exchange) takeKey(body []byte, operations []prepared) (release func(), goesOn bool) {
	nothing := func() {}
	if e.config.Keys.Take == nil || !mutates(operations) {
		return nothing, true
	}
	key, problem := keyOf(e.r.Header)
	switch {
	case problem != nil:
		e.refuse(http.StatusBadRequest, problem)
		return nothing, false
	case key == "":
		return nothing, true
	}
	taken, err := e.config.Keys.Take(e.r.Context(), key, body)
	switch {
	case err != nil:
		e.w.Header().Set("Retry-After", "1")
		e.send(outcome{Response: e.exec.DispatchError(e.r.Context(), gqlerror.List{gqlerror.Wrap(err)}), refused: http.StatusServiceUnavailable})
	case taken.State == model.KeyIsAnswered:
		e.repeat(taken.Answer)
	case taken.State == model.KeyIsRunning:
		e.w.Header().Set("Retry-After", "1")
		e.mediaType, _ = RefusalType(e.r.Header, http.StatusConflict)
		e.refuse(http.StatusConflict, &model.Error{Code: model.CodeUnavailable, Message: "the request with this " + keyHeader + " is still being executed; send it again in a moment for its answer"})
	case taken.State == model.KeyIsOfAnother:
		e.refuse(http.StatusUnprocessableEntity, model.Invalid("this %s came with another request; send the same body again, or a new key", keyHeader))
	default:
		// It goes on when the client leaves, so that there is an answer when it comes again.
		// The limit of time holds all the same.
		e.r = e.r.WithContext(context.WithoutCancel(taken.Context))
		e.keyed = true
		return taken.Release, true
	}
	return nothing, false
}

func mutates(operations []prepared) bool {
	for _, p := range operations {
		if p.operation != nil && p.operation.Operation.Operation == ast.Mutation {
			return true
		}
	}
	return false
}

// repeat sends an answer that was given before.
func (e *exchange) repeat(answer model.KeptAnswer) {
	e.mediaType = answer.Type
	if answer.Position != "" {
		e.w.Header().Set(consistencyHeader, answer.Position)
	}
	e.w.Header().Set(repeatedHeader, "true")
	e.write(answer.Status, answer.Body)
}

// keepAnswer keeps the answer to a request with a key, and returns the one to send: where two
// servers were asked at once, the same on both. An answer is kept only if it is final: after
// others the request goes on when it comes again, behind what was written. If it cannot be
// kept, the same holds.
func (e *exchange) keepAnswer(status int, body []byte, outcomes ...outcome) (int, []byte) {
	if !e.keyed {
		return status, body
	}
	for _, o := range outcomes {
		if !o.isFinal() {
			return status, body
		}
	}
	kept, err := e.config.Keys.Keep(e.r.Context(), model.KeptAnswer{
		Status: status, Type: e.mediaType, Position: e.w.Header().Get(consistencyHeader), Body: body,
	})
	if err != nil {
		return status, body
	}
	e.mediaType = kept.Type
	return kept.Status, kept.Body
}

// isFinal reports whether the same request would get the same answer later.
func (o outcome) isFinal() bool {
	if o.refused == http.StatusInternalServerError {
		return false
	}
	for _, err := range o.Errors {
		switch code := err.Extensions["code"]; code {
		case model.CodeUnavailable, model.CodeInternal, model.ErrorCodeLimitExceeded:
			return false
		}
	}
	return true
}

type placeKey struct{}

// PlaceOf returns the place of the operation of the context in the list of its request, from 0.
func PlaceOf(ctx context.Context) int {
	place, _ := ctx.Value(placeKey{}).(int)
	return place
}

// prepared is an operation that can be executed, or the answer that says why it cannot.
type prepared struct {
	operation *graphql.OperationContext
	problem   *outcome
}
