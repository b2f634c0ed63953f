package content

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	_ "github.com/mattn/go-sqlite3"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// newsroom is a service with a database of its own, an administrator as its user, and a
// clock that stands still.
type newsroom struct {
	*testing.T
	*Service
	ctx  context.Context
	path string
	// clock is the time of the service.
	clock *time.Time
}

// migrated is the file of an empty database: migrating takes longer than most tests.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "diwan")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "diwan.db")
	db, err := store.Open(context.Background(), database.Config{DSN: path})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func open(t *testing.T, configure ...func(*Config)) newsroom {
	t.Helper()
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "diwan.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), database.Config{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	clock := time.Date(2021, 11, 26, 9, 30, 0, 0, time.UTC)
	config := Config{Store: db, Now: func() time.Time { return clock }, SiteName: "Diwan"}
	for _, f := range configure {
		f(&config)
	}
	n := newsroom{T: t, Service: New(config), path: path, clock: &clock}
	n.ctx = n.as(auth.Actor{Name: "Samira", Role: model.RoleAdmin})
	return n
}

// as returns the context of another user's request.
func (n newsroom) as(actor auth.Actor) context.Context { return auth.WithActor(n.Context(), actor) }

// reader returns the context of a request without a token.
func (n newsroom) reader() context.Context { return n.as(auth.Actor{Role: model.RoleAnonymous}) }

// editor returns the context of a request for drafts.
func (n newsroom) editor() context.Context {
	return n.as(auth.Actor{Name: "Samira", Role: model.RoleAdmin, Drafts: true})
}

// seen returns an article as a request sees it; nil if it sees none.
func (n newsroom) seen(ctx context.Context, id model.ID) *model.Article {
	n.Helper()
	plan := (&model.Plan{}).Want("slug", "title", "summary", "body", "status", "publishedAt", "scheduledFor", "version", "wordCount")
	a, err := n.Article(ctx, model.ArticleBy{ID: &id}, nil, nil, plan)
	if err != nil && model.CodeOf(err) != model.ErrorCodeNotFound {
		n.Fatal(err)
	}
	return a
}

// country writes a country without the service, which does not create any.
func (n newsroom) country(code, alpha3 string) *model.Country {
	n.Helper()
	c := &model.Country{Code: code, Alpha3: alpha3, Numeric: alpha3, Named: model.Named{
		LocalNames: model.LocalizedTexts{{Value: alpha3, Language: "en"}},
	}}
	err := n.store.Write(n.ctx, store.Actor{Name: "setup"}, model.At(n.now()), func(tx *store.Tx) error { return tx.InsertCountry(c) })
	if err != nil {
		n.Fatal(err)
	}
	return c
}

func (n newsroom) topic(name string, parent *model.Topic) *model.Topic {
	n.Helper()
	in := model.CreateTopicInput{Names: english(name)}
	if parent != nil {
		in.Parent = om(ptr(parent.ID()))
	}
	return must(n.CreateTopic(n.ctx, in))(n.T)
}

func (n newsroom) official(name string) *model.Official {
	n.Helper()
	return must(n.CreateOfficial(n.ctx, model.CreateOfficialInput{Names: english(name)}))(n.T)
}

func (n newsroom) office(title string, singleSeat bool) *model.Office {
	n.Helper()
	return must(n.CreateOffice(n.ctx, model.CreateOfficeInput{
		Titles: english(title), Kind: model.OfficeKindHeadOfState, SingleSeat: om(ptr(singleSeat)),
	}))(n.T)
}

// tenure records that an official held an office. An empty day is unknown.
func (n newsroom) tenure(who *model.Official, what *model.Office, from, until string) (*model.Tenure, error) {
	return n.CreateTenure(n.ctx, model.CreateTenureInput{
		Official: who.ID(), Office: what.ID(), StartedOn: om(day(from)), EndedOn: om(day(until)),
	})
}

func (n newsroom) article(language model.Language, title string) *model.Article {
	n.Helper()
	return must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: language, Title: title}))(n.T)
}

// change is a row of the change log.
type change struct {
	Kind, NodeType string
	Version        int
	Actor          string
}

