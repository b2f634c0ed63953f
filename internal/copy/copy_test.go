package copy

import (
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // changes databases behind the store's back

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// file is the path of a SQLite file.
type file string

func newFile(t *testing.T) file { return file(filepath.Join(t.TempDir(), "diwan.db")) }

func (f file) config() database.Config { return database.Config{DSN: string(f)} }

// original is a newsroom that is hard to copy: with topics before the topics that they
// refer to, keys that must not be reused, a table of more than a page, and every kind of
// value.
func original(t *testing.T) file {
	t.Helper()
	f := newFile(t)
	s, err := store.Open(t.Context(), f.config())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Write(t.Context(), store.Actor{Name: "Samira"}, 1, writeOriginal), s.Close()); err != nil {
		t.Fatal(err)
	}
	return f
}

func named(name string) model.Named {
	return model.Named{LocalNames: model.LocalizedTexts{{Language: "ar", Value: name}}}
}

func writeOriginal(tx *store.Tx) error {
	low, high := &model.Topic{Slug: "low", Named: named("أدنى")}, &model.Topic{Slug: "high", Named: named("أعلى")}
	gone := &model.Topic{Slug: "gone", Named: named("زائل")}
	err := errors.Join(tx.InsertTopic(low), tx.InsertTopic(high), tx.InsertTopic(gone), tx.DeleteTopic(gone))
	if err != nil {
		return err
	}
	below := *low
	below.ParentKey = &high.Key
	article := &store.TaggedArticle{Article: model.Article{Slug: "a", Language: "ar", Title: "نصٌّ", Status: model.ArticleStatusDraft}, Plain: "نص"}
	article.Topics = []int64{low.Key}
	if err := errors.Join(tx.UpdateTopic(low, &below), tx.InsertArticle(article)); err != nil {
		return err
	}
	for i := range 70 {
		if err := tx.InsertOfficial(&model.Official{Slug: fmt.Sprint("o-", i), Named: named(fmt.Sprint("اسم ", i))}); err != nil {
			return err
		}
	}
	return tx.InsertAccessToken(&model.AccessToken{Name: "desk", Role: model.RoleEditor}, "digest")
}

func (f file) exec(t *testing.T, statements ...string) {
	t.Helper()
	db, err := databasesql.Open("sqlite3", string(f))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// copyUntil copies until so many rows have been read.
func (f file) copyUntil(t *testing.T, to file, rows int64) error {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, err := Run(ctx, f.config(), to.config(), func(p Progress) {
		if p.Done >= rows {
			stop()
		}
	})
	return err
}

// copied copies f and returns the report and the progress.
func (f file) copied(t *testing.T, to file) (*Report, []Progress) {
	t.Helper()
	var progress []Progress
	report, err := Run(t.Context(), f.config(), to.config(), func(p Progress) { progress = append(progress, p) })
	if err != nil {
		t.Fatal(err)
	}
	return report, progress
}

func digestOf(report *Report, name string) Table {
	i := slices.IndexFunc(report.Tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}
	}
	return report.Tables[i]
}

func TestACopySaysTheSame(t *testing.T) {
	t.Parallel()
	source, target, third := original(t), newFile(t), newFile(t)
	report, progress := source.copied(t, target)
	again, _ := target.copied(t, third)
	if report.Behind || !slices.Equal(report.Tables, again.Tables) {
		t.Errorf("the copy of the copy has other rows:\n%v\n%v", report.Tables, again.Tables)
	}
	for name, rows := range map[string]int64{"topics": 2, "topic_tree": 3, "officials": 70, "names": 72, "articles": 1, "article_topics": 1, "access_tokens": 1, "revisions": 1, "offices": 0} {
		if got := digestOf(report, name); got.Rows != rows || len(got.Digest) != 64 {
			t.Errorf("%s = %+v, want %d rows with a checksum", name, got, rows)
		}
	}
	last := progress[len(progress)-1]
	if progress[0].Done != 0 || last.Done != last.Total || last.Resumed || last.Total == 0 {
		t.Errorf("progress from %+v to %+v, want it from none to all", progress[0], last)
	}
	s, err := store.Open(t.Context(), third.config())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	found, err := s.Search(t.Context(), store.View{Drafts: true}, model.Search{Query: "نص"}, nil)
	if err != nil || len(found.Edges) != 1 {
		t.Errorf("a search in the copy = %+v, %v, want the article", found, err)
	}
	next := &model.Topic{Slug: "next", Named: named("تال")}
	err = s.Write(t.Context(), store.Actor{Name: "Samira"}, 2, func(tx *store.Tx) error { return tx.InsertTopic(next) })
	if err != nil || next.Key != 4 {
		t.Errorf("the next topic has the key %d, %v, want 4: 3 was given out", next.Key, err)
	}
}

