package app

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// filled returns the configuration of a database with a topic and an article.
func filled(t *testing.T) Config {
	t.Helper()
	config := Config{Database: storetest.Database(t)}
	const lines = `{"type":"topic","slug":"politics","names":{"en":"Politics"}}
{"type":"article","slug":"first","language":"en","title":"First","status":"PUBLISHED","topics":["politics"]}
`
	source := ImportSource{Name: "lines", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(lines)), nil }}
	report, err := Import(t.Context(), config, []ImportSource{source}, ImportOptions{Failed: func(f ImportFailure) { t.Error(f) }})
	if err != nil || report.Total().Created != 2 {
		t.Fatalf("Import = %+v, %v, want two created", report, err)
	}
	return config
}

func exported(t *testing.T, config Config) string {
	t.Helper()
	var text bytes.Buffer
	if err := Export(t.Context(), config, &text, true); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestACopyHasTheSameContent(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	from, to := filled(t), Config{Database: filepath.Join(t.TempDir(), "copy.db")}
	report, err := Copy(t.Context(), from, to, func(CopyProgress) {})
	if err != nil || len(report.Tables) == 0 {
		t.Fatalf("Copy = %+v, %v, want its tables", report, err)
	}
	if got, want := exported(t, to), exported(t, from); got != want || !strings.Contains(got, `"politics"`) {
		t.Errorf("export of the copy = %s, want %s", got, want)
	}
}

func TestReindexCountsArticles(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	all := 0
	if err := Reindex(t.Context(), filled(t), func(_, of int) { all = of }); err != nil || all != 1 {
		t.Errorf("Reindex tells %d articles, %v, want 1", all, err)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	config := Config{Database: storetest.Database(t)}
	version, err := Migrate(t.Context(), config)
	if err != nil || version == 0 {
		t.Fatalf("Migrate = %d, %v, want a version", version, err)
	}
	if pending, err := Pending(t.Context(), config); err != nil || len(pending) != 0 {
		t.Errorf("Pending after Migrate = %q, %v, want none", pending, err)
	}
	if SQLiteVersion() == "" {
		t.Error("SQLiteVersion() is empty")
	}
}

// Commands that need a database must not create one.
func TestCommandsThatNeedADatabase(t *testing.T) {
	t.Parallel()
	config := Config{Database: filepath.Join(t.TempDir(), "missing.db")}
	_, pending := Pending(t.Context(), config)
	_, copied := Copy(t.Context(), config, Config{Database: "x.db"}, nil)
	_, target := Copy(t.Context(), filled(t), Config{}, nil)
	_, tokens := Tokens(t.Context(), config)
	for command, c := range map[string]struct {
		err  error
		want string
	}{
		"Pending":       {pending, "there is no database " + config.Database},
		"Copy":          {copied, "--from: there is no database " + config.Database},
		"Copy to none":  {target, "--to: the database is a file"},
		"Tokens":        {tokens, "there is no database " + config.Database},
		"Reindex":       {Reindex(t.Context(), config, nil), "there is no database " + config.Database},
		"Export":        {Export(t.Context(), config, io.Discard, false), "there is no database " + config.Database},
		"Export of one": {Export(t.Context(), Config{Database: ":memory:"}, io.Discard, false), "the database is a file"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s = %v, want %q", command, c.err, c.want)
		}
	}
	if _, err := os.Stat(config.Database); err == nil {
		t.Error("a command has created the database")
	}
}

// The log tells tokens that are made and revoked on the machine from imports, and from what
// admins do over GraphQL.
func TestCommandsAreLoggedAsTheCommandLine(t *testing.T) {
	t.Parallel()
	config := filled(t)
	var log bytes.Buffer
	config.Log = slog.New(slog.NewTextHandler(&log, nil))
	_, token, err := CreateToken(t.Context(), config, "desk", model.RoleEditor, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := RevokeToken(t.Context(), config, token.ID()); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"an access token was made", "an access token was revoked"} {
		line := regexp.MustCompile(`msg="` + what + `".* by="command line" actorKey="command line"`)
		if !line.MatchString(log.String()) {
			t.Errorf("log = %s, want that %s by the command line", &log, what)
		}
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	config, noon := filled(t), time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	now := noon
	config.Now, config.AdminToken = func() time.Time { return now }, "admin-of-the-test"
	soon := model.At(noon.Add(time.Hour))
	secret, token, err := CreateToken(t.Context(), config, "سميرة", model.RoleEditor, &soon)
	if err != nil {
		t.Fatal(err)
	}
	n, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	config.OpenID = OpenID{Issuer: "http://127.0.0.1:1", Audience: "diwan", RoleClaim: "role"}
	issuer, err := config.withDefaults().issuer()
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthenticator(n, config, issuer)
	for name, c := range map[string]struct {
		token string
		want  auth.Actor
		code  model.ErrorCode
	}{
		"the configured token":       {config.AdminToken, auth.Actor{Key: auth.AdminKey, Name: "admin", Role: model.RoleAdmin}, ""},
		"a stored token":             {secret, auth.Actor{Key: fmt.Sprintf("token:%d", token.Key), Name: "سميرة", Role: model.RoleEditor, TokenID: token.Key}, ""},
		"an unknown token":           {"diwan_unknown", auth.Actor{}, model.CodeUnauthenticated},
		"a preview of another":       {auth.Preview{Article: 1, Until: soon}.Sign(auth.NewSecret()), auth.Actor{}, model.CodeUnauthenticated},
		"a JWT, whose issuer is off": {"a.b.c", auth.Actor{}, model.CodeUnavailable},
	} {
		got, err := a.authenticate(t.Context(), c.token)
		if c.code == "" && (got != c.want || err != nil) || c.code != "" && model.CodeOf(err) != c.code {
			t.Errorf("%s: authenticate = %+v, %v, want %+v, %q", name, got, err, c.want, c.code)
		}
	}
	now = soon.Time()
	if _, err := a.authenticate(t.Context(), secret); model.CodeOf(err) != model.CodeUnauthenticated || !strings.Contains(err.Error(), "the token has expired, on 2024-05-01T13:00:00.000Z") {
		t.Errorf("authenticate with a token that has expired = %v, want UNAUTHENTICATED that says when", err)
	}
}
