package content

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/model"
)

// edit changes the title of an article.
const edit step = "edit"

// schedule publishes an article in an hour.
const schedule step = "schedule"

// takes takes a step with an article.
func (n newsroom) takes(id model.ID, to step) error {
	var err error
	switch to {
	case edit:
		_, err = n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{Title: om(ptr("Edited"))}, nil)
	case schedule:
		_, err = n.PublishArticle(n.ctx, id, ptr(model.At(n.clock.Add(time.Hour))), nil)
	case stepSubmit:
		_, err = n.SubmitArticle(n.ctx, id, nil)
	case stepPublish:
		_, err = n.PublishArticle(n.ctx, id, nil, nil)
	case stepUnpublish:
		_, err = n.UnpublishArticle(n.ctx, id, nil)
	case stepArchive:
		_, err = n.ArchiveArticle(n.ctx, id, nil)
	case stepDiscard:
		_, err = n.DiscardArticleChanges(n.ctx, id, nil)
	}
	return err
}

// stateOf returns the state of an article as editors and readers see it: "IN_REVIEW
// live changed".
func (n newsroom) stateOf(id model.ID) string {
	n.Helper()
	editors, readers := n.seen(n.editor(), id), n.seen(n.reader(), id)
	state := string(editors.Status)
	if (editors.ScheduledFor != nil) != (editors.Status == model.ArticleStatusScheduled) {
		n.Errorf("%s is scheduled for %v", state, editors.ScheduledFor)
	}
	if readers != nil {
		state += " live"
		if readers.Status != model.ArticleStatusPublished || readers.HasUnpublishedChanges() {
			n.Errorf("readers see %+v", readers)
		}
	}
	if editors.HasUnpublishedChanges() {
		state += " changed"
	}
	return state
}

// helps checks that the error about a step says after which other one it is possible, or
// that there are no changes.
func (n newsroom) helps(id model.ID, to step, told error) {
	n.Helper()
	first := regexp.MustCompile(`; send (\w+) first$`).FindStringSubmatch(told.Error())
	if first == nil {
		if !strings.Contains(told.Error(), "has no ") {
			n.Errorf("%s = %v, want what to do first", to, told)
		}
		return
	}
	for _, step := range []step{step(first[1]), to} {
		if err := n.takes(id, step); err != nil {
			n.Errorf("%s = %v, and then %s = %v, want it possible", to, told, step, err)
		}
	}
}

// Every step from every state leads to another state, or is an error.
func TestWorkflow(t *testing.T) {
	t.Parallel()
	steps := []step{stepSubmit, schedule, stepPublish, stepUnpublish, stepArchive, stepDiscard}
	n := open(t)
	for _, c := range []struct {
		from string
		way  []step
		// leads are the states to which the steps lead, in the order of steps; "" is an
		// error.
		leads [6]string
	}{
		{"DRAFT", nil, [6]string{"IN_REVIEW", "SCHEDULED", "PUBLISHED live", "DRAFT", "", ""}},
		{"IN_REVIEW", []step{stepSubmit}, [6]string{"IN_REVIEW", "SCHEDULED", "PUBLISHED live", "DRAFT", "", ""}},
		{"SCHEDULED", []step{schedule}, [6]string{"IN_REVIEW", "SCHEDULED", "PUBLISHED live", "DRAFT", "", ""}},
		{"PUBLISHED live", []step{stepPublish}, [6]string{"", "", "PUBLISHED live", "DRAFT", "ARCHIVED", "PUBLISHED live"}},
		{"PUBLISHED live changed", []step{stepPublish, edit}, [6]string{"IN_REVIEW live changed", "SCHEDULED live changed", "PUBLISHED live", "DRAFT", "ARCHIVED", "PUBLISHED live"}},
		{"IN_REVIEW live changed", []step{stepPublish, edit, stepSubmit}, [6]string{"IN_REVIEW live changed", "SCHEDULED live changed", "PUBLISHED live", "DRAFT", "ARCHIVED", "PUBLISHED live"}},
		{"SCHEDULED live changed", []step{stepPublish, edit, schedule}, [6]string{"IN_REVIEW live changed", "SCHEDULED live changed", "PUBLISHED live", "DRAFT", "ARCHIVED", "PUBLISHED live"}},
		{"ARCHIVED", []step{stepPublish, stepArchive}, [6]string{"", "", "", "DRAFT", "ARCHIVED", ""}},
	} {
		for i, to := range steps {
			t.Run(c.from+": "+string(to), func(t *testing.T) {
				n := n
				n.T = t
				id := n.article("en", "Step").ID()
				for _, step := range c.way {
					if err := n.takes(id, step); err != nil {
						t.Fatalf("on the way, %s = %v", step, err)
					}
				}
				if got := n.stateOf(id); got != c.from {
					t.Fatalf("the state is %s, want %s", got, c.from)
				}
				err, want := n.takes(id, to), c.leads[i]
				if want == "" {
					want = c.from
					if err == nil {
						t.Errorf("%s = nil, want INVALID", to)
					}
				} else if err != nil {
					t.Errorf("%s = %v", to, err)
				}
				if got := n.stateOf(id); got != want {
					t.Errorf("%s leads to %s, want %s", to, got, want)
				}
				if err != nil && c.leads[i] == "" {
					n.helps(id, to, err)
				}
			})
		}
	}
}

