package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// articleRow is an article with the columns that only the database needs.
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

// Article returns the version of an article that editors see, with its tags, to be
// changed; NOT_FOUND if there is none.
func (tx *Tx) Article(key int64) (*TaggedArticle, error) {
	return tx.version(sql.Join("", anyVersion("id", key), sql.Text(" AND working")))
}

// PublicArticle returns the version of an article that readers see; NOT_FOUND if they
// see none.
func (tx *Tx) PublicArticle(key int64) (*TaggedArticle, error) {
	return tx.version(sql.Text("id = ? AND public", key))
}

// version reads the one version of an article that satisfies the condition.
func (tx *Tx) version(where sql.Clause) (*TaggedArticle, error) {
	article, err := rowWhere[model.Article](tx, model.NodeArticle, where)
	if err != nil {
		return nil, err
	}
	tagged := &TaggedArticle{Article: *article, Tags: model.NoTags()}
	return tagged, tx.readTags(tagged)
}

// InsertArticle writes a new article and sets its key, version and times. With a
// TranslationOf of 0 it has no translations. The change is PUBLISHED if readers see it
// at once, else CREATED.
func (tx *Tx) InsertArticle(a *TaggedArticle) error {
	a.Version, a.LastVersion, a.Revision, a.Working = 1, 1, 1, true
	tx.created(&a.CreatedAt, &a.UpdatedAt)
	if err := tx.findKey(a); err != nil {
		return fail(err, model.NodeArticle, "find a key for")
	}
	if a.TranslationOf == 0 {
		a.TranslationOf = a.Key
	}
	if err := tx.insertVersion(a); err != nil {
		return err
	}
	kind := model.ChangeCreated
	if a.Public {
		kind = model.ChangePublished
	}
	return firstError(tx.revise(nil, a), tx.publicize(nil, a), tx.schedule(nil, a), tx.recordArticle(kind, a, a.Public))
}

// findKey sets the key of a new article.
func (tx *Tx) findKey(a *TaggedArticle) error {
	next, taken := tx.engine.NextKey("articles")
	if tx.lastKey > 0 && !taken { // the database has not seen it
		tx.lastKey++
		a.Key = tx.lastKey
		return nil
	}
	err := tx.on.Apart().Scan(&a.Key, next)
	tx.lastKey = a.Key
	return err
}

// insertVersion writes a row of articles, with the key that it has, and everything derived
// from it.
func (tx *Tx) insertVersion(a *TaggedArticle) error {
	if err := tx.on.Later(rowOfArticle(&a.Article)); err != nil {
		return fail(err, model.NodeArticle, "create")
	}
	tx.articles = append(tx.articles, queuedArticle{a.ID().Key, a.Slug, a.ExternalID, a.Language})
	if err := firstError(tx.writeTags(a), tx.insertDecisions(a)); err != nil {
		return err
	}
	tx.index.addArticle(a)
	return tx.insertTimeline(a)
}

// UpdateArticle writes an article and sets its new version and its time. before is the
// version that editors saw; CONFLICT if it has changed since. With a TranslationOf of 0
// the article leaves its translations.
//
// If readers see the article and the new version is not Public, they keep seeing the old
// version, and the new one becomes a working copy. A DRAFT or ARCHIVED article is hidden
// from them. The change is PUBLISHED or UNPUBLISHED if the article appears to readers or
// disappears, whatever else changed; otherwise UPDATED. Readers see the change if it
// changes anything for them.
func (tx *Tx) UpdateArticle(before, a *TaggedArticle) error {
	id := before.ID()
	hidden := a.Status == model.ArticleStatusDraft || a.Status == model.ArticleStatusArchived
	beside := before.Live() && !a.Public && !hidden
	a.Key, a.Working = id.Key, true
	a.Version = before.LastVersion + 1
	a.LastVersion = a.Version
	if beside {
		a.Key = copyKey(id.Key)
	}
	if a.TranslationOf == 0 {
		var err error
		if a.TranslationOf, err = tx.ownTranslations(id.Key); err != nil {
			return err
		}
	}
	if err := tx.date(before, a); err != nil {
		return err
	}
	if err := tx.revise(before, a); err != nil {
		return err
	}
	if err := tx.putVersion(before, a); err != nil {
		return err
	}
	if !beside {
		if err := tx.publicize(before, a); err != nil {
			return err
		}
	}
	readers := a.Public || before.Live() && !beside
	return firstError(tx.schedule(before, a), tx.recordArticle(changeOf(before, a, beside), a, readers))
}

