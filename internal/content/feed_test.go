package content

import (
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// A feed publishes drafts, and never overrides what an editor has decided.
func TestFeedsDoNotPublishOverEditors(t *testing.T) {
	t.Parallel()
	n := open(t)
	for _, c := range []struct {
		name string
		way  []step
		// same is the result of a row that says what readers see (or, if they see nothing,
		// what is stored), other that of a row that says something else.
		same, other string
	}{
		{"a draft", nil, "PUBLISHED live", "PUBLISHED live"},
		{"what is published", []step{stepPublish}, "PUBLISHED live", "PUBLISHED live"},
		{"what is in review", []step{stepSubmit}, "IN_REVIEW", "refused"},
		{"what is scheduled", []step{schedule}, "SCHEDULED", "refused"},
		{"what is archived", []step{stepPublish, stepArchive}, "ARCHIVED", "refused"},
		{"what has unpublished changes", []step{stepPublish, edit}, "PUBLISHED live changed", "refused"},
		{"what has changes in review", []step{stepPublish, edit, stepSubmit}, "IN_REVIEW live changed", "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := n
			n.T = t
			for title, want := range map[string]string{"Story": c.same, "Another": c.other} {
				key := c.name + title
				in := upsertOf(key, "Story")
				made := must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{in}, Bulk{}))(t)
				id := made.Results[0].Row.ID()
				for _, step := range c.way {
					if err := n.takes(id, step); err != nil {
						t.Fatal(err)
					}
				}
				in.Title, in.Publish = title, om(ptr(true))
				got := must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{in}, Bulk{}))(t)
				if want == "refused" {
					if e := got.Results[0].Errors; len(e) != 1 || e[0].(model.InputError).Path[2] != "publish" {
						t.Errorf("a row that says something else = %s, want it refused at publish", summary(got))
					}
					continue
				}
				if state := n.stateOf(id); got.Failed != 0 || state != want {
					t.Errorf("a row that says %s = %s, then %s, want %s", title, summary(got), state, want)
				}
			}
		})
	}
}

// A row without `publish` that says what readers see leaves what editors work on alone, with its
// review and its schedule; a time that differs is refused, not lost.
func TestFeedsLeaveWorkingCopies(t *testing.T) {
	t.Parallel()
	n := open(t)
	for name, way := range map[string][]step{
		"edited":    {stepPublish, edit},
		"in review": {stepPublish, edit, stepSubmit},
		"scheduled": {stepPublish, edit, schedule},
	} {
		t.Run(name, func(t *testing.T) {
			n := n
			n.T = t
			in := upsertOf("copy "+name, "Story")
			made := must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{in}, Bulk{}))(t)
			id := made.Results[0].Row.ID()
			for _, step := range way {
				if err := n.takes(id, step); err != nil {
					t.Fatal(err)
				}
			}
			state := n.stateOf(id)
			for range 2 {
				got := must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{in}, Bulk{}))(t)
				if got.Unchanged != 1 || n.stateOf(id) != state {
					t.Errorf("a row that says what readers see = %s, then %s, want it unchanged, and %s", summary(got), n.stateOf(id), state)
				}
				if outcome, _, err := n.importArticle(&id, titled("Story"), Publication{}); err != nil || outcome != Unchanged || n.stateOf(id) != state {
					t.Errorf("the same imported = %v, %v, then %s, want it unchanged, and %s", outcome, err, n.stateOf(id), state)
				}
			}
			long := model.DateTime(0)
			for field, dated := range map[string]Publication{
				"publishedAt": {PublishedAt: Some(long)}, "createdAt": {Times: Times{CreatedAt: Some(long)}}, "updatedAt": {Times: Times{UpdatedAt: Some(long)}},
			} {
				_, _, err := n.importArticle(&id, titled("Story"), dated)
				if problems, _ := InputErrors(err); len(problems) != 1 || problems[0].Path[0] != field || n.stateOf(id) != state {
					t.Errorf("the same with another %s = %v, then %s, want it refused there", field, err, n.stateOf(id))
				}
			}
		})
	}
}

func TestImportsDoNotPublishOverUnpublishedChanges(t *testing.T) {
	t.Parallel()
	n := open(t)
	published := Publication{Status: Some(model.ArticleStatusPublished)}
	_, a, err := n.importArticle(nil, titled("Story"), published)
	if err != nil {
		t.Fatal(err)
	}
	id := a.ID()
	if err := n.takes(id, edit); err != nil {
		t.Fatal(err)
	}
	if outcome, _, err := n.importArticle(&id, titled("Story"), published); err != nil || outcome != Unchanged || n.stateOf(id) != "PUBLISHED live changed" {
		t.Errorf("import of what readers see = %v, %v, then %s, want it left alone", outcome, err, n.stateOf(id))
	}
	_, _, err = n.importArticle(&id, titled("Another"), published)
	refused(t, "import of something else", err, "INVALID at status")
	// A line without a status makes an edit, as an editor does.
	if outcome, _, err := n.importArticle(&id, titled("Another"), Publication{}); err != nil || outcome != Updated || n.seen(n.editor(), id).Title != "Another" || n.seen(n.reader(), id).Title != "Story" {
		t.Errorf("import without a status = %v, %v, want it in the working copy only", outcome, err)
	}
}
