package lists

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// filtered is a newsroom with articles that the filters of the tests tell apart.
type filtered struct {
	*testserver.Server
	ids *strings.Replacer // @slug is the id of the node, in quotes
}

func startFiltered(t *testing.T) filtered {
	t.Helper()
	s, ids := filterable.Start(t)
	return filtered{s, ids}
}

var filterable = testserver.Prepare(func(t testing.TB, edit ...func(*app.Config)) (*testserver.Server, *strings.Replacer) {
	t.Helper()
	var clock testserver.Clock
	s := testserver.Start(t, append([]func(*app.Config){clock.Drive}, edit...)...)
	pairs := []string{}
	known := func(slug, id string) string {
		pairs = append(pairs, "@"+slug, `"`+id+`"`)
		return id
	}
	iraq, france := known("IQ", s.CountryID(t, "IQ")), known("FR", s.CountryID(t, "FR"))

	office := func(slug, kind string, country any, titles ...string) string {
		return known(slug, s.Create(t, "Office", variables{"slug": slug, "kind": kind, "country": country, "titles": testserver.Names(titles...)}).ID)
	}
	mfaIraq := office("mfa-iraq", "MINISTER", iraq, "en", "Foreign minister of Iraq", "ar", "وزير خارجية العراق")
	mfaFrance := office("mfa-france", "MINISTER", france, "fr", "Ministre des Affaires étrangères")
	defence := office("defence-france", "MINISTER", france, "fr", "Ministre des Armées")
	office("un", "INTERNATIONAL", nil, "en", "Secretary-General")

	official := func(slug string, country, wikidata any, named ...string) string {
		return known(slug, s.Create(t, "Official", variables{"slug": slug, "country": country, "wikidataId": wikidata, "names": testserver.Names(named...)}).ID)
	}
	hussein := official("hussein", iraq, "Q1", "en", "Fuad Hussein", "ar", "فؤاد حُسَيْن")
	drian := official("drian", france, "Q2", "fr", "Jean-Yves Le Drian", "ar", "جان إيف لودريان")
	wild := official("wild", nil, nil, "en", `100% _sure\ 'quote`)
	tenure := func(official, office string, started, ended any) {
		s.Create(t, "Tenure", variables{"official": official, "office": office, "startedOn": started, "endedOn": ended})
	}
	tenure(hussein, mfaIraq, "2020-06-06", nil)
	tenure(drian, defence, "2012-05-16", "2017-05-17")
	tenure(drian, mfaFrance, "2017-05-17", "2022-05-20")

	topic := func(slug string, parent any, named ...string) string {
		return known(slug, s.Create(t, "Topic", variables{"slug": slug, "parent": parent, "names": testserver.Names(named...)}).ID)
	}
	politics := topic("politics", nil, "en", "Politics", "ar", "سياسة")
	diplomacy := topic("diplomacy", politics, "en", "Diplomacy")
	talks := topic("talks", diplomacy, "en", "Talks")
	economy := topic("economy", nil, "en", "Economy", "fr", "Économie")

	article := func(day int, in variables) {
		clock.Set(testserver.Moment.AddDate(0, 0, day))
		known(in["slug"].(string), s.Create(t, "Article", in).ID)
	}
	article(1, variables{
		"slug": "a", "externalId": "Ext-A", "language": "en", "title": `Alpha 100% _sure\ 'quote`, "publish": true,
		"officials": []string{hussein, drian}, "countries": []string{iraq, france}, "topics": []string{talks},
	})
	article(2, variables{
		"slug": "b", "externalId": "ext-b", "language": "ar", "title": "وِزارة الأَمن", "publish": true,
		"officials": []string{hussein}, "countries": []string{iraq}, "topics": []string{diplomacy, economy},
	})
	article(3, variables{
		"slug": "c", "language": "fr", "title": "Été à Paris", "publish": true,
		"officials": []string{drian}, "countries": []string{france}, "topics": []string{economy},
	})
	article(4, variables{"slug": "d", "language": "en-GB", "title": "Delta", "publish": true})
	article(5, variables{"slug": "e", "language": "ar", "title": "بغداد", "publish": true, "officials": []string{wild}, "topics": []string{politics}})
	article(6, variables{"slug": "f", "language": "en", "title": "Foxtrot", "officials": []string{hussein}, "countries": []string{iraq}, "topics": []string{politics}})
	return s, strings.NewReplacer(pairs...)
})

