package lists

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// FuzzFilter sends any JSON as a filter. The server answers, or refuses it with a code for
// the caller's mistakes. A filter and its negation together find all articles.
func FuzzFilter(f *testing.F) {
	s := testserver.StartDemo(f, func(c *app.Config) { c.OnRoundTrip, c.Log = nil, slog.New(slog.DiscardHandler) })
	country := s.CountryID(f, "IQ")
	for _, seed := range []string{
		`{}`, `null`, `[]`, `"x"`, `{"slug":null,"officials":{"some":null},"and":null}`, `{"and":[],"or":[]}`, `{"or":[{},{"not":{}}]}`, `{"and":{"slug":{"ne":"a"}}}`,
		`{"title":{"contains":"الخارجية"}}`, `{"title":{"startsWith":"وِزارة"},"language":{"eq":"ar"}}`, `{"title":{"contains":"\ud800"}}`, `{"title":{"contains":"\u0000"}}`, "{\"title\":{\"contains\":\"\xff\"}}", `{"title":{"contains":"%_\\'"}}`,
		`{"language":{"in":["ar","en","xx-!"],"notIn":[]}}`, `{"externalId":{"ne":"x","isNull":true}}`, `{"status":{"eq":"PUBLISHED","notIn":["DRAFT"]}}`, `{"status":{"eq":"published"}}`, `{"slug":{"eq":"a"},"slug":{"eq":"b"}}`,
		`{"publishedAt":{"gte":"2021-01-01T00:00:00Z","lt":"2022-01-01T00:00:00+03:00","isNull":false}}`, `{"createdAt":{"eq":1e400}}`, `{"createdAt":{"eq":"9999-12-31T23:59:59.9999Z"}}`, `{"updatedAt":{"gt":"2021-02-30T00:00:00Z"}}`,
		`{"officials":{"some":{"country":{"code":{"eq":"IQ"}},"inOfficeOn":"2021-06-01"}}}`, `{"officials":{"every":{"office":{"kind":"MINISTER","title":{"contains":"foreign"}}},"none":{"name":{"eq":"x"}}}}`,
		`{"topics":{"none":{"parent":{"slug":{"eq":"politics"}},"isRoot":false}}}`, `{"topics":{"some":{"descendantOf":"` + country + `"}}}`, `{"countries":{"some":{"id":{"in":["` + country + `","` + country + `"]}}}}`, `{"id":{"eq":"` + country + `"}}`, `{"id":{"ne":7}}`,
		"\ufeff{}", `{"title":{"in":[null]}}`, `{"not":{"not":{"or":[{"slug":{"in":"a"}}]}}}`, strings.Repeat(`{"not":`, 23) + `{}` + strings.Repeat("}", 23), strings.Repeat(`{"and":[`, 200), `{"slug":{"in":["` + strings.Repeat(`a","`, 999) + `"]}}`,
		`{"slugg":{}}`, `{"":{}}`, `{}},"operationName":"a","x":{"y":1`,
	} {
		f.Add([]byte(seed))
	}
	const query = `query($f: ArticleFilter!) { all: articles { totalCount } these: articles(first: 1, filter: $f) { totalCount } others: articles(first: 1, filter: {not: $f}) { totalCount } }`
	codes := []any{"INVALID", "LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED"}
	f.Fuzz(func(t *testing.T, filter []byte) {
		r := s.Send(t, http.MethodPost, "", `{"query":"`+query+`","variables":{"f":`+string(filter)+`}}`, testserver.AsJSON)
		for _, problem := range r.Errors {
			if !slices.Contains(codes, problem.Extensions["code"]) {
				t.Errorf("filter %s = %d %s, want one of %v", filter, r.Status, r.Body, codes)
			}
		}
		if len(r.Errors) > 0 {
			return
		}
		var found struct {
			Data struct{ All, These, Others struct{ TotalCount int } }
		}
		if err := json.Unmarshal([]byte(r.Body), &found); err != nil {
			t.Fatalf("filter %s = %d %s: %v", filter, r.Status, r.Body, err)
		}
		if d := found.Data; d.All.TotalCount == 0 || d.These.TotalCount+d.Others.TotalCount != d.All.TotalCount {
			t.Errorf("filter %s finds %d articles and its negation %d, want %d in all", filter, d.These.TotalCount, d.Others.TotalCount, d.All.TotalCount)
		}
	})
}
