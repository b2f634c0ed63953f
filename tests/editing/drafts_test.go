package editing

import (
	"bytes"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// paths are queries that lead to an article, or to counts that include it. $id, $slug and
// $key belong to a secret article; $open is the id of a published article with the same
// tags, whose French translation is another secret article.
var paths = []struct {
	name, query string
	// draftsOnly means that the query asks only for statuses other than PUBLISHED, and so
	// finds nothing even once the secret articles are published
	draftsOnly bool
}{
	{"node", `query($id: ID!) { node(id: $id) { id ... on Article { title } } }`, false},
	{"nodes", `query($id: ID!, $open: ID!) { nodes(ids: [$id, $open, $id]) { id } }`, false},
	{"article by id", `query($id: ID!) { article(by: {id: $id}) { id title slug body jsonLd } }`, false},
	{"article by slug", `query($slug: String!) { article(by: {slug: $slug}) { title } }`, false},
	{"article by slug and language", `query($slug: String!) { article(by: {slug: $slug}, language: "en") { title } }`, false},
	{"article by externalId", `query($key: String!) { article(by: {externalId: $key}) { title } }`, false},
	{"the translation of an article", `query($open: ID!) { article(by: {id: $open}, language: "fr") { title } }`, false},
	{"its own language of an article", `query($id: ID!) { article(by: {id: $id}, language: "en") { title } }`, false},
	{"a slug that a published one has in another language", `{ article(by: {slug: "open"}) { title language } }`, false},
	{"articles", `{ articles { nodes { id title slug } } }`, false},
	{"articles from the end", `{ articles(last: 100) { edges { cursor node { title } } pageInfo { hasPreviousPage startCursor endCursor } } }`, false},
	{"articles, one by one", `{ articles(first: 1) { nodes { title } pageInfo { hasNextPage endCursor } } }`, false},
	{"articles by title", `{ articles(orderBy: {field: TITLE}) { nodes { title } } }`, false},
	{"articles by date of creation", `{ articles(orderBy: [{field: CREATED_AT, direction: DESC}, {field: UPDATED_AT}]) { nodes { title } } }`, false},
	{"search", `{ articles(search: "secret") { totalCount nodes { title } } }`, false},
	{"search in the body", `{ articles(search: "whispered") { nodes { title } } }`, false},
	{"search over everything", `{ search(query: "secret plan") { totalCount edges { score node { ... on Article { title } } highlights { text } } facets { languages { count } } } }`, false},
	{"search of a word that is in drafts too", `{ search(query: "open", types: [ARTICLE]) { totalCount edges { score node { ... on Article { title translations { title } } } } } }`, false},
	{"what a correction knows", `{ articles(search: "whisperrd") { correctedQuery totalCount nodes { title } } }`, false},
	{"totalCount", `{ articles { totalCount } }`, false},
	{"totalCount of a search", `{ articles(search: "plan") { totalCount } }`, false},
	{"filter by status", `{ articles(filter: {or: [{status: {eq: DRAFT}}, {status: {in: [IN_REVIEW, SCHEDULED, ARCHIVED]}}]}) { totalCount nodes { title } } }`, true},
	{"filter by status in", `{ articles(filter: {status: {in: [DRAFT, IN_REVIEW, SCHEDULED, ARCHIVED, PUBLISHED]}}) { totalCount nodes { title } } }`, false},
	{"filter by status ne", `{ articles(filter: {status: {ne: PUBLISHED}}) { totalCount nodes { title } } }`, true},
	{"filter by status notIn", `{ articles(filter: {status: {notIn: []}}) { totalCount nodes { title } } }`, false},
	{"filter by not published", `{ articles(filter: {not: {status: {eq: PUBLISHED}}}) { totalCount nodes { title } } }`, true},
	{"filter by or", `{ articles(filter: {or: [{status: {eq: DRAFT}}, {slug: {isNull: false}}]}) { nodes { title } } }`, false},
	{"filter by not", `{ articles(filter: {not: {title: {eq: "Open"}}}) { nodes { title } totalCount } }`, false},
	{"filter by id", `query($id: ID!) { articles(filter: {id: {in: [$id]}}) { nodes { title } totalCount } }`, false},
	{"filter by slug", `query($slug: String!) { articles(filter: {slug: {startsWith: $slug}}) { nodes { title } } }`, false},
	{"filter by externalId", `query($key: String!) { articles(filter: {externalId: {eq: $key}}) { nodes { title } } }`, false},
	{"filter by title", `{ articles(filter: {title: {contains: "SECRET"}}) { nodes { title } totalCount } }`, false},
	{"filter by language", `{ articles(filter: {language: {startsWith: "fr"}}) { nodes { title } totalCount } }`, false},
	{"filter by date of creation", `{ articles(filter: {createdAt: {gte: "2000-01-01T00:00:00Z"}}) { totalCount } }`, false},
	{"filter by officials", `{ articles(filter: {officials: {some: {slug: {eq: "known"}}}}) { nodes { title } totalCount } }`, false},
	{"filter by officials of secret ones only", `{ articles(filter: {officials: {some: {slug: {eq: "unheard-of"}}}}) { totalCount nodes { title } } }`, false},
	{"filter by countries", `{ articles(filter: {countries: {every: {code: {eq: "IQ"}}}}) { totalCount } }`, false},
	{"filter by topics", `{ articles(filter: {topics: {none: {slug: {eq: "football"}}}}) { totalCount } }`, false},
	{"facet of countries", `{ articles { facets { countries { country { code } count } } } }`, false},
	{"facet of topics", `{ articles { facets { topics { topic { slug } count } } } }`, false},
	{"facet of officials", `{ articles { facets { officials { official { slug } count } } } }`, false},
	{"facet of languages", `{ articles { facets { languages { language count } } } }`, false},
	{"facet of months", `{ articles(filter: {status: {in: [DRAFT, IN_REVIEW, SCHEDULED, ARCHIVED, PUBLISHED]}}) { totalCount facets { months { month count } } } }`, false},
	{"below a facet", `{ articles { facets { topics { topic { articles { totalCount nodes { title } } } } } } }`, false},
	{"official.articles", `{ official(by: {slug: "known"}) { articles { nodes { title } totalCount facets { languages { count } topics { count } } } } }`, false},
	{"official.articles filtered", `{ official(by: {slug: "known"}) { articles(filter: {title: {contains: "plan"}}, orderBy: {field: TITLE}) { nodes { title } totalCount } } }`, false},
	{"an official of secret ones only", `{ official(by: {slug: "unheard-of"}) { articles { nodes { title } totalCount facets { months { count } countries { count } } } } }`, false},
	{"officials.articles", `{ officials { nodes { slug articles(first: 1) { totalCount nodes { title } pageInfo { hasNextPage } } } } }`, false},
	{"country.articles", `{ country(by: {code: "IQ"}) { articles(last: 5) { nodes { title } totalCount facets { officials { official { slug } count } } } } }`, false},
	{"topic.articles", `{ topic(by: {slug: "elections"}) { articles { nodes { title } totalCount } } }`, false},
	{"topic.articles of its own", `{ topic(by: {slug: "elections"}) { articles(includeDescendants: false) { nodes { title } totalCount facets { languages { language count } } } } }`, false},
	{"topic.articles from above", `{ topic(by: {slug: "politics"}) { articles { nodes { title } totalCount facets { topics { topic { slug } count } } } } }`, false},
	{"topic.articles from above filtered", `{ topic(by: {slug: "politics"}) { articles(filter: {not: {language: {eq: "sw"}}}) { totalCount nodes { title } } } }`, false},
	{"from a tenure", `{ office(by: {slug: "office"}) { holder { articles { totalCount } } tenures { official { articles { nodes { title } } } } } }`, false},
	{"translations", `query($open: ID!) { article(by: {id: $open}) { translations { title } } }`, false},
	{"translations in a list", `{ articles(filter: {title: {eq: "Open"}}) { nodes { translations { id translations { id } } } } }`, false},
	{"related", `query($open: ID!) { article(by: {id: $open}) { related(first: 20) { title } } }`, false},
	{"related in a list", `{ articles(filter: {title: {eq: "Open"}}) { nodes { related { id title translations { id } } } } }`, false},
	{"far below", `{ articles(first: 5, filter: {title: {eq: "Open"}}) { nodes { officials { country { articles(first: 5) { nodes { topics { parent { articles(first: 5) { nodes { title } } } } } } } } } } }`, false},
	{"from what a mutation answers", `mutation($open: ID!) { publishArticle(id: $open) { article { translations { title } related { title } topics { articles { totalCount nodes { title } } } } } }`, false},
}

// draftServers returns two servers, the variables of the paths, and the secret articles,
// which only the first server has. hide puts each of these into a state that readers do
// not see.
func draftServers(t *testing.T, hide func(s *testserver.Server, secret testserver.Node)) (with, without *testserver.Server, vars variables, secrets []testserver.Node) {
	t.Helper()
	with, without = testserver.Start(t), testserver.Start(t)
	for _, s := range []*testserver.Server{with, without} {
		iraq := s.CountryID(t, "IQ")
		known := s.Create(t, "Official", variables{"names": testserver.Names("en", "Known"), "country": iraq})
		unheard := s.Create(t, "Official", variables{"names": testserver.Names("en", "Unheard of")})
		office := s.Create(t, "Office", variables{"titles": testserver.Names("en", "Office"), "kind": "OTHER"})
		s.Create(t, "Tenure", variables{"official": known.ID, "office": office.ID})
		tree := s.TopicTree(t, "politics", "elections/politics", "football")
		tags := func(more variables) variables {
			in := variables{"officials": []string{known.ID}, "countries": []string{iraq}, "topics": []string{tree["elections"].ID}}
			for name, value := range more {
				in[name] = value
			}
			return in
		}
		open := s.Article(t, "Open", tags(nil))
		s.Article(t, "Other", tags(variables{"language": "de"}))
		if s == without {
			break
		}
		secrets = append(secrets,
			s.Article(t, "Secret plan", tags(variables{"publish": false, "externalId": "secret-key", "body": "whispered", "officials": []string{known.ID, unheard.ID}})),
			s.Article(t, "Secret en français", tags(variables{"publish": false, "language": "fr", "translationOf": open.ID})),
			// The article Open has the same slug in English.
			s.Article(t, "Secret عربي", tags(variables{"publish": false, "language": "ar", "slug": "open"})),
		)
		vars = variables{"id": secrets[0].ID, "slug": secrets[0].Slug, "key": "secret-key", "open": open.ID}
	}
	for _, secret := range secrets {
		hide(with, secret)
	}
	return with, without, vars, secrets
}

// publish publishes or unpublishes an article, as the verb says, and returns its
// publishedAt.
func publish(t testing.TB, s *testserver.Server, verb string, article testserver.Node) (publishedAt string) {
	t.Helper()
	return testserver.Ask[struct {
		P struct{ Article struct{ PublishedAt string } }
	}](t, s, `mutation($id: ID!) { p: `+verb+`Article(id: $id) { article { publishedAt } } }`, variables{"id": article.ID}, testserver.AsAdmin).P.Article.PublishedAt
}

func TestDraftsAreSeenOnNoPath(t *testing.T) {
	t.Parallel()
	for name, hide := range map[string]func(*testserver.Server, testserver.Node){
		"never published": func(*testserver.Server, testserver.Node) {},
		"unpublished": func(s *testserver.Server, secret testserver.Node) {
			publish(t, s, "publish", secret)
			publish(t, s, "unpublish", secret)
		},
		"in review": func(s *testserver.Server, secret testserver.Node) { s.Steps(t, secret, "submitArticle") },
		"scheduled": func(s *testserver.Server, secret testserver.Node) {
			if _, errs := s.Step(t, "publishArticle", secret, "at", "2030-01-01T00:00:00Z"); len(errs) > 0 {
				t.Fatal(errs)
			}
		},
		"archived": func(s *testserver.Server, secret testserver.Node) {
			s.Steps(t, secret, "publishArticle", "archiveArticle")
		},
	} {
		if testing.Short() && name != "unpublished" {
			continue
		}
		with, without, vars, secrets := draftServers(t, hide)
		telling := []string{"secret", "whispered"}
		for _, secret := range secrets {
			telling = append(telling, strings.ToLower(secret.ID))
		}
		for _, p := range paths {
			t.Run(name+": "+p.name, func(t *testing.T) {
				t.Parallel()
				readers := map[string][]header{
					"anyone":                        {},
					"anyone, in Arabic":             {testserver.InArabic},
					"an admin without the header":   {testserver.AsAdmin, testserver.InFrench},
					"an admin who asks for readers": {testserver.AsAdmin, {"Diwan-Perspective", "published"}},
				}
				if strings.HasPrefix(p.query, "mutation") {
					readers = map[string][]header{"an admin without the header": {testserver.AsAdmin}}
				}
				for reader, headers := range readers {
					got, want := with.Post(t, p.query, vars, headers...), without.Post(t, p.query, vars, headers...)
					if !bytes.Equal(got.Raw, want.Raw) || len(got.Errors) > 0 {
						t.Errorf("%s got %s\nwithout drafts on the server %s", reader, got.Raw, want.Raw)
					}
					for _, secret := range telling {
						if strings.Contains(strings.ToLower(string(got.Raw)), secret) {
							t.Errorf("%s got %s, which reveals %q", reader, got.Raw, secret)
						}
					}
				}
				// The same query with drafts must answer otherwise, or the path leads to no
				// draft and the test proves nothing.
				seen := with.Post(t, p.query, vars, testserver.AsAdmin, testserver.SeeDrafts, testserver.InArabic)
				if unseen := with.Post(t, p.query, vars, testserver.AsAdmin, testserver.InArabic); bytes.Equal(seen.Raw, unseen.Raw) || len(seen.Errors) > 0 {
					t.Errorf("with the draft perspective = %s, the same as without", seen.Raw)
				}
			})
		}
	}
}

func TestPublishedIsSeenOnEveryPath(t *testing.T) {
	t.Parallel()
	with, without, vars, secrets := draftServers(t, func(*testserver.Server, testserver.Node) {})
	for _, secret := range secrets {
		publish(t, with, "publish", secret)
	}
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			headers := []header{testserver.InArabic, testserver.AsAdmin}
			got, want := with.Post(t, p.query, vars, headers...), without.Post(t, p.query, vars, headers...)
			if p.draftsOnly != bytes.Equal(got.Raw, want.Raw) {
				t.Errorf("with the articles published = %s\nwithout them = %s\nequal = %t, want %t", got.Raw, want.Raw, !p.draftsOnly, p.draftsOnly)
			}
		})
	}
}

