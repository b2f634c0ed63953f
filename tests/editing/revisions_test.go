package editing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// Each change of the content makes a revision with its author, time and changed fields.
// Other changes make none.
func TestEachChangeIsARevision(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s, article, vars, edit := testserver.StartEdited(t, &clock)
	edit["changeSummary"] = "It is an airport"
	s.Update(t, "Article", article, edit)
	s.Steps(t, article, "submitArticle", "discardArticleChanges")
	clock.SetAt(t, "2024-06-02T00:00:00Z")
	s.Update(t, "Article", article, variables{"title": "The port", "publish": true})
	s.Steps(t, article, "unpublishArticle", "publishArticle")
	s.Update(t, "Article", article, variables{"title": "The port"}) // unchanged

	const query = `query($id: ID!) { article(by: {id: $id}) { revisions { totalCount nodes { number author at summary changedFields published restoredFrom } pageInfo { hasNextPage } } } }`
	const first = `{"number":1,"author":"admin","at":"2024-05-01T12:00:00.000Z","summary":null,"changedFields":["language","title","slug","externalId","summary","body","byline","officials","countries","topics"],"published":true,"restoredFrom":null}`
	const second = `{"number":2,"author":"admin","at":"2024-06-01T00:00:00.000Z","summary":"It is an airport","changedFields":["title","slug","externalId","summary","body","byline","sourceName","officials","countries","topics","translationOf"],"published":false,"restoredFrom":null}`
	const third = `{"number":3,"author":"admin","at":"2024-06-02T00:00:00.000Z","summary":null,"changedFields":["title"],"published":true,"restoredFrom":null}`
	s.WantData(t, query, vars, `{"article":{"revisions":{"totalCount":3,"nodes":[`+third+`,`+second+`,`+first+`],"pageInfo":{"hasNextPage":false}}}}`, testserver.AsAdmin, testserver.SeeDrafts)
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { revisions(last: 1) { nodes { number } pageInfo { hasPreviousPage } } } }`, vars,
		`{"article":{"revisions":{"nodes":[{"number":1}],"pageInfo":{"hasPreviousPage":true}}}}`, testserver.AsAdmin, testserver.SeeDrafts)
	for _, headers := range [][]header{nil, {testserver.AsAdmin}} {
		if code, message := s.Refused(t, query, vars, headers...); code != "FORBIDDEN" || !strings.Contains(message, "Diwan-Perspective: draft") {
			t.Errorf("revisions with the headers %v = %s %s, want FORBIDDEN with the header to send", headers, code, message)
		}
	}
}

// A revision holds the article and its tags as of that time.
func TestARevisionIsTheArticleAsItWas(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s, article, vars, edit := testserver.StartEdited(t, &clock)
	const was = `title slug summary body byline officials { slug } countries { code } topics { slug } appearances { role official { slug } } mentions { surface } jsonLd wordCount`
	as := func(number int) string {
		t.Helper()
		for _, r := range testserver.Ask[struct {
			Article struct {
				Revisions struct {
					Nodes []struct {
						Number  int
						Article any
					}
				}
			}
		}](t, s, `query($id: ID!) { article(by: {id: $id}) { revisions { nodes { number article { `+was+` } } } } }`, vars, testserver.AsAdmin, testserver.SeeDrafts).Article.Revisions.Nodes {
			if r.Number == number {
				return testserver.JSON(r.Article)
			}
		}
		t.Fatalf("no revision %d", number)
		return ""
	}
	now := func(headers ...header) string {
		t.Helper()
		return testserver.JSON(testserver.Ask[struct{ Article any }](t, s, `query($id: ID!) { article(by: {id: $id}) { `+was+` } }`, vars, headers...).Article)
	}
	published := now()
	s.Update(t, "Article", article, edit)
	edited := now(testserver.AsAdmin, testserver.SeeDrafts)
	check := func(doing string) {
		t.Helper()
		// JSON-LD has the dates of the version.
		if got := as(1); withoutDates(got) != withoutDates(published) {
			t.Errorf("%s revision 1 = %s, want %s", doing, got, published)
		}
		if got := as(2); withoutDates(got) != withoutDates(edited) {
			t.Errorf("%s revision 2 = %s, want %s", doing, got, edited)
		}
	}
	check("beside a working copy")
	s.Steps(t, article, "publishArticle")
	check("once published")
	s.Update(t, "Article", article, variables{"title": "A third"})
	s.Update(t, "Article", article, variables{"title": "A fourth"})
	check("with others after them")
	s.Steps(t, article, "discardArticleChanges", "archiveArticle")
	check("archived")
	if got := as(4); !strings.Contains(got, "A fourth") {
		t.Errorf("the discarded revision = %s, want it kept", got)
	}

	restored := testserver.Ask[struct {
		RestoreArticleRevision struct {
			Article testserver.ArticleState
			Errors  []testserver.PayloadError
		}
	}](t, s,
		`mutation($id: ID!) { restoreArticleRevision(id: $id, revision: 1) { article { id title status } errors { code message path } } }`, vars, testserver.AsAdmin).RestoreArticleRevision
	if len(restored.Errors) > 0 || restored.Article.Title != "The harbour" || restored.Article.Status != "ARCHIVED" {
		t.Errorf("restoreArticleRevision = %+v, want the old title, still ARCHIVED", restored)
	}
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { slug externalId officials { slug } topics { slug } revisions(first: 1) { nodes { number restoredFrom changedFields } } } }`, vars,
		`{"article":{"slug":"airport","externalId":"i","officials":[{"slug":"brand"}],"topics":[{"slug":"before"}],"revisions":{"nodes":[{"number":5,"restoredFrom":1,"changedFields":["title","summary","body","byline","sourceName","officials","countries","topics"]}]}}}`, testserver.AsAdmin, testserver.SeeDrafts)
	if _, errs := s.Step(t, "restoreArticleRevision", article, "revision", 99); len(errs) != 1 || errs[0].At() != "NOT_FOUND revision" {
		t.Errorf("restoreArticleRevision(99) = %+v, want NOT_FOUND at revision", errs)
	}
	if _, errs := s.Step(t, "restoreArticleRevision", article, "revision", 1, "expectedVersion", 1); len(errs) != 1 || errs[0].At() != "CONFLICT expectedVersion" {
		t.Errorf("restoreArticleRevision of another version = %+v, want CONFLICT", errs)
	}
}

