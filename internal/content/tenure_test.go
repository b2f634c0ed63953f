package content

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func TestTenuresInASingleSeat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from, until string
		acting            bool
		want              []string
	}{
		{"begins on the day the other ended", "2018-10-02", "", false, nil},
		{"ends on the day the other began", "", "2014-07-24", false, nil},
		{"begins a day before the other ended", "2018-10-01", "2020", false, []string{"TENURE_OVERLAP at input.office"}},
		{"ends a day after the other began", "2010", "2014-07-25", false, []string{"TENURE_OVERLAP at input.office"}},
		{"lies within the other", "2015", "2016", false, []string{"TENURE_OVERLAP at input.office"}},
		{"lies around the other", "2013", "2020", false, []string{"TENURE_OVERLAP at input.office"}},
		{"began some time, and is still held", "", "", false, nil},
		{"lies within the other, acting", "2015", "2016", true, nil},
		{"begins in the year in which the other ended", "2018", "2020", false, nil},
		{"begins in a month before the other ended", "2018-09", "2020", false, []string{"TENURE_OVERLAP at input.office"}},
		{"ends in the year in which it begins", "2020", "2020", false, nil},
		{"ends in the month in which it begins", "2020-05-31", "2020-05", false, []string{"INVALID at input.endedOn"}},
		{"ends on the day on which it begins", "2020-01-01", "2020-01-01", false, []string{"INVALID at input.endedOn"}},
		{"ends before it begins", "2020-05", "2020-04", false, []string{"INVALID at input.endedOn"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			office := n.office("President", true)
			must(n.tenure(n.official("Fuad Masum"), office, "2014-07-24", "2018-10-02"))(t)
			_, err := n.CreateTenure(n.ctx, model.CreateTenureInput{
				Official: n.official("Barham Salih").ID(), Office: office.ID(),
				StartedOn: om(day(c.from)), EndedOn: om(day(c.until)), Acting: om(&c.acting),
			})
			refused(t, "createTenure", err, c.want...)
			if len(c.want) == 1 && c.want[0] == "TENURE_OVERLAP at input.office" {
				says(t, err, "fuad-masum (2014-07-24 until 2018-10-02)")
			}
		})
	}
}

func TestTenureMovesIntoATakenSeat(t *testing.T) {
	t.Parallel()
	n := open(t)
	president, envoy := n.office("President", true), n.office("Envoy", false)
	masum, salih := n.official("Fuad Masum"), n.official("Barham Salih")
	must(n.tenure(masum, president, "2014", "2018"))(t)
	elsewhere := must(n.tenure(salih, envoy, "2015", "2016"))(t)
	acting := must(n.CreateTenure(n.ctx, model.CreateTenureInput{
		Official: salih.ID(), Office: president.ID(), StartedOn: om(day("2016")), EndedOn: om(day("2017")), Acting: om(ptr(true)),
	}))(t)
	later := must(n.tenure(salih, president, "2018", ""))(t)

	_, err := n.UpdateTenure(n.ctx, elsewhere.ID(), model.UpdateTenureInput{Office: om(ptr(president.ID()))}, nil)
	refused(t, "moving into the office", err, "TENURE_OVERLAP at input.office")
	_, err = n.UpdateTenure(n.ctx, acting.ID(), model.UpdateTenureInput{Acting: om(ptr(false))}, nil)
	refused(t, "acting no longer", err, "TENURE_OVERLAP at input.acting")
	_, err = n.UpdateTenure(n.ctx, later.ID(), model.UpdateTenureInput{StartedOn: om(day("2017-12-31"))}, nil)
	refused(t, "beginning earlier", err, "TENURE_OVERLAP at input.startedOn")
	_, err = n.UpdateTenure(n.ctx, later.ID(), model.UpdateTenureInput{EndedOn: om(day("2017"))}, nil)
	refused(t, "ending before the beginning", err, "INVALID at input.endedOn")
	_, err = n.UpdateTenure(n.ctx, later.ID(), model.UpdateTenureInput{Official: om[*model.ID](nil), Acting: om[*bool](nil), Office: om[*model.ID](nil)}, nil)
	refused(t, "clearing", err, "INVALID at input.official", "INVALID at input.office", "INVALID at input.acting")
	_, err = n.UpdateTenure(n.ctx, later.ID(), model.UpdateTenureInput{Official: om(ptr(president.ID()))}, nil)
	refused(t, "an office as the official", err, "NOT_FOUND at input.official")

	shifted := must(n.UpdateTenure(n.ctx, later.ID(), model.UpdateTenureInput{StartedOn: om(day("2018-10-02"))}, nil))(t)
	if shifted.Version != 2 {
		t.Errorf("version after a new beginning = %d, want 2", shifted.Version)
	}
	if same := must(n.UpdateTenure(n.ctx, later.ID(), model.UpdateTenureInput{StartedOn: om(day("2018-10-02"))}, nil))(t); same.Version != 2 {
		t.Errorf("version after the same beginning = %d, want 2", same.Version)
	}
}

