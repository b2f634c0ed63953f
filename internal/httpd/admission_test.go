package httpd

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

func TestActor(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		headers []string
		status  int
		code    string
		admin   bool
	}{
		{"no header is a reader", nil, 200, "", false},
		{"a known token is its actor", []string{"Authorization", "Bearer " + goodToken}, 200, "", true},
		{"the scheme is compared without case", []string{"Authorization", "bearer " + goodToken}, 200, "", true},
		{"an unknown token is refused, not ignored", []string{"Authorization", "Bearer diwan_bad"}, 401, "UNAUTHENTICATED", false},
		{"another scheme is refused", []string{"Authorization", "Basic " + goodToken}, 401, "UNAUTHENTICATED", false},
		{"a token without a scheme is refused", []string{"Authorization", goodToken}, 401, "UNAUTHENTICATED", false},
		{"a scheme without a token is refused", []string{"Authorization", "Bearer "}, 401, "UNAUTHENTICATED", false},
		{"an empty header is refused", []string{"Authorization", ""}, 401, "UNAUTHENTICATED", false},
		{"two tokens are refused", []string{"Authorization", "Bearer " + goodToken, "Authorization", "Bearer x"}, 401, "UNAUTHENTICATED", false},
		{"a database that is away makes no token unknown", []string{"Authorization", "Bearer away"}, 503, "UNAVAILABLE", false},
		{"a failed look-up is the server's fault", []string{"Authorization", "Bearer broken"}, 500, "INTERNAL", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			w := e.ask("POST", "/graphql", "{}", append(c.headers, "X-Request-Id", "r1")...)
			if w.Code != c.status {
				t.Fatalf("status = %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status == 200 {
				if got := auth.ActorOf(e.seen.Context()); (got.Role == model.RoleAdmin) != c.admin || got.Drafts {
					t.Errorf("actor = %+v, want admin: %v, no drafts", got, c.admin)
				}
				return
			}
			if code, id := refusal(t, w); code != c.code || id != "r1" {
				t.Errorf("error = %s of request %s, want %s of r1", code, id, c.code)
			}
			if e.seen != nil {
				t.Error("GraphQL was asked all the same")
			}
			if got := w.Header().Get("WWW-Authenticate"); (got == "Bearer") != (c.status == 401) {
				t.Errorf("WWW-Authenticate = %q at status %d", got, c.status)
			}
			if strings.Contains(e.log.String(), "diwan_") {
				t.Errorf("the log has the token: %s", &e.log)
			}
		})
	}
}

// Who copies an example with its placeholder is told what to put there.
func TestPlaceholdersForATokenAreTold(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"Bearer <token>", "Bearer <admin token>", "<token>", "bearer <your-token>"} {
		w := newEdge(t, nil).ask("POST", "/graphql", "{}", "Authorization", sent)
		if code, _ := refusal(t, w); w.Code != 401 || code != "UNAUTHENTICATED" || !strings.Contains(w.Body.String(), "put your token here") {
			t.Errorf("answer to Authorization: %s = %d %s, want what to put there", sent, w.Code, w.Body)
		}
	}
}

func TestServerFaultsStayInside(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	w := e.ask("POST", "/graphql", "{}", "Authorization", "Bearer broken")
	if strings.Contains(w.Body.String(), "fire") || !strings.Contains(e.log.String(), "disk on fire") {
		t.Errorf("answer = %s, log = %s, want the cause in the log alone", w.Body, &e.log)
	}
}

func TestADatabaseThatIsAwayIsToldTheOperator(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	w := e.ask("POST", "/graphql", "{}", "Authorization", "Bearer away", "X-Request-Id", "r1")
	told := 0
	for line := range strings.Lines(e.log.String()) {
		if strings.Contains(line, `"WARN"`) && strings.Contains(line, "dial 10.0.0.7") && strings.Contains(line, `"r1"`) {
			told++
		}
	}
	if told != 1 || strings.Contains(w.Body.String(), "10.0.0.7") {
		t.Errorf("answer = %s, log = %s, want the cause once in the log alone", w.Body, &e.log)
	}
}

func TestWhoHasLeftIsNobodysFault(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer left")
	e.ServeHTTP(httptest.NewRecorder(), r)
	if strings.Contains(e.log.String(), "the request failed") {
		t.Errorf("log = %s, want no failure", &e.log)
	}
}

