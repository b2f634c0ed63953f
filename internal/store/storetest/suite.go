// Package storetest holds the tests that a store must pass on every database, and
// databases for tests.
package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Run tests a store. open returns an empty one, a separate one for each call.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *store.Store){
		"rows get a key, a version and times":           testInsert,
		"an update needs the version it was made of":    testStale,
		"a row is found by each of its natural keys":    testHolder,
		"a key that is taken is a duplicate":            testDuplicate,
		"existing are those that exist":                 testExisting,
		"an error undoes all of a write":                testWriteUndone,
		"an error undoes what was tried, and no more":   testTry,
		"what is found is what stands in the end":       testIndexed,
		"users are counted, and the first named":        testUsers,
		"holdings cover a day of a half-open interval":  testHoldings,
		"a path of topics begins at the root":           testTopicPath,
		"translations stay together":                    testTranslations,
		"tags keep their order and their roles":         testTags,
		"keys are never used twice":                     testKeysAreNotReused,
		"what was deleted or never was is not found":    testNotFound,
		"texts are kept byte for byte, lists never nil": testRoundTrip,
		"a snapshot sees nothing written meanwhile":     testSnapshot,
		"writers take turns":                            testWritersTakeTurns,
		"undone writes leave no gaps in keys":           testNoGaps,
		"names sort and match alike":                    testOrderAndMatching,
		"a change names who wrote, and with what":       testAuthors,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

const now model.DateTime = 1_600_000_000_123

// write runs f in a transaction that must succeed.
func write(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), store.Actor{Name: "Samira"}, now, f); err != nil {
		t.Fatal(err)
	}
}

// coded checks that an error is a public one with this code.
func coded(t *testing.T, what string, err error, want model.ErrorCode) *model.Error {
	t.Helper()
	var one *model.Error
	if !errors.As(err, &one) || one.Code != want {
		t.Fatalf("%s = %v, want %s", what, err, want)
	}
	return one
}

func named(name string) model.Named {
	return model.Named{LocalNames: model.LocalizedTexts{{Value: name, Language: "en"}}}
}

func newOfficial(slug string) *model.Official { return &model.Official{Slug: slug, Named: named(slug)} }

func newTopic(slug string, parent *model.Topic) *model.Topic {
	topic := &model.Topic{Slug: slug, Named: named(slug)}
	if parent != nil {
		topic.ParentKey = &parent.Key
	}
	return topic
}

func newOffice(slug string) *model.Office {
	return &model.Office{Slug: slug, Kind: model.OfficeKindMinister, LocalTitles: named(slug).LocalNames}
}

func newArticle(language model.Language, slug string) *store.TaggedArticle {
	return &store.TaggedArticle{Article: model.Article{Language: language, Slug: slug, Title: slug, Status: model.ArticleStatusDraft}}
}

func testInsert(t *testing.T, s *store.Store) {
	o, a := newOfficial("a"), newArticle("en", "a")
	write(t, s, func(tx *store.Tx) error { return errors.Join(tx.InsertOfficial(o), tx.InsertArticle(a)) })
	if o.Key == 0 || o.Version != 1 || o.CreatedAt != now || o.UpdatedAt != now {
		t.Errorf("inserted official = %+v, want a key, version 1 and the time of the transaction", o)
	}
	if a.TranslationOf != a.Key {
		t.Errorf("translationOf = %d, want the article's own key %d", a.TranslationOf, a.Key)
	}
}

