package content

import (
	"testing"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// importArticle imports an article; a new one if id is nil.
func (n newsroom) importArticle(id *model.ID, given ArticleFields, p Publication) (outcome Outcome, a *model.Article, err error) {
	err = n.write(n.ctx, auth.UpsertArticles, "import", func(tx *store.Tx) (err error) {
		var current *store.TaggedArticle
		if id != nil {
			if current, err = tx.Article(id.Key); err != nil {
				return err
			}
		}
		outcome, a, err = n.rules.ImportArticle(tx, current, given, Analysed{}, p)
		return err
	})
	return outcome, a, err
}

func titled(title string) ArticleFields {
	return ArticleFields{Language: Some(model.Language("en")), Title: Some(title)}
}

func TestImportedArticleKeepsItsDate(t *testing.T) {
	t.Parallel()
	n := open(t)
	then, soon, later := model.DateTime(1000), model.At(*n.clock)+60_000, model.At(*n.clock)+60_001
	published := func(at *model.DateTime) Publication {
		return Publication{Status: Some(model.ArticleStatusPublished), PublishedAt: orNull(at)}
	}
	outcome, a, err := n.importArticle(nil, titled("Budget"), published(&then))
	if err != nil || outcome != Created || *a.PublishedAt != then {
		t.Fatalf("import = %v %+v %v, want it created as of %s", outcome, a, err, then)
	}
	id := a.ID()
	for name, at := range map[string]*model.DateTime{"the same date": &then, "no date": nil} {
		if outcome, a, err := n.importArticle(&id, titled("Budget"), published(at)); err != nil || outcome != Unchanged || *a.PublishedAt != then {
			t.Errorf("a second import with %s = %v %+v %v, want it unchanged", name, outcome, a, err)
		}
	}
	if _, _, err := n.importArticle(&id, titled("Budget"), published(&soon)); err != nil {
		t.Errorf("import of a minute from now = %v, want it accepted: clocks differ", err)
	}
	_, _, err = n.importArticle(&id, titled("Budget"), published(&later))
	refused(t, "import of the future", err, "INVALID at publishedAt")
	_, _, err = n.importArticle(nil, titled("New"), published(&later))
	refused(t, "import of a new article of the future", err, "INVALID at publishedAt")
}

func TestImportedArticleIsRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	at := model.At(*n.clock) + 1
	for name, c := range map[string]struct {
		given ArticleFields
		p     Publication
		want  []string
	}{
		"without language and title": {want: []string{"INVALID at language", "INVALID at title"}},
		"in a status that is none":   {titled("A"), Publication{Status: Some(model.ArticleStatus("SPIKED"))}, []string{"INVALID at status"}},
		"scheduled without a time":   {titled("A"), Publication{Status: Some(model.ArticleStatusScheduled)}, []string{"INVALID at scheduledFor"}},
		"a draft with a time":        {titled("A"), Publication{Status: Some(model.ArticleStatusDraft), ScheduledFor: Some(at)}, []string{"INVALID at scheduledFor"}},
	} {
		_, _, err := n.importArticle(nil, c.given, c.p)
		refused(t, "import of an article "+name, err, c.want...)
	}
}
