package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// servers opens a database several times, as several servers do: one without memory, two
// with, and one whose memory is too small for what it reads.
func servers(t *testing.T, dsn string) []*store.Store {
	t.Helper()
	all := []*store.Store{reopen(t, dsn), reopen(t, dsn), reopen(t, dsn), reopen(t, dsn)}
	all[0].Remember(0)
	all[3].Remember(4_000)
	return all
}

// everything is a plan for all fields of a node and what tags lead to, as deep as that.
func everything() *model.Plan {
	all := &model.Plan{}
	leaf := want("slug", "externalId", "mediaTopic", "wikidataId", "name", "names", "aliases", "description", "code", "alpha3", "numeric", "flag", "region",
		"kind", "title", "titles", "singleSeat", "version", "createdAt", "updatedAt")
	relate := func(to *model.Plan, field string, args model.Args) *model.Plan {
		below := to.Relate(field, field+fmt.Sprint(args.On != nil), args).Plan
		below.Fields = leaf.Fields
		return below
	}
	all.Want("slug", "title", "language", "publishedAt", "version")
	people := relate(all, "officials", model.Args{})
	relate(people, "country", model.Args{})
	relate(relate(people, "office", model.Args{}), "country", model.Args{})
	relate(people, "office", model.Args{On: of[model.Date](20190101)})
	relate(all, "countries", model.Args{})
	topics := relate(all, "topics", model.Args{})
	relate(relate(topics, "parent", model.Args{}), "parent", model.Args{})
	relate(all, "appearances", model.Args{}).Relate("office", "office", model.Args{}).Plan.Fields = leaf.Fields
	return all
}

func want(fields ...string) *model.Plan { return (&model.Plan{}).Want(fields...) }

// written is a node as JSON, with everything that the plan wants below it.
func written(t *testing.T, node any, plan *model.Plan) any {
	t.Helper()
	v := reflect.ValueOf(node)
	if v.Kind() == reflect.Slice {
		list := []any{}
		for i := range v.Len() {
			list = append(list, written(t, v.Index(i).Interface(), plan))
		}
		return list
	}
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	all := map[string]any{"": node}
	slots, _ := node.(interface{ Slot(string) (any, bool) })
	for _, relation := range plan.Relations {
		if slots == nil {
			break
		}
		below, loaded := slots.Slot(relation.Key)
		if !loaded {
			t.Fatalf("%T has no %s", node, relation.Key)
		}
		all[relation.Key] = written(t, below, relation.Plan)
	}
	return all
}

