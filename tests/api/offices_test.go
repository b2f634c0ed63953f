package api

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// term is a tenure in an office, by the slug of its official.
type term struct {
	slug, from, until string
	acting            bool
}

// office creates an office with a tenure for each term, and the officials that do not exist.
func office(t testing.TB, s *testserver.Server, slug string, input variables, terms ...term) testserver.Node {
	t.Helper()
	in := variables{"titles": testserver.Names("en", slug), "slug": slug, "kind": "MINISTER"}
	for name, value := range input {
		in[name] = value
	}
	office := s.Create(t, "Office", in)
	for _, one := range terms {
		official := s.Official(t, one.slug)
		s.Create(t, "Tenure", one.input(official, office.ID))
	}
	return office
}

func (d term) input(official, office string) variables {
	in := variables{"official": official, "office": office, "acting": d.acting}
	if d.from != "" {
		in["startedOn"] = d.from
	}
	if d.until != "" {
		in["endedOn"] = d.until
	}
	return in
}

func TestAnOfficeHasAHolderOnADay(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	office(t, s, "foreign-minister", nil,
		term{"le-drian", "2017-05-17", "2022-05-20", false},
		term{"colonna", "2022-05-20", "2024-01-11", false},
		term{"sejourne", "2024-01-12", "", false})
	office(t, s, "vague", nil, term{"early", "2018", "2019-03", false}, term{"late", "2019-03", "2021", false})
	office(t, s, "brief", nil, term{"in-2014", "2014", "2014", false})
	office(t, s, "handed-over", nil, term{"until-may-20", "2017", "2017-05-20", false}, term{"until-2022", "2017-05", "2022", false}, term{"since-may", "2022-05", "2023", false})
	office(t, s, "since-ever", nil, term{"first", "", "1958-07-14", false}, term{"second", "1963-02-08", "", false})
	office(t, s, "acting", nil,
		term{"minister", "2020-01-01", "2021-01-01", false},
		term{"caretaker", "2020-06-01", "2021-06-01", true},
		term{"other-caretaker", "2021-02-01", "2021-06-01", true})
	office(t, s, "council", variables{"singleSeat": false},
		term{"senior", "2010", "2030", false}, term{"junior", "2015", "2030", false}, term{"stand-in", "2020", "2030", true})

	cases := []struct{ name, office, on, holder string }{
		{"the day before the first is before", "foreign-minister", "2017-05-16", ""},
		{"the first day counts", "foreign-minister", "2017-05-17", "le-drian"},
		{"the last day in office counts", "foreign-minister", "2022-05-19", "le-drian"},
		{"the day on which it ended is the successor's", "foreign-minister", "2022-05-20", "colonna"},
		{"the day on which it ended is vacant without a successor", "foreign-minister", "2024-01-11", ""},
		{"one without an end holds it today", "foreign-minister", "2024-05-01", "sejourne"},
		{"and in the far future", "foreign-minister", "9999-12-31", "sejourne"},
		{"a year begins on its first day", "vague", "2018-01-01", "early"},
		{"not a day before", "vague", "2017-12-31", ""},
		{"a month ends on its first day", "vague", "2019-02-28", "early"},
		{"and the successor's month begins there", "vague", "2019-03-01", "late"},
		{"a year ends on its first day", "vague", "2020-12-31", "late"},
		{"a year that ended it is not served", "vague", "2021-01-01", ""},
		{"a year in which it began and ended is served", "brief", "2014-06-01", "in-2014"},
		{"until a year, where nobody follows in it", "brief", "2014-12-31", ""},
		{"until a year, while the successor has not begun", "handed-over", "2022-03-01", "until-2022"},
		{"in the month of the beginning", "handed-over", "2022-05-10", "since-may"},
		{"after the month of the beginning, whatever the end of the other", "handed-over", "2022-06-01", "since-may"},
		{"in a month, while the other certainly serves later", "handed-over", "2017-05-10", "until-may-20"},
		{"on the day on which the other ends", "handed-over", "2017-05-20", "until-2022"},
		{"one without a beginning held it ever before", "since-ever", "0001-01-01", "first"},
		{"until the end", "since-ever", "1958-07-13", "first"},
		{"and not on the day of the end", "since-ever", "1958-07-14", ""},
		{"not acting before acting, though begun earlier", "acting", "2020-07-01", "minister"},
		{"acting where nobody else is", "acting", "2021-01-15", "caretaker"},
		{"of two acting, the latest begun", "acting", "2021-03-01", "other-caretaker"},
		{"of several seats, the latest begun", "council", "2024-01-01", "junior"},
		{"of several seats, on a day when one served", "council", "2012-01-01", "senior"},
		{"left out is today", "foreign-minister", "", "sejourne"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := `{"office":{"holder":null}}`
			if c.holder != "" {
				want = fmt.Sprintf(`{"office":{"holder":{"slug":%q}}}`, c.holder)
			}
			argument := ""
			if c.on != "" {
				argument = fmt.Sprintf("(on: %q)", c.on)
			}
			s.WantData(t, fmt.Sprintf(`{ office(by: {slug: %q}) { holder%s { slug } } }`, c.office, argument), nil, want)
		})
	}
	t.Run("offices in a list each have their own holder, on several days at once", func(t *testing.T) {
		t.Parallel()
		s.WantData(t, `{ offices(filter: {slug: {in: ["council", "vague"]}}) { nodes { slug then: holder(on: "2018-06-01") { slug } now: holder { slug } null: holder(on: null) { slug } } } }`, nil,
			`{"offices":{"nodes":[{"slug":"council","then":{"slug":"junior"},"now":{"slug":"junior"},"null":{"slug":"junior"}},{"slug":"vague","then":{"slug":"early"},"now":null,"null":null}]}}`)
	})
	t.Run("an invalid day is refused", func(t *testing.T) {
		t.Parallel()
		for _, day := range []string{"2021-02-29", "2021-13-01", "2021-11", "2021", "21-11-26", "2021-11-26T00:00:00Z", "0000-01-01", "heute", ""} {
			code, message := s.Refused(t, `query($on: Date) { offices { nodes { holder(on: $on) { slug } } } }`, variables{"on": day})
			if code != "INVALID" || !strings.Contains(message, "send one in the digits 0 to 9, such as 2021-11-26") {
				t.Errorf("holder(on: %q) = %s %q, want INVALID with advice", day, code, message)
			}
		}
	})
}

