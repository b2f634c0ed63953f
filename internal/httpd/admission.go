package httpd

import (
	"context"
	"net/http"
	"strings"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

const (
	perspectiveHeader = "Diwan-Perspective"
	traceHeader       = "Diwan-Trace"
)

// Admission reads from headers who the caller is, which languages they want and
// which perspective they ask for. The headers are those of a request, or those that
// connection_init of a socket carries.
type Admission struct {
	// Authenticate returns the owner of a bearer token, or a *model.Error with the
	// code UNAUTHENTICATED when it has none.
	Authenticate func(ctx context.Context, token string) (auth.Actor, error)
	// CheckPerspective returns an error when the actor of the context may not see
	// the perspective that its Drafts asks for.
	CheckPerspective func(context.Context) error
	// Admitted, when set, is called for each request and each socket that is let in.
	// It must be quick.
	Admitted func(auth.Actor)
	// Production restricts traces to callers who may see them.
	Production bool
	// PrivateRead demands a credential even to read what is published.
	PrivateRead bool
	// languages is nil where requests are few.
	languages *languages
}

// Admit returns the context in which to serve the caller, or why they are refused.
func (a Admission) Admit(ctx context.Context, headers http.Header) (context.Context, error) {
	ctx, err := a.withActor(ctx, headers)
	if err != nil {
		return nil, err
	}
	actor := auth.ActorOf(ctx)
	switch {
	case !a.PrivateRead || auth.Can(ctx, auth.ReadPublished):
	case actor.Preview != 0:
		actor.PreviewOnly = true
		ctx = auth.WithActor(ctx, actor)
	default:
		return nil, &model.Error{
			Code:    model.CodeUnauthenticated,
			Message: "reading here requires a token of the role READER or above; send the header `Authorization: Bearer <token>`",
		}
	}
	ctx, err = a.withPerspective(a.languages.in(ctx, headers), headers)
	if err != nil {
		return nil, err
	}
	ctx, err = a.withTrace(ctx, headers)
	if err == nil && a.Admitted != nil {
		a.Admitted(auth.ActorOf(ctx))
	}
	return ctx, err
}

// admit identifies the caller before anything is done for them.
func admit(admission Admission, refusals refusals) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Accept-Language, Authorization, "+perspectiveHeader+", "+traceHeader)
			ctx, err := admission.Admit(r.Context(), r.Header)
			if err != nil {
				refusals.forError(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// permit refuses callers who may not perform the action.
func permit(action auth.Action, refusals refusals) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := auth.May(r.Context(), action); err != nil {
				refusals.forError(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// butForSockets leaves a middleware out for requests that open a socket. There,
// connection_init says who the caller is, with the headers of this request or instead of
// them, and nothing is read before. A refusal with a status would tell pages nothing: no
// browser shows it to them, and clients such as graphql-ws try again and again.
func butForSockets(m middleware) middleware {
	return func(next http.Handler) http.Handler {
		others := m(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if (transport.WebSocket{}).Supports(r) {
				next.ServeHTTP(w, r)
				return
			}
			others.ServeHTTP(w, r)
		})
	}
}

// withActor identifies the caller by `Authorization: Bearer <token>` (RFC 6750). An
// unknown token is refused rather than ignored: whoever sends one expects to be
// somebody.
func (a Admission) withActor(ctx context.Context, headers http.Header) (context.Context, error) {
	sent := headers.Values("Authorization")
	if len(sent) == 0 {
		return ctx, nil
	}
	if strings.ContainsAny(sent[0], "<>") {
		return nil, &model.Error{
			Code:    model.CodeUnauthenticated,
			Message: "the header Authorization has a placeholder; put your token here, without the angle brackets, or leave the header out",
		}
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

// withPerspective reads `Diwan-Perspective: draft` or `published`, which is also
// what a missing header means. Callers who may not see drafts are refused rather
// than shown the other perspective.
func (a Admission) withPerspective(ctx context.Context, headers http.Header) (context.Context, error) {
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
	return ctx, a.CheckPerspective(ctx)
}

// withTrace reads `Diwan-Trace: 1`, which asks for the SQL behind the response.
// Callers who may not see it are refused.
func (a Admission) withTrace(ctx context.Context, headers http.Header) (context.Context, error) {
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