func TestPublishingKeepsTheFirstDate(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	article := s.Article(t, "On and off", variables{"publish": false})
	state := func(t *testing.T, want string, headers ...header) {
		t.Helper()
		s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { status publishedAt version } articles { totalCount } }`, variables{"id": article.ID}, want, headers...)
	}
	state(t, `{"article":null,"articles":{"totalCount":0}}`)
	state(t, `{"article":{"status":"DRAFT","publishedAt":null,"version":1},"articles":{"totalCount":1}}`, testserver.AsAdmin, testserver.SeeDrafts)

	t.Run("unpublishing a draft changes nothing", func(t *testing.T) {
		publish(t, s, "unpublish", article)
		state(t, `{"article":{"status":"DRAFT","publishedAt":null,"version":1},"articles":{"totalCount":1}}`, testserver.AsAdmin, testserver.SeeDrafts)
	})
	t.Run("publishing shows it from now on", func(t *testing.T) {
		clock.SetAt(t, "2024-06-01T08:00:00.123Z")
		if got := publish(t, s, "publish", article); got != "2024-06-01T08:00:00.123Z" {
			t.Errorf("publishedAt = %s, want the time of the clock", got)
		}
		state(t, `{"article":{"status":"PUBLISHED","publishedAt":"2024-06-01T08:00:00.123Z","version":2},"articles":{"totalCount":1}}`)
	})
	t.Run("publishing twice changes nothing", func(t *testing.T) {
		clock.SetAt(t, "2024-06-02T08:00:00Z")
		publish(t, s, "publish", article)
		s.Update(t, "Article", article, variables{"publish": true})
		s.Update(t, "Article", article, variables{"publish": false})
		s.Update(t, "Article", article, variables{"publish": nil})
		state(t, `{"article":{"status":"PUBLISHED","publishedAt":"2024-06-01T08:00:00.123Z","version":2},"articles":{"totalCount":1}}`)
	})
	t.Run("unpublishing hides it at once", func(t *testing.T) {
		publish(t, s, "unpublish", article)
		state(t, `{"article":null,"articles":{"totalCount":0}}`)
		state(t, `{"article":{"status":"DRAFT","publishedAt":"2024-06-01T08:00:00.123Z","version":3},"articles":{"totalCount":1}}`, testserver.AsAdmin, testserver.SeeDrafts)
	})
	t.Run("publishing again keeps the date on which readers first saw it", func(t *testing.T) {
		publish(t, s, "publish", article)
		state(t, `{"article":{"status":"PUBLISHED","publishedAt":"2024-06-01T08:00:00.123Z","version":4},"articles":{"totalCount":1}}`)
	})
}

func TestThePerspectiveHeaderShowsDrafts(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Article(t, "Secret", variables{"publish": false})
	const query = `{ articles { nodes { title } } }`
	for _, c := range []struct {
		name    string
		headers []header
		status  int
		code    string
	}{
		{"draft without a token", []header{testserver.SeeDrafts}, 403, "FORBIDDEN"},
		{"draft in capitals without a token", []header{{"Diwan-Perspective", "DRAFT"}}, 403, "FORBIDDEN"},
		{"draft with a token that is nobody's", []header{testserver.SeeDrafts, {"Authorization", "Bearer nobody"}}, 401, "UNAUTHENTICATED"},
		{"a token that is nobody's, for what anyone may read", []header{{"Authorization", "Bearer nobody"}}, 401, "UNAUTHENTICATED"},
		{"the token with a letter more", []header{{"Authorization", "Bearer " + testserver.AdminToken + "x"}}, 401, "UNAUTHENTICATED"},
		{"no token after Bearer", []header{{"Authorization", "Bearer "}}, 401, "UNAUTHENTICATED"},
		{"another scheme", []header{{"Authorization", "Basic " + testserver.AdminToken}}, 401, "UNAUTHENTICATED"},
		{"another perspective", []header{testserver.AsAdmin, {"Diwan-Perspective", "drafts"}}, 400, "INVALID"},
		{"an empty perspective", []header{testserver.AsAdmin, {"Diwan-Perspective", ""}}, 400, "INVALID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := s.Post(t, query, nil, c.headers...)
			if got.Status != c.status || len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != c.code || len(got.Data) > 0 {
				t.Errorf("%v = %d %s, want %d %s and no data", c.headers, got.Status, got.Raw, c.status, c.code)
			}
		})
	}
	t.Run("by GET as by POST", func(t *testing.T) {
		t.Parallel()
		for _, c := range []struct {
			headers []header
			status  int
			secret  bool
		}{{nil, 200, false}, {[]header{testserver.SeeDrafts}, 403, false}, {[]header{testserver.SeeDrafts, testserver.AsAdmin}, 200, true}} {
			got := s.Get(t, query, c.headers...)
			if got.Status != c.status || strings.Contains(string(got.Raw), "Secret") != c.secret {
				t.Errorf("GET with %v = %d %s, want %d, drafts %t", c.headers, got.Status, got.Raw, c.status, c.secret)
			}
		}
	})
}

func TestADraftIsNotFoundThroughItsTranslations(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	draft := s.Create(t, "Article", variables{"language": "en", "title": "Secret", "externalId": "secret"})
	s.Create(t, "Article", variables{"language": "fr", "title": "Public", "translationOf": draft.ID, "publish": true})
	s.WantData(t, `query($id: ID!) {
		byId: article(by: {id: $id}, language: "fr") { title }
		byExternalId: article(by: {externalId: "secret"}, language: "fr") { title }
	}`, variables{"id": draft.ID}, `{"byId":null,"byExternalId":null}`)
}
