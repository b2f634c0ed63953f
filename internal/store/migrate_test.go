package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the tests read databases directly
	_ "github.com/mattn/go-sqlite3"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// direct opens a database without the store.
func direct(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver := "sqlite3"
	if storetest.OnPostgres() {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the result of each statement is checked
	return db
}

func mustExec(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func reopen(t *testing.T, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), database.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // some are closed already
	return s
}

func TestPendingMigrations(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	pending := func() []string {
		t.Helper()
		names, err := store.Pending(t.Context(), database.Config{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	all := []string{"00001_core", "00002_setup", "00003_sort_keys", "00004_search", "00005_mentions", "00006_access", "00007_editorial", "00008_changes", "00009_index_keys", "00010_lists", "00011_unpublished", "00012_titles", "00013_texts", "00014_media_topics", "00015_history", "00016_subjects", "00017_article_tags", "00018_working_copies", "00019_request_keys"}
	for range 2 { // asking changes nothing
		if got := pending(); !slices.Equal(got, all) {
			t.Errorf("of a new database = %v, want %v", got, all)
		}
	}
	if err := reopen(t, dsn).Close(); err != nil {
		t.Fatal(err)
	}
	if got := pending(); len(got) != 0 {
		t.Errorf("after Open = %v, want none", got)
	}
	mustExec(t, direct(t, dsn), "DELETE FROM goose_db_version WHERE version_id >= 10")
	if got := pending(); !slices.Equal(got, all[9:]) {
		t.Errorf("after all but the last = %v, want %v", got, all[9:])
	}
}

// backToFifteen returns a database to its state before the sixteenth migration.
func backToFifteen(t *testing.T, db *sql.DB) {
	t.Helper()
	mustExec(t, db, "DROP TABLE request_keys", "DROP TABLE article_tags", "ALTER TABLE changes DROP COLUMN title", "ALTER TABLE changes DROP COLUMN slug", "ALTER TABLE changes DROP COLUMN language", "DELETE FROM goose_db_version WHERE version_id > 15")
}

// backToTen returns a database to its state before the eleventh migration.
func backToTen(t *testing.T, db *sql.DB) {
	t.Helper()
	backToFifteen(t, db)
	mustExec(t, db, "DROP INDEX names_text", "DROP INDEX names_folded", "DROP TABLE title_index", "DELETE FROM timeline WHERE owner_type LIKE '%Unpublished'", "DELETE FROM goose_db_version WHERE version_id > 10")
}

// Working copies were kept that say what readers see: they go, with their review or
// schedule, and the others stay.
func TestWorkingCopiesWithoutChangesGo(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := reopen(t, dsn)
	at := model.DateTime(begin + 1000)
	for i, status := range []model.ArticleStatus{model.ArticleStatusPublished, model.ArticleStatusScheduled, model.ArticleStatusInReview, model.ArticleStatusPublished} {
		mustWrite(t, s, func(tx *store.Tx) error {
			a := published("en", fmt.Sprint("a", i), "Title", begin)
			if err := tx.InsertArticle(a); err != nil {
				return err
			}
			next := *a
			next.Title, next.Public, next.Status = "Another", false, status
			if status == model.ArticleStatusScheduled {
				next.ScheduledFor = &at
			}
			return tx.UpdateArticle(a, &next)
		})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := direct(t, dsn)
	mustExec(t, db, "UPDATE articles SET title = 'Title' WHERE id IN (-1, -2, -3)", "DROP TABLE request_keys", "DELETE FROM goose_db_version WHERE version_id > 17")
	s = reopen(t, dsn)
	changes, _, err := s.Changes(t.Context(), editors(), store.Place{Position: 8}, nil, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		if change.Kind != model.ChangeUpdated || change.Actor != "setup" || change.Version != 1 || change.At == 0 || change.Readers {
			t.Errorf("the change log has %+v, want that editors see the first version again", change)
		}
	}
	if len(changes) != 3 {
		t.Errorf("%d changes were logged, want those of three articles", len(changes))
	}
	if jobs, _, err := s.DueJobs(t.Context(), at, 10); err != nil || len(jobs) > 0 {
		t.Errorf("jobs = %v, %v, want none", jobs, err)
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		for key := range int64(4) {
			a, err := tx.Article(key + 1)
			if err != nil {
				return err
			}
			if stays := key == 3; a.HasUnpublishedChanges() != stays || !stays && (a.Status != model.ArticleStatusPublished || !a.Public || a.LastVersion != 2) {
				t.Errorf("article %d = %+v, want a working copy: %t", key+1, a.Article, stays)
			}
		}
		return nil
	})
}

// Timelines of what readers do not see, and the parts of titles, are made of what there is.
func TestUnpublishedTimelinesAreMade(t *testing.T) {
	t.Parallel()
	dsn := newsroomDatabase.Copy(t)
	lists := func() []string {
		s := reopen(t, dsn)
		defer s.Close()
		page := &model.Plan{}
		page.Relate("nodes", "nodes", model.Args{}).Plan.Want("slug")
		below := &model.Plan{Relations: []*model.Relation{{Field: "articles", Key: "articles", Plan: page}}}
		var list []string
		for _, key := range []int64{politics, elections, sport} {
			topic, _ := loaded(t, s, editors(), below, id(model.NodeTopic, key))[0].(*model.Topic)
			list = append(list, slugsOf(slot[*model.ArticleConnection](t, topic, "articles").Nodes)...)
		}
		titled := &model.ArticleFilter{Title: &model.StringFilter{Contains: of("editors see")}}
		found, err := s.Articles(t.Context(), editors(), model.Query{Filter: titled}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return append(list, slugsOf(found.Nodes)...)
	}
	want := lists()
	if !slices.Contains(want, "en:draft") || want[len(want)-1] != "en:reworked-copy" {
		t.Fatalf("editors' lists = %v, want a draft among them and a working copy found by its title", want)
	}
	db := direct(t, dsn)
	backToTen(t, db)
	if got := lists(); !slices.Equal(got, want) {
		t.Errorf("editors' lists after the migration = %v, want %v", got, want)
	}
}

// The keys of the tags of articles are made of their links, and read from the links where
// they are missing.
func TestTagsOfArticlesAreMade(t *testing.T) {
	t.Parallel()
	dsn := newsroomDatabase.Copy(t)
	db := direct(t, dsn)
	rows := func() (list []string) {
		t.Helper()
		found, err := db.Query("SELECT CAST(article_id AS TEXT) || ':' || tags FROM article_tags ORDER BY article_id")
		if err != nil {
			t.Fatal(err)
		}
		defer found.Close()
		for found.Next() {
			var one string
			if err := found.Scan(&one); err != nil {
				t.Fatal(err)
			}
			list = append(list, one)
		}
		return list
	}
	tags := func() (list []string) {
		t.Helper()
		s := reopen(t, dsn)
		defer s.Close()
		plan := &model.Plan{}
		nodes := plan.Relate("nodes", "nodes", model.Args{}).Plan
		nodes.Relate("officials", "officials", model.Args{}).Plan.Want("slug")
		nodes.Relate("topics", "topics", model.Args{}).Plan.Want("slug")
		page, err := s.Articles(t.Context(), editors(), model.Query{}, plan)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Nodes {
			for _, o := range slot[[]*model.Official](t, a, "officials") {
				list = append(list, a.Slug+"/"+o.Slug)
			}
			for _, o := range slot[[]*model.Topic](t, a, "topics") {
				list = append(list, a.Slug+"/"+o.Slug)
			}
		}
		return list
	}
	kept, want := rows(), tags()
	if len(kept) == 0 || len(want) == 0 {
		t.Fatalf("the newsroom has %v and %v, want tags", kept, want)
	}
	mustExec(t, db, "DELETE FROM article_tags WHERE article_id % 2 = 0")
	if got := tags(); !slices.Equal(got, want) {
		t.Errorf("tags without their rows = %v, want %v", got, want)
	}
	backToFifteen(t, db)
	if got := tags(); !slices.Equal(got, want) { // it migrates
		t.Errorf("tags after the migration = %v, want %v", got, want)
	}
	if got := rows(); !slices.Equal(got, kept) {
		t.Errorf("their rows after the migration = %v, want %v", got, kept)
	}
}

// backToNine returns a database to its state before the tenth migration.
func backToNine(t *testing.T, db *sql.DB) {
	t.Helper()
	backToTen(t, db)
	mustExec(t, db, "DROP INDEX articles_language", "DROP INDEX articles_unpublished", "DELETE FROM timeline WHERE owner_type = 'TopicItself'",
		"DELETE FROM node_uses", "DELETE FROM goose_db_version WHERE version_id > 9")
}

// backToSeven returns a database to its state before the eighth migration.
func backToSeven(t *testing.T, db *sql.DB) {
	t.Helper()
	backToNine(t, db)
	mustExec(t, db, "DROP INDEX changes_readers", "ALTER TABLE changes DROP COLUMN readers", "ALTER TABLE changes DROP COLUMN token_id", "ALTER TABLE changes DROP COLUMN actor_key", "ALTER TABLE changes DROP COLUMN status",
		"DROP TABLE change_horizon", "DELETE FROM goose_db_version WHERE version_id > 7")
}

// backToTwo returns a database to its state before the third migration.
func backToTwo(t *testing.T, db *sql.DB) {
	t.Helper()
	backToSeven(t, db)
	for _, table := range []string{"article_index", "node_index", "search_words", "suggestions", "node_uses", "search_state", "article_mentions", "revisions", "publications", "jobs", "signing_keys"} {
		mustExec(t, db, "DROP TABLE "+table)
	}
	if storetest.OnPostgres() { // on SQLite, the migration rebuilds the table from any columns
		mustExec(t, db, "DROP INDEX articles_slug, articles_external_id, articles_translations, articles_published, articles_title, articles_updated, articles_created, articles_working, articles_working_updated, articles_working_title, articles_working_status",
			`ALTER TABLE articles DROP COLUMN scheduled_for, DROP COLUMN public, DROP COLUMN working, DROP COLUMN revision, DROP COLUMN owner, DROP COLUMN last_version,
			ADD UNIQUE (external_id), ADD UNIQUE (slug, language), ADD UNIQUE (translation_of, language)`,
			"CREATE INDEX articles_published ON articles (id)", "CREATE INDEX articles_title ON articles (id)",
			"CREATE INDEX articles_updated ON articles (id)", "CREATE INDEX articles_created ON articles (id)")
	}
	for _, column := range []string{"expires_at", "last_used_at", "revoked_at"} {
		mustExec(t, db, "ALTER TABLE access_tokens DROP COLUMN "+column)
	}
	mustExec(t, db, "ALTER TABLE articles DROP COLUMN link", "CREATE TABLE article_texts (article_id INTEGER PRIMARY KEY, folded TEXT NOT NULL)",
		"DELETE FROM goose_db_version WHERE version_id > 2")
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	if err := reopen(t, dsn).Close(); err != nil {
		t.Fatal(err)
	}
	mustExec(t, direct(t, dsn), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
	const want = "the database has version 99999, newer than this binary's 19; run a newer diwan, or restore an older backup"
	if s, err := store.Open(t.Context(), database.Config{DSN: dsn}); err == nil || err.Error() != want {
		t.Errorf("Open = %v, %v, want %s", s, err, want)
	}
	if _, err := store.Pending(t.Context(), database.Config{DSN: dsn}); err == nil || err.Error() != want {
		t.Errorf("Pending = %v, want %s", err, want)
	}
}

// The keys of the index of names had room for eight nouns.
func TestIndexKeysGetRoomForMoreNouns(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := reopen(t, dsn)
	var key int64
	err := s.Write(t.Context(), store.Actor{Name: "test"}, 0, func(tx *store.Tx) error {
		o := &model.Official{Slug: "kadhimi", Named: model.Named{LocalNames: model.LocalizedTexts{{Language: "ar", Value: "مصطفى الكاظمي"}}}}
		err := tx.InsertOfficial(o)
		key = o.Key
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := direct(t, dsn)
	backToNine(t, db)
	mustExec(t, db, "DELETE FROM node_index", "DELETE FROM goose_db_version WHERE version_id > 8",
		fmt.Sprintf("INSERT INTO node_index (rowid, terms) VALUES (%d, 'old')", key*8+1))
	s = reopen(t, dsn)
	found, err := s.Officials(t.Context(), store.View{}, model.Query{Search: "الكاظمي"}, nil)
	if err != nil || len(found.Nodes) != 1 || found.Nodes[0].Key != key {
		t.Errorf("after the migration, the search = %+v, %v, want the official", found, err)
	}
	var rows, rowid int64
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*), MAX(rowid) FROM node_index").Scan(&rows, &rowid); err != nil || rows != 1 || rowid != key*64+1 {
		t.Errorf("the index has %d rows, the last with the key %d, %v; want one with the key %d", rows, rowid, err, key*64+1)
	}
	suggested, err := s.Suggest(t.Context(), store.View{}, store.Prefix{Text: "كاظ", Types: []model.NodeType{model.NodeOfficial}, First: 5}, &model.Plan{})
	if err != nil || len(suggested) != 0 && suggested[0].Text == "" {
		t.Errorf("Suggest = %v, %v", suggested, err)
	}
}

// Many servers start on one new database.
func TestOneOfManyMigrates(t *testing.T) {
	t.Parallel()
	if !storetest.OnPostgres() {
		t.Skip("a SQLite file has one server")
	}
	dsn := storetest.Database(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(t.Context(), database.Config{DSN: dsn})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var versions string
	err := direct(t, dsn).QueryRow("SELECT string_agg(version_id::text, ' ' ORDER BY id) FROM goose_db_version").Scan(&versions)
	if err != nil || versions != "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19" {
		t.Errorf("versions = %s, %v, want each once", versions, err)
	}
}

func TestOldSortKeysAreReplaced(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := reopen(t, dsn)
	err := s.Write(t.Context(), store.Actor{Name: "Samira"}, 0, func(tx *store.Tx) error {
		for _, name := range []string{"احمد", "أحمد", "آدم", "إدريس"} {
			o := &model.Official{Slug: name, Named: model.Named{LocalNames: model.LocalizedTexts{{Value: name, Language: "ar"}}}}
			if err := tx.InsertOfficial(o); err != nil {
				return err
			}
			a := &store.TaggedArticle{Article: model.Article{Language: "ar", Slug: name, Title: name, Status: model.ArticleStatusDraft}}
			if err := tx.InsertArticle(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := direct(t, dsn)
	keys := func() string {
		t.Helper()
		var all []string
		for _, query := range []string{"SELECT text FROM names ORDER BY sort_key", "SELECT title FROM articles ORDER BY title_sort_key"} {
			rows, err := db.Query(query)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var one string
				if err := rows.Scan(&one); err != nil {
					t.Fatal(err)
				}
				all = append(all, one)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
		}
		return strings.Join(all, " ")
	}
	want := keys()
	constant := "X'00'"
	if storetest.OnPostgres() {
		constant = `'\x00'`
	}
	mustExec(t, db, "UPDATE names SET sort_key = "+constant, "UPDATE articles SET title_sort_key = "+constant)
	backToTwo(t, db)
	reopen(t, dsn)
	if got := keys(); got != want {
		t.Errorf("order after the migration = %s, want %s", got, want)
	}
	var left int
	if err := db.QueryRow("SELECT (SELECT COUNT(*) FROM names WHERE sort_key = " + constant + ") + (SELECT COUNT(*) FROM articles WHERE title_sort_key = " + constant + ")").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d old keys are left, %v, want none", left, err)
	}
}

// Of an article, readers see the old changes from its publication to the change that
// ends it.
func TestOldChangesKnowTheirReaders(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	if err := reopen(t, dsn).Close(); err != nil {
		t.Fatal(err)
	}
	db := direct(t, dsn)
	backToSeven(t, db)
	var want []int
	for i, row := range []struct {
		kind, node string
		readers    bool
	}{
		{"CREATED", "'Article', 1", false},
		{"CREATED", "'Topic', 1", true},
		{"UPDATED", "'Article', 1", false},
		{"PUBLISHED", "'Article', 2", true},
		{"UPDATED", "'Article', 1", false}, // another is published
		{"PUBLISHED", "'Article', 1", true},
		{"UPDATED", "'Article', 1", true},
		{"UPDATED", "'Topic', 1", true},
		{"UNPUBLISHED", "'Article', 1", true},
		{"UPDATED", "'Article', 1", false},
		{"DELETED", "'Article', 2", true},
		{"DELETED", "'Article', 1", false},
		{"DELETED", "'Topic', 1", true},
	} {
		mustExec(t, db, fmt.Sprintf("INSERT INTO changes (id, kind, node_type, node_id, version, at, actor) VALUES (%d, '%s', %s, 1, 1, 'Samira')", i+1, row.kind, row.node))
		if row.readers {
			want = append(want, i+1)
		}
	}
	reopen(t, dsn)
	rows, err := db.Query("SELECT id FROM changes WHERE readers ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		got = append(got, id)
	}
	if err := rows.Err(); err != nil || !slices.Equal(got, want) {
		t.Errorf("readers see the changes %v, %v, want %v", got, err, want)
	}
}

// Every text compares by code point, as on SQLite, whatever the database's locale.
func TestTextsOfPostgresCompareByCodePoint(t *testing.T) {
	t.Parallel()
	if !storetest.OnPostgres() {
		t.Skip("this is about PostgreSQL")
	}
	dsn := storetest.Database(t)
	reopen(t, dsn)
	rows, err := direct(t, dsn).Query(`SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s lacks COLLATE \"C\"", column)
	}
}

// Whatever the default isolation of a database, a writer whose turn has come sees what
// the others wrote.
func TestWritersOfARepeatableReadDatabase(t *testing.T) {
	t.Parallel()
	if !storetest.OnPostgres() {
		t.Skip("this is about PostgreSQL")
	}
	dsn := storetest.Database(t)
	mustExec(t, direct(t, dsn), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''', current_database()); END $$`)
	servers := []*store.Store{reopen(t, dsn), reopen(t, dsn)}
	var all sync.WaitGroup
	for i, s := range servers {
		all.Go(func() {
			for j := range 20 {
				err := s.Write(t.Context(), store.Actor{Name: "Samira"}, 0, func(tx *store.Tx) error {
					return tx.InsertTopic(&model.Topic{Slug: fmt.Sprint(i, "-", j), Named: model.Named{LocalNames: model.LocalizedTexts{{Value: "T", Language: "en"}}}})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// Of several programs that open a new file at once, one migrates it, and the others wait.
func TestANewFileIsOpenedByManyAtOnce(t *testing.T) {
	t.Parallel()
	for range 3 {
		path := filepath.Join(t.TempDir(), "diwan.db")
		var together sync.WaitGroup
		for range 6 {
			together.Go(func() {
				s, err := store.Open(t.Context(), database.Config{DSN: path})
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		if _, err := os.Stat(path + "-migrating"); !os.IsNotExist(err) {
			t.Errorf("the file of the lock = %v, want it gone", err)
		}
	}
}
