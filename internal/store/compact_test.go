package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// chronicle writes a random history and keeps a record of it.
type chronicle struct {
	t        *testing.T
	store    *store.Store
	random   *rand.Rand
	at       model.DateTime
	topics   []*model.Topic
	articles []*store.TaggedArticle
	written  int // names
}

// goOn writes a few changes in a transaction.
func (c *chronicle) goOn() {
	c.t.Helper()
	c.at++
	err := c.store.Write(c.t.Context(), store.Actor{Name: "Samira"}, c.at, func(tx *store.Tx) error {
		for range 1 + c.random.IntN(10) {
			if err := c.change(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *chronicle) change(tx *store.Tx) error {
	c.written++
	name := fmt.Sprint("n-", c.written)
	switch c.random.IntN(8) {
	case 0:
		topic := &model.Topic{Slug: name, Named: model.Named{LocalNames: model.LocalizedTexts{{Value: name, Language: "en"}}}}
		c.topics = append(c.topics, topic)
		return tx.InsertTopic(topic)
	case 1:
		a := &store.TaggedArticle{Article: model.Article{Language: "en", Slug: name, Title: name, Status: model.ArticleStatusDraft}}
		c.articles = append(c.articles, a)
		return tx.InsertArticle(a)
	case 2:
		if len(c.topics) > 0 {
			i := c.random.IntN(len(c.topics))
			topic := c.topics[i]
			c.topics = slices.Delete(c.topics, i, i+1)
			return tx.DeleteTopic(topic)
		}
	case 3:
		if len(c.articles) > 0 {
			i := c.random.IntN(len(c.articles))
			a := c.articles[i]
			c.articles = slices.Delete(c.articles, i, i+1)
			return tx.DeleteArticle(a)
		}
	case 4:
		if len(c.topics) > 0 {
			i := c.random.IntN(len(c.topics))
			before := c.topics[i]
			after := *before
			after.Slug = name
			c.topics[i] = &after
			return tx.UpdateTopic(before, &after)
		}
	default:
		if len(c.articles) > 0 {
			i := c.random.IntN(len(c.articles))
			before := c.articles[i]
			after := *before
			after.Title = name
			if c.random.IntN(2) == 0 {
				after.Status, after.PublishedAt = model.ArticleStatusPublished, &c.at
			} else if c.random.IntN(2) == 0 {
				after.Status = model.ArticleStatusDraft
			}
			c.articles[i] = &after
			return tx.UpdateArticle(before, &after)
		}
	}
	return nil
}

// log reads the log from a place to its end.
func (c *chronicle) log(view store.View, from store.Place) ([]*model.Change, store.Place, error) {
	c.t.Helper()
	var all []*model.Change
	for {
		some, next, err := c.store.Changes(c.t.Context(), view, from, nil, 100)
		if err != nil {
			return nil, from, err
		}
		all = append(all, some...)
		if from = next; len(some) < 100 {
			return all, next, nil
		}
	}
}

func (c *chronicle) compact() {
	c.t.Helper()
	if _, err := c.store.Compact(c.t.Context(), c.at-model.DateTime(c.random.IntN(60))); err != nil {
		c.t.Fatal(err)
	}
}

// A compaction keeps, of the older changes, the last one of each node and the last that
// readers see, and all younger changes.
func TestCompact(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	c := &chronicle{t: t, store: open(t), random: rand.New(rand.NewPCG(1, 2))}
	everything := store.View{Drafts: true}
	ever := map[int64]*model.Change{}
	var horizon store.Place
	var told []store.Place
	for range 8 {
		for range 40 {
			c.goOn()
			end, err := c.store.End(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, end)
		}
		_, _, err := c.log(everything, store.Place{})
		if code := model.CodeOf(err); horizon.Position > 0 && code != model.CodeCursorExpired {
			t.Errorf("behind position 0 of a log that was compacted since is answered %v, want CURSOR_EXPIRED", err)
		}
		changes, _, err := c.log(everything, store.Beginning())
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes {
			ever[change.Position] = change
		}

		c.compact()
		end, err := c.store.End(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		horizon = store.Place{Position: end.Horizon, Horizon: end.Horizon}
		kept := map[int64]bool{}
		last, lastSeen := map[model.ID]int64{}, map[model.ID]int64{}
		for position, change := range ever {
			kept[position] = position > end.Horizon
			if position > end.Horizon {
				continue
			}
			last[change.NodeID()] = max(last[change.NodeID()], position)
			if change.Readers {
				lastSeen[change.NodeID()] = max(lastSeen[change.NodeID()], position)
			}
		}
		for id, position := range last {
			kept[position] = true
			if seen := lastSeen[id]; seen > 0 {
				kept[seen] = true
			}
		}
		left, _, err := c.log(everything, store.Beginning())
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range left {
			if !kept[change.Position] {
				t.Errorf("change %d is there, up to %d only the last are to be", change.Position, end.Horizon)
			}
			delete(kept, change.Position)
		}
		for position, want := range kept {
			if want {
				t.Errorf("change %d is gone, want it kept; the log is compacted up to %d", position, end.Horizon)
			} else if ever[position].Position == end.Position {
				t.Error("the newest change is gone")
			}
		}
		for _, place := range told {
			_, _, err := c.log(everything, place)
			lost := place.Horizon < end.Horizon && place.Position < end.Horizon
			if code := model.CodeOf(err); lost != (code == model.CodeCursorExpired) || !lost && err != nil {
				t.Errorf("behind %+v, with the log compacted up to %d: %v, want it lost: %t", place, end.Horizon, err, lost)
			}
		}
	}
	if horizon.Position < 600 {
		t.Errorf("the log is compacted up to %d, which tries one transaction only", horizon.Position)
	}
}

// A client that starts with an empty copy reads the last change of each node, whether
// the log was compacted or not.
func TestCompactedLogEndsAlike(t *testing.T) {
	t.Parallel()
	c := &chronicle{t: t, store: open(t), random: rand.New(rand.NewPCG(3, 4))}
	for range 60 {
		c.goOn()
	}
	for range 3 {
		for _, view := range []store.View{{}, {Drafts: true}} {
			last := func() map[model.ID]string {
				changes, _, err := c.log(view, store.Beginning())
				if err != nil {
					t.Fatal(err)
				}
				found := map[model.ID]string{}
				for _, change := range changes {
					found[change.NodeID()] = fmt.Sprint(change.Kind, change.Version, change.Position)
				}
				return found
			}
			want := last()
			c.compact()
			got := last()
			if len(got) != len(want) {
				t.Errorf("%d nodes are told of, want %d", len(got), len(want))
			}
			for id, change := range want {
				if got[id] != change {
					t.Errorf("the last change of %v is %s, want %s", id, got[id], change)
				}
			}
		}
		for range 10 {
			c.goOn()
		}
	}
}
