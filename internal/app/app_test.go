package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// fresh returns the configuration of a server on a database that does not exist yet.
func fresh(t *testing.T) Config {
	t.Helper()
	return Config{Listen: "127.0.0.1:0", Database: storetest.Database(t)}
}

func mustNew(t *testing.T, config Config) *App {
	t.Helper()
	a, err := New(t.Context(), config)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return a
}

// ask sends a query to a server that Run has not been called for, with a token
// unless it is empty.
func ask(t *testing.T, a *App, query, token string) *httptest.ResponseRecorder {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	a.server.ServeHTTP(w, r)
	return w
}

func statusWith(t *testing.T, a *App, token string) int {
	t.Helper()
	return ask(t, a, "{ __typename }", token).Code
}

func TestFirstStartMakesOneAdminToken(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	config := fresh(t)
	first := mustNew(t, config)
	if !strings.HasPrefix(first.newToken, "diwan_") {
		t.Fatalf("token of the first start = %q, want one", first.newToken)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := mustNew(t, config)
	if second.newToken != "" {
		t.Errorf("token of the second start = %q, want none", second.newToken)
	}
	for token, want := range map[string]int{first.newToken: 200, first.newToken + "x": 401} {
		if got := statusWith(t, second, token); got != want {
			t.Errorf("status with token %q = %d, want %d", token, got, want)
		}
	}
}

func TestTokenIsNotInTheDatabase(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	config := fresh(t)
	config.Database = filepath.Join(t.TempDir(), "diwan.db")
	a := mustNew(t, config)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(config.Database)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte(a.newToken)) || !bytes.Contains(file, []byte(auth.Digest(a.newToken))) {
		t.Error("the file has the token itself, or lacks its digest")
	}
}

func TestConfiguredTokenIsAcceptedBesideTheStored(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	config := fresh(t)
	first := mustNew(t, config)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	config.AdminToken = "a-token-of-my-own"
	a := mustNew(t, config)
	for token, want := range map[string]int{config.AdminToken: 200, first.newToken: 200, "a-token-of-my-owm": 401, first.newToken + "x": 401} {
		if got := statusWith(t, a, token); got != want {
			t.Errorf("status with token %q = %d, want %d", token, got, want)
		}
	}
}

func TestConfiguredTokenIsStoredNowhere(t *testing.T) {
	t.Parallel()
	config := fresh(t)
	config.AdminToken = "a-token-of-my-own"
	if err := mustNew(t, config).Close(); err != nil {
		t.Fatal(err)
	}
	config.AdminToken = ""
	a := mustNew(t, config)
	if a.newToken == "" {
		t.Error("a later start without DIWAN_ADMIN_TOKEN made no token, want one")
	}
	if got := statusWith(t, a, "a-token-of-my-own"); got != 401 {
		t.Errorf("status with the earlier token = %d, want 401", got)
	}
}

