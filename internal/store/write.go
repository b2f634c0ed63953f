package store

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Holder returns the row that has the key; false if there is none.
func (tx *Tx) Holder(k NaturalKey) (Holder, bool, error) {
	if strings.Contains(k.Value, "\x00") { // no key contains it, and PostgreSQL refuses it
		return Holder{}, false, nil
	}
	k = k.Canonical()
	if tx.known != nil {
		if holder, asked := tx.known.holders[k]; asked {
			return holder, holder.Key != 0, nil
		}
	}
	if tx.absent[k] {
		holder, held := tx.queuedHolder(k)
		return holder, held, nil
	}
	// An article is found in whichever version; keys of others are above zero.
	query, args := "SELECT "+articleKeyOf("id")+" AS id, slug FROM "+tx.nouns.table(k.Node)+" WHERE "+string(k.By)+" = ?", []any{k.Value}
	switch {
	case k.Node == model.NodeCountry:
		query, args = "SELECT id, code AS slug FROM countries WHERE code = ? OR alpha3 = ?", []any{k.Value, k.Value}
	case k.Language != "":
		query, args = query+" AND language = ?", append(args, k.Language)
	}
	// Nothing of other nouns is queued, and of articles only what is looked up here.
	var holders []Holder
	if err := tx.on.Apart().Scan(&holders, sql.Text(query+" ORDER BY id LIMIT 1", args...)); err != nil {
		return Holder{}, false, fail(err, k.Node, "look up")
	}
	if len(holders) > 0 {
		return holders[0], true, nil
	}
	tx.isAbsent(k)
	holder, held := tx.queuedHolder(k)
	return holder, held, nil
}

// isAbsent notes that no article in the database has a key.
func (tx *Tx) isAbsent(k NaturalKey) {
	if k.Node != model.NodeArticle {
		return
	}
	if tx.absent == nil {
		tx.absent = map[NaturalKey]bool{}
	}
	tx.absent[k] = true
}

// LookAhead looks up keys of articles with a statement for each kind of key, so that Holder
// need not ask for each of those that no article has.
func (tx *Tx) LookAhead(keys []NaturalKey) error {
	values := map[By][]string{}
	for i, k := range keys {
		if keys[i] = k.Canonical(); !strings.Contains(k.Value, "\x00") {
			values[k.By] = append(values[k.By], keys[i].Value)
		}
	}
	found := map[NaturalKey]bool{}
	for _, by := range []By{ByExternalID, BySlug} {
		if len(values[by]) == 0 {
			continue
		}
		var texts []string
		of := tx.engine.Texts("key", values[by])
		query := of.Wrap("SELECT article."+string(by)+" FROM ", " JOIN articles article ON article."+string(by)+" = key.value")
		if err := tx.on.Scan(&texts, query); err != nil {
			return fail(err, model.NodeArticle, "look up")
		}
		for _, value := range texts {
			found[NaturalKey{By: by, Value: value}] = true
		}
	}
	for _, k := range keys {
		if k.Node == model.NodeArticle && !found[NaturalKey{By: k.By, Value: k.Value}] {
			tx.isAbsent(k)
		}
	}
	return nil
}

// queuedHolder is Holder among articles that are not inserted yet. Their keys are higher
// than those of all others.
func (tx *Tx) queuedHolder(k NaturalKey) (Holder, bool) {
	if k.Node != model.NodeArticle {
		return Holder{}, false
	}
	for _, a := range tx.articles {
		switch k.By {
		case BySlug:
			if a.slug == k.Value && (k.Language == "" || a.language == k.Language) {
				return Holder{a.key, a.slug}, true
			}
		case ByExternalID:
			if a.externalID != nil && *a.externalID == k.Value {
				return Holder{a.key, a.slug}, true
			}
		}
	}
	return Holder{}, false
}

// Existing returns which of the keys belong to existing rows, in one statement at most.
func (tx *Tx) Existing(node model.NodeType, keys []int64) (map[int64]bool, error) {
	existing := make(map[int64]bool, len(keys))
	asked := len(keys)
	if tx.known != nil {
		for _, key := range keys {
			exists, known := tx.known.exists[model.ID{Type: node, Key: key}]
			if exists {
				existing[key] = true
			}
			if known {
				asked--
			}
		}
	}
	if asked == 0 {
		return existing, nil
	}
	on := tx.on
	if node != model.NodeArticle { // of which rows may be queued
		on = on.Apart()
		if known, err := tx.knownNodes(node, keys); err != nil || known {
			for _, key := range keys {
				existing[key] = known
			}
			return existing, err
		}
	}
	var found []int64
	of := database.Among(tx.engine, "id", keys)
	err := on.Scan(&found, of.Wrap("SELECT id FROM "+tx.nouns.table(node)+" WHERE ", ""))
	for _, key := range found {
		existing[key] = true
	}
	if node != model.NodeArticle {
		tx.learnNodes(node, found)
	}
	return existing, fail(err, node, "look up")
}

// Users are the rows that refer to another row, which keep it from being deleted.
type Users struct {
	Node  model.NodeType
	Count int
	// Slugs are the first of them, at most MaxUsers. A tenure is known by the
	// slug of its other end.
	Slugs []string
}

// MaxUsers is how many users are listed by slug.
const MaxUsers = 5

// users counts the rows of `from`, a FROM and WHERE clause with one placeholder, and
// lists the first by slug.
func (tx *Tx) users(node model.NodeType, slug, from string, key int64) (Users, error) {
	users := Users{Node: node}
	if err := tx.on.Scan(&users.Count, sql.Text("SELECT COUNT(*) "+from, key)); err != nil {
		return users, fail(err, node, "count")
	}
	if users.Count == 0 {
		return users, nil
	}
	err := tx.on.Scan(&users.Slugs, sql.Join(" ", sql.Text("SELECT "+slug+" "+from+" ORDER BY "+slug, key), sql.Limit(MaxUsers)))
	return users, fail(err, node, "name")
}