func TestNobodyHoldsAnOfficeTwiceAtOnce(t *testing.T) {
	t.Parallel()
	n := open(t)
	member, salih := n.office("Member", false), n.official("Barham Salih")
	must(n.tenure(salih, member, "2005", "2010"))(t)
	must(n.tenure(n.official("Fuad Masum"), member, "2005", "2010"))(t)
	must(n.tenure(salih, member, "2010", "2014"))(t)
	_, err := n.tenure(salih, member, "2009-12-31", "2010")
	refused(t, "createTenure", err, "INVALID at input.office")
	says(t, err, "barham-salih (2005 until 2010) holds member already")
}

func TestOfficeBecomesSingleSeat(t *testing.T) {
	t.Parallel()
	n := open(t)
	office := n.office("Member", false)
	first := must(n.tenure(n.official("A"), office, "2005", "2010"))(t)
	must(n.tenure(n.official("B"), office, "2010", "2014"))(t)
	must(n.tenure(n.official("C"), office, "2009", "2010"))(t)
	single := model.UpdateOfficeInput{SingleSeat: om(ptr(true))}
	_, err := n.UpdateOffice(n.ctx, office.ID(), single, nil)
	refused(t, "updateOffice(singleSeat: true)", err, "TENURE_OVERLAP at input.singleSeat")
	says(t, err, "a (2005 until 2010) and c (2009 until 2010)")
	must(n.UpdateTenure(n.ctx, first.ID(), model.UpdateTenureInput{Acting: om(ptr(true))}, nil))(t)
	if got := must(n.UpdateOffice(n.ctx, office.ID(), single, nil))(t); !got.SingleSeat {
		t.Errorf("singleSeat = false, want true: those left follow one another")
	}
	_, err = n.UpdateOffice(n.ctx, office.ID(), model.UpdateOfficeInput{SingleSeat: om[*bool](nil), Kind: om[*model.OfficeKind](nil), Titles: om[[]*model.LocalizedTextInput](nil)}, nil)
	refused(t, "clearing", err, "INVALID at input.singleSeat", "INVALID at input.kind", "INVALID at input.titles")
}

func TestOfficeHasASingleSeatUnlessSaid(t *testing.T) {
	t.Parallel()
	n := open(t)
	for name, in := range map[string]model.CreateOfficeInput{
		"left out": {Titles: english("A"), Kind: model.OfficeKindMinister},
		"null":     {Titles: english("B"), Kind: model.OfficeKindMinister, SingleSeat: om[*bool](nil)},
	} {
		if got := must(n.CreateOffice(n.ctx, in))(t); !got.SingleSeat {
			t.Errorf("singleSeat %s = false, want true", name)
		}
	}
	if got := n.strings("SELECT rank FROM offices"); got[0] != "2" {
		t.Errorf("rank of a minister = %s, want 2", got[0])
	}
}

// Whatever is written in whatever order, no two officials who are not acting hold a
// single seat on the same day, and nothing else is refused.
func TestSingleSeatHoldsThroughRandomWrites(t *testing.T) {
	t.Parallel()
	n := open(t)
	officials := []*model.Official{n.official("A"), n.official("B"), n.official("C")}
	seat := 0
	rapid.Check(t, func(r *rapid.T) {
		seat++
		office := n.office(fmt.Sprintf("Office %d", seat), true)
		var held []*model.Tenure
		dates := rapid.SampledFrom([]string{"", "2001", "2001-02", "2001-02-03", "2001-02-04", "2002", "2003-06", "2004"})
		for range rapid.IntRange(1, 12).Draw(r, "writes") {
			who := rapid.SampledFrom(officials).Draw(r, "who")
			from, until := day(dates.Draw(r, "from")), day(dates.Draw(r, "until"))
			acting := rapid.Bool().Draw(r, "acting")
			if len(held) == 0 || rapid.Bool().Draw(r, "create") {
				made, err := n.CreateTenure(n.ctx, model.CreateTenureInput{
					Official: who.ID(), Office: office.ID(), StartedOn: om(from), EndedOn: om(until), Acting: om(&acting),
				})
				wanted := &model.Tenure{OfficialKey: who.Key, StartedOn: from, EndedOn: until, Acting: acting}
				if (err == nil) != allowed(held, wanted) {
					r.Fatalf("createTenure(%s, %v, %v, acting %v) beside %v = %v", who.Slug, from, until, acting, held, err)
				}
				if err == nil {
					held = append(held, made)
				}
				continue
			}
			i := rapid.IntRange(0, len(held)-1).Draw(r, "which")
			changed, err := n.UpdateTenure(n.ctx, held[i].ID(), model.UpdateTenureInput{
				Official: om(ptr(who.ID())), StartedOn: om(from), EndedOn: om(until), Acting: om(&acting),
			}, nil)
			wanted := &model.Tenure{Key: held[i].Key, OfficialKey: who.Key, StartedOn: from, EndedOn: until, Acting: acting}
			if (err == nil) != allowed(held, wanted) {
				r.Fatalf("updateTenure(%d, %s, %v, %v, acting %v) beside %v = %v", i, who.Slug, from, until, acting, held, err)
			}
			if err == nil {
				held[i] = changed
			}
		}
	})
}

