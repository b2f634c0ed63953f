package content

import (
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// What an article says comes back to what readers see: then there is no working copy, no
// schedule and no review, however the way there was. Readers' version has not changed.
func TestAWorkingCopyThatSaysWhatReadersSeeIsNone(t *testing.T) {
	t.Parallel()
	n := open(t)
	oil, gas := n.topic("Oil", nil), n.topic("Gas", nil)
	official := n.official("Barham Salih")
	french := n.article("fr", "Port")
	update := func(in model.UpdateArticleInput) func(model.ID) error {
		return func(id model.ID) error { _, err := n.UpdateArticle(n.ctx, id, in, nil); return err }
	}
	for name, way := range map[string][]func(model.ID) error{
		"a title and back": {update(model.UpdateArticleInput{Title: om(ptr("Airport"))}), update(model.UpdateArticleInput{Title: om(ptr("Harbour"))})},
		"topics in another order and back": {
			update(model.UpdateArticleInput{Topics: idsOf(gas.ID(), oil.ID())}), update(model.UpdateArticleInput{Topics: idsOf(oil.ID(), gas.ID())}),
		},
		"a summary, cleared again": {update(model.UpdateArticleInput{Summary: om(ptr("Lead."))}), update(model.UpdateArticleInput{Summary: om(ptr(""))})},
		"a mode and back":          {update(model.UpdateArticleInput{Link: om(ptr(model.LinkModeOff))}), update(model.UpdateArticleInput{Link: om(ptr(model.LinkModeSuggest))})},
		"a translation, left again": {
			update(model.UpdateArticleInput{TranslationOf: om(ptr(french.ID()))}), update(model.UpdateArticleInput{TranslationOf: om[*model.ID](nil)}),
		},
		"a restored revision": {
			update(model.UpdateArticleInput{Title: om(ptr("Airport")), Byline: om([]string{"A"})}),
			func(id model.ID) error { _, err := n.RestoreArticleRevision(n.ctx, id, 1, nil); return err },
		},
		"in review": {
			update(model.UpdateArticleInput{Title: om(ptr("Airport"))}), func(id model.ID) error { return n.takes(id, stepSubmit) },
			update(model.UpdateArticleInput{Title: om(ptr("Harbour"))}),
		},
		"scheduled": {
			update(model.UpdateArticleInput{Title: om(ptr("Airport"))}), func(id model.ID) error { return n.takes(id, schedule) },
			update(model.UpdateArticleInput{Title: om(ptr("Harbour"))}),
		},
		"published with it": {
			update(model.UpdateArticleInput{Title: om(ptr("Airport"))}), update(model.UpdateArticleInput{Title: om(ptr("Harbour")), Publish: om(ptr(true))}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := n
			n.T = t
			id := must(n.CreateArticle(n.ctx, model.CreateArticleInput{
				Language: "en", Title: "Harbour", Publish: om(ptr(true)), ExternalID: om(ptr(name)), Body: om(ptr("Barham Salih and oil")), Topics: idsOf(oil.ID(), gas.ID()), Officials: idsOf(official.ID()),
			}))(t).ID()
			before := n.stored(id)
			for i, step := range way {
				if err := step(id); err != nil {
					t.Fatal(err)
				}
				if got := n.stateOf(id); i == 0 && got != "PUBLISHED live changed" {
					t.Fatalf("after a change the state is %s, want a working copy", got)
				}
			}
			after := n.stored(id)
			if got := n.stateOf(id); got != "PUBLISHED live" || after.Version != before.Version || after.UpdatedAt != before.UpdatedAt || after.Revision != before.Revision {
				t.Errorf("the state is %s, and version %d of %v with revision %d, want what was published: %d of %v with revision %d",
					got, after.Version, after.UpdatedAt, after.Revision, before.Version, before.UpdatedAt, before.Revision)
			}
			if jobs := n.strings("SELECT kind FROM jobs"); len(jobs) != 0 {
				t.Errorf("the schedule holds %v, want nothing", jobs)
			}
			// A feed may update it again.
			row := upsertOf(name, "From the feed")
			row.Publish = om(ptr(true))
			if got := must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{row}, Bulk{}))(t); got.Updated != 1 || n.stateOf(id) != "PUBLISHED live" {
				t.Errorf("the feed's update = %s, then %s, want it published", summary(got), n.stateOf(id))
			}
		})
	}
}

// An import cannot have nothing reviewed or scheduled either.
func TestImportsPutNothingIntoReview(t *testing.T) {
	t.Parallel()
	n := open(t)
	_, a, err := n.importArticle(nil, titled("Story"), Publication{Status: Some(model.ArticleStatusPublished)})
	if err != nil {
		t.Fatal(err)
	}
	id, before := a.ID(), len(n.changes())
	for _, p := range []Publication{
		{Status: Some(model.ArticleStatusInReview)},
		{Status: Some(model.ArticleStatusScheduled), ScheduledFor: Some(model.At(n.clock.AddDate(0, 0, 1)))},
	} {
		if outcome, _, err := n.importArticle(&id, titled("Story"), p); outcome != Unchanged || err != nil {
			t.Errorf("import with the status %s = %v, %v, want nothing changed", p.Status.Value(), outcome, err)
		}
	}
	if got := n.stateOf(id); got != "PUBLISHED live" || len(n.changes()) != before {
		t.Errorf("the state is %s with %d changes, want PUBLISHED live and none", got, len(n.changes())-before)
	}
}

// Leaving translations is no change where readers see the article alone already, whatever
// number says that it is alone.
func TestAnArticleThatStandsAloneAgainHasNoWorkingCopy(t *testing.T) {
	t.Parallel()
	n := open(t)
	english, french := n.article("en", "Harbour"), n.article("fr", "Port")
	for _, in := range []*model.ID{ptr(english.ID()), nil} { // the French one leads nothing, and has a number of its own
		must(n.UpdateArticle(n.ctx, french.ID(), model.UpdateArticleInput{TranslationOf: om(in)}, nil))(t)
	}
	must(n.UpdateArticle(n.ctx, english.ID(), model.UpdateArticleInput{TranslationOf: om(ptr(french.ID()))}, nil))(t)
	must(n.UpdateArticle(n.ctx, french.ID(), model.UpdateArticleInput{TranslationOf: om[*model.ID](nil)}, nil))(t)
	if err := n.takes(french.ID(), stepPublish); err != nil {
		t.Fatal(err)
	}
	before := n.stored(french.ID())
	if before.TranslationOf >= 0 {
		t.Fatalf("translationOf = %d, want a number that is no article's", before.TranslationOf)
	}
	other := n.article("ar", "ميناء")
	for _, in := range []*model.ID{ptr(other.ID()), nil} {
		must(n.UpdateArticle(n.ctx, french.ID(), model.UpdateArticleInput{TranslationOf: om(in)}, nil))(t)
	}
	if after := n.stored(french.ID()); !store.SameContent(before, after) || after.HasUnpublishedChanges() {
		t.Errorf("after joining and leaving = %+v, want what was published", after.Article)
	}
}