// variable returns the value of a variable that equals a GraphQL literal.
func variable(t *testing.T, literal string) any {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: "{ f(x: " + literal + ") }"})
	if err != nil {
		t.Fatalf("parse the literal %s: %v", literal, err)
	}
	value, wrong := document.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value.Value(nil)
	if wrong != nil {
		t.Fatalf("evaluate the literal %s: %v", literal, wrong)
	}
	return withEmptyLists(value)
}

// withEmptyLists replaces the nil lists that gqlparser returns for [] by empty ones.
func withEmptyLists(value any) any {
	switch value := value.(type) {
	case []any:
		list := []any{}
		for _, one := range value {
			list = append(list, withEmptyLists(one))
		}
		return list
	case map[string]any:
		for name, one := range value {
			value[name] = withEmptyLists(one)
		}
	}
	return value
}

type slugs struct{ Nodes []struct{ Slug string } }

func (s slugs) String() string {
	list := make([]string, len(s.Nodes))
	for i, node := range s.Nodes {
		list[i] = node.Slug
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// only returns the words that are among others.
func only(words string, others ...string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(words), func(word string) bool { return !slices.Contains(others, word) }), " ")
}

func TestArticlesAreFiltered(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := startFiltered(t)
	for _, c := range []struct{ rule, filter, want string }{
		{"no condition", `{}`, "a b c d e f"},
		{"null is no condition", `{slug: null, and: null, or: null, not: null, officials: {some: null}}`, "a b c d e f"},

		{"id eq", `{id: {eq: @a}}`, "a"},
		{"id ne", `{id: {ne: @a}}`, "b c d e f"},
		{"id in", `{id: {in: [@a, @c]}}`, "a c"},
		{"id in one", `{id: {in: @a}}`, "a"},
		{"id in none", `{id: {in: []}}`, ""},
		{"id notIn", `{id: {notIn: [@a, @c]}}`, "b d e f"},
		{"id notIn none", `{id: {notIn: []}}`, "a b c d e f"},
		{"id isNull", `{id: {isNull: true}}`, ""},
		{"id is not null", `{id: {isNull: false}}`, "a b c d e f"},

		{"slug eq", `{slug: {eq: "a"}}`, "a"},
		{"slug eq is exact", `{slug: {eq: "A"}}`, ""},
		{"slug ne", `{slug: {ne: "a"}}`, "b c d e f"},
		{"slug in", `{slug: {in: ["a", "b", "x"]}}`, "a b"},
		{"slug in none", `{slug: {in: []}}`, ""},
		{"slug notIn", `{slug: {notIn: ["a", "b"]}}`, "c d e f"},
		{"slug notIn none", `{slug: {notIn: []}}`, "a b c d e f"},
		{"slug contains", `{slug: {contains: "A"}}`, "a"},
		{"slug startsWith", `{slug: {startsWith: "B"}}`, "b"},
		{"slug isNull", `{slug: {isNull: true}}`, ""},
		{"slug is not null", `{slug: {isNull: false}}`, "a b c d e f"},
		{"conditions on one field all hold", `{slug: {in: ["a", "b"], ne: "a"}}`, "b"},

		{"externalId eq", `{externalId: {eq: "ext-b"}}`, "b"},
		{"externalId ne matches what has none", `{externalId: {ne: "ext-b"}}`, "a c d e f"},
		{"externalId in", `{externalId: {in: ["ext-b", "Ext-A"]}}`, "a b"},
		{"externalId notIn matches what has none", `{externalId: {notIn: ["ext-b", "Ext-A"]}}`, "c d e f"},
		{"externalId contains ignores case", `{externalId: {contains: "XT-a"}}`, "a"},
		{"externalId startsWith ignores case", `{externalId: {startsWith: "EXT"}}`, "a b"},
		{"externalId isNull", `{externalId: {isNull: true}}`, "c d e f"},
		{"externalId is not null", `{externalId: {isNull: false}}`, "a b"},
		{"not eq matches what has none", `{not: {externalId: {eq: "ext-b"}}}`, "a c d e f"},
		{"not ne is eq", `{not: {externalId: {ne: "ext-b"}}}`, "b"},
		{"not contains matches what has none", `{not: {externalId: {contains: "ext"}}}`, "c d e f"},
		{"every text contains the empty one", `{externalId: {contains: ""}}`, "a b"},

		{"language eq", `{language: {eq: "en"}}`, "a f"},
		{"language startsWith", `{language: {startsWith: "en"}}`, "a d f"},
		{"language in", `{language: {in: ["ar", "fr"]}}`, "b c e"},

		{"title eq is exact", `{title: {eq: "delta"}}`, ""},
		{"title eq", `{title: {eq: "Delta"}}`, "d"},
		{"title ne", `{title: {ne: "Delta"}}`, "a b c e f"},
		{"title in", `{title: {in: ["Delta", "بغداد"]}}`, "d e"},
		{"title notIn", `{title: {notIn: ["Delta", "بغداد"]}}`, "a b c f"},
		{"title contains ignores case and accents", `{title: {contains: "ETE A"}}`, "c"},
		{"title contains ignores hamza and diacritics", `{title: {contains: "الامن"}}`, "b"},
		{"title contains ignores them in the condition", `{title: {contains: "وَزَارَةُ الإمن"}}`, "b"},
		{"title contains ignores tatweel", `{title: {contains: "بغـــداد"}}`, "e"},
		{"title startsWith", `{title: {startsWith: "وزارة"}}`, "b"},
		{"title startsWith is not contains", `{title: {startsWith: "الأمن"}}`, ""},
		{"title is never null", `{title: {isNull: true}}`, ""},

		{"percent is a percent", `{title: {contains: "%"}}`, "a"},
		{"percent matches nothing else", `{title: {contains: "1%0"}}`, ""},
		{"underscore is an underscore", `{title: {contains: "_"}}`, "a"},
		{"underscore matches nothing else", `{title: {contains: "Del_a"}}`, ""},
		{"backslash is a backslash", `{title: {contains: "\\"}}`, "a"},
		{"wildcards in startsWith", `{title: {startsWith: "%"}}`, ""},
		{"wildcards in a slug", `{slug: {contains: "_"}}`, ""},
		{"NUL is NUL", `{title: {contains: "\u0000"}}`, ""},
		{"NUL is not an end", `{title: {startsWith: "Delta\u0000"}}`, ""},
		{"a text longer than all", `{title: {contains: "` + strings.Repeat("x", 60_000) + `"}}`, ""},
		{"quote is a quote", `{title: {contains: "'quote"}}`, "a"},
		{"injection is text", `{title: {contains: "' OR 1=1 --"}, slug: {notIn: ["'); DROP TABLE articles; --"]}}`, ""},
		{"placeholders are text", `{slug: {in: ["?", "@x", "$1", ":x", "a"]}}`, "a"},

		{"status eq", `{status: {eq: PUBLISHED}}`, "a b c d e"},
		{"status ne", `{status: {ne: PUBLISHED}}`, "f"},
		{"status in", `{status: {in: [DRAFT]}}`, "f"},
		{"status in one", `{status: {in: DRAFT}}`, "f"},
		{"status in none", `{status: {in: []}}`, ""},
		{"status notIn", `{status: {notIn: [DRAFT]}}`, "a b c d e"},

		{"publishedAt eq", `{publishedAt: {eq: "2024-05-02T12:00:00Z"}}`, "a"},
		{"publishedAt eq in another offset", `{publishedAt: {eq: "2024-05-02T15:00:00+03:00"}}`, "a"},
		{"publishedAt gt", `{publishedAt: {gt: "2024-05-04T12:00:00Z"}}`, "d e"},
		{"publishedAt gte", `{publishedAt: {gte: "2024-05-04T12:00:00Z"}}`, "c d e"},
		{"publishedAt lt", `{publishedAt: {lt: "2024-05-03T12:00:00Z"}}`, "a"},
		{"publishedAt lte", `{publishedAt: {lte: "2024-05-03T12:00:00Z"}}`, "a b"},
		{"publishedAt between", `{publishedAt: {gt: "2024-05-02T12:00:00Z", lt: "2024-05-04T12:00:00Z"}}`, "b"},
		{"publishedAt isNull", `{publishedAt: {isNull: true}}`, "f"},
		{"publishedAt is not null", `{publishedAt: {isNull: false}}`, "a b c d e"},
		{"not an instant matches where there is none", `{not: {publishedAt: {gt: "2024-05-02T12:00:00Z"}}}`, "a f"},
		{"createdAt", `{createdAt: {gte: "2024-05-06T00:00:00Z"}}`, "e f"},
		{"updatedAt", `{updatedAt: {lt: "2024-05-03T00:00:00Z"}}`, "a"},

		{"officials some", `{officials: {some: {slug: {eq: "hussein"}}}}`, "a b f"},
		{"officials some of any", `{officials: {some: {}}}`, "a b c e f"},
		{"officials every holds where there are none", `{officials: {every: {slug: {eq: "hussein"}}}}`, "b d f"},
		{"officials none", `{officials: {none: {slug: {eq: "hussein"}}}}`, "c d e"},
		{"officials none of any", `{officials: {none: {}}}`, "d"},
		{"some, every and none together", `{officials: {some: {slug: {eq: "hussein"}}, none: {slug: {eq: "drian"}}}}`, "b f"},
		{"some is one official that fits all", `{officials: {some: {slug: {eq: "hussein"}, country: {code: {eq: "FR"}}}}}`, ""},
		{"two somes may be two officials", `{and: [{officials: {some: {slug: {eq: "hussein"}}}}, {officials: {some: {country: {code: {eq: "FR"}}}}}]}`, "a"},
		{"officials by the country of their office", `{officials: {some: {office: {country: {code: {eq: "FR"}}}}}}`, "a c"},
		{"every with a text that some lack", `{officials: {every: {wikidataId: {ne: "Q1"}}}}`, "c d e"},
		{"countries some", `{countries: {some: {code: {eq: "FR"}}}}`, "a c"},
		{"countries every", `{countries: {every: {code: {eq: "FR"}}}}`, "c d e"},
		{"countries none", `{countries: {none: {name: {contains: "iraq"}}}}`, "c d e"},
		{"topics some", `{topics: {some: {slug: {eq: "economy"}}}}`, "b c"},
		{"topics some below", `{topics: {some: {descendantOf: @politics}}}`, "a b e f"},
		{"topics every below", `{topics: {every: {descendantOf: @politics}}}`, "a d e f"},
		{"topics none below", `{topics: {none: {descendantOf: @diplomacy}}}`, "c d e f"},
		{"topics at the root", `{topics: {some: {isRoot: true}}}`, "b c e f"},
		{"topics under a parent", `{topics: {some: {parent: {slug: {eq: "diplomacy"}}}}}`, "a"},

		{"and", `{and: [{language: {eq: "ar"}}, {slug: {ne: "b"}}]}`, "e"},
		{"and of one", `{and: {slug: {eq: "a"}}}`, "a"},
		{"and of none matches everything", `{and: []}`, "a b c d e f"},
		{"or", `{or: [{slug: {eq: "a"}}, {slug: {eq: "c"}}]}`, "a c"},
		{"or of one", `{or: {slug: {eq: "a"}}}`, "a"},
		{"or of none matches nothing", `{or: []}`, ""},
		{"or of an empty condition matches everything", `{or: [{}, {slug: {eq: "a"}}]}`, "a b c d e f"},
		{"not", `{not: {slug: {in: ["a", "b"]}}}`, "c d e f"},
		{"not of everything", `{not: {}}`, ""},
		{"not of an empty or", `{not: {or: []}}`, "a b c d e f"},
		{"logic and fields all hold", `{language: {eq: "ar"}, or: [{slug: {eq: "a"}}, {slug: {eq: "b"}}], not: {slug: {eq: "e"}}}`, "b"},
		{"logic inside a list's condition", `{officials: {some: {or: [{slug: {eq: "drian"}}, {not: {country: {}}}]}}}`, "a c e"},
		{"a list of one deep inside", `{officials: {some: {or: {slug: {in: "drian"}}}}}`, "a c"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			filter := s.ids.Replace(c.filter)
			both := `{ byLiteral: articles(filter: ` + filter + `) { nodes { slug } } byVariable: articles(filter: $filter) { nodes { slug } } }`
			query := `query($filter: ArticleFilter) {
				official: official(by: {slug: "hussein"}) ` + both + `
				country: country(by: {code: "IQ"}) ` + both + `
				topic: topic(by: {slug: "politics"}) ` + both + both[1:]
			for perspective, seen := range map[string][]string{"draft": strings.Fields("a b c d e f"), "published": strings.Fields("a b c d e")} {
				type answers struct{ ByLiteral, ByVariable slugs }
				got := testserver.Ask[struct {
					answers
					Official, Country, Topic answers
				}](t, s.Server, query, variables{"filter": variable(t, filter)}, testserver.AsAdmin, header{"Diwan-Perspective", perspective})
				for where, of := range map[string]struct {
					got  answers
					want string
				}{
					"articles":          {got.answers, c.want},
					"official.articles": {got.Official, only(c.want, "a", "b", "f")},
					"country.articles":  {got.Country, only(c.want, "a", "b", "f")},
					"topic.articles":    {got.Topic, only(c.want, "a", "b", "e", "f")},
				} {
					want := only(of.want, seen...)
					if of.got.ByLiteral.String() != want || of.got.ByVariable.String() != want {
						t.Errorf("%s %q (%s) = %q, by variable %q, want %q", where, perspective, filter, of.got.ByLiteral, of.got.ByVariable, want)
					}
				}
			}
		})
	}
}

