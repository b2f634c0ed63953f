package content

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

func TestNamesAreOrderedByLanguage(t *testing.T) {
	t.Parallel()
	n := open(t)
	o := must(n.CreateOfficial(n.ctx, model.CreateOfficialInput{
		Names:        []*model.LocalizedTextInput{{Language: "fr", Value: "Barham Saleh"}, {Language: "AR", Value: "برهم صالح"}, {Language: "en", Value: "Barham Salih"}},
		Descriptions: om([]*model.LocalizedTextInput{{Language: "en", Value: "Iraqi\npolitician"}, {Language: "ar", Value: "سياسي"}}),
		Aliases:      om([]*model.AliasInput{{Text: "Saleh", Language: "fr", Kind: om(ptr(model.AliasKindShortName))}, {Text: "برهم أحمد صالح", Language: "ar"}}),
	}))(t)
	if got := fmt.Sprint(o.LocalNames); got != "[{برهم صالح ar false} {Barham Salih en false} {Barham Saleh fr false}]" {
		t.Errorf("names = %s, want them by language", got)
	}
	if o.Descriptions[0].Language != "ar" {
		t.Errorf("descriptions = %v, want them by language", o.Descriptions)
	}
	want := model.Aliases{{Text: "Saleh", Language: "fr", Kind: model.AliasKindShortName}, {Text: "برهم أحمد صالح", Language: "ar", Kind: model.AliasKindSpelling}}
	if !slices.Equal(o.OtherNames, want) {
		t.Errorf("aliases = %v, want %v: as they were written, SPELLING where nothing was said", o.OtherNames, want)
	}
	if o.Slug != "barham-salih" {
		t.Errorf("slug = %q, want the English name's", o.Slug)
	}
	again := must(n.UpdateOfficial(n.ctx, o.ID(), model.UpdateOfficialInput{
		Names: om([]*model.LocalizedTextInput{{Language: "en", Value: "Barham Salih"}, {Language: "fr", Value: "Barham Saleh"}, {Language: "ar", Value: "برهم صالح"}}),
	}, nil))(t)
	if again.Version != 1 {
		t.Errorf("version after the same names in another order = %d, want 1", again.Version)
	}
}

func TestNamesAreRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	name := func(language model.Language, value string) *model.LocalizedTextInput {
		return &model.LocalizedTextInput{Language: language, Value: value}
	}
	for _, c := range []struct {
		name string
		in   model.CreateOfficialInput
		want string
	}{
		{"none", model.CreateOfficialInput{}, "INVALID at input.names"},
		{"a blank one", model.CreateOfficialInput{Names: []*model.LocalizedTextInput{name("en", "A"), name("ar", " ")}}, "INVALID at input.names.1.value"},
		{"one of 301 characters", model.CreateOfficialInput{Names: english(strings.Repeat("a", 301))}, "INVALID at input.names.0.value"},
		{"two in a language", model.CreateOfficialInput{Names: []*model.LocalizedTextInput{name("en", "A"), name("EN", "B")}}, "INVALID at input.names.1.language"},
		{"101 of them", model.CreateOfficialInput{Names: slices.Repeat(english("A"), 101)}, "LIMIT_EXCEEDED at input.names"},
		{"201 aliases", model.CreateOfficialInput{Names: english("A"), Aliases: om(slices.Repeat([]*model.AliasInput{{Text: "a", Language: "en"}}, 201))}, "LIMIT_EXCEEDED at input.aliases"},
		{"an alias twice in a language, of whatever kind", model.CreateOfficialInput{Names: english("A"), Aliases: om([]*model.AliasInput{
			{Text: "a", Language: "en"}, {Text: "a", Language: "ar"}, {Text: "a", Language: "en", Kind: om(ptr(model.AliasKindEpithet))},
		})}, "INVALID at input.aliases.2.text"},
		{"an alias of two lines", model.CreateOfficialInput{Names: english("A"), Aliases: om([]*model.AliasInput{{Text: "a\nb", Language: "en"}})}, "INVALID at input.aliases.0.text"},
		{"a blank description", model.CreateOfficialInput{Names: english("A"), Descriptions: om(english(" \u200b"))}, "INVALID at input.descriptions.0.value"},
		{"a description of 2001 characters", model.CreateOfficialInput{Names: english("A"), Descriptions: om(english(strings.Repeat("a", 2001)))}, "INVALID at input.descriptions.0.value"},
		{"a country that is an official", model.CreateOfficialInput{Names: english("A"), Country: om(&model.ID{Type: model.NodeOfficial, Key: 1})}, "NOT_FOUND at input.country"},
		{"a country that does not exist", model.CreateOfficialInput{Names: english("A"), Country: om(&model.ID{Type: model.NodeCountry, Key: 1})}, "NOT_FOUND at input.country"},
		{"a Wikidata item with a zero first", model.CreateOfficialInput{Names: english("A"), WikidataID: om(ptr("Q012"))}, "INVALID at input.wikidataId"},
		{"a Wikidata property", model.CreateOfficialInput{Names: english("A"), WikidataID: om(ptr("P12"))}, "INVALID at input.wikidataId"},
		{"a Wikidata item with a line break behind it", model.CreateOfficialInput{Names: english("A"), WikidataID: om(ptr("Q12\n"))}, "INVALID at input.wikidataId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := n.CreateOfficial(n.ctx, c.in)
			refused(t, "createOfficial", err, c.want)
		})
	}
	if got := n.changes(); got != nil {
		t.Errorf("changes = %v, want none", got)
	}
}

