package editing

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// create is the body of a request that creates an article.
func create(t testing.TB, title string) string {
	t.Helper()
	return testserver.Encode(t, map[string]any{
		"query":     `mutation($title: String!) { createArticle(input: {language: "en", title: $title}) { article { id title version topics { slug } } errors { code message } } }`,
		"variables": map[string]any{"title": title},
	})
}

func sendKeyed(t testing.TB, s *testserver.Server, key, body string, headers ...header) testserver.Reply {
	t.Helper()
	return s.Send(t, http.MethodPost, "", body, append([]header{testserver.AsJSON, testserver.AsAdmin, {"Idempotency-Key", key}}, headers...)...)
}

func articles(t testing.TB, s *testserver.Server) string {
	t.Helper()
	return strings.Join(s.Database.Rows(t, "SELECT title FROM articles ORDER BY id"), ", ")
}

func TestRequestsWithAKeyAreExecutedOnce(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	first := sendKeyed(t, s, "one", create(t, "One"))
	if first.Status != http.StatusOK || len(first.Errors) > 0 || first.Header.Get("Idempotent-Replayed") != "" {
		t.Fatalf("the first answer = %d %s", first.Status, first.Body)
	}
	for _, key := range []string{"one", `"one"`, `"one";v=1`, ` "one" `} {
		again := sendKeyed(t, s, key, create(t, "One"))
		if again.Body != first.Body || again.Status != first.Status || again.MediaType() != first.MediaType() ||
			again.Header.Get("Diwan-Consistency") != first.Header.Get("Diwan-Consistency") || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("the answer to %s = %d %v %s, want the first again: %s", key, again.Status, again.Header, again.Body, first.Body)
		}
	}
	s.Post(t, `mutation { updateArticle(id: "`+articleID(t, first)+`", input: {title: "Changed"}) { errors { code } } }`, nil, testserver.AsAdmin)
	if again := sendKeyed(t, s, "one", create(t, "One")); again.Body != first.Body {
		t.Errorf("after a change, the answer = %s, want the first again", again.Body)
	}
	if got := articles(t, s); got != "Changed" {
		t.Errorf("articles = %s, want one", got)
	}
}

func articleID(t testing.TB, r testserver.Reply) string {
	t.Helper()
	var a struct {
		Data struct {
			CreateArticle struct{ Article struct{ ID string } }
		}
	}
	if err := json.Unmarshal([]byte(r.Body), &a); err != nil || a.Data.CreateArticle.Article.ID == "" {
		t.Fatalf("answer = %s, %v, want an article", r.Body, err)
	}
	return a.Data.CreateArticle.Article.ID
}

func TestKeysThatAreRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	sendKeyed(t, s, "taken", create(t, "One"))
	for _, c := range []struct {
		name, key string
		status    int
		message   string
	}{
		{"another body", "taken", http.StatusUnprocessableEntity, "came with another request"},
		{"no text", "", http.StatusBadRequest, "is no key"},
		{"empty quotes", `""`, http.StatusBadRequest, "is no key"},
		{"open quotes", `"two`, http.StatusBadRequest, "is no key"},
		{"more after the quotes", `"two" three`, http.StatusBadRequest, "is no key"},
		{"two in one header", "two, three", http.StatusBadRequest, "is no key"},
		{"an escape that is none", `"tw\o"`, http.StatusBadRequest, "is no key"},
		{"letters beyond ASCII", "مفتاح", http.StatusBadRequest, "is no key"},
		{"256 characters", strings.Repeat("k", 256), http.StatusBadRequest, "256 characters; send at most 255"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sendKeyed(t, s, c.key, create(t, "Two"))
			if r.Status != c.status || !strings.Contains(r.Message(), c.message) || r.Code() != "INVALID" {
				t.Errorf("answer = %d %s, want %d %s", r.Status, r.Body, c.status, c.message)
			}
		})
	}
	t.Run("two headers", func(t *testing.T) {
		if r := sendKeyed(t, s, "two", create(t, "Two"), header{"Idempotency-Key", "three"}); r.Status != http.StatusBadRequest {
			t.Errorf("answer = %d %s, want 400", r.Status, r.Body)
		}
	})
	t.Run("an event stream", func(t *testing.T) {
		if r := sendKeyed(t, s, "two", create(t, "Two"), header{"Accept", "text/event-stream"}); r.Status != http.StatusBadRequest || !strings.Contains(r.Body, "keeps no answers") {
			t.Errorf("answer = %d %s, want 400", r.Status, r.Body)
		}
	})
	if got := articles(t, s); got != "One" {
		t.Errorf("articles = %s, want none of what was refused", got)
	}
	for _, key := range []string{strings.Repeat("k", 255), `"` + strings.Repeat(`\"`, 255) + `"`, "!#~"} {
		if r := sendKeyed(t, s, key, create(t, "Long")); len(r.Errors) > 0 {
			t.Errorf("answer to %s = %s, want an article", key, r.Body)
		}
	}
}

