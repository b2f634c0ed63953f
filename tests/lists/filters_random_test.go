package lists

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// object is a node that the API returned, or a filter.
type object = map[string]any

// everything selects all fields that filters of articles can test.
const everything = `{
	articles { nodes {
		id slug externalId language title status publishedAt scheduledFor hasUnpublishedChanges createdAt updatedAt
		countries { ...country }
		topics { ...topic parent { ...topic parent { ...topic parent { id } } } }
		officials { id slug names { value } wikidataId country { ...country } tenures { startedOn endedOn
			office { id slug kind titles { value } country { ...country } } } }
	} }
	officials { nodes { id } } topics { nodes { id } } offices { nodes { id } } countries { nodes { id } }
}
fragment country on Country { id code names { value } }
fragment topic on Topic { id slug names { value } ancestors { id } }`

// TestRandomFiltersFindWhatTheySay compares the articles that a filter finds in SQL with
// those for which holds reports true.
func TestRandomFiltersFindWhatTheySay(t *testing.T) {
	t.Parallel()
	s := startFiltered(t)
	type nodes struct{ Nodes []object }
	for i, a := range testserver.Ask[struct {
		Articles struct{ Nodes []testserver.Node }
	}](t, s.Server, `{ articles(first: 2) { nodes { id } } }`, nil).Articles.Nodes {
		s.Update(t, "Article", a, variables{"title": fmt.Sprint("Edited ", i)})
		if _, errs := s.Step(t, "publishArticle", a, "at", "2030-01-01T00:00:00Z"); i == 0 && len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	all := testserver.Ask[map[string]nodes](t, s.Server, everything, nil, testserver.AsAdmin, testserver.SeeDrafts)
	draw := drawing{ids: map[string][]string{}}
	for noun, list := range map[string]string{"Article": "articles", "Official": "officials", "Topic": "topics", "Office": "offices", "Country": "countries"} {
		for _, node := range all[list].Nodes {
			draw.ids[noun] = append(draw.ids[noun], node["id"].(string))
		}
	}
	public := testserver.Ask[map[string]nodes](t, s.Server, everything, nil)
	query := `query($filter: ArticleFilter, $order: [ArticleOrder!]) {
		articles(filter: $filter, orderBy: $order) { nodes { slug } totalCount }
		official(by: {slug: "hussein"}) { articles(filter: $filter) { nodes { slug } totalCount } } }`
	type found struct {
		slugs
		TotalCount int
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range 15 {
			filter := draw.filter(rt, "Article", 3)
			if rapid.Bool().Draw(rt, "a tag, too") { // readers' lists start from its timeline
				filter = object{"and": []any{filter, draw.tag(rt)}}
			}
			order := []object{{"field": rapid.SampledFrom([]string{"PUBLISHED_AT", "TITLE", "UPDATED_AT"}).Draw(rt, "order")}}
			for _, seen := range []struct {
				articles []object
				headers  []header
			}{{all["articles"].Nodes, []header{testserver.AsAdmin, testserver.SeeDrafts}}, {public["articles"].Nodes, nil}} {
				var want, tagged []string
				for _, article := range seen.articles {
					if !holds(filter, article) {
						continue
					}
					want = append(want, article["slug"].(string))
					if holds(object{"officials": object{"some": object{"slug": object{"eq": "hussein"}}}}, article) {
						tagged = append(tagged, article["slug"].(string))
					}
				}
				got := testserver.Ask[struct {
					Articles found
					Official struct{ Articles found }
				}](rt, s.Server, query, variables{"filter": filter, "order": order}, seen.headers...)
				for _, c := range []struct {
					got  found
					want []string
				}{{got.Articles, want}, {got.Official.Articles, tagged}} {
					slices.Sort(c.want)
					if c.got.String() != strings.Join(c.want, " ") || c.got.TotalCount != len(c.want) {
						rt.Fatalf("%s\n= %q, %d in all, want %q", testserver.JSON(filter), c.got, c.got.TotalCount, c.want)
					}
				}
			}
		}
	})
}

// drawing draws filters, mostly about values that exist.
type drawing struct{ ids map[string][]string }

