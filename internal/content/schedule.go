package content

import (
	"context"
	"log/slog"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

const (
	// scheduleEvery is how often a server looks for articles that are due, if not
	// sooner.
	scheduleEvery = time.Second
	// dueAtOnce is how many due articles are read at a time.
	dueAtOnce = 100
	// longestDelay is the longest time until the next attempt to publish an article.
	longestDelay = 5 * time.Minute
)

// RunSchedule publishes scheduled articles when they are due, until ctx ends. Any number
// of servers may do so on one database: each article is published once, by one of
// them. What became due while no server ran is published at once, as of the time that
// was scheduled.
func (s *Service) RunSchedule(ctx context.Context) {
	away := false
	for ctx.Err() == nil {
		next, err := s.publishDue(ctx)
		if err != nil && !away && ctx.Err() == nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "the schedule cannot be read; trying again", slog.Any("error", err))
		}
		away = err != nil
		pause(ctx, nil, next)
	}
}

// publishDue publishes what is due, and returns how long to wait before the next look.
func (s *Service) publishDue(ctx context.Context) (time.Duration, error) {
	now := s.moment()
	due, next, err := s.store.DueJobs(ctx, now, dueAtOnce)
	if err != nil {
		return scheduleEvery, err
	}
	for _, job := range due {
		err := s.publishScheduled(ctx, job)
		switch {
		case err == nil:
			s.log.LogAttrs(ctx, slog.LevelInfo, "a scheduled article was published", slog.String("article", model.ID{Type: model.NodeArticle, Key: job.Subject}.String()), slog.String("due", job.DueAt.String()))
		case model.CodeOf(err) == model.CodeUnavailable || ctx.Err() != nil:
			return scheduleEvery, err
		case err != nil:
			s.log.ErrorContext(ctx, "a scheduled article could not be published; trying again", "article", job.Subject, "attempts", job.Attempts+1, "error", err)
			delay := min(longestDelay, scheduleEvery<<min(job.Attempts, 10))
			if err := s.store.Postpone(ctx, job, now+model.DateTime(delay.Milliseconds())); err != nil {
				return scheduleEvery, err
			}
		}
	}
	if next == 0 {
		return scheduleEvery, nil
	}
	return min(scheduleEvery, max(time.Millisecond, time.Duration(next-now)*time.Millisecond)), nil
}

// publishScheduled publishes an article in the name of the user who scheduled it.
func (s *Service) publishScheduled(ctx context.Context, job store.Job) error {
	return s.store.WriteNow(ctx, job.By, s.moment, func(tx *store.Tx) error {
		taken, err := tx.TakeJob(job)
		if err != nil || !taken { // another server was first, or the article was taken off the schedule
			return err
		}
		article, err := tx.Article(job.Subject)
		if err != nil {
			return err
		}
		w := articleWrite{transition: &transition{step: stepPublish}}
		if article.PublishedAt == nil {
			w.publication.PublishedAt = orNull(article.ScheduledFor)
		}
		_, _, err = s.rules.putArticle(tx, article, w)
		return err
	})
}