// page is what a server answers about all articles, one article, an official and a topic.
func page(t *testing.T, s *store.Store) string {
	t.Helper()
	view := readers()
	plan, articles := everything(), &model.Plan{}
	articles.Relations = []*model.Relation{{Field: "nodes", Key: "nodes", Plan: plan}}
	list, err := s.Articles(t.Context(), view, model.Query{}, articles)
	byTitle, titleErr := s.Articles(t.Context(), view, model.Query{Order: []model.Order{{Field: "TITLE"}}}, articles)
	drafts, draftsErr := s.Articles(t.Context(), editors(), model.Query{}, articles)
	one, oneErr := s.Article(t.Context(), view, model.ArticleBy{Slug: of("vote")}, nil, plan)
	if err := errors.Join(err, titleErr, draftsErr, oneErr); err != nil {
		t.Fatal(err)
	}
	answers := []any{written(t, list.Nodes, plan), written(t, byTitle.Nodes, plan), written(t, drafts.Nodes, plan), written(t, one, plan)}
	people, topics := plan.Relation("officials").Plan, plan.Relation("topics").Plan
	for i := range int64(8) {
		nodes := []model.Node{}
		for _, id := range []model.ID{id(model.NodeOfficial, i+1), id(model.NodeTopic, i+1)} {
			below := map[model.NodeType]*model.Plan{model.NodeOfficial: people, model.NodeTopic: topics}[id.Type]
			nodes = append(nodes, loaded(t, s, view, below, id)...)
			if nodes[len(nodes)-1] != nil {
				answers = append(answers, written(t, nodes[len(nodes)-1], below))
			}
		}
	}
	text, err := json.MarshalIndent(answers, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whatever is written, and by which server, all answer alike whether they keep nouns in
// memory or not.
func TestMemoryIsExact(t *testing.T) {
	t.Parallel()
	all := servers(t, newsroomDatabase.Copy(t))
	random := rand.New(rand.NewPCG(18, 12))
	for step := range 80 {
		s := all[random.IntN(len(all))]
		undone := random.IntN(8) == 0
		err := s.Write(t.Context(), samira, begin+model.DateTime(step), func(tx *store.Tx) error {
			for range 1 + random.IntN(3) {
				_ = tx.Try(func(tx *store.Tx) error { return change(tx, random, step) }) // what is not there or is used cannot be changed
			}
			if undone {
				return errors.New("changed its mind")
			}
			return nil
		})
		if (err != nil) != undone {
			t.Fatal(err)
		}
		if random.IntN(3) == 0 { // some servers read seldom
			continue
		}
		want := page(t, all[0])
		for _, i := range random.Perm(len(all))[:1+random.IntN(len(all))] {
			if got := page(t, all[i]); got != want {
				t.Fatalf("step %d: server %d answers\n%s\nwithout memory:\n%s", step, i, got, want)
			}
		}
	}
	if n := store.Remembered(all[0]); n > 0 {
		t.Errorf("the server without memory keeps %d nouns", n)
	}
	if n := store.Remembered(all[1]); n < 5 {
		t.Errorf("a server with memory keeps %d nouns", n)
	}
}

// change writes a noun, or the tags of an article, at random.
func change(tx *store.Tx, random *rand.Rand, step int) error {
	slug := fmt.Sprint("new-", step, "-", random.IntN(1000))
	named := names("ar:اسم "+slug, "en:Name "+slug)
	some := int64(1 + random.IntN(8))
	other := int64(1 + random.IntN(4))
	switch random.IntN(17) {
	case 0:
		return tx.InsertOfficial(&model.Official{Slug: slug, Named: named, CountryKey: of[int64](iraq)})
	case 1:
		return tx.InsertOffice(&model.Office{Slug: slug, Kind: model.OfficeKindMinister, LocalTitles: named.LocalNames})
	case 2:
		return tx.InsertTopic(&model.Topic{Slug: slug, Named: named, ParentKey: &other})
	case 3:
		return updated(some, tx.Official, tx.UpdateOfficial, func(o *model.Official) {
			o.Named, o.CountryKey = named, [...]*int64{nil, of[int64](iraq), of[int64](kuwait)}[random.IntN(3)]
		})
	case 4:
		return updated(some, tx.Office, tx.UpdateOffice, func(o *model.Office) {
			o.Kind = model.AllOfficeKind[random.IntN(len(model.AllOfficeKind))]
			if random.IntN(2) == 0 {
				o.LocalTitles = named.LocalNames
			}
		})
	case 5:
		return updated(some, tx.Topic, tx.UpdateTopic, func(t *model.Topic) {
			t.Descriptions = named.LocalNames
			if t.Key > other {
				t.ParentKey = &other
			}
		})
	case 6:
		return updated(1+some%2, tx.Country, tx.UpdateCountry, func(c *model.Country) { c.Named = named })
	case 7, 8:
		day := model.PartialDate(fmt.Sprint(2015 + random.IntN(8)))
		return tx.InsertTenure(&model.Tenure{OfficialKey: other, OfficeKey: int64(1 + random.IntN(5)), StartedOn: &day, Acting: random.IntN(3) == 0})
	case 9:
		return updated(some, tx.Tenure, tx.UpdateTenure, func(t *model.Tenure) {
			t.EndedOn = of(model.PartialDate(fmt.Sprint(2023 + random.IntN(3))))
			t.OfficialKey = other
		})
	case 10:
		return deleted(some, tx.Tenure, tx.DeleteTenure)
	case 11:
		return deleted(some, tx.Official, tx.DeleteOfficial)
	case 12:
		return deleted(some, tx.Office, tx.DeleteOffice)
	case 13:
		return deleted(some, tx.Topic, tx.DeleteTopic)
	}
	before, err := tx.Article(some)
	if err != nil {
		return err
	}
	after := *before
	after.Countries, after.Topics = []int64{1 + some%2}, []int64{other}
	after.Officials = []model.TaggedOfficial{{Key: other, Role: model.AppearanceRoleSubject}, {Key: 1 + other%4, Role: model.AppearanceRoleMentioned}}
	return tx.UpdateArticle(before, &after)
}

func updated[T any](key int64, read func(int64) (*T, error), write func(before, after *T) error, edit func(*T)) error {
	before, err := read(key)
	if err != nil {
		return err
	}
	after := *before
	edit(&after)
	return write(before, &after)
}

func deleted[T any](key int64, read func(int64) (*T, error), remove func(*T) error) error {
	row, err := read(key)
	if err != nil {
		return err
	}
	return remove(row)
}

// A reading shows one moment, in memory or not, while others write and read.
func TestMemoryShowsOneMoment(t *testing.T) {
	t.Parallel()
	all := servers(t, newsroomDatabase.Copy(t))
	const writes = 40
	numbered := func(n int) model.LocalizedTexts { return names(fmt.Sprint("en:", n)).LocalNames }
	number := func(n int) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return errors.Join(
				updated(kadhimi, tx.Official, tx.UpdateOfficial, func(o *model.Official) { o.LocalNames = numbered(n) }),
				updated(iraq, tx.Country, tx.UpdateCountry, func(c *model.Country) { c.LocalNames = numbered(n) }),
				updated(iraqPM, tx.Office, tx.UpdateOffice, func(o *model.Office) { o.LocalTitles = numbered(n) }),
				updated(politics, tx.Topic, tx.UpdateTopic, func(o *model.Topic) { o.LocalNames = numbered(n) }),
			)
		}
	}
	mustWrite(t, all[0], number(0))
	var group sync.WaitGroup
	var written atomic.Bool
	for _, s := range all {
		group.Go(func() {
			for ended := false; !ended; {
				ended = written.Load()
				a, err := s.Article(t.Context(), readers(), model.ArticleBy{ID: of(id(model.NodeArticle, budgetAr))}, nil, everything())
				if err != nil {
					t.Error(err)
					return
				}
				person := slot[[]*model.Official](t, a, "officialsfalse")[0]
				last := person.LocalNames[0].Value
				if ended && last != fmt.Sprint(writes) {
					t.Errorf("a reading after the last write shows the moment %s", last)
				}
				for _, other := range []string{
					slot[*model.Country](t, person, "countryfalse").LocalNames[0].Value,
					slot[*model.Office](t, person, "officefalse").LocalTitles[0].Value,
					slot[[]*model.Topic](t, a, "topicsfalse")[0].LocalNames[0].Value,
				} {
					if other != last {
						t.Errorf("one reading shows the moments %s and %s", last, other)
						return
					}
				}
			}
		})
	}
	for n := range writes {
		mustWrite(t, all[n%2], number(n+1))
	}
	written.Store(true)
	group.Wait()
}

