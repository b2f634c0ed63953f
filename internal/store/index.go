package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// The full-text indexes: of articles and of parts of their titles, by the keys of their
// rows, and of nodes with names, by indexKey.
const (
	articleIndex = "article_index"
	titleIndex   = "title_index"
	nodeIndex    = "node_index"
)

// indexing collects what one transaction changes in the full-text indexes, and writes it
// at its end. FTS5 buffers what it is given until the next savepoint, and every
// statement that writes several rows has one: flushing articles one by one took longer
// than everything else in an import.
type indexing struct {
	on      *database.Statements
	engine  database.Engine
	nouns   nouns
	indexer *fulltext.Indexer
	words   *dictionary
	rows    []indexRow
	// learned are the words that this transaction adds to the dictionary.
	learned map[string]bool
}

// indexRow is the new state of a row of an index; nil terms delete it.
type indexRow struct {
	indexPlace
	node  model.NodeType
	terms *fulltext.Index
}

type indexPlace struct {
	index string
	rowid int64
}

// addArticle queues the row of an article that is not in the index; see write.
func (x *indexing) addArticle(a *TaggedArticle) {
	analysis := a.Analysis
	if analysis == nil || analysis.Texts != a.Texts() {
		analysis = analyze(x.indexer, x.words, a.Texts())
	}
	terms := analysis.index.With(x.tagsOf(a))
	terms.Distinct = analysis.unknown
	x.put(articleIndex, model.NodeArticle, a.Key, &terms)
	x.addTitle(a.Key, text.Fold(a.Title))
}

// addTitle queues the row of a folded title; see write.
func (x *indexing) addTitle(row int64, folded string) {
	x.put(titleIndex, model.NodeArticle, row, &fulltext.Index{Terms: fulltext.PartTerms(folded)})
}

// dropArticle queues the removal of an article's row from the index; see write.
func (x *indexing) dropArticle(row int64) {
	x.put(articleIndex, model.NodeArticle, row, nil)
	x.put(titleIndex, model.NodeArticle, row, nil)
}

