package jsonld

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// tagged hangs the relations of Plan on an article.
func tagged(a *model.Article, appearances []*model.Appearance, topics []*model.Topic, countries []*model.Country) *model.Article {
	a.Hang("appearances", appearances)
	a.Hang("topics", topics)
	a.Hang("countries", countries)
	return a
}

func named(pairs ...string) model.Named {
	var names model.LocalizedTexts
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, model.LocalizedText{Language: model.Language(pairs[i]), Value: pairs[i+1]})
	}
	return model.Named{LocalNames: names}
}

func text(s string) *string { return &s }

func TestNewsArticle(t *testing.T) {
	t.Parallel()
	published, source := model.DateTime(1594891800000), model.URL("https://afp.example/1")
	salih := &model.Official{Named: named("ar", "برهم صالح", "en", "Barham Salih"), WikidataID: text("Q807872")}
	president := &model.Office{LocalTitles: named("ar", "رئيس الجمهورية", "en", "President").LocalNames}
	for _, c := range []struct {
		name    string
		article *model.Article
		want    string
	}{
		{
			"with everything, in its own language where there is a name in that",
			tagged(&model.Article{
				Key: 7, Language: "ar", Title: "لودريان في بغداد", Summary: text("ملخص"), PublishedAt: &published, UpdatedAt: published + 1,
				WordCount: 3, Authors: model.Lines{"سارة", "Ali"}, SourceName: text("AFP"), SourceURL: &source,
			}, []*model.Appearance{
				{Official: salih, Role: model.AppearanceRoleSubject, Office: president},
				{Official: &model.Official{Named: named("fr", "Jean-Yves Le Drian")}, Role: model.AppearanceRoleSpeaker},
			}, []*model.Topic{{Named: named("ar", "الدبلوماسية", "en", "Diplomacy")}},
				[]*model.Country{{Code: "IQ", Named: named("ar", "العراق", "en", "Iraq")}}),
			`{"@context":"https://schema.org","@type":"NewsArticle","identifier":"` + model.ID{Type: model.NodeArticle, Key: 7}.String() + `",` +
				`"headline":"لودريان في بغداد","description":"ملخص","inLanguage":"ar","datePublished":"2020-07-16T09:30:00.000Z","dateModified":"2020-07-16T09:30:00.001Z","wordCount":3,` +
				`"author":[{"@type":"Person","name":"سارة"},{"@type":"Person","name":"Ali"}],` +
				`"about":[{"@type":"Person","name":"برهم صالح","jobTitle":"رئيس الجمهورية","sameAs":"https://www.wikidata.org/entity/Q807872"},{"@type":"Thing","name":"الدبلوماسية"}],` +
				`"mentions":[{"@type":"Person","name":"Jean-Yves Le Drian"},{"@type":"Country","identifier":"IQ","name":"العراق"}],` +
				`"isPartOf":{"@type":"WebSite","name":"Diwan"},"isBasedOn":{"@type":"CreativeWork","name":"AFP","url":"https://afp.example/1"}}`,
		},
		{
			"modified no earlier than it was published",
			tagged(&model.Article{Key: 8, Language: "en", Title: "T", PublishedAt: &published, UpdatedAt: published - 1}, nil, nil, nil),
			`{"@context":"https://schema.org","@type":"NewsArticle","identifier":"` + model.ID{Type: model.NodeArticle, Key: 8}.String() + `",` +
				`"headline":"T","inLanguage":"en","datePublished":"2020-07-16T09:30:00.000Z","dateModified":"2020-07-16T09:30:00.000Z","isPartOf":{"@type":"WebSite","name":"Diwan"}}`,
		},
		{
			"with nothing but a title, which cannot end a script element",
			tagged(&model.Article{Key: 8, Language: "en", Title: "<b>"}, nil, nil, nil),
			`{"@context":"https://schema.org","@type":"NewsArticle","identifier":"` + model.ID{Type: model.NodeArticle, Key: 8}.String() + `",` +
				`"headline":"\u003cb\u003e","inLanguage":"en","dateModified":"1970-01-01T00:00:00.000Z","isPartOf":{"@type":"WebSite","name":"Diwan"}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := NewsArticle(c.article, "Diwan")
			if err != nil || string(got) != c.want {
				t.Errorf("NewsArticle = %s, %v, want\n%s", got, err, c.want)
			}
		})
	}
}

func TestWhatNewsArticleNeedsIsInItsPlan(t *testing.T) {
	t.Parallel()
	plan := &model.Plan{}
	Plan(plan)
	for _, relation := range []string{"appearances", "topics", "countries"} {
		if plan.Relation(relation) == nil {
			t.Errorf("the plan has no relation %s", relation)
		}
		a := tagged(&model.Article{}, nil, nil, nil)
		bare := a.Bare().(*model.Article)
		for _, loaded := range []string{"appearances", "topics", "countries"} {
			if value, _ := a.Slot(loaded); loaded != relation {
				bare.Hang(loaded, value)
			}
		}
		if _, err := NewsArticle(bare, "Diwan"); err == nil || !strings.Contains(err.Error(), relation) {
			t.Errorf("NewsArticle without its %s = %v, want an error that names them", relation, err)
		}
		if got := Planned(bare); got != (relation != "appearances") {
			t.Errorf("Planned(an article without its %s) = %t", relation, got)
		}
	}
}
