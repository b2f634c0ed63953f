package store

import (
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Where the text of an article stands says how much its words count.
const (
	weightTitle   = 6
	weightSummary = 3
	weightBody    = 1
)

// index is a full-text index: of articles, or of nodes that have names.
type index string

const (
	articleIndex index = "article_index"
	nodeIndex    index = "node_index"
)

// indexed are the nodes that stand in the index of nodes, each with its number
// there.
var indexed = []model.NodeType{1: model.NodeOfficial, 2: model.NodeCountry, 3: model.NodeTopic, 4: model.NodeOffice}

// indexKey is the rowid of a node in the index of nodes.
func indexKey(id model.ID) int64 { return id.Key*8 + int64(indexNumber(id.Type)) }

func indexNumber(t model.NodeType) int {
	for number, one := range indexed {
		if one == t {
			return number
		}
	}
	return 0
}

// nodeAt is the node of a rowid in the index of nodes.
func nodeAt(rowid int64) model.ID { return model.ID{Type: indexed[rowid%8], Key: rowid / 8} }

// tagKey is what a tag is called in the terms of an article.
func tagKey(t model.NodeType, key int64) string {
	return strconv.Itoa(indexNumber(t)) + "." + strconv.FormatInt(key, 10)
}

// indexArticle indexes an article that is in no index.
func (tx *Tx) indexArticle(a *TaggedArticle) {
	language := string(a.Language)
	fields := []text.Field{{Text: a.Title, Language: language, Weight: weightTitle}}
	if a.Summary != nil {
		fields = append(fields, text.Field{Text: *a.Summary, Language: language, Weight: weightSummary})
	}
	fields = append(fields, text.Field{Text: a.Plain, Language: language, Weight: weightBody})
	terms := tx.indexer.Of(fields, tagsOf(a))
	tx.index(articleIndex, model.NodeArticle, a.Key, &terms)
}

// tagsOf are the terms of an article's tags: what it is about counts as much as
// its title, what it names less.
func tagsOf(a *TaggedArticle) []text.Tag {
	var tags []text.Tag
	add := func(t model.NodeType, key int64, level int) {
		tags = append(tags, text.Tag{Term: text.TagTerm(tagKey(t, key)), Level: level})
	}
	for i, o := range a.Officials {
		level := 4
		switch {
		case o.Role == model.AppearanceRoleMentioned:
			level = 2
		case o.Role == model.AppearanceRoleSubject && i == 0:
			level = 5
		}
		add(model.NodeOfficial, o.Key, level)
	}
	for i, key := range a.Countries {
		add(model.NodeCountry, key, max(3, 4-i))
	}
	for i, key := range a.Topics {
		add(model.NodeTopic, key, max(3, 4-i))
	}
	return tags
}

// indexNode indexes a node that is in no index, and writes what it is suggested
// for: its names and aliases.
func (tx *Tx) indexNode(id model.ID, names model.LocalizedTexts, aliases model.Aliases) error {
	var fields []text.Field
	var whole []text.Tag
	var suggestions []suggestion
	add := func(s string, language model.Language, rank int) {
		fields = append(fields, text.Field{Text: s, Language: string(language), Weight: 2 - rank})
		words := text.Folded(text.Split(s))
		whole = append(whole, text.Tag{Term: text.WholeTerm(words), Level: 1})
		for place := range words {
			for _, start := range starts(words[place:]) {
				suggestions = append(suggestions, suggestion{start, id.Type, id.Key, place, rank, language, s})
			}
		}
	}
	for _, name := range names {
		add(name.Value, name.Language, 0)
	}
	for _, alias := range aliases {
		add(alias.Text, alias.Language, 1)
	}
	terms := tx.indexer.Of(fields, whole)
	tx.index(nodeIndex, id.Type, indexKey(id), &terms)
	for batch := range slices.Chunk(suggestions, 500) {
		if err := tx.db.Create(&batch).Error; err != nil {
			return fail(err, id.Type, "suggest")
		}
	}
	return nil
}

// unindexArticle and unindexNode take what is indexed out of its index.
func (tx *Tx) unindexArticle(key int64) {
	tx.index(articleIndex, model.NodeArticle, key, nil)
}

func (tx *Tx) unindexNode(id model.ID) error {
	tx.index(nodeIndex, id.Type, indexKey(id), nil)
	return tx.exec(id.Type, "unindex", "DELETE FROM suggestions WHERE node_type = ? AND node_id = ?", id.Type, id.Key)
}

// indexRow is what a row of an index becomes: nil says that it goes.
type indexRow struct {
	indexPlace
	node  model.NodeType
	terms *text.Index
}

type indexPlace struct {
	of    index
	rowid int64
}

// index keeps for writeIndexes what a row becomes. One that stands there goes first.
func (tx *Tx) index(of index, node model.NodeType, rowid int64, terms *text.Index) {
	tx.indexing = append(tx.indexing, indexRow{indexPlace{of, rowid}, node, terms})
}

// writeIndexes ends a transaction: it writes the rows of the indexes, and keeps
// their words. What FTS5 is given waits in memory until a savepoint, and every
// statement that writes several rows has one: to write the articles out one by one
// took longer than all else of an import.
func (tx *Tx) writeIndexes() error {
	last := map[indexPlace]int{}
	for i, row := range tx.indexing {
		last[row.indexPlace] = i
		if row.terms == nil {
			if err := tx.exec(row.node, "unindex", "DELETE FROM "+string(row.of)+" WHERE rowid = ?", row.rowid); err != nil {
				return err
			}
		}
	}
	var rows []indexRow
	for i, row := range tx.indexing {
		if row.terms != nil && last[row.indexPlace] == i {
			rows = append(rows, row)
		}
	}
	if err := tx.learn(rows); err != nil {
		return err
	}
	for _, row := range rows {
		err := tx.exec(row.node, "index", "INSERT INTO "+string(row.of)+" (rowid, terms) VALUES (?, "+tx.dialect.terms()+")", row.rowid, tx.dialect.termsArg(*row.terms))
		if err != nil {
			return err
		}
	}
	return nil
}

// suggestion is a name from one of its words on.
type suggestion struct {
	Start    string
	NodeType model.NodeType
	NodeID   int64
	Place    int
	Rank     int
	Language model.Language
	Text     string
}

// TableName is where GORM finds it.
func (suggestion) TableName() string { return "suggestions" }

// starts are what somebody may type who means these words: who means الكاظمي may
// leave the article out.
func starts(words []string) []string {
	whole := strings.Join(words, " ")
	list := []string{text.Head(whole, maxStart)}
	if bare, article := strings.CutPrefix(whole, "ال"); article && bare != "" {
		list = append(list, text.Head(bare, maxStart))
	}
	return list
}

// maxStart is how many letters of a prefix are looked up.
const maxStart = 60

// searchWord is a word that a misspelt one may stand for.
type searchWord struct {
	ID   int64
	Word string
}

// TableName is where GORM finds it.
func (searchWord) TableName() string { return "search_words" }

// learn keeps the words that are not known yet.
func (tx *Tx) learn(rows []indexRow) error {
	var unknown []string
	for _, row := range rows {
		for _, word := range row.terms.Words {
			if !tx.learned[word] && !tx.words.knows(word) && text.Misspells(word) {
				unknown = append(unknown, word)
				tx.learned[word] = true
			}
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return tx.exec(rows[0].node, "learn the words of", "INSERT INTO search_words (word) SELECT k.value FROM "+tx.dialect.texts("k")+
		" WHERE NOT EXISTS (SELECT 1 FROM search_words w WHERE w.word = k.value)", tx.dialect.textsArg(unknown))
}
