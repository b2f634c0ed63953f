package store

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// jobKind is what a job does.
type jobKind string

// jobPublish publishes a scheduled article.
const jobPublish jobKind = "publish"

// Job is a task to be done once, at a time, by any server.
type Job struct {
	Kind jobKind
	// Subject is the key of the node concerned.
	Subject int64
	// DueAt is when to try next, Attempts how often it has failed.
	DueAt    model.DateTime
	Attempts int
	// By is the actor who scheduled it.
	By Actor `gorm:"embedded"`
}

// TableName is where GORM finds it.
func (Job) TableName() string { return "jobs" }

// schedule keeps the job that publishes an article in step with its status.
func (tx *Tx) schedule(before, a *TaggedArticle) error {
	key := a.ID().Key
	stays := before != nil && before.Status == a.Status && sameInstant(before.ScheduledFor, a.ScheduledFor)
	if stays { // the job stays with the actor who scheduled it, whoever has edited the article since
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
	return fail(tx.on.Later(&job), model.NodeArticle, "schedule")
}

func (tx *Tx) dropJob(kind jobKind, subject int64) error {
	return tx.exec(model.NodeArticle, "drop the job of", "DELETE FROM jobs WHERE kind = ? AND subject = ?", kind, subject)
}

// DueJobs returns up to most due jobs, the longest overdue first, and when the next job
// after them is due; 0 if there is none.
func (s *Store) DueJobs(ctx context.Context, now model.DateTime, most int) (due []Job, next model.DateTime, err error) {
	err = s.engine.Reader().WithContext(database.Quietly(ctx)).Raw("SELECT * FROM jobs ORDER BY due_at, kind, subject LIMIT ?", most+1).Scan(&due).Error
	for i, job := range due {
		if job.DueAt > now || i == most {
			return due[:i], job.DueAt, nil
		}
	}
	return due, 0, database.Troubled(ctx, s.engine, err)
}

// TakeJob removes a job from the table, so that no other server does it once the
// transaction commits. It returns false if another server has taken it, or if it is no
// longer due at that time.
func (tx *Tx) TakeJob(job Job) (bool, error) {
	taken, err := tx.on.Exec(sql.Text("DELETE FROM jobs WHERE kind = ? AND subject = ? AND due_at = ?", job.Kind, job.Subject, job.DueAt))
	return taken > 0, fail(err, model.NodeArticle, "take the job of")
}

// Postpone schedules another attempt at a job that failed.
func (s *Store) Postpone(ctx context.Context, job Job, to model.DateTime) error {
	err := s.engine.Writer().WithContext(ctx).Exec("UPDATE jobs SET due_at = ?, attempts = attempts + 1 WHERE kind = ? AND subject = ? AND due_at = ?",
		to, job.Kind, job.Subject, job.DueAt).Error
	if err != nil {
		return fmt.Errorf("postpone a job: %w", database.Troubled(ctx, s.engine, err))
	}
	return nil
}
