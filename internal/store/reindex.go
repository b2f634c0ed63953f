package store

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/model"
)

// How many rows a rebuild writes in one transaction; other writers get their turn in between.
const (
	reindexNodes    = 200
	reindexArticles = 50
)

// Indexed reports whether the whole index was written by this version of the analysis.
func (s *Store) Indexed(ctx context.Context) (bool, error) {
	var version int
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(value), 0) FROM search_state WHERE name = ?", indexedBy).Scan(&version).Error
	return version == fulltext.Version, database.Troubled(ctx, s.engine, err)
}

// markNewIndex records that the index of an empty database is complete.
func (s *Store) markNewIndex(ctx context.Context) error {
	var empty bool
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT NOT EXISTS (SELECT 1 FROM names) AND NOT EXISTS (SELECT 1 FROM articles) AND NOT EXISTS (SELECT 1 FROM search_state)").Scan(&empty).Error
	if err != nil || !empty {
		return err
	}
	return s.write(ctx, func(db *gorm.DB) error { return setState(s.engine.Statements(db), indexedBy, fulltext.Version) })
}

func setState(on *database.Statements, name string, value int64) error {
	_, err := on.Exec(sql.Text("INSERT INTO search_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value))
	return err
}

// Reindex rebuilds the whole index, some rows at a time. Other callers can read and
// write during the rebuild, and index what they write. An interrupted rebuild continues
// where it stopped. progress, which may be nil, is called with the number of articles
// done. Only one server rebuilds at a time.
func (s *Store) Reindex(ctx context.Context, progress func(done, all int)) error {
	if progress == nil {
		progress = func(int, int) {}
	}
	return s.Alone(ctx, func() error { return s.reindex(ctx, progress) })
}

func (s *Store) reindex(ctx context.Context, progress func(done, all int)) error {
	state := rebuilt + fmt.Sprint(fulltext.Version)
	var from *int64
	db := s.engine.Reader().WithContext(ctx)
	if err := db.Raw("SELECT MAX(value) FROM search_state WHERE name = ?", state).Scan(&from).Error; err != nil {
		return database.Troubled(ctx, s.engine, err)
	}
	if from == nil {
		if err := s.reindexNodes(ctx); err != nil {
			return fmt.Errorf("index the names: %w", err)
		}
		from = new(int64)
		*from = math.MinInt64 // working copies have keys below zero
	}
	if err := s.reindexArticles(ctx, *from, state, progress); err != nil {
		return fmt.Errorf("index the articles: %w", err)
	}
	return s.write(ctx, func(db *gorm.DB) error {
		on := s.engine.Statements(db)
		for _, statement := range []string{
			"DELETE FROM node_uses",
			"INSERT INTO node_uses (node_type, node_id, articles) SELECT owner_type, owner_id, COUNT(*) FROM timeline WHERE " + ofReaders + " GROUP BY owner_type, owner_id",
			"DELETE FROM search_state WHERE name LIKE '" + rebuilt + "%'",
		} {
			if _, err := on.Exec(sql.Text(statement)); err != nil {
				return err
			}
		}
		if err := countUp(on, reindexClock); err != nil {
			return err
		}
		return setState(on, indexedBy, fulltext.Version)
	})
}

func (s *Store) reindexNodes(ctx context.Context) error {
	for _, k := range s.nouns {
		if k.inIndex() == nil {
			continue
		}
		for after := int64(0); ; {
			var rows []namedRow
			err := s.Write(ctx, Actor{}, 0, func(tx *Tx) (err error) {
				rows, err = namedRows(tx.on, k, after, reindexNodes)
				if err != nil {
					return err
				}
				if err := tx.index.renewNodes(k.nodeType(), rows); err != nil {
					return err
				}
				return countUp(tx.on, reindexClock)
			})
			if err != nil {
				return err
			}
			if len(rows) < reindexNodes {
				break
			}
			after = rows[len(rows)-1].ID
		}
	}
	return nil
}

func (s *Store) reindexArticles(ctx context.Context, from int64, state string, progress func(done, all int)) error {
	var done, all int
	db := s.engine.Reader().WithContext(ctx)
	if err := db.Raw("SELECT COUNT(*) FROM articles").Scan(&all).Error; err != nil {
		return err
	}
	if err := db.Raw("SELECT COUNT(*) FROM articles WHERE id <= ?", from).Scan(&done).Error; err != nil {
		return err
	}
	for {
		known, err := s.analyzeAhead(ctx, from)
		if err != nil {
			return err
		}
		var keys []int64
		err = s.Write(ctx, Actor{}, 0, func(tx *Tx) error {
			if err := tx.on.Scan(&keys, sql.Join(" ", sql.Text("SELECT id FROM articles WHERE id > ? ORDER BY id", from), sql.Limit(reindexArticles))); err != nil {
				return err
			}
			articles, err := tx.taggedVersions(keys)
			if err != nil {
				return err
			}
			for _, a := range articles {
				key := a.Key
				if analysed := known[key]; analysed != nil && analysed.Markdown == a.Markdown {
					a.Plain, a.Analysis = analysed.Plain, analysed.Analysis
				} else { // it was written meanwhile
					a.Plain = s.render.Plain(a.Markdown)
				}
				tx.index.dropArticle(key)
				tx.index.addArticle(a)
				from = key
			}
			if err := countUp(tx.on, reindexClock); err != nil {
				return err
			}
			return setState(tx.on, state, from)
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		done += len(keys)
		progress(done, max(done, all))
	}
}

// taggedVersions reads rows of articles by their keys, with their tags, in the order of the
// keys.
func (tx *Tx) taggedVersions(keys []int64) ([]*TaggedArticle, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var rows []*model.Article
	var officials []officialTag
	var countries []countryTag
	var topics []topicTag
	among := func(column string) sql.Clause { return database.Among(tx.engine, column, keys) }
	for _, read := range []struct {
		into  any
		query sql.Clause
	}{
		{&rows, among("id").Wrap("SELECT * FROM articles WHERE ", " ORDER BY id")},
		{&officials, among("article_id").Wrap("SELECT * FROM article_officials WHERE ", " ORDER BY article_id, position")},
		{&countries, among("article_id").Wrap("SELECT * FROM article_countries WHERE ", " ORDER BY article_id, position")},
		{&topics, among("article_id").Wrap("SELECT * FROM article_topics WHERE ", " ORDER BY article_id, position")},
	} {
		if err := tx.on.Scan(read.into, read.query); err != nil {
			return nil, fail(err, model.NodeArticle, "read")
		}
	}
	list, byKey := make([]*TaggedArticle, len(rows)), make(map[int64]*TaggedArticle, len(rows))
	for i, row := range rows {
		list[i] = &TaggedArticle{Article: *row, Tags: model.NoTags()}
		byKey[row.Key] = list[i]
	}
	for _, tag := range officials {
		a := byKey[tag.ArticleID]
		a.Officials = append(a.Officials, model.TaggedOfficial{Key: tag.OfficialID, Role: tag.Role})
	}
	for _, tag := range countries {
		a := byKey[tag.ArticleID]
		a.Countries = append(a.Countries, tag.CountryID)
	}
	for _, tag := range topics {
		a := byKey[tag.ArticleID]
		a.Topics = append(a.Topics, tag.TopicID)
	}
	return list, nil
}

// analyzeAhead analyses the next articles after a key on all processors, before the
// transaction that indexes them.
func (s *Store) analyzeAhead(ctx context.Context, from int64) (map[int64]*TaggedArticle, error) {
	var articles []*model.Article
	err := s.engine.Snapshot(ctx, func(on database.Snapshot) error {
		return on.Scan(&articles, sql.Join(" ", sql.Text("SELECT id, language, title, summary, body FROM articles WHERE id > ? ORDER BY id", from), sql.Limit(reindexArticles)))
	})
	known := make(map[int64]*TaggedArticle, len(articles))
	for _, a := range articles {
		known[a.Key] = &TaggedArticle{Article: *a}
	}
	var group sync.WaitGroup
	defer group.Wait()
	next := make(chan *TaggedArticle)
	defer close(next)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for a := range next {
				a.Plain = s.render.Plain(a.Markdown)
				a.Analysis = s.Analyze(a.Texts())
			}
		})
	}
	for _, a := range known {
		next <- a
	}
	return known, err
}
