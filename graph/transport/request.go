// Package transport carries GraphQL over HTTP, as the GraphQL over HTTP specification
// has it, and over WebSockets and Server-Sent Events.
package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/diwan-cms/diwan/model"
)

// maxNesting is how deep objects and lists may nest in a body. Filters may nest 24
// deep, and each of their levels takes two.
const maxNesting = 128

// maxTokens is how many keys, values and brackets a body may have. Each takes some 100
// bytes of memory, though it may be two bytes in the body. A hundred articles with all
// their fields are 100,000.
const maxTokens = 200_000

// accepted lists the keys of a request, for error messages.
const accepted = "`query`, `operationName`, `variables`, `extensions` and `documentId`"

// fields are the parts of a request, before it is checked that they fit together.
type fields struct {
	graphql.RawParams
	documentID string
}

// decodeBody decodes the body of a POST, or a message on a socket: one JSON object in
// valid UTF-8 with known keys, each once, and nothing after it. Errors never quote
// what was sent, which may be secret, or a script.
//
// Numbers stay as they were sent (json.Number). A documentId becomes the hash in
// extensions.persistedQuery, which means the same.
func decodeBody(body []byte) (*graphql.RawParams, *model.Error) {
	if looksLikeList(body) {
		return nil, model.Invalid("the body is a list, and this server takes one request at a time; send each alone, as one JSON object")
	}
	d := newDecoder(body, "the body")
	defer d.release()
	f, problem := d.request()
	if problem == nil {
		problem = d.end()
	}
	if problem != nil {
		return nil, problem
	}
	return f.params()
}

func looksLikeList(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("["))
}

// decodeBatch decodes a list of up to maxBatch requests.
func decodeBatch(body []byte, maxBatch int) ([]*graphql.RawParams, *model.Error) {
	d := newDecoder(body, "the body")
	if _, problem := d.token(); problem != nil { // the bracket
		return nil, problem
	}
	var batch []*graphql.RawParams
	for d.text.PeekKind() != ']' {
		if len(batch) == maxBatch {
			return nil, model.LimitExceeded("batch", "the list has more than %d requests; send the others in another", maxBatch)
		}
		f, problem := d.request()
		if problem != nil {
			return nil, problem
		}
		params, problem := f.params()
		if problem != nil {
			problem.Message = fmt.Sprintf("request %d of the list: %s", len(batch)+1, problem.Message)
			return nil, problem
		}
		batch = append(batch, params)
	}
	if _, problem := d.token(); problem != nil {
		return nil, problem
	}
	if len(batch) == 0 {
		return nil, model.Invalid("the list of requests is empty; send at least one")
	}
	return batch, d.end()
}

// decodeQuery decodes the parameters of a GET, as strictly.
func decodeQuery(values url.Values) (*graphql.RawParams, *model.Error) {
	var f fields
	for key, sent := range values {
		if !isKey(key) {
			return nil, model.Invalid("the URL has a parameter that is not known; send only " + accepted)
		}
		if len(sent) > 1 {
			return nil, model.Invalid("the parameter `%s` appears %d times in the URL; send it once", key, len(sent))
		}
		if !utf8.ValidString(sent[0]) {
			return nil, model.Invalid("the parameter `%s` is not in UTF-8; encode it so, then percent-encode it", key)
		}
		if problem := f.setParameter(key, sent[0]); problem != nil {
			return nil, problem
		}
	}
	return f.params()
}

func (f *fields) setParameter(key, sent string) *model.Error {
	switch key {
	case "query":
		f.Query = sent
		return nil
	case "operationName":
		f.OperationName = sent
		return nil
	case "documentId":
		f.documentID = sent
		return nil
	}
	if sent == "" { // an empty field of a form
		return nil
	}
	d := newDecoder([]byte(sent), "the parameter `"+key+"`")
	problem := d.field(f, key)
	if problem == nil {
		problem = d.end()
	}
	return problem
}

