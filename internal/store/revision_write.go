package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// pastArticle is the content of a version of an article that has no row any more.
type pastArticle struct {
	Slug          string                 `json:"slug"`
	ExternalID    *string                `json:"externalId,omitempty"`
	Language      model.Language         `json:"language"`
	Title         string                 `json:"title"`
	Summary       *string                `json:"summary,omitempty"`
	Body          string                 `json:"body"`
	Byline        model.Lines            `json:"byline"`
	SourceName    *string                `json:"sourceName,omitempty"`
	SourceURL     *model.URL             `json:"sourceUrl,omitempty"`
	Status        model.ArticleStatus    `json:"status"`
	PublishedAt   *model.DateTime        `json:"publishedAt,omitempty"`
	WordCount     int                    `json:"wordCount"`
	TranslationOf int64                  `json:"translationOf"`
	Link          model.LinkMode         `json:"link"`
	Version       int                    `json:"version"`
	CreatedAt     model.DateTime         `json:"createdAt"`
	UpdatedAt     model.DateTime         `json:"updatedAt"`
	Officials     []model.TaggedOfficial `json:"officials"`
	Countries     []int64                `json:"countries"`
	Topics        []int64                `json:"topics"`
	Decisions     []model.Decision       `json:"decisions"`
}

// keepContent saves the content of a revision before the row that holds it is
// overwritten or deleted.
func (tx *Tx) keepContent(a *TaggedArticle) error {
	content, err := json.Marshal(pastArticle{
		a.Slug, a.ExternalID, a.Language, a.Title, a.Summary, a.Markdown, a.Authors, a.SourceName, a.SourceURL,
		a.Status, a.PublishedAt, a.WordCount, a.TranslationOf, a.Link, a.Version, a.CreatedAt, a.UpdatedAt,
		a.Officials, a.Countries, a.Topics, a.Decisions,
	})
	if err != nil {
		return fmt.Errorf("keep revision %d of article %d: %w", a.Revision, a.ID().Key, err)
	}
	return tx.exec(model.NodeArticle, "keep a revision of", "UPDATE revisions SET content = ? WHERE article_id = ? AND number = ?", string(content), a.ID().Key, a.Revision)
}

// tagged is the article as this content describes it.
func (p pastArticle) tagged(key int64, revision int) *TaggedArticle {
	return &TaggedArticle{
		Article: model.Article{
			Key: key, Slug: p.Slug, ExternalID: p.ExternalID, Language: p.Language, Title: p.Title, Summary: p.Summary,
			Markdown: p.Body, Authors: p.Byline, SourceName: p.SourceName, SourceURL: p.SourceURL, Status: p.Status,
			PublishedAt: p.PublishedAt, WordCount: p.WordCount, TranslationOf: p.TranslationOf, Link: p.Link,
			Revision: revision, Version: p.Version, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
		},
		Tags: model.Tags{Officials: p.Officials, Countries: p.Countries, Topics: p.Topics, Decisions: p.Decisions},
	}
}

// revise sets the article's revision: that of `before` if the content is the same, or else
// a new one, which it writes.
func (tx *Tx) revise(before, a *TaggedArticle) error {
	changed := changedFields(before, a)
	var based *int
	switch {
	case before == nil:
		a.Revision = 1
	case len(changed) == 0:
		a.Revision = before.Revision
		return nil
	default: // discarded revisions keep their numbers
		based = &before.Revision
		err := tx.on.Scan(&a.Revision, sql.Text("SELECT MAX(number) + 1 FROM revisions WHERE article_id = ?", a.ID().Key))
		if err != nil {
			return fail(err, model.NodeArticle, "count the revisions of")
		}
	}
	row := model.Revision{
		ArticleKey: a.ID().Key, Number: a.Revision, By: tx.actor.Name, At: tx.at, Summary: a.Note.Summary,
		RestoredFrom: a.Note.RestoredFrom, BasedOn: based, Changed: changed, Published: a.Public,
	}
	return fail(tx.on.Later(&row), model.NodeArticle, "write a revision of")
}

