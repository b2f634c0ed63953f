package database

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/sql"
)

// noted is a row of a table with a key, with a field that is no column.
type noted struct {
	ID        int64
	Said      string `gorm:"column:text"`
	CreatedAt int64
	Told      string `gorm:"-"`
}

func (noted) TableName() string { return "noted" }

type pair struct {
	A, B int64
}

func (pair) TableName() string { return "pairs" }

func TestWritingOnSQLite(t *testing.T) {
	t.Parallel()
	e := openFile(t)
	ctx, leave := context.WithCancel(t.Context())
	err := e.Transaction(ctx, func(db *gorm.DB) error {
		on := e.Statements(db)
		for _, table := range []string{
			"CREATE TABLE noted (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL)",
			"CREATE TABLE pairs (a BIGINT NOT NULL, b BIGINT NOT NULL)",
		} {
			if _, err := on.Exec(sql.Text(table)); err != nil {
				return err
			}
		}
		one, seven := noted{Said: "one", CreatedAt: 5}, noted{ID: 7, Said: "seven", CreatedAt: 5}
		if err := errors.Join(on.Insert(&one), on.Insert(&seven)); err != nil {
			return err
		}
		if one.ID != 1 || seven.ID != 7 {
			t.Errorf("the keys = %d and %d, want 1 and 7", one.ID, seven.ID)
		}
		if err := on.Insert(&noted{Said: "one"}); !errors.Is(err, gorm.ErrDuplicatedKey) {
			t.Errorf("another one = %v, want %v", err, gorm.ErrDuplicatedKey)
		}
		for text, want := range map[string]int64{"one": 1, "two": 0} {
			written, err := on.Overwrite(&noted{ID: 9, Said: "eins", CreatedAt: 9}, sql.Text("text = ?", text))
			if err != nil || written != want {
				t.Errorf("overwriting %s = %d, %v, want %d", text, written, err, want)
			}
		}
		var rows []noted
		if err := on.Scan(&rows, sql.Text("SELECT * FROM noted ORDER BY id")); err != nil {
			return err
		}
		if got, want := fmt.Sprint(rows), "[{1 eins 5 } {7 seven 5 }]"; got != want {
			t.Errorf("the rows = %s, want %s", got, want)
		}
		all := 0
		for _, n := range []int{0, 1, 8, 9, 31, 33, 100} { // whatever their number, each row is there once
			pairs := make([]pair, n)
			for i := range pairs {
				pairs[i] = pair{int64(n), int64(i)}
			}
			if err := on.Insert(pairs); err != nil {
				return err
			}
			all += n
			var written int
			if err := on.Scan(&written, sql.Text("SELECT COUNT(DISTINCT a * 1000 + b) FROM pairs")); err != nil || written != all {
				t.Errorf("after %d more there are %d pairs, %v, want %d", n, written, err, all)
			}
		}
		leave()
		if _, err := on.Exec(sql.Text("DELETE FROM pairs")); !errors.Is(err, context.Canceled) {
			t.Errorf("a statement after the caller has left = %v, want %v", err, context.Canceled)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var kept int
	if err := e.Reader().Raw("SELECT COUNT(*) FROM pairs").Scan(&kept).Error; err != nil || kept != 182 {
		t.Errorf("%d pairs are kept, %v, want 182: nothing undoes a transaction whose caller has left", kept, err)
	}
}