var (
	fieldsOf = map[string][]string{
		"Article": {
			"id", "slug", "externalId", "language", "title", "status", "publishedAt", "scheduledFor", "hasUnpublishedChanges", "createdAt", "updatedAt",
			"officials", "countries", "topics",
		},
		"Official": {"id", "slug", "name", "wikidataId", "country", "office", "inOfficeOn"},
		"Country":  {"id", "code", "name"},
		"Topic":    {"id", "slug", "name", "parent", "descendantOf", "isRoot"},
		"Office":   {"id", "slug", "kind", "title", "country"},
	}
	nounOf = map[string]string{
		"officials": "Official", "countries": "Country", "topics": "Topic",
		"country": "Country", "office": "Office", "parent": "Topic",
	}
	wholeTexts = []string{
		"a", "b", "f", "hussein", "drian", "politics", "talks", "mfa-iraq", "ext-b", "Ext-A", "en", "ar", "Q1", "IQ", "FR",
		"Delta", "بغداد", "وِزارة الأَمن", "Fuad Hussein", "فؤاد حُسَيْن", "سياسة", "Économie", "Iraq", "Ministre des Armées", "none of these",
	}
	partsOfTexts = []string{"", "A", "e", "ext", "در", "الامن", "و", "%", "_", `\`, "'", "ministre", "eco", "-"}
	instants     = []string{"2024-05-01T12:00:00.000Z", "2024-05-02T12:00:00.000Z", "2024-05-04T12:00:00.000Z", "2024-05-07T12:00:00.000Z", "2030-01-01T00:00:00.000Z"}
	days         = []string{"2010-01-01", "2012-05-16", "2017-05-17", "2020-06-06", "2022-05-20"}
)

// filter draws a filter of a noun with at most this many levels of logic.
func (d drawing) filter(rt *rapid.T, noun string, depth int) object {
	f := object{}
	for _, field := range rapid.SliceOfN(rapid.SampledFrom(fieldsOf[noun]), 0, 2).Draw(rt, "fields of "+noun) {
		f[field] = d.condition(rt, noun, field, depth)
	}
	if depth == 0 {
		return f
	}
	several := func() []any {
		list := []any{}
		for range rapid.IntRange(0, 2).Draw(rt, "how many") {
			list = append(list, d.filter(rt, noun, depth-1))
		}
		return list
	}
	switch rapid.SampledFrom([]string{"", "", "and", "or", "not"}).Draw(rt, "logic") {
	case "and":
		f["and"] = several()
	case "or":
		f["or"] = several()
	case "not":
		f["not"] = d.filter(rt, noun, depth-1)
	}
	return f
}

// tag draws a filter by a unique key of a tag, or by what is above it.
func (d drawing) tag(rt *rapid.T) object {
	switch rapid.SampledFrom([]string{"official", "country", "topic", "above"}).Draw(rt, "tag") {
	case "official":
		return object{"officials": object{"some": object{"slug": object{"eq": rapid.SampledFrom([]string{"hussein", "drian", "nobody"}).Draw(rt, "slug")}}}}
	case "country":
		return object{"countries": object{"some": object{"code": object{"eq": rapid.SampledFrom([]string{"IQ", "FR", "XX"}).Draw(rt, "code")}}}}
	case "topic":
		return object{"topics": object{"some": object{"id": object{"eq": rapid.SampledFrom(d.ids["Topic"]).Draw(rt, "topic")}}}}
	}
	return object{"topics": object{"some": object{"descendantOf": rapid.SampledFrom(d.ids["Topic"]).Draw(rt, "above")}}}
}

func (d drawing) condition(rt *rapid.T, noun, field string, depth int) any {
	below := max(0, depth-1)
	switch field {
	case "officials", "countries", "topics":
		return object{rapid.SampledFrom([]string{"some", "every", "none"}).Draw(rt, "quantifier"): d.filter(rt, nounOf[field], below)}
	case "country", "office", "parent":
		if depth == 0 {
			return object{}
		}
		return d.filter(rt, nounOf[field], below)
	case "id":
		return d.comparison(rt, d.ids[noun], "isNull")
	case "language":
		return d.comparison(rt, []string{"ar", "en", "fr", "sw"}, "isNull", "contains", "startsWith")
	case "status":
		return d.comparison(rt, []string{"DRAFT", "PUBLISHED"})
	case "kind":
		return rapid.SampledFrom([]string{"MINISTER", "INTERNATIONAL"}).Draw(rt, "kind")
	case "hasUnpublishedChanges":
		return rapid.Bool().Draw(rt, field)
	case "publishedAt", "scheduledFor", "createdAt", "updatedAt":
		operator := rapid.SampledFrom([]string{"eq", "gt", "gte", "lt", "lte", "isNull"}).Draw(rt, "operator")
		if operator == "isNull" {
			return object{operator: rapid.Bool().Draw(rt, operator)}
		}
		return object{operator: rapid.SampledFrom(instants).Draw(rt, operator)}
	case "inOfficeOn":
		return rapid.SampledFrom(days).Draw(rt, "day")
	case "descendantOf":
		return rapid.SampledFrom(d.ids["Topic"]).Draw(rt, "topic")
	case "isRoot":
		return rapid.Bool().Draw(rt, "isRoot")
	}
	return d.comparison(rt, wholeTexts, "isNull", "contains", "startsWith")
}

func (drawing) comparison(rt *rapid.T, values []string, others ...string) object {
	operators := append([]string{"eq", "ne", "in", "notIn"}, others...)
	c := object{}
	for _, operator := range rapid.SliceOfN(rapid.SampledFrom(operators), 1, 2).Draw(rt, "operators") {
		switch operator {
		case "in", "notIn":
			c[operator] = rapid.SliceOfN(rapid.SampledFrom(values), 0, 3).Draw(rt, operator)
		case "isNull":
			c[operator] = rapid.Bool().Draw(rt, operator)
		case "contains", "startsWith":
			c[operator] = rapid.SampledFrom(partsOfTexts).Draw(rt, operator)
		default:
			c[operator] = rapid.SampledFrom(values).Draw(rt, operator)
		}
	}
	return c
}

// holds reports whether a filter matches a node.
func holds(filter, node object) bool {
	for field, condition := range filter {
		if !fieldHolds(field, condition, filter, node) {
			return false
		}
	}
	return true
}

func fieldHolds(field string, condition any, filter, node object) bool {
	switch field {
	case "and":
		return !slices.ContainsFunc(condition.([]any), func(f any) bool { return !holds(f.(object), node) })
	case "or":
		return slices.ContainsFunc(condition.([]any), func(f any) bool { return holds(f.(object), node) })
	case "not":
		return !holds(condition.(object), node)
	case "officials", "countries", "topics":
		return quantified(condition.(object), node[field].([]any))
	case "country", "parent":
		other, exists := node[field].(object)
		return exists && holds(condition.(object), other)
	case "office", "inOfficeOn":
		return slices.ContainsFunc(node["tenures"].([]any), func(tenure any) bool { return tenureFits(filter, tenure.(object)) })
	case "kind", "hasUnpublishedChanges":
		return node[field] == condition
	case "descendantOf":
		return node["id"] == condition || slices.ContainsFunc(node["ancestors"].([]any), func(a any) bool { return a.(object)["id"] == condition })
	case "isRoot":
		return condition == (node["parent"] == nil)
	}
	for _, names := range []string{"names", "titles"} {
		if texts, has := node[names].([]any); has && (field == "name" || field == "title") {
			return namesHold(condition.(object), texts)
		}
	}
	fold := strings.ToLower
	if field == "title" {
		fold = text.Fold
	}
	return valueHolds(condition.(object), node[field], fold)
}

func quantified(condition object, linked []any) bool {
	for quantifier, f := range condition {
		matching := len(slices.DeleteFunc(slices.Clone(linked), func(one any) bool { return !holds(f.(object), one.(object)) }))
		if !map[string]bool{"some": matching > 0, "every": matching == len(linked), "none": matching == 0}[quantifier] {
			return false
		}
	}
	return true
}

func tenureFits(filter, tenure object) bool {
	if office, asked := filter["office"]; asked && !holds(office.(object), tenure["office"].(object)) {
		return false
	}
	on, asked := filter["inOfficeOn"].(string)
	end, ended := tenure["endedOn"].(string)
	return !asked || tenure["startedOn"].(string) <= on && (!ended || on < end)
}

// namesHold reports whether one of the names satisfies all positive conditions, and none
// has a value excluded by ne or notIn.
func namesHold(condition object, names []any) bool {
	var unwanted []any
	wanted := object{}
	for operator, value := range condition {
		switch operator {
		case "ne":
			unwanted = append(unwanted, object{"eq": value})
		case "notIn":
			unwanted = append(unwanted, object{"in": value})
		default:
			wanted[operator] = value
		}
	}
	has := func(c object) bool {
		return slices.ContainsFunc(names, func(name any) bool { return valueHolds(c, name.(object)["value"], text.Fold) })
	}
	return has(wanted) && !slices.ContainsFunc(unwanted, func(c any) bool { return has(c.(object)) })
}

func valueHolds(condition object, value any, fold func(string) string) bool {
	s, exists := value.(string)
	for operator, argument := range condition {
		a, _ := argument.(string)
		list, _ := argument.([]string)
		if !map[string]bool{
			"eq": exists && s == a, "ne": !exists || s != a,
			"in": exists && slices.Contains(list, s), "notIn": !exists || !slices.Contains(list, s),
			"isNull":   argument == !exists,
			"contains": exists && strings.Contains(fold(s), fold(a)), "startsWith": exists && strings.HasPrefix(fold(s), fold(a)),
			"gt": exists && s > a, "gte": exists && s >= a, "lt": exists && s < a, "lte": exists && s <= a,
		}[operator] {
			return false
		}
	}
	return true
}