func testStale(t *testing.T, s *store.Store) {
	o, a, office, topic := newOfficial("a"), newArticle("en", "a"), newOffice("a"), newTopic("a", nil)
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.InsertOfficial(o), tx.InsertArticle(a), tx.InsertOffice(office), tx.InsertTopic(topic))
	})
	for name, update := range map[string]func(*store.Tx) (int, error){
		"official": func(tx *store.Tx) (int, error) {
			next := *o
			err := tx.UpdateOfficial(o, &next)
			return next.Version, err
		},
		"article": func(tx *store.Tx) (int, error) {
			next := *a
			err := tx.UpdateArticle(a, &next)
			return next.Version, err
		},
		"office": func(tx *store.Tx) (int, error) {
			next := *office
			err := tx.UpdateOffice(office, &next)
			return next.Version, err
		},
		"topic": func(tx *store.Tx) (int, error) {
			next := *topic
			err := tx.UpdateTopic(topic, &next)
			return next.Version, err
		},
	} {
		write(t, s, func(tx *store.Tx) error {
			version, err := update(tx)
			if version != 2 {
				t.Errorf("version of the %s after an update = %d, want 2", name, version)
			}
			return err
		})
		err := s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error { _, err := update(tx); return err })
		if conflict := coded(t, "update of the old "+name, err, model.ErrorCodeConflict); conflict.CurrentVersion != 2 {
			t.Errorf("current version of the %s = %d, want 2", name, conflict.CurrentVersion)
		}
	}
	err := s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error { return tx.DeleteOfficial(o) })
	coded(t, "deletion of an old version", err, model.ErrorCodeConflict)
}

func testHolder(t *testing.T, s *store.Store) {
	external, wikidata := "p:1", "Q1"
	o := newOfficial("برهم-صالح")
	o.ExternalID, o.WikidataID = &external, &wikidata
	c := &model.Country{Code: "IQ", Alpha3: "IRQ", Numeric: "368", Named: named("Iraq")}
	ar, en := newArticle("ar", "x"), newArticle("en", "x")
	first, second := newTopic("first", nil), newTopic("second", nil)
	oil := "medtop:20000001"
	first.MediaTopic, second.MediaTopic = &oil, &oil
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.InsertOfficial(o), tx.InsertCountry(c), tx.InsertArticle(ar), tx.InsertArticle(en), tx.InsertTopic(first), tx.InsertTopic(second))
	})
	keys := []struct {
		key  store.NaturalKey
		want int64
	}{
		{store.NaturalKey{Node: model.NodeTopic, By: store.ByMediaTopic, Value: oil}, first.Key},
		{store.NaturalKey{Node: model.NodeTopic, By: store.ByMediaTopic, Value: "medtop:20000002"}, 0},
		{store.NaturalKey{Node: model.NodeOfficial, By: store.BySlug, Value: "برهم-صالح"}, o.Key},
		{store.NaturalKey{Node: model.NodeOfficial, By: store.ByExternalID, Value: "p:1"}, o.Key},
		{store.NaturalKey{Node: model.NodeOfficial, By: store.ByWikidataID, Value: "Q1"}, o.Key},
		{store.NaturalKey{Node: model.NodeOfficial, By: store.BySlug, Value: "p:1"}, 0},
		{store.NaturalKey{Node: model.NodeTopic, By: store.BySlug, Value: "برهم-صالح"}, 0},
		{store.NaturalKey{Node: model.NodeCountry, By: store.ByCode, Value: "iq"}, c.Key},
		{store.NaturalKey{Node: model.NodeCountry, By: store.ByCode, Value: "Irq"}, c.Key},
		{store.NaturalKey{Node: model.NodeCountry, By: store.ByCode, Value: "368"}, 0},
		{store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: "x", Language: "en"}, en.Key},
		{store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: "x", Language: "fr"}, 0},
		{store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: "x"}, ar.Key},
		{store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: "' OR '1'='1"}, 0},
		{store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: "x\x00"}, 0},
	}
	together := make([]store.NaturalKey, len(keys))
	for i, k := range keys {
		together[i] = k.key
		write(t, s, func(tx *store.Tx) error {
			got, held, err := tx.Holder(k.key)
			if got.Key != k.want || held != (k.want != 0) {
				t.Errorf("Holder(%+v) = %d, %v, want %d", k.key, got.Key, held, k.want)
			}
			return err
		})
	}
	write(t, s, func(tx *store.Tx) error { // all of them at once: the same
		tx, err := tx.LookUp(together, []model.ID{o.ID(), {Type: model.NodeOfficial, Key: 999}})
		if err != nil {
			return err
		}
		for _, k := range keys {
			got, held, err := tx.Holder(k.key)
			if err != nil || got.Key != k.want || held != (k.want != 0) {
				t.Errorf("Holder(%+v) of what was looked up = %d, %v, %v, want %d", k.key, got.Key, held, err, k.want)
			}
		}
		existing, err := tx.Existing(model.NodeOfficial, []int64{o.Key, 999})
		if len(existing) != 1 || !existing[o.Key] {
			t.Errorf("Existing of what was looked up = %v, want %d alone", existing, o.Key)
		}
		return err
	})
}

