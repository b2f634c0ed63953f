package lists

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestRelationOfAPayloadCostsTheSame selects relations of the nodes in payloads.
func TestRelationOfAPayloadCostsTheSame(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := startRelated(t)
	learnNames(t, s)
	for _, r := range relations {
		parent := parents[r.on]
		if parent.costs != 1 && r.on != "Tenure" || r.on == "TextAnalysis" {
			continue // not a node
		}
		t.Run(r.on+"."+r.field, func(t *testing.T) {
			_, data := costs(t, s, `query($n: Int!) { `+fmt.Sprintf(parent.query, "")+` }`, variables{"n": 1})
			id := data[strings.LastIndex(data, `"id":"`)+len(`"id":"`):]
			id = id[:strings.Index(id, `"`)]
			mutation := func(selection string) int {
				query := fmt.Sprintf(`mutation($id: ID!, $input: Update%[1]sInput!) { update%[1]s(id: $id, input: $input) { %[2]s { id %[3]s } errors { message } } }`,
					r.on, strings.ToLower(r.on), selection)
				statements, data := costs(t, s, query, variables{"id": id, "input": variables{}}, append(forRevisions(query), testserver.AsAdmin)...)
				if strings.Contains(data, "null") {
					t.Fatalf("%s = %s", query, data)
				}
				return len(statements)
			}
			if got := mutation(r.selection) - mutation(""); got != r.costs {
				t.Errorf("%s of a payload took %d statements, want %d", r.selection, got, r.costs)
			}
		})
	}
}

func TestRelationsOfABulkPayloadCostTheSameForOneArticleAndForTen(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := startRelated(t)
	upsert := func(n int, selection string) int {
		var inputs []variables
		for i := range n {
			inputs = append(inputs, variables{"externalId": fmt.Sprint("article-", i), "title": fmt.Sprint("article-", i), "language": "en"})
		}
		statements, data := costs(t, s, `mutation($inputs: [UpsertArticleInput!]!) { upsertArticles(inputs: $inputs) { unchanged results { article { id `+selection+` } } } }`,
			variables{"inputs": inputs}, testserver.AsAdmin)
		if !strings.Contains(data, fmt.Sprintf(`"unchanged":%d`, n)) {
			t.Fatalf("upsertArticles = %s", data)
		}
		return len(statements)
	}
	for _, n := range []int{1, 10} {
		if got := upsert(n, `officials { country { code } } topics { slug } ... on Article { translations { slug } }`) - upsert(n, ""); got != 4 {
			t.Errorf("the relations of %d articles took %d statements, want 4", n, got)
		}
	}
}

// lookUps are the statements that look rows up by slugs, by the keys of other systems or by
// codes.
var lookUps = regexp.MustCompile(`WHERE \(?(slug|external_id|wikidata_id|media_topic|code)\b`)

// The keys of all inputs of a bulk mutation are looked up together: one statement for each
// noun and kind of key, however many inputs there are, whether they are new or not.
func TestBulkMutationsLookKeysUpTogether(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	names := func(key string, i int) []variables { return testserver.Names("en", fmt.Sprint(key, i)) }
	by := func(key, value string, i int) variables { return variables{key: fmt.Sprint(value, i)} }
	for _, c := range []struct {
		noun  string
		input func(i int) variables
		want  int // slugs and external ids of the noun, and what is named
	}{
		{"Topic", func(i int) variables {
			in := variables{"externalId": fmt.Sprint("t", i), "names": names("Topic ", i), "mediaTopic": fmt.Sprintf("medtop:%08d", i)}
			if i > 0 {
				in["parent"] = by("externalId", "t", i-1)
			}
			return in
		}, 3},
		{"Office", func(i int) variables {
			return variables{"externalId": fmt.Sprint("o", i), "slug": fmt.Sprint("office-", i), "titles": names("Office ", i), "kind": "OTHER", "country": variables{"code": "IQ"}}
		}, 3},
		{"Official", func(i int) variables {
			return variables{"externalId": fmt.Sprint("p", i), "slug": fmt.Sprint("official-", i), "names": names("Official ", i), "wikidataId": fmt.Sprint("Q", i+1), "country": variables{"code": "FRA"}}
		}, 4},
		{"Tenure", func(i int) variables {
			return variables{"official": by("wikidataId", "Q", i+1), "office": by("slug", "office-", i), "startedOn": "2020"}
		}, 2},
		{"Article", func(i int) variables {
			return variables{
				"externalId": fmt.Sprint("a", i), "language": "en", "title": fmt.Sprint("Article ", i),
				"topicsBy": []variables{by("externalId", "t", i), by("slug", "topic-", (i+1)%5)}, "countriesBy": []variables{{"code": "IQ"}, {"code": "FR"}}, "officialsBy": []variables{by("slug", "official-", i)},
			}
		}, 6},
	} {
		count := func(from, n int, outcome string) int {
			var inputs []variables
			for i := range n {
				inputs = append(inputs, c.input(from+i))
			}
			statements, data := costs(t, s, `mutation($inputs: [Upsert`+c.noun+`Input!]!) { payload: upsert`+c.noun+`s(inputs: $inputs) { `+outcome+` results { errors { message path } } } }`,
				variables{"inputs": inputs}, testserver.AsAdmin)
			if !strings.Contains(data, fmt.Sprintf(`"%s":%d,`, outcome, n)) {
				t.Fatalf("upsert of %d %ss = %s, want all %s", n, c.noun, data, outcome)
			}
			return len(slices.DeleteFunc(statements, func(statement string) bool { return !lookUps.MatchString(statement) }))
		}
		for _, got := range []struct {
			what   string
			number int
		}{{"2 new", count(0, 2, "created")}, {"10 new", count(2, 10, "created")}, {"12 old", count(0, 12, "unchanged")}} {
			if got.number != c.want {
				t.Errorf("%s %ss took %d look-ups of keys, want %d", got.what, c.noun, got.number, c.want)
			}
		}
	}
}
