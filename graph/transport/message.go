package transport

import (
	"encoding/json"
	"errors"
	"net/http"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// message is what client and server send over a socket.
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

// maxID is the longest id of an operation, in bytes. Clients use counters or UUIDs.
const maxID = 256

// readMessage decodes a message of a client. The error quotes nothing that was sent,
// and is short enough for a close frame.
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

// kindOf returns the kind of a value, and that of null if there is none.
func kindOf(value jsontext.Value) jsontext.Kind {
	if len(value) == 0 {
		return 'n'
	}
	return value.Kind()
}

// initHeaders returns the headers of the request with those that the payload of
// connection_init replaces. Names of headers are case-insensitive; keys that are none
// of our headers are ignored.
func initHeaders(sent http.Header, payload json.RawMessage) (http.Header, error) {
	headers := sent.Clone()
	if len(payload) == 0 {
		return headers, nil
	}
	var replaced map[string]jsontext.Value
	if err := jsonv2.Unmarshal(payload, &replaced); err != nil {
		return nil, errors.New("its `payload` is not an object")
	}
	given := map[string]bool{}
	for name, value := range replaced {
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
