package content

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/model"
)

func TestArticleTextIsKeptByteForByte(t *testing.T) {
	t.Parallel()
	n := open(t)
	// Composed and decomposed letters, vowel points, tatweel, ZWNJ, both directions.
	in := model.CreateArticleInput{
		Language: "ar", Title: "  الرَّئيسُ مـاكرون e\u0301té\u200c — Paris ",
		Summary: om(ptr("سطر\r\nثانٍ\t")), Body: om(ptr("# عنوان\n\nنص *مائل* و URL\n")),
		Byline: om([]string{"سميرة", "Jean-Luc"}), SourceName: om(ptr("وكالة")), SourceURL: om(ptr(model.URL("https://Example.org/%D8%A7"))),
	}
	a := must(n.CreateArticle(n.ctx, in))(t)
	fresh, err := n.UpdateArticle(n.ctx, a.ID(), model.UpdateArticleInput{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Title != in.Title || *fresh.Summary != *in.Summary.Value() || fresh.Markdown != *in.Body.Value() ||
		!slices.Equal(fresh.Byline(), in.Byline.Value()) || *fresh.SourceName != "وكالة" || *fresh.SourceURL != *in.SourceURL.Value() {
		t.Errorf("createArticle(%+v) stored %+v, want the same bytes", in, fresh)
	}
	if fresh.WordCount != 5 {
		t.Errorf("wordCount = %d, want 5: markup is not counted", fresh.WordCount)
	}
	if a.Version != 1 || a.Status != model.ArticleStatusDraft || a.PublishedAt != nil || a.TranslationOf != a.Key {
		t.Errorf("new article = %+v, want version 1 of a draft that stands alone", a)
	}
}

func TestArticleIsRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	official, topic, iraq := n.official("Barham Salih"), n.topic("Politics", nil), n.country("IQ", "IRQ")
	gone := model.ID{Type: model.NodeOfficial, Key: 999}
	many := make([]model.ID, 201)
	for i := range many {
		many[i] = model.ID{Type: model.NodeTopic, Key: int64(1000 + i)}
	}
	for _, c := range []struct {
		name string
		set  func(*model.CreateArticleInput)
		want []string
	}{
		{"a blank title", func(in *model.CreateArticleInput) { in.Title = " \u200b\u200f" }, []string{"INVALID at input.title"}},
		{"a title of two lines", func(in *model.CreateArticleInput) { in.Title = "a\nb" }, []string{"INVALID at input.title"}},
		{"a title that is turned around", func(in *model.CreateArticleInput) { in.Title = "a\u202eb" }, []string{"INVALID at input.title"}},
		{"a title of 301 characters", func(in *model.CreateArticleInput) { in.Title = strings.Repeat("ش", 301) }, []string{"INVALID at input.title"}},
		{"a language that is none", func(in *model.CreateArticleInput) { in.Language = "arabic!" }, []string{"INVALID at input.language"}},
		{"a summary of 2001 characters", func(in *model.CreateArticleInput) { in.Summary = om(ptr(strings.Repeat("a", 2001))) }, []string{"INVALID at input.summary"}},
		{"a body that is turned around", func(in *model.CreateArticleInput) { in.Body = om(ptr("\u202d")) }, []string{"INVALID at input.body"}},
		{"a body of more than a million characters", func(in *model.CreateArticleInput) { in.Body = om(ptr(strings.Repeat("a", 1_000_001))) }, []string{"INVALID at input.body"}},
		{"21 authors", func(in *model.CreateArticleInput) { in.Byline = om(slices.Repeat([]string{"a"}, 21)) }, []string{"LIMIT_EXCEEDED at input.byline"}},
		{"a blank author", func(in *model.CreateArticleInput) { in.Byline = om([]string{"a", " "}) }, []string{"INVALID at input.byline.1"}},
		{"a source of two lines", func(in *model.CreateArticleInput) { in.SourceName = om(ptr("a\nb")) }, []string{"INVALID at input.sourceName"}},
		{"a blank external key", func(in *model.CreateArticleInput) { in.ExternalID = om(ptr("")) }, []string{"INVALID at input.externalId"}},
		{"an external key of 201 characters", func(in *model.CreateArticleInput) { in.ExternalID = om(ptr(strings.Repeat("a", 201))) }, []string{"INVALID at input.externalId"}},
		{"a slug that is none", func(in *model.CreateArticleInput) { in.Slug = om(ptr("Budget 2021")) }, []string{"INVALID at input.slug"}},
		{"an empty slug", func(in *model.CreateArticleInput) { in.Slug = om(ptr("")) }, []string{"INVALID at input.slug"}},
		{"an official that does not exist", func(in *model.CreateArticleInput) { in.Officials = idsOf(official.ID(), gone) }, []string{"NOT_FOUND at input.officials.1"}},
		{"a country among the officials", func(in *model.CreateArticleInput) { in.Officials = idsOf(iraq.ID()) }, []string{"NOT_FOUND at input.officials.0"}},
		{"an official twice", func(in *model.CreateArticleInput) { in.Officials = idsOf(official.ID(), official.ID()) }, []string{"INVALID at input.officials.1"}},
		{"a topic twice", func(in *model.CreateArticleInput) { in.Topics = idsOf(topic.ID(), topic.ID()) }, []string{"INVALID at input.topics.1"}},
		{"201 topics", func(in *model.CreateArticleInput) { in.Topics = idsOf(many...) }, []string{"LIMIT_EXCEEDED at input.topics"}},
		{"a country that does not exist", func(in *model.CreateArticleInput) {
			in.Countries = idsOf(model.ID{Type: model.NodeCountry, Key: 999})
		}, []string{"NOT_FOUND at input.countries.0"}},
		{"officials and appearances", func(in *model.CreateArticleInput) {
			in.Officials, in.Appearances = idsOf(official.ID()), om([]*model.AppearanceInput{})
		}, []string{"INVALID at input.appearances"}},
		{"an appearance of who does not exist", func(in *model.CreateArticleInput) {
			in.Appearances = om([]*model.AppearanceInput{{Official: gone, Role: model.AppearanceRoleSpeaker}})
		}, []string{"NOT_FOUND at input.appearances.0.official"}},
		{"a translation of nothing", func(in *model.CreateArticleInput) {
			in.TranslationOf = om(&model.ID{Type: model.NodeArticle, Key: 999})
		}, []string{"NOT_FOUND at input.translationOf"}},
		{"a translation of a topic", func(in *model.CreateArticleInput) { in.TranslationOf = om(ptr(topic.ID())) }, []string{"NOT_FOUND at input.translationOf"}},
		{"everything that is wrong, at once", func(in *model.CreateArticleInput) {
			in.Title, in.Summary, in.Officials, in.Slug = "", om(ptr("\x00")), idsOf(gone), om(ptr("A"))
		}, []string{"INVALID at input.title", "INVALID at input.summary", "NOT_FOUND at input.officials.0", "INVALID at input.slug"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := model.CreateArticleInput{Language: "en", Title: "Budget"}
			c.set(&in)
			before := len(n.changes())
			article, err := n.CreateArticle(n.ctx, in)
			refused(t, "createArticle", err, c.want...)
			if article != nil || len(n.changes()) != before {
				t.Errorf("createArticle = %v after %d changes, want nothing written", article, len(n.changes())-before)
			}
		})
	}
}

func TestArticleTitleCannotBeCleared(t *testing.T) {
	t.Parallel()
	n := open(t)
	a := n.article("en", "Budget")
	_, err := n.UpdateArticle(n.ctx, a.ID(), model.UpdateArticleInput{Title: om[*string](nil), Language: om[*model.Language](nil)}, nil)
	refused(t, "updateArticle(title: null, language: null)", err, "INVALID at input.language", "INVALID at input.title")
}

func TestNullClearsWhatCanBeCleared(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic := n.topic("Budget", nil)
	a := must(n.CreateArticle(n.ctx, model.CreateArticleInput{
		Language: "en", Title: "Budget", ExternalID: om(ptr("x")), Summary: om(ptr("s")), Body: om(ptr("one two")),
		Byline: om([]string{"a"}), SourceName: om(ptr("s")), SourceURL: om(ptr(model.URL("https://x.org"))), Topics: idsOf(topic.ID()),
	}))(t)
	got := must(n.UpdateArticle(n.ctx, a.ID(), model.UpdateArticleInput{
		ExternalID: om[*string](nil), Summary: om[*string](nil), Body: om[*string](nil), Byline: om[[]string](nil),
		SourceName: om[*string](nil), SourceURL: om[*model.URL](nil), Topics: om[[]*model.ID](nil),
	}, nil))(t)
	if got.ExternalID != nil || got.Summary != nil || got.Markdown != "" || got.WordCount != 0 || len(got.Byline()) != 0 || got.SourceName != nil || got.SourceURL != nil {
		t.Errorf("updateArticle(everything null) = %+v, want all cleared", got)
	}
	if err := n.DeleteTopic(n.ctx, topic.ID(), nil); err != nil {
		t.Errorf("deleteTopic after its tag was cleared = %v, want none", err)
	}
}

func TestUpdateThatChangesNothingIsNoVersion(t *testing.T) {
	t.Parallel()
	n := open(t)
	official, topic := n.official("Barham Salih"), n.topic("Budget", nil)
	in := model.CreateArticleInput{
		Language: "en", Title: "Budget", ExternalID: om(ptr("x")), Summary: om(ptr("s")), Body: om(ptr("one")), Byline: om([]string{"a"}),
		Officials: idsOf(official.ID()), Topics: idsOf(topic.ID()), Publish: om(ptr(true)),
	}
	a := must(n.CreateArticle(n.ctx, in))(t)
	before := len(n.changes())
	*n.clock = n.clock.Add(time.Hour)
	got := must(n.UpdateArticle(n.ctx, a.ID(), model.UpdateArticleInput{
		Language: om(&in.Language), Title: om(&in.Title), Slug: om(&a.Slug), ExternalID: in.ExternalID, Summary: in.Summary, Body: in.Body,
		Byline: in.Byline, Officials: in.Officials, Topics: in.Topics, Countries: idsOf(), Publish: in.Publish, TranslationOf: om[*model.ID](nil),
	}, ptr(1)))(t)
	if got.Version != 1 || got.UpdatedAt != a.UpdatedAt {
		t.Errorf("updateArticle(the same) = version %d at %s, want 1 at %s", got.Version, got.UpdatedAt, a.UpdatedAt)
	}
	if after := len(n.changes()); after != before {
		t.Errorf("changes = %d, want %d", after, before)
	}
}

func TestOneChangeForEachWrite(t *testing.T) {
	t.Parallel()
	n := open(t)
	draft := n.article("en", "Budget")
	must(n.UpdateArticle(n.ctx, draft.ID(), model.UpdateArticleInput{Title: om(ptr("Budgets")), Publish: om(ptr(true))}, nil))(t)
	must(n.UpdateArticle(n.ctx, draft.ID(), model.UpdateArticleInput{Title: om(ptr("The budget")), Publish: om(ptr(false))}, nil))(t)
	must(n.UnpublishArticle(n.ctx, draft.ID(), nil))(t)
	published := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Vote", Publish: om(ptr(true))}))(t)
	if err := n.DeleteArticle(n.ctx, published.ID(), nil); err != nil {
		t.Fatal(err)
	}
	want := []change{
		{"CREATED", "Article", 1, "Samira"},
		{"PUBLISHED", "Article", 2, "Samira"},
		{"UPDATED", "Article", 3, "Samira"},
		{"UNPUBLISHED", "Article", 4, "Samira"},
		{"PUBLISHED", "Article", 1, "Samira"},
		{"DELETED", "Article", 2, "Samira"},
	}
	if got := n.changes(); !slices.Equal(got, want) {
		t.Errorf("changes = %v, want %v", got, want)
	}
}

func TestPublishingKeepsTheFirstDate(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := n.article("en", "Budget").ID()
	first := model.At(*n.clock)
	must(n.PublishArticle(n.ctx, id, nil, nil))(t)
	*n.clock = n.clock.Add(time.Hour)
	again := must(n.PublishArticle(n.ctx, id, nil, nil))(t)
	if again.Version != 2 || *again.PublishedAt != first {
		t.Errorf("publishing twice = version %d at %s, want 2 at %s", again.Version, *again.PublishedAt, first)
	}
	hidden := must(n.UnpublishArticle(n.ctx, id, nil))(t)
	if hidden.Status != model.ArticleStatusDraft || *hidden.PublishedAt != first {
		t.Errorf("unpublishArticle = %s at %s, want a DRAFT that keeps its date", hidden.Status, *hidden.PublishedAt)
	}
	if twice := must(n.UnpublishArticle(n.ctx, id, nil))(t); twice.Version != hidden.Version {
		t.Errorf("unpublishing twice = version %d, want %d", twice.Version, hidden.Version)
	}
	if back := must(n.PublishArticle(n.ctx, id, nil, nil))(t); *back.PublishedAt != first {
		t.Errorf("publishing again = %s, want the first date %s", *back.PublishedAt, first)
	}
}

func TestStaleVersionIsAConflict(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := n.article("en", "Budget").ID()
	must(n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{Title: om(ptr("Vote"))}, ptr(1)))(t)
	for name, write := range map[string]func() error{
		"update": func() error {
			_, err := n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{}, ptr(1))
			return err
		},
		"publish": func() error { _, err := n.PublishArticle(n.ctx, id, nil, ptr(1)); return err },
		"delete":  func() error { return n.DeleteArticle(n.ctx, id, ptr(1)) },
	} {
		err := write()
		refused(t, name, err, "CONFLICT at expectedVersion")
		if many, _ := err.(model.Errors); many[0].CurrentVersion != 2 {
			t.Errorf("%s of version 1: currentVersion = %d, want 2", name, many[0].CurrentVersion)
		}
	}
}

