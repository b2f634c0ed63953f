package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// snapshot runs f on one snapshot of what a view sees.
func snapshot(t *testing.T, s *store.Store, view store.View, f func(*store.Snapshot) error) {
	t.Helper()
	if err := s.Snapshot(t.Context(), view, f); err != nil {
		t.Fatal(err)
	}
}

// The order of a snapshot depends on content alone; each node comes after those that it
// refers to.
func TestSnapshotReadsEverything(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	snapshot(t, s, editors(), func(x *store.Snapshot) error {
		var got []string
		err := errors.Join(
			x.Countries(func(list []*model.Country) error { got = append(got, slugsOf(list)...); return nil }),
			x.Topics(func(list []*model.Topic) error {
				for _, topic := range list {
					parent := slot[*model.Topic](t, topic, "parent")
					if parent != nil {
						got = append(got, topic.Slug+"<"+parent.Slug)
						continue
					}
					got = append(got, topic.Slug)
				}
				return nil
			}),
			x.Offices(func(list []*model.Office) error {
				for _, office := range list {
					country := "-"
					if c := slot[*model.Country](t, office, "country"); c != nil {
						country = c.Code
					}
					got = append(got, office.Slug+"/"+country)
				}
				return nil
			}),
			x.Officials(func(list []*model.Official) error {
				for _, o := range list {
					held := []string{}
					for _, tenure := range slot[[]*model.Tenure](t, o, "tenures") {
						held = append(held, slot[*model.Office](t, tenureOf{tenure}, "office").Slug)
					}
					got = append(got, fmt.Sprint(o.Slug, held))
				}
				return nil
			}),
		)
		wantList(t, "snapshot", got, "IQ", "KW", "politics", "sport", "elections<politics", "ballots<elections",
			"envoy/-", "iraq-pm/IQ", "iraq-president/IQ", "kuwait-pm/KW",
			"kadhimi[envoy iraq-pm]", "sabah[kuwait-pm]", "salih[iraq-president iraq-pm]", "zola[]")
		return err
	})
}

// exported are the articles of a snapshot: their slugs, the article that leads them, the
// public version of working copies, and the number of tags.
func exported(t *testing.T, s *store.Store, view store.View) []string {
	t.Helper()
	var got []string
	snapshot(t, s, view, func(x *store.Snapshot) error {
		return x.Articles(func(list []*model.Article) error {
			for _, a := range list {
				one := slugOf(a) + leadOf(a)
				if public, there := a.Slot("public"); there {
					one += "(" + slugOf(public) + leadOf(public.(*model.Article)) + ")"
				}
				if tags := len(slot[[]*model.Appearance](t, a, "appearances")) + len(slot[[]*model.Country](t, a, "countries")) + len(slot[[]*model.Topic](t, a, "topics")); tags > 0 {
					one += fmt.Sprint(" ", tags)
				}
				got = append(got, one)
			}
			return nil
		})
	})
	return got
}

func leadOf(a *model.Article) string {
	lead, _ := a.Slot("lead")
	if list, _ := lead.([]*model.Article); len(list) > 0 {
		return "<" + slugOf(list[0])
	}
	return ""
}

func TestSnapshotOfArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	wantList(t, "to readers: those that lead by slug and language, then their translations", exported(t, s, readers()),
		"ar:budget 4", "en:count 3", "en:match 1", "en:reworked 1", "en:vote 4", "en:budget<ar:budget 4")
	wantList(t, "to editors", exported(t, s, editors()),
		"ar:budget 4", "en:count 3", "en:draft 2", "en:match 1", "en:reworked-copy(en:reworked) 1", "ar:scheduled", "en:vote 4", "en:budget<ar:budget 4")
	edit(t, s, begin, budgetAr, func(a *store.TaggedArticle) { a.Status, a.Public = model.ArticleStatusDraft, false })
	if got := exported(t, s, readers()); got[0] != "en:budget 4" {
		t.Errorf("first to readers, who do not see what led = %v, want its translation", got)
	}
	rework := func(a *store.TaggedArticle) {
		a.Slug, a.Status, a.Public, a.PublishedAt = "budget-copy", model.ArticleStatusInReview, false, nil
	}
	edit(t, s, begin, budgetEn, rework)
	if got := exported(t, s, editors()); got[len(got)-1] != "en:budget-copy<ar:budget(en:budget<ar:budget) 4" {
		t.Errorf("last to editors = %v, want a working copy with what readers see, each with what leads it", got)
	}
	failed := errors.New("no")
	err := s.Snapshot(t.Context(), readers(), func(x *store.Snapshot) error {
		return x.Articles(func([]*model.Article) error { return failed })
	})
	if !errors.Is(err, failed) {
		t.Errorf("Snapshot = %v, want the error of what reads", err)
	}
}

