package exchange

import (
	"strconv"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// articleLine is a line about an article.
type articleLine struct {
	fields                       content.ArticleFields
	analysed                     content.Analysed
	publication                  content.Publication
	officials, countries, topics content.Optional[[]reference]
	appearances                  content.Optional[[]appearanceMember]
	mentions                     content.Optional[[]mentionMember]
	translationOf                content.Optional[reference]
	// workingCopyOf names the published article whose working copy the line is.
	workingCopyOf content.Optional[reference]
}

// appearanceMember is an official in the line of an article.
type appearanceMember struct {
	official reference
	role     model.AppearanceRole
}

func readArticle(m *members) statement {
	l := &articleLine{
		fields: content.ArticleFields{
			ExternalID: scalar(m, "externalId", asText), Slug: scalar(m, "slug", asText),
			Language: scalar(m, "language", parsed(word[model.Language])), Title: scalar(m, "title", asText),
			Summary: scalar(m, "summary", asText), Body: scalar(m, "body", asText), Byline: m.textList("byline"),
			SourceName: scalar(m, "sourceName", asText), SourceURL: scalar(m, "sourceUrl", parsed(model.ParseURL)),
			Link: scalar(m, "link", parsed(word[model.LinkMode])),
		},
		publication: content.Publication{Status: scalar(m, "status", parsed(word[model.ArticleStatus]))},
	}
	status := l.publication.Status
	notCleared(m, status, "status")
	l.publication.PublishedAt = scalar(m, "publishedAt", parsed(model.ParseDateTime))
	l.publication.ScheduledFor = scalar(m, "scheduledFor", parsed(model.ParseDateTime))
	l.publication.Times, l.publication.CreatedBy = m.times(), scalar(m, "createdBy", asText)
	l.mentions = list(m, "mentions", m.mention)
	l.officials, l.appearances = m.references("officials"), tags(m, "appearances", m.appearance)
	l.countries, l.topics = m.references("countries"), m.references("topics")
	l.translationOf, l.workingCopyOf = m.reference("translationOf"), m.reference("workingCopyOf")
	notCleared(m, l.workingCopyOf, "workingCopyOf")
	if l.workingCopyOf.HasValue() && (status.Value() == model.ArticleStatusPublished || status.Value() == model.ArticleStatusDraft) {
		m.add(model.Invalid("a working copy is in the status %s or %s; leave it out where its article is just edited", model.ArticleStatusInReview, model.ArticleStatusScheduled), "status")
	}
	return l
}

func (m *members) appearance(value any, place []string) (appearanceMember, bool) {
	e, ok := m.inside(value, place)
	if !ok {
		return appearanceMember{}, false
	}
	a := appearanceMember{official: e.reference("official").Value()}
	if e.object["official"] == nil {
		e.add(model.Invalid("an appearance needs an official; write their externalId or their slug"), e.place("official")...)
	}
	a.role = model.AppearanceRole(e.must("role"))
	e.nothingElse("an appearance")
	return a, true
}

func (l *articleLine) write(w *lineWriter) (content.Outcome, error) {
	current, err := l.current(w)
	if err != nil {
		return content.Unchanged, err
	}
	fields, err := l.resolved(w)
	if err != nil {
		return content.Unchanged, err
	}
	publication := l.publication
	if publication.Mentions, err = w.mentions(l.mentions); err != nil {
		return content.Unchanged, err
	}
	if err := w.missing.OrNil(); err != nil {
		return content.Unchanged, err
	}
	outcome, _, err := w.rules.ImportArticle(w.tx, current, fields, l.analysed, publication)
	if err == nil && fields.Body.HasValue() {
		w.warnings = w.rules.Warnings(fields.Body.Value(), "body")
	}
	return outcome, err
}

// current returns the article that the line is about; nil for a new one.
func (l *articleLine) current(w *lineWriter) (*store.TaggedArticle, error) {
	if l.workingCopyOf.HasValue() {
		of, err := w.id(model.NodeArticle, l.workingCopyOf, "workingCopyOf")
		if err != nil || of.Value().Key == 0 {
			return nil, err
		}
		return w.tx.Article(of.Value().Key)
	}
	id, err := l.identity()
	if err != nil {
		return nil, err
	}
	return existing(w, id, w.tx.Article, func(a *store.TaggedArticle) *string { return a.ExternalID })
}

// identity returns what identifies the article. Its slug is unique in its language
// only.
func (l *articleLine) identity() (content.Identity, error) {
	id := content.Identity{Node: model.NodeArticle, ExternalID: l.fields.ExternalID, Slug: l.fields.Slug, Name: l.fields.Title.Value()}
	if language := l.fields.Language; language.HasValue() {
		canonical, err := text.CanonicalLanguage(string(language.Value()))
		if err != nil {
			return id, model.Invalid("%s", err.Error()).At("language")
		}
		id.Language = model.Language(canonical)
	}
	if id.Language == "" && !id.ExternalID.HasValue() {
		return id, model.Invalid("an article is found by its externalId, or by its language and slug; write the language").At("language")
	}
	return id, nil
}

// keys returns the keys that the article will have if it is new.
func (l *articleLine) keys() (keys []store.NaturalKey) {
	id, err := l.identity()
	if err != nil {
		return nil
	}
	if id.ExternalID.HasValue() {
		keys = append(keys, store.NaturalKey{Node: model.NodeArticle, By: store.ByExternalID, Value: id.ExternalID.Value()})
	}
	if id.Slug.HasValue() && id.Language != "" {
		keys = append(keys, store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: id.Slug.Value(), Language: id.Language})
	}
	return keys
}

// resolved returns the fields with the ids of the nodes that the line names.
func (l *articleLine) resolved(w *lineWriter) (content.ArticleFields, error) {
	fields := l.fields
	var err error
	if fields.Officials, err = w.ids(model.NodeOfficial, l.officials, "officials"); err != nil {
		return fields, err
	}
	if fields.Countries, err = w.ids(model.NodeCountry, l.countries, "countries"); err != nil {
		return fields, err
	}
	if fields.Topics, err = w.ids(model.NodeTopic, l.topics, "topics"); err != nil {
		return fields, err
	}
	if fields.Appearances, err = w.appearances(l.appearances); err != nil {
		return fields, err
	}
	if !w.detach {
		fields.TranslationOf, err = w.id(model.NodeArticle, l.translationOf, "translationOf")
	}
	return fields, err
}

func (w *lineWriter) appearances(o content.Optional[[]appearanceMember]) (content.Optional[[]model.AppearanceInput], error) {
	var err error
	appearances := content.Convert(o, func(members []appearanceMember) []model.AppearanceInput {
		appearances := make([]model.AppearanceInput, len(members))
		for i := 0; i < len(members) && err == nil; i++ {
			appearances[i].Role = members[i].role
			appearances[i].Official, err = w.find(referenced{model.NodeOfficial, members[i].official}, []string{"appearances", strconv.Itoa(i), "official"})
		}
		return appearances
	})
	return appearances, err
}
