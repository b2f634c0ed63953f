package changes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

const ticker = `subscription($filter: ArticleFilter) {
	articlePublished(filter: $filter) { title status officials { name } topics { parent { slug } } }
}`

// listener reads the events of articlePublished from a socket.
type listener struct{ *testserver.Socket }

// listenFor subscribes to articlePublished, and returns once the subscription runs. To see
// that, it writes articles with the fields in fits, which must match the filter.
func listenFor(t testing.TB, s *testserver.Server, filter variables, fits variables, headers ...header) *listener {
	t.Helper()
	l := &listener{s.Connect(t, "", headers...)}
	l.Subscribe("1", ticker, variables{"filter": filter})
	testserver.Until(t, "a first article", func() bool {
		s.Article(t, "First", fits)
		_, err := l.TryRead(100 * time.Millisecond)
		return err == nil
	})
	for {
		if _, err := l.TryRead(200 * time.Millisecond); err != nil {
			return l
		}
	}
}

func (l *listener) next() string {
	l.T.Helper()
	var payload struct {
		Data struct {
			ArticlePublished struct {
				Title, Status string
				Officials     []struct{ Name string }
				Topics        []struct{ Parent struct{ Slug string } }
			}
		}
		Errors []any
	}
	f := l.Read()
	if err := json.Unmarshal(f.Payload, &payload); err != nil || f.Type != "next" || len(payload.Errors) > 0 {
		l.T.Fatalf("message = %s, want an article", f)
	}
	a := payload.Data.ArticlePublished
	return fmt.Sprint(a.Title, " ", a.Status, " ", a.Officials, " ", a.Topics)
}

// Each publication is sent when it happens, with the selected fields. No other change is
// sent.
func TestEachPublicationIsToldOnce(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	root := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Root"), "slug": "root"}).ID
	leaf := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Leaf"), "parent": root}).ID
	tagged := variables{"topics": []string{leaf}, "officials": []string{n.Official.ID}}
	everybody, editor := listenFor(t, n.Server, nil, nil), listenFor(t, n.Server, nil, nil, testserver.AsAdmin, testserver.SeeDrafts)
	some := listenFor(t, n.Server, variables{"topics": variables{"some": variables{"descendantOf": root}}}, tagged)
	for _, l := range []*listener{everybody, editor} {
		testserver.Until(t, "silence", func() bool { _, err := l.TryRead(200 * time.Millisecond); return err != nil })
	}

	draft := n.Server.Article(t, "Story", variables{"publish": false, "topics": []string{leaf}}).ID
	n.Do(t, "updateArticle", draft, variables{"title": "Better"})
	n.Do(t, "publishArticle", draft, nil)
	n.Do(t, "updateArticle", draft, variables{"title": "Corrected"})
	n.Server.Article(t, "Of nothing", nil)
	for name, l := range map[string]*listener{"a reader": everybody, "an editor": editor} {
		if got, want := l.next(), "Better PUBLISHED [] [{{root}}]"; got != want && got != strings.Replace(want, "Better", "Corrected", 1) {
			t.Errorf("%s gets %s, want %s", name, got, want)
		}
		if got, want := l.next(), "Of nothing PUBLISHED [] []"; got != want {
			t.Errorf("%s gets %s, want %s", name, got, want)
		}
	}
	n.Do(t, "unpublishArticle", draft, nil)
	n.Do(t, "publishArticle", draft, nil)
	n.Server.Article(t, "Told at once", tagged)
	for name, l := range map[string]*listener{"a reader": everybody, "an editor": editor, "who filters": some} {
		if name == "who filters" {
			l.next() // the first publication, which this listener has not read yet
		}
		got := []string{l.next(), l.next()}
		if want := []string{"Corrected PUBLISHED [] [{{root}}]", "Told at once PUBLISHED [{Official}] [{{root}}]"}; !slices.Equal(got, want) {
			t.Errorf("%s gets %q, want %q", name, got, want)
		}
		if more, err := l.TryRead(200 * time.Millisecond); err == nil {
			t.Errorf("%s also gets %s, want no more", name, more)
		}
	}
}

// An article that is hidden before its publication is sent is not sent. If it is then
// published again, it is sent once. Publications by another server arrive as well.
func TestWhatIsHiddenBeforeItIsToldIsNotTold(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	dsn := string(testserver.NewDatabase(t))
	on := func(c *app.Config) { c.Database = dsn }
	writes, tells := &testserver.Newsroom{Server: testserver.Start(t, on)}, testserver.Start(t, on)
	for who, headers := range map[string][]header{"reader": nil, "editor": {testserver.AsAdmin, testserver.SeeDrafts}} {
		hiddenIsNotTold(t, writes, who, listenFor(t, tells, nil, nil, headers...))
	}
}

