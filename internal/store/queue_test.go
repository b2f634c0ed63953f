package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// newArticle is an article of its own, with tags, that readers see.
func newArticle(slug string) *store.TaggedArticle {
	return &store.TaggedArticle{
		Plain: slug,
		Article: model.Article{
			Slug: slug, ExternalID: of("x:" + slug), Language: "en", Title: slug, Markdown: slug, Authors: model.Lines{},
			Status: model.ArticleStatusPublished, Public: true, PublishedAt: of(on(5, 1)), Link: model.LinkModeOff,
		},
		Tags: model.Tags{Officials: []model.TaggedOfficial{{Key: salih, Role: model.AppearanceRoleSubject}}, Countries: []int64{iraq}, Topics: []int64{elections}},
	}
}

// New articles are inserted together. Whatever is read and undone in between, those that
// were not undone are there in the end, with everything about them, in the order in which they
// were written, and nothing of the others.
func TestNewArticlesAmongOthersThatAreUndone(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	start, err := s.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	keys := map[string]int64{}
	insert := func(tx *store.Tx, slug string) error {
		a := newArticle(slug)
		err := tx.InsertArticle(a)
		keys[slug] = a.Key
		return err
	}
	err = s.Write(t.Context(), samira, begin, func(tx *store.Tx) error {
		if err := insert(tx, "first"); err != nil {
			return err
		}
		for i, read := range []func(*store.Tx) error{
			func(*store.Tx) error { return nil },
			func(tx *store.Tx) error { // which inserts what is queued
				_, err := tx.Article(keys["first"])
				return err
			},
		} {
			undone := fmt.Sprint("undone", i)
			err := tx.Try(func(tx *store.Tx) error {
				if err := errors.Join(insert(tx, undone), read(tx)); err != nil {
					return err
				}
				return refused
			})
			if !errors.Is(err, refused) {
				return fmt.Errorf("Try = %w, want %w", err, refused)
			}
			if err := tx.Try(func(tx *store.Tx) error { return errors.Join(insert(tx, fmt.Sprint("kept", i)), read(tx)) }); err != nil {
				return err
			}
		}
		for slug, held := range map[string]bool{"first": true, "kept0": true, "kept1": true, "undone0": false, "undone1": false} {
			for _, key := range []store.NaturalKey{
				{Node: model.NodeArticle, By: store.BySlug, Value: slug, Language: "en"},
				{Node: model.NodeArticle, By: store.BySlug, Value: slug},
				{Node: model.NodeArticle, By: store.ByExternalID, Value: "x:" + slug},
			} {
				if holder, got, err := tx.Holder(key); err != nil || got != held || held && (holder.Key != keys[slug] || holder.Slug != slug) {
					t.Errorf("Holder(%v) = %v, %t, %v, want %t", key, holder, got, err, held)
				}
			}
		}
		if _, held, err := tx.Holder(store.NaturalKey{Node: model.NodeArticle, By: store.BySlug, Value: "first", Language: "ar"}); err != nil || held {
			t.Errorf("the slug of an article in another language is held: %t, %v", held, err)
		}
		if existing, err := tx.Existing(model.NodeArticle, []int64{keys["kept0"]}); err != nil || !existing[keys["kept0"]] {
			t.Errorf("Existing = %v, %v, want the new article", existing, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if keys["first"] >= keys["kept0"] || keys["kept0"] >= keys["kept1"] {
		t.Errorf("keys = %v, want them in the order of the writes", keys)
	}
	end, err := s.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, _, err := s.Changes(t.Context(), readers(), start, nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	var slugs []string
	for _, change := range changes {
		slugs = append(slugs, change.Slug)
	}
	if want := []string{"first", "kept0", "kept1"}; !slices.Equal(slugs, want) || end == start {
		t.Errorf("changes = %v, want those of %v", slugs, want)
	}
}

// What a transaction with many articles leaves is what a transaction for each of them does.
func TestArticlesWrittenTogetherAreAsThoseWrittenAlone(t *testing.T) {
	t.Parallel()
	if storetest.OnPostgres() {
		t.Skip("it compares files")
	}
	const many = 40 // more than one statement inserts
	together, alone := newsroomDatabase.Copy(t), newsroomDatabase.Copy(t)
	s := reopen(t, together)
	mustWrite(t, s, func(tx *store.Tx) error {
		for i := range many {
			if err := tx.InsertArticle(newArticle(fmt.Sprint("article-", i))); err != nil {
				return err
			}
		}
		return nil
	})
	s = reopen(t, alone)
	for i := range many {
		mustWrite(t, s, func(tx *store.Tx) error { return tx.InsertArticle(newArticle(fmt.Sprint("article-", i))) })
	}
	got, want := contentOf(t, together), contentOf(t, alone)
	for table := range want {
		if len(want[table]) == 0 && table == "articles" || !slices.Equal(got[table], want[table]) {
			t.Errorf("%s = %v\nwant %v", table, got[table], want[table])
		}
	}
}

// contentOf returns the rows of all tables of a SQLite file, and the terms of its indexes.
func contentOf(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // a temporary table is its connection's
	read := func(query string) (list []string) {
		rows, err := db.Query(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, at := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				at[i] = &values[i]
			}
			if err := rows.Scan(at...); err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprint(values...))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(list)
		return list
	}
	content := map[string][]string{}
	for _, table := range read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' AND sql NOT LIKE '%fts5%' AND name NOT GLOB '*_index_*'") {
		content[table] = read("SELECT * FROM " + table)
	}
	for _, index := range []string{"article_index", "node_index", "title_index"} {
		if _, err := db.Exec("CREATE VIRTUAL TABLE temp.of_" + index + " USING fts5vocab(main, " + index + ", instance)"); err != nil {
			t.Fatal(err)
		}
		content[index] = read("SELECT term, doc, offset FROM temp.of_" + index)
	}
	return content
}
