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

// indexArticle writes what an article that is in no index is found by.
func (tx *Tx) indexArticle(a *TaggedArticle) error {
	language := string(a.Language)
	fields := []text.Field{{Text: a.Title, Language: language, Weight: weightTitle}}
	if a.Summary != nil {
		fields = append(fields, text.Field{Text: *a.Summary, Language: language, Weight: weightSummary})
	}
	fields = append(fields, text.Field{Text: a.Plain, Language: language, Weight: weightBody})
	return tx.writeIndex(articleIndex, model.NodeArticle, a.Key, tx.indexer.Of(fields, tagsOf(a)))
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

// indexNode writes what a node that is in no index is found by and suggested
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
	if err := tx.writeIndex(nodeIndex, id.Type, indexKey(id), tx.indexer.Of(fields, whole)); err != nil {
		return err
	}
	for batch := range slices.Chunk(suggestions, 500) {
		if err := tx.db.Create(&batch).Error; err != nil {
			return fail(err, id.Type, "suggest")
		}
	}
	return nil
}

// unindexArticle and unindexNode take what is indexed out of its index.
func (tx *Tx) unindexArticle(key int64) error {
	return tx.exec(model.NodeArticle, "unindex", "DELETE FROM article_index WHERE rowid = ?", key)
}

func (tx *Tx) unindexNode(id model.ID) error {
	return firstError(
		tx.exec(id.Type, "unindex", "DELETE FROM node_index WHERE rowid = ?", indexKey(id)),
		tx.exec(id.Type, "unindex", "DELETE FROM suggestions WHERE node_type = ? AND node_id = ?", id.Type, id.Key))
}

// writeIndex writes a new row of an index, and keeps its words.
func (tx *Tx) writeIndex(of index, node model.NodeType, rowid int64, x text.Index) error {
	err := tx.exec(node, "index", "INSERT INTO "+string(of)+" (rowid, terms) VALUES (?, "+tx.dialect.terms()+")", rowid, tx.dialect.termsArg(x))
	if err != nil {
		return err
	}
	return tx.learn(node, x.Words)
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
func (tx *Tx) learn(node model.NodeType, words []string) error {
	var unknown []string
	for _, word := range words {
		if !tx.learned[word] && !tx.words.knows(word) && text.Misspells(word) {
			unknown = append(unknown, word)
			tx.learned[word] = true
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return tx.exec(node, "learn the words of", "INSERT INTO search_words (word) SELECT k.value FROM "+tx.dialect.texts("k")+
		" WHERE NOT EXISTS (SELECT 1 FROM search_words w WHERE w.word = k.value)", tx.dialect.textsArg(unknown))
}
