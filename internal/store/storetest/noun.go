package storetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func testHoldings(t *testing.T, s *store.Store) {
	who, office, other := newOfficial("masum"), newOffice("president"), newOffice("envoy")
	day := func(p model.PartialDate) *model.PartialDate { return &p }
	write(t, s, func(tx *store.Tx) error {
		if err := errors.Join(tx.InsertOfficial(who), tx.InsertOffice(office), tx.InsertOffice(other)); err != nil {
			return err
		}
		for _, tenure := range []*model.Tenure{
			{OfficeKey: office.Key, StartedOn: day("2014"), EndedOn: day("2018-10-02")},
			{OfficeKey: office.Key, EndedOn: day("2005-04")},
			{OfficeKey: office.Key, StartedOn: day("2018-10-02")},
			{OfficeKey: other.Key},
		} {
			tenure.OfficialKey = who.Key
			if err := tx.InsertTenure(tenure); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		start, end model.Date
		want       []int64
	}{
		{0, model.Ever, []int64{2, 1, 3}},
		{20181001, 20181002, []int64{1}},
		{20181002, 20181003, []int64{3}},
		{20181001, 20181003, []int64{1, 3}},
		{20050331, 20050401, nil}, // it may have begun later
		{20050401, 20140101, nil},
		{30000101, model.Ever, []int64{3}},
	} {
		write(t, s, func(tx *store.Tx) error {
			holdings, err := tx.Holdings(office.Key, c.start, c.end)
			var got []int64
			for _, h := range holdings {
				got = append(got, h.Key)
				if h.OfficialSlug != "masum" {
					t.Errorf("official of holding %d = %q, want masum", h.Key, h.OfficialSlug)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Holdings(%d, %d) = %v, want %v", c.start, c.end, got, c.want)
			}
			return err
		})
	}
}

func testTopicPath(t *testing.T, s *store.Store) {
	root := newTopic("politics", nil)
	write(t, s, func(tx *store.Tx) error { return tx.InsertTopic(root) })
	middle := newTopic("government", root)
	write(t, s, func(tx *store.Tx) error { return tx.InsertTopic(middle) })
	leaf := newTopic("cabinet", middle)
	write(t, s, func(tx *store.Tx) error { return tx.InsertTopic(leaf) })
	path := func(want ...string) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error {
			steps, err := tx.TopicPath(leaf.Key)
			var got []string
			for _, step := range steps {
				got = append(got, step.Slug)
			}
			if !slices.Equal(got, want) {
				t.Errorf("TopicPath = %v, want %v", got, want)
			}
			return err
		})
	}
	path("politics", "government", "cabinet")
	moved := *middle
	moved.ParentKey = nil
	write(t, s, func(tx *store.Tx) error { return tx.UpdateTopic(middle, &moved) })
	path("government", "cabinet")
}

func testTranslations(t *testing.T, s *store.Store) {
	ar, en, fr := newArticle("ar", "a"), newArticle("en", "b"), newArticle("fr", "c")
	write(t, s, func(tx *store.Tx) error {
		if err := tx.InsertArticle(ar); err != nil {
			return err
		}
		en.TranslationOf, fr.TranslationOf = ar.Key, ar.Key
		return errors.Join(tx.InsertArticle(en), tx.InsertArticle(fr))
	})
	together := func(of int64, want ...string) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error {
			all, err := tx.Translations(of)
			var got []string
			for _, one := range all {
				got = append(got, one.Slug)
			}
			if !slices.Equal(got, want) {
				t.Errorf("Translations(%d) = %v, want %v", of, got, want)
			}
			return err
		})
	}
	together(ar.Key, "a", "b", "c")
	alone := *ar
	alone.TranslationOf = 0
	write(t, s, func(tx *store.Tx) error { return tx.UpdateArticle(ar, &alone) })
	together(alone.TranslationOf, "a")
	together(ar.Key, "b", "c")
	write(t, s, func(tx *store.Tx) error {
		lead, err := tx.Article(en.Key)
		if err != nil {
			return err
		}
		return tx.DeleteArticle(lead)
	})
	together(ar.Key, "c")
}

func testTags(t *testing.T, s *store.Store) {
	a, b := newOfficial("a"), newOfficial("b")
	x, y := newTopic("x", nil), newTopic("y", nil)
	article := newArticle("en", "n")
	write(t, s, func(tx *store.Tx) error {
		if err := errors.Join(tx.InsertOfficial(a), tx.InsertOfficial(b), tx.InsertTopic(x), tx.InsertTopic(y)); err != nil {
			return err
		}
		article.Officials = []model.TaggedOfficial{{Key: b.Key, Role: model.AppearanceRoleSpeaker}, {Key: a.Key, Role: model.AppearanceRoleSubject}}
		article.Topics = []int64{y.Key, x.Key}
		return tx.InsertArticle(article)
	})
	write(t, s, func(tx *store.Tx) error {
		got, err := tx.Article(article.Key)
		if err != nil {
			return err
		}
		if !slices.Equal(got.Officials, article.Officials) || !slices.Equal(got.Topics, article.Topics) || got.Countries == nil {
			t.Errorf("tags = %+v, want %+v", got, article)
		}
		next := *got
		next.Officials, next.Topics = next.Officials[1:], []int64{x.Key, y.Key}
		return tx.UpdateArticle(got, &next)
	})
	write(t, s, func(tx *store.Tx) error {
		got, err := tx.Article(article.Key)
		if err == nil && (len(got.Officials) != 1 || got.Officials[0].Key != a.Key || !slices.Equal(got.Topics, []int64{x.Key, y.Key})) {
			t.Errorf("tags after the update = %+v, want A alone, then X and Y", got)
		}
		return err
	})
}

func testRoundTrip(t *testing.T, s *store.Store) {
	summary, address, at := "سَطر <b>&\r\n", model.URL("https://x.org/?a=1&b=2"), now+1
	a := newArticle("ar", "خبر")
	a.Title, a.Summary, a.Markdown, a.SourceURL, a.PublishedAt = "e\u0301 \u200c", &summary, "\t# <x>\n", &address, &at
	a.Authors, a.Status = model.Lines{"سميرة", `"<&>"`}, model.ArticleStatusPublished
	bare := newArticle("en", "bare")
	o := newOfficial("o")
	o.OtherNames = model.Aliases{{Text: "<أبو>", Language: "ar", Kind: model.AliasKindEpithet}}
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.InsertArticle(a), tx.InsertArticle(bare), tx.InsertOfficial(o))
	})
	write(t, s, func(tx *store.Tx) error {
		got, err := tx.Article(a.Key)
		if err == nil && !reflect.DeepEqual(got.Article, a.Article) {
			t.Errorf("article = %+v, want %+v", got.Article, a.Article)
		}
		return err
	})
	write(t, s, func(tx *store.Tx) error {
		got, err := tx.Article(bare.Key)
		if err == nil && (got.Authors == nil || got.Officials == nil || got.Topics == nil || got.Summary != nil || got.SourceURL != nil) {
			t.Errorf("bare article = %+v, want empty lists and no texts", got)
		}
		return err
	})
	write(t, s, func(tx *store.Tx) error {
		got, err := tx.Official(o.Key)
		if err == nil && (!slices.Equal(got.OtherNames, o.OtherNames) || got.Descriptions == nil) {
			t.Errorf("official = %+v, want %+v", got, o)
		}
		return err
	})
}