// withoutDates returns JSON-LD without the dates, which change with every version.
func withoutDates(s string) string {
	for _, name := range []string{`"dateModified":"`, `"datePublished":"`} {
		if _, rest, found := strings.Cut(s, name); found {
			s = strings.Replace(s, name+rest[:24], name, 1)
		}
	}
	return s
}

// A past revision, and an article restored from one, leave out tags that have since been
// deleted.
func TestARevisionLeavesOutWhatWasDeleted(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s, article, vars, edit := testserver.StartEdited(t, &clock)
	edit["publish"] = true
	s.Update(t, "Article", article, edit)
	for _, noun := range []string{"Official", "Topic"} {
		slug := map[string]string{"Official": "brand", "Topic": "before"}[noun]
		node := testserver.Ask[map[string]testserver.Node](t, s, fmt.Sprintf(`{ node: %s(by: {slug: %q}) { id } }`, strings.ToLower(noun), slug), nil)["node"]
		for _, other := range testserver.Ask[struct {
			Articles struct{ Nodes []testserver.Node }
		}](t, s, `{ articles(filter: {title: {eq: "Other"}}) { nodes { id } } }`, nil).Articles.Nodes {
			s.Update(t, "Article", other, variables{"officials": []string{}, "topics": []string{}, "publish": true})
		}
		s.Delete(t, noun, node.ID)
	}
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { revisions(last: 1) { nodes { article { officials { slug } topics { slug } countries { code } appearances { role } mentions { surface } } } } } }`, vars,
		`{"article":{"revisions":{"nodes":[{"article":{"officials":[],"topics":[],"countries":[{"code":"NO"}],"appearances":[],"mentions":[]}}]}}}`, testserver.AsAdmin, testserver.SeeDrafts)
	if got, errs := s.Step(t, "restoreArticleRevision", article, "revision", 1); len(errs) > 0 || got.Title != "The harbour" {
		t.Errorf("restoreArticleRevision = %+v, %+v, want the article without the deleted tags", got, errs)
	}
}

func TestARevisionIsComparedWithTheOneBefore(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	official := s.Create(t, "Official", variables{"names": testserver.Names("en", "Ole Lund", "ar", "أولي لوند")})
	article := s.Article(t, "خبر عاجل", variables{"language": "ar", "body": "وصل الوزير إلى بغداد، اليوم.", "byline": []string{"A"}})
	s.Update(t, "Article", article, variables{"body": "وصل الوزير إلى أربيل، اليوم.", "officials": []string{official.ID}, "byline": []string{"A", "B"}})
	s.Update(t, "Article", article, variables{"title": "خبر"})
	const diff = `{ field parts { kind text } }`
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { revisions { nodes { number diff `+diff+` } } } }`, variables{"id": article.ID},
		`{"article":{"revisions":{"nodes":[
			{"number":3,"diff":[{"field":"title","parts":[{"kind":"EQUAL","text":"خبر"},{"kind":"DELETED","text":" عاجل"}]}]},
			{"number":2,"diff":[
				{"field":"body","parts":[{"kind":"EQUAL","text":"وصل الوزير إلى "},{"kind":"DELETED","text":"بغداد"},{"kind":"INSERTED","text":"أربيل"},{"kind":"EQUAL","text":"، اليوم."}]},
				{"field":"byline","parts":[{"kind":"EQUAL","text":"A\n"},{"kind":"INSERTED","text":"B\n"}]},
				{"field":"officials","parts":[{"kind":"INSERTED","text":"أولي لوند SUBJECT\n"}]}]},
			{"number":1,"diff":[
				{"field":"language","parts":[{"kind":"INSERTED","text":"ar"}]},{"field":"title","parts":[{"kind":"INSERTED","text":"خبر عاجل"}]},{"field":"slug","parts":[{"kind":"INSERTED","text":"خبر-عاجل"}]},
				{"field":"body","parts":[{"kind":"INSERTED","text":"وصل الوزير إلى بغداد، اليوم."}]},{"field":"byline","parts":[{"kind":"INSERTED","text":"A\n"}]}]}
		]}}}`, testserver.AsAdmin, testserver.SeeDrafts, testserver.InArabic)
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { revisions(first: 1) { nodes { back: diff(against: 1) { field } none: diff(against: 3) { field } } } } }`, variables{"id": article.ID},
		`{"article":{"revisions":{"nodes":[{"back":[{"field":"title"},{"field":"body"},{"field":"byline"},{"field":"officials"}],"none":[]}]}}}`, testserver.AsAdmin, testserver.SeeDrafts)
	// A revision is compared with the version that it changed, not with a discarded one.
	s.Steps(t, article, "publishArticle")
	s.Update(t, "Article", article, variables{"body": "Dropped."})
	s.Steps(t, article, "discardArticleChanges")
	s.Update(t, "Article", article, variables{"title": "خبر آخر"})
	s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { revisions(first: 2) { nodes { number changedFields diff { field } } } } }`, variables{"id": article.ID},
		`{"article":{"revisions":{"nodes":[{"number":5,"changedFields":["title"],"diff":[{"field":"title"}]},{"number":4,"changedFields":["body"],"diff":[{"field":"body"}]}]}}}`, testserver.AsAdmin, testserver.SeeDrafts)
	if code, _ := s.Refused(t, `query($id: ID!) { article(by: {id: $id}) { revisions(first: 1) { nodes { diff(against: 9) { field } } } } }`, variables{"id": article.ID}, testserver.AsAdmin, testserver.SeeDrafts); code != "INVALID" {
		t.Errorf("diff against a revision that does not exist = %s, want INVALID", code)
	}
}

