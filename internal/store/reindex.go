package store

import (
	"context"
	"fmt"
	"math"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// What search_state holds of the index: the version of the analysis that wrote it,
// and by a rebuilding that is under way, up to which article it has come.
const (
	indexedBy = "analysis"
	rebuilt   = "rebuilt by analysis "
)

// How many rows a rebuilding writes before it lets others write.
const (
	reindexNodes    = 200
	reindexArticles = 50
)

// Indexed reports whether the index was written by this version of the analysis,
// all of it.
func (s *Store) Indexed(ctx context.Context) (bool, error) {
	var version int
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(value), 0) FROM search_state WHERE name = ?", indexedBy).Scan(&version).Error
	return version == text.AnalysisVersion, s.troubled(ctx, err)
}

// newIndex says of a database in which there is nothing that its index is whole.
func (s *Store) newIndex(ctx context.Context) error {
	var empty bool
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT NOT EXISTS (SELECT 1 FROM names) AND NOT EXISTS (SELECT 1 FROM articles) AND NOT EXISTS (SELECT 1 FROM search_state)").Scan(&empty).Error
	if err != nil || !empty {
		return err
	}
	return s.write(ctx, func(db *gorm.DB) error { return setState(db, indexedBy, text.AnalysisVersion) })
}

func setState(db *gorm.DB, name string, value int64) error {
	return db.Exec("INSERT INTO search_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value).Error
}

// Reindex writes the whole index anew, some rows at a time: others read and write
// meanwhile, and what they write is indexed by themselves. One that did not come to
// its end is taken up where it stopped. tell, which may be nil, is told how many of
// the articles are done. One server at a time does it.
func (s *Store) Reindex(ctx context.Context, tell func(done, all int)) error {
	if tell == nil {
		tell = func(int, int) {}
	}
	return s.Alone(ctx, func() error { return s.reindex(ctx, tell) })
}

func (s *Store) reindex(ctx context.Context, tell func(done, all int)) error {
	state := rebuilt + fmt.Sprint(text.AnalysisVersion)
	var from *int64
	db := s.dialect.reader().WithContext(ctx)
	if err := db.Raw("SELECT MAX(value) FROM search_state WHERE name = ?", state).Scan(&from).Error; err != nil {
		return s.troubled(ctx, err)
	}
	if from == nil {
		if err := s.reindexNodes(ctx); err != nil {
			return fmt.Errorf("index the names: %w", err)
		}
		from = new(int64)
		*from = math.MinInt64 // working copies have keys below zero
	}
	if err := s.reindexArticles(ctx, *from, state, tell); err != nil {
		return fmt.Errorf("index the articles: %w", err)
	}
	return s.write(ctx, func(db *gorm.DB) error {
		for _, statement := range []string{
			"DELETE FROM node_uses",
			"INSERT INTO node_uses (node_type, node_id, articles) SELECT owner_type, owner_id, COUNT(*) FROM timeline GROUP BY owner_type, owner_id",
			"DELETE FROM search_state WHERE name LIKE '" + rebuilt + "%'",
		} {
			if err := db.Exec(statement).Error; err != nil {
				return err
			}
		}
		return setState(db, indexedBy, text.AnalysisVersion)
	})
}

func (s *Store) reindexNodes(ctx context.Context) error {
	for _, t := range indexed[1:] {
		names, aliases := "names", "aliases"
		if t == model.NodeOffice {
			names, aliases = "titles", "'[]'"
		}
		for from := int64(0); ; {
			var rows []struct {
				ID      int64
				Names   model.LocalizedTexts
				Aliases model.Aliases
			}
			err := s.Write(ctx, Actor{}, 0, func(tx *Tx) error {
				err := tx.db.Raw("SELECT id, "+names+" AS names, "+aliases+" AS aliases FROM "+tableOf(t)+" WHERE id > ? ORDER BY id LIMIT ?", from, reindexNodes).Scan(&rows).Error
				for i := 0; err == nil && i < len(rows); i++ {
					id := model.ID{Type: t, Key: rows[i].ID}
					if err = tx.unindexNode(id); err == nil {
						err = tx.indexNode(id, rows[i].Names, rows[i].Aliases)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			if len(rows) < reindexNodes {
				break
			}
			from = rows[len(rows)-1].ID
		}
	}
	return nil
}

func (s *Store) reindexArticles(ctx context.Context, from int64, state string, tell func(done, all int)) error {
	var done, all int
	db := s.dialect.reader().WithContext(ctx)
	if err := db.Raw("SELECT COUNT(*) FROM articles").Scan(&all).Error; err != nil {
		return err
	}
	if err := db.Raw("SELECT COUNT(*) FROM articles WHERE id <= ?", from).Scan(&done).Error; err != nil {
		return err
	}
	for {
		var keys []int64
		err := s.Write(ctx, Actor{}, 0, func(tx *Tx) error {
			if err := tx.db.Raw("SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?", from, reindexArticles).Scan(&keys).Error; err != nil {
				return err
			}
			for _, key := range keys {
				a, err := tx.version(sql("id = ?", key))
				if err != nil {
					return err
				}
				a.Plain = s.render.Plain(a.Markdown)
				tx.unindexArticle(key)
				tx.indexArticle(a)
				from = key
			}
			return setState(tx.db, state, from)
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		done += len(keys)
		tell(done, max(done, all))
	}
}