// A start creates a token if nobody could log in as an admin.
func TestStartsMakeATokenOnlyWhereThereIsNone(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	config, clock := fresh(t), time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	config.Now = func() time.Time { return clock }
	soon := model.At(clock.Add(time.Hour))
	start := func(what string, want bool) string {
		t.Helper()
		a := mustNew(t, config)
		if err := a.Close(); err != nil || (a.newToken != "") != want {
			t.Fatalf("token at a start with %s = %q, %v, want one: %t", what, a.newToken, err, want)
		}
		return a.newToken
	}
	start("nothing", true)
	made, err := Tokens(t.Context(), config)
	if err != nil || len(made) != 1 || made[0].Name != "admin" || made[0].Role != model.RoleAdmin {
		t.Fatalf("Tokens = %v, %v, want that of the first start", made, err)
	}
	if err := RevokeToken(t.Context(), config, made[0].ID()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := CreateToken(t.Context(), config, "editor", model.RoleEditor, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := CreateToken(t.Context(), config, "for an hour", model.RoleAdmin, &soon); err != nil {
		t.Fatal(err)
	}
	start("an admin's that expires later", false)
	clock = soon.Time()
	start("an editor's, one that has expired and one that was revoked", true)
	start("the one of before", false)
}

func TestRefusedStarts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() }) // after the cases, which run in parallel
	cases := []struct {
		name string
		edit func(*Config)
		want string
	}{
		{"a taken port", func(c *Config) { c.Listen = taken.Addr().String() }, "something else listens on " + taken.Addr().String() + " already"},
		{"an address without a port", func(c *Config) { c.Listen = "localhost" }, "give --listen a host and a port such as 127.0.0.1:8080"},
		{"an admin token that no header can carry", func(c *Config) { c.AdminToken = "sixteen characters" }, "DIWAN_ADMIN_TOKEN has a space"},
		{"a placeholder that is none", func(c *Config) { c.PreviewURL = "https://site.example/{lang}/{slug}?token={token}" }, "--preview-url has {lang}; what is filled in is {id}, {slug}, {language} and {token}"},
		{"a public address that is a path", func(c *Config) { c.PublicURL = "/cms" }, "--public-url: \"/cms\" is not the address of a server"},
		{"a public address without a scheme", func(c *Config) { c.PublicURL = "news.example.org" }, "--public-url: \"news.example.org\" is not"},
		{"a public address with a query", func(c *Config) { c.PublicURL = "https://news.example.org/?a=b" }, "--public-url: "},
		{"a proxy that is a name", func(c *Config) { c.TrustedProxies = []string{"127.0.0.1", "nginx"} }, "--trusted-proxy: \"nginx\" is neither an address nor a network"},
		{"an issuer without an audience", func(c *Config) { c.OpenID.Issuer = "https://login.example" }, "--oidc-issuer needs --oidc-audience"},
		{"an audience without an issuer", func(c *Config) { c.OpenID.Audience = "diwan" }, "without --oidc-issuer"},
		{"an issuer that is no URL", func(c *Config) { c.OpenID = OpenID{Issuer: "login.example", Audience: "diwan"} }, "give it the URL of an issuer"},
		{"a role that is none", func(c *Config) {
			c.OpenID = OpenID{Issuer: "https://login.example", Audience: "diwan", RoleMap: "desk=EDITOR,all=ANONYMOUS"}
		}, `"all=ANONYMOUS" is none`},
		{"a role for nothing", func(c *Config) {
			c.OpenID = OpenID{Issuer: "https://login.example", Audience: "diwan", RoleMap: "=EDITOR"}
		}, `"=EDITOR" is none`},
		{"two roles for one", func(c *Config) {
			c.OpenID = OpenID{Issuer: "https://login.example", Audience: "diwan", RoleMap: "desk=EDITOR,desk=ADMIN"}
		}, `"desk" stands there twice`},
		{"a database that is no URL", func(c *Config) { c.Database = "postgres://localhost:port/diwan" }, "the URL is not one such as postgres://"},
		{"another kind of database", func(c *Config) { c.Database = "mysql://localhost/diwan" }, "the database is neither a path nor a URL that begins with postgres://"},
		{"no database", func(c *Config) { c.Database = "" }, "the database is a file"},
		{"a database in memory", func(c *Config) { c.Database = ":memory:" }, "the database is a file"},
		{"a folder that does not exist", func(c *Config) { c.Database = filepath.Join(filepath.Dir(c.Database), "no", "diwan.db") }, "no such file or directory"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config, folder := fresh(t), t.TempDir()
			config.Database = filepath.Join(folder, "diwan.db")
			c.edit(&config)
			a, err := New(t.Context(), config)
			if err == nil {
				t.Fatalf("New = nil error, want %q; closed with %v", c.want, a.Close())
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("New = %q, want one line with %q", err, c.want)
			}
			if made, _ := os.ReadDir(folder); len(made) != 0 {
				t.Errorf("the refused start made %s", made[0].Name())
			}
		})
	}
}

