package edge

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// A bulk mutation costs what its inputs do, up to the limit and not beyond, whether they come
// in a variable or in the document; and what costs too much writes nothing.
func TestBulkMutationsCostTheirInputs(t *testing.T) {
	t.Parallel()
	const limit = 60
	s := limited(t, func(l *graph.Limits) { l.Cost = limit })
	names := testserver.Names("en", "Name")
	for noun, input := range map[string]func(key string) variables{
		"Article":  func(key string) variables { return variables{"externalId": key, "language": "en", "title": key} },
		"Topic":    func(key string) variables { return variables{"externalId": key, "names": names} },
		"Office":   func(key string) variables { return variables{"externalId": key, "titles": names, "kind": "OTHER"} },
		"Official": func(key string) variables { return variables{"externalId": key, "names": names} },
	} {
		for _, c := range []struct {
			name, selection string
			each            int
		}{
			{"the counts", "created", 1},
			{"the results", "created results { index }", 2},
			{"the nodes", "created results { node: " + strings.ToLower(noun) + " { id } errors { message } }", 3},
		} {
			send := func(key string, n int, written bool) testserver.Answer {
				inputs, literal := []variables{}, []string{}
				for i := range n {
					inputs = append(inputs, input(fmt.Sprint(noun, key, i)))
					literal = append(literal, fmt.Sprintf("$i%d", i))
				}
				if !written {
					return s.Post(t, `mutation($inputs: [Upsert`+noun+`Input!]!) { payload: upsert`+noun+`s(inputs: $inputs) { `+c.selection+` } }`, variables{"inputs": inputs}, testserver.AsAdmin)
				}
				vars, declared := variables{}, []string{}
				for i, in := range inputs {
					vars[fmt.Sprint("i", i)] = in
					declared = append(declared, fmt.Sprintf("$i%d: Upsert%sInput!", i, noun))
				}
				return s.Post(t, `mutation(`+strings.Join(declared, ", ")+`) { payload: upsert`+noun+`s(inputs: [`+strings.Join(literal, ", ")+`]) { `+c.selection+` } }`, vars, testserver.AsAdmin)
			}
			for _, written := range []bool{false, true} {
				key, most := fmt.Sprint(c.each, written), limit/c.each
				s.Database.Unchanged(t, func() {
					got := send(key, most+1, written)
					if len(got.Errors) != 1 || got.Errors[0].Extensions["limit"] != "cost" || !strings.Contains(got.Errors[0].Message, fmt.Sprintf("send `upsert%ss` at most %d inputs at a time", noun, most)) {
						t.Errorf("%s of %d %ss = %s, want the limit of costs, and how many fit", c.name, most+1, noun, got.Raw)
					}
				})
				var answer struct {
					Data       struct{ Payload struct{ Created int } }
					Extensions struct{ Cost struct{ Requested int } }
				}
				got := send(key, most, written)
				if err := json.Unmarshal(got.Raw, &answer); err != nil || answer.Data.Payload.Created != most || answer.Extensions.Cost.Requested != most*c.each {
					t.Errorf("%s of %d %ss = %s, want all created at a cost of %d", c.name, most, noun, got.Raw, most*c.each)
				}
			}
		}
	}
}
