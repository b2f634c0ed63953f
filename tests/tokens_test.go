package tests

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
)

// tokenErrors is what is wrong with a new token, each as its code and path.
func (s *server) tokenErrors(t *testing.T, input variables) (list []string) {
	t.Helper()
	payload := ask[struct {
		CreateAccessToken struct {
			Token       *string
			AccessToken *struct{ ID string }
			Errors      []wrong
		}
	}](t, s, createToken, variables{"input": input}, asAdmin).CreateAccessToken
	if payload.Token != nil || payload.AccessToken != nil {
		t.Errorf("createAccessToken(%v) made one", input)
	}
	for _, e := range payload.Errors {
		list = append(list, e.at())
	}
	return list
}

func TestTokensThatAreNotMade(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct {
		input variables
		want  []string
	}{
		"a blank name":            {variables{"name": " ", "role": "READER"}, []string{"INVALID input.name"}},
		"a name of two lines":     {variables{"name": "a\nb", "role": "READER"}, []string{"INVALID input.name"}},
		"a long name":             {variables{"name": strings.Repeat("ن", 201), "role": "READER"}, []string{"INVALID input.name"}},
		"nobody's role":           {variables{"name": "a", "role": "ANONYMOUS"}, []string{"INVALID input.role"}},
		"an end that is past":     {variables{"name": "a", "role": "READER", "expiresAt": moment.Add(-time.Millisecond)}, []string{"INVALID input.expiresAt"}},
		"an end that is now":      {variables{"name": "a", "role": "READER", "expiresAt": moment}, []string{"INVALID input.expiresAt"}},
		"all of it, told at once": {variables{"name": "", "role": "ANONYMOUS", "expiresAt": moment}, []string{"INVALID input.name", "INVALID input.role", "INVALID input.expiresAt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := s.tokenErrors(t, c.input); !slices.Equal(got, c.want) {
				t.Errorf("createAccessToken(%v) = %v, want %v", c.input, got, c.want)
			}
		})
	}
	s.grant(t, variables{"name": strings.Repeat("ن", 200), "role": "READER", "expiresAt": nil})
	s.grant(t, variables{"name": "soon", "role": "READER", "expiresAt": moment.Add(time.Millisecond)})
}

