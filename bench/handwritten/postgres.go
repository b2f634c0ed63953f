package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

type postgresDatabase struct {
	pool     *pgxpool.Pool
	repeated bool
	texts    map[string]string // by name and language; pgx prepares each once a connection
	uses     map[string]int
}

func openPostgres(o options) (database, error) {
	config, err := pgxpool.ParseConfig(o.database)
	if err != nil {
		return nil, err
	}
	config.MaxConns = 16
	// Planning these statements takes longer than running them, compiling them even more.
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	config.ConnConfig.RuntimeParams["jit"] = "off"
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, err
	}
	db := &postgresDatabase{pool: pool, repeated: o.repeated, texts: map[string]string{}}
	for _, language := range []string{"ar", "en", "fr"} {
		for name, text := range postgresJSON().statements(language, o.repeated) {
			db.texts[name+language] = text
		}
	}
	if o.fill > 0 {
		return db, nil
	}
	return db, db.count()
}

func postgresJSON() dialect {
	return dialect{
		object: "json_build_object", cross: "JOIN",
		array: func(json, order string) string {
			return "coalesce(json_agg(" + json + " ORDER BY " + order + "), '[]')"
		},
		nested: func(json string) string { return json },
	}
}

func (db *postgresDatabase) count() error {
	db.uses = map[string]int{}
	rows, err := db.pool.Query(context.Background(), counts)
	if err != nil {
		return err
	}
	var tag string
	var uses int
	_, err = pgx.ForEachRow(rows, []any{&tag, &uses}, func() error {
		db.uses[tag] = uses
		return nil
	})
	return err
}

func (db *postgresDatabase) rarer(country, topic string) string {
	return rarer(db.uses, country, topic)
}

// fill copies the rows of a table at once, in the order of the newsroom. Texts compare
// by code point, as in SQLite.
func (db *postgresDatabase) fill(n *newsroom.Newsroom) error {
	ctx := context.Background()
	text := strings.ReplaceAll(schemaOf(db.repeated), " TEXT ", ` TEXT COLLATE "C" `)
	if _, err := db.pool.Exec(ctx, text); err != nil {
		return err
	}
	waiting := map[string][][]any{}
	flush := func(table string) error {
		columns := widths(db.repeated)[table]
		_, err := db.pool.CopyFrom(ctx, pgx.Identifier{table}, names(ctx, db.pool, table, columns), pgx.CopyFromRows(waiting[table]))
		waiting[table] = nil
		return err
	}
	err := insertAll(n, db.repeated, func(table string, row ...any) error {
		waiting[table] = append(waiting[table], row)
		if len(waiting[table]) < 5000 {
			return nil
		}
		return flush(table)
	})
	for table := range waiting {
		err = errors.Join(err, flush(table))
	}
	if err != nil {
		return err
	}
	if _, err := db.pool.Exec(ctx, "CREATE SEQUENCE article_keys START "+fmt.Sprint(n.Articles+1)+"; "+indexesOf(db.repeated)); err != nil {
		return err
	}
	_, err = db.pool.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// names are the first columns of a table, in order.
func names(ctx context.Context, pool *pgxpool.Pool, table string, columns int) []string {
	rows, err := pool.Query(ctx, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position LIMIT $2", table, columns)
	if err != nil {
		return nil // copying without columns fails
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil
	}
	return list
}

func (db *postgresDatabase) rows(to *bytes.Buffer, s statement) error {
	rows, err := db.pool.Query(context.Background(), db.texts[s.name+s.language], append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, s.args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for first := true; rows.Next(); first = false {
		if !first {
			to.WriteByte(',')
		}
		to.Write(rows.RawValues()[0])
	}
	return rows.Err()
}

// create sends all statements of the transaction in one batch.
func (db *postgresDatabase) create(a article) error {
	ctx := context.Background()
	return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		var key int64
		err := tx.QueryRow(ctx, "INSERT INTO articles VALUES (nextval('article_keys'), $1, $2, $3, '', 'PUBLISHED', $4, $5) RETURNING id",
			a.slug, a.Language, a.Title, a.at, a.Body).Scan(&key)
		if err != nil {
			return err
		}
		l, batch := links{key, a.at, db.repeated}, &pgx.Batch{}
		for table, tags := range map[string][]int64{"article_officials": a.Officials, "article_countries": a.Countries, "article_topics": a.Topics} {
			for position, tag := range tags {
				row := l.row(tag, position)
				values := "$1, $2, $3"
				if db.repeated {
					values += ", $4, $5"
				}
				batch.Queue("INSERT INTO "+table+" VALUES ("+values+")", row...)
			}
		}
		return tx.SendBatch(ctx, batch).Close()
	})
}
