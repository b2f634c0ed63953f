package transport

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/model"
)

func TestDecodeBody(t *testing.T) {
	t.Parallel()
	persisted := func(hash string) map[string]any {
		return map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": hash}}
	}
	cases := []struct {
		name, body string
		want       graphql.RawParams
	}{
		{"a query", `{"query":"{a}"}`, graphql.RawParams{Query: "{a}"}},
		{"whitespace around", " \r\n\t{ \"query\" : \"{a}\" }\n ", graphql.RawParams{Query: "{a}"}},
		{"every key", `{"extensions":{"x":1},"variables":{"y":[true,null,"z",{}]},"operationName":"A","query":"{a}"}`, graphql.RawParams{
			Query: "{a}", OperationName: "A", Extensions: map[string]any{"x": json.Number("1")},
			Variables: map[string]any{"y": []any{true, nil, "z", map[string]any{}}},
		}},
		{"null is the same as nothing", `{"query":"{a}","operationName":null,"variables":null,"extensions":null,"documentId":null}`, graphql.RawParams{Query: "{a}"}},
		{"numbers keep every digit", `{"query":"{a}","variables":{"n":12345678901234567890.1230e+400}}`, graphql.RawParams{
			Query: "{a}", Variables: map[string]any{"n": json.Number("12345678901234567890.1230e+400")},
		}},
		{"both halves of a pair", `{"query":"\ud83d\ude00 \u0644"}`, graphql.RawParams{Query: "😀 ل"}},
		{"a document by its id", `{"documentId":"sha256:abc"}`, graphql.RawParams{Extensions: persisted("abc")}},
		{"or by an id of another kind", `{"documentId":"x-mine:7"}`, graphql.RawParams{Extensions: persisted("x-mine:7")}},
		{"objects 128 deep", `{"query":"{a}","variables":` + strings.Repeat(`{"a":`, 127) + "1" + strings.Repeat("}", 128), graphql.RawParams{
			Query: "{a}", Variables: nested(127),
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problem := decodeBody([]byte(c.body))
			if problem != nil || !reflect.DeepEqual(*got, c.want) {
				t.Errorf("decodeBody(%s) = %+v, %v, want %+v", c.body, got, problem, c.want)
			}
		})
	}
}

func nested(deep int) map[string]any {
	var inner any = json.Number("1")
	for range deep {
		inner = map[string]any{"a": inner}
	}
	return inner.(map[string]any)
}

// secret occurs in bodies that are refused, and must not occur in the error.
const secret = "hunter2"

func TestDecodeBodyRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, body string
		want       string // part of the message
	}{
		{"nothing", "", "the body is empty; send a JSON object such as"},
		{"whitespace alone", " \n", "the body is empty"},
		{"half an object", `{"query":"{hunter2}"`, "the body ends at byte 20, within a value"},
		{"half a key", `{"hunter2`, "the body ends at byte 9, within a value"},
		{"not JSON", `hunter2`, "the body is not JSON: byte 1"},
		{"a trailing comma", `{"query":"hunter2",}`, "the body is not JSON: byte 19"},
		{"single quotes", `{'query':'hunter2'}`, "the body is not JSON: byte 2"},
		{"a comment", `{"query":"{a}"/*hunter2*/}`, "the body is not JSON: byte 15"},
		{"a control character in a string", "{\"query\":\"\x01hunter2\"}", "the body is not JSON: byte 11"},
		{"a byte order mark", "\ufeff{}", "the body is not JSON: byte 1"},
		{"a number such as 01", `{"query":"{a}","variables":{"hunter2":01}}`, "the body is not JSON: byte 40"},
		{"null", `null`, "the body is not a JSON object"},
		{"a string", `"hunter2"`, "the body is not a JSON object"},
		{"a list", ` [{"query":"hunter2"}]`, "the body is a list, and this server takes one request at a time"},
		{"something after it", `{"query":"{a}"} hunter2`, "the JSON of the body ends at byte 15, but something follows"},
		{"a second object", `{"query":"{a}"}{"query":"hunter2"}`, "but something follows"},
		{"a key twice", `{"query":"{a}","query":"hunter2"}`, "the key `query` appears twice in the body; send it once"},
		{"a key twice, once escaped", `{"query":"{a}","quer\u0079":"hunter2"}`, "the key `query` appears twice"},
		{"a key twice in variables", `{"query":"{a}","variables":{"hunter2":1,"hunter2":2}}`, "in the body, a key appears twice in one object: byte 41"},
		{"a key twice far inside", `{"query":"{a}","extensions":{"x":[{"hunter2":1,"hunter2":2}]}}`, "a key appears twice in one object"},
		{"one of our keys twice inside", `{"query":"{a}","variables":{"query":1,"query":2}}`, "a key appears twice in one object"},
		{"an unknown key", `{"query":"{a}","hunter2":1}`, "the body has a key that is not known, which ends at byte 24; send only `query`"},
		{"a key in another case", `{"Query":"hunter2"}`, "a key that is not known"},
		{"a key with a space", `{"query ":"hunter2"}`, "a key that is not known"},
		{"bytes that are not UTF-8", "{\"query\":\"hunter2\xff\"}", "the body is not UTF-8: byte 18"},
		{"the surrogates of CESU-8", "{\"query\":\"\xed\xa0\xbd\"}", "the body is not UTF-8: byte 11"},
		{"Latin-1", "{\"query\":\"caf\xe9 hunter2\"}", "the body is not UTF-8: byte 14"},
		{"half of a pair", `{"query":"hunter2\ud800"}`, "the body has half of a surrogate pair: byte 18"},
		{"the halves in the wrong order", `{"query":"\uDE00\uD83D"}`, "half of a surrogate pair: byte 11"},
		{"half of a pair in a key", `{"query":"{a}","variables":{"\ud800":1}}`, "half of a surrogate pair: byte 30"},
		{"a query that is a number", `{"query":7}`, "`query` is not a string"},
		{"variables in a string", `{"query":"{a}","variables":"{\"hunter2\":1}"}`, "`variables` is not an object; send it as one, not as a string"},
		{"variables in a list", `{"query":"{a}","variables":["hunter2"]}`, "`variables` is not an object"},
		{"extensions that are true", `{"query":"{a}","extensions":true}`, "`extensions` is not an object"},
		{"no query", `{}`, "there is no `query`"},
		{"an empty query", `{"query":"","variables":{"a":"hunter2"}}`, "there is no `query`"},
		{"a query and an id", `{"query":"{a}","documentId":"hunter2"}`, "send `documentId` alone"},
		{"an id and a hash", `{"documentId":"hunter2","extensions":{"persistedQuery":{}}}`, "send `documentId` alone"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problem := decodeBody([]byte(c.body))
			if problem == nil {
				t.Fatalf("decodeBody(%q) = %+v, want it refused", c.body, got)
			}
			if problem.Code != model.ErrorCodeInvalid || !strings.Contains(problem.Message, c.want) || strings.Contains(problem.Message, secret) {
				t.Errorf("decodeBody(%q) = %v, want INVALID with %q, without what was sent", c.body, problem, c.want)
			}
		})
	}
}

func TestDeepBodiesAreRefusedBeforeTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"query":"{a}","variables":` + strings.Repeat(`{"a":`, 128) + "1" + strings.Repeat("}", 129),
		`{"query":"{a}","variables":{"a":` + strings.Repeat(`[`, 127),
	} {
		if _, problem := decodeBody([]byte(body)); problem == nil || problem.Code != model.ErrorCodeLimitExceeded || !strings.Contains(problem.Message, "more than 128 deep") {
			t.Errorf("decodeBody(%.60s…) = %v, want LIMIT_EXCEEDED", body, problem)
		}
	}
}

func TestBodiesOfManyValuesAreRefused(t *testing.T) {
	t.Parallel()
	body := func(values int) []byte {
		return []byte(`{"query":"{a}","variables":{"a":[0` + strings.Repeat(`,0`, values-1) + `]}}`)
	}
	const others = 10 // keys and brackets
	if _, problem := decodeBody(body(maxTokens - others)); problem != nil {
		t.Errorf("a body of %d values = %v, want it read", maxTokens-others, problem)
	}
	if _, problem := decodeBody(body(maxTokens)); problem == nil || problem.Code != model.ErrorCodeLimitExceeded {
		t.Errorf("a body of %d values = %v, want LIMIT_EXCEEDED", maxTokens, problem)
	}
}

func TestDecodeBatch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, body string
		count      int
		want       string // part of the message, when refused
	}{
		{"two", `[{"query":"{a}"},{"query":"{b}"}]`, 2, ""},
		{"as many as may be", ` [{"query":"{a}"},{"query":"{a}"},{"query":"{a}"}] `, 3, ""},
		{"one more", `[{"query":"{a}"},{"query":"{a}"},{"query":"{a}"},{"query":"hunter2"}]`, 0, "the list has more than 3 requests"},
		{"none", `[]`, 0, "the list of requests is empty"},
		{"one that is not a request", `[{"query":"{a}"},"hunter2"]`, 0, "the body is not a JSON object"},
		{"one without a query", `[{"query":"{a}"},{"variables":{"a":"hunter2"}}]`, 0, "request 2 of the list: there is no `query`"},
		{"a key twice", `[{"query":"{a}","query":"hunter2"}]`, 0, "a key appears twice in one object"},
		{"the same key in two", `[{"query":"{a}"},{"query":"{a}"}]`, 2, ""},
		{"a list in the list", `[[{"query":"hunter2"}]]`, 0, "the body is not a JSON object"},
		{"something after it", `[{"query":"{a}"}]hunter2`, 0, "but something follows"},
		{"half a list", `[{"query":"{a}"},`, 0, "within a value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problem := decodeBatch([]byte(c.body), 3)
			if c.want == "" && (problem != nil || len(got) != c.count) {
				t.Errorf("decodeBatch(%s) = %d requests, %v, want %d", c.body, len(got), problem, c.count)
			}
			if c.want != "" && (problem == nil || !strings.Contains(problem.Message, c.want) || strings.Contains(problem.Message, secret)) {
				t.Errorf("decodeBatch(%s) = %v, want an error with %q", c.body, problem, c.want)
			}
		})
	}
}

func TestDecodeQuery(t *testing.T) {
	t.Parallel()
	got, problem := decodeQuery(url.Values{
		"query": {"query A { a }"}, "operationName": {"A"}, "variables": {`{"n":1.50}`}, "extensions": {""},
	})
	want := &graphql.RawParams{Query: "query A { a }", OperationName: "A", Variables: map[string]any{"n": json.Number("1.50")}}
	if problem != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("decodeQuery = %+v, %v, want %+v", got, problem, want)
	}
	refused := []struct {
		name, parameters string
		want             string
	}{
		{"no query", "", "there is no `query`"},
		{"a parameter twice", "query=%7Ba%7D&query=hunter2", "the parameter `query` appears 2 times in the URL"},
		{"an unknown parameter", "query=%7Ba%7D&hunter2=1", "the URL has a parameter that is not known"},
		{"bytes that are not UTF-8", "query=hunter2%FF", "the parameter `query` is not in UTF-8"},
		{"an invalid escape", "query=hunter2%zz", "the parameters cannot be read"},
		{"variables that are not JSON", "query=%7Ba%7D&variables=hunter2", "the parameter `variables` is not JSON: byte 1"},
		{"variables that are a list", "query=%7Ba%7D&variables=[]", "`variables` is not an object"},
		{"variables with a key twice", `query=%7Ba%7D&variables={"a":1,"a":2}`, "in the parameter `variables`, a key appears twice"},
		{"variables with something after them", `query=%7Ba%7D&variables={}hunter2`, "the JSON of the parameter `variables` ends at byte 2"},
		{"half of a pair", `query=%7Ba%7D&variables={"a":"\ud800"}`, "half of a surrogate pair: byte 7"},
	}
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problem := decodeURL(c.parameters)
			if problem == nil || problem.Code != model.ErrorCodeInvalid || !strings.Contains(problem.Message, c.want) || strings.Contains(problem.Message, secret) {
				t.Errorf("decodeURL(%s) = %v, want INVALID with %q", c.parameters, problem, c.want)
			}
		})
	}
}
