package editing

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// everywhere queries an article in many ways, some by values that an edit changes.
const everywhere = `query($id: ID!, $slug: String!) {
	article(by: {id: $id}) { ` + testserver.WholeArticle + ` }
	bySlug: article(by: {slug: $slug}) { ` + testserver.WholeArticle + ` }
	node(id: $id) { ... on Article { ` + testserver.WholeArticle + ` } }
	articles { totalCount nodes { ` + testserver.WholeArticle + ` } facets { officials { official { slug } count } topics { topic { slug } count } countries { country { code } count } languages { language count } months { month count } } }
	byTitle: articles(orderBy: {field: TITLE}) { nodes { slug } }
	filtered: articles(filter: {topics: {some: {slug: {eq: "before"}}}}) { totalCount nodes { slug } }
	others: articles(filter: {topics: {some: {slug: {eq: "after"}}}}) { totalCount nodes { slug } }
	found: articles(search: "harbour") { totalCount nodes { slug } }
	lost: articles(search: "airport") { totalCount nodes { slug } }
	search(query: "harbour") { totalCount edges { score node { __typename } highlights { text } } }
	nothing: search(query: "airport") { totalCount edges { score node { __typename } } }
	topics { nodes { slug articles { totalCount nodes { slug title } } } }
	officials { nodes { slug articles { totalCount nodes { slug title } } } }
	suggest(prefix: "b") { text }
}`

// While a published article is edited, readers get the same answers byte for byte until it
// is published again, and also when the edit is discarded.
func TestAnEditIsSeenWhenItIsPublished(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	s, article, vars, edit := testserver.StartEdited(t, &clock)
	seen := s.Post(t, everywhere, vars)
	if len(seen.Errors) > 0 || !strings.Contains(string(seen.Data), "harbour") {
		t.Fatalf("readers see %s, want the harbour", seen.Raw)
	}
	same := func(doing string, headers ...header) {
		t.Helper()
		if got := s.Post(t, everywhere, vars, headers...); !bytes.Equal(got.Raw, seen.Raw) {
			t.Errorf("%s, readers see\n%s\nwant\n%s", doing, got.Raw, seen.Raw)
		}
	}
	s.Update(t, "Article", article, edit)
	same("after an edit")
	same("after an edit, to an editor without the draft perspective", testserver.AsAdmin)
	draft := string(s.Post(t, everywhere, variables{"id": article.ID, "slug": "airport"}, testserver.AsAdmin, testserver.SeeDrafts).Data)
	for _, want := range []string{
		`"title":"The airport"`, `"bySlug":{"id"`, `"hasUnpublishedChanges":true`, `"filtered":{"totalCount":1,`, `"others":{"totalCount":1,`, `"lost":{"totalCount":1,`,
		`"translations":[{"slug":"autre","language":"fr"}]`, `"surface":"Ole Lund"`,
	} {
		if !strings.Contains(draft, want) {
			t.Errorf("editors see %s, want %s in it", draft, want)
		}
	}
	if strings.Contains(draft, `"title":"The harbour"`) {
		t.Errorf("editors see %s, want nothing of the published version", draft)
	}
	for _, mutation := range []string{"submitArticle", "submitArticle"} {
		if got := s.Steps(t, article, mutation); got.Status != "IN_REVIEW" || !got.HasUnpublishedChanges {
			t.Errorf("%s = %+v, want the changes IN_REVIEW", mutation, got)
		}
		same("after " + mutation)
	}
	if got, errs := s.Step(t, "publishArticle", article, "at", "2024-07-01T00:00:00Z"); len(errs) > 0 || got.Status != "SCHEDULED" {
		t.Errorf("publishArticle(at:) = %+v, %+v, want it scheduled", got, errs)
	}
	same("while its changes are scheduled")
	if got := s.Steps(t, article, "discardArticleChanges"); got.Status != "PUBLISHED" || got.HasUnpublishedChanges || got.Title != "The harbour" || got.Version != 1 {
		t.Errorf("discardArticleChanges = %+v, want the published version 1", got)
	}
	same("after the changes were discarded")
	same("after the changes were discarded, with drafts", testserver.AsAdmin, testserver.SeeDrafts)

	again := s.Update(t, "Article", article, edit)
	if again.Version <= 4 {
		t.Errorf("an edit after a discarded one has version %d, want a version that was never used", again.Version)
	}
	same("after another edit")
	if got := s.Steps(t, article, "publishArticle"); got.Status != "PUBLISHED" || got.HasUnpublishedChanges || *got.PublishedAt != "2024-05-01T12:00:00.000Z" {
		t.Errorf("publishArticle = %+v, want PUBLISHED with the first date", got)
	}
	now := s.Post(t, everywhere, variables{"id": article.ID, "slug": "airport"})
	withDrafts := s.Post(t, everywhere, variables{"id": article.ID, "slug": "airport"}, testserver.AsAdmin, testserver.SeeDrafts)
	if !bytes.Equal(now.Data, withDrafts.Data) || strings.Contains(string(now.Data), "harbour") {
		t.Errorf("after publication, readers see\n%s\nand editors\n%s\nwant the same, without the harbour", now.Data, withDrafts.Data)
	}
	if rows := s.Database.Rows(t, "SELECT id FROM articles WHERE id < 0"); len(rows) > 0 {
		t.Errorf("working copies after publication = %v, want none", rows)
	}
}

