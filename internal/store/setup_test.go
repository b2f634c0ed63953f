package store_test

import (
	"errors"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// A step is due if nothing but countries has been written, and until it is finished.
func TestStepsOfSettingUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	state := func(due, unfinished, done bool) {
		t.Helper()
		gotUnfinished, err := s.Unfinished(t.Context(), store.StepDemo)
		gotDone, doneErr := s.Done(t.Context(), store.StepDemo)
		if err := errors.Join(err, doneErr); err != nil || gotUnfinished != unfinished || gotDone != done {
			t.Errorf("unfinished %v, done %v, %v, want %v, %v", gotUnfinished, gotDone, err, unfinished, done)
		}
		if got, err := s.Begin(t.Context(), store.StepDemo); err != nil || got != due {
			t.Errorf("Begin = %v, %v, want %v", got, err, due)
		}
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		return tx.InsertCountry(&model.Country{Code: "IQ", Alpha3: "IRQ", Numeric: "368", Named: names("en:Iraq")})
	})
	state(true, false, false)
	mustWrite(t, s, func(tx *store.Tx) error { return tx.InsertTopic(&model.Topic{Slug: "a", Named: names("en:A")}) })
	state(true, true, false)
	if err := s.Finish(t.Context(), store.StepDemo); err != nil {
		t.Fatal(err)
	}
	state(false, false, true)
	if due, err := s.Begin(t.Context(), store.StepCountries); due || err != nil {
		t.Errorf("another step, after a topic was written: due %v, %v, want false", due, err)
	}
	for range 2 {
		mustWrite(t, s, func(tx *store.Tx) error { return tx.Finish(store.StepCountries) })
		if done, err := s.Done(t.Context(), store.StepCountries); !done || err != nil {
			t.Errorf("a step of one transaction: done %v, %v", done, err)
		}
	}
}

// The list of countries replaces what an earlier list wrote, and nothing that anybody
// else has edited.
func TestLoadCountry(t *testing.T) {
	t.Parallel()
	s := open(t)
	load := func(name string) {
		t.Helper()
		err := s.Write(t.Context(), store.Actor{Name: "setup"}, begin, func(tx *store.Tx) error {
			c := &model.Country{Code: "IQ", Alpha3: "IRQ", Numeric: "368", Named: names("en:" + name)}
			c.OtherNames = model.Aliases{}
			return tx.LoadCountry(c, "setup")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	is := func(name string, version int) {
		t.Helper()
		c, err := s.Country(t.Context(), readers(), model.CountryBy{Code: of("IQ")}, nil)
		if err != nil || c.LocalNames[0].Value != name || c.Version != version {
			t.Errorf("country = %+v, %v, want %s in version %d", c, err, name, version)
		}
	}
	load("Irak")
	is("Irak", 1)
	load("Irak")
	is("Irak", 1)
	load("Iraq")
	is("Iraq", 2)
	mustWrite(t, s, func(tx *store.Tx) error {
		before, err := tx.Country(1)
		if err != nil {
			return err
		}
		after := *before
		after.Named = names("en:The Republic of Iraq")
		return tx.UpdateCountry(before, &after)
	})
	load("Iraq")
	is("The Republic of Iraq", 3)
	if got, err := s.Countries(t.Context(), readers(), model.Query{Search: "republic"}, nil); err != nil || len(got.Nodes) != 1 {
		t.Errorf("search for its new name = %+v, %v", got, err)
	}
}

// All servers of a database sign with the same key: that of the first caller.
func TestSigningKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, fresh := range []string{"\x00first", "second"} {
		key, err := s.SigningKey(t.Context(), store.PreviewKey, func() []byte { return []byte(fresh) })
		if err != nil || string(key) != "\x00first" {
			t.Errorf("SigningKey = %q, %v, want the first", key, err)
		}
	}
	if key, err := s.SigningKey(t.Context(), "others", func() []byte { return []byte("other") }); err != nil || string(key) != "other" {
		t.Errorf("the key of another name = %q, %v", key, err)
	}
}