func TestTodayIsTheServersDayInUTC(t *testing.T) {
	t.Parallel()
	var now atomic.Pointer[time.Time]
	now.Store(&testserver.Moment)
	s := testserver.Start(t, func(c *app.Config) { c.Now = func() time.Time { return *now.Load() } })
	office(t, s, "minister", nil, term{"before", "2020-01-01", "2024-03-10", false}, term{"after", "2024-03-10", "", false})
	for _, c := range []struct{ name, at, holder string }{
		{"the last instant of the day before", "2024-03-09T23:59:59.999Z", "before"},
		{"the first instant of the day", "2024-03-10T00:00:00Z", "after"},
		{"already the day in Baghdad, not in UTC", "2024-03-10T02:59:00+03:00", "before"},
		{"not yet the day in Washington, but in UTC", "2024-03-09T19:30:00-05:00", "after"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339Nano, c.at)
			if err != nil {
				t.Fatal(err)
			}
			now.Store(&at)
			held := map[string]string{"before": "null", "after": "null"}
			held[c.holder] = `{"slug":"minister"}`
			s.WantData(t, `{ office(by: {slug: "minister"}) { holder { slug } }
				before: official(by: {slug: "before"}) { office { slug } } after: official(by: {slug: "after"}) { office { slug } } }`, nil,
				fmt.Sprintf(`{"office":{"holder":{"slug":%q}},"before":{"office":%s},"after":{"office":%s}}`, c.holder, held["before"], held["after"]))
		})
	}
}

