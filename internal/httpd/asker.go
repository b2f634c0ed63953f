package httpd

import (
	"net/http"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

const perspectiveHeader = "Diwan-Perspective"

// actor finds out who asks, from `Authorization: Bearer <token>` (RFC 6750). A
// token that is not known is refused, never taken for none: who sends one
// expects to be somebody.
func (s *server) actor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language, Authorization, "+perspectiveHeader)
		headers := r.Header.Values("Authorization")
		if len(headers) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		token, ok := bearer(headers)
		if !ok {
			s.refuseFor(w, r, &model.Error{
				Code:    model.CodeUnauthenticated,
				Message: "the header Authorization is not understood; send `Authorization: Bearer <token>` once, or leave it out to read what is published",
			})
			return
		}
		actor, err := s.Authenticate(r.Context(), token)
		if err != nil {
			s.refuseFor(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(auth.WithActor(r.Context(), actor)))
	})
}

func bearer(headers []string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimSpace(token)
	return token, len(headers) == 1 && strings.EqualFold(scheme, "Bearer") && token != "" && !strings.Contains(token, " ")
}

// languages finds out which languages the reader wants.
func languages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var wanted []model.Language
		for _, tag := range text.Accept(strings.Join(r.Header.Values("Accept-Language"), ",")) {
			wanted = append(wanted, model.Language(tag))
		}
		next.ServeHTTP(w, r.WithContext(model.WithLanguages(r.Context(), wanted)))
	})
}

// perspective finds out which world is asked for, from `Diwan-Perspective: draft`
// or `published`, the latter when the header is left out. Who may not see drafts
// is told so, never shown the other world instead.
func (s *server) perspective(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := strings.Join(r.Header.Values(perspectiveHeader), ", ")
		if len(r.Header.Values(perspectiveHeader)) == 0 || strings.EqualFold(asked, "published") {
			next.ServeHTTP(w, r)
			return
		}
		if !strings.EqualFold(asked, "draft") {
			s.refuseFor(w, r, model.Invalid("%.40q is not a perspective; send %s: draft, or %s: published", asked, perspectiveHeader, perspectiveHeader))
			return
		}
		actor := auth.ActorOf(r.Context())
		actor.Drafts = true
		ctx := auth.WithActor(r.Context(), actor)
		if err := s.Perspective(ctx); err != nil {
			s.refuseFor(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
