package exchange

import (
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// topicLine is a line about a topic.
type topicLine struct {
	fields content.TopicFields
	parent content.Optional[reference]
}

func readTopic(m *members) statement {
	return &topicLine{
		fields: content.TopicFields{NamedFields: m.named(), MediaTopic: scalar(m, "mediaTopic", asText)},
		parent: m.reference("parent"),
	}
}

func (l *topicLine) write(w *lineWriter) (content.Outcome, error) {
	current, err := existing(w, l.fields.Identity(model.NodeTopic), w.tx.Topic, func(t *model.Topic) *string { return t.ExternalID })
	if err != nil {
		return content.Unchanged, err
	}
	fields := l.fields
	if fields.Parent, err = w.id(model.NodeTopic, l.parent, "parent"); err != nil {
		return content.Unchanged, err
	}
	if err := w.missing.OrNil(); err != nil {
		return content.Unchanged, err
	}
	outcome, _, err := w.rules.PutTopic(w.tx, current, fields)
	return outcome, err
}

// exportedTopic is the line of a topic.
type exportedTopic struct {
	Type         string                    `json:"type"`
	ExternalID   *string                   `json:"externalId,omitempty"`
	Slug         string                    `json:"slug"`
	Names        map[model.Language]string `json:"names"`
	Descriptions map[model.Language]string `json:"descriptions,omitempty"`
	Aliases      []model.Alias             `json:"aliases,omitempty"`
	Parent       any                       `json:"parent,omitempty"`
	MediaTopic   *string                   `json:"mediaTopic,omitempty"`
	exportedTimes
}

func (e *exporter) topic(t *model.Topic) ([]any, error) {
	l := exportedTopic{
		Type: "topic", ExternalID: t.ExternalID, Slug: t.Slug, Names: byLanguage(t.LocalNames),
		Descriptions: byLanguage(t.Descriptions), Aliases: t.OtherNames, MediaTopic: t.MediaTopic,
		exportedTimes: timesOf(t.CreatedAt, t.UpdatedAt),
	}
	parent, err := slot[*model.Topic](t, "parent")
	if err == nil && parent != nil {
		l.Parent = e.nameOf(model.NodeTopic, parent.Key, parent.ExternalID, parent.Slug)
	}
	return []any{l}, err
}

func referToTopic(e *exporter, node model.Node) any {
	n := node.(*model.Topic)
	return e.nameOf(model.NodeTopic, n.Key, n.ExternalID, n.Slug)
}