// date sets when the article was last changed. To readers that is when what they read was
// last changed: neither keys, tags and decisions move it, nor hiding an article and showing
// it again.
func (tx *Tx) date(before, a *TaggedArticle) error {
	a.UpdatedAt = tx.updated()
	if !a.Public || tx.times.UpdatedAt != nil {
		return nil
	}
	seen, err := tx.lastSeen(before)
	if err == nil && seen != nil && readsAlike(seen, a) {
		a.UpdatedAt = seen.UpdatedAt
	}
	return err
}

// lastSeen returns what readers see of an article, or else saw last; nil if they never saw
// it. working is the version that editors see.
func (tx *Tx) lastSeen(working *TaggedArticle) (*TaggedArticle, error) {
	key := working.ID().Key
	switch {
	case working.Public:
		return working, nil
	case working.HasUnpublishedChanges():
		return tx.PublicArticle(key)
	}
	var last []publication
	if err := tx.on.Scan(&last, sql.Text("SELECT * FROM publications WHERE article_id = ? ORDER BY id DESC LIMIT 1", key)); err != nil || len(last) == 0 {
		return nil, fail(err, model.NodeArticle, "read the publications of")
	}
	seen, err := tx.Past(key, last[0].Revision)
	if err != nil {
		return nil, err
	}
	seen.UpdatedAt = last[0].UpdatedAt
	return seen, nil
}

func changeOf(before, after *TaggedArticle, beside bool) model.ChangeKind {
	switch {
	case before.Live() && !after.Public && !beside:
		return model.ChangeUnpublished
	case !before.Live() && after.Public:
		return model.ChangePublished
	}
	return model.ChangeUpdated
}

// putVersion writes the row of the new version, whichever row holds before.
func (tx *Tx) putVersion(before, a *TaggedArticle) error {
	tx.absent = nil
	switch {
	case a.Key == before.Key:
		return tx.overwriteVersion(before, a)
	case a.HasUnpublishedChanges(): // beside the row that readers see, which was both
		parted, err := tx.on.Exec(sql.Text("UPDATE articles SET working = FALSE WHERE id = ? AND version = ?", before.Key, before.Version))
		if err != nil {
			return fail(err, model.NodeArticle, "put a working copy beside")
		}
		if parted == 0 {
			return tx.stale(a.ID(), before.Version)
		}
		return tx.insertVersion(a)
	}
	public, err := tx.version(sql.Text("id = ?", a.Key))
	if err != nil {
		return err
	}
	if before.Revision != a.Revision {
		if err := tx.keepContent(before); err != nil {
			return err
		}
	}
	if err := tx.dropVersion(before.Key); err != nil {
		return err
	}
	return tx.overwriteVersion(public, a)
}

// overwriteVersion replaces the content of a row of articles.
func (tx *Tx) overwriteVersion(was, a *TaggedArticle) error {
	if was.Revision != a.Revision {
		if err := tx.keepContent(was); err != nil {
			return err
		}
	}
	written, err := tx.on.Overwrite(rowOfArticle(&a.Article), sql.Text("id = ? AND version = ?", was.Key, was.Version))
	if err != nil {
		return fail(err, model.NodeArticle, "update")
	}
	if written == 0 {
		return tx.stale(a.ID(), was.Version)
	}
	if err := tx.backdate(model.NodeArticle, a.Key); err != nil {
		return err
	}
	return tx.rewriteDerived(was, a)
}

