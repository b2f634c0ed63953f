package model

import (
	"strings"
	"testing"
)

func TestInstantsThatAreNotRFC3339(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2020-07-16T9:30:00Z", "2020-07-16T09:30:00,5Z", "2020-07-16T09:30:00+24:00", "2020-07-16T09:30:00+01:60", "2020-07-16T09:30:00"} {
		if got, err := ParseDateTime(s); CodeOf(err) != ErrorCodeInvalid {
			t.Errorf("ParseDateTime(%s) = %s, %v, want INVALID", s, got, err)
		}
	}
}

// FuzzDates reads any text as an instant, as a day and as a date of any precision.
// What is accepted has one written form, which is read as the same value again.
func FuzzDates(f *testing.F) {
	for _, seed := range []string{
		"2020-07-16T09:30:00Z", "2020-07-16T09:30:00.123456789+05:30", "2020-07-16T09:30:00,5Z", "2020-07-16T9:30:00Z", "2020-07-16T09:30:00+24:00",
		"2020-07-16T23:59:60Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-00:01", "2020-07-16t09:30:00z",
		"2021-11-26", "2021-11", "2021", "2020-02-29", "2021-02-29", "0000-01-01", "9999-12-31", "0001", "٢٠٢١-١١-٢٦", "２０２１", "\ufeff2021", "2021-11-26\n", "-001", "2021-1-1", "\xff\xff\xff\xff", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		refused := func(err error) bool {
			if err != nil && CodeOf(err) != ErrorCodeInvalid {
				t.Errorf("%q = %v, want it read, or INVALID", s, err)
			}
			return err != nil
		}
		if instant, err := ParseDateTime(s); !refused(err) {
			again, err := ParseDateTime(instant.String())
			if err != nil || again != instant || len(instant.String()) != len(dateTimeLayout) {
				t.Errorf("ParseDateTime(%q) = %s, read again %s, %v", s, instant, again, err)
			}
			if day, err := ParseDate(instant.String()[:10]); err != nil || day != instant.Date() {
				t.Errorf("the day of %s = %s, want %s", instant, instant.Date(), day)
			}
		}
		if day, err := ParseDate(s); !refused(err) && day.String() != s {
			t.Errorf("ParseDate(%q) = %s", s, day)
		}
		if date, err := ParsePartialDate(s); !refused(err) {
			first := date.FirstDay()
			if day, err := ParseDate(first.String()); string(date) != s || err != nil || day != first || !strings.HasPrefix(first.String(), s) {
				t.Errorf("ParsePartialDate(%q) = %s, whose first day is %s, %v", s, date, first, err)
			}
		}
	})
}