// changedFields are the names of the fields whose contents differ; for a new article,
// all that are not empty.
func changedFields(before, a *TaggedArticle) model.Lines {
	if before == nil {
		before = &TaggedArticle{}
	}
	changed := model.Lines{}
	for _, field := range []struct {
		name    string
		differs bool
	}{
		{"language", before.Language != a.Language},
		{"title", before.Title != a.Title},
		{"slug", before.Slug != a.Slug},
		{"externalId", differ(before.ExternalID, a.ExternalID)},
		{"summary", differ(before.Summary, a.Summary)},
		{"body", before.Markdown != a.Markdown},
		{"byline", !slices.Equal(before.Authors, a.Authors)},
		{"sourceName", differ(before.SourceName, a.SourceName)},
		{"sourceUrl", differ(before.SourceURL, a.SourceURL)},
		{"officials", !slices.Equal(before.Officials, a.Officials)},
		{"countries", !slices.Equal(before.Countries, a.Countries)},
		{"topics", !slices.Equal(before.Topics, a.Topics)},
		{"translationOf", before.Key != 0 && before.TranslationOf != a.TranslationOf},
		{"link", before.Key != 0 && before.Link != a.Link},
		{"mentions", !slices.Equal(before.Decisions, a.Decisions)},
	} {
		if field.differs {
			changed = append(changed, field.name)
		}
	}
	return changed
}

// SameContent reports whether two versions of an article have the same content.
func SameContent(a, b *TaggedArticle) bool { return len(changedFields(a, b)) == 0 }

// readsAlike reports whether readers read the same in two versions of an article: texts,
// and who wrote them.
func readsAlike(a, b *TaggedArticle) bool {
	read := []string{"language", "title", "summary", "body", "byline", "sourceName", "sourceUrl"}
	return !slices.ContainsFunc(changedFields(a, b), func(field string) bool { return slices.Contains(read, field) })
}

func differ[T comparable](a, b *T) bool {
	return a != b && (a == nil || b == nil || *a != *b)
}

// publication is a period in which readers saw a revision.
type publication struct {
	ID          int64 `gorm:"primaryKey"`
	ArticleID   int64
	Revision    int
	Slug        string
	Language    model.Language
	ExternalID  *string
	Version     int
	PublishedAt model.DateTime
	// UpdatedAt is when what readers read then had last been changed.
	UpdatedAt model.DateTime
	BegunAt   model.DateTime
	EndedAt   *model.DateTime
}

// TableName is where GORM finds it.
func (publication) TableName() string { return "publications" }

// publicize records what readers see from now on, and what they no longer see.
func (tx *Tx) publicize(before, a *TaggedArticle) error {
	key := a.ID().Key
	at := tx.at
	if before != nil { // the clocks of servers differ: nothing ends before it began
		var last *model.DateTime
		err := tx.on.Scan(&last, sql.Text("SELECT MAX(COALESCE(ended_at, begun_at)) FROM publications WHERE article_id = ?", key))
		if err != nil {
			return fail(err, model.NodeArticle, "read the publications of")
		}
		if last != nil {
			at = max(at, *last)
		}
	}
	if before != nil && before.Live() {
		err := tx.exec(model.NodeArticle, "end the publication of", "UPDATE publications SET ended_at = ? WHERE article_id = ? AND ended_at IS NULL", at, key)
		if err != nil {
			return err
		}
	}
	if !a.Public {
		return nil
	}
	err := tx.on.Later(&publication{
		ArticleID: key, Revision: a.Revision, Slug: a.Slug, Language: a.Language, ExternalID: a.ExternalID,
		Version: a.Version, PublishedAt: *a.PublishedAt, UpdatedAt: a.UpdatedAt, BegunAt: at,
	})
	if err != nil || before == nil { // the revision of a new article says so already
		return fail(err, model.NodeArticle, "write the publication of")
	}
	return tx.exec(model.NodeArticle, "mark the published revision of", "UPDATE revisions SET published = TRUE WHERE article_id = ? AND number = ? AND NOT published", key, a.Revision)
}
