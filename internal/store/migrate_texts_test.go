package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// Bodies had neither footnotes nor emphasis behind prefixes: places in their texts counted the
// marks, and keys of other systems were stored in whatever letters they came.
func TestTextsAreReadAnew(t *testing.T) {
	t.Parallel()
	const (
		body   = "ل**«بغداد»** و**\"البصرة\"** قال صالح[^1] إن صالح غادر.\n\n[^1]: مصدر"
		before = `ل**«بغداد»** و**"البصرة"** قال صالح^1 إن صالح غادر.` // the note was the address of a link
		after  = "ل«بغداد» و\"البصرة\" قال صالح إن صالح غادر.\n\nمصدر"
		plain  = "كتب صالح"
	)
	dsn := storetest.Database(t)
	s := reopen(t, dsn)
	official := &model.Official{Slug: "salih", Named: model.Named{LocalNames: model.LocalizedTexts{{Language: "ar", Value: "صالح"}}}}
	decide := func(text, surface string, nth int, status model.MentionStatus) model.Decision {
		start := -1
		for range nth {
			start += 1 + strings.Index(text[start+1:], surface)
		}
		return model.Decision{Start: len([]rune(text[:start])), Surface: surface, Entity: model.ID{Type: model.NodeOfficial, Key: 1}, Method: model.MentionMethodName, Confidence: 90, Status: status}
	}
	decisions := []model.Decision{
		decide(before, `**"البصرة"**`, 1, model.MentionStatusConfirmed), // its words are gone
		decide(before, "صالح", 1, model.MentionStatusRejected), decide(before, "صالح", 2, model.MentionStatusConfirmed),
	}
	err := s.Write(t.Context(), store.Actor{Name: "test"}, begin, func(tx *store.Tx) error {
		if err := tx.InsertOfficial(official); err != nil {
			return err
		}
		first, second := published("ar", "first", "أول", begin), published("ar", "second", "ثان", begin)
		first.Markdown, first.WordCount, first.Decisions = body, 99, decisions
		first.ExternalID = of("ا\u0653-1")
		second.Markdown, second.WordCount, second.Decisions = plain, 99, []model.Decision{decide(plain, "صالح", 1, model.MentionStatusConfirmed)}
		if err := insertAll([]*store.TaggedArticle{first, second}, tx.InsertArticle); err != nil {
			return err
		}
		next := *first
		next.Markdown, next.Decisions, next.Public = plain, nil, true
		if err := tx.UpdateArticle(first, &next); err != nil { // the first revision is kept as JSON
			return err
		}
		again := next
		again.Markdown, again.Decisions = body, decisions
		return tx.UpdateArticle(&next, &again)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := direct(t, dsn)
	backToFifteen(t, db)
	mustExec(t, db, "DELETE FROM goose_db_version WHERE version_id > 12")
	s = reopen(t, dsn)

	want := []model.Decision{decide(after, "صالح", 1, model.MentionStatusRejected), decide(after, "صالح", 2, model.MentionStatusConfirmed)}
	err = s.Write(t.Context(), store.Actor{Name: "test"}, begin, func(tx *store.Tx) error {
		first, err := tx.Article(1)
		if err != nil {
			return err
		}
		if first.WordCount != 10 || fmt.Sprint(first.Decisions) != fmt.Sprint(want) || *first.ExternalID != "آ-1" {
			t.Errorf("the article = %d words, %v, %s, want 10, %v and composed letters", first.WordCount, first.Decisions, *first.ExternalID, want)
		}
		second, err := tx.Article(2)
		if err == nil && (second.WordCount != 99 || second.Decisions[0].Start != 4) {
			t.Errorf("an article that reads as before = %d words, %v, want it unchanged", second.WordCount, second.Decisions)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var content string
	if err := db.QueryRowContext(t.Context(), "SELECT content FROM revisions WHERE article_id = 1 AND number = 1").Scan(&content); err != nil {
		t.Fatal(err)
	}
	var past struct {
		Title     string
		Body      string
		WordCount int
		Decisions []model.Decision
	}
	if err := json.Unmarshal([]byte(content), &past); err != nil {
		t.Fatal(err)
	}
	if past.Title != "أول" || past.Body != body || past.WordCount != 10 || fmt.Sprint(past.Decisions) != fmt.Sprint(want) {
		t.Errorf("the revision = %s, want the same decisions and words", content)
	}
	if indexed, err := s.Indexed(t.Context()); err != nil || indexed {
		t.Errorf("Indexed = %t, %v, want the index to be rebuilt", indexed, err)
	}
}

func TestNothingIsReadAnewWhereNothingReadsOtherwise(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := reopen(t, dsn)
	mustWrite(t, s, func(tx *store.Tx) error {
		a := published("ar", "first", "أول", begin)
		a.Markdown, a.WordCount = "كتب **صالح** 1. شيئا\n\n1. أول\n\n[^", 99
		return tx.InsertArticle(a)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := direct(t, dsn)
	backToFifteen(t, db)
	mustExec(t, db, "DELETE FROM goose_db_version WHERE version_id > 12")
	s = reopen(t, dsn)
	var words int
	if err := db.QueryRowContext(t.Context(), "SELECT word_count FROM articles").Scan(&words); err != nil || words != 99 {
		t.Errorf("words = %d, %v, want those that were stored", words, err)
	}
	if indexed, err := s.Indexed(t.Context()); err != nil || !indexed {
		t.Errorf("Indexed = %t, %v, want the index as it was", indexed, err)
	}
}
