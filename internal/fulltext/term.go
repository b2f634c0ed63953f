package fulltext

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// KeyTerm is the term of texts that have a key of [Keys]. No word of a text looks like a
// term.
func KeyTerm(key string) string { return "~" + key }

// ExactTerm is the term of texts that have a folded word, at level 2 or above.
func ExactTerm(word string) string { return exactly + word }

const exactly = "="

// TagTerm is the term of texts that are tagged with what the key stands for.
func TagTerm(key string) string { return "#" + key }

// WholeTerm is the term of what has a name of exactly these folded words. As databases
// limit the length of a term, that of a long name is a checksum.
func WholeTerm(words []string) string {
	name := strings.Join(words, "+")
	if len(name) > maxWholeTerm {
		return fmt.Sprintf("!+%x", sha256.Sum256([]byte(name)))
	}
	return "!" + name
}

const maxWholeTerm = 200 // bytes

// LevelTerm is the term of texts in which a term reaches at least the given level. At
// level 1, it is the term itself.
func LevelTerm(term string, level int) string {
	if level == 1 {
		return term
	}
	return term + "/" + strconv.Itoa(level)
}
