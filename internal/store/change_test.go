package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// A reader who pages by position on a separate connection sees each change once, even
// while several servers write, with some long transactions and some rollbacks. A
// change that became visible with a lower position than one already read would be
// missed.
func TestLogHasNoGapsForReaders(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	dsn := storetest.Database(t)
	servers := []*store.Store{reopen(t, dsn), reopen(t, dsn), reopen(t, dsn)}
	undone := errors.New("undone")
	var writing sync.WaitGroup
	var mu sync.Mutex
	written := 0
	for w := range 6 {
		random := rand.New(rand.NewPCG(5, uint64(w)))
		writing.Go(func() {
			for i := range 40 {
				count, undo := 1+random.IntN(4), random.IntN(4) == 0
				err := servers[w%len(servers)].Write(t.Context(), store.Actor{Name: "Samira"}, 0, func(tx *store.Tx) error {
					for j := range count {
						slug := fmt.Sprintf("%d-%d-%d", w, i, j)
						if err := tx.InsertTopic(&model.Topic{Slug: slug, Named: model.Named{LocalNames: model.LocalizedTexts{{Value: slug, Language: "en"}}}}); err != nil {
							return err
						}
					}
					time.Sleep(time.Duration(random.IntN(3)) * time.Millisecond) // others could overtake
					if undo {
						return undone
					}
					return nil
				})
				switch {
				case undo && errors.Is(err, undone):
				case err != nil:
					t.Error(err)
				default:
					mu.Lock()
					written += count
					mu.Unlock()
				}
			}
		})
	}
	db := direct(t, dsn)
	var read []int64
	page := func() (count int) {
		last := int64(0)
		if len(read) > 0 {
			last = read[len(read)-1]
		}
		rows, err := db.Query(fmt.Sprintf("SELECT id FROM changes WHERE id > %d ORDER BY id LIMIT 7", last))
		if err != nil {
			t.Error(err)
			return 0
		}
		defer rows.Close()
		for ; rows.Next(); count++ {
			var id int64
			if err := rows.Scan(&id); err != nil {
				t.Error(err)
			}
			read = append(read, id)
		}
		if err := rows.Err(); err != nil {
			t.Error(err)
		}
		return count
	}
	ended := make(chan struct{})
	go func() {
		writing.Wait()
		close(ended)
	}()
	pages := 0
	for running := true; running; {
		select {
		case <-ended:
			running = false
		default:
			pages += min(1, page())
		}
	}
	for page() > 0 {
	}
	want := make([]int64, written)
	for i := range want {
		want[i] = int64(i + 1)
	}
	if !slices.Equal(read, want) {
		t.Errorf("a reader met %v, want each of the %d changes, 1 to %d", read, written, written)
	}
	if pages < 20 {
		t.Errorf("the reader read %d pages while others wrote, which proves little", pages)
	}
}
