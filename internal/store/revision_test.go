package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// rewritten is the newsroom in which `vote` has been rewritten and hidden.
func rewritten(t *testing.T) *store.Store {
	t.Helper()
	s := newsroom(t)
	edit(t, s, begin+10, vote, func(a *store.TaggedArticle) {
		a.Title, a.Slug, a.ExternalID = "A vote on budgets", "votes", of("a:3")
		a.Officials, a.Topics = []model.TaggedOfficial{{Key: zola, Role: model.AppearanceRoleSubject}}, []int64{elections, sport}
		a.Note.Summary = of("moved to budgets")
	})
	edit(t, s, begin+20, vote, func(a *store.TaggedArticle) {
		a.Status, a.Public, a.Note.RestoredFrom = model.ArticleStatusArchived, false, of(1)
		a.Authors = model.Lines{"Samira", "Sami"}
	})
	return s
}

// revisionsOf are the revisions of an article, the newest first, with what the plan
// asks for below them.
func revisionsOf(t *testing.T, s *store.Store, article int64, args model.Args, below *model.Plan) *model.RevisionConnection {
	t.Helper()
	plan := &model.Plan{}
	revisions := plan.Relate("revisions", "revisions", args).Plan.Want("totalCount", "pageInfo")
	revisions.Relations = append(revisions.Relations, &model.Relation{Field: "nodes", Key: "nodes", Plan: below})
	a, _ := loaded(t, s, editors(), plan, id(model.NodeArticle, article))[0].(*model.Article)
	return slot[*model.RevisionConnection](t, a, "revisions")
}

func TestRevisions(t *testing.T) {
	t.Parallel()
	s := rewritten(t)
	page := revisionsOf(t, s, vote, model.Args{}, (&model.Plan{}).Want("author", "at", "summary", "restoredFrom", "changedFields", "published"))
	var got []string
	for _, r := range page.Nodes {
		based := 0
		if r.BasedOn != nil {
			based = *r.BasedOn
		}
		summary, restored := "-", 0
		if r.Summary != nil {
			summary = *r.Summary
		}
		if r.RestoredFrom != nil {
			restored = *r.RestoredFrom
		}
		got = append(got, fmt.Sprint(r.Number, " ", r.By, " ", int64(r.At-begin), " ", summary, " from ", restored, " on ", based, " ", r.Published, " ", r.ChangedFields()))
	}
	wantList(t, "revisions", got,
		"3 Samira 20 - from 1 on 2 false [byline]",
		"2 Samira 10 moved to budgets from 0 on 1 true [title slug externalId officials topics]",
		"1 Samira 0 - from 0 on 0 true [language title slug body officials countries topics]")
	if first := revisionsOf(t, s, vote, model.Args{First: of(1)}, &model.Plan{}); *first.Total != 3 || len(first.Nodes) != 1 || !first.PageInfo.HasNextPage {
		t.Errorf("a page = %d of %d, want 1 of 3", len(first.Nodes), *first.Total)
	}
	_, err := s.Nodes(t.Context(), readers(), []model.ID{id(model.NodeArticle, match)}, func(model.NodeType) *model.Plan { return relating("revisions") })
	wantCode(t, "revisions for readers", err, model.ErrorCodeForbidden)
}