// tagsOf are the terms of an article's tags. The main subjects count as much as the
// title, mere mentions less.
func (x *indexing) tagsOf(a *TaggedArticle) []fulltext.Tag {
	var tags []fulltext.Tag
	add := func(t model.NodeType, key int64, level int) {
		tags = append(tags, fulltext.Tag{Term: fulltext.TagTerm(x.nouns.tagKey(t, key)), Level: level})
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

// addNode queues the row of a node that is not in the index, and writes at once the
// prefixes that it is suggested for: those of its names and aliases.
func (x *indexing) addNode(id model.ID, names model.LocalizedTexts, aliases model.Aliases) error {
	var fields []fulltext.Field
	var whole []fulltext.Tag
	var suggestions []suggestion
	add := func(s string, language model.Language, rank int) {
		fields = append(fields, fulltext.Field{Text: s, Language: string(language), Weight: 2 - rank})
		words := text.Folded(text.Split(s))
		whole = append(whole, fulltext.Tag{Term: fulltext.WholeTerm(words), Level: 1})
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
	terms := x.indexer.Index(fields, whole)
	x.put(nodeIndex, id.Type, int64(indexKeyOf(x.nouns.kindOf(id.Type), id.Key)), &terms)
	return fail(x.on.Insert(suggestions), id.Type, "suggest")
}

// dropNode queues the removal of a node's row from the index, and removes its suggestions
// at once.
func (x *indexing) dropNode(id model.ID) error {
	x.put(nodeIndex, id.Type, int64(indexKeyOf(x.nouns.kindOf(id.Type), id.Key)), nil)
	return x.exec(id.Type, "unindex", sql.Text("DELETE FROM suggestions WHERE node_type = ? AND node_id = ?", id.Type, id.Key))
}

// renewNodes indexes rows of a noun again.
func (x *indexing) renewNodes(node model.NodeType, rows []namedRow) error {
	for _, row := range rows {
		id := model.ID{Type: node, Key: row.ID}
		if err := x.dropNode(id); err != nil {
			return err
		}
		if err := x.addNode(id, row.Names, row.Aliases); err != nil {
			return err
		}
	}
	return nil
}

// put queues the new state of a row for write. An existing row must be dropped first.
func (x *indexing) put(index string, node model.NodeType, rowid int64, terms *fulltext.Index) {
	x.rows = append(x.rows, indexRow{indexPlace{index, rowid}, node, terms})
}

// write writes the queued rows to the indexes, and adds their words to the dictionary.
func (x *indexing) write() error {
	last := map[indexPlace]int{}
	var gone []indexRow
	for i, row := range x.rows {
		last[row.indexPlace] = i
		if row.terms == nil {
			gone = append(gone, row)
		}
	}
	var rows []indexRow
	for i, row := range x.rows {
		if row.terms != nil && last[row.indexPlace] == i {
			rows = append(rows, row)
		}
	}
	return cmp.Or(x.each(gone, x.remove), x.learn(rows), x.each(rows, x.insert))
}

// each passes rows on, as many of one index at once as the engine writes with one statement.
func (x *indexing) each(rows []indexRow, write func([]indexRow) error) error {
	for _, index := range []string{articleIndex, titleIndex, nodeIndex} {
		of := slices.DeleteFunc(slices.Clone(rows), func(row indexRow) bool { return row.index != index })
		for some := range slices.Chunk(of, x.engine.IndexesAtOnce()) {
			if err := write(some); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *indexing) remove(rows []indexRow) error {
	keys := make([]int64, len(rows))
	for i, row := range rows {
		keys[i] = row.rowid
	}
	of := database.Among(x.engine, "rowid", keys)
	return x.exec(rows[0].node, "unindex", of.Wrap("DELETE FROM "+rows[0].index+" WHERE ", ""))
}

func (x *indexing) insert(rows []indexRow) error {
	values := make([]sql.Clause, len(rows))
	for i, row := range rows {
		values[i] = sql.Join("", sql.Text("(?, ", row.rowid), x.engine.Terms(*row.terms), sql.Text(")"))
	}
	return x.exec(rows[0].node, "index", sql.Join("", sql.Text("INSERT INTO "+rows[0].index+" (rowid, terms) VALUES "), sql.Join(", ", values...)))
}

// learn adds the words of the rows that the dictionary lacks.
func (x *indexing) learn(rows []indexRow) error {
	var unknown []string
	for _, row := range rows {
		for _, word := range x.words.unknown(row.terms.Distinct) {
			if !x.learned[word] {
				unknown = append(unknown, word)
				x.learned[word] = true
			}
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return x.exec(rows[0].node, "learn the words of", x.engine.Texts("learned", unknown).Wrap("INSERT INTO search_words (word) SELECT learned.value FROM ",
		" WHERE NOT EXISTS (SELECT 1 FROM search_words known WHERE known.word = learned.value)"))
}

func (x *indexing) exec(node model.NodeType, doing string, statement sql.Clause) error {
	_, err := x.on.Exec(statement)
	return fail(err, node, doing)
}

// namedRow is a row of a noun with its names.
type namedRow struct {
	ID      int64
	Names   model.LocalizedTexts
	Aliases model.Aliases
}

// namedRows reads the next rows of a noun with names, after a key.
func namedRows(on database.Scanner, k kind, after int64, most int) (rows []namedRow, err error) {
	of := k.inIndex()
	query := fmt.Sprintf("SELECT id, %s AS names, %s AS aliases FROM %s WHERE id > ? ORDER BY id", of.names, of.aliases, k.tableName())
	err = on.Scan(&rows, sql.Join(" ", sql.Text(query, after), sql.Limit(most)))
	return rows, err
}

// suggestion is a name, starting from one of its words.
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

// starts are the prefixes that these words are found by: the Arabic article, as in
// الكاظمي, may be left out.
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
