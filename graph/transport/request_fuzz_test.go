package transport

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/model"
)

// fixed are the error messages of the decoder, with N for numbers, K for keys and W for
// what is decoded. None quotes what was sent, or a name from Go code.
var fixed = regexp.MustCompile(`^(request N of the list: )?(W is (empty; send a JSON object such as \{"query": "\{ articles \{ nodes \{ title \} \} \}"\}` +
	`|not JSON: byte N|not UTF-N: byte N; encode it so|a list, and this server takes one request at a time; send each alone, as one JSON object` +
	`|not a JSON object; send one such as \{"query": "\{ articles \{ nodes \{ title \} \} \}"\})` +
	`|W ends at byte N, within a value; send it whole` +
	`|W has half of a surrogate pair: byte N; send both halves, or neither` +
	`|W has a key that is not known, which ends at byte N; send only K, K, K, K and K` +
	`|the JSON of W ends at byte N, but something follows; send one value alone` +
	`|the key K appears twice in W; send it once` +
	`|in W, a key appears twice in one object: byte N; send it once` +
	`|there are more than N keys and values in W; send fewer in one request` +
	`|objects and lists stand more than N deep in each other in W; flatten them` +
	`|K is not the name of an operation; send letters of ASCII, digits and _, N at most` +
	`|K is not a string; send it as one|K is not an object; send it as one, not as a string with JSON in it` +
	`|there is no K; send one such as \{ articles \{ nodes \{ title \} \} \}|send K alone, without K and K` +
	`|the list has more than N requests; send the others in another|the list of requests is empty; send at least one` +
	`|the URL has a parameter that is not known; send only K, K, K, K and K` +
	`|the parameter K appears N times in the URL; send it once` +
	`|the parameter K is not in UTF-N; encode it so, then percent-encode it` +
	`|the parameters cannot be read; percent-encode their values, semicolons too` +
	`|the body is not multipart/form-data whose boundary is that of Content-Type; send JSON instead)$`)

var (
	anyNumber = regexp.MustCompile(`\d+`)
	anyKey    = regexp.MustCompile("`(query|operationName|variables|extensions|documentId|extensions.persistedQuery)`")
)

// wellRefused fails unless an error is one of the known ones.
func wellRefused(t *testing.T, sent any, problem *model.Error) {
	t.Helper()
	sentence := anyNumber.ReplaceAllString(anyKey.ReplaceAllString(problem.Message, "K"), "N")
	known := fixed.MatchString(sentence) || slices.ContainsFunc([]string{"the body", "the parameter K"}, func(what string) bool {
		return fixed.MatchString(strings.Replace(sentence, what, "W", 1))
	})
	if !known || problem.Code != model.ErrorCodeInvalid && problem.Code != model.ErrorCodeLimitExceeded {
		t.Errorf("%q is refused with %v, which is none of the sentences", sent, problem)
	}
}

// sentRequest is a request as encoding/json decodes it.
type sentRequest struct {
	graphql.RawParams
	DocumentID string `json:"documentId"`
}

// readPlainly decodes JSON with encoding/json.
func readPlainly(t *testing.T, text []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%q was accepted; encoding/json: %v", text, err)
	}
}

// encoded encodes a request that was decoded, and fails unless it decodes to the same.
func encoded(t *testing.T, params *graphql.RawParams) []byte {
	t.Helper()
	keys := map[string]any{"query": params.Query, "operationName": params.OperationName, "variables": params.Variables, "extensions": params.Extensions}
	text, err := json.Marshal(keys)
	if err != nil {
		t.Fatalf("%+v cannot be written: %v", *params, err)
	}
	if again, problem := decodeBody(text); problem != nil || !reflect.DeepEqual(again, params) {
		t.Errorf("decodeBody(%s) = %+v, %v, want %+v", text, again, problem, *params)
	}
	return text
}

var bodies = []string{
	`{"query":"{a}"}`, `{"query":"{a}","variables":{"a":[1,2.50,-0,1e9,true,false,null,"x",{"b":{}}]},"operationName":"A","extensions":{"x":[]}}`,
	`{"documentId":"sha256:abc"}`, `{"query":"\ud83d\ude00"}`, `{"query":"\ud800"}`, "{\"query\":\"\xff\"}", `{"query":"a","query":"b"}`,
	` {"query":"a"} x`, `{"variables":`, "\xed\xa0\x80", `{"query":"a","variables":{"a":{"a":1,"a":2}}}`, `{"query":null}`, `{"query":"a"}` + "\x00",
	`{"query":"{ articles(search: \"وزارة الأَمن\") { totalCount } }","variables":{"بغداد":"\u0628\u063a\u062f\u0627\u062f"}}`, "\ufeff" + `{"query":"a"}`, `{"query":"\ufeff{a}"}`,
	`{"query":"a","variables":{"n":123456789012345678901234567890.5e-400}}`, `{"query":"a","variables":{"\ud800":1,"\udc00":1}}`, `{"query":"a","extensions":null,"variables":{"":{"":[]}}}`,
	`{"query":"a","variables":` + strings.Repeat(`{"a":`, 127) + "1" + strings.Repeat("}", 128), `{"query":"a","variables":{"a":` + strings.Repeat(`[`, 200), `{"quer\u0079":"a"}`, `{"query":"\u0000"}`,
	`{"query":"{a}","operationName":"/"}`,
}