func testDuplicate(t *testing.T, s *store.Store) {
	write(t, s, func(tx *store.Tx) error { return tx.InsertOfficial(newOfficial("a")) })
	err := s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error { return tx.InsertOfficial(newOfficial("a")) })
	coded(t, "a second official with the slug", err, model.ErrorCodeDuplicate)
	err = s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error {
		return errors.Join(tx.InsertArticle(newArticle("ar", "a")), tx.InsertArticle(newArticle("ar", "a")))
	})
	coded(t, "a second article with the slug and language", err, model.ErrorCodeDuplicate)
}

func testExisting(t *testing.T, s *store.Store) {
	a, b := newTopic("a", nil), newTopic("b", nil)
	write(t, s, func(tx *store.Tx) error {
		if err := errors.Join(tx.InsertTopic(a), tx.InsertTopic(b), tx.DeleteTopic(b)); err != nil {
			return err
		}
		got, err := tx.Existing(model.NodeTopic, []int64{b.Key, 999, a.Key})
		if len(got) != 1 || !got[a.Key] {
			t.Errorf("Existing = %v, want %d alone", got, a.Key)
		}
		return err
	})
}

func testWriteUndone(t *testing.T, s *store.Store) {
	failed := errors.New("no")
	o := newOfficial("a")
	err := s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error { return errors.Join(tx.InsertOfficial(o), failed) })
	if !errors.Is(err, failed) {
		t.Errorf("Write = %v, want the error of f", err)
	}
	err = s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error { _, err := tx.Official(o.Key); return err })
	coded(t, "official of an undone write", err, model.ErrorCodeNotFound)
}

func testTry(t *testing.T, s *store.Store) {
	failed := errors.New("no")
	write(t, s, func(tx *store.Tx) error {
		insert := func(slug string, then error) func(*store.Tx) error {
			return func(tx *store.Tx) error { return errors.Join(tx.InsertOfficial(newOfficial(slug)), then) }
		}
		first, second := tx.Try(insert("kept", nil)), tx.Try(insert("undone", failed))
		outer := tx.Try(func(tx *store.Tx) error {
			if err := tx.Try(insert("undone-within", failed)); !errors.Is(err, failed) {
				t.Errorf("Try within = %v, want the error of f", err)
			}
			return tx.InsertOfficial(newOfficial("kept-around"))
		})
		if first != nil || !errors.Is(second, failed) || outer != nil {
			t.Errorf("Try = %v, %v, %v, want none, the error of f, none", first, second, outer)
		}
		return tx.Try(insert("kept-last", nil))
	})
	write(t, s, func(tx *store.Tx) error {
		for slug, want := range map[string]bool{"kept": true, "undone": false, "undone-within": false, "kept-around": true, "kept-last": true} {
			_, held, err := tx.Holder(store.NaturalKey{Node: model.NodeOfficial, By: store.BySlug, Value: slug})
			if err != nil || held != want {
				t.Errorf("%s is there = %v, %v, want %v", slug, held, err, want)
			}
		}
		return nil
	})
}

func testIndexed(t *testing.T, s *store.Store) {
	failed := errors.New("no")
	titled := func(a *store.TaggedArticle, title string) *store.TaggedArticle {
		next := *a
		next.Title = title
		return &next
	}
	kept := titled(newArticle("en", "kept"), "apricot")
	write(t, s, func(tx *store.Tx) error {
		gone := titled(newArticle("en", "gone"), "rhubarb")
		return errors.Join(tx.InsertArticle(kept), tx.UpdateArticle(kept, titled(kept, "medlar")), tx.InsertArticle(gone), tx.DeleteArticle(gone))
	})
	write(t, s, func(tx *store.Tx) error {
		now, err := tx.Article(kept.Key)
		if err != nil {
			return err
		}
		undone := tx.Try(func(tx *store.Tx) error {
			return errors.Join(tx.InsertArticle(titled(newArticle("en", "undone"), "quince")), tx.DeleteArticle(now), failed)
		})
		if !errors.Is(undone, failed) {
			t.Errorf("Try = %v, want the error of f", undone)
		}
		return nil
	})
	write(t, s, func(tx *store.Tx) error { // with the key of the one undone
		return tx.InsertArticle(titled(newArticle("en", "after"), "tamarind"))
	})
	for query, want := range map[string]int{"quince": 0, "apricot": 0, "medlar": 1, "rhubarb": 0, "tamarind": 1} {
		first := 10
		got, err := s.Search(t.Context(), store.View{Drafts: true}, model.Search{Query: query, Page: model.Page{First: &first}}, nil)
		if err != nil || len(got.Edges) != want || got.CorrectedQuery != nil {
			t.Errorf("search %q = %+v, %v, want %d", query, got, err, want)
		}
	}
}

