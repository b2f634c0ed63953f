package model

import "context"

type requestIDKey struct{}

// WithRequestID makes the id of a request known to what answers it.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestIDOf answers the id under which the request is logged. Empty outside a
// request.
func RequestIDOf(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
