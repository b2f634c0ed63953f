package access

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// tokenErrors returns the errors of createAccessToken, each as its code and path.
func tokenErrors(t *testing.T, s *testserver.Server, input variables) (list []string) {
	t.Helper()
	payload := testserver.Ask[struct {
		CreateAccessToken struct {
			Token       *string
			AccessToken *struct{ ID string }
			Errors      []testserver.PayloadError
		}
	}](t, s, testserver.CreateToken, variables{"input": input}, testserver.AsAdmin).CreateAccessToken
	if payload.Token != nil || payload.AccessToken != nil {
		t.Errorf("createAccessToken(%v) returned a token, want only errors", input)
	}
	for _, e := range payload.Errors {
		list = append(list, e.At())
	}
	return list
}

func TestWrongTokensAreNotCreated(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for name, c := range map[string]struct {
		input variables
		want  []string
	}{
		"a blank name":            {variables{"name": " ", "role": "READER"}, []string{"INVALID input.name"}},
		"a name of two lines":     {variables{"name": "a\nb", "role": "READER"}, []string{"INVALID input.name"}},
		"a long name":             {variables{"name": strings.Repeat("ن", 201), "role": "READER"}, []string{"INVALID input.name"}},
		"nobody's role":           {variables{"name": "a", "role": "ANONYMOUS"}, []string{"INVALID input.role"}},
		"an end that is past":     {variables{"name": "a", "role": "READER", "expiresAt": testserver.Moment.Add(-time.Millisecond)}, []string{"INVALID input.expiresAt"}},
		"an end that is now":      {variables{"name": "a", "role": "READER", "expiresAt": testserver.Moment}, []string{"INVALID input.expiresAt"}},
		"all of it, told at once": {variables{"name": "", "role": "ANONYMOUS", "expiresAt": testserver.Moment}, []string{"INVALID input.name", "INVALID input.role", "INVALID input.expiresAt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tokenErrors(t, s, c.input); !slices.Equal(got, c.want) {
				t.Errorf("createAccessToken(%v) = %v, want %v", c.input, got, c.want)
			}
		})
	}
	s.Grant(t, variables{"name": strings.Repeat("ن", 200), "role": "READER", "expiresAt": nil})
	s.Grant(t, variables{"name": "soon", "role": "READER", "expiresAt": testserver.Moment.Add(time.Millisecond)})
}