func TestUnpublishingKeepsTheWorkingCopy(t *testing.T) {
	t.Parallel()
	for _, mutation := range []string{"unpublishArticle", "archiveArticle"} {
		var clock testserver.Clock
		s, article, vars, edit := testserver.StartEdited(t, &clock)
		s.Update(t, "Article", article, edit)
		if got := s.Steps(t, article, mutation); got.Title != "The airport" || got.HasUnpublishedChanges {
			t.Errorf("%s = %+v, want the edited version", mutation, got)
		}
		s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { title } articles(search: "harbour airport") { totalCount } topics { nodes { slug articles { totalCount } } } }`, vars,
			`{"article":null,"articles":{"totalCount":0},"topics":{"nodes":[{"slug":"after","articles":{"totalCount":0}},{"slug":"before","articles":{"totalCount":1}}]}}`)
		if got := s.Steps(t, article, "unpublishArticle", "publishArticle"); got.Title != "The airport" || *got.PublishedAt != "2024-05-01T12:00:00.000Z" {
			t.Errorf("published again = %+v, want the edited version with the first date", got)
		}
	}
}

// Each step from each state leads to the state in leads, or is refused.
func TestEachStepLeadsOnOrIsRefused(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	const live, changes = " live", " changes"
	states := map[string][]string{ // each with the steps that lead to it from a draft
		"DRAFT":                      {},
		"IN_REVIEW":                  {"submitArticle"},
		"SCHEDULED":                  {"schedule"},
		"PUBLISHED" + live:           {"publishArticle"},
		"PUBLISHED" + live + changes: {"publishArticle", "edit"},
		"IN_REVIEW" + live + changes: {"publishArticle", "edit", "submitArticle"},
		"SCHEDULED" + live + changes: {"publishArticle", "edit", "schedule"},
		"ARCHIVED":                   {"publishArticle", "archiveArticle"},
	}
	leads := map[string]map[string]string{
		"DRAFT":                      {"submitArticle": "IN_REVIEW", "schedule": "SCHEDULED", "publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT"},
		"IN_REVIEW":                  {"submitArticle": "IN_REVIEW", "schedule": "SCHEDULED", "publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT"},
		"SCHEDULED":                  {"submitArticle": "IN_REVIEW", "schedule": "SCHEDULED", "publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT"},
		"PUBLISHED" + live:           {"publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT", "archiveArticle": "ARCHIVED", "discardArticleChanges": "PUBLISHED live"},
		"PUBLISHED" + live + changes: {"submitArticle": "IN_REVIEW live changes", "schedule": "SCHEDULED live changes", "publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT", "archiveArticle": "ARCHIVED", "discardArticleChanges": "PUBLISHED live"},
		"IN_REVIEW" + live + changes: {"submitArticle": "IN_REVIEW live changes", "schedule": "SCHEDULED live changes", "publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT", "archiveArticle": "ARCHIVED", "discardArticleChanges": "PUBLISHED live"},
		"SCHEDULED" + live + changes: {"submitArticle": "IN_REVIEW live changes", "schedule": "SCHEDULED live changes", "publishArticle": "PUBLISHED live", "unpublishArticle": "DRAFT", "archiveArticle": "ARCHIVED", "discardArticleChanges": "PUBLISHED live"},
		"ARCHIVED":                   {"unpublishArticle": "DRAFT", "archiveArticle": "ARCHIVED"},
	}
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	take := func(t *testing.T, step string, article testserver.Node) []testserver.PayloadError {
		t.Helper()
		switch step {
		case "edit":
			s.Update(t, "Article", article, variables{"title": article.ID + " edited"})
			return nil
		case "schedule":
			_, errs := s.Step(t, "publishArticle", article, "at", "2030-01-01T00:00:00Z")
			return errs
		}
		_, errs := s.Step(t, step, article)
		return errs
	}
	state := func(t *testing.T, article testserver.Node) string {
		t.Helper()
		const query = `query($id: ID!) { article(by: {id: $id}) { status hasUnpublishedChanges scheduledFor } }`
		type answered struct {
			Article *struct {
				Status                string
				HasUnpublishedChanges bool
				ScheduledFor          *string
			}
		}
		editors := testserver.Ask[answered](t, s, query, variables{"id": article.ID}, testserver.AsAdmin, testserver.SeeDrafts).Article
		readers := testserver.Ask[answered](t, s, query, variables{"id": article.ID}).Article
		is := editors.Status
		if (editors.ScheduledFor != nil) != (is == "SCHEDULED") {
			t.Errorf("%s has scheduledFor %v, want one only if SCHEDULED", is, editors.ScheduledFor)
		}
		if readers != nil {
			is += live
			if readers.Status != "PUBLISHED" || readers.HasUnpublishedChanges || readers.ScheduledFor != nil {
				t.Errorf("readers see %+v, want PUBLISHED and no trace of changes", readers)
			}
		}
		if editors.HasUnpublishedChanges {
			is += changes
		}
		return is
	}
	for from, way := range states {
		for _, to := range []string{"submitArticle", "schedule", "publishArticle", "unpublishArticle", "archiveArticle", "discardArticleChanges"} {
			t.Run(from+": "+to, func(t *testing.T) {
				article := s.Article(t, "Step", variables{"publish": false})
				for _, step := range way {
					if errs := take(t, step, article); len(errs) > 0 {
						t.Fatalf("%s on the way to the state = %+v", step, errs)
					}
				}
				if got := state(t, article); got != from {
					t.Fatalf("the state is %s, want %s", got, from)
				}
				errs := take(t, to, article)
				want, possible := leads[from][to]
				if !possible {
					want = from
					if len(errs) != 1 || errs[0].Code != "INVALID" || !strings.Contains(errs[0].Message, " first") && !strings.Contains(errs[0].Message, "has no ") {
						t.Errorf("%s = %+v, want INVALID, and what to do first", to, errs)
					}
				} else if len(errs) > 0 {
					t.Errorf("%s = %+v", to, errs)
				}
				if got := state(t, article); got != want {
					t.Errorf("%s leads to %s, want %s", to, got, want)
				}
			})
		}
	}
}

func TestScheduledArticlesArePublishedInTime(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	article := s.Article(t, "Soon", variables{"publish": false})
	for at, want := range map[string]string{"2024-05-01T11:00:00Z": "INVALID", "2024-05-01T11:59:59Z": ""} {
		other := s.Article(t, "Past", variables{"publish": false})
		if _, errs := s.Step(t, "publishArticle", other, "at", at); want == "" && len(errs) > 0 || want != "" && (len(errs) != 1 || errs[0].Code != want || !slices.Equal(errs[0].Path, []string{"at"})) {
			t.Errorf("publishArticle(at: %s) = %+v, want %q", at, errs, want)
		}
	}
	got, errs := s.Step(t, "publishArticle", article, "at", "2024-05-01T13:00:00Z")
	if len(errs) > 0 || got.Status != "SCHEDULED" || *got.ScheduledFor != "2024-05-01T13:00:00.000Z" || got.PublishedAt != nil {
		t.Fatalf("publishArticle(at:) = %+v, %+v, want it scheduled", got, errs)
	}
	titles := func() string {
		return string(s.Post(t, `{ articles(filter: {title: {eq: "Soon"}}) { nodes { status publishedAt scheduledFor version } } }`, nil).Data)
	}
	if before := titles(); !strings.Contains(before, `"nodes":[]`) {
		t.Errorf("before the scheduled time, readers see %s, want nothing", before)
	}
	clock.SetAt(t, "2024-05-01T13:00:07Z")
	testserver.Until(t, "the publication", func() bool { return !strings.Contains(titles(), `"nodes":[]`) })
	if after, want := titles(), `{"articles":{"nodes":[{"status":"PUBLISHED","publishedAt":"2024-05-01T13:00:00.000Z","scheduledFor":null,"version":3}]}}`; after != want {
		t.Errorf("published by the schedule = %s, want %s", after, want)
	}
	if rows := s.Database.Rows(t, "SELECT kind, version, actor FROM changes WHERE node_type = 'Article' AND node_id = 1 ORDER BY id"); !slices.Equal(rows, []string{"CREATED 1 admin", "UPDATED 2 admin", "PUBLISHED 3 admin"}) {
		t.Errorf("changes = %q, want one publication, by the user who scheduled it", rows)
	}
	if rows := s.Database.Rows(t, "SELECT subject FROM jobs"); len(rows) > 0 {
		t.Errorf("jobs after the publication = %v, want none", rows)
	}
}

// A schedule survives its server: articles that became due in between are published at the
// next start, with the scheduled time.
func TestAScheduleSurvivesItsServer(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	dsn := string(testserver.NewDatabase(t))
	first := testserver.Start(t, clock.Drive, testserver.InDatabase(dsn))
	article := first.Article(t, "Soon", variables{"publish": false})
	if _, errs := first.Step(t, "publishArticle", article, "at", "2024-05-02T00:00:00Z"); len(errs) > 0 {
		t.Fatal(errs)
	}
	first.Stop()
	clock.SetAt(t, "2024-05-03T00:00:00Z")
	second := testserver.Start(t, clock.Continue, testserver.InDatabase(dsn))
	const query = `{ articles { nodes { publishedAt updatedAt } } }`
	testserver.Until(t, "the publication", func() bool {
		return strings.Contains(string(second.Post(t, query, nil).Data), "publishedAt")
	})
	second.WantData(t, query, nil, `{"articles":{"nodes":[{"publishedAt":"2024-05-02T00:00:00.000Z","updatedAt":"2024-05-03T00:00:00.000Z"}]}}`)
}

// Of several servers on one database, one publishes each scheduled article, once.
func TestServersShareASchedule(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	dsn := string(testserver.NewDatabase(t))
	servers := []*testserver.Server{testserver.Start(t, clock.Drive, testserver.InDatabase(dsn)), testserver.Start(t, clock.Continue, testserver.InDatabase(dsn)), testserver.Start(t, clock.Continue, testserver.InDatabase(dsn))}
	const count = 20
	for i := range count {
		article := servers[i%3].Article(t, fmt.Sprint("Soon ", i), variables{"publish": false})
		if _, errs := servers[i%3].Step(t, "publishArticle", article, "at", "2024-05-02T00:00:00Z"); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	clock.SetAt(t, "2024-05-02T00:00:00Z")
	testserver.Until(t, "all are published", func() bool {
		return strings.Contains(string(servers[0].Post(t, `{ articles { totalCount } }`, nil).Data), fmt.Sprint(count))
	})
	if rows := servers[0].Database.Rows(t, "SELECT COUNT(*) FROM changes WHERE kind = 'PUBLISHED' AND version = 3"); rows[0] != fmt.Sprint(count) {
		t.Errorf("%s publications, want %d", rows[0], count)
	}
}

// Sending a feed again neither publishes articles that editors are working on, nor undoes
// their decisions.
func TestFeedsDoNotUndoTheWorkOfEditors(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	send := func(title string) (counts string, code string) {
		t.Helper()
		got := testserver.Ask[struct {
			UpsertArticles struct {
				Created, Updated, Unchanged, Failed int
				Results                             []struct{ Errors []testserver.PayloadError }
			}
		}](t, s, `mutation($title: String!) { upsertArticles(inputs: [{externalId: "feed:1", language: "en", title: $title, publish: true}]) { created updated unchanged failed results { errors { code path message } } } }`,
			variables{"title": title}, testserver.AsAdmin).UpsertArticles
		if errs := got.Results[0].Errors; len(errs) > 0 {
			code = errs[0].At()
		}
		return fmt.Sprint(got.Created, got.Updated, got.Unchanged, got.Failed), code
	}
	want := func(doing, title, counts, code string) {
		t.Helper()
		if gotCounts, gotCode := send(title); gotCounts != counts || gotCode != code {
			t.Errorf("%s, a row with the title %q = %s %s, want %s %s", doing, title, gotCounts, gotCode, counts, code)
		}
	}
	const refused = "INVALID inputs.0.publish"
	want("at first", "Flash", "1 0 0 0", "")
	article := testserver.Ask[struct{ Article testserver.Node }](t, s, `{ article(by: {externalId: "feed:1"}) { id } }`, nil).Article
	s.Update(t, "Article", article, variables{"body": "Not checked yet."})
	want("beside a working copy", "Flash", "0 0 1 0", "")
	want("beside a working copy", "Flash 2", "0 0 0 1", refused)
	s.WantData(t, `{ article(by: {externalId: "feed:1"}) { title body } }`, nil, `{"article":{"title":"Flash","body":""}}`)
	s.WantData(t, `{ article(by: {externalId: "feed:1"}) { title body hasUnpublishedChanges } }`, nil, `{"article":{"title":"Flash","body":"Not checked yet.","hasUnpublishedChanges":true}}`, testserver.AsAdmin, testserver.SeeDrafts)
	s.Steps(t, article, "discardArticleChanges")
	want("without it", "Flash 2", "0 1 0 0", "")
	s.Steps(t, article, "archiveArticle")
	want("of an archived article", "Flash 2", "0 0 1 0", "")
	want("of an archived article", "Flash 3", "0 0 0 1", refused)
	s.Steps(t, article, "unpublishArticle")
	if _, errs := s.Step(t, "publishArticle", article, "at", "2030-01-01T00:00:00Z"); len(errs) > 0 {
		t.Fatal(errs)
	}
	want("of a scheduled article", "Flash 2", "0 0 1 0", "")
	want("of a scheduled article", "Flash 3", "0 0 0 1", refused)
	s.WantData(t, `{ article(by: {externalId: "feed:1"}) { status } }`, nil, `{"article":{"status":"SCHEDULED"}}`, testserver.AsAdmin, testserver.SeeDrafts)
	s.Steps(t, article, "unpublishArticle")
	want("of a draft", "Flash 2", "0 1 0 0", "")
}

// A mutation that selects fields that the caller may not see is refused before it writes.
func TestAMutationIsRefusedBeforeItWrites(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	article := s.Article(t, "A", nil)
	for _, selection := range []string{`revisions { totalCount }`, `... on Article { translations { revisions { totalCount } } }`, `...f`} {
		query := `mutation($id: ID!) { updateArticle(id: $id, input: {title: "B"}) { article { ` + selection + ` } } }`
		if selection == "...f" {
			query += ` fragment f on Article { r: revisions { totalCount } }`
		}
		s.Database.Unchanged(t, func() {
			if code, message := s.Refused(t, query, variables{"id": article.ID}, testserver.AsAdmin); code != "FORBIDDEN" || !strings.Contains(message, "Diwan-Perspective: draft") {
				t.Errorf("%s = %s %s, want FORBIDDEN with the header to send", query, code, message)
			}
		})
	}
	s.WantData(t, `mutation($id: ID!) { updateArticle(id: $id, input: {title: "B"}) { article { title revisions { totalCount } } } }`, variables{"id": article.ID},
		`{"updateArticle":{"article":{"title":"B","revisions":{"totalCount":2}}}}`, testserver.AsAdmin, testserver.SeeDrafts)
}

// The audit log distinguishes an edit from its publication, and shows the status after each
// step.
func TestTheAuditLogTellsTheSteps(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	article := s.Article(t, "A", variables{"publish": false})
	s.Steps(t, article, "submitArticle", "publishArticle")
	s.Update(t, "Article", article, variables{"title": "B"})
	s.Steps(t, article, "publishArticle", "archiveArticle")
	got := testserver.Ask[struct {
		AuditLog struct {
			Nodes []struct {
				Kind, Status, ActorKey string
				Readers                bool
			}
		}
	}](t, s, `{ auditLog(first: 6, types: [ARTICLE]) { nodes { kind status readers actorKey } } }`, nil, testserver.AsAdmin).AuditLog.Nodes
	slices.Reverse(got)
	if want := "[{CREATED DRAFT admin false} {UPDATED IN_REVIEW admin false} {PUBLISHED PUBLISHED admin true} {UPDATED PUBLISHED admin false} {UPDATED PUBLISHED admin true} {UNPUBLISHED ARCHIVED admin true}]"; fmt.Sprint(got) != want {
		t.Errorf("the audit log = %v, want %s", got, want)
	}
}