func testUsers(t *testing.T, s *store.Store) {
	topic := newTopic("politics", nil)
	write(t, s, func(tx *store.Tx) error {
		if err := tx.InsertTopic(topic); err != nil {
			return err
		}
		for _, slug := range []string{"g", "f", "e", "d", "c", "b"} {
			a := newArticle("en", slug)
			a.Topics = []int64{topic.Key}
			if err := tx.InsertArticle(a); err != nil {
				return err
			}
		}
		users, err := tx.TopicUsers(topic.Key)
		if articles := users[0]; articles.Count != 6 || !slices.Equal(articles.Slugs, []string{"b", "c", "d", "e", "f"}) {
			t.Errorf("articles of the topic = %+v, want 6, the first five by slug", articles)
		}
		if topics := users[1]; topics.Count != 0 || topics.Slugs != nil {
			t.Errorf("topics below = %+v, want none", topics)
		}
		return err
	})
}

func testNotFound(t *testing.T, s *store.Store) {
	for name, read := range map[string]func(*store.Tx) error{
		"article":  func(tx *store.Tx) error { _, err := tx.Article(1); return err },
		"official": func(tx *store.Tx) error { _, err := tx.Official(1); return err },
		"country":  func(tx *store.Tx) error { _, err := tx.Country(1); return err },
		"topic":    func(tx *store.Tx) error { _, err := tx.Topic(1); return err },
		"office":   func(tx *store.Tx) error { _, err := tx.Office(1); return err },
		"tenure":   func(tx *store.Tx) error { _, err := tx.Tenure(1); return err },
		"deletion": func(tx *store.Tx) error { return tx.DeleteTopic(&model.Topic{Key: 1, Version: 1}) },
		"update": func(tx *store.Tx) error {
			return tx.UpdateTopic(&model.Topic{Key: 1, Version: 1}, &model.Topic{Key: 1, Slug: "a"})
		},
	} {
		coded(t, name, s.Write(t.Context(), store.Actor{Name: "Samira"}, now, read), model.ErrorCodeNotFound)
	}
}

func testKeysAreNotReused(t *testing.T, s *store.Store) {
	a, b := newTopic("a", nil), newTopic("a", nil)
	write(t, s, func(tx *store.Tx) error { return errors.Join(tx.InsertTopic(a), tx.DeleteTopic(a), tx.InsertTopic(b)) })
	if a.Key == b.Key {
		t.Errorf("key of the second = %d, the first's again", b.Key)
	}
}

func testAuthors(t *testing.T, s *store.Store) {
	for _, actor := range []store.Actor{{Name: "Samira", TokenID: 12}, {Name: "setup"}} {
		err := s.Write(t.Context(), actor, now, func(tx *store.Tx) error { return tx.InsertOfficial(newOfficial(actor.Name)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.AuditPage(t.Context(), store.View{}, model.AuditQuery{}, nil)
	if err != nil || len(page.Nodes) != 2 {
		t.Fatalf("audit log = %+v, %v, want two entries", page, err)
	}
	first, second := page.Nodes[1], page.Nodes[0]
	if first.Actor != "Samira" || first.TokenKey == nil || *first.TokenKey != 12 || first.At != now {
		t.Errorf("first change = %+v, want Samira's with token 12", first.Change)
	}
	if second.Actor != "setup" || second.TokenKey != nil {
		t.Errorf("second change = %+v, want that of the set-up, with no token", second.Change)
	}
}