func TestOtherNounsAreFiltered(t *testing.T) {
	t.Parallel()
	s := startFiltered(t)
	for _, c := range []struct{ noun, rule, filter, want string }{
		{"Official", "no condition", `{}`, "drian hussein wild"},
		{"Official", "id", `{id: {in: [@drian, @wild]}}`, "drian wild"},
		{"Official", "slug", `{slug: {startsWith: "DR"}}`, "drian"},
		{"Official", "wikidataId eq", `{wikidataId: {eq: "Q1"}}`, "hussein"},
		{"Official", "wikidataId ne matches who has none", `{wikidataId: {ne: "Q1"}}`, "drian wild"},
		{"Official", "wikidataId isNull", `{wikidataId: {isNull: true}}`, "wild"},
		{"Official", "name eq in some language", `{name: {eq: "Fuad Hussein"}}`, "hussein"},
		{"Official", "name ne is in no language", `{name: {ne: "Fuad Hussein"}}`, "drian wild"},
		{"Official", "name in", `{name: {in: ["Fuad Hussein", "جان إيف لودريان"]}}`, "drian hussein"},
		{"Official", "name in none", `{name: {in: []}}`, ""},
		{"Official", "name notIn is in no language", `{name: {notIn: ["Fuad Hussein", "جان إيف لودريان"]}}`, "wild"},
		{"Official", "name notIn none", `{name: {notIn: []}}`, "drian hussein wild"},
		{"Official", "name contains ignores diacritics", `{name: {contains: "حسين"}}`, "hussein"},
		{"Official", "name contains ignores hamza", `{name: {contains: "فواد"}}`, "hussein"},
		{"Official", "name contains, of alef", `{name: {contains: "ايف"}}`, "drian"},
		{"Official", "name startsWith", `{name: {startsWith: "jean"}}`, "drian"},
		{"Official", "name startsWith is not contains", `{name: {startsWith: "Drian"}}`, ""},
		{"Official", "one name fits all", `{name: {startsWith: "fuad", contains: "حسين"}}`, ""},
		{"Official", "wildcards are text", `{name: {contains: "% _sure\\"}}`, "wild"},
		{"Official", "a name is never null", `{name: {isNull: true}}`, ""},
		{"Official", "a name is always there", `{name: {isNull: false}}`, "drian hussein wild"},
		{"Official", "country", `{country: {code: {eq: "FR"}}}`, "drian"},
		{"Official", "country of any", `{country: {}}`, "drian hussein"},
		{"Official", "country that is not, false without one", `{country: {not: {code: {eq: "FR"}}}}`, "hussein"},
		{"Official", "not country, true without one", `{not: {country: {code: {eq: "FR"}}}}`, "hussein wild"},
		{"Official", "office ever held", `{office: {slug: {eq: "defence-france"}}}`, "drian"},
		{"Official", "office of any", `{office: {}}`, "drian hussein"},
		{"Official", "inOfficeOn", `{inOfficeOn: "2016-01-01"}`, "drian"},
		{"Official", "inOfficeOn the first day", `{inOfficeOn: "2020-06-06"}`, "drian hussein"},
		{"Official", "inOfficeOn the day of leaving", `{inOfficeOn: "2022-05-20"}`, "hussein"},
		{"Official", "office and inOfficeOn are of one tenure", `{office: {slug: {eq: "defence-france"}}, inOfficeOn: "2018-01-01"}`, ""},
		{"Official", "office and inOfficeOn, the right one", `{office: {slug: {eq: "mfa-france"}}, inOfficeOn: "2018-01-01"}`, "drian"},
		{"Official", "office by kind and country", `{office: {kind: MINISTER, country: {code: {eq: "IQ"}}}}`, "hussein"},
		{"Official", "and, or, not", `{and: {slug: {ne: "wild"}}, or: [{slug: {eq: "wild"}}, {not: {slug: {eq: "drian"}}}]}`, "hussein"},
		{"Official", "or of none", `{or: []}`, ""},

		{"Office", "no condition", `{}`, "defence-france mfa-france mfa-iraq un"},
		{"Office", "id", `{id: {ne: @un}}`, "defence-france mfa-france mfa-iraq"},
		{"Office", "slug", `{slug: {contains: "MFA"}}`, "mfa-france mfa-iraq"},
		{"Office", "kind", `{kind: INTERNATIONAL}`, "un"},
		{"Office", "title contains", `{title: {contains: "etrangeres"}}`, "mfa-france"},
		{"Office", "title ne is in no language", `{title: {ne: "وزير خارجية العراق"}}`, "defence-france mfa-france un"},
		{"Office", "country", `{country: {name: {eq: "Irak"}}}`, "mfa-iraq"},
		{"Office", "country that is not, false without one", `{country: {code: {ne: "FR"}}}`, "mfa-iraq"},
		{"Office", "and, or, not", `{and: [{kind: MINISTER}], or: [{slug: {eq: "un"}}, {country: {code: {eq: "FR"}}}], not: {slug: {startsWith: "mfa"}}}`, "defence-france"},

		{"Topic", "no condition", `{}`, "diplomacy economy politics talks"},
		{"Topic", "id", `{id: {eq: @talks}}`, "talks"},
		{"Topic", "slug", `{slug: {in: ["talks", "economy"]}}`, "economy talks"},
		{"Topic", "name", `{name: {contains: "économie"}}`, "economy"},
		{"Topic", "isRoot", `{isRoot: true}`, "economy politics"},
		{"Topic", "is not root", `{isRoot: false}`, "diplomacy talks"},
		{"Topic", "parent", `{parent: {slug: {eq: "politics"}}}`, "diplomacy"},
		{"Topic", "parent of any", `{parent: {}}`, "diplomacy talks"},
		{"Topic", "parent of parent", `{parent: {parent: {slug: {eq: "politics"}}}}`, "talks"},
		{"Topic", "parent that is not, false at the root", `{parent: {slug: {ne: "politics"}}}`, "talks"},
		{"Topic", "descendantOf is itself too", `{descendantOf: @politics}`, "diplomacy politics talks"},
		{"Topic", "descendantOf a leaf", `{descendantOf: @talks}`, "talks"},
		{"Topic", "and, or, not", `{or: [{isRoot: true}, {slug: {eq: "talks"}}], not: {slug: {eq: "economy"}}}`, "politics talks"},

		{"Country", "id", `{id: {in: [@IQ, @FR]}}`, "FR IQ"},
		{"Country", "code eq is exact", `{code: {eq: "iq"}}`, ""},
		{"Country", "code in", `{code: {in: ["IQ", "FR", "XX"]}}`, "FR IQ"},
		{"Country", "code startsWith ignores case", `{code: {startsWith: "i"}, name: {startsWith: "ir"}}`, "IE IQ IR"},
		{"Country", "name", `{name: {eq: "العراق"}}`, "IQ"},
		{"Country", "name in French", `{name: {contains: "cote d"}}`, "CI"},
		{"Country", "and, or, not", `{or: [{code: {eq: "IQ"}}, {code: {eq: "FR"}}], not: {code: {eq: "FR"}}}`, "IQ"},
	} {
		t.Run(c.noun+": "+c.rule, func(t *testing.T) {
			filter := s.ids.Replace(c.filter)
			list, slug := strings.ToLower(c.noun)+"s", "slug"
			if c.noun == "Country" {
				list, slug = "countries", "slug: code"
			}
			got := testserver.Ask[struct{ ByLiteral, ByVariable slugs }](t, s.Server, fmt.Sprintf(`query($filter: %[1]sFilter) {
				byLiteral: %[2]s(filter: %[3]s) { nodes { %[4]s } } byVariable: %[2]s(filter: $filter) { nodes { %[4]s } } }`,
				c.noun, list, filter, slug), variables{"filter": variable(t, filter)})
			if got.ByLiteral.String() != c.want || got.ByVariable.String() != c.want {
				t.Errorf("%s = %q, by variable %q, want %q", filter, got.ByLiteral, got.ByVariable, c.want)
			}
		})
	}
}

