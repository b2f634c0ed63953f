package content

import (
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

func TestPreviewLink(t *testing.T) {
	t.Parallel()
	n := open(t, func(c *Config) { c.PreviewURL = "https://site.example/{language}/{slug}?id={id}&token={token}" })
	id := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "ar", Title: "مسودة"}))(t).ID()
	link := must(n.CreatePreviewLink(n.ctx, id, 60))(t)
	if want := "https://site.example/ar/%D9%85%D8%B3%D9%88%D8%AF%D8%A9?id=" + id.String() + "&token=" + *link.Token; string(*link.URL) != want {
		t.Errorf("the address = %s, want %s", *link.URL, want)
	}
	if want := model.At(n.clock.Add(time.Minute)); *link.ExpiresAt != want {
		t.Errorf("the link expires at %s, want %s", *link.ExpiresAt, want)
	}
	actor := must(n.Preview(n.ctx, *link.Token))(t)
	if actor.Role != model.RoleAnonymous || actor.Preview != id.Key || actor.Drafts {
		t.Errorf("the actor of the token = %+v, want nobody who sees just the article", actor)
	}
	for what, token := range map[string]string{"another letter": *link.Token + "A", "no signature": "diwan_preview_1.zzz"} {
		if _, err := n.Preview(n.ctx, token); model.CodeOf(err) != model.CodeUnauthenticated {
			t.Errorf("a token with %s = %v, want UNAUTHENTICATED", what, err)
		}
	}
	*n.clock = n.clock.Add(time.Minute)
	if _, err := n.Preview(n.ctx, *link.Token); model.CodeOf(err) != model.CodeUnauthenticated || !strings.Contains(err.Error(), "expired") {
		t.Errorf("the token a minute later = %v, want that it has expired", err)
	}
}

func TestPreviewLinkIsRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	id, topic := n.article("en", "Draft").ID(), n.topic("Topic", nil).ID()
	for name, c := range map[string]struct {
		article   model.ID
		expiresIn int
		want      string
	}{
		"for too short": {id, 59, "INVALID at expiresIn"},
		"for too long":  {id, 30*24*60*60 + 1, "INVALID at expiresIn"},
		"of a topic":    {topic, 60, "NOT_FOUND at article"},
		"of no article": {model.ID{Type: model.NodeArticle, Key: 999}, 60, "NOT_FOUND at article"},
	} {
		link, err := n.CreatePreviewLink(n.ctx, c.article, c.expiresIn)
		refused(t, "a link "+name, err, c.want)
		if link.Token != nil {
			t.Errorf("a link %s = %+v, want none", name, link)
		}
	}
	if _, err := n.CreatePreviewLink(n.reader(), id, 60); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("a link made by a reader = %v, want FORBIDDEN", err)
	}
	if link := must(n.CreatePreviewLink(n.ctx, id, 60))(t); link.URL != nil {
		t.Errorf("where no address is configured, the address = %s, want none", *link.URL)
	}
}

// A preview link shows the working copy of its article, by the keys of either
// version, and nothing else that readers do not see.
func TestWhatAPreviewShows(t *testing.T) {
	t.Parallel()
	n := open(t)
	a := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Harbour", Slug: om(ptr("harbour")), Publish: om(ptr(true))}))(t)
	must(n.UpdateArticle(n.ctx, a.ID(), model.UpdateArticleInput{Title: om(ptr("Airport")), Slug: om(ptr("airport"))}, nil))(t)
	must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Other", Slug: om(ptr("other")), Publish: om(ptr(true))}))(t)
	draft := n.article("en", "Draft")
	visitor := n.as(auth.Actor{Role: model.RoleAnonymous, Preview: a.Key})
	title := func(slug string) string {
		got, err := n.Article(visitor, model.ArticleBy{Slug: &slug}, nil, nil, (&model.Plan{}).Want("title"))
		if err != nil {
			return string(model.CodeOf(err))
		}
		return got.Title
	}
	for slug, want := range map[string]string{"airport": "Airport", "harbour": "Airport", "other": "Other", draft.Slug: "NOT_FOUND"} {
		if got := title(slug); got != want {
			t.Errorf("article %s in the preview = %s, want %s", slug, got, want)
		}
	}
	only := n.as(auth.Actor{Role: model.RoleAnonymous, Preview: a.Key, PreviewOnly: true})
	if got := n.seen(only, a.ID()); got == nil || got.Title != "Airport" {
		t.Errorf("the article, where nothing else is shown = %+v, want its working copy", got)
	}
	if _, err := n.Article(only, model.ArticleBy{Slug: ptr("other")}, nil, nil, nil); model.CodeOf(err) != model.ErrorCodeNotFound {
		t.Errorf("another article, where nothing else is shown = %v, want NOT_FOUND", err)
	}
	if _, err := n.Articles(only, model.Query{}, nil); model.CodeOf(err) != model.ErrorCodeForbidden {
		t.Errorf("articles, where nothing else is shown = %v, want FORBIDDEN", err)
	}
}
