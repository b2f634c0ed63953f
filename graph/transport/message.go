package transport

import (
	"encoding/json"
	"errors"
	"net/http"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// message is what goes over a socket, either way.
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// The types of messages.
const (
	typeInit      = "connection_init"
	typeAck       = "connection_ack"
	typePing      = "ping"
	typePong      = "pong"
	typeSubscribe = "subscribe"
	typeNext      = "next"
	typeError     = "error"
	typeComplete  = "complete"
)

// maxID is in bytes. The ids of clients are counters or UUIDs.
const maxID = 256

// readMessage reads what a client sent. The error says what is wrong with it in
// a text that is ours alone, and short enough for a close frame.
func readMessage(sent []byte) (message, error) {
	var read struct {
		ID      jsontext.Value `json:"id"`
		Type    jsontext.Value `json:"type"`
		Payload jsontext.Value `json:"payload"`
	}
	if err := jsonv2.Unmarshal(sent, &read); err != nil {
		return message{}, errors.New("it is not one JSON object in UTF-8, each key once")
	}
	m := message{Payload: json.RawMessage(read.Payload)}
	if jsonv2.Unmarshal(read.Type, &m.Type) != nil || m.Type == "" {
		return m, errors.New("it has no `type` that is a string")
	}
	switch m.Type {
	case typeInit, typePing, typePong:
		if kind := kindOf(read.Payload); kind != '{' && kind != 'n' {
			return m, errors.New("its `payload` is not an object")
		}
	case typeSubscribe, typeComplete:
		if jsonv2.Unmarshal(read.ID, &m.ID) != nil || m.ID == "" {
			return m, errors.New("it has no `id` that is a string")
		}
		if len(m.ID) > maxID {
			return m, errors.New("its `id` is longer than 256 bytes")
		}
		if m.Type == typeSubscribe && kindOf(read.Payload) != '{' {
			return m, errors.New("its `payload` is not an object")
		}
	default:
		return m, errors.New("its `type` is not one that clients send")
	}
	return m, nil
}

// kindOf is the kind of a value, that of null when there is none.
func kindOf(value jsontext.Value) jsontext.Kind {
	if len(value) == 0 {
		return 'n'
	}
	return value.Kind()
}

// initHeaders reads what connection_init says in place of headers. Names of
// headers have no case; what is none of ours is left to the client.
func initHeaders(of http.Header, payload json.RawMessage) (http.Header, error) {
	headers := of.Clone()
	if len(payload) == 0 {
		return headers, nil
	}
	var said map[string]jsontext.Value
	if err := jsonv2.Unmarshal(payload, &said); err != nil {
		return nil, errors.New("its `payload` is not an object")
	}
	given := map[string]bool{}
	for name, value := range said {
		name = http.CanonicalHeaderKey(name)
		switch name {
		case "Authorization", "Diwan-Perspective", "Diwan-Trace", "Accept-Language":
		default:
			continue
		}
		var text string
		if kindOf(value) == 'n' {
			continue
		}
		if jsonv2.Unmarshal(value, &text) != nil || given[name] {
			return nil, errors.New("a header in its `payload` is not one string")
		}
		given[name] = true
		headers.Set(name, text)
	}
	return headers, nil
}
