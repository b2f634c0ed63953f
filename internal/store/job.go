package store

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/model"
)

// jobKind is what is to be done at a time.
type jobKind string

// jobPublish publishes a scheduled article.
const jobPublish jobKind = "publish"

// Job is something to be done at a time, once, by whichever server comes first.
type Job struct {
	Kind jobKind
	// Subject is the key of what it is about.
	Subject int64
	// DueAt is when to try next, Attempts how often it was tried in vain.
	DueAt    model.DateTime
	Attempts int
	// By is who asked for it.
	By Actor `gorm:"embedded"`
}

// TableName is where GORM finds it.
func (Job) TableName() string { return "jobs" }

// schedule keeps the job that publishes an article in step with its status.
func (tx *Tx) schedule(before, a *TaggedArticle) error {
	key := a.ID().Key
	stays := before != nil && before.Status == a.Status && sameInstant(before.ScheduledFor, a.ScheduledFor)
	if stays { // who scheduled it did, whoever has edited it since
		return nil
	}
	if before != nil && before.Status == model.ArticleStatusScheduled {
		if err := tx.dropJob(jobPublish, key); err != nil {
			return err
		}
	}
	if a.Status != model.ArticleStatusScheduled {
		return nil
	}
	job := Job{Kind: jobPublish, Subject: key, DueAt: *a.ScheduledFor, By: tx.actor}
	return fail(tx.db.Create(&job).Error, model.NodeArticle, "schedule")
}

func (tx *Tx) dropJob(kind jobKind, subject int64) error {
	return tx.exec(model.NodeArticle, "drop the job of", "DELETE FROM jobs WHERE kind = ? AND subject = ?", kind, subject)
}

// DueJobs answers the jobs that are due, the longest overdue first, and when the
// next is due after those, 0 where there is none.
func (s *Store) DueJobs(ctx context.Context, now model.DateTime, most int) (due []Job, next model.DateTime, err error) {
	err = s.engine.Reader().WithContext(database.Quietly(ctx)).Raw("SELECT * FROM jobs ORDER BY due_at, kind, subject LIMIT ?", most+1).Scan(&due).Error
	for i, job := range due {
		if job.DueAt > now || i == most {
			return due[:i], job.DueAt, nil
		}
	}
	return due, 0, database.Troubled(ctx, s.engine, err)
}

// TakeJob takes a job out of the table, so that nobody does it again once the
// transaction is kept; false where somebody did, or where it is not due any more.
func (tx *Tx) TakeJob(job Job) (bool, error) {
	done := tx.db.Exec("DELETE FROM jobs WHERE kind = ? AND subject = ? AND due_at = ?", job.Kind, job.Subject, job.DueAt)
	return done.RowsAffected > 0, fail(done.Error, model.NodeArticle, "take the job of")
}

// Postpone has a job that failed tried again later.
func (s *Store) Postpone(ctx context.Context, job Job, to model.DateTime) error {
	err := s.engine.Writer().WithContext(ctx).Exec("UPDATE jobs SET due_at = ?, attempts = attempts + 1 WHERE kind = ? AND subject = ? AND due_at = ?",
		to, job.Kind, job.Subject, job.DueAt).Error
	if err != nil {
		return fmt.Errorf("postpone a job: %w", database.Troubled(ctx, s.engine, err))
	}
	return nil
}