// revokes sends the mutation, and answers what it answers.
func (s *server) revokes(t *testing.T, id string) string {
	t.Helper()
	a := s.post(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { deletedId errors { code path } } }`, variables{"id": id}, asAdmin)
	return string(a.Data)
}

// unauthenticated checks that a credential is refused with 401, for the reason.
func (s *server) unauthenticated(t *testing.T, reason string, headers ...header) {
	t.Helper()
	a := s.post(t, `{ viewer { role } }`, nil, headers...)
	if a.Status != http.StatusUnauthorized || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "UNAUTHENTICATED" || !strings.Contains(a.Errors[0].Message, reason) {
		t.Errorf("the answer = %d %s, want 401 UNAUTHENTICATED that says %q", a.Status, a.Raw, reason)
	}
}

func TestTheLifeOfAToken(t *testing.T) {
	t.Parallel()
	var clock clock
	s := start(t, clock.of)
	desk := s.grant(t, variables{"name": "مكتب", "role": "EDITOR", "expiresAt": moment.Add(time.Hour)})
	clock.set(moment.Add(time.Minute))
	wire := s.grant(t, variables{"name": "wire", "role": "CONTRIBUTOR"})
	s.answers(t, listTokens, nil, `{"accessTokens":[
		{"name":"wire","role":"CONTRIBUTOR","createdAt":"2024-05-01T12:01:00.000Z","expiresAt":null},
		{"name":"مكتب","role":"EDITOR","createdAt":"2024-05-01T12:00:00.000Z","expiresAt":"2024-05-01T13:00:00.000Z"}]}`, asAdmin)

	t.Run("its secret is kept nowhere", func(t *testing.T) {
		if len(desk.Token) != len("diwan_")+43 || !strings.HasPrefix(desk.Token, "diwan_") || desk.Token == wire.Token {
			t.Errorf("the secrets = %s, %s, want diwan_ and 256 bits each", desk.Token, wire.Token)
		}
		kept := strings.Join(s.database.rows(t, "SELECT * FROM access_tokens"), "\n")
		if strings.Contains(kept, desk.Token) || !strings.Contains(kept, auth.Digest(desk.Token)) {
			t.Errorf("access_tokens = %s, want the digest and not the secret", kept)
		}
	})
	t.Run("it writes under its name", func(t *testing.T) {
		a := s.post(t, `mutation { createTopic(input: {names: [{language: "en", value: "By the desk"}]}) { errors { code } } }`, nil, desk.header())
		if last := s.database.rows(t, "SELECT actor FROM changes ORDER BY id DESC LIMIT 1"); len(a.Errors) > 0 || last[0] != "مكتب" {
			t.Errorf("the actor of %s = %v, want the name of the token", a.Raw, last)
		}
	})
	t.Run("only admins find it", func(t *testing.T) {
		const query = `query($id: ID!) { node(id: $id) { id ... on AccessToken { name } } nodes(ids: [$id]) { id } }`
		id := variables{"id": wire.AccessToken.ID}
		s.answers(t, query, id, `{"node":{"id":"`+wire.AccessToken.ID+`","name":"wire"},"nodes":[{"id":"`+wire.AccessToken.ID+`"}]}`, asAdmin)
		s.answers(t, query, id, `{"node":null,"nodes":[null]}`)
		s.answers(t, query, id, `{"node":null,"nodes":[null]}`, desk.header())
		for _, headers := range [][]header{nil, {desk.header()}} {
			if code, _ := s.refused(t, listTokens, nil, headers...); code != "FORBIDDEN" {
				t.Errorf("accessTokens with %v = %s, want FORBIDDEN", headers, code)
			}
		}
	})
	t.Run("its id names nothing else", func(t *testing.T) {
		for _, query := range []string{
			`mutation($id: ID!) { deleteTopic(id: $id) { errors { code } } }`, `mutation($id: ID!) { confirmMention(article: $id, start: 0, end: 1, entity: $id) { errors { code } } }`,
			`mutation($id: ID!) { createArticle(input: {language: "en", title: "A", topics: [$id]}) { errors { code } } }`,
		} {
			if a := s.post(t, query, variables{"id": wire.AccessToken.ID}, asAdmin); len(a.Errors) > 0 || !strings.Contains(string(a.Data), `[{"code":"NOT_FOUND"}]`) {
				t.Errorf("%s = %s, want NOT_FOUND", query, a.Raw)
			}
		}
	})
	t.Run("it ends when it expires", func(t *testing.T) {
		clock.set(moment.Add(time.Hour - time.Millisecond))
		s.answers(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"EDITOR"}}`, desk.header())
		clock.set(moment.Add(time.Hour))
		s.unauthenticated(t, "the token has expired, on 2024-05-01T13:00:00.000Z", desk.header())
	})
	t.Run("it ends when it is revoked", func(t *testing.T) {
		id := wire.AccessToken.ID
		if got, want := s.revokes(t, id), `{"revokeAccessToken":{"deletedId":"`+id+`","errors":[]}}`; got != want {
			t.Errorf("revokeAccessToken = %s, want %s", got, want)
		}
		s.unauthenticated(t, "not known here", wire.header())
		for _, id := range []string{id, nowhere} {
			if got, want := s.revokes(t, id), `{"revokeAccessToken":{"deletedId":null,"errors":[{"code":"NOT_FOUND","path":["id"]}]}}`; got != want {
				t.Errorf("revokeAccessToken once more = %s, want %s", got, want)
			}
		}
		s.answers(t, `query($id: ID!) { node(id: $id) { id } accessTokens { name } }`, variables{"id": id}, `{"node":null,"accessTokens":[{"name":"مكتب"}]}`, asAdmin)
		if kept := s.database.rows(t, "SELECT name FROM access_tokens WHERE revoked_at IS NOT NULL"); !slices.Equal(kept, []string{"wire"}) {
			t.Errorf("the rows of what was revoked = %v, want its own", kept)
		}
	})
}