// revokes revokes a token and returns the response.
func revokes(t *testing.T, s *testserver.Server, id string) string {
	t.Helper()
	a := s.Post(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { deletedId errors { code path } } }`, variables{"id": id}, testserver.AsAdmin)
	return string(a.Data)
}

// unauthenticated fails the test unless a request is refused with 401 for this reason.
func unauthenticated(t *testing.T, s *testserver.Server, reason string, headers ...header) {
	t.Helper()
	a := s.Post(t, `{ viewer { role } }`, nil, headers...)
	if a.Status != http.StatusUnauthorized || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "UNAUTHENTICATED" || !strings.Contains(a.Errors[0].Message, reason) {
		t.Errorf("answer = %d %s, want 401 UNAUTHENTICATED with %q", a.Status, a.Raw, reason)
	}
}

func TestATokenWorksUntilItEnds(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	desk := s.Grant(t, variables{"name": "مكتب", "role": "EDITOR", "expiresAt": testserver.Moment.Add(time.Hour)})
	clock.Set(testserver.Moment.Add(time.Minute))
	wire := s.Grant(t, variables{"name": "wire", "role": "CONTRIBUTOR"})
	s.WantData(t, listTokens, nil, `{"accessTokens":[
		{"name":"wire","role":"CONTRIBUTOR","createdAt":"2024-05-01T12:01:00.000Z","expiresAt":null},
		{"name":"مكتب","role":"EDITOR","createdAt":"2024-05-01T12:00:00.000Z","expiresAt":"2024-05-01T13:00:00.000Z"}]}`, testserver.AsAdmin)

	t.Run("its secret is kept nowhere", func(t *testing.T) {
		if len(desk.Token) != len("diwan_")+43 || !strings.HasPrefix(desk.Token, "diwan_") || desk.Token == wire.Token {
			t.Errorf("the secrets = %s, %s, want diwan_ and 256 bits each", desk.Token, wire.Token)
		}
		kept := strings.Join(s.Database.Rows(t, "SELECT * FROM access_tokens"), "\n")
		if strings.Contains(kept, desk.Token) || !strings.Contains(kept, auth.Digest(desk.Token)) {
			t.Errorf("access_tokens = %s, want the digest and not the secret", kept)
		}
	})
	t.Run("it writes under its name", func(t *testing.T) {
		a := s.Post(t, `mutation { createTopic(input: {names: [{language: "en", value: "By the desk"}]}) { errors { code } } }`, nil, desk.Header())
		if last := s.Database.Rows(t, "SELECT actor FROM changes ORDER BY id DESC LIMIT 1"); len(a.Errors) > 0 || last[0] != "مكتب" {
			t.Errorf("the actor of %s = %v, want the name of the token", a.Raw, last)
		}
	})
	t.Run("only admins find it", func(t *testing.T) {
		const query = `query($id: ID!) { node(id: $id) { id ... on AccessToken { name } } nodes(ids: [$id]) { id } }`
		id := variables{"id": wire.AccessToken.ID}
		s.WantData(t, query, id, `{"node":{"id":"`+wire.AccessToken.ID+`","name":"wire"},"nodes":[{"id":"`+wire.AccessToken.ID+`"}]}`, testserver.AsAdmin)
		s.WantData(t, query, id, `{"node":null,"nodes":[null]}`)
		s.WantData(t, query, id, `{"node":null,"nodes":[null]}`, desk.Header())
		for _, headers := range [][]header{nil, {desk.Header()}} {
			if code, _ := s.Refused(t, listTokens, nil, headers...); code != "FORBIDDEN" {
				t.Errorf("accessTokens with %v = %s, want FORBIDDEN", headers, code)
			}
		}
	})
	t.Run("its id names nothing else", func(t *testing.T) {
		for _, query := range []string{
			`mutation($id: ID!) { deleteTopic(id: $id) { errors { code } } }`, `mutation($id: ID!) { confirmMention(article: $id, start: 0, end: 1, entity: $id) { errors { code } } }`,
			`mutation($id: ID!) { createArticle(input: {language: "en", title: "A", topics: [$id]}) { errors { code } } }`,
		} {
			if a := s.Post(t, query, variables{"id": wire.AccessToken.ID}, testserver.AsAdmin); len(a.Errors) > 0 || !strings.Contains(string(a.Data), `[{"code":"NOT_FOUND"}]`) {
				t.Errorf("%s = %s, want NOT_FOUND", query, a.Raw)
			}
		}
	})
	t.Run("it ends when it expires", func(t *testing.T) {
		clock.Set(testserver.Moment.Add(time.Hour - time.Millisecond))
		s.WantData(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"EDITOR"}}`, desk.Header())
		clock.Set(testserver.Moment.Add(time.Hour))
		unauthenticated(t, s, "the token has expired, on 2024-05-01T13:00:00.000Z", desk.Header())
	})
	t.Run("it ends when it is revoked", func(t *testing.T) {
		id := wire.AccessToken.ID
		if got, want := revokes(t, s, id), `{"revokeAccessToken":{"deletedId":"`+id+`","errors":[]}}`; got != want {
			t.Errorf("revokeAccessToken = %s, want %s", got, want)
		}
		unauthenticated(t, s, "not known here", wire.Header())
		for _, id := range []string{id, nowhere} {
			if got, want := revokes(t, s, id), `{"revokeAccessToken":{"deletedId":null,"errors":[{"code":"NOT_FOUND","path":["id"]}]}}`; got != want {
				t.Errorf("revokeAccessToken of a revoked or missing token = %s, want %s", got, want)
			}
		}
		s.WantData(t, `query($id: ID!) { node(id: $id) { id } accessTokens { name } }`, variables{"id": id}, `{"node":null,"accessTokens":[{"name":"مكتب"}]}`, testserver.AsAdmin)
		if kept := s.Database.Rows(t, "SELECT name FROM access_tokens WHERE revoked_at IS NOT NULL"); !slices.Equal(kept, []string{"wire"}) {
			t.Errorf("rows of revoked tokens = %v, want wire", kept)
		}
	})
}

