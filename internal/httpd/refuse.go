package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

// refuse answers a request that GraphQL does not get to see, in the shape of a
// GraphQL answer: clients read one shape of error.
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
	answer := struct {
		Errors []graphQLError `json:"errors"`
	}{[]graphQLError{{why.Message, extensions{why.Code, why.Limit, model.RequestIDOf(r.Context())}}}}

	mediaType, _ := transport.MediaType(r.Header)
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer) // it fails when the client has left: nobody to tell
}

// refuse is refuse, and counts the limit that was hit.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, status int, why *model.Error) {
	s.Telemetry.Limit(why.Limit)
	refuse(w, r, status, why)
}

// refuseFor is refuse with the status that belongs to the error's code. What is
// not an error for the caller is logged, and shown as internal. Who has left is
// nobody's fault.
func (s *server) refuseFor(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		refuse(w, r, http.StatusServiceUnavailable, &model.Error{Code: model.CodeUnavailable, Message: "the client went away before the answer was complete"})
		return
	}
	why, ok := errors.AsType[*model.Error](err)
	if !ok {
		s.Log.ErrorContext(r.Context(), "the request failed", "error", err, "requestId", model.RequestIDOf(r.Context()))
		refuse(w, r, http.StatusInternalServerError, internal())
		return
	}
	switch why.Code {
	case model.CodeUnavailable:
		s.Log.WarnContext(r.Context(), "it cannot be found out who asks", "error", err, "requestId", model.RequestIDOf(r.Context()))
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

func internal() *model.Error {
	return &model.Error{Code: model.CodeInternal, Message: "internal error; tell whoever runs this server the requestId"}
}