// A revision's article is what it was, with tags as they were then.
func TestArticleOfARevision(t *testing.T) {
	t.Parallel()
	s := rewritten(t)
	below := &model.Plan{}
	article := below.Relate("article", "article", model.Args{}).Plan.Want("title")
	for _, field := range []string{"officials", "countries", "topics", "appearances", "mentions"} {
		article.Relate(field, field, model.Args{}).Plan.Want("slug", "code")
	}
	article.Relation("appearances").Plan.Relate("official", "official", model.Args{}).Plan.Want("slug")
	read := func() (got []string) {
		t.Helper()
		for _, r := range revisionsOf(t, s, vote, model.Args{}, below).Nodes {
			a := slot[*model.Article](t, r, "article")
			appear := []string{}
			for _, one := range slot[[]*model.Appearance](t, a, "appearances") {
				appear = append(appear, one.Official.Slug+"/"+string(one.Role))
			}
			got = append(got, fmt.Sprintf("%s %s%s%s%s%d", a.Title, slugsOf(slot[[]*model.Official](t, a, "officials")), slugsOf(slot[[]*model.Country](t, a, "countries")),
				slugsOf(slot[[]*model.Topic](t, a, "topics")), appear, len(slot[[]*model.Mention](t, a, "mentions"))))
		}
		return got
	}
	wantList(t, "articles of revisions", read(),
		"A vote on budgets [zola][IQ KW][elections sport][zola/SUBJECT]4",
		"A vote on budgets [zola][IQ KW][elections sport][zola/SUBJECT]4",
		"A vote on elections [salih][IQ KW][elections][salih/SPEAKER]4")
	edit(t, s, begin+30, vote, func(a *store.TaggedArticle) { a.Officials = nil })
	mustWrite(t, s, func(tx *store.Tx) error {
		o, err := tx.Official(zola)
		if err != nil {
			return err
		}
		return tx.DeleteOfficial(o)
	})
	if got := read()[2]; got != "A vote on budgets [][IQ KW][elections sport][]4" {
		t.Errorf("the revision that named somebody who was deleted = %s", got)
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		past, err := tx.Past(vote, 1)
		if err != nil || past.Title != "A vote on elections" || past.Officials[0].Key != salih || past.Slug != "vote" {
			t.Errorf("Past(1) = %+v, %v, want what it said first", past, err)
		}
		standing, err := tx.Past(vote, 4)
		if err != nil || standing.Key != vote || len(standing.Topics) != 2 {
			t.Errorf("Past(4) = %+v, %v, want what it says now", standing, err)
		}
		now, err := tx.Article(vote)
		if err != nil || !store.SameContent(now, standing) || store.SameContent(now, past) {
			t.Errorf("the article says what revision 4 says: %v, and revision 1 something else", err)
		}
		_, err = tx.Past(vote, 9)
		wantCode(t, "a revision that is not there", err, model.ErrorCodeNotFound)
		return nil
	})
}

func TestDiffsOfRevisions(t *testing.T) {
	t.Parallel()
	s := rewritten(t)
	diff := func(args model.Args) [][]*model.FieldDiff {
		t.Helper()
		below := &model.Plan{}
		below.Relate("diff", "diff", args)
		var all [][]*model.FieldDiff
		for _, r := range revisionsOf(t, s, vote, model.Args{}, below).Nodes {
			all = append(all, slot[[]*model.FieldDiff](t, r, "diff"))
		}
		return all
	}
	said := func(d *model.FieldDiff) string {
		marks := map[model.DiffKind]string{model.DiffKindEqual: "%s", model.DiffKindDeleted: "-%s-", model.DiffKindInserted: "+%s+"}
		var b strings.Builder
		for _, part := range d.Parts {
			fmt.Fprintf(&b, marks[part.Kind], part.Text)
		}
		return d.Field + ": " + b.String()
	}
	var got []string
	for _, d := range diff(model.Args{})[1] {
		got = append(got, said(d))
	}
	wantList(t, "what the second revision changed", got,
		"title: A vote on -elections-+budgets+", "slug: -vote-+votes+", "externalId: +a:3+",
		"officials: -Barham-+Émile+ -Salih-+Zola+ -SPEAKER-+SUBJECT+\n", "topics: Elections\n+Sport\n+")
	if same := diff(model.Args{Against: of(2)}); len(same[1]) != 0 || len(same[0]) != 1 || len(same[2]) != 5 {
		t.Errorf("against revision 2, fields differ: %d, %d, %d, want 1, 0, 5", len(same[0]), len(same[1]), len(same[2]))
	}
	if first := diff(model.Args{})[2]; len(first) != 7 || len(first[0].Parts) != 1 || first[0].Parts[0].Kind != model.DiffKindInserted {
		t.Errorf("the first revision inserts %+v, want all that it says", first)
	}
	plan := &model.Plan{}
	plan.Relate("revisions", "revisions", model.Args{}).Plan.Relate("nodes", "nodes", model.Args{}).Plan.Relate("diff", "diff", model.Args{Against: of(9)})
	_, err := s.Nodes(t.Context(), editors(), []model.ID{id(model.NodeArticle, vote)}, func(model.NodeType) *model.Plan { return plan })
	wantCode(t, "a diff with no such revision", err, model.ErrorCodeInvalid)
}

