package store_test

import (
	"fmt"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// A scheduled article has a job, which follows its schedule.
func TestJobsOfScheduledArticles(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	due := func(now model.DateTime, most int) (string, model.DateTime) {
		t.Helper()
		jobs, next, err := s.DueJobs(t.Context(), now, most)
		if err != nil {
			t.Fatal(err)
		}
		list := ""
		for _, job := range jobs {
			list += fmt.Sprint(job.Subject, " by ", job.By.Name, " tried ", job.Attempts, "; ")
		}
		return list, next
	}
	is := func(now model.DateTime, most int, want string, wantNext model.DateTime) {
		t.Helper()
		if got, next := due(now, most); got != want || next != wantNext {
			t.Errorf("due at %s, at most %d = %s next %s, want %s next %s", now, most, got, next, want, wantNext)
		}
	}
	is(on(5, 1)-1, 5, "", on(5, 1))
	is(on(5, 1), 5, "8 by Samira tried 0; ", 0)
	edit(t, s, begin, draft, func(a *store.TaggedArticle) { a.Status, a.ScheduledFor = model.ArticleStatusScheduled, of(on(4, 1)) })
	is(on(5, 1), 5, "7 by Samira tried 0; 8 by Samira tried 0; ", 0)
	is(on(5, 1), 1, "7 by Samira tried 0; ", on(5, 1))
	jobs, _, err := s.DueJobs(t.Context(), on(4, 1), 5)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("due = %+v, %v, want one", jobs, err)
	}
	if err := s.Postpone(t.Context(), jobs[0], on(4, 2)); err != nil {
		t.Fatal(err)
	}
	is(on(4, 1), 5, "", on(4, 2))
	is(on(4, 2), 5, "7 by Samira tried 1; ", on(5, 1))
	take := func(want bool) {
		t.Helper()
		mustWrite(t, s, func(tx *store.Tx) error {
			taken, err := tx.TakeJob(jobs[0])
			if taken != want {
				t.Errorf("TakeJob = %v, want %v", taken, want)
			}
			return err
		})
	}
	take(false) // it was postponed
	jobs[0].DueAt = on(4, 2)
	take(true)
	take(false)
	edit(t, s, begin, scheduled, func(a *store.TaggedArticle) { a.Title = "Still scheduled" })
	is(on(5, 1), 5, "8 by Samira tried 0; ", 0)
	edit(t, s, begin, scheduled, func(a *store.TaggedArticle) { a.ScheduledFor = of(on(6, 1)) })
	is(on(5, 1), 5, "", on(6, 1))
	edit(t, s, begin, scheduled, func(a *store.TaggedArticle) { a.Status, a.ScheduledFor = model.ArticleStatusDraft, nil })
	is(on(7, 1), 5, "", 0)
	edit(t, s, begin, scheduled, func(a *store.TaggedArticle) { a.Status, a.ScheduledFor = model.ArticleStatusScheduled, of(on(6, 1)) })
	mustWrite(t, s, func(tx *store.Tx) error {
		a, err := tx.Article(scheduled)
		if err != nil {
			return err
		}
		return tx.DeleteArticle(a)
	})
	is(on(7, 1), 5, "", 0)
}
