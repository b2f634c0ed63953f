package model

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DateTime is an instant in milliseconds since 1970 UTC: what the database
// keeps, so that every database orders and compares instants alike.
type DateTime int64

const dateTimeLayout = "2006-01-02T15:04:05.000Z"

// At is the instant of t, to the millisecond.
func At(t time.Time) DateTime { return DateTime(t.UnixMilli()) }

// Time is the instant as the standard library has it, in UTC.
func (d DateTime) Time() time.Time { return time.UnixMilli(int64(d)).UTC() }

// Date is the UTC day of the instant.
func (d DateTime) Date() Date { return DateOf(d.Time()) }

// String is RFC 3339 in UTC with milliseconds.
func (d DateTime) String() string { return d.Time().Format(dateTimeLayout) }

// rfc3339 is what time.Parse does not insist on: it takes 9:30, a comma before the
// fraction, and offsets such as +24:00 and +01:60 (https://go.dev/issue/54580).
var rfc3339 = regexp.MustCompile(`T\d\d:[^,]+(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// maxInstant is in bytes, with more digits than any clock has.
const maxInstant = 64

// ParseDateTime reads RFC 3339, in any offset, between the years 1 and 9999.
func ParseDateTime(s string) (DateTime, error) {
	t, err := time.Parse(time.RFC3339Nano, s[:min(len(s), maxInstant)]) // what is cut does not match
	if err != nil || len(s) > maxInstant || !rfc3339.MatchString(s) || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return 0, Invalid("%.40q is no RFC 3339 instant of the calendar; send one in the digits 0 to 9, such as 2020-07-16T09:30:00Z", s)
	}
	return At(t), nil
}

// MarshalText is String.
func (d DateTime) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDateTime.
func (d *DateTime) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDateTime(string(b))
	return err
}

// MarshalGQL writes RFC 3339 as a JSON string.
func (d DateTime) MarshalGQL(w io.Writer) { writeQuoted(w, d.String()) }

// UnmarshalGQL reads RFC 3339.
func (d *DateTime) UnmarshalGQL(v any) error { return unmarshalString(v, d.UnmarshalText) }

// Date is a day as 20211126: a number that orders as days do.
type Date int

// DateOf is the UTC day of t.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date(y*10000 + int(m)*100 + d)
}

// ParseDate reads ISO 8601 as in 2021-11-26, between the years 1 and 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil || len(s) > len(time.DateOnly) || t.Year() < 1 {
		return 0, Invalid("%.40q is no day of the calendar; send one in the digits 0 to 9, such as 2021-11-26", s)
	}
	return DateOf(t), nil
}

// String is ISO 8601: 2021-11-26.
func (d Date) String() string {
	n := strconv.Itoa(100000000 + int(d))[1:]
	return n[:4] + "-" + n[4:6] + "-" + n[6:]
}

// MarshalText is String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDate.
func (d *Date) UnmarshalText(b []byte) (err error) { *d, err = ParseDate(string(b)); return err }

// MarshalGQL writes ISO 8601 as a JSON string.
func (d Date) MarshalGQL(w io.Writer) { writeQuoted(w, d.String()) }

// UnmarshalGQL reads ISO 8601.
func (d *Date) UnmarshalGQL(v any) error { return unmarshalString(v, d.UnmarshalText) }

// PartialDate is a day, a month or a year, as precise as it is known, in ISO
// 8601: 2021-11-26, 2021-11 or 2021.
type PartialDate string

// ParsePartialDate reads a day, a month or a year between 1 and 9999.
func ParsePartialDate(s string) (PartialDate, error) {
	layout := map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}[len(s)]
	t, err := time.Parse(layout, s)
	if layout == "" || err != nil || t.Year() < 1 {
		return "", Invalid("%.40q is no date of the calendar; send a day, a month or a year in the digits 0 to 9, such as 2021-11-26, 2021-11 or 2021", s)
	}
	return PartialDate(s), nil
}

// FirstDay is the day for which the date stands in comparisons: itself, or the
// first of its month or year.
func (p PartialDate) FirstDay() Date {
	full := string(p) + "-01-01"[min(6, max(0, len(p)-4)):]
	n, _ := strconv.Atoi(strings.ReplaceAll(full, "-", "")) // p was parsed: digits and dashes only
	return Date(n)
}

// MarshalText is the date itself.
func (p PartialDate) MarshalText() ([]byte, error) { return []byte(p), nil }

// UnmarshalText is ParsePartialDate.
func (p *PartialDate) UnmarshalText(b []byte) (err error) {
	*p, err = ParsePartialDate(string(b))
	return err
}

// MarshalGQL writes the date as a JSON string.
func (p PartialDate) MarshalGQL(w io.Writer) { writeQuoted(w, string(p)) }

// UnmarshalGQL reads a day, a month or a year.
func (p *PartialDate) UnmarshalGQL(v any) error { return unmarshalString(v, p.UnmarshalText) }

// writeQuoted writes s, which holds no character that JSON escapes.
func writeQuoted(w io.Writer, s string) { _, _ = io.WriteString(w, `"`+s+`"`) }

func unmarshalString(v any, read func([]byte) error) error {
	s, ok := v.(string)
	if !ok {
		return Invalid("not a string; send the value in quotes")
	}
	return read([]byte(s))
}
