package main

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// check asks all servers the same, for some of the parameters of each query, and fails
// where their data differ in anything: the first server is right.
func (s *session) check(queries []query) error {
	for _, q := range queries {
		for i := 0; i < len(q.parameters); i += max(1, len(q.parameters)/24) {
			var want any
			for _, one := range s.servers {
				got, err := one.data(q.name, i)
				if err != nil {
					return err
				}
				if want == nil {
					want = got
					continue
				}
				if !reflect.DeepEqual(got, want) {
					return fmt.Errorf("%s with %+v: %s and %s differ at %s", q.name, q.parameters[i], s.servers[0].name, one.name, difference("data", want, got))
				}
			}
		}
	}
	return nil
}

func (one *server) data(query string, i int) (any, error) {
	c, err := dial(one.address)
	if err != nil {
		return nil, err
	}
	defer c.close()
	text, err := c.send(one.requests[query][i])
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", query, one.name, err)
	}
	if text, err = checked(text); err != nil {
		return nil, err
	}
	var answer struct{ Data map[string]any }
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	return answer.Data, nil
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
