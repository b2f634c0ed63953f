package content

import (
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

func (n newsroom) move(topic, parent *model.Topic) (*model.Topic, error) {
	in := model.UpdateTopicInput{Parent: om[*model.ID](nil)}
	if parent != nil {
		in.Parent = om(ptr(parent.ID()))
	}
	return n.UpdateTopic(n.ctx, topic.ID(), in, nil)
}

func TestTopicNeverStandsBelowItself(t *testing.T) {
	t.Parallel()
	n := open(t)
	politics := n.topic("Politics", nil)
	government := n.topic("Government", politics)
	cabinet := n.topic("Cabinet", government)
	before := len(n.changes())
	for name, parent := range map[string]*model.Topic{"itself": politics, "a child": government, "a grandchild": cabinet} {
		_, err := n.move(politics, parent)
		refused(t, "parent: "+name, err, "INVALID at input.parent")
		if parent == cabinet {
			says(t, err, "politics > government > cabinet > politics")
		}
	}
	_, err := n.move(cabinet, &model.Topic{Key: 999})
	refused(t, "parent: none", err, "NOT_FOUND at input.parent")
	if got := len(n.changes()); got != before {
		t.Errorf("changes = %d, want %d", got, before)
	}
}

func TestTopicMovesWithEverythingBelow(t *testing.T) {
	t.Parallel()
	n := open(t)
	a, b := n.topic("A", nil), n.topic("B", nil)
	c := n.topic("C", a)
	d := n.topic("D", c)
	must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "News", Topics: idsOf(d.ID(), c.ID()), Publish: om(ptr(true))}))(t)
	must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Draft", Topics: idsOf(d.ID())}))(t)

	timeline := func() []string {
		return n.strings("SELECT t.slug FROM timeline l JOIN topics t ON t.id = l.owner_id WHERE l.owner_type = 'Topic' ORDER BY t.slug")
	}
	if got, want := timeline(), []string{"a", "c", "d"}; !slices.Equal(got, want) {
		t.Fatalf("timelines with the article = %v, want %v: each once, drafts in none", got, want)
	}
	moved := must(n.move(c, b))(t)
	if moved.Version != 2 || *moved.ParentKey != b.Key {
		t.Errorf("moved topic = %+v, want version 2 below B", moved)
	}
	if got, want := timeline(), []string{"b", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("timelines after the move = %v, want %v", got, want)
	}
	tree := n.strings(`SELECT a.slug || d.slug || depth FROM topic_tree t JOIN topics a ON a.id = ancestor_id
		JOIN topics d ON d.id = descendant_id ORDER BY 1`)
	if want := []string{"aa0", "bb0", "bc1", "bd2", "cc0", "cd1", "dd0"}; !slices.Equal(tree, want) {
		t.Errorf("tree after the move = %v, want %v", tree, want)
	}
	must(n.move(c, nil))(t)
	if got, want := timeline(), []string{"c", "d"}; !slices.Equal(got, want) {
		t.Errorf("timelines at the root = %v, want %v", got, want)
	}
}

func TestTopicInUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	n := open(t)
	politics := n.topic("Politics", nil)
	child := n.topic("Elections", politics)
	article := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "News", Topics: idsOf(politics.ID())}))(t)
	err := n.DeleteTopic(n.ctx, politics.ID(), nil)
	refused(t, "deleteTopic", err, "IN_USE at id")
	says(t, err, "1 article: news; 1 topic: elections")
	if err := n.DeleteTopic(n.ctx, child.ID(), nil); err != nil {
		t.Fatal(err)
	}
	if err := n.DeleteArticle(n.ctx, article.ID(), nil); err != nil {
		t.Fatal(err)
	}
	if err := n.DeleteTopic(n.ctx, politics.ID(), nil); err != nil {
		t.Errorf("deleteTopic after what used it = %v, want none", err)
	}
	if left := n.strings("SELECT node_type FROM names UNION ALL SELECT 'tree' FROM topic_tree"); left != nil {
		t.Errorf("left after deleteTopic = %v, want nothing", left)
	}
}

func TestMediaTopicHasEightDigits(t *testing.T) {
	t.Parallel()
	n := open(t)
	for _, c := range []struct {
		code string
		want []string
	}{
		{"medtop:11000000", nil},
		{"medtop:1100000", []string{"INVALID at input.mediaTopic"}},
		{"medtop:١١٠٠٠٠٠٠", []string{"INVALID at input.mediaTopic"}},
		{"11000000", []string{"INVALID at input.mediaTopic"}},
	} {
		_, err := n.CreateTopic(n.ctx, model.CreateTopicInput{Names: english("Politics"), MediaTopic: om(&c.code)})
		refused(t, "createTopic(mediaTopic: "+c.code+")", err, c.want...)
	}
}