// FuzzDecodeBody compares with encoding/json, to which what is accepted means the same.
func FuzzDecodeBody(f *testing.F) {
	for _, seed := range append(bodies, `[{"query":"a"}]`) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, problem := decodeBody(body)
		if problem != nil {
			wellRefused(t, body, problem)
			return
		}
		var want sentRequest
		readPlainly(t, body, &want)
		if want.DocumentID == "" && !reflect.DeepEqual(*got, want.RawParams) {
			t.Errorf("decodeBody(%q) = %+v, encoding/json has %+v", body, *got, want.RawParams)
		}
		encoded(t, got)
	})
}

// FuzzDecodeBatch compares a list with its requests one by one.
func FuzzDecodeBatch(f *testing.F) {
	for _, seed := range bodies {
		f.Add([]byte("[" + seed + "]"))
		f.Add([]byte("[" + seed + `,{"query":"{b}"} ]`))
	}
	for _, seed := range []string{"[]", " [ ]", "[[]]", "[null]", "[", "\ufeff[]", `[{"query":"a"}]]`, `[{"query":"a"},{"query":"a"},{"query":"a"},{"query":"a"}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !looksLikeList(body) { // decode sends only lists here
			return
		}
		got, problem := decodeBatch(body, 3)
		if problem != nil {
			wellRefused(t, body, problem)
			return
		}
		var want []json.RawMessage
		readPlainly(t, body, &want)
		if len(got) != len(want) || len(got) == 0 || len(got) > 3 {
			t.Fatalf("decodeBatch(%q) = %d requests, encoding/json has %d", body, len(got), len(want))
		}
		for i, text := range want {
			if alone, problem := decodeBody(text); problem != nil || !reflect.DeepEqual(alone, got[i]) {
				t.Errorf("request %d of %q = %+v, alone it is %+v, %v", i+1, body, *got[i], alone, problem)
			}
		}
	})
}

// FuzzDecodeURL compares the parameters of a URL with the same request in a body.
func FuzzDecodeURL(f *testing.F) {
	for _, seed := range []string{
		"query=%7Ba%7D", `query=a&variables={"a":1}`, "query=a;b", "query=%ff", "documentId=x&query=", "%", "variables=%00", "query=a&query=b", "query=a&Query=b", "&&=&", "query=a+%2B",
		"query=%D8%A8%D8%BA%D8%AF%D8%A7%D8%AF", "query=%EF%BB%BFa", "query=%ED%A0%80", `query=a&variables={"a":"\ud800"}`, `query=a&variables={"a":1,"a":2}`, `query=a&extensions={}&variables=null`, `query=a&variables=1e999`,
		"query=a&variables=" + strings.Repeat(`{"a":`, 200), "query=a&extensions=%EF%BB%BF{}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, parameters string) {
		got, problem := decodeURL(parameters)
		if problem != nil {
			wellRefused(t, parameters, problem)
			return
		}
		encoded(t, got)
	})
}

// FuzzDecodeForm compares forms of both kinds with the same parameters in a URL.
func FuzzDecodeForm(f *testing.F) {
	f.Add("query", "{a}", "variables", `{"a":"بغداد"}`, []byte("--b\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n{a}\r\n--b--\r\n"))
	f.Add("query", "\xff", "query", "\ufeff", []byte("--b\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n{a}\r\n--b"))
	f.Add("documentId", "a&b=c", "extensions", `{"a":1,"a":2}`, []byte("--b\r\n\r\n\r\n--b--"))
	f.Add("query\"\r\n\r\nx", "a", "operationName", "", []byte("--b--"))
	f.Add("", "", "variables", strings.Repeat(`[`, 200), []byte("--b\r\nContent-Disposition: form-data; name=query; filename=x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=7Ba=7D\r\n--b--"))
	f.Fuzz(func(t *testing.T, name, value, other, second string, raw []byte) {
		ofURL, problemOfURL := decodeURL(url.Values{name: {value}}.Encode() + "&" + url.Values{other: {second}}.Encode())
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_, _ = form.WriteField(name, value), form.WriteField(other, second) // writing to a buffer does not fail
		_ = form.Close()
		got, problem := decodeForm(http.Header{"Content-Type": {form.FormDataContentType()}}, body.Bytes())
		if isKey(name) && isKey(other) && (!reflect.DeepEqual(got, ofURL) || (problem == nil) != (problemOfURL == nil)) {
			t.Errorf("%q=%q, %q=%q in a form = %+v, %v, in a URL %+v, %v", name, value, other, second, got, problem, ofURL, problemOfURL)
		}
		for _, kind := range []string{"multipart/form-data; boundary=b", "multipart/form-data", "application/x-www-form-urlencoded"} {
			if got, problem = decodeForm(http.Header{"Content-Type": {kind}}, raw); problem != nil {
				wellRefused(t, raw, problem)
				continue
			}
			encoded(t, got)
		}
	})
}