// Every write of a node other than an article is seen by servers that keep it in memory.
// The table has every method that writes one.
func TestEveryWriteOfANounIsNoticed(t *testing.T) {
	t.Parallel()
	fresh := func(i int) string { return fmt.Sprint("fresh-", i) }
	writes := map[string]func(tx *store.Tx) error{
		"InsertOfficial": func(tx *store.Tx) error {
			return tx.InsertOfficial(&model.Official{Slug: fresh(1), Named: names("en:Fresh")})
		},
		"UpdateOfficial": func(tx *store.Tx) error {
			return updated(zola, tx.Official, tx.UpdateOfficial, func(o *model.Official) { o.WikidataID = of("Q2") })
		},
		"DeleteOfficial": func(tx *store.Tx) error {
			o := &model.Official{Slug: fresh(2), Named: names("en:Fresh")}
			return errors.Join(tx.InsertOfficial(o), tx.DeleteOfficial(o))
		},
		"InsertCountry": func(tx *store.Tx) error {
			return tx.InsertCountry(&model.Country{Code: "XA", Alpha3: "XXA", Numeric: "901", Named: names("en:Xa")})
		},
		"LoadCountry": func(tx *store.Tx) error {
			return tx.LoadCountry(&model.Country{Code: "IQ", Named: names("en:Irak")}, samira.Name)
		},
		"UpdateCountry": func(tx *store.Tx) error {
			return updated(kuwait, tx.Country, tx.UpdateCountry, func(c *model.Country) { c.Flag = "!" })
		},
		"InsertTopic": func(tx *store.Tx) error {
			return tx.InsertTopic(&model.Topic{Slug: fresh(3), Named: names("en:Fresh")})
		},
		"UpdateTopic": func(tx *store.Tx) error {
			return updated(ballots, tx.Topic, tx.UpdateTopic, func(o *model.Topic) { o.ParentKey = nil })
		},
		"DeleteTopic": func(tx *store.Tx) error {
			topic := &model.Topic{Slug: fresh(5), Named: names("en:Fresh")}
			return errors.Join(tx.InsertTopic(topic), tx.DeleteTopic(topic))
		},
		"InsertOffice": func(tx *store.Tx) error {
			return tx.InsertOffice(&model.Office{Slug: fresh(4), Kind: model.OfficeKindMinister, LocalTitles: names("en:Fresh").LocalNames})
		},
		"UpdateOffice": func(tx *store.Tx) error {
			return updated(envoy, tx.Office, tx.UpdateOffice, func(o *model.Office) { o.SingleSeat = true })
		},
		"DeleteOffice": func(tx *store.Tx) error {
			return errors.Join(deleted(2, tx.Tenure, tx.DeleteTenure), deleted(envoy, tx.Office, tx.DeleteOffice))
		},
		"InsertTenure": func(tx *store.Tx) error {
			return tx.InsertTenure(&model.Tenure{OfficialKey: zola, OfficeKey: kuwaitPM})
		},
		"UpdateTenure": func(tx *store.Tx) error {
			return updated(3, tx.Tenure, tx.UpdateTenure, func(o *model.Tenure) { o.Acting = true })
		},
		"DeleteTenure": func(tx *store.Tx) error { return deleted(1, tx.Tenure, tx.DeleteTenure) },
	}
	methods := reflect.TypeFor[*store.Tx]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		about := strings.HasSuffix(name, "Article") || strings.HasSuffix(name, "AccessToken")
		for _, verb := range []string{"Insert", "Load", "Update", "Delete", "Put", "Move", "Merge"} {
			if strings.HasPrefix(name, verb) && !about && writes[name] == nil {
				t.Errorf("%s is not in the table", name)
			}
		}
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := servers(t, newsroomDatabase.Copy(t))
			before := page(t, all[1])
			clock, at := store.NamesClock(t.Context(), all[1])
			mustWrite(t, all[0], write)
			later, last := store.NamesClock(t.Context(), all[1])
			if later <= clock || last <= at || later > last {
				t.Errorf("the clock of names went from %d to %d, the change log from %d to %d", clock, later, at, last)
			}
			if got, want := page(t, all[1]), page(t, all[0]); got != want {
				t.Errorf("a server with memory answers\n%s\nwithout:\n%s\nbefore:\n%s", got, want, before)
			}
		})
	}
}