// params checks that the parts fit together, and returns the request.
func (f *fields) params() (*graphql.RawParams, *model.Error) {
	if !isName(f.OperationName) {
		return nil, model.Invalid("`operationName` is not the name of an operation; send letters of ASCII, digits and _, 128 at most")
	}
	if f.documentID != "" {
		if f.Query != "" || f.Extensions["persistedQuery"] != nil {
			return nil, model.Invalid("send `documentId` alone, without `query` and `extensions.persistedQuery`")
		}
		if f.Extensions == nil {
			f.Extensions = map[string]any{}
		}
		id := strings.TrimPrefix(f.documentID, "sha256:")
		f.Extensions["persistedQuery"] = map[string]any{"version": json.Number("1"), "sha256Hash": id}
	}
	if f.Query == "" && f.Extensions["persistedQuery"] == nil {
		return nil, model.Invalid("there is no `query`; send one such as { articles { nodes { title } } }")
	}
	return &f.RawParams, nil
}

// isName reports whether a text is a GraphQL name, or empty.
func isName(text string) bool {
	isOther := func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	}
	return len(text) <= 128 && !strings.ContainsFunc(text, isOther)
}

func isKey(key string) bool {
	switch key {
	case "query", "operationName", "variables", "extensions", "documentId":
		return true
	}
	return false
}

// decoder decodes JSON, and says what is wrong with it.
type decoder struct {
	text *jsontext.Decoder
	sent []byte
	what string // is decoded, for the beginning of error messages
	read int    // tokens so far
}

func newDecoder(sent []byte, what string) *decoder {
	text := decoders.Get().(*jsontext.Decoder)
	text.Reset(bytes.NewReader(sent))
	return &decoder{text: text, sent: sent, what: what}
}

// decoders holds decoders to be reused, with their buffers.
var decoders = sync.Pool{New: func() any { return &jsontext.Decoder{} }}

// release lets another request have the decoder's memory, unless that is much.
func (d *decoder) release() {
	if len(d.sent) <= keptDecoder {
		d.text.Reset(bytes.NewReader(nil))
		decoders.Put(d.text)
	}
}

// keptDecoder is the length of the longest text whose decoder is kept for another.
const keptDecoder = 64 << 10

// isOther reports whether a kind is that of a JSON value, but none of those wanted.
// What is not JSON fails when it is read.
func isOther(kind jsontext.Kind, wanted ...jsontext.Kind) bool {
	return strings.ContainsRune(`ntf"0{[`, rune(kind)) && !slices.Contains(wanted, kind)
}

// request decodes an object with the keys of a request.
func (d *decoder) request() (*fields, *model.Error) {
	if isOther(d.text.PeekKind(), '{') {
		return nil, model.Invalid("%s is not a JSON object; send one such as {\"query\": \"{ articles { nodes { title } } }\"}", d.what)
	}
	if _, problem := d.token(); problem != nil {
		return nil, problem
	}
	f := &fields{}
	for d.text.PeekKind() != '}' {
		token, problem := d.token()
		if problem != nil {
			return nil, problem
		}
		key := token.String()
		if !isKey(key) {
			return nil, model.Invalid("%s has a key that is not known, which ends at byte %d; send only %s", d.what, d.text.InputOffset(), accepted)
		}
		if problem := d.field(f, key); problem != nil {
			return nil, problem
		}
	}
	_, problem := d.token()
	return f, problem
}

// field decodes the value of a key. Null means the same as leaving the key out.
func (d *decoder) field(f *fields, key string) (problem *model.Error) {
	switch key {
	case "query":
		f.Query, problem = d.string(key)
	case "operationName":
		f.OperationName, problem = d.string(key)
	case "documentId":
		f.documentID, problem = d.string(key)
	case "variables":
		f.Variables, problem = d.object(key)
	case "extensions":
		f.Extensions, problem = d.object(key)
	}
	return problem
}

func (d *decoder) string(key string) (string, *model.Error) {
	token, problem := d.token()
	if problem != nil {
		return "", problem
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case 'n':
		return "", nil
	}
	return "", model.Invalid("`%s` is not a string; send it as one", key)
}

func (d *decoder) object(key string) (map[string]any, *model.Error) {
	if isOther(d.text.PeekKind(), '{', 'n') {
		return nil, model.Invalid("`%s` is not an object; send it as one, not as a string with JSON in it", key)
	}
	read, problem := d.value()
	object, _ := read.(map[string]any)
	return object, problem
}