func TestWikidataItemIsUnique(t *testing.T) {
	t.Parallel()
	n := open(t)
	in := model.CreateOfficialInput{Names: english("Barham Salih"), WikidataID: om(ptr("Q3052772")), ExternalID: om(ptr("p:1"))}
	o := must(n.CreateOfficial(n.ctx, in))(t)
	_, err := n.CreateOfficial(n.ctx, in)
	refused(t, "createOfficial(taken)", err, "DUPLICATE at input.externalId", "DUPLICATE at input.wikidataId")
	says(t, err, "barham-salih")
	if same := must(n.UpdateOfficial(n.ctx, o.ID(), model.UpdateOfficialInput{WikidataID: in.WikidataID}, nil))(t); same.Version != 1 {
		t.Errorf("version after its own item = %d, want 1", same.Version)
	}
}

func TestOfficialInUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	n := open(t)
	o, office := n.official("Barham Salih"), n.office("President", true)
	for i := range 7 {
		must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: fmt.Sprintf("News %d", i), Officials: idsOf(o.ID())}))(t)
	}
	tenure := must(n.tenure(o, office, "2018", ""))(t)
	err := n.DeleteOfficial(n.ctx, o.ID(), nil)
	refused(t, "deleteOfficial", err, "IN_USE at id")
	says(t, err, "7 articles: news-0, news-1, news-2, news-3, news-4 and 2 more; 1 tenure: president")
	err = n.DeleteOffice(n.ctx, office.ID(), nil)
	refused(t, "deleteOffice", err, "IN_USE at id")
	says(t, err, "1 tenure: barham-salih")
	if err := n.DeleteTenure(n.ctx, tenure.ID(), nil); err != nil {
		t.Fatal(err)
	}
	if err := n.DeleteOffice(n.ctx, office.ID(), ptr(1)); err != nil {
		t.Errorf("deleteOffice without tenures = %v, want none", err)
	}
	if got := n.changes(); got[len(got)-1] != (change{"DELETED", "Office", 2, "Samira"}) {
		t.Errorf("last change = %v, want the office DELETED as version 2", got[len(got)-1])
	}
}

func TestCountryNamesCanBeChanged(t *testing.T) {
	t.Parallel()
	n := open(t)
	iraq := n.country("IQ", "IRQ")
	got := must(n.UpdateCountry(n.ctx, iraq.ID(), model.UpdateCountryInput{
		Names: om(english("Iraq")), Aliases: om([]*model.AliasInput{{Text: "Iraqi", Language: "en", Kind: om(ptr(model.AliasKindDemonym))}}),
	}, ptr(1)))(t)
	if got.Version != 2 || got.LocalNames[0].Value != "Iraq" || len(got.OtherNames) != 1 || got.Code != "IQ" {
		t.Errorf("updateCountry = %+v, want version 2 of IQ with new names", got)
	}
	_, err := n.UpdateCountry(n.ctx, iraq.ID(), model.UpdateCountryInput{}, ptr(1))
	refused(t, "updateCountry(expectedVersion: 1)", err, "CONFLICT at expectedVersion")
	_, err = n.UpdateCountry(n.ctx, iraq.ID(), model.UpdateCountryInput{Names: om[[]*model.LocalizedTextInput](nil)}, nil)
	refused(t, "updateCountry(names: null)", err, "INVALID at input.names")
	if same := must(n.UpdateCountry(n.ctx, iraq.ID(), model.UpdateCountryInput{Names: om(english("Iraq"))}, nil))(t); same.Version != 2 {
		t.Errorf("version after the same names = %d, want 2", same.Version)
	}
}
