package store

import (
	"context"
	databasesql "database/sql"
	"fmt"
	"slices"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// goMigration is a migration that needs more than SQL.
type goMigration struct {
	version int64
	name    string
	run     func(context.Context, *gorm.DB) error
}

func (s *Store) migrationsInGo() []goMigration {
	return []goMigration{
		{3, "sort_keys", s.writeSortKeys},
		{9, "index_keys", s.writeIndexKeys},
		{12, "titles", s.writeTitles},
		{13, "texts", s.writeTexts},
		{15, "history", s.writeHistory},
		{18, "working_copies", s.dropCopiesWithoutChanges},
	}
}

func (s *Store) goMigrations() []*goose.Migration {
	var list []*goose.Migration
	for _, m := range s.migrationsInGo() {
		list = append(list, goose.NewGoMigration(m.version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *databasesql.Tx) error {
			db := s.engine.Writer().WithContext(database.Quietly(ctx))
			db.Statement.ConnPool = tx
			if err := s.engine.TakeTurn(db); err != nil { // an older server may be writing
				return err
			}
			return m.run(ctx, db)
		}}, nil))
	}
	return list
}

func (s *Store) nameOfGoMigration(version int64) string {
	for _, m := range s.migrationsInGo() {
		if m.version == version {
			return fmt.Sprintf("%05d_%s", version, m.name)
		}
	}
	return fmt.Sprintf("%05d", version)
}

// writeSortKeys gives every name and title its current sort key. Keys of earlier
// versions sort differently.
func (s *Store) writeSortKeys(_ context.Context, db *gorm.DB) error {
	var names []nameRow
	if err := db.Raw("SELECT * FROM names").Scan(&names).Error; err != nil {
		return err
	}
	for _, n := range names {
		err := db.Exec("UPDATE names SET sort_key = ? WHERE node_type = ? AND node_id = ? AND kind = ? AND language = ? AND position = ?",
			text.SortKey(n.Text), n.NodeType, n.NodeID, n.Kind, n.Language, n.Position).Error
		if err != nil {
			return err
		}
	}
	var titles []struct {
		ID    int64
		Title string
	}
	if err := db.Raw("SELECT id, title FROM articles").Scan(&titles).Error; err != nil {
		return err
	}
	for _, a := range titles {
		if err := db.Exec("UPDATE articles SET title_sort_key = ? WHERE id = ?", text.SortKey(a.Title), a.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// writeIndexKeys rebuilds the index of names with keys that have room for 64 nouns.
// Earlier keys had room for eight. It knows the nouns of its time only: the tables of
// later ones do not exist yet when it runs.
func (s *Store) writeIndexKeys(_ context.Context, db *gorm.DB) error {
	if err := db.Exec("DELETE FROM " + nodeIndex).Error; err != nil {
		return err
	}
	index := s.begin(db).index
	then := []model.NodeType{model.NodeCountry, model.NodeTopic, model.NodeOfficial, model.NodeOffice}
	for _, k := range s.nouns {
		if !slices.Contains(then, k.nodeType()) {
			continue
		}
		for after := int64(0); ; {
			rows, err := namedRows(index.on, k, after, reindexNodes)
			if err == nil {
				err = index.renewNodes(k.nodeType(), rows)
			}
			if err != nil {
				return err
			}
			if len(rows) < reindexNodes {
				break
			}
			after = rows[len(rows)-1].ID
		}
	}
	return index.write()
}

// writeTitles fills the index of titles.
func (s *Store) writeTitles(_ context.Context, db *gorm.DB) error {
	for after, more := int64(-1<<63), true; more; {
		var rows []struct {
			ID          int64
			TitleFolded string
		}
		if err := db.Raw("SELECT id, title_folded FROM articles WHERE id > ? ORDER BY id LIMIT ?", after, reindexTitles).Scan(&rows).Error; err != nil {
			return err
		}
		index := s.begin(db).index
		for _, row := range rows {
			index.addTitle(row.ID, row.TitleFolded)
			after = row.ID
		}
		if err := index.write(); err != nil {
			return err
		}
		more = len(rows) == reindexTitles
	}
	return nil
}

// reindexTitles is how many titles are read at once to be indexed.
const reindexTitles = 1000

// writeHistory makes room for what is known of the past.
func (s *Store) writeHistory(_ context.Context, db *gorm.DB) error {
	for _, column := range []struct{ table, name, definition, fill string }{
		{"publications", "updated_at", "BIGINT NOT NULL DEFAULT 0", "begun_at"},
	} {
		if err := addColumn(db, column.table, column.name, column.definition); err != nil {
			return err
		}
		if err := db.Exec("UPDATE " + column.table + " SET " + column.name + " = " + column.fill).Error; err != nil {
			return err
		}
	}
	return s.writeCertainDays(db)
}

// writeCertainDays gives tenures the days on which they were certainly held, and lets them
// last until they were handed over.
func (s *Store) writeCertainDays(db *gorm.DB) error {
	for _, column := range []string{"certain_from", "certain_until"} {
		if err := addColumn(db, "tenures", column, "BIGINT NOT NULL DEFAULT 0"); err != nil {
			return err
		}
	}
	var tenures []*model.Tenure
	if err := db.Raw("SELECT * FROM tenures").Scan(&tenures).Error; err != nil {
		return err
	}
	offices := map[int64]bool{}
	for _, t := range tenures {
		row := rowOfTenure(t)
		if err := db.Exec("UPDATE tenures SET certain_from = ?, certain_until = ? WHERE id = ?", row.CertainFrom, row.CertainUntil, t.Key).Error; err != nil {
			return err
		}
		offices[t.OfficeKey] = true
	}
	tx := s.begin(db)
	for office := range offices {
		if err := tx.handOver(office); err != nil {
			return err
		}
	}
	return nil
}

// dropCopiesWithoutChanges discards working copies that say what readers see. They were kept
// until hasUnpublishedChanges compared contents.
func (s *Store) dropCopiesWithoutChanges(_ context.Context, db *gorm.DB) error {
	var keys []int64
	if err := db.Raw("SELECT id FROM articles WHERE id < 0 ORDER BY id DESC").Scan(&keys).Error; err != nil {
		return err
	}
	tx := s.begin(db)
	for _, key := range keys {
		working, err := tx.version(sql.Text("id = ?", key))
		if err != nil {
			return err
		}
		public, err := tx.PublicArticle(working.ID().Key)
		if err != nil {
			return err
		}
		if !SameContent(working, public) {
			continue
		}
		if public, err = tx.dropCopy(working); err != nil {
			return err
		}
		// The columns are those of this version: later ones do not exist yet when it runs.
		err = db.Exec(`INSERT INTO changes (kind, node_type, node_id, version, status, at, actor, actor_key, readers, title, slug, language)
			SELECT ?, ?, ?, ?, ?, COALESCE(MAX(at), 0), 'setup', '', FALSE, ?, ?, ? FROM changes`,
			model.ChangeUpdated, model.NodeArticle, public.Key, public.Version, public.Status, public.Title, public.Slug, public.Language).Error
		if err != nil {
			return err
		}
	}
	return tx.finish()
}

// addColumn adds a column, by a statement that is the same on both databases, unless the
// table has it.
func addColumn(db *gorm.DB, table, name, definition string) error {
	if db.Migrator().HasColumn(table, name) {
		return nil
	}
	return db.Exec("ALTER TABLE " + table + " ADD COLUMN " + name + " " + definition).Error
}