func TestCountriesAreLoadedOnce(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	config := fresh(t)
	first := mustNew(t, config)
	got := ask(t, first, `{ countries { totalCount } country(by: {code: "SWZ"}) { name(language: "en") flag region(language: "ar") } }`, "").Body.String()
	if want := `{"data":{"countries":{"totalCount":249},"country":{"name":"Eswatini","flag":"🇸🇿","region":"أفريقيا الجنوبية"}}`; !strings.HasPrefix(got, want) {
		t.Errorf("countries of a new database = %s, want %s", got, want)
	}
	err := first.newsroom.store.Write(t.Context(), store.Actor{Name: "test"}, 0, func(tx *store.Tx) error {
		before, err := tx.Country(1)
		if err != nil {
			return err
		}
		edited := *before
		edited.LocalNames = model.LocalizedTexts{{Value: "Edited", Language: "en"}}
		return tx.UpdateCountry(before, &edited)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	got = ask(t, mustNew(t, config), `{ countries { totalCount } country(by: {code: "AD"}) { name } }`, "").Body.String()
	if want := `{"data":{"countries":{"totalCount":249},"country":{"name":"Edited"}}`; !strings.HasPrefix(got, want) {
		t.Errorf("countries at the second start = %s, want %s", got, want)
	}
}

func TestDemoIsLoadedIntoAnEmptyDatabaseOnly(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	ctx := t.Context()
	config := fresh(t).withDefaults()
	config.Demo = true
	n, err := Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	topic := &model.Topic{Slug: "politics", Named: model.Named{LocalNames: model.LocalizedTexts{{Value: "Politics", Language: "en"}}}}
	if err := n.store.Write(ctx, store.Actor{Name: "test"}, 0, func(tx *store.Tx) error { return tx.InsertTopic(topic) }); err != nil {
		t.Fatal(err)
	}
	if err := n.setUpDemo(ctx, config, func(context.Context) error { return errors.New("loaded") }); err != nil {
		t.Errorf("setUpDemo with content = %v, want nothing loaded", err)
	}
}

// A start that is stopped while it loads the demo leaves a part of it. It creates no
// token, and the next start with the demo loads again.
func TestDemoThatFailedIsTakenUpAgain(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	ctx := t.Context()
	config := fresh(t).withDefaults()
	config.Demo = true
	n, err := Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()

	part := func(ctx context.Context) error {
		topic := &model.Topic{Slug: "politics", Named: model.Named{LocalNames: model.LocalizedTexts{{Value: "Politics", Language: "en"}}}}
		if err := n.store.Write(ctx, store.Actor{Name: "test"}, 0, func(tx *store.Tx) error { return tx.InsertTopic(topic) }); err != nil {
			t.Fatal(err)
		}
		return errors.New("out of paper")
	}
	if err := n.setUpDemo(ctx, config, part); err == nil || !strings.Contains(err.Error(), "load the demo newsroom: out of paper") {
		t.Fatalf("setUpDemo = %v, want it to say what failed", err)
	}

	var log bytes.Buffer
	without := config
	without.Demo, without.Log = false, slog.New(slog.NewTextHandler(&log, nil))
	if err := n.setUpDemo(ctx, without, part); err != nil || !strings.Contains(log.String(), "only a part of the demo newsroom is here") {
		t.Errorf("setUpDemo without demo = %v, log %q, want a warning", err, &log)
	}

	loads := 0
	whole := func(context.Context) error { loads++; return nil }
	for range 2 {
		if err := n.setUpDemo(ctx, config, whole); err != nil {
			t.Fatal(err)
		}
	}
	if loads != 1 {
		t.Errorf("loaded %d times after the failure, want once", loads)
	}
}

func TestInterruptedDemoIsCompletedAtTheNextStart(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	undisturbed := fresh(t)
	undisturbed.Demo = true
	const counts = `{ topics { totalCount } offices { totalCount } officials { totalCount } articles { totalCount } }`
	want := ask(t, mustNew(t, undisturbed), counts, "").Body.String()

	config := fresh(t)
	config.Demo = true
	ctx, interrupt := context.WithCancel(t.Context())
	disturbed := config
	disturbed.OnRoundTrip = func(_ context.Context, trip model.RoundTrip) {
		if sent := trip.Statements[0].SQL; strings.HasPrefix(sent, "INSERT INTO") && strings.Contains(sent, "officials") {
			interrupt()
		}
	}
	if a, err := New(ctx, disturbed); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Fatalf("New = %v, %v, want it interrupted", a, err)
	}

	second := mustNew(t, config)
	if got := ask(t, second, counts, "").Body.String(); got != want {
		t.Errorf("after the second start = %s, want %s", got, want)
	}
	if second.newToken == "" {
		t.Error("the second start shows no token, but nobody has seen one")
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{"127.0.0.1:0": "http://127.0.0.1:", "0.0.0.0:0": "http://localhost:"} {
		s, err := listenAndServe(t.Context(), listen, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.url(); !strings.HasPrefix(got, want) || strings.HasSuffix(got, ":0") {
			t.Errorf("URL on %s = %q, want %s and the port", listen, got, want)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
}
