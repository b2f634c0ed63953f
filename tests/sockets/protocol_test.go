package sockets

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// quickly makes the timeouts of sockets short, so that tests need not wait.
func quickly(c *app.Config) {
	c.Streams.InitWithin = time.Second
	c.Streams.CommentEvery = 100 * time.Millisecond
}

const (
	typename      = `{"query":"{__typename}"}`
	listen        = `subscription { changes { cursor kind nodeType nodeId version node { id } } }`
	listenPayload = `{"query":"subscription { changes { cursor } }"}`
)

func TestSocketsAreClosedAsTheProtocolSays(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, quickly, func(c *app.Config) { c.Streams.MaxMessage = 5000 })
	const hello = `{"type":"connection_init"}`
	long := strings.Repeat("x", 5001)
	cases := []struct {
		name string
		sent []string
		code websocket.StatusCode
		says string
	}{
		{"not JSON", []string{hello, `{"type":`}, 4400, "Invalid message: it is not one JSON object"},
		{"not an object", []string{hello, `["subscribe"]`}, 4400, "it is not one JSON object"},
		{"something behind the object", []string{hello, `{"type":"ping"}{}`}, 4400, "it is not one JSON object"},
		{"a key twice", []string{hello, `{"type":"ping","type":"pong"}`}, 4400, "it is not one JSON object"},
		{"not UTF-8", []string{hello, "{\"type\":\"ping\",\"payload\":{\"a\":\"\xff\"}}"}, 4400, "it is not one JSON object"},
		{"no type", []string{hello, `{"id":"1"}`}, 4400, "no `type`"},
		{"a type that is no string", []string{hello, `{"type":1}`}, 4400, "no `type`"},
		{"an unknown type", []string{hello, `{"type":"<script>"}`}, 4400, "its `type` is not one that clients send"},
		{"a type of servers", []string{hello, `{"type":"next","id":"1","payload":{}}`}, 4400, "its `type` is not one that clients send"},
		{"the older protocol", []string{hello, `{"type":"start","id":"1","payload":` + typename + `}`}, 4400, "its `type`"},
		{"no id", []string{hello, `{"type":"subscribe","payload":` + typename + `}`}, 4400, "no `id`"},
		{"an empty id", []string{hello, `{"type":"subscribe","id":"","payload":` + typename + `}`}, 4400, "no `id`"},
		{"an id that is no string", []string{hello, `{"type":"subscribe","id":1,"payload":` + typename + `}`}, 4400, "no `id`"},
		{"an id that is too long", []string{hello, `{"type":"subscribe","id":"` + strings.Repeat("i", 257) + `","payload":` + typename + `}`}, 4400, "longer than 256"},
		{"complete without an id", []string{hello, `{"type":"complete"}`}, 4400, "no `id`"},
		{"no payload", []string{hello, `{"type":"subscribe","id":"1"}`}, 4400, "`payload` is not an object"},
		{"no query", []string{hello, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "is not a GraphQL request"},
		{"a query that is no string", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":1}}`}, 4400, "is not a GraphQL request"},
		{"variables that are no object", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"{__typename}","variables":[]}}`}, 4400, "is not a GraphQL request"},
		{"a payload of init that is no object", []string{`{"type":"connection_init","payload":"x"}`}, 4400, "`payload` is not an object"},
		{"a payload of ping that is no object", []string{`{"type":"ping","payload":[]}`}, 4400, "`payload` is not an object"},
		{"a header that is no string", []string{`{"type":"connection_init","payload":{"authorization":["a"]}}`}, 4400, "is not one string"},
		{"a header twice", []string{`{"type":"connection_init","payload":{"authorization":"Bearer a","Authorization":"Bearer a"}}`}, 4400, "is not one string"},
		{"an unknown perspective", []string{`{"type":"connection_init","payload":{"Diwan-Perspective":"<script>"}}`}, 4400, "Diwan-Perspective as draft or published"},
		{"an operation before init", []string{`{"type":"subscribe","id":"1","payload":` + typename + `}`}, 4401, "Unauthorized"},
		{"an unknown token", []string{`{"type":"connection_init","payload":{"Authorization":"Bearer <script>"}}`}, 4401, "Unauthorized"},
		{"no token, but drafts", []string{`{"type":"connection_init","payload":{"Diwan-Perspective":"draft"}}`}, 4401, "Unauthorized"},
		{"nothing", nil, 4408, "Connection initialisation timeout"},
		{"pings alone", []string{`{"type":"ping"}`}, 4408, "Connection initialisation timeout"},
		{"init twice", []string{hello, hello}, 4429, "Too many initialisation requests"},
		{"an id that is taken", []string{hello, `{"type":"subscribe","id":"a","payload":` + listenPayload + `}`, `{"type":"subscribe","id":"a","payload":` + listenPayload + `}`}, 4409, "Subscriber for a already exists"},
		{"a long id that is taken", []string{hello, `{"type":"subscribe","id":"` + strings.Repeat("é", 100) + `","payload":` + listenPayload + `}`, `{"type":"subscribe","id":"` + strings.Repeat("é", 100) + `","payload":` + listenPayload + `}`}, 4409, "Subscriber for this id already exists"},
		{"too long", []string{hello, `{"type":"ping","payload":{"x":"` + long + `"}}`}, 1009, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := s.Dial(t)
			for _, text := range c.sent {
				k.Send(text)
			}
			how := k.Closed()
			if how.Code != c.code || !strings.Contains(how.Reason, c.says) || len(how.Reason) > 123 || strings.Contains(how.Reason, "script") {
				t.Errorf("closed with %d %q, want %d %q", how.Code, how.Reason, c.code, c.says)
			}
		})
	}
}

func TestSocketsOfOtherProtocolsAreClosed(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, subprotocol := range []string{"", "graphql-ws", "chat"} {
		k, _, err := s.TryDial(t, subprotocol)
		if err != nil {
			t.Fatal(err)
		}
		if how := k.Closed(); how.Code != 4406 || !strings.HasPrefix(how.Reason, "Subprotocol not acceptable") {
			t.Errorf("a socket of subprotocol %q was closed with %v, want 4406", subprotocol, how)
		}
	}
}

func TestBinaryMessagesAreRefused(t *testing.T) {
	t.Parallel()
	k := testserver.Start(t).Connect(t, "")
	if err := k.Conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if how := k.Closed(); how.Code != 4400 || !strings.Contains(how.Reason, "binary") {
		t.Errorf("closed with %v, want 4400", how)
	}
}

func TestSocketsExecuteQueriesAndMutations(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	k := s.Connect(t, `{"aUTHORIZATION":"Bearer `+testserver.AdminToken+`","accept-language":"fr","other":1}`)
	k.Send(`{"type":"ping","payload":{"a":"<b>"}}`)
	if f := k.Read(); f.Type != "pong" || !strings.Contains(string(f.Payload), "\\u003cb") {
		t.Errorf("answer to ping = %s, want pong with its payload", f)
	}
	k.Send(`{"type":"pong"}`)
	k.Send(`{"type":"complete","id":"of nothing"}`)
	k.Subscribe("q", `query($code: String!) { country(by: {code: $code}) { name } }`, variables{"code": "IQ"})
	if f := k.Want("next", "q"); !strings.Contains(string(f.Payload), `"Irak"`) {
		t.Errorf("answer = %s, want the name in French", f)
	}
	k.Want("complete", "q")
	k.Subscribe("q", testserver.WriteTopic, variables{"slug": "by-socket"})
	if f := k.Want("next", "q"); !strings.Contains(string(f.Payload), "by-socket") {
		t.Errorf("answer = %s, want the topic", f)
	}
	k.Want("complete", "q")
}

// Phones and browsers send languages with extensions, over every transport.
func TestLanguagesAreReadAsDevicesSendThem(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const query = `{ country(by: {code: "IQ"}) { name } }`
	for accepted, want := range map[string]string{
		"ar-EG-u-nu-latn":               "العراق",
		"fr-FR-u-mu-celsius,en;q=0.9":   "Irak",
		"ar_IQ":                         "العراق",
		"en-US-u-hc-h23, ar-SA;q=0.5":   "Iraq",
		"x-newsroom, fr_CA.UTF-8;q=0.5": "Irak",
	} {
		s.WantData(t, query, nil, `{"country":{"name":"`+want+`"}}`, header{"Accept-Language", accepted})
		k := s.Connect(t, `{"Accept-Language":"`+accepted+`"}`)
		k.Subscribe("1", query, nil)
		if f := k.Want("next", "1"); !strings.Contains(string(f.Payload), `"`+want+`"`) {
			t.Errorf("name for %q over a socket = %s, want %s", accepted, f, want)
		}
	}
}

// The headers of connection_init take precedence over those of the request.
func TestSocketsAreAuthenticatedByHeaders(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	k := s.Connect(t, "", testserver.AsAdmin, testserver.SeeDrafts)
	k.Subscribe("1", testserver.WriteTopic, variables{"slug": "a"})
	if f := k.Want("next", "1"); !strings.Contains(string(f.Payload), `"slug":"a"`) {
		t.Errorf("answer = %s, want the topic", f)
	}
	k = s.Connect(t, `{"Authorization":"`+testserver.AsAdmin[1]+`"}`, header{"Authorization", "Bearer none"})
	k.Subscribe("1", testserver.WriteTopic, variables{"slug": "b"})
	if f := k.Want("next", "1"); !strings.Contains(string(f.Payload), `"slug":"b"`) {
		t.Errorf("answer = %s, want the topic", f)
	}
	for _, c := range []struct {
		header header
		init   string
		code   websocket.StatusCode
	}{
		{header{"Authorization", "Bearer none"}, "", 4401},
		{header{"Authorization", "Basic none"}, "", 4401},
		{header{"Authorization", "Bearer none"}, `,"payload":{"Accept-Language":"ar"}`, 4401},
		{header{"Diwan-Perspective", "draft"}, "", 4401},
		{header{"Diwan-Perspective", "red"}, "", 4400},
		{testserver.AsAdmin, `,"payload":{"Authorization":"Bearer none"}`, 4401},
	} {
		k := s.Dial(t, c.header)
		k.Send(`{"type":"connection_init"` + c.init + `}`)
		if how := k.Closed(); how.Code != c.code {
			t.Errorf("with the header %v and the payload %q: closed with %v, want %d", c.header, c.init, how, c.code)
		}
	}
	k = s.Dial(t, header{"Authorization", "Bearer none"})
	k.Subscribe("1", `{ __typename }`, nil)
	if how := k.Closed(); how.Code != 4401 {
		t.Errorf("an operation without connection_init = %v, want 4401", how)
	}
}

// An error message ends its operation: it holds GraphQL errors, and nothing follows it.
func TestNothingFollowsAnError(t *testing.T) {
	t.Parallel()
	k := testserver.Start(t).Connect(t, "", header{"X-Request-Id", "r-1"})
	for _, c := range []struct {
		query, code string
		vars        variables
	}{
		{"{ nothing }", "GRAPHQL_VALIDATION_FAILED", nil},
		{"{", "GRAPHQL_PARSE_FAILED", nil},
		{"subscription($after: String) { changes(after: $after) { cursor } }", "INVALID_CURSOR", variables{"after": "x"}},
		{"query($code: String!) { country(by: {code: $code}) { name } }", "GRAPHQL_VALIDATION_FAILED", variables{}},
		{"subscription { changes(types: [NOTHING]) { cursor } }", "GRAPHQL_VALIDATION_FAILED", nil},
		{"subscription { changes { cursor } other: changes { cursor } }", "GRAPHQL_VALIDATION_FAILED", nil},
		{"query($n: Int) { __typename topics(first: $n) { totalCount } }", "INVALID", variables{"n": "1"}},
	} {
		k.Subscribe("1", c.query, c.vars)
		f := k.Want("error", "1")
		var list []struct {
			Message    string
			Extensions struct{ Code, RequestID string }
		}
		if err := json.Unmarshal(f.Payload, &list); err != nil || len(list) == 0 || list[0].Message == "" || list[0].Extensions.Code != c.code || list[0].Extensions.RequestID != "r-1" {
			t.Errorf("%s = %s, want %s of request r-1", c.query, f, c.code)
		}
		k.Send(`{"type":"ping"}`)
		k.Want("pong", "") // the next message: nothing follows the error
	}
	k.Subscribe("1", "{ ok: __typename }", nil)
	k.Want("next", "1")
	k.Want("complete", "1")
}

func TestCompleteFreesTheID(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	k := s.Connect(t, "")
	for range 50 {
		k.Subscribe("a", listen, nil)
		k.Send(`{"type":"complete","id":"a"}`)
	}
	k.Subscribe("b", listen, nil)
	k.Send(`{"type":"ping"}`)
	k.Want("pong", "")
	testserver.Until(t, "a change", func() bool {
		s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
		f, err := k.TryRead(time.Second)
		if err == nil && f.ID != "b" {
			t.Errorf("%s arrived for an operation that was completed", f)
		}
		return err == nil && f.Type == "next" && f.ID == "b"
	})
}
