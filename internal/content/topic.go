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

// TopicFields are the fields of a topic that can be set.
type TopicFields struct {
	NamedFields
	MediaTopic Optional[string]
	Parent     Optional[model.ID]
}

func (s *Service) topics() noun[model.Topic, TopicFields] {
	return noun[model.Topic, TopicFields]{
		node: model.NodeTopic, read: (*store.Tx).Topic, version: func(t *model.Topic) int { return t.Version },
		put: s.rules.PutTopic, users: (*store.Tx).TopicUsers, remove: (*store.Tx).DeleteTopic,
	}
}

// CreateTopic writes a new topic.
func (s *Service) CreateTopic(ctx context.Context, in model.CreateTopicInput) (*model.Topic, error) {
	return s.topics().create(ctx, s, fieldsFrom[TopicFields](in))
}

// UpdateTopic changes a topic, if anything changes. A nil expectedVersion overwrites
// whatever is stored. A topic moves to a new parent with everything below it.
func (s *Service) UpdateTopic(ctx context.Context, id model.ID, in model.UpdateTopicInput, expectedVersion *int) (*model.Topic, error) {
	return s.topics().update(ctx, s, target{id, expectedVersion}, fieldsFrom[TopicFields](in))
}

// DeleteTopic deletes a topic; IN_USE while it tags articles or has topics below
// it.
func (s *Service) DeleteTopic(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.topics().delete(ctx, s, target{id, expectedVersion})
}

// topicInput is an input of upsertTopics.
type topicInput struct {
	TopicFields
	// Parent is the parent by one of its keys.
	Parent          Optional[model.TopicBy]
	ExpectedVersion Optional[int]
}

// UpsertTopics creates or updates topics in one transaction. Parents are written before the
// topics below them.
func (s *Service) UpsertTopics(ctx context.Context, inputs []*model.UpsertTopicInput, how Bulk) (*Upserted[model.Topic], error) {
	n := s.topics()
	return upsert(ctx, s, upserter[topicInput, model.Topic]{
		action: auth.EditReference, nouns: n.nouns(), keys: topicKeys,
		put: func(b *batch, in topicInput) (written[model.Topic], error) {
			current, err := Find(b.tx, in.identity(), nil, b.tx.Topic, func(t *model.Topic) *string { return t.ExternalID })
			if err != nil {
				return written[model.Topic]{}, err
			}
			return upsertRow(b, n, current, in.TopicFields, in.ExpectedVersion)
		},
	}, inputs, how)
}

func (in topicInput) named(n *naming) topicInput {
	in.TopicFields.Parent, in.Times = namedOne(n, model.NodeTopic, in.Parent, "parent"), in.Known()
	return in
}

func (in topicInput) identity() Identity { return in.Identity(model.NodeTopic) }
func (in topicInput) dated() bool        { return in.given() }

func (in topicInput) otherKeys() []store.NaturalKey {
	return keysOf(model.NodeTopic, "", valueBy{store.ByMediaTopic, in.MediaTopic.Pointer()})
}

// topicKeys returns the keys by which others can name a topic.
func topicKeys(t *model.Topic) (slug string, keys []store.NaturalKey) {
	return t.Slug, keysOf(model.NodeTopic, "", valueBy{store.BySlug, &t.Slug}, valueBy{store.ByExternalID, t.ExternalID}, valueBy{store.ByMediaTopic, t.MediaTopic})
}

// PutTopic sets fields of a topic; of a new one if current is nil.
func (r Rules) PutTopic(tx *store.Tx, current *model.Topic, given TopicFields) (Outcome, *model.Topic, error) {
	next := &model.Topic{}
	if current != nil {
		*next = *current
	}
	c := check{tx: tx}
	next.LocalNames = c.names("names", given.Names, next.LocalNames)
	next.OtherNames = c.aliases(given.Aliases, next.OtherNames)
	next.Descriptions = c.descriptions(given.Descriptions, next.Descriptions)
	next.MediaTopic = c.mediaTopic(given.MediaTopic, next.MediaTopic)
	if err := c.topicKeys(next, given); err != nil {
		return Unchanged, nil, err
	}
	given.Times.set(&c, &next.CreatedAt, &next.UpdatedAt)
	if err := c.errors.OrNil(); err != nil {
		return Unchanged, nil, err
	}
	switch {
	case current == nil:
		return Created, next, given.dated(tx).InsertTopic(next)
	case reflect.DeepEqual(current, next):
		return Unchanged, current, nil
	}
	return Updated, next, given.dated(tx).UpdateTopic(current, next)
}

func (c *check) mediaTopic(o Optional[string], current *string) *string {
	if !o.IsSet() {
		return current
	}
	if o.HasValue() && !regexp.MustCompile(`^medtop:[0-9]{8}$`).MatchString(o.Value()) {
		c.invalid("mediaTopic", "%.40q is not an IPTC Media Topic; send `medtop:` and eight digits, such as medtop:16000000", o.Value())
	}
	return o.Pointer()
}

func (c *check) topicKeys(next *model.Topic, given TopicFields) (err error) {
	before := len(c.errors)
	next.ParentKey, err = c.reference("parent", model.NodeTopic, given.Parent, next.ParentKey)
	if err != nil {
		return err
	}
	if given.Parent.IsSet() && next.ParentKey != nil && len(c.errors) == before {
		if err := c.notBelowItself(next); err != nil {
			return err
		}
	}
	next.ExternalID, err = c.key(uniqueKey{"externalId", model.NodeTopic, store.ByExternalID, next.Key}, given.ExternalID, next.ExternalID)
	if err != nil {
		return err
	}
	next.Slug, err = c.slug(slugRequest{
		node: model.NodeTopic, key: next.Key, given: given.Slug, current: next.Slug, name: nameForSlug(given.Names, next.LocalNames),
	})
	return err
}

// notBelowItself records an error if the parent is the topic itself or is below it.
func (c *check) notBelowItself(next *model.Topic) error {
	path, err := c.tx.TopicPath(*next.ParentKey)
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
	c.invalid("parent", "the topic would stand below itself: %s; choose a topic that is not below it", strings.Join(chain, " > "))
	return nil
}

// Topic returns a topic by one of its keys, else NOT_FOUND.
func (s *Service) Topic(ctx context.Context, by model.TopicBy, plan *model.Plan) (*model.Topic, error) {
	return lookUp(ctx, s, s.store.Topic, by, plan)
}

// Topics returns a page of topics.
func (s *Service) Topics(ctx context.Context, q model.Query, plan *model.Plan) (*model.TopicConnection, error) {
	return inView(ctx, s, s.store.Topics, q, plan)
}
