package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// slugs returns the slugs of the officials that match a filter, by name.
func slugs(t *testing.T, s *store.Store, filter *model.OfficialFilter) []string {
	t.Helper()
	page, err := s.Officials(t.Context(), store.View{}, model.Query{Filter: filter}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, one := range page.Nodes {
		all = append(all, one.Slug)
	}
	return all
}

// keep writes officials with these names, which are also their slugs.
func keep(t *testing.T, s *store.Store, names ...string) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		for _, name := range names {
			if err := tx.InsertOfficial(newOfficial(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

func testSnapshot(t *testing.T, s *store.Store) {
	keep(t, s, "before")
	err := s.Snapshot(t.Context(), store.View{}, func(x *store.Snapshot) error {
		count := func() (n int) {
			err := x.Officials(func(some []*model.Official) error { n += len(some); return nil })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		first := count()
		keep(t, s, "after")
		if again := count(); first != 1 || again != 1 {
			t.Errorf("a snapshot had %d officials, then %d, want 1 both times", first, again)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := slugs(t, s, nil); len(got) != 2 {
		t.Errorf("officials after it = %v, want both", got)
	}
}

func testWritersTakeTurns(t *testing.T, s *store.Store) {
	entered, leave, second := make(chan bool), make(chan bool), make(chan error, 1)
	first := make(chan error, 1)
	go func() {
		first <- s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error {
			err := tx.InsertOfficial(newOfficial("one"))
			close(entered)
			<-leave
			return err
		})
	}()
	<-entered
	go func() {
		second <- s.Write(t.Context(), store.Actor{Name: "Sami"}, now, func(tx *store.Tx) error {
			_, known, err := tx.Holder(store.NaturalKey{Node: model.NodeOfficial, By: store.BySlug, Value: "one"})
			if !known {
				err = errors.Join(err, errors.New("the second writer does not see what the first wrote"))
			}
			return err
		})
	}()
	select {
	case err := <-second:
		t.Errorf("the second writer did not wait: %v", err)
	case <-time.After(50 * time.Millisecond): // it waits, as it should
	}
	close(leave)
	if err := errors.Join(<-first, <-second); err != nil {
		t.Error(err)
	}
}

func testNoGaps(t *testing.T, s *store.Store) {
	failed := errors.New("no")
	keep(t, s, "one")
	err := s.Write(t.Context(), store.Actor{Name: "Samira"}, now, func(tx *store.Tx) error {
		return errors.Join(tx.InsertOfficial(newOfficial("undone")), failed)
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	two, three := newOfficial("two"), newOfficial("three")
	write(t, s, func(tx *store.Tx) error {
		tried := tx.Try(func(tx *store.Tx) error { return errors.Join(tx.InsertOfficial(newOfficial("tried")), failed) })
		if !errors.Is(tried, failed) {
			return tried
		}
		if twice := tx.Try(func(tx *store.Tx) error { return tx.InsertOfficial(newOfficial("one")) }); twice == nil {
			t.Error("a slug was taken twice")
		}
		return errors.Join(tx.InsertOfficial(two), tx.InsertOfficial(three))
	})
	if two.Key != 2 || three.Key != 3 {
		t.Errorf("keys after undone writes = %d, %d, want 2, 3", two.Key, three.Key)
	}
}

func testOrderAndMatching(t *testing.T, s *store.Store) {
	names := []string{"2", "Zahle", "élodie", "Élodie", "Elodie", "ابتسام", "أحمد", "احمد", "إدريس", "آدم", "بشار", "مُحَمَّد", "محمد", "İstanbul", "ẞ", "a_b", "a%b", `a\b`, "aXb"}
	keep(t, s, names...)
	want := []string{"2", "a_b", `a\b`, "a%b", "aXb", "Elodie", "Élodie", "élodie", "İstanbul", "ẞ", "Zahle", "ابتسام", "أحمد", "احمد", "إدريس", "آدم", "بشار", "محمد", "مُحَمَّد"}
	if got := slugs(t, s, nil); !slices.Equal(got, want) {
		t.Errorf("by name = %v, want %v", got, want)
	}
	text := func(f model.StringFilter) *model.OfficialFilter { return &model.OfficialFilter{Name: &f} }
	of := func(s string) *string { return &s }
	for _, c := range []struct {
		rule   string
		filter *model.OfficialFilter
		want   string
	}{
		{"case and accents fold in parts of names", text(model.StringFilter{Contains: of("ÉLODIE")}), "Elodie Élodie élodie"},
		{"hamza and vowels fold", text(model.StringFilter{StartsWith: of("أَحمد")}), "أحمد احمد"},
		{"a name as a whole is compared as it is", text(model.StringFilter{Eq: of("محمد")}), "محمد"},
		{"% and _ are no patterns", text(model.StringFilter{Contains: of("a_b")}), "a_b"},
		{"nor is a backslash", text(model.StringFilter{Contains: of(`a\`)}), `a\b`},
		{"NUL is in nothing", text(model.StringFilter{Eq: of("محمد\x00")}), ""},
		{"nor in a part", text(model.StringFilter{Contains: of("\x00")}), ""},
		{"nor in a key", &model.OfficialFilter{Slug: &model.StringFilter{In: []string{"\x00", "2\x00"}}}, ""},
		{"what is not NUL is all", &model.OfficialFilter{Slug: &model.StringFilter{Ne: of("\x00")}}, strings.Join(want, " ")},
		{"keys fold A to Z alone", &model.OfficialFilter{Slug: &model.StringFilter{Contains: of("LODIE")}}, "Elodie Élodie élodie"},
		{"and no other letter", &model.OfficialFilter{Slug: &model.StringFilter{StartsWith: of("É")}}, "Élodie"},
	} {
		if got := strings.Join(slugs(t, s, c.filter), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
}