func TestAnOfficialHasAPrincipalOffice(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	iraq, france := s.CountryID(t, "IQ"), s.CountryID(t, "FR")
	person := s.Create(t, "Official", variables{"names": testserver.Names("en", "Fuad Hussein"), "slug": "fuad", "country": iraq})
	for _, o := range []struct {
		slug, kind, from, until string
		acting                  bool
	}{
		{"party-leader", "OTHER", "", "2018", false},
		{"finance", "MINISTER", "2018-10-25", "2020-05-07", false},
		{"foreign", "MINISTER", "2020-06-06", "", false},
		{"trade", "MINISTER", "2020-08", "2021", false},
		{"president", "HEAD_OF_STATE", "2021-02-01", "2021-02-10", true},
		{"deputy-premier", "HEAD_OF_GOVERNMENT", "2022-10-27", "2023", false},
		{"envoy", "DIPLOMAT", "2023-01", "2023-06", false},
		{"speaker", "LEGISLATOR", "2023-01", "2023-06", false},
	} {
		office := s.Create(t, "Office", variables{"titles": testserver.Names("en", o.slug), "slug": o.slug, "kind": o.kind, "country": iraq})
		s.Create(t, "Tenure", term{"", o.from, o.until, o.acting}.input(person.ID, office.ID))
	}
	s.Create(t, "Official", variables{"names": testserver.Names("en", "Idle"), "slug": "idle", "country": iraq})
	guest := s.Create(t, "Official", variables{"names": testserver.Names("en", "Guest"), "slug": "guest", "country": france})
	envoy := office(t, s, "envoy-to-un", variables{"kind": "DIPLOMAT", "country": iraq})
	s.Create(t, "Tenure", term{"", "2019-01-01", "2020-01-01", false}.input(guest.ID, envoy.ID))

	for _, c := range []struct{ name, on, office string }{
		{"before a known end, without a known beginning", "2017-12-31", "party-leader"},
		{"between two offices there is none", "2018-01-01", ""},
		{"the day before an office", "2018-10-24", ""},
		{"the first day", "2018-10-25", "finance"},
		{"the last day", "2020-05-06", "finance"},
		{"the day it ended, with nothing new", "2020-05-07", ""},
		{"the first day of the next", "2020-06-06", "foreign"},
		{"of two alike, the latest begun", "2020-08-01", "trade"},
		{"one not acting before an acting one, though lower", "2021-02-05", "foreign"},
		{"the higher kind before the later begun", "2022-11-01", "deputy-premier"},
		{"a minister before a legislator and a diplomat begun later", "2023-03-01", "foreign"},
		{"left out is today", "", "foreign"},
	} {
		t.Run("office: "+c.name, func(t *testing.T) {
			t.Parallel()
			want := `{"official":{"office":null}}`
			if c.office != "" {
				want = fmt.Sprintf(`{"official":{"office":{"slug":%q}}}`, c.office)
			}
			var on any
			if c.on != "" {
				on = c.on
			}
			s.WantData(t, `query($on: Date) { official(by: {slug: "fuad"}) { office(on: $on) { slug } } }`, variables{"on": on}, want)
		})
	}
	t.Run("tenures stand earliest first, one without a beginning before all", func(t *testing.T) {
		t.Parallel()
		s.WantData(t, `{ official(by: {slug: "fuad"}) { tenures { startedOn endedOn acting office { slug } } } }`, nil, `{"official":{"tenures":[
			{"startedOn":null,"endedOn":"2018","acting":false,"office":{"slug":"party-leader"}},
			{"startedOn":"2018-10-25","endedOn":"2020-05-07","acting":false,"office":{"slug":"finance"}},
			{"startedOn":"2020-06-06","endedOn":null,"acting":false,"office":{"slug":"foreign"}},
			{"startedOn":"2020-08","endedOn":"2021","acting":false,"office":{"slug":"trade"}},
			{"startedOn":"2021-02-01","endedOn":"2021-02-10","acting":true,"office":{"slug":"president"}},
			{"startedOn":"2022-10-27","endedOn":"2023","acting":false,"office":{"slug":"deputy-premier"}},
			{"startedOn":"2023-01","endedOn":"2023-06","acting":false,"office":{"slug":"envoy"}},
			{"startedOn":"2023-01","endedOn":"2023-06","acting":false,"office":{"slug":"speaker"}}]}}`)
	})
	t.Run("tenures on a day, acting ones too", func(t *testing.T) {
		t.Parallel()
		s.WantData(t, `{ official(by: {slug: "fuad"}) { a: tenures(on: "2021-02-09") { office { slug } } b: tenures(on: "2021-02-10") { office { slug } } c: tenures(on: "2018-01-01") { office { slug } } } }`, nil,
			`{"official":{"a":[{"office":{"slug":"foreign"}},{"office":{"slug":"president"}}],"b":[{"office":{"slug":"foreign"}}],"c":[]}}`)
	})
	t.Run("tenures of an office, and on a day", func(t *testing.T) {
		t.Parallel()
		s.WantData(t, `{ office(by: {slug: "finance"}) { tenures { official { slug } } on: tenures(on: "2020-05-06") { official { slug } } after: tenures(on: "2020-05-07") { official { slug } } } }`, nil,
			`{"office":{"tenures":[{"official":{"slug":"fuad"}}],"on":[{"official":{"slug":"fuad"}}],"after":[]}}`)
	})
	for _, c := range []struct{ name, on, want string }{
		{"those in an office of it on the day, wherever they are from", "2019-06-01", `["fuad","guest"]`},
		{"not on the day after", "2020-01-01", `["fuad"]`},
		{"nobody when all offices are vacant", "2018-06-01", `[]`},
		{"with no day, all who serve or served it", "", `["fuad","guest","idle"]`},
	} {
		t.Run("country.officials: "+c.name, func(t *testing.T) {
			t.Parallel()
			argument := ""
			if c.on != "" {
				argument = fmt.Sprintf("(on: %q)", c.on)
			}
			got := testserver.Ask[struct {
				Country struct {
					Officials struct {
						Nodes      []testserver.Node
						TotalCount int
					}
				}
			}](t, s, fmt.Sprintf(`{ country(by: {code: "irq"}) { officials%s { nodes { slug } totalCount } } }`, argument), nil)
			slugs := []string{}
			for _, node := range got.Country.Officials.Nodes {
				slugs = append(slugs, node.Slug)
			}
			if testserver.JSON(slugs) != c.want || got.Country.Officials.TotalCount != len(slugs) {
				t.Errorf("officials%s = %s of %d, want %s", argument, testserver.JSON(slugs), got.Country.Officials.TotalCount, c.want)
			}
		})
	}
}