// Errors of the input are an answer like any other. What was not executed takes no key.
func TestWhatKeysKeep(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	body := func(query string) string { return testserver.Encode(t, map[string]any{"query": query}) }
	topic := body(`mutation { createTopic(input: {slug: "one", names: [{value: "One", language: "en"}]}) { topic { slug } errors { code } } }`)
	s.Create(t, "Topic", variables{"slug": "one", "names": testserver.Names("en", "One")})

	first := sendKeyed(t, s, "topic", topic)
	if !strings.Contains(first.Body, "DUPLICATE") {
		t.Fatalf("answer = %s, want DUPLICATE", first.Body)
	}
	s.Database.Exec(t, "DELETE FROM topics")
	if again := sendKeyed(t, s, "topic", topic); again.Body != first.Body {
		t.Errorf("the answer again = %s, want %s", again.Body, first.Body)
	}

	const wrong = `mutation { createArticle(input: {language: "xx-!", title: "T"}) { article { id } } }`
	if r := sendKeyed(t, s, "wrong", body(wrong)); r.Code() != "INVALID" {
		t.Fatalf("answer = %s, want INVALID", r.Body)
	}
	if r := sendKeyed(t, s, "wrong", create(t, "Right")); len(r.Errors) > 0 {
		t.Errorf("after a request that was not executed, the answer = %s, want an article", r.Body)
	}
	query := body(`{ viewer { role } }`)
	for range 2 {
		if r := sendKeyed(t, s, "query", query); len(r.Errors) > 0 || r.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("the answer to a query = %v %s, want it executed", r.Header, r.Body)
		}
	}
	if r := sendKeyed(t, s, "query", create(t, "After")); len(r.Errors) > 0 {
		t.Errorf("after a query, the answer = %s, want an article", r.Body)
	}
	if kept := s.Database.Rows(t, "SELECT COUNT(DISTINCT id) FROM request_keys"); kept[0] != "3" {
		t.Errorf("%s keys are kept, want those of 3 requests", kept[0])
	}
}

// Keys belong to whoever sends them, and secrets of an answer are not stored as they are.
func TestKeysBelongToACredential(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	newToken := testserver.Encode(t, map[string]any{"query": `mutation { createAccessToken(input: {name: "desk", role: EDITOR}) { token errors { code } } }`})
	token := func(key string) (string, string) {
		r := sendKeyed(t, s, key, newToken)
		var a struct {
			Data struct{ CreateAccessToken struct{ Token string } }
		}
		if err := json.Unmarshal([]byte(r.Body), &a); err != nil || a.Data.CreateAccessToken.Token == "" {
			t.Fatalf("answer = %s, %v, want a token", r.Body, err)
		}
		return a.Data.CreateAccessToken.Token, r.Body
	}
	secret, first := token("a")
	if _, again := token("a"); again != first {
		t.Errorf("the token again = %s, want the first answer", again)
	}
	for _, row := range s.Database.Rows(t, "SELECT result FROM request_keys") {
		if strings.Contains(row, secret) {
			t.Error("the database holds the secret")
		}
	}
	desk := header{"Authorization", "Bearer " + secret}
	send := func(as header) testserver.Reply {
		return s.Send(t, http.MethodPost, "", create(t, "Same"), testserver.AsJSON, as, header{"Idempotency-Key", "b"})
	}
	if admin, editor := send(testserver.AsAdmin), send(desk); articleID(t, admin) == articleID(t, editor) {
		t.Errorf("two users with one key got one article: %s", editor.Body)
	}
	for range 2 {
		r := s.Send(t, http.MethodPost, "", create(t, "Same"), testserver.AsJSON, header{"Idempotency-Key", "b"})
		if r.Code() != "FORBIDDEN" || r.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("without a token, the answer = %s, want FORBIDDEN, kept nowhere", r.Body)
		}
	}
}