// publishedAsOf returns the article that readers saw at an instant, found by its keys of
// that time.
func TestPublishedAsOfIsWhatReadersSaw(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s, article, vars, edit := testserver.StartEdited(t, &clock)
	const one = `title status version publishedAt topics { slug }`
	seen := func() string {
		return testserver.JSON(testserver.Ask[struct{ Article any }](t, s, `query($id: ID!) { article(by: {id: $id}) { `+one+` } }`, vars).Article)
	}
	moments := map[string]string{"2024-04-30T00:00:00Z": "null", "2024-05-01T12:00:00Z": seen()}
	at := func(instant, doing string, do func()) {
		t.Helper()
		clock.SetAt(t, instant)
		do()
		moments[instant] = seen()
	}
	at("2024-06-01T00:00:00Z", "edit", func() { s.Update(t, "Article", article, edit) })
	at("2024-06-02T00:00:00Z", "publish", func() { s.Steps(t, article, "publishArticle") })
	at("2024-06-03T00:00:00Z", "unpublish", func() { s.Steps(t, article, "unpublishArticle") })
	at("2024-06-04T00:00:00Z", "publish again", func() { s.Update(t, "Article", article, variables{"title": "Fourth", "publish": true}) })
	at("2024-06-05T00:00:00Z", "archive", func() { s.Steps(t, article, "archiveArticle") })
	for instant, want := range moments {
		got := testserver.JSON(testserver.Ask[struct{ Article any }](t, s, `query($id: ID!, $at: DateTime!) { article(by: {id: $id}, publishedAsOf: $at) { `+one+` } }`,
			variables{"id": article.ID, "at": instant}, testserver.AsAdmin).Article)
		if got != want {
			t.Errorf("as of %s = %s, want %s as readers saw it", instant, got, want)
		}
	}
	for slug, want := range map[string]string{"harbour": `{"then":{"title":"The harbour"},"later":null}`, "airport": `{"then":null,"later":{"title":"The airport"}}`} {
		s.WantData(t, `query($slug: String!) { then: article(by: {slug: $slug}, publishedAsOf: "2024-05-20T00:00:00Z") { title } later: article(by: {slug: $slug}, publishedAsOf: "2024-06-02T12:00:00Z") { title } }`,
			variables{"slug": slug}, want, testserver.AsAdmin)
	}
	for _, by := range []string{`id: "` + article.ID + `"`, `externalId: "h"`} {
		s.WantData(t, `{ article(by: {`+by+`}, language: "en", publishedAsOf: "2024-05-20T00:00:00Z") { title } none: article(by: {`+by+`}, language: "de", publishedAsOf: "2024-05-20T00:00:00Z") { title } }`, nil,
			`{"article":{"title":"The harbour"},"none":null}`, testserver.AsAdmin)
	}
	if code, _ := s.Refused(t, `{ article(by: {slug: "harbour"}, publishedAsOf: "2024-05-20T00:00:00Z") { title } }`, nil); code != "FORBIDDEN" {
		t.Errorf("publishedAsOf without a token = %s, want FORBIDDEN, because the article may have been withdrawn", code)
	}
}
