package content

import (
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

func TestDraftsAreShownOnRequestToWhoeverMaySeeThem(t *testing.T) {
	t.Parallel()
	n := open(t)
	draft := n.article("en", "Draft").ID()
	contributor := auth.Actor{Role: model.RoleContributor}
	if got := n.seen(n.as(contributor), draft); got != nil {
		t.Errorf("a contributor who does not ask for drafts sees %+v, want nothing", got)
	}
	contributor.Drafts = true
	if got := n.seen(n.as(contributor), draft); got == nil {
		t.Error("a contributor who asks for drafts sees nothing, want the draft")
	}
	reader := n.as(auth.Actor{Role: model.RoleReader, Drafts: true})
	for name, read := range map[string]func() error{
		"article": func() error {
			_, err := n.Article(reader, model.ArticleBy{ID: &draft}, nil, nil, nil)
			return err
		},
		"articles": func() error { _, err := n.Articles(reader, model.Query{}, nil); return err },
		"nodes":    func() error { _, err := n.Nodes(reader, nil, nil); return err },
		"search":   func() error { _, err := n.Search(reader, model.Search{Query: "a"}, nil); return err },
		"suggest":  func() error { _, err := n.Suggest(reader, "a", nil, nil, nil); return err },
		"changes":  func() error { _, err := n.Changes(reader, model.ChangeQuery{}, nil); return err },
		"follow":   func() error { _, err := n.Follow(reader, nil, nil); return err },
		"published": func() error {
			_, err := n.Published(reader, nil, nil)
			return err
		},
		"analyzeText": func() error { _, err := n.AnalyzeText(reader, "a", "en", nil, nil); return err },
		"perspective": func() error { return n.Perspective(reader) },
		"secret":      func() error { return n.Secret(reader) },
	} {
		if err := read(); model.CodeOf(err) != model.ErrorCodeForbidden {
			t.Errorf("%s for a reader who asks for drafts = %v, want FORBIDDEN", name, err)
		}
	}
}

func TestPerspective(t *testing.T) {
	t.Parallel()
	n := open(t)
	if err := n.Perspective(n.reader()); err != nil {
		t.Errorf("Perspective without drafts = %v, want none", err)
	}
	if err := n.Secret(n.editor()); err != nil {
		t.Errorf("Secret for an editor who asks for drafts = %v, want none", err)
	}
	if err := n.Secret(n.ctx); model.CodeOf(err) != model.ErrorCodeForbidden || !strings.Contains(err.Error(), "Diwan-Perspective: draft") {
		t.Errorf("Secret for an editor who does not = %v, want FORBIDDEN, and what to send", err)
	}
}

func TestNodesAreFoundByExactlyOneKey(t *testing.T) {
	t.Parallel()
	n := open(t)
	iraq, topic, official, office := n.country("IQ", "IRQ"), n.topic("Oil", nil), n.official("Barham Salih"), n.office("President", true)
	want := (&model.Plan{}).Want("slug", "code")
	if got := must(n.Country(n.reader(), model.CountryBy{Code: ptr("IQ")}, want))(t); got.ID() != iraq.ID() {
		t.Errorf("country IQ = %v, want %v", got.ID(), iraq.ID())
	}
	if got := must(n.Topic(n.reader(), model.TopicBy{Slug: &topic.Slug}, want))(t); got.ID() != topic.ID() {
		t.Errorf("topic = %v, want %v", got.ID(), topic.ID())
	}
	if got := must(n.Official(n.reader(), model.OfficialBy{Slug: &official.Slug}, want))(t); got.ID() != official.ID() {
		t.Errorf("official = %v, want %v", got.ID(), official.ID())
	}
	if got := must(n.Office(n.reader(), model.OfficeBy{Slug: &office.Slug}, want))(t); got.ID() != office.ID() {
		t.Errorf("office = %v, want %v", got.ID(), office.ID())
	}
	_, err := n.Topic(n.reader(), model.TopicBy{Slug: ptr("none")}, want)
	if model.CodeOf(err) != model.ErrorCodeNotFound {
		t.Errorf("topic by an unknown slug = %v, want NOT_FOUND", err)
	}
	id := topic.ID()
	for keys, by := range map[int]model.TopicBy{0: {}, 2: {ID: &id, Slug: &topic.Slug}} {
		if _, err := n.Topic(n.reader(), by, want); model.CodeOf(err) != model.ErrorCodeInvalid {
			t.Errorf("topic by %d keys = %v, want INVALID", keys, err)
		}
	}
	if _, err := n.Article(n.reader(), model.ArticleBy{}, nil, nil, want); model.CodeOf(err) != model.ErrorCodeInvalid {
		t.Errorf("article by no key = %v, want INVALID", err)
	}
}

func TestNodes(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic, official, draft := n.topic("Oil", nil).ID(), n.official("Barham Salih").ID(), n.article("en", "Draft").ID()
	plan := func(model.NodeType) *model.Plan { return &model.Plan{} }
	got := must(n.Nodes(n.reader(), []model.ID{official, draft, topic, official}, plan))(t)
	if len(got) != 4 || got[0].ID() != official || got[1] != nil || got[2].ID() != topic || got[3].ID() != official {
		t.Errorf("nodes = %v, want them in the order of their ids, and no draft", got)
	}
	if _, err := n.Nodes(n.reader(), make([]model.ID, 101), plan); model.CodeOf(err) != model.ErrorCodeLimitExceeded {
		t.Errorf("nodes of 101 ids = %v, want LIMIT_EXCEEDED", err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	n := open(t)
	iraq, topic, official, office := n.country("IQ", "IRQ"), n.topic("Oil", nil), n.official("Barham Salih"), n.office("President", true)
	article := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Budget", Publish: om(ptr(true))}))(t)
	n.article("en", "Draft")
	ctx, q, plan := n.reader(), model.Query{}, &model.Plan{}
	plan.Relate("nodes", "nodes", model.Args{})
	if c := must(n.Articles(ctx, q, plan))(t); len(c.Nodes) != 1 || c.Nodes[0].ID() != article.ID() {
		t.Errorf("articles = %v, want the published one", c.Nodes)
	}
	if c := must(n.Countries(ctx, q, plan))(t); len(c.Nodes) != 1 || c.Nodes[0].ID() != iraq.ID() {
		t.Errorf("countries = %v, want Iraq", c.Nodes)
	}
	if c := must(n.Topics(ctx, q, plan))(t); len(c.Nodes) != 1 || c.Nodes[0].ID() != topic.ID() {
		t.Errorf("topics = %v, want one", c.Nodes)
	}
	if c := must(n.Officials(ctx, q, plan))(t); len(c.Nodes) != 1 || c.Nodes[0].ID() != official.ID() {
		t.Errorf("officials = %v, want one", c.Nodes)
	}
	if c := must(n.Offices(ctx, q, plan))(t); len(c.Nodes) != 1 || c.Nodes[0].ID() != office.ID() {
		t.Errorf("offices = %v, want one", c.Nodes)
	}
}

// Only users who may see the history may ask what readers saw in the past.
func TestArticleAsOf(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Before", Publish: om(ptr(true))}))(t).ID()
	then := model.At(*n.clock)
	*n.clock = n.clock.Add(time.Hour)
	must(n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{Title: om(ptr("After")), Publish: om(ptr(true))}, nil))(t)
	by, plan := model.ArticleBy{ID: &id}, (&model.Plan{}).Want("title")
	if got := must(n.Article(n.ctx, by, nil, &then, plan))(t); got.Title != "Before" {
		t.Errorf("article as of an hour ago = %q, want what readers saw then", got.Title)
	}
	if _, err := n.Article(n.reader(), by, nil, &then, plan); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("article as of an hour ago for a reader = %v, want FORBIDDEN", err)
	}
}

// Related loads a relation that is in no plan, and does not change the node.
func TestRelated(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic := n.topic("Oil", nil)
	a := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Budget", Topics: idsOf(topic.ID()), Publish: om(ptr(true))}))(t)
	relation := (&model.Plan{}).Relate("topics", "topics", model.Args{})
	got := must(n.Related(n.reader(), a, relation))(t)
	if topics, _ := got.([]*model.Topic); len(topics) != 1 || topics[0].ID() != topic.ID() {
		t.Errorf("topics of the article = %v, want one", got)
	}
	if _, hung := a.Slot("topics"); hung {
		t.Error("the topics hang on the node that was asked, want it left as it is")
	}
}

func TestTextsOfAnArticle(t *testing.T) {
	t.Parallel()
	n := open(t)
	a := &model.Article{Language: "ar", Markdown: "نص *مائل*", WordCount: 1000}
	for format, want := range map[model.TextFormat]string{
		model.TextFormatMarkdown: "نص *مائل*", model.TextFormatText: "نص مائل", model.TextFormatHTML: "<em",
	} {
		if got := n.Body(a, format); !strings.Contains(got, want) || format != model.TextFormatHTML && got != want {
			t.Errorf("body(format: %s) = %q, want %q", format, got, want)
		}
	}
	if got := n.Direction("ar"); got != model.TextDirectionRtl {
		t.Errorf("direction of ar = %s, want RTL", got)
	}
	if got := n.Direction("en"); got != model.TextDirectionLtr {
		t.Errorf("direction of en = %s, want LTR", got)
	}
	english := &model.Article{Language: "en", WordCount: 1000}
	if arabic, english := n.ReadingMinutes(a), n.ReadingMinutes(english); arabic <= english || english < 1 {
		t.Errorf("1000 words take %d minutes in Arabic and %d in English, want more in Arabic", arabic, english)
	}
}

func TestJSONLDLoadsWhatItNeeds(t *testing.T) {
	t.Parallel()
	n := open(t)
	a := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Budget", Topics: idsOf(n.topic("Oil", nil).ID()), Publish: om(ptr(true))}))(t)
	got := string(must(n.JSONLD(n.reader(), a))(t))
	for _, part := range []string{`"headline":"Budget"`, `"about":[{"@type":"Thing","name":"Oil"}]`, `"isPartOf":{"@type":"WebSite","name":"Diwan"}`} {
		if !strings.Contains(got, part) {
			t.Errorf("jsonLd = %s, want %s in it", got, part)
		}
	}
}

func TestAuditIsForAdmins(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic := n.topic("Oil", nil)
	plan := &model.Plan{}
	plan.Relate("nodes", "nodes", model.Args{})
	page := must(n.Audit(n.ctx, model.AuditQuery{}, plan))(t)
	if len(page.Nodes) != 1 || page.Nodes[0].NodeID() != topic.ID() {
		t.Errorf("auditLog = %+v, want the topic", page.Nodes)
	}
	if _, err := n.Audit(n.as(auth.Actor{Role: model.RoleEditor}), model.AuditQuery{}, plan); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("auditLog for an editor = %v, want FORBIDDEN", err)
	}
}