// Its date tells whether a token is still of use, and costs no request anything.
func TestLastUse(t *testing.T) {
	t.Parallel()
	var clock clock
	s := start(t, clock.of)
	reader := s.grant(t, variables{"name": "reader", "role": "READER"})
	s.counted(func() {})
	used := func() string {
		return strings.Join(s.database.rows(t, "SELECT COALESCE(last_used_at, 0) FROM access_tokens"), " ")
	}
	comes := func(at time.Time) {
		t.Helper()
		until(t, "the use at "+at.String(), func() bool { return used() == fmt.Sprint(at.UnixMilli()) })
	}
	if a := s.post(t, `{ viewer { role } }`, nil, reader.header(), seeDrafts); a.Status != http.StatusForbidden {
		t.Fatalf("drafts for a reader = %d", a.Status)
	}
	clock.set(moment.Add(time.Second)) // else the request before would be found, too
	s.answers(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.header())
	comes(moment.Add(time.Second))
	s.answers(t, `query($id: ID!) { node(id: $id) { ... on AccessToken { lastUsedAt } } }`, variables{"id": reader.AccessToken.ID}, `{"node":{"lastUsedAt":"2024-05-01T12:00:01.000Z"}}`, asAdmin)

	clock.set(moment.Add(time.Hour))
	s.answers(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.header())
	clock.set(moment.Add(time.Hour + time.Second))
	s.answers(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.header())
	comes(moment.Add(time.Hour + time.Second)) // and not that of a second before
	if noted := s.uses(); len(noted) != 2 {
		t.Errorf("it was noted with %s\nwant two statements: once an hour", list(noted))
	}

	// A second server on the database does not know what the first has noted.
	second := start(t, clock.of, func(c *app.Config) { c.Database = string(s.database) })
	clock.set(moment.Add(time.Hour + time.Minute))
	second.answers(t, `{ viewer { role } }`, nil, `{"viewer":{"role":"READER"}}`, reader.header())
	until(t, "its use of the second server", func() bool { return len(second.uses()) > 0 })
	second.create(t, "Topic", variables{"names": names("en", "Written afterwards")})
	if got, want := used(), fmt.Sprint(moment.Add(time.Hour+time.Second).UnixMilli()); got != want {
		t.Errorf("last used after a use of the second server = %s, want %s as before", got, want)
	}
}

// uses are the statements that noted the use of a token, since counted.
func (s *server) uses() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.statements), func(sql string) bool { return !strings.HasPrefix(sql, "UPDATE access_tokens") })
}

// tokens runs diwan token on the server's database.
func (s *server) tokens(args ...string) (status int, out, errs string) {
	return command("", append(append([]string{"token"}, args...), "--database", string(s.database), "--database-wait=0s")...)
}

func TestTokenCommands(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.Now = time.Now }) // as the commands' own
	status, secret, told := s.tokens("create", "--name", "Wire service", "--role", "editor", "--expires", "48h")
	if status != 0 || len(strings.Fields(secret)) != 1 || !strings.HasPrefix(secret, "diwan_") || !strings.HasSuffix(secret, "\n") {
		t.Fatalf("token create = %d, %q, %q, want the secret alone", status, secret, told)
	}
	if !strings.Contains(told, "Wire service") || !strings.Contains(told, "EDITOR") || !strings.Contains(told, "shown only this once") || strings.Contains(told, strings.TrimSpace(secret)) {
		t.Errorf("token create says %q", told)
	}
	as := header{"Authorization", "Bearer " + strings.TrimSpace(secret)}
	s.answers(t, `{ viewer { role name } }`, nil, `{"viewer":{"role":"EDITOR","name":"Wire service"}}`, as)
	if status, _, told := s.tokens("create", "--name", "Chief", "--role", "ADMIN", "--expires", "2999-12-31"); status != 0 || !strings.Contains(told, "until 2999-12-31 00:00:00 UTC") {
		t.Errorf("token create until a date = %d, %q", status, told)
	}

	status, table, told := s.tokens("list")
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if status != 0 || told != "" || len(lines) != 3 || !strings.HasPrefix(lines[0], "ID ") || !strings.Contains(lines[1], " ADMIN ") || !strings.HasSuffix(lines[2], "  Wire service") {
		t.Fatalf("token list = %d, %s%s", status, table, told)
	}
	id := strings.Fields(lines[2])[0]
	if status, out, told := s.tokens("revoke", id); status != 0 || out != "" || !strings.Contains(told, id+" is revoked") {
		t.Errorf("token revoke = %d, %q, %q", status, out, told)
	}
	s.unauthenticated(t, "not known here", as)
	if _, table, _ := s.tokens("list"); strings.Contains(table, "Wire service") {
		t.Errorf("token list still has what was revoked: %s", table)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"there is no such access token", []string{"revoke", id}},
		{`"7" is no id of a token`, []string{"revoke", "7"}},
		{"send the id of type AccessToken", []string{"revoke", nowhere}},
		{"the text is blank", []string{"create", "--name= ", "--role=READER"}},
		{"ANONYMOUS takes no token", []string{"create", "--name=a", "--role=anonymous"}},
		{`"CHIEF" is no role; send READER`, []string{"create", "--name=a", "--role=chief"}},
		{"is past", []string{"create", "--name=a", "--role=READER", "--expires=2020-01-01"}},
		{`"soon" is neither a time such as 720h nor a date`, []string{"create", "--name=a", "--role=READER", "--expires=soon"}},
		{"missing flags: --role=ROLE", []string{"create", "--name=a"}},
	} {
		if status, out, told := s.tokens(c.args...); status == 0 || out != "" || !strings.Contains(told, c.want) || strings.Count(told, "\n") != 1 {
			t.Errorf("token %v = %d, %q, %q, want one line with %q", c.args, status, out, told, c.want)
		}
	}
}

