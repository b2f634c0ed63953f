package content

import (
	"reflect"
	"strconv"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Limits of an article, in characters and in lines.
const (
	maxTitle   = 300
	maxSummary = 2000
	maxBody    = 200_000
	maxByline  = 20
	maxSource  = 200
)

// clockSkew is how far in the future a publication date may lie: the clocks of
// the system that exports and of this one differ.
const clockSkew = time.Minute

// articleEdit is one article on its way from what is stored to what is wanted.
type articleEdit struct {
	problems
	tx *store.Tx
	// before is nil for a new article.
	before *store.TaggedArticle
	next   *store.TaggedArticle
	f      articleFields
	render *text.Renderer
}

// putArticle writes the fields over an article, a new one when current is nil,
// and answers what came of it. Every way to write an article leads through here.
// Errors for the caller have paths inside the fields.
func (s *Service) putArticle(tx *store.Tx, current *store.TaggedArticle, f articleFields) (outcome, *model.Article, error) {
	e, err := s.edit(tx, current, f)
	if err != nil {
		return unchanged, nil, err
	}
	if current != nil && current.Public && e.next.Public && !e.publishes() && !store.SameContent(current, e.next) {
		e.next.Public = false // readers go on seeing what they see
	}
	if current != nil && reflect.DeepEqual(current, e.next) {
		return unchanged, &current.Article, nil
	}
	e.remark()
	e.next.Plain = e.plain()
	e.next.WordCount = text.Words(e.next.Plain)
	if current == nil {
		return created, &e.next.Article, tx.InsertArticle(e.next)
	}
	return updated, &e.next.Article, tx.UpdateArticle(current, e.next)
}

// edit makes of what is stored what is wanted, and writes nothing.
func (s *Service) edit(tx *store.Tx, current *store.TaggedArticle, f articleFields) (*articleEdit, error) {
	e := &articleEdit{tx: tx, before: current, f: f, render: s.render, next: &store.TaggedArticle{
		Article: model.Article{Authors: model.Lines{}, Status: model.ArticleStatusDraft},
		Tags:    model.NoTags(),
	}}
	e.next.Owner = f.owner
	if current != nil {
		*e.next = *current
	}
	e.texts()
	e.source()
	e.publication()
	for _, step := range []func() error{e.tags, e.keys, e.translation, e.mentions} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return e, e.found.OrNil()
}

func (e *articleEdit) texts() {
	notCleared(&e.problems, e.f.language, "language")
	if given(e.f.language) {
		e.next.Language = e.language(*e.f.language.value, "language")
	} else if e.before == nil && !e.f.language.set {
		e.invalid("language", "an article needs a language; send one such as ar")
	}
	notCleared(&e.problems, e.f.title, "title")
	if given(e.f.title) {
		e.next.Title = *e.f.title.value
		e.sentence(text.CheckLine(e.next.Title, maxTitle), "title")
	} else if e.before == nil && !e.f.title.set {
		e.invalid("title", "an article needs a title of 1 to %d characters", maxTitle)
	}
	if e.f.summary.set {
		e.next.Summary = notEmpty(e.f.summary.value)
	}
	if given(e.f.summary) {
		e.sentence(text.CheckText(*e.f.summary.value, maxSummary), "summary")
	}
	if e.f.body.set {
		e.next.Markdown = ""
	}
	if given(e.f.body) {
		e.next.Markdown = *e.f.body.value
		e.sentence(text.CheckText(e.next.Markdown, maxBody), "body")
	}
}

// notEmpty takes the empty text for none.
func notEmpty(s *string) *string {
	if s == nil || *s == "" {
		return nil
	}
	return s
}

func (e *articleEdit) source() {
	if e.f.byline.set && !e.tooMany(len(e.f.byline.value), maxByline, "byline") {
		e.next.Authors = append(model.Lines{}, e.f.byline.value...)
		for i, author := range e.next.Authors {
			e.sentence(text.CheckLine(author, maxName), "byline", strconv.Itoa(i))
		}
	}
	if e.f.sourceName.set {
		e.next.SourceName = e.f.sourceName.value
	}
	if given(e.f.sourceName) {
		e.sentence(text.CheckLine(*e.f.sourceName.value, maxSource), "sourceName")
	}
	if e.f.sourceURL.set {
		e.next.SourceURL = e.f.sourceURL.value
	}
	if given(e.f.changeSummary) && *e.f.changeSummary.value != "" {
		e.sentence(text.CheckLine(*e.f.changeSummary.value, maxSource), "changeSummary")
	}
}

// publication sets the status, and the date on which readers first saw the
// article: once it is set only an import changes it.
func (e *articleEdit) publication() {
	switch {
	case e.f.step != "":
		e.take(e.f.step)
	case e.f.status.set:
		e.arrive(e.f.status.value)
	}
	published := e.next.Status == model.ArticleStatusPublished
	switch {
	case given(e.f.publishedAt):
		e.next.PublishedAt = e.f.publishedAt.value
		if *e.next.PublishedAt > e.tx.At()+model.DateTime(clockSkew.Milliseconds()) {
			e.invalid("publishedAt", "%s is in the future; send when readers first saw it", *e.next.PublishedAt)
		}
	case e.f.publishedAt.set && !published:
		e.next.PublishedAt = nil
	case published && e.next.PublishedAt == nil:
		now := e.tx.At()
		e.next.PublishedAt = &now
	}
}

// arrive sets the status that an import says, whatever it was.
func (e *articleEdit) arrive(status model.ArticleStatus) {
	e.next.Status, e.next.Public, e.next.ScheduledFor = status, status == model.ArticleStatusPublished, nil
	switch {
	case !status.IsValid():
		e.invalid("status", "%.40q is no status; send one such as %s or %s", status, model.ArticleStatusDraft, model.ArticleStatusPublished)
	case status == model.ArticleStatusScheduled && !given(e.f.scheduledFor):
		e.invalid("scheduledFor", "an article that is SCHEDULED needs a time; send when it is to be published")
	case status == model.ArticleStatusScheduled:
		e.next.ScheduledFor = e.f.scheduledFor.value
	case given(e.f.scheduledFor):
		e.invalid("scheduledFor", "only an article that is SCHEDULED has a time; send that status, or leave this out")
	}
}

// publishes says that what is written is to be seen by readers.
func (e *articleEdit) publishes() bool {
	return e.f.step == stepPublish || e.f.status.set && e.f.status.value == model.ArticleStatusPublished
}

// remark sets what the revision is remembered for.
func (e *articleEdit) remark() {
	e.next.Note = store.Note{RestoredFrom: e.f.restored}
	if given(e.f.changeSummary) {
		e.next.Note.Summary = notEmpty(e.f.changeSummary.value)
	}
}

// tags sets the officials, countries and topics.
func (e *articleEdit) tags() (err error) {
	if err := e.officials(); err != nil {
		return err
	}
	if e.f.countries.set {
		if e.next.Countries, err = e.references(e.tx, "countries", model.NodeCountry, e.f.countries.value); err != nil {
			return err
		}
	}
	if e.f.topics.set {
		e.next.Topics, err = e.references(e.tx, "topics", model.NodeTopic, e.f.topics.value)
	}
	return err
}

func (e *articleEdit) officials() error {
	switch {
	case e.f.officials.set && e.f.appearances.set:
		e.invalid("appearances", "`officials` and `appearances` exclude each other; send `appearances` when roles matter, else `officials`")
		return nil
	case e.f.appearances.set:
		return e.appearances()
	case !e.f.officials.set:
		return nil
	}
	keys, err := e.references(e.tx, "officials", model.NodeOfficial, e.f.officials.value)
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
	for i, appearance := range e.f.appearances.value {
		ids = append(ids, appearance.Official)
		roles[appearance.Official.Key] = appearance.Role
		if !appearance.Role.IsValid() {
			e.add(model.Invalid("%.40q is no role; send one such as %s", appearance.Role, model.AppearanceRoleSubject), "appearances", strconv.Itoa(i), "role")
		}
	}
	keys, err := e.references(e.tx, "appearances", model.NodeOfficial, ids, "official")
	e.next.Officials = make([]model.TaggedOfficial, len(keys))
	for i, key := range keys {
		e.next.Officials[i] = model.TaggedOfficial{Key: key, Role: roles[key]}
	}
	return err
}