// An official appears in each article with the office held on the article's day.
func TestAppearancesShowTheOfficeOfTheDay(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	iraq := s.CountryID(t, "IQ")
	person := s.Create(t, "Official", variables{"names": testserver.Names("en", "Fuad Hussein"), "slug": "fuad"})
	other := s.Create(t, "Official", variables{"names": testserver.Names("en", "Nobody"), "slug": "nobody"})
	for _, o := range []struct{ slug, from, until string }{{"finance", "2018-10-25", "2020-05-07"}, {"foreign", "2020-06-06", ""}} {
		office := s.Create(t, "Office", variables{"titles": testserver.Names("en", o.slug), "slug": o.slug, "kind": "MINISTER", "country": iraq})
		s.Create(t, "Tenure", term{"", o.from, o.until, false}.input(person.ID, office.ID))
	}
	days := []struct{ name, at, office string }{
		{"before all", "2018-10-24T23:59:59.999Z", ""},
		{"on the first instant of the first day", "2018-10-25T00:00:00Z", "finance"},
		{"on the last instant of the last day", "2020-05-06T23:59:59.999Z", "finance"},
		{"on the day it ended", "2020-05-07T00:00:00Z", ""},
		{"after the change of office", "2020-06-06T00:00:00Z", "foreign"},
	}
	for i, day := range days {
		clock.SetAt(t, day.at)
		s.Create(t, "Article", variables{
			"language": "en", "title": day.name, "externalId": fmt.Sprint(i), "publish": true,
			"appearances": []variables{{"official": other.ID, "role": "MENTIONED"}, {"official": person.ID, "role": "SPEAKER"}},
		})
	}
	held := func(office string) string {
		if office == "" {
			return `{"official":{"slug":"fuad"},"role":"SPEAKER","office":null,"tenure":null}`
		}
		starts := map[string]string{"finance": "2018-10-25", "foreign": "2020-06-06"}
		return fmt.Sprintf(`{"official":{"slug":"fuad"},"role":"SPEAKER","office":{"slug":%q},"tenure":{"startedOn":%q,"office":{"slug":%q}}}`, office, starts[office], office)
	}
	const nobody = `{"official":{"slug":"nobody"},"role":"MENTIONED","office":null,"tenure":null}`
	const fields = `appearances { official { slug } role office { slug } tenure { startedOn office { slug } } }`

	var all []string
	for i, day := range days {
		t.Run("alone, "+day.name, func(t *testing.T) {
			s.WantData(t, `query($id: String!) { article(by: {externalId: $id}) { `+fields+` } }`, variables{"id": fmt.Sprint(i)},
				fmt.Sprintf(`{"article":{"appearances":[%s,%s]}}`, nobody, held(day.office)))
		})
		all = append([]string{fmt.Sprintf(`{"appearances":[%s,%s]}`, nobody, held(day.office))}, all...)
	}
	t.Run("in a list, each of its own day", func(t *testing.T) {
		s.WantData(t, `{ articles { nodes { `+fields+` } } }`, nil, fmt.Sprintf(`{"articles":{"nodes":[%s]}}`, strings.Join(all, ",")))
	})
	t.Run("the office alone, without the tenure", func(t *testing.T) {
		s.WantData(t, `{ articles(last: 2) { nodes { appearances { office { slug } } } } }`, nil,
			`{"articles":{"nodes":[{"appearances":[{"office":null},{"office":{"slug":"finance"}}]},{"appearances":[{"office":null},{"office":null}]}]}}`)
	})
	t.Run("a draft never published shows today's", func(t *testing.T) {
		clock.SetAt(t, "2019-07-01T10:00:00Z")
		draft := s.Create(t, "Article", variables{"language": "en", "title": "Draft", "officials": []string{person.ID}})
		const query = `query($id: ID!) { article(by: {id: $id}) { appearances { role office { slug } } } }`
		s.WantData(t, query, variables{"id": draft.ID}, `{"article":{"appearances":[{"role":"SUBJECT","office":{"slug":"finance"}}]}}`, testserver.AsAdmin, testserver.SeeDrafts)
		clock.SetAt(t, "2021-07-01T10:00:00Z")
		s.WantData(t, query, variables{"id": draft.ID}, `{"article":{"appearances":[{"role":"SUBJECT","office":{"slug":"foreign"}}]}}`, testserver.AsAdmin, testserver.SeeDrafts)
	})
}

