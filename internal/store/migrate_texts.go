package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// migratedTexts is how many texts a migration reads at once.
const migratedTexts = 500

// writeTexts renews what is stored about the texts of bodies that read otherwise since
// footnotes, emphasis behind prefixes and Arabic numerals are understood: how many words
// they have, and where editors' decisions stand in them. If there are any, the full-text
// index is marked to be rebuilt. It also composes the letters of keys that other systems
// sent in parts.
func (s *Store) writeTexts(_ context.Context, db *gorm.DB) error {
	r := rereading{db: db, earlier: markdown.NewEarlierRenderer(), now: s.render}
	for _, step := range []func() error{r.articles, r.revisions, r.keys} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type rereading struct {
	db           *gorm.DB
	earlier, now *markdown.Renderer
}

// texts returns the text of a body as it was and is read; false if both are the same.
func (r rereading) texts(body string) (before, after string, differ bool) {
	if !markdown.MayReadOtherwise(body) {
		return "", "", false
	}
	before, after = r.earlier.Plain(body), r.now.Plain(body)
	return before, after, before != after
}

func (r rereading) articles() error {
	changed := false
	for after := int64(math.MinInt64); ; {
		var rows []struct {
			ID   int64
			Body string
		}
		err := r.db.Raw("SELECT id, body FROM articles WHERE id > ? ORDER BY id LIMIT ?", after, migratedTexts).Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			before, now, differ := r.texts(row.Body)
			if !differ {
				continue
			}
			changed = true
			if err := r.article(row.ID, before, now); err != nil {
				return fmt.Errorf("read article %d anew: %w", row.ID, err)
			}
		}
		if len(rows) < migratedTexts {
			break
		}
		after = rows[len(rows)-1].ID
	}
	if !changed {
		return nil
	}
	return r.db.Exec("DELETE FROM search_state WHERE name = ?", indexedBy).Error
}

func (r rereading) article(key int64, before, after string) error {
	if err := r.db.Exec("UPDATE articles SET word_count = ? WHERE id = ?", text.CountWords(after), key).Error; err != nil {
		return err
	}
	var rows []decisionRow
	if err := r.db.Raw("SELECT * FROM article_mentions WHERE article_id = ? ORDER BY start_at", key).Scan(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	decisions := make([]model.Decision, len(rows))
	for i, row := range rows {
		decisions[i] = row.decision()
	}
	rows = rows[:0]
	for _, d := range moved(decisions, before, after) {
		rows = append(rows, decisionRow{key, d.Start, d.Surface, d.Entity.Type, d.Entity.Key, d.Method, d.Confidence, d.Status})
	}
	if err := r.db.Exec("DELETE FROM article_mentions WHERE article_id = ?", key).Error; err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	return r.db.Create(&rows).Error
}

// revisions renews the content of revisions that no article holds. What it does not know of
// a content stays as it is.
func (r rereading) revisions() error {
	for article, number := int64(0), 0; ; {
		var rows []struct {
			ArticleID int64
			Number    int
			Content   string
		}
		err := r.db.Raw("SELECT article_id, number, content FROM revisions WHERE content IS NOT NULL AND (article_id, number) > (?, ?) ORDER BY article_id, number LIMIT ?",
			article, number, migratedTexts).Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			content, differs, err := r.content(row.Content)
			if err == nil && differs {
				err = r.db.Exec("UPDATE revisions SET content = ? WHERE article_id = ? AND number = ?", content, row.ArticleID, row.Number).Error
			}
			if err != nil {
				return fmt.Errorf("read revision %d of article %d anew: %w", row.Number, row.ArticleID, err)
			}
		}
		if len(rows) < migratedTexts {
			return nil
		}
		article, number = rows[len(rows)-1].ArticleID, rows[len(rows)-1].Number
	}
}

func (r rereading) content(stored string) (content string, differs bool, err error) {
	var past struct {
		Body      string           `json:"body"`
		Decisions []model.Decision `json:"decisions"`
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(stored), &past); err != nil {
		return "", false, err
	}
	before, after, differs := r.texts(past.Body)
	if !differs {
		return "", false, nil
	}
	if err := json.Unmarshal([]byte(stored), &fields); err != nil {
		return "", false, err
	}
	for name, value := range map[string]any{"wordCount": text.CountWords(after), "decisions": moved(past.Decisions, before, after)} {
		if fields[name], err = json.Marshal(value); err != nil {
			return "", false, err
		}
	}
	written, err := json.Marshal(fields)
	return string(written), true, err
}

// moved returns decisions about a text where they stand in another reading of it, which has
// the same words in the same order, and notes after them: where a word stood for the third
// time, it still does. Of decisions whose words are gone, rejections are kept, without a place.
func moved(decisions []model.Decision, before, after string) []model.Decision {
	kept := make([]model.Decision, 0, len(decisions))
	for _, d := range decisions {
		if d.Start >= 0 {
			nth, now := slices.Index(placesOf(d.Surface, before), d.Start), placesOf(d.Surface, after)
			switch {
			case nth >= 0 && nth < len(now):
				d.Start = now[nth]
			case d.Status == model.MentionStatusRejected:
				d.Start = -1
			default:
				continue
			}
		}
		if !containsPlace(kept, d) {
			kept = append(kept, d)
		}
	}
	return kept
}

// placesOf returns where words stand in a text, in UTF-16 code units.
func placesOf(words, in string) (places []int) {
	units, at := 0, 0
	for {
		next := strings.Index(in[at:], words)
		if next < 0 || words == "" {
			return places
		}
		units += text.UTF16Len(in[at : at+next])
		places = append(places, units)
		_, size := utf8.DecodeRuneInString(in[at+next:])
		units += text.UTF16Len(in[at+next : at+next+size])
		at += next + size
	}
}

func containsPlace(decisions []model.Decision, d model.Decision) bool {
	for _, other := range decisions {
		if other.Start == d.Start && other.Surface == d.Surface && other.Entity == d.Entity {
			return true
		}
	}
	return false
}

// keys composes the letters of the keys of other systems. Where another row has the composed
// key, both stay as they are.
func (r rereading) keys() error {
	for _, table := range []string{"articles", "officials", "topics", "offices", "publications"} {
		var rows []struct {
			ID         int64
			ExternalID string
		}
		if err := r.db.Raw("SELECT id, external_id FROM " + table + " WHERE external_id IS NOT NULL").Scan(&rows).Error; err != nil {
			return err
		}
		held := make(map[string]bool, len(rows))
		for _, row := range rows {
			held[row.ExternalID] = true
		}
		for _, row := range rows {
			composed := text.Key(row.ExternalID)
			if composed == row.ExternalID || held[composed] {
				continue
			}
			if err := r.db.Exec("UPDATE "+table+" SET external_id = ? WHERE id = ?", composed, row.ID).Error; err != nil {
				return err
			}
		}
	}
	return nil
}
