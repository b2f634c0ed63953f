package content

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// topicFields are what can be written of a topic.
type topicFields struct {
	namedFields
	mediaTopic optional[*string]
	parent     optional[*model.ID]
}

// CreateTopic writes a new topic.
func (s *Service) CreateTopic(ctx context.Context, in model.CreateTopicInput) (*model.Topic, error) {
	return put(ctx, s, auth.EditReference, "create topic", nil, func(tx *store.Tx, current *model.Topic) (outcome, *model.Topic, error) {
		return s.putTopic(tx, current, topicFields{
			namedFields: namedFields{
				names: localized(some(in.Names)), slug: opt(in.Slug), externalID: opt(in.ExternalID),
				aliases: otherNames(opt(in.Aliases)), descriptions: localized(opt(in.Descriptions)),
			},
			mediaTopic: opt(in.MediaTopic), parent: opt(in.Parent),
		})
	})
}

// UpdateTopic changes a topic, if anything changes; a nil expectedVersion
// writes over whatever is there. A new parent takes everything below along.
func (s *Service) UpdateTopic(ctx context.Context, id model.ID, in model.UpdateTopicInput, expectedVersion *int) (*model.Topic, error) {
	read := func(tx *store.Tx) (*model.Topic, error) {
		return storedTopic(tx, id, expectedVersion)
	}
	return put(ctx, s, auth.EditReference, "update topic", read, func(tx *store.Tx, current *model.Topic) (outcome, *model.Topic, error) {
		return s.putTopic(tx, current, topicFields{
			namedFields: namedFields{
				names: localized(opt(in.Names)), slug: opt(in.Slug), externalID: opt(in.ExternalID),
				aliases: otherNames(opt(in.Aliases)), descriptions: localized(opt(in.Descriptions)),
			},
			mediaTopic: opt(in.MediaTopic), parent: opt(in.Parent),
		})
	})
}

// DeleteTopic deletes a topic; IN_USE while articles are tagged with it or
// topics stand under it.
func (s *Service) DeleteTopic(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.write(ctx, auth.EditReference, "delete topic", func(tx *store.Tx) error {
		topic, err := storedTopic(tx, id, expectedVersion)
		if err != nil {
			return err
		}
		users, err := tx.TopicUsers(topic.Key)
		if err := refuseInUse(model.NodeTopic, users, err); err != nil {
			return err
		}
		return tx.DeleteTopic(topic)
	})
}

func storedTopic(tx *store.Tx, id model.ID, expectedVersion *int) (*model.Topic, error) {
	return stored(id, model.NodeTopic, tx.Topic, func(t *model.Topic) int { return t.Version }, expectedVersion)
}

// putTopic writes the fields over a topic, a new one when current is nil, and
// answers what came of it.
func (s *Service) putTopic(tx *store.Tx, current *model.Topic, f topicFields) (outcome, *model.Topic, error) {
	next := &model.Topic{}
	if current != nil {
		*next = *current
	}
	var p problems
	next.LocalNames = p.names("names", f.names, next.LocalNames)
	next.OtherNames = p.aliases(f.aliases, next.OtherNames)
	next.Descriptions = p.descriptions(f.descriptions, next.Descriptions)
	next.MediaTopic = p.mediaTopic(f.mediaTopic, next.MediaTopic)
	if err := p.topicKeys(tx, next, f); err != nil {
		return unchanged, nil, err
	}
	if err := p.found.OrNil(); err != nil {
		return unchanged, nil, err
	}
	switch {
	case current == nil:
		return created, next, tx.InsertTopic(next)
	case reflect.DeepEqual(current, next):
		return unchanged, current, nil
	}
	return updated, next, tx.UpdateTopic(current, next)
}

func (p *problems) mediaTopic(o optional[*string], current *string) *string {
	if !o.set {
		return current
	}
	if o.value != nil && !regexp.MustCompile(`^medtop:[0-9]{8}$`).MatchString(*o.value) {
		p.invalid("mediaTopic", "%.40q is no IPTC Media Topic; send `medtop:` and eight digits, such as medtop:16000000", *o.value)
	}
	return o.value
}

func (p *problems) topicKeys(tx *store.Tx, next *model.Topic, f topicFields) (err error) {
	before := len(p.found)
	next.ParentKey, err = p.reference(tx, "parent", model.NodeTopic, f.parent, next.ParentKey)
	if err != nil {
		return err
	}
	if f.parent.set && next.ParentKey != nil && len(p.found) == before {
		if err := p.circle(tx, next); err != nil {
			return err
		}
	}
	next.ExternalID, err = p.key(tx, store.NaturalKey{Node: model.NodeTopic, By: store.ByExternalID}, next.Key, "externalId", f.externalID, next.ExternalID)
	if err != nil {
		return err
	}
	next.Slug, err = p.slug(tx, address{
		node: model.NodeTopic, key: next.Key, given: f.slug, current: next.Slug, name: slugName(f.names, next.LocalNames),
	})
	return err
}

// circle notes a parent that is the topic itself or stands below it.
func (p *problems) circle(tx *store.Tx, next *model.Topic) error {
	path, err := tx.TopicPath(*next.ParentKey)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(path, func(h store.Holder) bool { return h.Key == next.Key })
	if i < 0 {
		return nil
	}
	var chain []string
	for _, step := range append(path[i:], path[i]) {
		chain = append(chain, step.Slug)
	}
	p.invalid("parent", "the topic would stand below itself: %s; choose a topic that is not below it", strings.Join(chain, " > "))
	return nil
}
