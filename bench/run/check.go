package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// check asks all servers the same, for some of the parameters of each query, and fails
// where their data differ in anything: the first server is right. The answers of peers
// have another form; in them the same texts have to come in the same order.
func (s *session) check(queries []query) error {
	for _, q := range queries {
		for i := 0; i < len(q.parameters); i += max(1, len(q.parameters)/24) {
			right, err := s.servers[0].answer(q.name, i)
			if err != nil {
				return err
			}
			for _, one := range s.servers[1:] {
				answer, err := one.answer(q.name, i)
				if err != nil {
					return err
				}
				form := data
				if one.peer {
					form = texts
				}
				want, err := form(right)
				if err != nil {
					return err
				}
				got, err := form(answer)
				if err != nil {
					return err
				}
				if !reflect.DeepEqual(got, want) {
					return fmt.Errorf("%s with %+v: %s and %s differ at %s", q.name, q.parameters[i], s.servers[0].name, one.name, difference("data", want, got))
				}
			}
		}
	}
	return nil
}

func (one *server) answer(query string, i int) ([]byte, error) {
	c, err := dial(one.address)
	if err != nil {
		return nil, err
	}
	defer c.close()
	text, err := c.send(one.requests[query][i])
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", query, one.name, err)
	}
	return checked(text)
}

func data(text []byte) (any, error) {
	var answer struct{ Data map[string]any }
	err := json.Unmarshal(text, &answer)
	return answer.Data, err
}

// texts are the strings and numbers of an answer, in order, whatever holds them.
func texts(text []byte) (any, error) {
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	var list []any
	d := json.NewDecoder(bytes.NewReader(answer.Data))
	d.UseNumber()
	err := eachValue(d, func(value any) { list = append(list, value) })
	return list, err
}

// eachValue calls found with each string and number of the next value.
func eachValue(d *json.Decoder, found func(any)) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case string, json.Number:
		found(token)
	case json.Delim:
		for d.More() {
			if token == '{' {
				if _, err := d.Token(); err != nil { // the key
					return err
				}
			}
			if err := eachValue(d, found); err != nil {
				return err
			}
		}
		_, err = d.Token() // the end
	}
	return err
}

// difference is the first place at which two values differ, and the two values there.
func difference(place string, a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		if b, same := b.(map[string]any); same && len(a) == len(b) {
			for key, value := range a {
				if !reflect.DeepEqual(value, b[key]) {
					return difference(place+"."+key, value, b[key])
				}
			}
		}
	case []any:
		if b, same := b.([]any); same && len(a) == len(b) {
			for i, value := range a {
				if !reflect.DeepEqual(value, b[i]) {
					return difference(fmt.Sprintf("%s[%d]", place, i), value, b[i])
				}
			}
		}
	}
	return fmt.Sprintf("%s: %.200v, %.200v", place, a, b)
}
