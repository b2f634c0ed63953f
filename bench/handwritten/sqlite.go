package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"sync"

	_ "github.com/mattn/go-sqlite3" // registers the driver

	"github.com/diwan-cms/diwan/bench/newsroom"
)

type sqliteDatabase struct {
	read, write *sql.DB
	repeated    bool
	reads       map[string]*sql.Stmt // by name and language
	inserts     map[string]*sql.Stmt
	uses        map[string]int
	turn        sync.Mutex // who writes
}

func openSQLite(o options) (database, error) {
	dsn := "file:" + o.database + "?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_cache_size=-32000&_mutex=no"
	read, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return nil, err
	}
	readers := 2 * runtime.NumCPU()
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	write.SetMaxOpenConns(1)
	db := &sqliteDatabase{read: read, write: write, repeated: o.repeated}
	if o.fill > 0 {
		return db, nil
	}
	return db, db.prepare()
}

func (db *sqliteDatabase) prepare() (err error) {
	db.reads = map[string]*sql.Stmt{}
	for _, language := range []string{"ar", "en", "fr"} {
		for name, text := range sqliteJSON().statements(language, db.repeated) {
			if db.reads[name+language], err = db.read.Prepare(strings.ReplaceAll(text, "$", "?")); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if err := db.count(); err != nil {
		return err
	}
	return db.prepareInserts(db.write.Prepare)
}

func (db *sqliteDatabase) count() error {
	db.uses = map[string]int{}
	rows, err := db.read.Query(counts)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var tag string
		var uses int
		if err := rows.Scan(&tag, &uses); err != nil {
			return err
		}
		db.uses[tag] = uses
	}
	return rows.Err()
}

func (db *sqliteDatabase) rarer(country, topic string) string { return rarer(db.uses, country, topic) }

// sqliteJSON has arrays keep the order of the tables that they are read from.
func sqliteJSON() dialect {
	return dialect{
		object: "json_object", cross: "CROSS JOIN",
		array:  func(json, _ string) string { return "json_group_array(" + json + ")" },
		nested: func(json string) string { return "json(" + json + ")" },
	}
}

func (db *sqliteDatabase) prepareInserts(prepare func(string) (*sql.Stmt, error)) (err error) {
	db.inserts = map[string]*sql.Stmt{}
	for table, columns := range widths(db.repeated) {
		values := strings.TrimSuffix(strings.Repeat("?, ", columns), ", ")
		if db.inserts[table], err = prepare("INSERT INTO " + table + " VALUES (" + values + ")"); err != nil {
			return err
		}
	}
	return nil
}

// widths is how many columns each table has.
func widths(repeated bool) map[string]int {
	links := 3
	if repeated {
		links = 5
	}
	return map[string]int{
		"countries": 5, "topics": 5, "offices": 6, "officials": 6, "tenures": 4, "articles": 8,
		"article_officials": links, "article_countries": links, "article_topics": links,
	}
}

// sqliteSchema makes the keys of rows those of SQLite, and keeps tables whose key is
// several columns in the order of that key.
func sqliteSchema(repeated bool) string {
	text := strings.ReplaceAll(schemaOf(repeated), "id BIGINT PRIMARY KEY", "id INTEGER PRIMARY KEY")
	return strings.ReplaceAll(text, "));", ")) WITHOUT ROWID;")
}

// fill writes transactions of some thousand rows.
func (db *sqliteDatabase) fill(n *newsroom.Newsroom) error {
	if _, err := db.write.Exec(sqliteSchema(db.repeated)); err != nil {
		return err
	}
	tx, err := db.write.Begin()
	if err != nil {
		return err
	}
	if err := db.prepareInserts(tx.Prepare); err != nil {
		return err
	}
	articles := 0
	err = insertAll(n, db.repeated, func(table string, row ...any) error {
		if table == "articles" {
			if articles++; articles%1000 == 0 {
				if err := tx.Commit(); err != nil {
					return err
				}
				if tx, err = db.write.Begin(); err != nil {
					return err
				}
				if err := db.prepareInserts(tx.Prepare); err != nil {
					return err
				}
			}
		}
		_, err := db.inserts[table].Exec(row...)
		return err
	})
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.write.Exec(indexesOf(db.repeated) + "; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func (db *sqliteDatabase) rows(to *bytes.Buffer, s statement) error {
	rows, err := db.reads[s.name+s.language].Query(s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row sql.RawBytes
	for first := true; rows.Next(); first = false {
		if err := rows.Scan(&row); err != nil {
			return err
		}
		if !first {
			to.WriteByte(',')
		}
		to.Write(row)
	}
	return rows.Err()
}

func (db *sqliteDatabase) create(a article) error {
	db.turn.Lock()
	defer db.turn.Unlock()
	tx, err := db.write.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit, it does nothing
	result, err := tx.Stmt(db.inserts["articles"]).Exec(nil, a.slug, a.Language, a.Title, "", published, a.at, a.Body)
	if err != nil {
		return err
	}
	key, err := result.LastInsertId()
	if err != nil {
		return err
	}
	l := links{key, a.at, db.repeated}
	for table, tags := range map[string][]int64{"article_officials": a.Officials, "article_countries": a.Countries, "article_topics": a.Topics} {
		for position, tag := range tags {
			if _, err := tx.Stmt(db.inserts[table]).Exec(l.row(tag, position)...); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}
