package model

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DateTime is an instant in milliseconds since 1970, UTC. It is stored like this so
// that every database orders and compares instants in the same way.
type DateTime int64

const dateTimeLayout = "2006-01-02T15:04:05.000Z"

// At returns the instant of t, to the millisecond.
func At(t time.Time) DateTime { return DateTime(t.UnixMilli()) }

// Time returns the instant as a time.Time in UTC.
func (d DateTime) Time() time.Time { return time.UnixMilli(int64(d)).UTC() }

// Date returns the day of the instant in UTC.
func (d DateTime) Date() Date { return DateOf(d.Time()) }

// String returns the instant in RFC 3339, in UTC, with milliseconds.
func (d DateTime) String() string { return d.Time().Format(dateTimeLayout) }

// AppendText appends String.
func (d DateTime) AppendText(b []byte) ([]byte, error) {
	return d.Time().AppendFormat(b, dateTimeLayout), nil
}

// rfc3339 checks what time.Parse does not: that accepts 9:30, a comma before the
// fraction, and offsets such as +24:00 and +01:60 (https://go.dev/issue/54580).
var rfc3339 = regexp.MustCompile(`T\d\d:[^,]+(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// maxInstant is the length of the longest text that is read, in bytes. It leaves
// room for more digits than any clock has.
const maxInstant = 64

// ParseDateTime reads an instant in RFC 3339 with any offset, in the years 1 to
// 9999.
func ParseDateTime(s string) (DateTime, error) {
	t, err := time.Parse(time.RFC3339Nano, s[:min(len(s), maxInstant)]) // a text that is cut is refused below
	if err != nil || len(s) > maxInstant || !rfc3339.MatchString(s) || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return 0, Invalid("%.40q is not an RFC 3339 date-time; send a day, a time and an offset in the digits 0 to 9, such as 2020-07-16T09:30:00Z; a day alone is not enough", s)
	}
	return At(t), nil
}

// MarshalText returns String.
func (d DateTime) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText calls ParseDateTime.
func (d *DateTime) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDateTime(string(b))
	return err
}

// MarshalGQL writes String as a JSON string.
func (d DateTime) MarshalGQL(w io.Writer) { writeQuoted(w, d.String()) }

// UnmarshalGQL reads a string with ParseDateTime.
func (d *DateTime) UnmarshalGQL(v any) error { return unmarshalString(v, d.UnmarshalText) }

// Date is a day as a number such as 20211126, which sorts as days do.
type Date int

// DateOf returns the day of t in UTC.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date(y*10000 + int(m)*100 + d)
}

// Next returns the day after.
func (d Date) Next() Date { return DateOf(d.time().AddDate(0, 0, 1)) }

// Previous returns the day before.
func (d Date) Previous() Date { return DateOf(d.time().AddDate(0, 0, -1)) }

func (d Date) time() time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

// ParseDate reads a day in ISO 8601, such as 2021-11-26, in the years 1 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil || len(s) > len(time.DateOnly) || t.Year() < 1 {
		return 0, Invalid("%.40q is not a day of the calendar; send one in the digits 0 to 9, such as 2021-11-26", s)
	}
	return DateOf(t), nil
}

// String returns the day in ISO 8601: 2021-11-26.
func (d Date) String() string {
	n := strconv.Itoa(100000000 + int(d))[1:]
	return n[:4] + "-" + n[4:6] + "-" + n[6:]
}

// AppendText appends String.
func (d Date) AppendText(b []byte) ([]byte, error) { return append(b, d.String()...), nil }

// MarshalText returns String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText calls ParseDate.
func (d *Date) UnmarshalText(b []byte) (err error) { *d, err = ParseDate(string(b)); return err }

// MarshalGQL writes String as a JSON string.
func (d Date) MarshalGQL(w io.Writer) { writeQuoted(w, d.String()) }

// UnmarshalGQL reads a string with ParseDate.
func (d *Date) UnmarshalGQL(v any) error { return unmarshalString(v, d.UnmarshalText) }

// PartialDate is a day, a month or a year in ISO 8601, as precise as is known:
// 2021-11-26, 2021-11 or 2021.
type PartialDate string

// ParsePartialDate reads a day, a month or a year, in the years 1 to 9999.
func ParsePartialDate(s string) (PartialDate, error) {
	layout := map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}[len(s)]
	t, err := time.Parse(layout, s)
	if layout == "" || err != nil || t.Year() < 1 {
		return "", Invalid("%.40q is not a date of the calendar; send a day, a month or a year in the digits 0 to 9, such as 2021-11-26, 2021-11 or 2021", s)
	}
	return PartialDate(s), nil
}

// FirstDay returns the first day that the date can be: itself, or the first of its month
// or year.
func (p PartialDate) FirstDay() Date {
	full := string(p) + "-01-01"[min(6, max(0, len(p)-4)):]
	n, _ := strconv.Atoi(strings.ReplaceAll(full, "-", "")) // p was parsed, so it has only digits and dashes
	return Date(n)
}

// LastDay returns the last day that the date can be: itself, or the last of its month or
// year.
func (p PartialDate) LastDay() Date {
	first := p.FirstDay()
	switch len(p) {
	case len("2006"):
		return first + 1130
	case len("2006-01"):
		return DateOf(first.time().AddDate(0, 1, -1))
	}
	return first
}

// MarshalText returns the date as it is.
func (p PartialDate) MarshalText() ([]byte, error) { return []byte(p), nil }

// UnmarshalText calls ParsePartialDate.
func (p *PartialDate) UnmarshalText(b []byte) (err error) {
	*p, err = ParsePartialDate(string(b))
	return err
}

// MarshalGQL writes the date as a JSON string.
func (p PartialDate) MarshalGQL(w io.Writer) { writeQuoted(w, string(p)) }

// UnmarshalGQL reads a string with ParsePartialDate.
func (p *PartialDate) UnmarshalGQL(v any) error { return unmarshalString(v, p.UnmarshalText) }

// writeQuoted writes s as a JSON string. It must contain nothing that JSON escapes.
func writeQuoted(w io.Writer, s string) { _, _ = io.WriteString(w, `"`+s+`"`) }

func unmarshalString(v any, read func([]byte) error) error {
	s, ok := v.(string)
	if !ok {
		return Invalid("not a string; send the value in quotes")
	}
	return read([]byte(s))
}