// The time of a token's last use is written at most about once an hour, and no request
// waits for it. Refused requests do not count.
func TestTheLastUseOfATokenIsNoted(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	reader := s.Grant(t, variables{"name": "reader", "role": "READER"})
	s.StatementsOf(func() {})
	used := func() string {
		return strings.Join(s.Database.Rows(t, "SELECT COALESCE(last_used_at, 0) FROM access_tokens"), " ")
	}
	comes := func(at time.Time) {
		t.Helper()
		testserver.Until(t, "the use at "+at.String(), func() bool { return used() == fmt.Sprint(at.UnixMilli()) })
	}
	if a := s.Post(t, `{ viewer { role } }`, nil, reader.Header(), testserver.SeeDrafts); a.Status != http.StatusForbidden {
		t.Fatalf("drafts for a reader = %d", a.Status)
	}
	clock.Set(testserver.Moment.Add(time.Second)) // so that the refused request would have left another time
	s.WantData(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.Header())
	comes(testserver.Moment.Add(time.Second))
	s.WantData(t, `query($id: ID!) { node(id: $id) { ... on AccessToken { lastUsedAt } } }`, variables{"id": reader.AccessToken.ID}, `{"node":{"lastUsedAt":"2024-05-01T12:00:01.000Z"}}`, testserver.AsAdmin)

	clock.Set(testserver.Moment.Add(time.Hour))
	s.WantData(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.Header())
	clock.Set(testserver.Moment.Add(time.Hour + time.Second))
	s.WantData(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.Header())
	comes(testserver.Moment.Add(time.Hour + time.Second)) // and not that of the request one second before
	if noted := uses(s); len(noted) != 2 {
		t.Errorf("uses were written by %s\nwant two statements, one an hour", testserver.Lines(noted))
	}

	// A second server on the database does not know what the first one has written, but
	// must not overwrite it.
	second := testserver.Start(t, clock.Drive, func(c *app.Config) { c.Database = string(s.Database) })
	clock.Set(testserver.Moment.Add(time.Hour + time.Minute))
	second.WantData(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.Header())
	testserver.Until(t, "the use on the second server", func() bool { return len(uses(second)) > 0 })
	second.Create(t, "Topic", variables{"names": testserver.Names("en", "Written afterwards")})
	if got, want := used(), fmt.Sprint(testserver.Moment.Add(time.Hour+time.Second).UnixMilli()); got != want {
		t.Errorf("last use after one on the second server = %s, want %s as before", got, want)
	}
}

// uses returns the statements that wrote the use of a token since StatementsOf was called.
func uses(s *testserver.Server) []string {
	return slices.DeleteFunc(s.Statements(), func(sql string) bool { return !strings.HasPrefix(sql, "UPDATE access_tokens") })
}

// tokens runs diwan token on the server's database.
func tokens(s *testserver.Server, args ...string) (status int, out, errs string) {
	return testserver.Command("", append(append([]string{"token"}, args...), "--database", string(s.Database), "--database-wait=0s")...)
}

func TestTokenCommandsManageTokens(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Now = time.Now }) // as the commands do
	status, secret, told := tokens(s, "create", "--name", "Wire service", "--role", "editor", "--expires", "48h")
	if status != 0 || len(strings.Fields(secret)) != 1 || !strings.HasPrefix(secret, "diwan_") || !strings.HasSuffix(secret, "\n") {
		t.Fatalf("token create = %d, %q, %q, want the secret alone", status, secret, told)
	}
	if !strings.Contains(told, "Wire service") || !strings.Contains(told, "EDITOR") || !strings.Contains(told, "shown only this once") || strings.Contains(told, strings.TrimSpace(secret)) {
		t.Errorf("token create printed %q, want the name and the role, and a warning, without the secret", told)
	}
	as := header{"Authorization", "Bearer " + strings.TrimSpace(secret)}
	s.WantData(t, `{ viewer { role name } }`, nil, `{"viewer":{"role":"EDITOR","name":"Wire service"}}`, as)
	if status, _, told := tokens(s, "create", "--name", "Chief", "--role", "ADMIN", "--expires", "2999-12-31"); status != 0 || !strings.Contains(told, "expires on 2999-12-31 00:00:00 UTC") {
		t.Errorf("token create until a date = %d, %q", status, told)
	}

	status, table, told := tokens(s, "list")
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if status != 0 || told != "" || len(lines) != 3 || !strings.HasPrefix(lines[0], "ID ") || !strings.Contains(lines[1], " ADMIN ") || !strings.HasSuffix(lines[2], "  Wire service") {
		t.Fatalf("token list = %d, %s%s", status, table, told)
	}
	id := strings.Fields(lines[2])[0]
	if status, out, told := tokens(s, "revoke", id); status != 0 || out != "" || !strings.Contains(told, id+" is revoked") {
		t.Errorf("token revoke = %d, %q, %q", status, out, told)
	}
	unauthenticated(t, s, "not known here", as)
	if _, table, _ := tokens(s, "list"); strings.Contains(table, "Wire service") {
		t.Errorf("token list after a revocation = %s, want no revoked token", table)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"there is no such access token", []string{"revoke", id}},
		{`"7" is not the id of a token`, []string{"revoke", "7"}},
		{"send the id of type AccessToken", []string{"revoke", nowhere}},
		{"the text is blank", []string{"create", "--name= ", "--role=READER"}},
		{"ANONYMOUS takes no token", []string{"create", "--name=a", "--role=anonymous"}},
		{`"CHIEF" is not a role; send READER`, []string{"create", "--name=a", "--role=chief"}},
		{"is past", []string{"create", "--name=a", "--role=READER", "--expires=2020-01-01"}},
		{`"soon" is neither a time such as 720h nor a date`, []string{"create", "--name=a", "--role=READER", "--expires=soon"}},
		{"missing flags: --role=ROLE", []string{"create", "--name=a"}},
	} {
		if status, out, told := tokens(s, c.args...); status == 0 || out != "" || !strings.Contains(told, c.want) || strings.Count(told, "\n") != 1 {
			t.Errorf("token %v = %d, %q, %q, want one line with %q", c.args, status, out, told, c.want)
		}
	}
}

