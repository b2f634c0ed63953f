package transfer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// upsertsOf returns the mutation and the inputs that say what a line of an export says. Tenures
// have a mutation of their own.
func upsertsOf(t *testing.T, line string) map[string][]variables {
	t.Helper()
	var in variables
	if err := json.Unmarshal([]byte(line), &in); err != nil {
		t.Fatal(err)
	}
	noun := in["type"].(string)
	delete(in, "type")
	texts := func(key string) {
		byLanguage, given := in[key].(map[string]any)
		if !given {
			return
		}
		var list []variables
		for language, value := range byLanguage {
			list = append(list, variables{"language": language, "value": value})
		}
		in[key] = list
	}
	for _, key := range []string{"names", "titles", "descriptions"} {
		texts(key)
	}
	by := func(key string, value any) any {
		if value == nil {
			return nil
		}
		return variables{key: value}
	}
	renamed := func(from, to string, convert func(any) any) {
		if value, given := in[from]; given {
			delete(in, from)
			in[to] = convert(value)
		}
	}
	each := func(convert func(any) any) func(any) any {
		return func(list any) any {
			converted := []any{}
			for _, value := range list.([]any) {
				converted = append(converted, convert(value))
			}
			return converted
		}
	}
	byExternalID := func(value any) any { return by("externalId", value) }
	byCode := func(value any) any { return by("code", value) }
	renamed("parent", "parent", byExternalID)
	renamed("country", "country", byCode)
	var tenures []variables
	if held, given := in["tenures"].([]any); given {
		for _, one := range held {
			tenure := one.(map[string]any)
			tenure["official"], tenure["office"] = byExternalID(in["externalId"]), byExternalID(tenure["office"])
			tenures = append(tenures, tenure)
		}
		delete(in, "tenures")
	}
	renamed("topics", "topicsBy", each(byExternalID))
	renamed("countries", "countriesBy", each(byCode))
	renamed("officials", "officialsBy", each(byExternalID))
	renamed("appearances", "appearancesBy", each(func(value any) any {
		appearance := value.(map[string]any)
		return variables{"official": byExternalID(appearance["official"]), "role": appearance["role"]}
	}))
	renamed("translationOf", "translationOfBy", byExternalID)
	renamed("status", "publish", func(status any) any { return status == "PUBLISHED" })
	return map[string][]variables{noun: {in}, "tenure": tenures}
}

// The export of the demo newsroom, sent by upserts to an empty server, answers the same in
// every field of the schema as its import does; and sent again, it changes nothing.
func TestTheDemoNewsroomComesInByUpserts(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	exported := testserver.NewDemoDatabase(t).Export(t)
	imported := testserver.NewDatabase(t)
	imported.MustImport(t, exported)
	demo := testserver.Start(t, testserver.InDatabase(string(imported)))
	inputs := map[string][]variables{}
	for line := range strings.Lines(exported) {
		for noun, more := range upsertsOf(t, line) {
			inputs[noun] = append(inputs[noun], more...)
		}
	}
	slices.Reverse(inputs["topic"]) // parents come after what is below them
	s := testserver.Start(t)
	send := func(outcome string) {
		for _, noun := range []string{"topic", "office", "official", "tenure", "article"} {
			if len(inputs[noun]) == 0 {
				t.Fatalf("the demo newsroom has no %s", noun)
			}
			Noun := strings.ToUpper(noun[:1]) + noun[1:]
			answer := s.Post(t, `mutation($inputs: [Upsert`+Noun+`Input!]!) { payload: upsert`+Noun+`s(inputs: $inputs) { created updated unchanged failed } }`,
				variables{"inputs": inputs[noun]}, testserver.AsAdmin)
			var counts struct{ Payload map[string]int }
			if err := json.Unmarshal(answer.Data, &counts); err != nil || counts.Payload[outcome] != len(inputs[noun]) {
				t.Fatalf("upsert%ss of %d = %s, want all %s", Noun, len(inputs[noun]), answer.Raw, outcome)
			}
		}
	}
	send("created")
	s.Database.Unchanged(t, func() { send("unchanged") })
	for name, headers := range map[string][]testserver.Header{"readers": nil, "editors": {testserver.AsAdmin, testserver.SeeDrafts}} {
		want, got := everything(t, demo, headers...), everything(t, s, headers...)
		if len(got) != len(want) {
			t.Fatalf("%s see %d nodes, want %d", name, len(got), len(want))
		}
		for i := range want {
			if noun, _, _ := strings.Cut(want[i], " "); got[i] != want[i] && noun != "Country" { // whose times are those of the database
				t.Errorf("%s see what differs: %s", name, cmp.Diff(want[i], got[i]))
			} else if got[i] != want[i] && withoutTimes(got[i]) != withoutTimes(want[i]) {
				t.Errorf("%s see of a country\n%s\nwant\n%s", name, got[i], want[i])
			}
		}
	}
	// The articles are those of whoever sent them.
	if got := strings.ReplaceAll(s.Database.Export(t), `"createdBy":"admin",`, ""); got != exported {
		t.Errorf("export differs: %s", cmp.Diff(exported, got))
	}
}

// withoutTimes drops the lines of createdAt and updatedAt.
func withoutTimes(node string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(node, "\n"), func(line string) bool {
		return strings.Contains(line, "_createdAt") || strings.Contains(line, "_updatedAt")
	}), "\n")
}
