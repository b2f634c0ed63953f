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

// dictionary holds the words of all texts in memory, some 60 bytes each. It grows with
// its table, whose rows never change.
type dictionary struct {
	mu    sync.Mutex
	words []knownWord
	// known are some of the words that are in the table, so that writers need not add
	// them.
	known map[string]bool
	last  int64
}

type knownWord struct {
	word    string
	letters int
	// mask has a bit for each letter of the word, chosen by the letter's low six bits.
	// Words that differ in one letter differ in at most two bits.
	mask uint64
}

func maskOf(word string) (mask uint64) {
	for _, r := range word {
		mask |= 1 << (r & 63)
	}
	return mask
}

// dictionaryRows is how many rows are read at a time.
const dictionaryRows = 10_000

// grow reads the words that the snapshot has and the dictionary lacks. It holds no lock
// while it reads, because reading may have to wait for others that want the lock.
func (d *dictionary) grow(on database.Scanner) error {
	for {
		d.mu.Lock()
		last := d.last
		d.mu.Unlock()
		var rows []searchWord
		if err := on.Scan(&rows, sql.Join(" ", sql.Text("SELECT id, word FROM search_words WHERE id > ? ORDER BY id", last), sql.Limit(dictionaryRows))); err != nil {
			return err
		}
		d.mu.Lock()
		for _, row := range rows {
			if row.ID > d.last { // otherwise another reader has added it
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

// maxKnown is how many known words are kept at most, some 10 MB.
const maxKnown = 200_000

// remember records that words are in the table.
func (d *dictionary) remember(words map[string]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || len(d.known) > maxKnown {
		d.known = map[string]bool{}
	}
	maps.Copy(d.known, words)
}

// unknown returns those of the words that belong into the table and are not known to be
// there, which they may be nevertheless.
func (d *dictionary) unknown(words []string) (unknown []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, word := range words {
		if !d.known[word] && fulltext.Correctable(word) {
			unknown = append(unknown, word)
		}
	}
	return unknown
}

// likely is a word that may be the intended one, and by how many letters it differs.
type likely struct {
	knownWord
	distance int
}

// How many similar words are looked up at most, and how many at a time: most of them
// may occur only in texts that the request may not see, which do not count.
const (
	maxGuesses    = 1000
	guessesAtOnce = 50
)

// resembling returns the words that differ from the given one by no more letters than a
// typist gets wrong, the most similar first.
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

// resembling returns the words of the snapshot that resemble the given one.
func (d *dictionary) resembling(on database.Scanner, word string) ([]likely, error) {
	if err := d.grow(on); err != nil {
		return nil, err
	}
	d.mu.Lock()
	words := d.words // it is only ever appended to
	d.mu.Unlock()
	return resembling(words, word), nil
}

// searchWord is a word of the dictionary.
type searchWord struct {
	ID   int64
	Word string
}

// TableName is where GORM finds it.
func (searchWord) TableName() string { return WordTable }

// WordTable is the table of the dictionary. Like the indexes, it is derived from
// content.
const WordTable = "search_words"
