package tests

import (
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/model"
)

// clock is the clock of a server, set by a test: articles are published at the
// moment that it shows.
type clock struct{ milliseconds atomic.Int64 }

func (c *clock) set(at time.Time) { c.milliseconds.Store(at.UnixMilli()) }

func (c *clock) of(config *app.Config) {
	c.set(moment)
	c.kept(config)
}

// kept is of, and leaves the clock as it is.
func (c *clock) kept(config *app.Config) {
	config.Now = func() time.Time { return time.UnixMilli(c.milliseconds.Load()) }
}

// upsert writes articles, and answers their ids. What is not given is made of
// the slug; they are published unless they say otherwise.
func (s *server) upsert(t tester, articles ...variables) []string {
	t.Helper()
	var ids []string
	for batch := range slices.Chunk(articles, 1000) {
		inputs := make([]variables, len(batch))
		for i, article := range batch {
			inputs[i] = variables{"externalId": article["slug"], "title": article["slug"], "language": "en", "publish": true}
			maps.Copy(inputs[i], article)
		}
		answer := ask[struct {
			UpsertArticles struct {
				Failed  int
				Results []struct {
					Article *made
					Errors  []wrong
				}
			}
		}](t, s, `mutation($inputs: [UpsertArticleInput!]!) {
			upsertArticles(inputs: $inputs) { failed results { article { id } errors { __typename code message path } } }
		}`, variables{"inputs": inputs}, asAdmin)
		for _, result := range answer.UpsertArticles.Results {
			if result.Article == nil || answer.UpsertArticles.Failed > 0 {
				t.Fatalf("upsertArticles = %+v", answer)
			}
			ids = append(ids, result.Article.ID)
		}
	}
	return ids
}

// delete deletes what must be there.
func (s *server) delete(t testing.TB, noun, id string) {
	t.Helper()
	if _, deleted, errs := s.write(t, "delete", noun, variables{"id": id}); deleted == nil {
		t.Fatalf("delete%s = %+v", noun, errs)
	}
}

// keyOf is the key that stands in an id: what orders break ties by.
func keyOf(t tester, id string) int64 {
	t.Helper()
	parsed, err := model.ParseID(id)
	if err != nil {
		t.Fatalf("the id %q: %v", id, err)
	}
	return parsed.Key
}