// An article as of a moment is what readers saw then, by the keys that it had then.
func TestArticleAsOf(t *testing.T) {
	t.Parallel()
	s := rewritten(t)
	plan := relating("officials").Want("title", "slug")
	for _, c := range []struct {
		rule     string
		by       model.ArticleBy
		language *model.Language
		at       model.DateTime
		want     string
	}{
		{"what it said first", model.ArticleBy{ID: of(id(model.NodeArticle, vote))}, nil, begin, "A vote on elections [salih]"},
		{"until the moment of the next", model.ArticleBy{ID: of(id(model.NodeArticle, vote))}, nil, begin + 9, "A vote on elections [salih]"},
		{"what it said next", model.ArticleBy{ID: of(id(model.NodeArticle, vote))}, nil, begin + 10, "A vote on budgets [zola]"},
		{"after it was hidden", model.ArticleBy{ID: of(id(model.NodeArticle, vote))}, nil, begin + 20, "NOT_FOUND"},
		{"before all", model.ArticleBy{ID: of(id(model.NodeArticle, vote))}, nil, begin - 1, "NOT_FOUND"},
		{"by a slug that it had", model.ArticleBy{Slug: of("vote")}, nil, begin, "A vote on elections [salih]"},
		{"by one that it has not yet", model.ArticleBy{Slug: of("votes")}, nil, begin, "NOT_FOUND"},
		{"by an external id of then", model.ArticleBy{ExternalID: of("a:3")}, nil, begin + 10, "A vote on budgets [zola]"},
		{"a slug, in the language of the request", model.ArticleBy{Slug: of("budget")}, nil, begin, "The budget [kadhimi salih]"},
		{"a slug, in another language", model.ArticleBy{Slug: of("budget")}, of[model.Language]("ar"), begin, "الموازنة [kadhimi salih]"},
		{"the translation of an id", model.ArticleBy{ID: of(id(model.NodeArticle, budgetEn))}, of[model.Language]("ar"), begin, "الموازنة [kadhimi salih]"},
		{"the translation of an external id", model.ArticleBy{ExternalID: of("a:1")}, of[model.Language]("en"), begin, "The budget [kadhimi salih]"},
		{"of an external id that nothing has", model.ArticleBy{ExternalID: of("a:9")}, of[model.Language]("en"), begin, "NOT_FOUND"},
		{"an id of another type", model.ArticleBy{ID: of(id(model.NodeTopic, 1))}, nil, begin, "NOT_FOUND"},
		{"readers saw no draft", model.ArticleBy{ID: of(id(model.NodeArticle, draft))}, nil, begin, "NOT_FOUND"},
		{"nor a working copy", model.ArticleBy{ID: of(id(model.NodeArticle, reworked))}, nil, begin + 30, "As readers see it []"},
	} {
		a, err := s.ArticleAsOf(t.Context(), readers(), store.AsOf{By: c.by, Language: c.language, At: c.at}, plan)
		got := string(model.CodeOf(err))
		if err == nil {
			got = fmt.Sprint(a.Title, " ", slugsOf(slot[[]*model.Official](t, a, "officials")))
			if a.Status != model.ArticleStatusPublished || a.ScheduledFor != nil || a.PublishedAt == nil {
				t.Errorf("%s: %+v, want it published", c.rule, a)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.rule, got, err, c.want)
		}
	}
}

// The saved content of a revision must stay readable for years.
func TestKeptContentIsReadAgain(t *testing.T) {
	t.Parallel()
	dsn := newsroomDatabase.Copy(t)
	s := reopen(t, dsn)
	edit(t, s, begin+1, budgetAr, func(a *store.TaggedArticle) { a.Title = "غيره" })
	var content string
	if err := direct(t, dsn).QueryRow("SELECT content FROM revisions WHERE article_id = 1 AND number = 1").Scan(&content); err != nil {
		t.Fatal(err)
	}
	var kept map[string]any
	if err := json.Unmarshal([]byte(content), &kept); err != nil || kept["title"] != "الموازنة" || kept["externalId"] != "a:1" || len(kept) != 18 {
		t.Errorf("content = %s, %v", content, err)
	}
	mustExec(t, direct(t, dsn), "UPDATE revisions SET content = 'no' WHERE article_id = 1 AND number = 1")
	err := s.Write(t.Context(), samira, begin, func(tx *store.Tx) error { _, err := tx.Past(budgetAr, 1); return err })
	if err == nil || !strings.Contains(err.Error(), "read revision 1 of article 1") {
		t.Errorf("content that is damaged: %v, want an error that names the revision", err)
	}
}