// value decodes any value, as encoding/json does with UseNumber.
func (d *decoder) value() (any, *model.Error) {
	token, problem := d.token()
	if problem != nil {
		return nil, problem
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '0':
		return json.Number(token.String()), nil
	case 't', 'f':
		return token.Bool(), nil
	case '[':
		return d.list()
	case '{':
		return d.members()
	}
	return nil, nil // null
}

func (d *decoder) list() (any, *model.Error) {
	list := []any{}
	for d.text.PeekKind() != ']' {
		element, problem := d.value()
		if problem != nil {
			return nil, problem
		}
		list = append(list, element)
	}
	_, problem := d.token()
	return list, problem
}

func (d *decoder) members() (any, *model.Error) {
	object := map[string]any{}
	for d.text.PeekKind() != '}' {
		name, problem := d.token()
		if problem != nil {
			return nil, problem
		}
		key := name.String() // before the next token overwrites it
		if object[key], problem = d.value(); problem != nil {
			return nil, problem
		}
	}
	_, problem := d.token()
	return object, problem
}

func (d *decoder) token() (jsontext.Token, *model.Error) {
	token, err := d.text.ReadToken()
	if err != nil {
		return token, d.problem(err)
	}
	if d.read++; d.read > maxTokens {
		return token, model.LimitExceeded("json", "there are more than %d keys and values in %s; send fewer in one request", maxTokens, d.what)
	}
	if d.text.StackDepth() > maxNesting {
		return token, model.LimitExceeded("json", "objects and lists stand more than %d deep in each other in %s; flatten them", maxNesting, d.what)
	}
	return token, nil
}

// end makes sure that nothing but whitespace follows.
func (d *decoder) end() *model.Error {
	after := d.text.InputOffset()
	if _, err := d.text.ReadToken(); !errors.Is(err, io.EOF) {
		return model.Invalid("the JSON of %s ends at byte %d, but something follows; send one value alone", d.what, after)
	}
	return nil
}

// problem says where the JSON is wrong. The errors of the library would quote what was
// sent.
func (d *decoder) problem(err error) *model.Error {
	if errors.Is(err, io.EOF) {
		return model.Invalid("%s is empty; send a JSON object such as {\"query\": \"{ articles { nodes { title } } }\"}", d.what)
	}
	where, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return model.Invalid("%s cannot be read; send it again", d.what)
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return model.Invalid("%s ends at byte %d, within a value; send it whole", d.what, len(d.sent))
	case errors.Is(err, jsontext.ErrDuplicateName):
		return d.twice(where)
	}
	at := where.ByteOffset + 1
	wrong := d.sent[min(int(where.ByteOffset), len(d.sent)):]
	switch {
	case isNotUTF8(wrong):
		return model.Invalid("%s is not UTF-8: byte %d; encode it so", d.what, at)
	case isHalfPair(wrong):
		return model.Invalid("%s has half of a surrogate pair: byte %d; send both halves, or neither", d.what, at)
	}
	return model.Invalid("%s is not JSON: byte %d", d.what, at)
}

func isNotUTF8(text []byte) bool {
	r, size := utf8.DecodeRune(text)
	return r == utf8.RuneError && size == 1
}

// isHalfPair reports whether a text begins with an escape such as \ud800, which is
// half of a character (RFC 8259, 8.2).
func isHalfPair(text []byte) bool {
	return len(text) >= 4 && (text[0] == '\\' && text[1] == 'u') && (text[2]|0x20) == 'd' && text[3] >= '8'
}

// twice is the error about a key that occurs twice in an object. It names only keys of
// a request.
func (d *decoder) twice(where *jsontext.SyntacticError) *model.Error {
	if key := where.JSONPointer.LastToken(); isKey(key) && where.JSONPointer.Parent() == "" {
		return model.Invalid("the key `%s` appears twice in %s; send it once", key, d.what)
	}
	return model.Invalid("in %s, a key appears twice in one object: byte %d; send it once", d.what, where.ByteOffset+1)
}
