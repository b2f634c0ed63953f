package store

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
)

// dictionary holds the words of all texts in memory, some 60 bytes each. It
// grows with the table, of which rows are never changed.
type dictionary struct {
	mu    sync.Mutex
	words []knownWord
	// known are words that are in the table, for who writes: some of them.
	known map[string]bool
	last  int64
}

type knownWord struct {
	word    string
	letters int
	// mask has a bit for each letter that is in the word, by its last six bits: of
	// words that differ in one letter, at most two bits do.
	mask uint64
}

func maskOf(word string) (mask uint64) {
	for _, r := range word {
		mask |= 1 << (r & 63)
	}
	return mask
}

// dictionaryRows are read at a time.
const dictionaryRows = 10_000

// grow reads the words that are new in the snapshot. It holds no lock while it
// reads: who reads may wait for others who want the lock.
func (d *dictionary) grow(on database.Scanner) error {
	for {
		d.mu.Lock()
		last := d.last
		d.mu.Unlock()
		var rows []searchWord
		if err := on.Scan(&rows, sql.Text("SELECT id, word FROM search_words WHERE id > ? ORDER BY id LIMIT ?", last, dictionaryRows)); err != nil {
			return err
		}
		d.mu.Lock()
		for _, row := range rows {
			if row.ID > d.last { // else somebody else read it meanwhile
				d.last = row.ID
				d.words = append(d.words, knownWord{row.Word, utf8.RuneCountInString(row.Word), maskOf(row.Word)})
			}
		}
		d.mu.Unlock()
		if len(rows) < dictionaryRows {
			return nil
		}
	}
}

// maxKnown is how many words are known to be there at most, some 10 MB.
const maxKnown = 200_000

// remember keeps that words are in the table.
func (d *dictionary) remember(words map[string]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || len(d.known) > maxKnown {
		d.known = map[string]bool{}
	}
	maps.Copy(d.known, words)
}

// knows reports whether a word is known to be in the table. One that is not may be
// there all the same.
func (d *dictionary) knows(word string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[word]
}

// likely is a word that another may stand for, and by how many letters they differ.
type likely struct {
	knownWord
	distance int
}

// Of the words like one at most so many are looked up, some at once: most of them may
// be of texts that the request may not see, which must not count.
const (
	maxGuesses    = 1000
	guessesAtOnce = 50
)

// resembling answers those of the words that differ from one by as few letters as
// a typist gets wrong, the least different first.
func resembling(words []knownWord, word string) []likely {
	most := fulltext.MaxTypos(word)
	letters, mask := utf8.RuneCountInString(word), maskOf(word)
	var list []likely
	for _, known := range words {
		if known.letters < letters-most || known.letters > letters+most || bits.OnesCount64(known.mask^mask) > 2*most {
			continue
		}
		if distance := fulltext.EditDistance(word, known.word, most); distance > 0 && distance <= most {
			list = append(list, likely{known, distance})
		}
	}
	slices.SortFunc(list, func(a, b likely) int { return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.word, b.word)) })
	return list[:min(maxGuesses, len(list))]
}

// resembling returns the words that resemble one, of all that the snapshot has.
func (d *dictionary) resembling(on database.Scanner, word string) ([]likely, error) {
	if err := d.grow(on); err != nil {
		return nil, err
	}
	d.mu.Lock()
	words := d.words // which are only ever appended to
	d.mu.Unlock()
	return resembling(words, word), nil
}

// searchWord is a word that a misspelt one may stand for.
type searchWord struct {
	ID   int64
	Word string
}

// TableName is where GORM finds it.
func (searchWord) TableName() string { return WordTable }

// WordTable is the table of the dictionary. Like the indexes, it is made from content.
const WordTable = "search_words"