// dropVersion deletes a row of articles and everything derived from it.
func (tx *Tx) dropVersion(key int64) error {
	tx.index.dropArticle(key)
	return tx.exec(model.NodeArticle, "drop a version of", "DELETE FROM articles WHERE id = ?", key)
}

// rewriteDerived writes what is derived from the article, as far as it changed.
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
	if retag || before.Public != a.Public || !sameInstant(before.PublishedAt, a.PublishedAt) {
		if err := tx.writeTimeline("= ?", a.Key); err != nil {
			return err
		}
	}
	if !slices.Equal(before.Decisions, a.Decisions) {
		if err := tx.writeDecisions(a); err != nil {
			return err
		}
	}
	tx.index.dropArticle(a.Key)
	tx.index.addArticle(a)
	return nil
}

// DiscardCopy deletes a working copy and returns the public version, which editors see
// again, with its old version number. The change is UPDATED.
func (tx *Tx) DiscardCopy(a *TaggedArticle) (*TaggedArticle, error) {
	public, err := tx.dropCopy(a)
	if err != nil {
		return nil, err
	}
	return public, tx.recordArticle(model.ChangeUpdated, public, false)
}

// dropCopy is DiscardCopy without its change.
func (tx *Tx) dropCopy(a *TaggedArticle) (*TaggedArticle, error) {
	id := a.ID()
	public, err := tx.version(sql.Text("id = ?", id.Key))
	if err != nil {
		return nil, err
	}
	if a.Revision != public.Revision {
		if err := tx.keepContent(a); err != nil {
			return nil, err
		}
	}
	if err := tx.dropVersion(a.Key); err != nil {
		return nil, err
	}
	public.Working, public.LastVersion = true, a.LastVersion
	err = tx.exec(model.NodeArticle, "discard the working copy of", "UPDATE articles SET working = TRUE, last_version = ? WHERE id = ?", a.LastVersion, id.Key)
	if err != nil {
		return nil, err
	}
	return public, tx.schedule(a, public)
}

// DeleteArticle deletes an article with its tags and history. Its translations stay.
// Readers see the deletion only if they could see the article; otherwise they have
// already seen it unpublished.
func (tx *Tx) DeleteArticle(a *TaggedArticle) error {
	id := a.ID()
	if err := tx.countUses("-", "= ?", id.Key); err != nil {
		return err
	}
	if a.HasUnpublishedChanges() {
		if err := tx.dropVersion(a.Key); err != nil {
			return err
		}
	}
	if a.Status == model.ArticleStatusScheduled {
		if err := tx.dropJob(jobPublish, id.Key); err != nil {
			return err
		}
	}
	return firstError(tx.dropVersion(id.Key), tx.recordArticle(model.ChangeDeleted, a, a.Live()))
}

// Translation is an article in a group of translations.
type Translation struct {
	Key      int64 `gorm:"column:id"`
	Slug     string
	Language model.Language
}

// Translations returns all articles that share a TranslationOf in any visible version,
// by key. An article with two such versions may be returned twice.
func (tx *Tx) Translations(translationOf int64) ([]Translation, error) {
	var all []Translation
	err := tx.on.Scan(&all, sql.Text("SELECT "+articleKeyOf("id")+" AS id, slug, language FROM articles WHERE translation_of = ? ORDER BY "+articleKeyOf("id"), translationOf))
	return all, fail(err, model.NodeArticle, "read the translations of")
}

// ownTranslations returns a TranslationOf that no other article has: the key of the
// article or, if other articles still use that key, a negative number.
func (tx *Tx) ownTranslations(key int64) (int64, error) {
	var own int64
	err := tx.on.Scan(&own, sql.Text(`SELECT CASE WHEN EXISTS (SELECT 1 FROM articles WHERE translation_of = ? AND `+articleKeyOf("id")+` <> ?)
		THEN (SELECT CASE WHEN MIN(translation_of) < 0 THEN MIN(translation_of) ELSE 0 END FROM articles) - 1 ELSE ? END`, key, key, key))
	return own, fail(err, model.NodeArticle, "find the translations of")
}