// A text alone may be the external id of one node and the slug of another.
func TestAmbiguousKeys(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	mustWrite(t, s, func(tx *store.Tx) error {
		a := article("en", "other", "Other")
		a.ExternalID = of("en:vote")
		return tx.InsertArticle(a)
	})
	snapshot(t, s, editors(), func(x *store.Snapshot) error {
		for node, want := range map[model.NodeType][]int64{
			model.NodeTopic: {elections, sport}, model.NodeOfficial: nil, model.NodeOffice: nil, model.NodeArticle: {vote, 9},
		} {
			keys, err := x.Ambiguous(node)
			if got := slices.Sorted(maps.Keys(keys)); err != nil || !slices.Equal(got, want) {
				t.Errorf("Ambiguous(%s) = %v, %v, want %v", node, got, err, want)
			}
		}
		return nil
	})
	snapshot(t, s, readers(), func(x *store.Snapshot) error {
		if keys, err := x.Ambiguous(model.NodeArticle); err != nil || len(keys) != 0 {
			t.Errorf("to readers, who see no draft: %v, %v, want none", keys, err)
		}
		return nil
	})
}

// An article that uses a node counts once, in whichever of its versions it does.
func TestUsersOfNodes(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	edit(t, s, begin, count, func(a *store.TaggedArticle) {
		a.Status, a.Public, a.PublishedAt = model.ArticleStatusInReview, false, nil
	})
	mustWrite(t, s, func(tx *store.Tx) error {
		for _, c := range []struct {
			what  string
			users func(int64) ([]store.Users, error)
			key   int64
			want  string
		}{
			{"an official", tx.OfficialUsers, kadhimi, "Article 3 [budget budget draft] Tenure 2 [envoy iraq-pm]"},
			{"an office", tx.OfficeUsers, iraqPM, "Tenure 2 [kadhimi salih]"},
			{"a topic with topics below it", tx.TopicUsers, elections, "Article 3 [draft reworked vote] Topic 1 [ballots]"},
			{"the topic of both versions of an article", tx.TopicUsers, ballots, "Article 1 [count] Topic 0 []"},
			{"the topic of a working copy", tx.TopicUsers, sport, "Article 2 [match reworked-copy] Topic 0 []"},
		} {
			users, err := c.users(c.key)
			var got []string
			for _, u := range users {
				got = append(got, fmt.Sprint(u.Node, " ", u.Count, " ", u.Slugs))
			}
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("users of %s = %v, %v, want %s", c.what, got, err, c.want)
			}
		}
		return nil
	})
}

// Updates and deletions of tenures and offices show in relations and search.
func TestUpdatesAndDeletions(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	mustWrite(t, s, func(tx *store.Tx) error {
		tenure, err := tx.Tenure(1)
		if err != nil {
			return err
		}
		longer := *tenure
		longer.EndedOn = nil
		office, err := tx.Office(kuwaitPM)
		if err != nil {
			return err
		}
		renamed := *office
		renamed.LocalTitles = names("en:Premier").LocalNames
		other, err := tx.Tenure(5)
		if err != nil {
			return err
		}
		return errors.Join(tx.UpdateTenure(tenure, &longer), tx.UpdateOffice(office, &renamed), tx.DeleteTenure(other), tx.DeleteOffice(&renamed))
	})
	person, err := s.Official(t.Context(), store.View{Today: 20300101}, model.OfficialBy{Slug: of("kadhimi")}, relating("office"))
	if err != nil || slot[*model.Office](t, person, "office").Slug != "iraq-pm" {
		t.Errorf("the office of a tenure that goes on = %+v, %v, want iraq-pm", person, err)
	}
	if node := loaded(t, s, readers(), nil, id(model.NodeOffice, kuwaitPM))[0]; node != nil {
		t.Errorf("the office that was deleted = %+v", node)
	}
	if got, err := s.Search(t.Context(), readers(), model.Search{Query: "Premier"}, nil); err != nil || len(got.Edges) != 0 {
		t.Errorf("search for it = %v, %v, want nothing", got.Edges, err)
	}
}
