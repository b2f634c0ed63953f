package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// refuse responds to a request that never reaches GraphQL, in the shape of a
// GraphQL response: clients have one shape of error to read.
func refuse(w http.ResponseWriter, r *http.Request, status int, why *model.Error) {
	type extensions struct {
		Code      model.ErrorCode `json:"code"`
		Limit     string          `json:"limit,omitempty"`
		RequestID string          `json:"requestId"`
	}
	type graphQLError struct {
		Message    string     `json:"message"`
		Extensions extensions `json:"extensions"`
	}
	response := struct {
		Errors []graphQLError `json:"errors"`
	}{[]graphQLError{{why.Message, extensions{why.Code, why.Limit, model.RequestIDOf(r.Context())}}}}

	mediaType, _ := transport.RefusalType(r.Header, status)
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(response) // fails when the client has gone: nobody is left to tell
}

// internalError responds to a request that failed through no fault of the
// client's. It does not say why.
func internalError(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, http.StatusInternalServerError, &model.Error{Code: model.CodeInternal, Message: "internal error; tell whoever runs this server the requestId"})
}

// refusals refuses requests, and lets the operator know: in metrics and in the log.
type refusals struct {
	log       *slog.Logger
	telemetry *telemetry.Telemetry
}

// forLimit refuses a request that exceeds a limit, and counts the limit.
func (s refusals) forLimit(w http.ResponseWriter, r *http.Request, status int, why *model.Error) {
	s.telemetry.Limit(why.Limit)
	refuse(w, r, status, why)
}

// forError refuses with the status that belongs to the error's code. An error that
// is not meant for clients is logged and shown as an internal one; a client that
// has gone away is nobody's fault.
func (s refusals) forError(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		refuse(w, r, http.StatusServiceUnavailable, &model.Error{Code: model.CodeUnavailable, Message: "the client went away before the answer was complete"})
		return
	}
	why, ok := errors.AsType[*model.Error](err)
	if !ok {
		s.log.ErrorContext(r.Context(), "the request failed", "error", err, "requestId", model.RequestIDOf(r.Context()))
		internalError(w, r)
		return
	}
	switch why.Code {
	case model.CodeUnavailable:
		s.log.WarnContext(r.Context(), "it cannot be found out who asks", "error", err, "requestId", model.RequestIDOf(r.Context()))
		refuse(w, r, http.StatusServiceUnavailable, why)
	case model.CodeUnauthenticated:
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, r, http.StatusUnauthorized, why)
	case model.ErrorCodeForbidden:
		refuse(w, r, http.StatusForbidden, why)
	default:
		refuse(w, r, http.StatusBadRequest, why)
	}
}
