package lists

import (
	"encoding/json"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// Topics are found by the IPTC Media Topic that they correspond to.
func TestTopicsByMediaTopic(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, one := range [][2]any{{"politics", "medtop:11000000"}, {"elections", "medtop:11000086"}, {"ballots", "medtop:11000086"}, {"none", nil}} {
		s.Create(t, "Topic", variables{"slug": one[0], "mediaTopic": one[1], "names": testserver.Names("en", one[0].(string))})
	}
	list := func(filter string) string {
		return `{ topics(filter: {mediaTopic: ` + filter + `}) { nodes { slug } } }`
	}
	for _, c := range []struct{ query, want string }{
		{`{ topic(by: {mediaTopic: "medtop:11000000"}) { slug } }`, `{"topic":{"slug":"politics"}}`},
		{`{ topic(by: {mediaTopic: "medtop:11000086"}) { slug } }`, `{"topic":{"slug":"elections"}}`},
		{`{ topic(by: {mediaTopic: "medtop:1"}) { slug } }`, `{"topic":null}`},
		{list(`{eq: "medtop:11000086"}`), `{"topics":{"nodes":[{"slug":"ballots"},{"slug":"elections"}]}}`},
		{list(`{in: ["medtop:11000000", "x"]}`), `{"topics":{"nodes":[{"slug":"politics"}]}}`},
		{list(`{startsWith: "MEDTOP:11"}`), `{"topics":{"nodes":[{"slug":"ballots"},{"slug":"elections"},{"slug":"politics"}]}}`},
		{list(`{ne: "medtop:11000086"}`), `{"topics":{"nodes":[{"slug":"none"},{"slug":"politics"}]}}`},
		{list(`{isNull: true}`), `{"topics":{"nodes":[{"slug":"none"}]}}`},
		{`{ articles(filter: {topics: {some: {mediaTopic: {eq: "medtop:11000086"}}}}) { totalCount } }`, `{"articles":{"totalCount":0}}`},
	} {
		if got := string(testserver.Ask[json.RawMessage](t, s, c.query, nil)); got != c.want {
			t.Errorf("%s = %s, want %s", c.query, got, c.want)
		}
	}
}