// allowed tries all days that the dates can mean, and checks whether a tenure is possible
// beside each of the others.
func allowed(held []*model.Tenure, wanted *model.Tenure) bool {
	type interval struct{ start, end model.Date }
	// Every first and last day of the dates, and the days around them.
	days := []model.Date{1, 2, 3}
	for _, date := range []model.PartialDate{"2001", "2001-02", "2001-02-03", "2001-02-04", "2002", "2003-06", "2004"} {
		for _, day := range []model.Date{date.FirstDay(), date.LastDay()} {
			days = append(days, day.Previous().Previous(), day.Previous(), day, day.Next(), day.Next().Next())
		}
	}
	meanings := func(t *model.Tenure) (all []interval) {
		for _, start := range append(days, model.Ever-2, model.Ever-1) {
			for _, end := range append(days, model.Ever) {
				begins := t.StartedOn == nil || start >= t.StartedOn.FirstDay() && start <= t.StartedOn.LastDay()
				ends := t.EndedOn == nil && end == model.Ever || t.EndedOn != nil && end >= t.EndedOn.FirstDay() && end <= t.EndedOn.LastDay()
				if begins && ends && start < end {
					all = append(all, interval{start, end})
				}
			}
		}
		return all
	}
	mine := meanings(wanted)
	for _, other := range held {
		if other.Key == wanted.Key || other.OfficialKey != wanted.OfficialKey && (other.Acting || wanted.Acting) {
			continue
		}
		same := other.OfficialKey == wanted.OfficialKey && reflect.DeepEqual(other.StartedOn, wanted.StartedOn) && reflect.DeepEqual(other.EndedOn, wanted.EndedOn)
		apart := slices.ContainsFunc(meanings(other), func(o interval) bool {
			return slices.ContainsFunc(mine, func(m interval) bool { return m.end <= o.start || o.end <= m.start })
		})
		if same || !apart {
			return false
		}
	}
	return len(mine) > 0
}

// ReplaceTenures keeps the tenures with the same office and start, and lets one take the
// place of another.
func TestReplaceTenures(t *testing.T) {
	t.Parallel()
	n := open(t)
	who, other := n.official("Barham Salih"), n.official("Fuad Masum")
	president, minister := n.office("President", true), n.office("Minister", false)
	must(n.tenure(other, president, "2014", "2018"))(t)
	stays := must(n.tenure(who, president, "2018", ""))(t)
	must(n.tenure(who, minister, "2001", "2004"))(t)
	replace := func(given ...TenureFields) (changed bool, err error) {
		err = n.write(n.ctx, auth.Import, "replace tenures", func(tx *store.Tx) (err error) {
			changed, err = n.rules.ReplaceTenures(tx, who, given)
			return err
		})
		return changed, err
	}
	held := func(office *model.Office, from, until string) TenureFields {
		return TenureFields{Office: Some(office.ID()), StartedOn: orNull(day(from)), EndedOn: orNull(day(until)), Acting: Some(false), SourceURL: Null[model.URL]()}
	}
	tenures := func() []string {
		return n.strings("SELECT id || ' ' || office_id || ' ' || start_day || ' ' || end_day FROM tenures WHERE official_id = 1 ORDER BY start_day")
	}
	// The stored tenure now ends where a new one begins.
	given := []TenureFields{held(president, "2020", ""), held(president, "2018", "2020")}
	changed, err := replace(given...)
	want := []string{fmt.Sprintf("%d 1 20180101 20200101", stays.Key), fmt.Sprintf("%d 1 20200101 %d", stays.Key+2, model.Ever)}
	if got := tenures(); err != nil || !changed || !slices.Equal(got, want) {
		t.Errorf("ReplaceTenures = %t, %v, then %q, want %q", changed, err, got, want)
	}
	if changed, err := replace(given...); err != nil || changed {
		t.Errorf("ReplaceTenures a second time = %t, %v, want nothing changed", changed, err)
	}
	_, err = replace(held(president, "2019", ""), held(president, "2017", "2019"))
	refused(t, "ReplaceTenures over another's", err, "TENURE_OVERLAP at tenures.1.office")
	if changed, err := replace(); err != nil || !changed || len(tenures()) != 0 {
		t.Errorf("ReplaceTenures by none = %t, %v, then %q, want none", changed, err, tenures())
	}
}