// Of requests at the same moment one is executed, and the others are told that it runs.
func TestKeysOfRequestsAtOnce(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	letGo := s.Database.Hold(t)
	replies := make(chan testserver.Reply, 5)
	for range cap(replies) {
		go func() {
			replies <- sendKeyed(t, s, "at-once", create(t, "Once"), header{"Accept", "application/graphql-response+json, application/json;q=0.9"})
		}()
	}
	for range cap(replies) - 1 {
		r := <-replies
		if r.Status != http.StatusConflict || r.Header.Get("Retry-After") != "1" || r.Code() != "UNAVAILABLE" || !strings.HasPrefix(r.MediaType(), "application/json") {
			t.Errorf("answer = %d %v %s, want UNAVAILABLE, and when to come again", r.Status, r.Header, r.Body)
		}
	}
	if r := sendKeyed(t, s, "at-once", create(t, "Another")); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("the answer to another body meanwhile = %d %s, want 422", r.Status, r.Body)
	}
	letGo()
	if r := <-replies; r.Status != http.StatusOK {
		t.Errorf("answer = %d %s, want 200", r.Status, r.Body)
	}
	if got := articles(t, s); got != "Once" {
		t.Errorf("articles = %s, want one", got)
	}
}

// Clients that are cut off at any moment after they have sent a creation, and send it again
// until it is answered, create one article.
func TestClientsThatAreCutOffCreateOnce(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	var all sync.WaitGroup
	const clients = 20
	for i := range clients {
		all.Go(func() {
			key, body := fmt.Sprint("client-", i), create(t, fmt.Sprint("Article ", i))
			for range 3 {
				sendAndLeave(t, s, key, body)
			}
			testserver.Until(t, "an answer", func() bool {
				r := sendKeyed(t, s, key, body)
				if r.Status != http.StatusConflict && r.Status != http.StatusOK {
					t.Errorf("answer = %d %s, want 200 or 409", r.Status, r.Body)
				}
				return r.Status == http.StatusOK
			})
		})
	}
	all.Wait()
	if got := s.Database.Rows(t, "SELECT COUNT(*) FROM articles")[0]; got != fmt.Sprint(clients) {
		t.Errorf("%s articles, want %d", got, clients)
	}
}

// sendAndLeave sends a request, and closes the connection without reading the answer.
func sendAndLeave(t testing.TB, s *testserver.Server, key, body string) {
	t.Helper()
	address := strings.TrimPrefix(s.URL, "http://")
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer connection.Close()
	_, err = fmt.Fprintf(connection, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAuthorization: %s\r\nIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s",
		address, testserver.AsAdmin[1], key, len(body), body)
	if err != nil {
		t.Error(err)
	}
}

// A request that broke off goes on where it stopped: what was written is not written again.
func TestRequestsThatBrokeOffGoOn(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.GraphQL.Transport.Batch = 5 })
	breakOff := func() { s.Database.Exec(t, "DELETE FROM request_keys WHERE step = ''") } // the answer was not kept

	t.Run("a creation", func(t *testing.T) {
		first := sendKeyed(t, s, "c", create(t, "Created"))
		breakOff()
		if again := sendKeyed(t, s, "c", create(t, "Created")); articleID(t, again) != articleID(t, first) || again.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("the answer again = %s, want the same article as %s", again.Body, first.Body)
		}
		s.Delete(t, "Article", articleID(t, first))
		breakOff()
		if again := sendKeyed(t, s, "c", create(t, "Created")); !strings.Contains(again.Body, `"article":null`) || !strings.Contains(again.Body, "NOT_FOUND") {
			t.Errorf("the answer after it was deleted = %s, want NOT_FOUND", again.Body)
		}
	})
	t.Run("between two mutations", func(t *testing.T) {
		body := testserver.Encode(t, map[string]any{"query": `mutation {
			a: createTopic(input: {slug: "a", names: [{value: "A", language: "en"}]}) { topic { id slug } errors { code } }
			b: createTopic(input: {slug: "b", names: [{value: "B", language: "en"}]}) { topic { id slug } errors { code } } }`})
		first := sendKeyed(t, s, "m", body)
		breakOff()
		s.Database.Exec(t, "DELETE FROM request_keys WHERE step = '0.b'")
		s.Delete(t, "Topic", topicID(t, s, "b")) // as if it had not come so far
		again := sendKeyed(t, s, "m", body)
		if !strings.Contains(again.Body, `"slug":"a"`) || !strings.Contains(again.Body, `"slug":"b"`) || strings.Contains(again.Body, "DUPLICATE") {
			t.Errorf("the answer again = %s, want both topics as in %s", again.Body, first.Body)
		}
	})
	t.Run("a list", func(t *testing.T) {
		body := "[" + create(t, "First") + "," + create(t, "Second") + `,{"query":"{ viewer { role } }"}]`
		first := sendKeyed(t, s, "l", body)
		if again := sendKeyed(t, s, "l", body); again.Body != first.Body || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("the list again = %s, want %s", again.Body, first.Body)
		}
		breakOff()
		if again := sendKeyed(t, s, "l", body); again.Body != first.Body {
			t.Errorf("the list that broke off = %s, want %s", again.Body, first.Body)
		}
		if got := articles(t, s); got != "First, Second" {
			t.Errorf("articles = %s, want two", got)
		}
	})
	t.Run("a bulk of articles", func(t *testing.T) {
		body := testserver.Encode(t, map[string]any{"query": `mutation { upsertArticles(onError: REJECT_FAILED, inputs: [
			{externalId: "x", language: "en", title: "X"}, {externalId: "y", language: "en", title: ""},
			{externalId: "z", language: "en", title: "Z", expectedVersion: 9}]) {
			created failed results { index article { id title } errors { __typename code message path } } } }`})
		first := sendKeyed(t, s, "u", body)
		if !strings.Contains(first.Body, "ConflictError") || !strings.Contains(first.Body, `"created":1`) {
			t.Fatalf("answer = %s, want one created and one in conflict", first.Body)
		}
		breakOff()
		if again := sendKeyed(t, s, "u", body); again.Body != first.Body {
			t.Errorf("the answer again = %s, want %s", again.Body, first.Body)
		}
	})
	t.Run("a deletion and a token", func(t *testing.T) {
		body := testserver.Encode(t, map[string]any{"query": `mutation { deleteTopic(id: "` + topicID(t, s, "a") + `") { deletedId errors { code } }
			createAccessToken(input: {name: "n", role: READER}) { token errors { message } } }`})
		sendKeyed(t, s, "d", body)
		breakOff()
		again := sendKeyed(t, s, "d", body)
		if !strings.Contains(again.Body, `"deletedId":"`) || !strings.Contains(again.Body, "its secret was lost") || !strings.Contains(again.Body, `"token":null`) {
			t.Errorf("the answer again = %s, want the deletion, and what became of the token", again.Body)
		}
		if tokens := s.Database.Rows(t, "SELECT COUNT(*) FROM access_tokens WHERE name = 'n'"); tokens[0] != "1" {
			t.Errorf("%s tokens, want one", tokens[0])
		}
	})
}

