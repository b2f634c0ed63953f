package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/model"
)

// parseJSON reads a line as one JSON object. It is stricter than encoding/json, which
// replaces invalid UTF-8 and takes the last of two members with the same name: either
// would silently change the content.
func parseJSON(raw []byte) (map[string]any, error) {
	if at := invalidUTF8(raw); at >= 0 {
		return nil, model.Invalid("no UTF-8 at byte %d; save the file as UTF-8", at+1)
	}
	if !json.Valid(raw) {
		return nil, syntaxError(raw)
	}
	if escape := loneSurrogate(raw); escape != "" {
		return nil, model.Invalid("%s is half a character; write the character itself, or both halves one after the other", escape)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	value, err := readValue(dec, nil)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, model.Invalid(`the line is %s; write one JSON object on it, such as {"type":"topic","names":{"en":"Oil"}}`, kindOf(value))
	}
	return object, nil
}

// maxNesting is how deep the values of a line may be nested. The format has no more
// than four levels.
const maxNesting = 10

// invalidUTF8 returns the position of the first byte that is not UTF-8, or -1.
func invalidUTF8(raw []byte) int {
	if utf8.Valid(raw) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

func syntaxError(raw []byte) error {
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(new(json.RawMessage)); errors.Is(err, io.ErrUnexpectedEOF) {
		return model.Invalid("the line ends in the middle of its JSON; write the whole object on one line")
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(raw, new(json.RawMessage)); !errors.As(err, &syntax) {
		return err
	}
	if json.NewDecoder(bytes.NewReader(raw)).Decode(new(json.RawMessage)) == nil {
		return model.Invalid("something follows the JSON object, from byte %d on; write one object a line, and with curl, send the file with --data-binary", syntax.Offset)
	}
	return model.Invalid("no JSON at byte %d: %s; write one JSON object on the line", syntax.Offset, syntax.Error())
}

// loneSurrogate returns the first escape, such as \ud83d, that stands for half a
// character without the other half. raw is valid JSON.
func loneSurrogate(raw []byte) string {
	for at := 0; at < len(raw); at++ {
		if raw[at] != '\\' {
			continue
		}
		at++ // the escaped character
		switch half(raw[at:]) {
		case low:
			return string(raw[at-1 : at+5])
		case high:
			if after := raw[at+5:]; after[0] != '\\' || half(after[1:]) != low {
				return string(raw[at-1 : at+5])
			}
			at += len(`ud83d\u`)
		}
	}
	return ""
}

// surrogate is which half of a character an escape stands for, if any.
type surrogate int

const (
	whole surrogate = iota
	high
	low
)

// half reads an escape, without its backslash. In valid JSON four digits follow a u,
// and a quote follows sooner or later.
func half(escape []byte) surrogate {
	if escape[0] != 'u' {
		return whole
	}
	code, err := strconv.ParseUint(string(escape[1:5]), 16, 16)
	switch {
	case err != nil, code < 0xD800, code > 0xDFFF:
		return whole
	case code < 0xDC00:
		return high
	}
	return low
}

// readValue reads one value: nil, a bool, a string, a json.Number, a []any or a
// map[string]any. path is its place in the line.
func readValue(dec *json.Decoder, path []string) (any, error) {
	if len(path) > maxNesting {
		return nil, model.Invalid("the line is nested deeper than anything that it can say; remove that").At(path[:1]...)
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return readObject(dec, path)
	case json.Delim('['):
		return readList(dec, path)
	}
	return token, nil
}

func readObject(dec *json.Decoder, path []string) (any, error) {
	object := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name := token.(string) // the JSON is valid
		inside := append(path[:len(path):len(path)], name)
		if _, twice := object[name]; twice {
			return nil, model.Invalid("this key is here twice; keep one of them").At(inside...)
		}
		if object[name], err = readValue(dec, inside); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}

func readList(dec *json.Decoder, path []string) (any, error) {
	list := []any{}
	for dec.More() {
		element, err := readValue(dec, append(path[:len(path):len(path)], strconv.Itoa(len(list))))
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	_, err := dec.Token()
	return list, err
}

// kindOf names the kind of a JSON value for a sentence.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a number"
}
