package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// statement is what a line says about one node.
type statement interface {
	// write makes it so, in a transaction of its own inside w's.
	write(w *lineWriter) (outcome, error)
}

// importedNoun is a noun that files speak of.
type importedNoun struct {
	// name is the `type` of its lines.
	name string
	// read reads a line that is about it.
	read func(*members) statement
}

// importedNouns are the nouns of files, in the order in which an export has
// them: what others refer to comes first.
func importedNouns() []importedNoun {
	return []importedNoun{
		{"country", readCountryLine},
		{"topic", readTopicLine},
		{"office", readOfficeLine},
		{"official", readOfficialLine},
		{"article", readArticleLine},
	}
}

// parseLine reads what the line says.
func parseLine(l *line) *line {
	object, err := parseJSON(l.raw)
	var p problems
	if err != nil {
		_ = p.note(err) // parseJSON answers errors for the caller only
		l.wrong = p.found
		return l
	}
	m := &members{problems: &p, object: object, texts: map[string]model.LocalizedTexts{}}
	noun, known := nounOf(m)
	if known {
		l.noun = noun.name
		l.said = noun.read(m)
		m.nothingElse(withArticle(noun.name))
	}
	l.texts = m.texts
	if l.wrong = p.found; len(l.wrong) > 0 {
		l.said = nil
	}
	return l
}

func nounOf(m *members) (importedNoun, bool) {
	nouns := importedNouns()
	value, _ := m.value("type")
	i := slices.IndexFunc(nouns, func(n importedNoun) bool { return n.name == value })
	if i >= 0 {
		return nouns[i], true
	}
	names := make([]string, len(nouns))
	for i, n := range nouns {
		names[i] = n.name
	}
	said := "the line does not say what it is about"
	if text, isText := value.(string); isText {
		said = fmt.Sprintf("a line cannot be about %.40q", text)
	}
	m.add(model.Invalid("%s; write one of %s", said, strings.Join(names, ", ")), "type")
	return importedNoun{}, false
}

func withArticle(noun string) string {
	if strings.HasPrefix(noun, "a") || strings.HasPrefix(noun, "o") {
		return "an " + noun
	}
	return "a " + noun
}

// lineWriter writes what lines say, in one transaction.
type lineWriter struct {
	service *Service
	tx      *store.Tx
	// keys are the references that were looked up in this transaction.
	keys map[wanted]int64
	// alone writes articles without their `translationOf`.
	alone bool
	// missing are references to what is not there yet.
	missing problems
	// named are the nodes of which lines of this import said nothing to find them
	// by but their name; by is the one of which this line does.
	named map[store.NaturalKey]bool
	by    store.NaturalKey
}

// identity is what tells which node a line is about.
type identity struct {
	node             model.NodeType
	externalID, slug optional[*string]
	// language is an article's, name what its slug would be made of.
	language model.Language
	name     string
}

// upserted answers the node that a line is about: the one with its externalId,
// else the one with its slug, else the one with the slug that its name gives.
// Nil when there is none, so that the line makes a new one.
func upserted[T any](w *lineWriter, id identity, read func(int64) (*T, error), externalID func(*T) *string) (*T, error) {
	if given(id.externalID) {
		holder, held, err := w.tx.Holder(store.NaturalKey{Node: id.node, By: store.ByExternalID, Value: *id.externalID.value})
		if err != nil {
			return nil, err
		}
		if held {
			return read(holder.Key)
		}
	}
	slug, err := id.impliedSlug()
	if err != nil || slug == "" || id.node == model.NodeArticle && id.language == "" {
		return nil, err
	}
	bySlug := store.NaturalKey{Node: id.node, By: store.BySlug, Value: slug, Language: id.language}
	if !given(id.slug) {
		if w.named[bySlug] {
			return nil, model.Invalid("another line is about %s of this name, and neither has an externalId or a slug; give them, so that they can be told apart",
				withArticle(strings.ToLower(string(id.node)))).At("slug")
		}
		w.by = bySlug
	}
	holder, held, err := w.tx.Holder(bySlug)
	if err != nil || !held {
		return nil, err
	}
	current, err := read(holder.Key)
	if err != nil {
		return nil, err
	}
	other := externalID(current)
	switch {
	case other == nil, given(id.slug) && !given(id.externalID):
		return current, nil
	case given(id.externalID): // another one's slug: the rules refuse it
		return nil, nil
	}
	return nil, &model.Error{Code: model.ErrorCodeDuplicate, Path: []string{"slug"}, Message: "the slug made of the name, " + slug + ", is that of " +
		withArticle(strings.ToLower(string(id.node))) + " with the externalId " + *other + "; write that externalId to update it, or a slug of its own"}
}

// impliedSlug is the slug by which a line without an externalId finds its node;
// empty when it has an externalId only, and is about a new node.
func (id identity) impliedSlug() (string, error) {
	if given(id.slug) {
		return *id.slug.value, nil
	}
	if given(id.externalID) {
		return "", nil
	}
	slug := text.Slug(id.name)
	if slug == "" {
		return "", model.Invalid("nothing tells which %s this is; write an externalId or a slug", strings.ToLower(string(id.node)))
	}
	return slug, nil
}
