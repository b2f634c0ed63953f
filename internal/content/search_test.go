package content

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// highlighted searches, and returns the highlights of what it finds as "field: text
// [start-end …]".
func (n newsroom) highlighted(query string, types ...model.SearchType) (list []string) {
	n.Helper()
	plan := (&model.Plan{}).Want("highlights")
	plan.Relate("nodes", "nodes", model.Args{})
	found := must(n.Search(n.reader(), model.Search{Query: query, Types: types}, plan))(n.T)
	for _, edge := range found.Edges {
		for _, h := range edge.Highlights {
			var ranges []string
			for _, r := range h.Ranges {
				ranges = append(ranges, fmt.Sprintf("%d-%d", r.Start, r.End))
			}
			list = append(list, fmt.Sprintf("%s: %s %v", h.Field, h.Text, ranges))
		}
	}
	return list
}

func TestSearchHighlights(t *testing.T) {
	t.Parallel()
	n := open(t)
	must(n.CreateTopic(n.ctx, model.CreateTopicInput{
		Names: english("Energy"), Aliases: om([]*model.AliasInput{{Text: "oil", Language: "en"}, {Text: "oil and gas", Language: "en"}}),
	}))(t)
	n.official("Olive Oil")
	n.office("Ministry of Oil", true)
	must(n.CreateArticle(n.ctx, model.CreateArticleInput{
		Language: "en", Title: "Oil rises", Summary: om(ptr("Of gas.")), Body: om(ptr("The *oil* price")), Publish: om(ptr(true)),
	}))(t)
	for _, c := range []struct {
		name  string
		query string
		of    model.SearchType
		want  []string
	}{
		{"every text of an article", "oil gas", model.SearchTypeArticle, []string{"title: Oil rises [0-3]", "summary: Of gas. [3-6]", "body: The oil price [4-7]"}},
		{"the name or alias that has most of the words", "oil gas", model.SearchTypeTopic, []string{"name: oil and gas [0-3 8-11]"}},
		{"a name", "oil", model.SearchTypeOfficial, []string{"name: Olive Oil [6-9]"}},
		{"a title of an office", "oil", model.SearchTypeOffice, []string{"name: Ministry of Oil [12-15]"}},
	} {
		if got := n.highlighted(c.query, c.of); !slices.Equal(got, c.want) {
			t.Errorf("highlights of %s = %q, want %q", c.name, got, c.want)
		}
	}
	found := must(n.Search(n.reader(), model.Search{Query: "oil"}, &model.Plan{}))(t)
	for _, edge := range found.Edges {
		if edge.Highlights != nil {
			t.Errorf("highlights that nobody asked for = %v, want none", edge.Highlights)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.topic("Oil", nil)
	n.official("Olive")
	n.article("en", "Oil is a draft")
	texts := func(types []model.SearchType, first *int) string {
		var list []string
		for _, s := range must(n.Suggest(n.reader(), "o", types, first, &model.Plan{}))(t) {
			list = append(list, s.Text)
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	if got := texts(nil, nil); got != "Oil, Olive" {
		t.Errorf("suggest(o) = %s, want what readers see", got)
	}
	if got := texts([]model.SearchType{model.SearchTypeTopic}, nil); got != "Oil" {
		t.Errorf("suggest(o, types: TOPIC) = %s, want topics only", got)
	}
	if got := texts(nil, ptr(1)); got != "Oil" && got != "Olive" {
		t.Errorf("suggest(o, first: 1) = %s, want one", got)
	}
	if _, err := n.Suggest(n.reader(), "o", nil, ptr(-1), nil); model.CodeOf(err) != model.ErrorCodeInvalid {
		t.Errorf("suggest(first: -1) = %v, want INVALID", err)
	}
}