func topicID(t testing.TB, s *testserver.Server, slug string) string {
	t.Helper()
	return testserver.Ask[struct{ Topic testserver.Node }](t, s, `query($slug: String!) { topic(by: {slug: $slug}) { id } }`, variables{"slug": slug}).Topic.ID
}

// Keys are known for a day, and then forgotten.
func TestKeysAreForgotten(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive, func(c *app.Config) { c.CompactEvery = 10 * time.Millisecond })
	clock.SetAt(t, "2024-07-01T00:00:00Z")
	first := sendKeyed(t, s, "k", create(t, "One"))
	clock.SetAt(t, "2024-07-02T00:00:00Z")
	if again := sendKeyed(t, s, "k", create(t, "One")); again.Body != first.Body {
		t.Errorf("after a day, the answer = %s, want the first", again.Body)
	}
	clock.SetAt(t, "2024-07-02T00:00:01Z")
	if other := sendKeyed(t, s, "k", create(t, "Two")); articleID(t, other) == articleID(t, first) {
		t.Errorf("after more than a day, the answer = %s, want another article", other.Body)
	}
	testserver.Until(t, "the sweep", func() bool {
		return fmt.Sprint(s.Database.Rows(t, "SELECT COUNT(*) FROM request_keys")) == "[2]"
	})
	clock.SetAt(t, "2024-07-09T00:00:00Z")
	testserver.Until(t, "the sweep", func() bool { return len(s.Database.Rows(t, "SELECT 1 FROM request_keys")) == 0 })
}

// Another server of the same database gives the first answer as well.
func TestKeysHoldOnEveryServer(t *testing.T) {
	t.Parallel()
	one := testserver.Start(t)
	two := testserver.Start(t, testserver.InDatabase(string(one.Database)))
	first := sendKeyed(t, one, "k", create(t, "One"))
	if again := sendKeyed(t, two, "k", create(t, "One")); again.Body != first.Body {
		t.Errorf("the answer of another server = %s, want %s", again.Body, first.Body)
	}
	if r := sendKeyed(t, two, "k", create(t, "Two")); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("the answer of another server to another body = %d %s, want 422", r.Status, r.Body)
	}
	one.Database.Exec(t, "DELETE FROM request_keys WHERE step = ''") // the first server has not answered yet
	if r := sendKeyed(t, two, "k", create(t, "One")); r.Status != http.StatusConflict {
		t.Errorf("the answer of another server meanwhile = %d %s, want 409", r.Status, r.Body)
	}
	one.Database.Exec(t, "UPDATE request_keys SET at = at - 5000") // it never will
	if again := sendKeyed(t, two, "k", create(t, "One")); articleID(t, again) != articleID(t, first) {
		t.Errorf("the answer of another server later = %s, want the same article", again.Body)
	}
}
