package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// TaggedArticle is an article with its tags, most prominent first: all that is
// written of it.
type TaggedArticle struct {
	model.Article
	Officials []TaggedOfficial
	Countries []int64
	Topics    []int64
	// Decisions are those of editors about it, in the order of the text.
	Decisions []Decision
	// Plain is the body without markup, for `search`. It is written, not read.
	Plain string
}

// TaggedOfficial is the key of an official, and their role in an article.
type TaggedOfficial struct {
	Key  int64 `gorm:"column:official_id"`
	Role model.AppearanceRole
}

// articleRow is an article with what only the database needs of it.
type articleRow struct {
	model.Article
	TitleFolded  string
	TitleSortKey []byte
}

// TableName is where GORM finds it.
func (articleRow) TableName() string { return "articles" }

func rowOfArticle(a *model.Article) *articleRow {
	return &articleRow{Article: *a, TitleFolded: text.Fold(a.Title), TitleSortKey: text.SortKey(a.Title)}
}

// Article answers an article to be written, with its tags; NOT_FOUND when there
// is none.
func (tx *Tx) Article(key int64) (*TaggedArticle, error) {
	article, err := one[model.Article](tx, model.NodeArticle, key)
	if err != nil {
		return nil, err
	}
	tagged := &TaggedArticle{Article: *article, Officials: []TaggedOfficial{}, Countries: []int64{}, Topics: []int64{}, Decisions: []Decision{}}
	return tagged, tx.readTags(tagged)
}

// InsertArticle writes a new article and gives it its key, version and times.
// Where TranslationOf is 0 it is alone. The change is PUBLISHED when readers see
// it at once, else CREATED.
func (tx *Tx) InsertArticle(a *TaggedArticle) error {
	a.Version, a.CreatedAt, a.UpdatedAt = 1, tx.at, tx.at
	row := rowOfArticle(&a.Article)
	if err := tx.db.Create(row).Error; err != nil {
		return fail(err, model.NodeArticle, "create")
	}
	a.Key = row.Key
	if a.TranslationOf == 0 {
		a.TranslationOf = a.Key
		if err := tx.exec(model.NodeArticle, "create", "UPDATE articles SET translation_of = id WHERE id = ?", a.Key); err != nil {
			return err
		}
	}
	if err := tx.writeTags(a); err != nil {
		return err
	}
	tx.indexArticle(a)
	if err := tx.writeDecisions(a); err != nil {
		return err
	}
	if a.Status == model.ArticleStatusDraft {
		return tx.record(model.ChangeCreated, a.ID(), a.Version)
	}
	if err := tx.writeTimeline("= ?", a.Key); err != nil {
		return err
	}
	return tx.record(model.ChangePublished, a.ID(), a.Version)
}

// UpdateArticle writes an article that was read as before, and gives it its new
// version and time. CONFLICT when it is no longer as before. Where TranslationOf
// is 0 it leaves its translations; of those, the one written first takes the
// lead. The change is PUBLISHED or UNPUBLISHED when readers see it from now on
// or no longer, whatever else changed, else UPDATED.
func (tx *Tx) UpdateArticle(before, a *TaggedArticle) error {
	a.Version, a.UpdatedAt = before.Version+1, tx.at
	if a.TranslationOf != before.TranslationOf {
		if err := tx.passLead(before.Key); err != nil {
			return err
		}
	}
	if a.TranslationOf == 0 {
		a.TranslationOf = a.Key
	}
	if err := tx.overwrite(a.ID(), before.Version, rowOfArticle(&a.Article)); err != nil {
		return err
	}
	if err := tx.rewriteDerived(before, a); err != nil {
		return err
	}
	return tx.record(changeOf(before.Status, a.Status), a.ID(), a.Version)
}

// rewriteDerived writes what follows from the article, as far as it changed.
func (tx *Tx) rewriteDerived(before, a *TaggedArticle) error {
	retag := !slices.Equal(before.Officials, a.Officials) || !slices.Equal(before.Countries, a.Countries) || !slices.Equal(before.Topics, a.Topics)
	if retag {
		if err := tx.dropTags(a.Key); err != nil {
			return err
		}
		if err := tx.writeTags(a); err != nil {
			return err
		}
	}
	if retag || before.Status != a.Status || !sameInstant(before.PublishedAt, a.PublishedAt) {
		if err := tx.writeTimeline("= ?", a.Key); err != nil {
			return err
		}
	}
	if !slices.Equal(before.Decisions, a.Decisions) {
		if err := tx.writeDecisions(a); err != nil {
			return err
		}
	}
	tx.unindexArticle(a.Key)
	tx.indexArticle(a)
	return nil
}

func sameInstant(a, b *model.DateTime) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func changeOf(before, after model.ArticleStatus) model.ChangeKind {
	switch {
	case before == after:
		return model.ChangeUpdated
	case after == model.ArticleStatusPublished:
		return model.ChangePublished
	}
	return model.ChangeUnpublished
}

// DeleteArticle deletes an article with its tags. Of its translations, the one
// written first takes the lead.
func (tx *Tx) DeleteArticle(a *TaggedArticle) error {
	if err := tx.passLead(a.Key); err != nil {
		return err
	}
	if err := tx.countUses("-", "= ?", a.Key); err != nil {
		return err
	}
	tx.unindexArticle(a.Key)
	return tx.remove(a.ID(), a.Version)
}

// Translation is an article among those that say the same.
type Translation struct {
	Key      int64 `gorm:"column:id"`
	Slug     string
	Language model.Language
}

// Translations answers all articles that share a TranslationOf, by key.
func (tx *Tx) Translations(translationOf int64) ([]Translation, error) {
	var all []Translation
	err := tx.db.Raw("SELECT id, slug, language FROM articles WHERE translation_of = ? ORDER BY id", translationOf).Scan(&all).Error
	return all, fail(err, model.NodeArticle, "read the translations of")
}

// passLead makes the first of the other translations led by this article their
// leader. Nothing changes when it leads none. The new value is the key of a
// member of the group, which no other group can have.
func (tx *Tx) passLead(key int64) error {
	return tx.exec(model.NodeArticle, "pass the lead of", `UPDATE articles
		SET translation_of = (SELECT MIN(other.id) FROM articles other WHERE other.translation_of = ? AND other.id <> ?)
		WHERE translation_of = ? AND id <> ?`, key, key, key, key)
}