func TestWhenAnArticleCanBePublished(t *testing.T) {
	t.Parallel()
	n := open(t)
	now := model.At(*n.clock)
	for name, c := range map[string]struct {
		at   model.DateTime
		want string
	}{
		"a minute ago: clocks differ": {now - 60_000, "PUBLISHED live"},
		"before that":                 {now - 60_001, ""},
		"now":                         {now, "PUBLISHED live"},
		"in a moment":                 {now + 1, "SCHEDULED"},
	} {
		t.Run(name, func(t *testing.T) {
			n := n
			n.T = t
			id := n.article("en", "Soon").ID()
			_, err := n.PublishArticle(n.ctx, id, &c.at, nil)
			if c.want == "" {
				refused(t, "publishArticle", err, "INVALID at at")
				return
			}
			if got := n.stateOf(id); err != nil || got != c.want {
				t.Errorf("publishArticle leads to %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

// Readers see a published article unchanged while it is edited.
func TestAnEditIsSeenOnceItIsPublished(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Harbour", Publish: om(ptr(true))}))(t).ID()
	must(n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{Title: om(ptr("Airport"))}, nil))(t)
	if readers, editors := n.seen(n.reader(), id), n.seen(n.editor(), id); readers.Title != "Harbour" || editors.Title != "Airport" || readers.ID() != editors.ID() {
		t.Errorf("readers see %q and editors %q, want the edit for editors only", readers.Title, editors.Title)
	}
	left := must(n.DiscardArticleChanges(n.ctx, id, nil))(t)
	if left.Title != "Harbour" || left.Version != 1 {
		t.Errorf("discardArticleChanges = %q at version %d, want what readers see, at version 1", left.Title, left.Version)
	}
	edited := must(n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{Title: om(ptr("Airport"))}, nil))(t)
	if edited.Version <= 2 {
		t.Errorf("an edit after one that was discarded has version %d, want one that was never there", edited.Version)
	}
	must(n.PublishArticle(n.ctx, id, nil, nil))(t)
	if readers := n.seen(n.reader(), id); readers.Title != "Airport" {
		t.Errorf("once published readers see %q, want the edit", readers.Title)
	}
}

func TestAStepIsRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := n.article("en", "Budget").ID()
	_, err := n.SubmitArticle(n.ctx, id, ptr(7))
	refused(t, "submitArticle of another version", err, "CONFLICT at expectedVersion")
	_, err = n.DiscardArticleChanges(n.ctx, model.ID{Type: model.NodeArticle, Key: 999}, nil)
	refused(t, "discardArticleChanges of nothing", err, "NOT_FOUND at id")
	_, err = n.ArchiveArticle(n.ctx, id, nil)
	refused(t, "archiveArticle of a draft", err, "INVALID at id")
}