// rowByKey reads the row with this key, all columns.
func rowByKey[T any](tx *Tx, node model.NodeType, key int64) (*T, error) {
	return rowWhere[T](tx, node, sql.Text("id = ?", key))
}

// rowWhere reads the one row for which the condition holds, all columns.
func rowWhere[T any](tx *Tx, node model.NodeType, where sql.Clause) (*T, error) {
	var rows []*T
	if err := tx.on.Scan(&rows, where.Wrap("SELECT * FROM "+tx.nouns.table(node)+" WHERE ", " LIMIT 1")); err != nil {
		return nil, fail(err, node, "read")
	}
	if len(rows) == 0 {
		return nil, model.NotFound(node)
	}
	return rows[0], nil
}

// overwrite writes all columns of a row that still has the version `was`.
func (tx *Tx) overwrite(id model.ID, was int, row any) error {
	written, err := tx.on.Overwrite(row, sql.Text("id = ? AND version = ?", id.Key, was))
	if err != nil {
		return fail(err, id.Type, "update")
	}
	if written == 0 {
		return tx.stale(id, was)
	}
	return tx.backdate(id.Type, id.Key)
}

// remove deletes a row that still has the version `was`, and its names.
func (tx *Tx) remove(of subject, was int) error {
	id := of.id
	deleted, err := tx.on.Exec(sql.Text("DELETE FROM "+tx.nouns.table(id.Type)+" WHERE id = ? AND version = ?", id.Key, was))
	if err != nil {
		return fail(err, id.Type, "delete")
	}
	if deleted == 0 {
		return tx.stale(id, was)
	}
	if err := tx.dropNames(id); err != nil {
		return err
	}
	if err := tx.exec(id.Type, "forget what is about", "DELETE FROM article_mentions WHERE node_type = ? AND node_id = ?", id.Type, id.Key); err != nil {
		return err
	}
	owners := []model.NodeType{id.Type}
	if id.Type == model.NodeTopic {
		owners = append(owners, topicItself)
	}
	for _, owner := range owners {
		tx.uses = append(tx.uses, use{owner: model.ID{Type: owner, Key: id.Key}, gone: true})
		if err := tx.exec(id.Type, "forget the uses of", "DELETE FROM node_uses WHERE node_type = ? AND node_id = ?", owner, id.Key); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeDeleted, of, was+1)
}

// stale returns the reason why no row had that version: NOT_FOUND or CONFLICT.
func (tx *Tx) stale(id model.ID, was int) error {
	var current []int
	if err := tx.on.Scan(&current, sql.Text("SELECT version FROM "+tx.nouns.table(id.Type)+" WHERE id = ?", id.Key)); err != nil {
		return fail(err, id.Type, "read the version of")
	}
	if len(current) == 0 {
		return model.NotFound(id.Type)
	}
	return model.Conflict(was, current[0])
}

// subject is the node that a change is about, and what the log keeps of it for when the
// node is gone.
type subject struct {
	id          model.ID
	title, slug string
	// language is that of the title.
	language model.Language
}

// subjectOf is the subject of a node that has names.
func subjectOf(id model.ID, slug string, names model.LocalizedTexts) subject {
	name := nameIn(names)
	return subject{id, name.Value, slug, name.Language}
}

// nameIn is the name that a request gets that asks for no language.
func nameIn(names model.LocalizedTexts) model.LocalizedText {
	name, _ := names.In()
	return name
}

// record appends to the change log, once for each write of a node that is no article.
func (tx *Tx) record(kind model.ChangeKind, of subject, version int) error {
	return tx.log(model.Change{
		Kind: kind, NodeType: of.id.Type, NodeKey: of.id.Key, Version: version, Readers: true,
		Title: of.title, Slug: of.slug, Language: of.language,
	})
}

// recordArticle is record for an article: a is the article as written. readers says whether
// readers see the change; they see nothing of what was never published.
func (tx *Tx) recordArticle(kind model.ChangeKind, a *TaggedArticle, readers bool) error {
	change := model.Change{
		Kind: kind, NodeType: model.NodeArticle, NodeKey: a.ID().Key, Version: a.Version, Status: a.Status, Readers: readers,
		Title: a.Title, Slug: a.Slug, Language: a.Language,
	}
	if kind == model.ChangeDeleted {
		change.Version, change.Status = a.LastVersion+1, ""
	}
	return tx.log(change)
}

func (tx *Tx) log(change model.Change) error {
	id := change.NodeID()
	change.At, change.Actor, change.ActorKey = tx.at, tx.actor.Name, tx.actor.Key
	if tx.actor.TokenID != 0 {
		change.TokenKey = &tx.actor.TokenID
	}
	*tx.written = append(*tx.written, model.Written{ID: id, Version: change.Version})
	if id.Type == model.NodeArticle {
		return fail(tx.on.Later(&change), id.Type, "log the change of")
	}
	if err := tx.on.Insert(&change); err != nil {
		return fail(err, id.Type, "log the change of")
	}
	tx.names.written = true
	return fail(setState(tx.on, namesClock, change.Position), id.Type, "note the time of writing")
}

// countUp raises a number in search_state by one.
func countUp(on *database.Statements, name string) error {
	_, err := on.Exec(sql.Text("INSERT INTO search_state (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = search_state.value + 1", name))
	return err
}