func hiddenIsNotTold(t *testing.T, writes *testserver.Newsroom, who string, l *listener) {
	t.Helper()
	const publishAll = `mutation($a: ID!, $b: ID!, $c: ID!) {
		a: publishArticle(id: $a) { errors { message } } a2: unpublishArticle(id: $a) { errors { message } }
		b: publishArticle(id: $b) { errors { message } } b2: unpublishArticle(id: $b) { errors { message } } b3: publishArticle(id: $b) { errors { message } }
		c: publishArticle(id: $c) { errors { message } } c2: deleteArticle(id: $c) { errors { message } }
	}`
	for i := range 5 { // the other server may read the log between two of the mutations
		vars := variables{}
		for _, name := range []string{"a", "b", "c"} {
			vars[name] = writes.Server.Article(t, fmt.Sprint(who, name, i), variables{"publish": false}).ID
		}
		testserver.Ask[any](t, writes.Server, publishAll, vars, testserver.AsAdmin)
		last := writes.Server.Article(t, fmt.Sprint(who, "last", i), nil)
		var told []string
		for len(told) == 0 || !strings.HasPrefix(told[len(told)-1], last.Slug) {
			told = append(told, l.next())
		}
		want := []string{fmt.Sprint(who, "b", i, " PUBLISHED [] []"), fmt.Sprint(who, "last", i, " PUBLISHED [] []")}
		if slices.Equal(told, want) {
			return
		}
	}
	t.Errorf("in none of five tries did the %s get exactly the publications that were not hidden", who)
}

func TestSubscriptionsWithAWrongFilterAreRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	k := s.Connect(t, "")
	k.Subscribe("1", `subscription($ids: [ID!]) { articlePublished(filter: {id: {in: $ids}}) { id } }`, variables{"ids": slices.Repeat([]string{s.Article(t, "A", nil).ID}, 1001)})
	if f := k.Want("error", "1"); !strings.Contains(string(f.Payload), "LIMIT_EXCEEDED") {
		t.Errorf("a filter with too many values = %s, want LIMIT_EXCEEDED", f)
	}
	deep := strings.Repeat("{not: ", 25) + `{}` + strings.Repeat("}", 25)
	k.Subscribe("2", `subscription { articlePublished(filter: `+deep+`) { id } }`, nil)
	if f := k.Want("error", "2"); !strings.Contains(string(f.Payload), "LIMIT_EXCEEDED") && !strings.Contains(string(f.Payload), "INVALID") {
		t.Errorf("a filter that is too deep = %s, want an error", f)
	}
	k.Subscribe("3", `subscription { articlePublished { officials { articles(first: -1) { nodes { id } } } } }`, nil)
	for f := (testserver.Message{}); f.Type != "error"; {
		s.Article(t, "B", variables{"officials": []string{s.Create(t, "Official", variables{"names": testserver.Names("en", "O")}).ID}})
		var err error
		if f, err = k.TryRead(100 * time.Millisecond); err == nil && (f.Type != "error" || !strings.Contains(string(f.Payload), "INVALID")) {
			t.Fatalf("an event with `first: -1` below it = %s, want INVALID", f)
		}
	}
}

// An event costs the same number of statements, whatever the number of related rows: two
// for the log, one for the articles, and one for each relation.
func TestAPublicationCostsTheSameForAnyNumberOfRows(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	n := testserver.StartNewsroom(t)
	l := listenFor(t, n.Server, nil, nil)
	leaf := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Leaf"), "parent": n.Topic.ID}).ID
	story := n.Server.Article(t, "Story", variables{"publish": false, "officials": []string{n.Official.ID}, "topics": []string{leaf}}).ID
	time.Sleep(300 * time.Millisecond) // until the listener has passed the draft
	took := n.StatementsOf(func() {
		n.Do(t, "publishArticle", story, nil)
		l.next()
	})
	var reads []string
	for i, statement := range took {
		if strings.Contains(statement, "change.kind = ") && i > 0 {
			reads = took[i-1:]
		}
	}
	reads = slices.DeleteFunc(slices.Clone(reads), func(s string) bool {
		return !strings.HasPrefix(s, "SELECT") || strings.HasPrefix(s, "SELECT COALESCE(MAX(id)")
	})
	if len(reads) != 6 {
		t.Errorf("a publication took %d statements, want 2 for the log, 1 for the article and 3 for its relations:%s", len(reads), testserver.Lines(took))
	}
}