func TestMissingArticleIsNotFound(t *testing.T) {
	t.Parallel()
	n := open(t)
	for _, id := range []model.ID{{Type: model.NodeArticle, Key: 999}, n.topic("Budget", nil).ID()} {
		_, err := n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{}, nil)
		refused(t, "updateArticle", err, "NOT_FOUND at id")
		refused(t, "deleteArticle", n.DeleteArticle(n.ctx, id, nil), "NOT_FOUND at id")
	}
}

func TestOfficialsKeepTheirRole(t *testing.T) {
	t.Parallel()
	n := open(t)
	a, b, c := n.official("A"), n.official("B"), n.official("C")
	article := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Vote", Appearances: om([]*model.AppearanceInput{
		{Official: a.ID(), Role: model.AppearanceRoleSpeaker}, {Official: b.ID(), Role: model.AppearanceRoleMentioned},
	})}))(t)
	must(n.UpdateArticle(n.ctx, article.ID(), model.UpdateArticleInput{Officials: idsOf(c.ID(), b.ID())}, nil))(t)
	got := n.strings("SELECT official_id || role FROM article_officials ORDER BY position")
	if want := []string{"3SUBJECT", "2MENTIONED"}; !slices.Equal(got, want) {
		t.Errorf("officials after [C, B] = %v, want %v", got, want)
	}
}

func TestDeletedArticleLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	n := open(t)
	a := must(n.CreateArticle(n.ctx, model.CreateArticleInput{
		Language: "en", Title: "Vote", Officials: idsOf(n.official("A").ID()), Topics: idsOf(n.topic("T", nil).ID()), Publish: om(ptr(true)),
	}))(t)
	if err := n.DeleteArticle(n.ctx, a.ID(), ptr(1)); err != nil {
		t.Fatal(err)
	}
	left := n.strings(`SELECT 'index' FROM article_index UNION ALL SELECT 'titles' FROM title_index UNION ALL SELECT 'timeline' FROM timeline
		UNION ALL SELECT 'uses' FROM node_uses WHERE articles <> 0
		UNION ALL SELECT 'official' FROM article_officials UNION ALL SELECT 'topic' FROM article_topics`)
	if left != nil {
		t.Errorf("left after deleteArticle = %v, want nothing", left)
	}
}
