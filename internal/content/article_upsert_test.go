package content

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

func upsertOf(key, title string) *model.UpsertArticleInput {
	return &model.UpsertArticleInput{ExternalID: key, Language: "en", Title: title}
}

// summary returns a payload as one line: the counts, and for each input the slug of the
// article, or "-", and the errors.
func summary(p *Upserted[model.Article]) string {
	var b strings.Builder
	fmt.Fprintf(&b, "created %d updated %d unchanged %d failed %d:", p.Created, p.Updated, p.Unchanged, p.Failed)
	for _, r := range p.Results {
		slug := "-"
		if r.Row != nil {
			slug = fmt.Sprintf("%s v%d", r.Row.Slug, r.Row.Version)
		}
		fmt.Fprintf(&b, " %s", slug)
		for _, e := range r.Errors {
			e := e.(model.InputError)
			fmt.Fprintf(&b, " (%s at %s)", e.Code, strings.Join(e.Path, "."))
		}
	}
	return b.String()
}

func TestUpsertArticles(t *testing.T) {
	t.Parallel()
	wrong := upsertOf("wrong", " ")
	for _, c := range []struct {
		name    string
		inputs  []*model.UpsertArticleInput
		onError model.BulkErrorPolicy
		dryRun  bool
		want    string
		// stored are the titles afterwards. "old" exists before.
		stored []string
	}{
		{
			"creates, updates and leaves alone",
			[]*model.UpsertArticleInput{upsertOf("new", "New"), upsertOf("old", "Older"), upsertOf("same", "Same")},
			model.BulkErrorPolicyRejectAll, false,
			"created 1 updated 1 unchanged 1 failed 0: new v1 old v2 same v1",
			[]string{"Older", "Same", "New"},
		},
		{
			"one wrong row, and none is written",
			[]*model.UpsertArticleInput{upsertOf("new", "New"), wrong, upsertOf("old", "Older"), upsertOf("same", "Same")},
			model.BulkErrorPolicyRejectAll, false,
			"created 0 updated 0 unchanged 1 failed 1: - - (INVALID at inputs.1.title) - -",
			[]string{"Old", "Same"},
		},
		{
			"the wrong rows are left out, the others are written",
			[]*model.UpsertArticleInput{upsertOf("new", "New"), wrong, upsertOf("old", "Older")},
			model.BulkErrorPolicyRejectFailed, false,
			"created 1 updated 1 unchanged 0 failed 1: new v1 - (INVALID at inputs.1.title) old v2",
			[]string{"Older", "Same", "New"},
		},
		{
			"the second of one key is wrong",
			[]*model.UpsertArticleInput{upsertOf("new", "New"), upsertOf("new", "Newer")},
			model.BulkErrorPolicyRejectFailed, false,
			"created 1 updated 0 unchanged 0 failed 1: new v1 - (INVALID at inputs.1.externalId)",
			[]string{"Old", "Same", "New"},
		},
		{
			"a dry run writes nothing, and answers what is stored",
			[]*model.UpsertArticleInput{upsertOf("new", "New"), upsertOf("old", "Older"), upsertOf("same", "Same")},
			model.BulkErrorPolicyRejectAll, true,
			"created 1 updated 1 unchanged 1 failed 0: - old v1 same v1",
			[]string{"Old", "Same"},
		},
		{
			"a dry run that would be rejected counts nothing",
			[]*model.UpsertArticleInput{upsertOf("new", "New"), wrong},
			model.BulkErrorPolicyRejectAll, true,
			"created 0 updated 0 unchanged 0 failed 1: - - (INVALID at inputs.1.title)",
			[]string{"Old", "Same"},
		},
		{
			"rows of one batch find free slugs",
			[]*model.UpsertArticleInput{upsertOf("a", "Old"), upsertOf("b", "Old")},
			model.BulkErrorPolicyRejectAll, false,
			"created 2 updated 0 unchanged 0 failed 0: old-2 v1 old-3 v1",
			[]string{"Old", "Same", "Old", "Old"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{upsertOf("old", "Old"), upsertOf("same", "Same")}, Bulk{OnError: c.onError}))(t)
			before := len(n.changes())
			got := must(n.UpsertArticles(n.ctx, c.inputs, Bulk{c.onError, c.dryRun}))(t)
			if summary(got) != c.want {
				t.Errorf("upsertArticles = %s\nwant %s", summary(got), c.want)
			}
			if stored := n.strings("SELECT title FROM articles ORDER BY id"); !slices.Equal(stored, c.stored) {
				t.Errorf("stored = %v, want %v", stored, c.stored)
			}
			written := got.Created + got.Updated
			if c.dryRun {
				written = 0
			}
			if changes := len(n.changes()) - before; changes != written {
				t.Errorf("changes = %d, want %d", changes, written)
			}
		})
	}
}

func TestUpsertLeavesOutWhatIsNotSaid(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic := n.topic("Budget", nil)
	in := upsertOf("x", "Budget")
	in.Summary, in.Topics, in.Publish = om(ptr("s")), idsOf(topic.ID()), om(ptr(true))
	must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{in}, Bulk{}))(t)
	again := upsertOf("x", "Budget")
	again.Publish = om(ptr(false))
	got := must(n.UpsertArticles(n.ctx, []*model.UpsertArticleInput{again}, Bulk{}))(t)
	if a := got.Results[0].Row; got.Unchanged != 1 || *a.Summary != "s" || a.Status != model.ArticleStatusPublished {
		t.Errorf("upsertArticles(less) = %s with %+v, want it unchanged and still published", summary(got), a)
	}
}

func TestUpsertTakesOneToAThousand(t *testing.T) {
	t.Parallel()
	n := open(t)
	for size, want := range map[int]model.ErrorCode{0: model.ErrorCodeInvalid, 1001: model.ErrorCodeLimitExceeded} {
		_, err := n.UpsertArticles(n.ctx, make([]*model.UpsertArticleInput, size), Bulk{})
		var one *model.Error
		if !errors.As(err, &one) || one.Code != want || !slices.Equal(one.Path, []string{"inputs"}) {
			t.Errorf("upsertArticles(%d) = %v, want %s at inputs as a single error", size, err, want)
		}
	}
}
