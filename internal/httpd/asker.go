package httpd

import (
	"context"
	"net/http"
	"strings"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

const (
	perspectiveHeader = "Diwan-Perspective"
	traceHeader       = "Diwan-Trace"
)

// Asker finds out who asks, in which languages, and in which world, from the
// headers of a request or of a socket that begins.
type Asker struct {
	// Authenticate answers whose bearer token it is, and a *model.Error with the
	// code UNAUTHENTICATED when it is nobody's.
	Authenticate func(ctx context.Context, token string) (auth.Actor, error)
	// Perspective answers an error when the actor of the context may not see
	// the world that its Drafts asks for.
	Perspective func(context.Context) error
	// Admitted, when set, is told who was let in, at each request and each socket. It
	// must be quick.
	Admitted func(auth.Actor)
	// Production tells what requests take to those only who may see it.
	Production bool
	// PrivateRead asks for a credential even to read what is published.
	PrivateRead bool
}

// Admit answers the context of who asks, or why they may not.
func (a Asker) Admit(ctx context.Context, headers http.Header) (context.Context, error) {
	ctx, err := a.actor(ctx, headers)
	if err != nil {
		return nil, err
	}
	actor := auth.ActorOf(ctx)
	switch {
	case !a.PrivateRead || auth.May(ctx, auth.ReadPublished) == nil:
	case actor.Preview != 0:
		actor.PreviewOnly = true
		ctx = auth.WithActor(ctx, actor)
	default:
		return nil, &model.Error{
			Code:    model.CodeUnauthenticated,
			Message: "to read here takes a token of the role READER or above; send the header `Authorization: Bearer <token>`",
		}
	}
	ctx, err = a.perspective(languages(ctx, headers), headers)
	if err != nil {
		return nil, err
	}
	ctx, err = a.trace(ctx, headers)
	if err == nil && a.Admitted != nil {
		a.Admitted(auth.ActorOf(ctx))
	}
	return ctx, err
}

// asker finds out who asks before anything is done for them.
func (s *server) asker(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language, Authorization, "+perspectiveHeader+", "+traceHeader)
		ctx, err := s.entrance(r).Admit(r.Context(), r.Header)
		if err != nil {
			s.refuseFor(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// entrance is the asker of a request. Browsers send no headers with the request that
// opens a socket: who asks there is told by connection_init, and nothing is read
// before.
func (s *server) entrance(r *http.Request) Asker {
	asker := s.Asker
	if (transport.WebSocket{}).Supports(r) && r.Header.Get("Authorization") == "" {
		asker.PrivateRead = false
	}
	return asker
}

// actor finds out who asks, from `Authorization: Bearer <token>` (RFC 6750). A
// token that is not known is refused, never taken for none: who sends one
// expects to be somebody.
func (a Asker) actor(ctx context.Context, headers http.Header) (context.Context, error) {
	sent := headers.Values("Authorization")
	if len(sent) == 0 {
		return ctx, nil
	}
	token, ok := bearer(sent)
	if !ok {
		return nil, &model.Error{
			Code:    model.CodeUnauthenticated,
			Message: "the header Authorization is not understood; send `Authorization: Bearer <token>` once, or leave it out",
		}
	}
	actor, err := a.Authenticate(ctx, token)
	if err != nil {
		return nil, err
	}
	return auth.WithActor(ctx, actor), nil
}

func bearer(headers []string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimSpace(token)
	return token, len(headers) == 1 && strings.EqualFold(scheme, "Bearer") && token != "" && !strings.Contains(token, " ")
}

// languages finds out which languages the reader wants.
func languages(ctx context.Context, headers http.Header) context.Context {
	var wanted []model.Language
	for _, tag := range text.Accept(strings.Join(headers.Values("Accept-Language"), ",")) {
		wanted = append(wanted, model.Language(tag))
	}
	return model.WithLanguages(ctx, wanted)
}

// perspective finds out which world is asked for, from `Diwan-Perspective: draft`
// or `published`, the latter when the header is left out. Who may not see drafts
// is told so, never shown the other world instead.
func (a Asker) perspective(ctx context.Context, headers http.Header) (context.Context, error) {
	asked := strings.Join(headers.Values(perspectiveHeader), ", ")
	if len(headers.Values(perspectiveHeader)) == 0 || strings.EqualFold(asked, "published") {
		return ctx, nil
	}
	if !strings.EqualFold(asked, "draft") {
		return nil, model.Invalid("%.40q is not a perspective; send %s: draft, or %s: published", asked, perspectiveHeader, perspectiveHeader)
	}
	actor := auth.ActorOf(ctx)
	actor.Drafts = true
	ctx = auth.WithActor(ctx, actor)
	return ctx, a.Perspective(ctx)
}

// trace finds out whether the answer is to say what it took, from `Diwan-Trace: 1`.
// Who may not know it is told so.
func (a Asker) trace(ctx context.Context, headers http.Header) (context.Context, error) {
	switch asked := strings.Join(headers.Values(traceHeader), ", "); asked {
	case "", "0":
		return ctx, nil
	case "1":
		if a.Production {
			if err := auth.May(ctx, auth.SeeTraces); err != nil {
				return nil, err
			}
		}
		return telemetry.WithTrace(ctx), nil
	default:
		return nil, model.Invalid("%.40q is not for %s; send 1 to be told what a request takes, or leave it out", asked, traceHeader)
	}
}