// A copy continues wherever it was interrupted; until then nothing else opens the target.
func TestAnInterruptedCopyGoesOn(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	source := original(t)
	whole, progress := source.copied(t, newFile(t))
	total := progress[0].Total
	for _, rows := range []int64{0, 5, total / 4, total / 2, total - 1} {
		target := newFile(t)
		err := source.copyUntil(t, target, rows)
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "run the same command again to go on") {
			t.Fatalf("stopped after %d rows: %v, want it to say how to go on", rows, err)
		}
		if _, err := store.OpenAsIs(t.Context(), target.config(), ""); err == nil || !strings.Contains(err.Error(), "is an unfinished copy") {
			t.Errorf("stopped after %d rows, the target opens: %v", rows, err)
		}
		report, progress := source.copied(t, target)
		if !slices.Equal(report.Tables, whole.Tables) || !progress[0].Resumed {
			t.Errorf("stopped after %d rows, it went on to other rows, from %+v", rows, progress[0])
		}
		if kept := progress[0].Kept; rows > total/2 && kept != total/2 {
			t.Errorf("stopped after %d rows, it kept %d, want all %d", rows, kept, total/2)
		}
	}
}

func TestWritesDuringACopyAreNotInIt(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	written := false
	report, err := Run(t.Context(), source.config(), target.config(), func(Progress) {
		if !written {
			written = true
			source.exec(t, "INSERT INTO changes (kind, node_type, node_id, version, at, actor, readers) VALUES ('UPDATED', 'Topic', 1, 3, 2, 'Sami', TRUE)")
		}
	})
	if err != nil || !report.Behind {
		t.Fatalf("the report = %+v, %v, want it behind", report, err)
	}
	now, _ := source.copied(t, newFile(t))
	if before, after := digestOf(report, "changes").Rows, digestOf(now, "changes").Rows; before != after-1 {
		t.Errorf("changes = %d, and %d in a copy made after it, want one more", before, after)
	}
}

// A copy starts only into an empty database, and continues only if nothing else wrote to
// either database.
func TestCopiesThatAreRefused(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	source := original(t)
	halfway := func(statements ...string) file {
		target := newFile(t)
		if err := source.copyUntil(t, target, 100); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		target.exec(t, statements...)
		return target
	}
	finished := newFile(t)
	source.copied(t, finished)
	emptied := newFile(t)
	source.copied(t, emptied)
	emptied.exec(t, "DELETE FROM changes", "DELETE FROM setup_steps")
	dangling := original(t)
	dangling.exec(t, "DELETE FROM articles") // foreign keys are off
	compacted := original(t)
	compacted.exec(t, "INSERT INTO change_horizon (id, position) VALUES (1, 3)")
	link := newFile(t)
	if err := os.Symlink(string(source), string(link)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, to file
		want     string
	}{
		"a newsroom as the target":              {source, finished, "is already a newsroom; copy into a new file"},
		"a target with rows":                    {source, emptied, "is not empty, there are rows in its counters"},
		"one file under two names":              {source, link, "is both the source and the target"},
		"a source without a newsroom":           {newFile(t), newFile(t), "--from: there is no newsroom in "},
		"a source that is no database":          {"mysql://host/diwan", newFile(t), "--from: "},
		"a target that is no database":          {source, "mysql://host/diwan", "--to: "},
		"the copy of another state":             {compacted, halfway(), "is an unfinished copy of " + string(compacted) + " as it was before the last write to it, or of another database"},
		"a row too many in the target":          {source, halfway("INSERT INTO jobs (kind, subject, due_at, attempts, actor, actor_key, token_id) VALUES ('x', 1, 1, 0, '', '', 0)"), "jobs has 1 rows instead of 0"},
		"another value in the target":           {source, halfway("UPDATE topics SET slug = 'other' WHERE id = 1"), "topics has other rows"},
		"a row too few in the target":           {source, halfway("DELETE FROM officials WHERE id = 1"), "officials has other rows already"},
		"rows of the source that refer to none": {dangling, newFile(t), "article_topics refers to rows that are not there"},
	} {
		_, err := Run(t.Context(), c.from.config(), c.to.config(), func(Progress) {})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestOneCopyWritesToADatabase(t *testing.T) {
	t.Parallel()
	source, target := original(t), newFile(t)
	tried := false
	_, err := Run(t.Context(), source.config(), target.config(), func(Progress) {
		if tried {
			return
		}
		tried = true
		if _, err := Run(t.Context(), source.config(), target.config(), func(Progress) {}); err == nil || !strings.Contains(err.Error(), "another diwan copy is writing to ") {
			t.Errorf("a second copy at once = %v, want it refused", err)
		}
	})
	if err != nil {
		t.Errorf("the first = %v", err)
	}
}