func TestPerspective(t *testing.T) {
	t.Parallel()
	admin := []string{"Authorization", "Bearer " + goodToken}
	cases := []struct {
		name    string
		headers []string
		status  int
		code    string
		drafts  bool
	}{
		{"left out is what is published", admin, 200, "", false},
		{"published is what is published", append(slices.Clone(admin), "Diwan-Perspective", "published"), 200, "", false},
		{"draft with the right shows drafts", append(slices.Clone(admin), "Diwan-Perspective", "draft"), 200, "", true},
		{"case does not matter", append(slices.Clone(admin), "Diwan-Perspective", "Draft"), 200, "", true},
		{"published needs no right", []string{"Diwan-Perspective", "PUBLISHED"}, 200, "", false},
		{"draft without the right is refused, not ignored", []string{"Diwan-Perspective", "draft"}, 403, "FORBIDDEN", false},
		{"another word is refused", append(slices.Clone(admin), "Diwan-Perspective", "drafts"), 400, "INVALID", false},
		{"an empty one is refused", append(slices.Clone(admin), "Diwan-Perspective", ""), 400, "INVALID", false},
		{"two are refused", append(slices.Clone(admin), "Diwan-Perspective", "published", "Diwan-Perspective", "draft"), 400, "INVALID", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			w := e.ask("POST", "/graphql", "{}", c.headers...)
			if w.Code != c.status {
				t.Fatalf("status = %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status == 200 {
				if got := auth.ActorOf(e.seen.Context()).Drafts; got != c.drafts {
					t.Errorf("drafts = %v, want %v", got, c.drafts)
				}
				return
			}
			if code, _ := refusal(t, w); code != c.code || e.seen != nil {
				t.Errorf("error = %s, GraphQL asked: %v, want %s and not asked", code, e.seen != nil, c.code)
			}
			if c.code == "INVALID" && !strings.Contains(w.Body.String(), "Diwan-Perspective: draft, or Diwan-Perspective: published") {
				t.Errorf("answer = %s, want both values named", w.Body)
			}
		})
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		production bool
		headers    []string
		status     int
		traced     bool
	}{
		{"is off when not asked for", false, nil, 200, false},
		{"0 is off", false, []string{"Diwan-Trace", "0"}, 200, false},
		{"is for everybody in development", false, []string{"Diwan-Trace", "1"}, 200, true},
		{"is for admins in production", true, []string{"Diwan-Trace", "1", "Authorization", "Bearer " + goodToken}, 200, true},
		{"is refused to others there", true, []string{"Diwan-Trace", "1", "Authorization", "Bearer reader"}, 403, false},
		{"another value is refused", false, []string{"Diwan-Trace", "yes"}, 400, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil, func(config *Config) { config.Admission.Production = c.production })
			if w := e.ask("POST", "/graphql", "{}", c.headers...); w.Code != c.status {
				t.Fatalf("status = %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status != 200 {
				return
			}
			var operation telemetry.Operation
			(*telemetry.Telemetry)(nil).Begin(e.seen.Context(), &operation)
			if traced := operation.Trace() != nil; traced != c.traced {
				t.Errorf("the operation is traced: %t, want %t", traced, c.traced)
			}
		})
	}
}

func TestPrivateReading(t *testing.T) {
	t.Parallel()
	for credential, want := range map[string]struct {
		status      int
		admitted    int
		previewOnly bool
	}{"": {status: 401}, "Bearer reader": {200, 1, false}, "Bearer preview": {200, 1, true}} {
		var admitted []auth.Actor
		e := newEdge(t, nil, func(config *Config) {
			config.Admission.PrivateRead = true
			config.Admission.Admitted = func(actor auth.Actor) { admitted = append(admitted, actor) }
		})
		var headers []string
		if credential != "" {
			headers = []string{"Authorization", credential}
		}
		w := e.ask("POST", "/graphql", "{}", headers...)
		if w.Code != want.status || len(admitted) != want.admitted || len(admitted) == 1 && admitted[0].PreviewOnly != want.previewOnly {
			t.Errorf("reading in private with %q = %d, admitted %+v, want %+v", credential, w.Code, admitted, want)
		}
	}
}

// Browsers send no credentials with the request that opens a socket.
func TestSocketsIdentifyTheirCallerLater(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil, func(config *Config) { config.Admission.PrivateRead = true })
	for upgrade, want := range map[string]int{"websocket": 200, "": 401} {
		w := e.ask("GET", "/graphql", "", "Connection", "Upgrade", "Upgrade", upgrade)
		if w.Code != want {
			t.Errorf("GET with Upgrade: %s = %d %s, want %d", upgrade, w.Code, w.Body, want)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		headers []string
		want    []model.Language
	}{
		{"none when not asked", nil, nil},
		{"best first, in canonical form", []string{"Accept-Language", "en;q=0.5, AR-iq, fr;q=0.8"}, []model.Language{"ar-IQ", "fr", "en"}},
		{"of several headers", []string{"Accept-Language", "ar", "Accept-Language", "fr;q=0.5"}, []model.Language{"ar", "fr"}},
		{"without what devices add", []string{"Accept-Language", "ar-EG-u-nu-latn, fr_FR;q=0.5"}, []model.Language{"ar-EG", "fr-FR"}},
		{"what cannot be read is left out", []string{"Accept-Language", "*, klingon!, ar"}, []model.Language{"ar"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			w := e.ask("POST", "/graphql", "{}", c.headers...)
			if got := model.LanguagesOf(e.seen.Context()); !slices.Equal(got, c.want) {
				t.Errorf("languages of %q = %q, want %q", c.headers, got, c.want)
			}
			if got := strings.Join(w.Header().Values("Vary"), ", "); got != "Accept-Encoding, Accept-Language, Authorization, Diwan-Perspective, Diwan-Trace" {
				t.Errorf("Vary = %q", got)
			}
		})
	}
}
