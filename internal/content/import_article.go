package content

import (
	"strconv"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

type articleLine struct {
	fields                       articleFields
	officials, countries, topics optional[[]reference]
	appearances                  optional[[]appearanceMember]
	translationOf                optional[*reference]
	// workingCopyOf says that it is of a published article what readers do not see yet.
	workingCopyOf optional[*reference]
}

// appearanceMember is an official in an article as a line has it.
type appearanceMember struct {
	official reference
	role     model.AppearanceRole
}

func readArticleLine(m *members) statement {
	l := &articleLine{fields: articleFields{
		externalID: scalar(m, "externalId", asText), slug: scalar(m, "slug", asText),
		language: scalar(m, "language", parsed(word[model.Language])), title: scalar(m, "title", asText),
		summary: scalar(m, "summary", asText), body: scalar(m, "body", asText), byline: m.lines("byline"),
		sourceName: scalar(m, "sourceName", asText), sourceURL: scalar(m, "sourceUrl", parsed(model.ParseURL)),
	}}
	status := scalar(m, "status", parsed(word[model.ArticleStatus]))
	notCleared(m.problems, status, "status")
	if given(status) {
		l.fields.status = some(*status.value)
	}
	l.fields.publishedAt = scalar(m, "publishedAt", parsed(model.ParseDateTime))
	l.fields.scheduledFor = scalar(m, "scheduledFor", parsed(model.ParseDateTime))
	l.officials, l.appearances = m.references("officials"), list(m, "appearances", m.appearance)
	l.countries, l.topics = m.references("countries"), m.references("topics")
	l.translationOf, l.workingCopyOf = m.reference("translationOf"), m.reference("workingCopyOf")
	notCleared(m.problems, l.workingCopyOf, "workingCopyOf")
	if given(l.workingCopyOf) && given(status) && (*status.value == model.ArticleStatusPublished || *status.value == model.ArticleStatusDraft) {
		m.invalid("status", "a working copy is in the status %s or %s; leave it out where its article is just edited", model.ArticleStatusInReview, model.ArticleStatusScheduled)
	}
	return l
}

func (m *members) appearance(value any, place []string) (appearanceMember, bool) {
	e, ok := m.inside(value, place)
	if !ok {
		return appearanceMember{}, false
	}
	a := appearanceMember{}
	official := e.reference("official")
	if given(official) {
		a.official = *official.value
	}
	if e.object["official"] == nil {
		e.add(model.Invalid("an appearance needs an official; write their externalId or their slug"), e.place("official")...)
	}
	a.role = model.AppearanceRole(e.must("role"))
	e.nothingElse("an appearance")
	return a, true
}

func (l *articleLine) write(w *lineWriter) (outcome, error) {
	current, err := l.current(w)
	if err != nil {
		return unchanged, err
	}
	fields, err := l.resolved(w)
	if err != nil {
		return unchanged, err
	}
	if err := w.missing.found.OrNil(); err != nil {
		return unchanged, err
	}
	if current != nil && current.HasUnpublishedChanges() && fields.status.value == model.ArticleStatusPublished {
		same, err := w.service.saidAlready(w.tx, current, fields, "status")
		if err != nil || same {
			return unchanged, err
		}
	}
	what, _, err := w.service.putArticle(w.tx, current, fields)
	return what, err
}

// current is the article that the line is about, nil where it makes a new one.
func (l *articleLine) current(w *lineWriter) (*store.TaggedArticle, error) {
	if given(l.workingCopyOf) {
		of, err := w.one(model.NodeArticle, l.workingCopyOf, "workingCopyOf")
		if err != nil || of.value.Key == 0 {
			return nil, err
		}
		return w.tx.Article(of.value.Key)
	}
	id, err := l.identity()
	if err != nil {
		return nil, err
	}
	return upserted(w, id, w.tx.Article, func(a *store.TaggedArticle) *string { return a.ExternalID })
}

// identity is what the article is found by. Its slug is its own among those of
// its language only.
func (l *articleLine) identity() (identity, error) {
	id := identity{node: model.NodeArticle, externalID: l.fields.externalID, slug: l.fields.slug}
	if given(l.fields.title) {
		id.name = *l.fields.title.value
	}
	if given(l.fields.language) {
		canonical, err := text.Canonical(string(*l.fields.language.value))
		if err != nil {
			return id, under(model.Invalid("%s", err.Error()), "language")
		}
		id.language = model.Language(canonical)
	}
	if id.language == "" && !given(id.externalID) {
		return id, under(model.Invalid("an article is found by its externalId, or by its language and slug; write the language"), "language")
	}
	return id, nil
}

// resolved are the fields with the ids of what they name.
func (l *articleLine) resolved(w *lineWriter) (articleFields, error) {
	fields := l.fields
	var err error
	if fields.officials, err = w.many(model.NodeOfficial, l.officials, "officials"); err != nil {
		return fields, err
	}
	if fields.countries, err = w.many(model.NodeCountry, l.countries, "countries"); err != nil {
		return fields, err
	}
	if fields.topics, err = w.many(model.NodeTopic, l.topics, "topics"); err != nil {
		return fields, err
	}
	if l.appearances.set {
		fields.appearances.set = true
	}
	for i, a := range l.appearances.value {
		official, err := w.find(wanted{model.NodeOfficial, a.official}, []string{"appearances", strconv.Itoa(i), "official"})
		if err != nil {
			return fields, err
		}
		fields.appearances.value = append(fields.appearances.value, model.AppearanceInput{Official: official, Role: a.role})
	}
	if !w.alone {
		fields.translationOf, err = w.one(model.NodeArticle, l.translationOf, "translationOf")
	}
	return fields, err
}