// A subscriber whose token is revoked or expires is disconnected.
func TestARevokedTokenEndsItsSubscriptions(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive, func(c *app.Config) {
		c.Streams.PingEvery, c.Streams.CommentEvery = time.Second, 100*time.Millisecond
	})
	for _, is := range []struct {
		name string
		end  func(testserver.Grant)
	}{
		{"revoked", func(g testserver.Grant) {
			s.WantData(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { errors { code } } }`, variables{"id": g.AccessToken.ID}, `{"revokeAccessToken":{"errors":[]}}`, testserver.AsAdmin)
		}},
		{"expired", func(testserver.Grant) { clock.Set(testserver.Moment.Add(48 * time.Hour)) }}, // last, because no token can be created afterwards
	} {
		g := s.Grant(t, variables{"name": is.name, "role": "CONTRIBUTOR", "expiresAt": testserver.Moment.Add(24 * time.Hour)})
		f := s.Follow(t, nil, g.Header(), testserver.SeeDrafts)
		stream := s.Events(t, `subscription { changes { kind } }`, nil, g.Header(), testserver.SeeDrafts)
		is.end(g)
		if _, err := f.TryRead(testserver.Soon); websocket.CloseStatus(err) != 4401 {
			t.Errorf("a socket with a token that is %s ended with %v, want 4401", is.name, err)
		}
		if event, data := stream.Next(); event != "" {
			t.Errorf("the event stream with a token that is %s sent %s %s, want its end", is.name, event, data)
		}
	}
}

// The creation and revocation of tokens, and the creation of preview links, are logged with
// the actor and without the secret.
func TestTokensAndPreviewsAreLogged(t *testing.T) {
	t.Parallel()
	log := &testserver.Log{}
	s := testserver.Start(t, func(c *app.Config) { c.Log = log.Logger() })
	g := s.Grant(t, variables{"name": "Wire service", "role": "CONTRIBUTOR"})
	article := s.Article(t, "A", nil)
	link := preview(t, s, article.ID, "", g.Header())
	s.WantData(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { errors { code } } }`, variables{"id": g.AccessToken.ID}, `{"revokeAccessToken":{"errors":[]}}`, testserver.AsAdmin)
	for _, words := range [][]string{
		{"an access token was made", "Wire service", "CONTRIBUTOR", g.AccessToken.ID, "actorKey=admin"},
		{"a preview link was made", article.ID, "Wire service", "actorKey=token:"},
		{"an access token was revoked", g.AccessToken.ID, "actorKey=admin"},
	} {
		if len(log.Lines(words...)) != 1 {
			t.Errorf("log without one line with %q:\n%s", words, log)
		}
	}
	for _, secret := range []string{g.Token, *link.Token} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has the secret %s", secret)
		}
	}
}
