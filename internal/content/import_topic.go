package content

import "github.com/diwan-cms/diwan/model"

type topicLine struct {
	fields topicFields
	parent optional[*reference]
}

func readTopicLine(m *members) statement {
	return &topicLine{
		fields: topicFields{namedFields: m.named(), mediaTopic: scalar(m, "mediaTopic", asText)},
		parent: m.reference("parent"),
	}
}

// named reads what topics and officials have in common.
func (m *members) named() namedFields {
	return namedFields{
		externalID: scalar(m, "externalId", asText), slug: scalar(m, "slug", asText),
		names: m.localTexts("names"), descriptions: m.localTexts("descriptions"), aliases: m.aliases(),
	}
}

// about is the identity of what has these names.
func (f namedFields) about(node model.NodeType) identity {
	return identity{node: node, externalID: f.externalID, slug: f.slug, name: slugName(f.names, nil)}
}

func (l *topicLine) write(w *lineWriter) (outcome, error) {
	current, err := upserted(w, l.fields.about(model.NodeTopic), w.tx.Topic, func(t *model.Topic) *string { return t.ExternalID })
	if err != nil {
		return unchanged, err
	}
	fields := l.fields
	if fields.parent, err = w.one(model.NodeTopic, l.parent, "parent"); err != nil {
		return unchanged, err
	}
	if err := w.missing.found.OrNil(); err != nil {
		return unchanged, err
	}
	what, _, err := w.service.putTopic(w.tx, current, fields)
	return what, err
}