// Who listens with a token that is revoked meanwhile, or expires, is sent away.
func TestARevokedTokenListensNoLonger(t *testing.T) {
	t.Parallel()
	var clock clock
	s := start(t, clock.of, func(c *app.Config) {
		c.Streams.PingEvery, c.Streams.CommentEvery = time.Second, 100*time.Millisecond
	})
	for _, is := range []struct {
		name string
		end  func(grant)
	}{
		{"revoked", func(g grant) {
			s.answers(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { errors { code } } }`, variables{"id": g.AccessToken.ID}, `{"revokeAccessToken":{"errors":[]}}`, asAdmin)
		}},
		{"expired", func(grant) { clock.set(moment.Add(48 * time.Hour)) }}, // the last: no token is made after it
	} {
		g := s.grant(t, variables{"name": is.name, "role": "CONTRIBUTOR", "expiresAt": moment.Add(24 * time.Hour)})
		f := s.follow(t, nil, g.header(), seeDrafts)
		stream := s.events(t, `subscription { changes { kind } }`, nil, g.header(), seeDrafts)
		is.end(g)
		if _, err := f.tryRead(shortly); websocket.CloseStatus(err) != 4403 {
			t.Errorf("a socket of a token that is %s ends with %v, want 4403", is.name, err)
		}
		if event, data := stream.next(); event != "" {
			t.Errorf("an event stream of a token that is %s goes on with %s %s, want its end", is.name, event, data)
		}
	}
}

// What opens the newsroom to others stands in the log, with who did it, and no secret.
func TestTokensAndPreviewsAreLogged(t *testing.T) {
	t.Parallel()
	log := &book{}
	s := start(t, func(c *app.Config) { c.Log = log.log() })
	g := s.grant(t, variables{"name": "Wire service", "role": "CONTRIBUTOR"})
	article := s.article(t, "A", nil)
	link := s.preview(t, article.ID, "", g.header())
	s.answers(t, `mutation($id: ID!) { revokeAccessToken(id: $id) { errors { code } } }`, variables{"id": g.AccessToken.ID}, `{"revokeAccessToken":{"errors":[]}}`, asAdmin)
	for _, words := range [][]string{
		{"an access token was made", "Wire service", "CONTRIBUTOR", g.AccessToken.ID, "actorKey=admin"},
		{"a preview link was made", article.ID, "Wire service", "actorKey=token:"},
		{"an access token was revoked", g.AccessToken.ID, "actorKey=admin"},
	} {
		if len(log.lines(words...)) != 1 {
			t.Errorf("the log has no line with %q:\n%s", words, log)
		}
	}
	for _, secret := range []string{g.Token, *link.Token} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has the secret %s", secret)
		}
	}
}