func TestWrongFilterIsRefused(t *testing.T) {
	t.Parallel()
	s := startFiltered(t)
	for _, c := range []struct{ rule, filter, says string }{
		{"an id of another type", `{id: {eq: @hussein}}`, "Official"},
		{"an id of another type in a list", `{id: {in: [@a, @hussein]}}`, "Official"},
		{"an id of another type in notIn", `{id: {notIn: @hussein}}`, "Official"},
		{"an id of another type below", `{officials: {some: {id: {ne: @a}}}}`, "Article"},
		{"an id of another type far below", `{officials: {none: {office: {country: {id: {eq: @a}}}}}}`, "Article"},
		{"descendantOf another type", `{topics: {every: {descendantOf: @IQ}}}`, "Country"},
		{"an id of another type in what is never reached", `{or: [{}, {not: {id: {eq: @IQ}}}]}`, "Country"},
		{"no id", `{id: {eq: "42"}}`, "is not an id"},
		{"no id in a list", `{id: {in: ["", @a]}}`, "is not an id"},
		{"no instant", `{publishedAt: {gt: "yesterday"}}`, "RFC 3339"},
		{"no day", `{officials: {some: {inOfficeOn: "2020-02-30"}}}`, "day"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			filter := s.ids.Replace(c.filter)
			for _, around := range []string{`%s`, `country(by: {code: "IQ"}) { %s }`, `countries(first: 2) { nodes { %s } }`} {
				for given, vars := range map[string]variables{filter: nil, "$filter": {"filter": variable(t, filter)}} {
					query := "{ " + fmt.Sprintf(around, `articles(filter: `+given+`) { totalCount }`) + " }"
					if vars != nil {
						query = `query($filter: ArticleFilter) ` + query
					}
					code, message := s.Refused(t, query, vars)
					if code != "INVALID" || !strings.Contains(message, c.says) {
						t.Errorf("%s = %s %q, want INVALID with %q", query, code, message, c.says)
					}
				}
			}
		})
	}
}