// changes returns the changes, except those of the set-up, oldest first.
func (n newsroom) changes() []change {
	n.Helper()
	return query(n, "SELECT kind, node_type, version, actor FROM changes WHERE actor <> 'setup' ORDER BY id", func(rows *sql.Rows) (c change, err error) {
		err = rows.Scan(&c.Kind, &c.NodeType, &c.Version, &c.Actor)
		return c, err
	})
}

// query reads the database without the store.
func query[T any](n newsroom, statement string, scan func(*sql.Rows) (T, error)) []T {
	n.Helper()
	db, err := sql.Open("sqlite3", n.path)
	if err != nil {
		n.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(statement)
	if err != nil {
		n.Fatal(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			n.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		n.Fatal(err)
	}
	return all
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func ptr[T any](value T) *T { return &value }

func om[T any](value T) graphql.Omittable[T] { return graphql.OmittableOf(value) }

func english(name string) []*model.LocalizedTextInput {
	return []*model.LocalizedTextInput{{Language: "en", Value: name}}
}

func day(s string) *model.PartialDate {
	if s == "" {
		return nil
	}
	return ptr(model.PartialDate(s))
}

func idsOf(ids ...model.ID) graphql.Omittable[[]*model.ID] {
	list := make([]*model.ID, len(ids))
	for i := range ids {
		list[i] = &ids[i]
	}
	return om(list)
}

// wrongAt returns the errors for the caller as "CODE at path", sorted.
func wrongAt(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var many model.Errors
	if !errors.As(err, &many) {
		t.Fatalf("error = %v (%T), want model.Errors", err, err)
	}
	var list []string
	for _, e := range many {
		list = append(list, string(e.Code)+" at "+strings.Join(e.Path, "."))
	}
	slices.Sort(list)
	return list
}

// refused checks that an error consists of exactly these, as "CODE at path".
func refused(t *testing.T, what string, err error, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := wrongAt(t, err); !slices.Equal(got, want) {
		t.Errorf("%s = %v, want %v", what, err, want)
	}
}

// says checks that an error's sentences contain a part.
func says(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v, want one that says %q", err, part)
	}
}

func TestWritesByReadersAreForbidden(t *testing.T) {
	t.Parallel()
	n := open(t)
	id := n.article("ar", "عنوان").ID()
	before := len(n.changes())
	reader := auth.WithActor(n.ctx, auth.Actor{Name: "a reader", Role: model.RoleReader})
	for name, write := range map[string]func() error{
		"createArticle": func() error {
			_, err := n.CreateArticle(reader, model.CreateArticleInput{})
			return err
		},
		"deleteArticle": func() error { return n.DeleteArticle(reader, id, nil) },
		"upsertArticles": func() error {
			_, err := n.UpsertArticles(reader, nil, Bulk{})
			return err
		},
		"createTenure": func() error {
			_, err := n.CreateTenure(reader, model.CreateTenureInput{})
			return err
		},
		"updateCountry": func() error {
			_, err := n.UpdateCountry(reader, id, model.UpdateCountryInput{}, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var one *model.Error
			if err := write(); !errors.As(err, &one) || one.Code != model.ErrorCodeForbidden {
				t.Fatalf("%s by a reader = %v, want FORBIDDEN as a single error", name, err)
			}
			if !strings.Contains(one.Message, "Authorization: Bearer <token>") {
				t.Errorf("message = %q, want it to say what to send", one.Message)
			}
		})
	}
	if got := len(n.changes()); got != before {
		t.Errorf("changes by a reader = %d, want none", got-before)
	}
}

func TestCancelledRequestWritesNothing(t *testing.T) {
	t.Parallel()
	n := open(t)
	ctx, cancel := context.WithCancel(n.ctx)
	cancel()
	if _, err := n.CreateArticle(ctx, model.CreateArticleInput{Language: "en", Title: "Budget"}); !errors.Is(err, context.Canceled) {
		t.Errorf("createArticle after the request went away = %v, want context.Canceled", err)
	}
	if got := n.changes(); got != nil {
		t.Errorf("changes = %v, want none", got)
	}
}

// strings reads one column of text without the store.
func (n newsroom) strings(statement string) []string {
	n.Helper()
	return query(n, statement, func(rows *sql.Rows) (s string, err error) {
		err = rows.Scan(&s)
		return s, err
	})
}