func TestTenuresDoNotOverlap(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	single := office(t, s, "minister", nil, term{"barzani", "2010-01-01", "2014-07-11", false}, term{"jaafari", "2014-09-08", "2018-10-25", false}, term{"hakim", "2018-10-25", "", false})
	seats := office(t, s, "member", variables{"singleSeat": false}, term{"one", "2018", "2022", false})
	vague := office(t, s, "vague", nil)
	acting := office(t, s, "acting", nil, term{"stand-in", "2018", "2022", true})

	for _, c := range []struct {
		name   string
		office testserver.Node
		term   term
		want   string
	}{
		{"a day in common", single, term{"new", "2014-07-10", "2014-08-01", false}, "TENURE_OVERLAP input.office"},
		{"inside another", single, term{"new", "2011", "2012", false}, "TENURE_OVERLAP input.office"},
		{"around another", single, term{"new", "2014-08", "2020", false}, "TENURE_OVERLAP input.office"},
		{"after one that is still held", single, term{"new", "2030", "", false}, "TENURE_OVERLAP input.office"},
		{"without a beginning", single, term{"new", "", "2010-01-02", false}, "TENURE_OVERLAP input.office"},
		{"without both ends", single, term{"new", "", "", false}, "TENURE_OVERLAP input.office"},
		{"a month of which some days are another's", single, term{"july", "2014-07", "2014-08-02", false}, ""},
		{"a month all of whose days are another's", single, term{"new", "2014-06", "2014-08", false}, "TENURE_OVERLAP input.office"},
		{"the same official twice at once, even acting", single, term{"hakim", "2020", "2021", true}, "INVALID input.office"},
		{"the same official twice in one of several seats", seats, term{"one", "2021", "2023", false}, "INVALID input.office"},
		{"an end on the day of the beginning", single, term{"new", "2014-07-20", "2014-07-20", false}, "INVALID input.endedOn"},
		{"an end before the beginning", single, term{"new", "2014-08", "2014-07-20", false}, "INVALID input.endedOn"},
		{"an end on the first day of the year of the beginning", single, term{"new", "2014", "2014-01-01", false}, "INVALID input.endedOn"},
		{"between two, touching both", single, term{"between", "2014-08-02", "2014-09-08", false}, ""},
		{"a year that ends in itself", vague, term{"2014", "2014", "2014", false}, ""},
		{"the same a second time", vague, term{"2014", "2014", "2014", false}, "INVALID input.office"},
		{"another in the same year", vague, term{"2014-too", "2014", "2014", false}, ""},
		{"a year before it ends on a day", vague, term{"a", "2017", "2017-05-20", false}, ""},
		{"a month in which it does", vague, term{"b", "2017-05", "2019", false}, ""},
		{"a month before it does", vague, term{"new", "2017-04", "2019", false}, "TENURE_OVERLAP input.office"},
		{"an unknown beginning", vague, term{"c", "", "1999", false}, ""},
		{"another unknown beginning", vague, term{"d", "", "1998", false}, ""},
		{"still held, since when is unknown", vague, term{"e", "", "", false}, ""},
		{"and nobody else does", vague, term{"new", "", "", false}, "TENURE_OVERLAP input.office"},
		{"before all, ending where the first begins", single, term{"before", "", "2010", false}, ""},
		{"acting over another", single, term{"deputy", "2012", "2013", true}, ""},
		{"not acting over an acting one", acting, term{"true-one", "2019", "2020", false}, ""},
		{"in another of several seats", seats, term{"two", "2019", "2023", false}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			input := c.term.input(s.Official(t, c.term.slug), c.office.ID)
			_, _, errs := s.Mutate(t, "create", "Tenure", variables{"input": input})
			got := ""
			if len(errs) > 0 {
				got = errs[0].At()
			}
			if got != c.want {
				t.Errorf("createTenure(%v) = %q, want %q", c.term, got, c.want)
			}
		})
	}
	t.Run("the message names who holds it and when", func(t *testing.T) {
		errs := s.Refuse(t, "create", "Tenure", variables{"input": term{"", "2016", "2017", false}.input(s.Official(t, "new"), single.ID)})
		if want := "held by jaafari (2014-09-08 until 2018-10-25)"; !strings.Contains(errs[0].Message, want) {
			t.Errorf("message = %q, want %q in it", errs[0].Message, want)
		}
	})

	office := office(t, s, "changing", nil, term{"a", "2001", "2002", false}, term{"b", "2002", "2003", false})
	stored := testserver.Ask[struct {
		Office struct{ Tenures []testserver.Node }
	}](t, s, `{ office(by: {slug: "changing"}) { tenures { id } } }`, nil).Office.Tenures
	for _, c := range []struct {
		name  string
		input variables
		want  string
	}{
		{"moved into another by its end", variables{"endedOn": "2003-01-02"}, "TENURE_OVERLAP input.endedOn"},
		{"still held after all, over another", variables{"endedOn": nil}, "TENURE_OVERLAP input.endedOn"},
		{"acting, it may", variables{"endedOn": "2003-06", "acting": true}, ""},
		{"no longer acting, it may not", variables{"acting": false}, "TENURE_OVERLAP input.acting"},
		{"not in its own way", variables{"startedOn": "2000", "endedOn": "2001-06", "acting": false}, ""},
		{"into an office that is held", variables{"office": single.ID, "startedOn": "2015", "endedOn": "2016"}, "TENURE_OVERLAP input.office"},
	} {
		t.Run("updated: "+c.name, func(t *testing.T) {
			_, _, errs := s.Mutate(t, "update", "Tenure", variables{"id": stored[0].ID, "input": c.input})
			got := ""
			if len(errs) > 0 {
				got = errs[0].At()
			}
			if got != c.want {
				t.Errorf("updateTenure(%v) = %q, want %q", c.input, got, c.want)
			}
		})
	}
	t.Run("an office with two at once gets no single seat", func(t *testing.T) {
		errs := s.Refuse(t, "update", "Office", variables{"id": seats.ID, "input": variables{"singleSeat": true}})
		if errs[0].At() != "TENURE_OVERLAP input.singleSeat" || !strings.Contains(errs[0].Message, "one (2018 until 2022) and two (2019 until 2023)") {
			t.Errorf("singleSeat: true = %+v, want TENURE_OVERLAP that names both", errs)
		}
		s.Update(t, "Office", office, variables{"singleSeat": false})
		s.Update(t, "Office", office, variables{"singleSeat": true})
	})
}

