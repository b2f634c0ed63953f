package content

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/model"
)

func TestScheduledArticlesArePublishedWhenDue(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := n.article("en", "Soon").ID()
	due := model.At(n.clock.Add(500 * time.Millisecond))
	must(n.PublishArticle(n.ctx, id, &due, nil))(t)
	next, err := n.publishDue(t.Context())
	if err != nil || next != 500*time.Millisecond || n.seen(n.reader(), id) != nil {
		t.Errorf("before its time publishDue = %v, %v, want to look again in half a second and the article unseen", next, err)
	}
	*n.clock = n.clock.Add(time.Minute)
	if next, err := n.publishDue(t.Context()); err != nil || next != time.Second {
		t.Errorf("publishDue = %v, %v, want to look again in a second", next, err)
	}
	got := n.seen(n.reader(), id)
	if got == nil || *got.PublishedAt != due || got.ScheduledFor != nil {
		t.Fatalf("readers see %+v, want it published as of the time that was scheduled", got)
	}
	if last := n.changes()[len(n.changes())-1]; last.Kind != "PUBLISHED" || last.Actor != "Samira" {
		t.Errorf("the last change = %+v, want it published by who scheduled it", last)
	}

	must(n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{Title: om(ptr("Again"))}, nil))(t)
	must(n.PublishArticle(n.ctx, id, ptr(model.At(n.clock.Add(time.Second))), nil))(t)
	*n.clock = n.clock.Add(time.Minute)
	if _, err := n.publishDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := n.seen(n.reader(), id); got.Title != "Again" || *got.PublishedAt != due {
		t.Errorf("readers see %q as of %s, want the changes with the first date", got.Title, *got.PublishedAt)
	}
	if left := n.strings("SELECT subject FROM jobs"); len(left) > 0 {
		t.Errorf("jobs about %v are left, want none", left)
	}
}

// A job that is no longer on the schedule is not carried out.
func TestAJobIsTakenOnce(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := n.article("en", "Soon").ID()
	must(n.PublishArticle(n.ctx, id, ptr(model.At(*n.clock)+1), nil))(t)
	*n.clock = n.clock.Add(time.Second)
	due, _, err := n.store.DueJobs(t.Context(), n.moment(), 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("DueJobs = %v, %v, want one", due, err)
	}
	must(n.UnpublishArticle(n.ctx, id, nil))(t)
	if err := n.publishScheduled(t.Context(), due[0]); err != nil || n.seen(n.reader(), id) != nil {
		t.Errorf("a job that is no more = %v, want nothing published", err)
	}
}

// A job that fails is logged and tried again later. It does not hold up the others.
func TestAJobThatFailsIsPostponed(t *testing.T) {
	t.Parallel()
	log := make(lines, 10)
	n := open(t, log.take)
	now := model.At(*n.clock)
	n.exec(fmt.Sprintf("INSERT INTO jobs VALUES ('publish', 999, %d, 3, 'Samira', '', 0)", now-10)) // about no article
	id := n.article("en", "Sound").ID()
	must(n.PublishArticle(n.ctx, id, ptr(now+1), nil))(t)
	*n.clock = n.clock.Add(time.Second)
	if _, err := n.publishDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-log; !strings.Contains(got, "could not be published; trying again") || !strings.Contains(got, "attempts=4") {
		t.Errorf("log = %s, want that the job failed for the fourth time", got)
	}
	if n.seen(n.reader(), id) == nil {
		t.Error("the other article is not published")
	}
	if got, want := n.strings("SELECT subject || ' ' || attempts || ' ' || due_at FROM jobs"), fmt.Sprintf("999 4 %d", now+9000); !slices.Equal(got, []string{want}) {
		t.Errorf("jobs = %q, want %q: eight seconds after it failed", got, want)
	}
}

func TestRunSchedulePublishesUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	log := make(lines, 10)
	n := open(t, log.take)
	id := n.article("en", "Soon").ID()
	must(n.PublishArticle(n.ctx, id, ptr(model.At(*n.clock)+1), nil))(t)
	*n.clock = n.clock.Add(time.Second)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); n.RunSchedule(ctx) }()
	if got := <-log; !strings.Contains(got, "a scheduled article was published") || !strings.Contains(got, id.String()) {
		t.Errorf("log = %s, want that the article was published", got)
	}
	stop()
	<-ended
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop = context.WithCancel(t.Context())
	ended = make(chan struct{})
	go func() { defer close(ended); n.RunSchedule(ctx) }()
	if got := <-log; !strings.Contains(got, "the schedule cannot be read; trying again") {
		t.Errorf("log = %s, want that the schedule cannot be read", got)
	}
	stop()
	<-ended
}

// lines are what a service logs.
type lines chan string

// take makes a service log into them.
func (l lines) take(c *Config) { c.Log = slog.New(slog.NewTextHandler(l, nil)) }

// Write takes a line.
func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

// exec runs a statement on the database without the store.
func (n newsroom) exec(statement string) {
	n.Helper()
	db, err := sql.Open("sqlite3", n.path)
	if err != nil {
		n.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		n.Fatal(err)
	}
}
