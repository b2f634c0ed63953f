package content

import (
	"reflect"
	"strconv"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Limits of an article, in characters and in lines.
const (
	maxTitle   = 300
	maxSummary = 2000
	// MaxBody is how long a body may be, in characters.
	MaxBody   = 200_000
	maxByline = 20
	maxSource = 200
	maxActor  = 500
)

// articleEdit works out what a write makes of an article.
type articleEdit struct {
	check
	articleWrite
	rules Rules
	// before is nil for a new article.
	before *store.TaggedArticle
	next   *store.TaggedArticle
}

// putArticle writes to an article; to a new one if current is nil. Every write to an
// article goes through here. Paths of errors are relative to the fields.
func (r Rules) putArticle(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (Outcome, *model.Article, error) {
	e, err := r.edit(tx, current, w)
	if err != nil {
		return Unchanged, nil, err
	}
	nothing, err := e.compareWithReaders()
	if err != nil {
		return Unchanged, nil, err
	}
	if nothing { // is left to publish
		public, err := tx.DiscardCopy(current)
		if err != nil {
			return Unchanged, nil, err
		}
		return Updated, &public.Article, nil
	}
	if current != nil && reflect.DeepEqual(current, e.next) {
		return Unchanged, &current.Article, nil
	}
	e.annotate()
	e.analyse()
	if current == nil {
		return Created, &e.next.Article, e.publication.dated(tx).InsertArticle(e.next)
	}
	return Updated, &e.next.Article, e.publication.dated(tx).UpdateArticle(current, e.next)
}

// compareWithReaders decides which version of a published article the write makes. Only what
// differs from what readers see is a working copy: what says the same is their version,
// in whatever status it would wait. It reports whether a working copy comes to say the same.
func (e *articleEdit) compareWithReaders() (nothing bool, err error) {
	if e.before == nil || !e.before.Live() || e.next.Status == model.ArticleStatusDraft || e.next.Status == model.ArticleStatusArchived {
		return false, nil
	}
	public := e.before
	if e.before.HasUnpublishedChanges() {
		if public, err = e.tx.PublicArticle(e.before.ID().Key); err != nil {
			return false, err
		}
		if err := e.standAloneAs(public); err != nil {
			return false, err
		}
	}
	if !store.SameContent(public, e.next) {
		e.next.Public = e.next.Public && e.publishes()
		return false, nil
	}
	e.next.Status, e.next.Public, e.next.ScheduledFor = model.ArticleStatusPublished, true, nil
	return e.before.HasUnpublishedChanges(), nil
}

// edit works out what a write makes of an article, and writes nothing.
func (r Rules) edit(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (*articleEdit, error) {
	e := &articleEdit{check: check{tx: tx}, articleWrite: w, rules: r, before: current, next: &store.TaggedArticle{
		Article: model.Article{Authors: model.Lines{}, Status: model.ArticleStatusDraft, Owner: w.owner},
		Tags:    model.NoTags(),
	}}
	if current != nil {
		*e.next = *current
	}
	e.texts()
	e.source()
	e.workflow()
	e.origin()
	for _, step := range []func() error{e.tags, e.keys, e.translation, e.mentions} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return e, e.errors.OrNil()
}

func (e *articleEdit) texts() {
	given := e.given
	notCleared(&e.check, given.Language, "language")
	if given.Language.HasValue() {
		e.next.Language = e.language(given.Language.Value(), "language")
	} else if e.before == nil && !given.Language.IsSet() {
		e.invalid("language", "an article needs a language; send one such as ar")
	}
	notCleared(&e.check, given.Title, "title")
	if given.Title.HasValue() {
		e.next.Title = given.Title.Value()
		e.refuse(text.CheckLine(e.next.Title, maxTitle), "title")
	} else if e.before == nil && !given.Title.IsSet() {
		e.invalid("title", "an article needs a title of 1 to %d characters", maxTitle)
	}
	if given.Summary.IsSet() {
		e.next.Summary = nilIfEmpty(given.Summary.Pointer())
	}
	if given.Summary.HasValue() {
		e.refuse(text.CheckText(given.Summary.Value(), maxSummary), "summary")
	}
	if given.Body.IsSet() {
		e.next.Markdown = given.Body.Value()
	}
	if given.Body.HasValue() {
		e.refuse(text.CheckText(e.next.Markdown, MaxBody), "body")
	}
}

// nilIfEmpty treats an empty text as none.
func nilIfEmpty(s *string) *string {
	if s == nil || *s == "" {
		return nil
	}
	return s
}

func (e *articleEdit) source() {
	given := e.given
	if given.Byline.IsSet() && !e.tooMany(len(given.Byline.Value()), maxByline, "byline") {
		e.next.Authors = append(model.Lines{}, given.Byline.Value()...)
		for i, author := range e.next.Authors {
			e.refuse(text.CheckLine(author, maxName), "byline", strconv.Itoa(i))
		}
	}
	if given.SourceName.IsSet() {
		e.next.SourceName = given.SourceName.Pointer()
	}
	if given.SourceName.HasValue() {
		e.refuse(text.CheckLine(given.SourceName.Value(), maxSource), "sourceName")
	}
	if given.SourceURL.IsSet() {
		e.next.SourceURL = given.SourceURL.Pointer()
	}
	if note := e.changeSummary; note.Value() != "" {
		e.refuse(text.CheckLine(note.Value(), maxSource), "changeSummary")
	}
}

// annotate sets the note of the new revision.
func (e *articleEdit) annotate() {
	e.next.Note = store.Note{Summary: nilIfEmpty(e.changeSummary.Pointer())}
	if e.restored != nil {
		e.next.Note.RestoredFrom = &e.restored.number
	}
}

// tags sets the officials, countries and topics.
func (e *articleEdit) tags() (err error) {
	if err := e.officials(); err != nil {
		return err
	}
	if given := e.given.Countries; given.IsSet() {
		if e.next.Countries, err = e.references("countries", model.NodeCountry, given.Value()); err != nil {
			return err
		}
	}
	if given := e.given.Topics; given.IsSet() {
		e.next.Topics, err = e.references("topics", model.NodeTopic, given.Value())
	}
	return err
}

func (e *articleEdit) officials() error {
	given := e.given
	switch {
	case given.Officials.IsSet() && given.Appearances.IsSet():
		e.invalid("appearances", "`officials` and `appearances` exclude each other; send `appearances` when roles matter, else `officials`")
		return nil
	case given.Appearances.IsSet():
		return e.appearances()
	case !given.Officials.IsSet():
		return nil
	}
	keys, err := e.references("officials", model.NodeOfficial, given.Officials.Value())
	roles := map[int64]model.AppearanceRole{}
	for _, tagged := range e.next.Officials {
		roles[tagged.Key] = tagged.Role
	}
	e.next.Officials = make([]model.TaggedOfficial, len(keys))
	for i, key := range keys {
		e.next.Officials[i] = model.TaggedOfficial{Key: key, Role: model.AppearanceRoleSubject}
		if role, was := roles[key]; was {
			e.next.Officials[i].Role = role
		}
	}
	return err
}

func (e *articleEdit) appearances() error {
	ids, roles := []model.ID{}, map[int64]model.AppearanceRole{}
	for i, appearance := range e.given.Appearances.Value() {
		ids = append(ids, appearance.Official)
		roles[appearance.Official.Key] = appearance.Role
		if !appearance.Role.IsValid() {
			e.add(model.Invalid("%.40q is not a role; send one such as %s", appearance.Role, model.AppearanceRoleSubject), "appearances", strconv.Itoa(i), "role")
		}
	}
	keys, err := e.references("appearances", model.NodeOfficial, ids, "official")
	e.next.Officials = make([]model.TaggedOfficial, len(keys))
	for i, key := range keys {
		e.next.Officials[i] = model.TaggedOfficial{Key: key, Role: roles[key]}
	}
	return err
}