func TestPartialDatesKeepTheirPrecision(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	office := office(t, s, "office", variables{"singleSeat": false})
	for _, date := range []string{"2021-11-26", "2021-11", "2021", "0001", "9999-12-31"} {
		t.Run("answered as precise as it was sent: "+date, func(t *testing.T) {
			official := s.Official(t, "from-"+date)
			tenure := s.Create(t, "Tenure", term{"", date, "", false}.input(official, office.ID))
			s.WantData(t, `query($id: ID!) { node(id: $id) { ... on Tenure { startedOn } } }`, variables{"id": tenure.ID}, fmt.Sprintf(`{"node":{"startedOn":%q}}`, date))
		})
	}
	for _, date := range []string{"2021-11-31", "2021-00", "2021-13", "21", "02021", "0000", "2021-1", "2021-11-2", "2021/11/26", "2021-W47", " 2021", ""} {
		t.Run("no date: "+date, func(t *testing.T) {
			input := term{"", date, "", false}.input(s.Official(t, "nobody"), office.ID)
			input["startedOn"] = date
			code, message := s.Refused(t, `mutation($input: CreateTenureInput!) { createTenure(input: $input) { errors { code } } }`, variables{"input": input}, testserver.AsAdmin)
			if code != "INVALID" || !strings.Contains(message, "send a day, a month or a year in the digits 0 to 9, such as 2021-11-26, 2021-11 or 2021") {
				t.Errorf("startedOn: %q = %s %q, want INVALID with advice", date, code, message)
			}
		})
	}
}
