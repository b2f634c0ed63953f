package content

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// reference names a node from within a line. As a text it is an externalId, else
// a slug, else a country's code; an article's slug may have its language in
// front, as in "ar:خبر". Where one text names two nodes, an object tells which:
// {"externalId": "oil"} or {"slug": "oil"}, an article's with its "language".
type reference struct {
	text             string
	externalID, slug string
	language         model.Language
}

// String is the reference as people know it.
func (r reference) String() string {
	for _, s := range []string{r.text, r.externalID} {
		if s != "" {
			return strconv.Quote(s)
		}
	}
	if r.language != "" {
		return strconv.Quote(string(r.language) + ":" + r.slug)
	}
	return strconv.Quote(r.slug)
}

// wanted is a reference to a node of one type.
type wanted struct {
	node model.NodeType
	by   reference
}

// reference reads a member that names a node; null names none.
func (m *members) reference(key string) optional[*reference] {
	value, there := m.value(key)
	if !there || value == nil {
		return optional[*reference]{set: there}
	}
	r, ok := m.asReference(value, m.place(key))
	if !ok {
		return optional[*reference]{}
	}
	return some(&r)
}

// references reads a member that names nodes.
func (m *members) references(key string) optional[[]reference] { return list(m, key, m.asReference) }

func (m *members) asReference(value any, place []string) (reference, bool) {
	var r reference
	object, ok := value.(map[string]any)
	if !ok {
		s, err := asText(value)
		m.noteIf(err, place)
		r.text = s
		return r, err == nil && m.names(s, place)
	}
	e := &members{problems: m.problems, object: object, path: place}
	if externalID := scalar(e, "externalId", asText); given(externalID) {
		r.externalID = *externalID.value
	}
	if slug := scalar(e, "slug", asText); given(slug) {
		r.slug = *slug.value
	}
	if language := scalar(e, "language", parsed(word[model.Language])); given(language) {
		r.language = *language.value
	}
	e.nothingElse("a reference")
	if (r.externalID == "") == (r.slug == "") {
		m.add(model.Invalid("a reference has either an externalId or a slug"), place...)
		return r, false
	}
	return r, true
}

func (m *members) names(s string, place []string) bool {
	if s == "" {
		m.add(model.Invalid("this names nothing; write an externalId, a slug or a country's code, or null for none"), place...)
	}
	return s != ""
}

// one answers the id of the node that a member names.
func (w *lineWriter) one(node model.NodeType, o optional[*reference], place ...string) (optional[*model.ID], error) {
	if !given(o) {
		return optional[*model.ID]{set: o.set}, nil
	}
	id, err := w.find(wanted{node, *o.value}, place)
	return some(&id), err
}

// many answers the ids of the nodes that a member names.
func (w *lineWriter) many(node model.NodeType, o optional[[]reference], key string) (optional[[]model.ID], error) {
	ids := optional[[]model.ID]{set: o.set}
	for i, r := range o.value {
		id, err := w.find(wanted{node, r}, []string{key, strconv.Itoa(i)})
		if err != nil {
			return ids, err
		}
		ids.value = append(ids.value, id)
	}
	return ids, nil
}

// find answers the id of the node that a reference names. A node that is not
// there is noted as missing; a country will not come, so that is an error.
func (w *lineWriter) find(which wanted, place []string) (model.ID, error) {
	id := model.ID{Type: which.node, Key: w.keys[which]}
	if id.Key != 0 {
		return id, nil
	}
	key, found, err := w.lookUp(which)
	switch {
	case err != nil:
		return id, err
	case found:
		if id.Key = key; which.node != model.NodeArticle { // few articles are named twice
			w.keys[which] = key
		}
	case which.node == model.NodeCountry:
		return id, under(model.Invalid("there is no country %s; write a code of ISO 3166-1, such as IQ", which.by), place...)
	default:
		w.missing.add(&model.Error{Code: model.ErrorCodeNotFound, Message: fmt.Sprintf(
			"there is no %s %s, neither here nor among the lines that could be imported; correct the reference, or the line that it names", strings.ToLower(string(which.node)), which.by,
		)}, place...)
	}
	return id, nil
}

func (w *lineWriter) lookUp(which wanted) (int64, bool, error) {
	for _, k := range which.naturalKeys() {
		holder, held, err := w.tx.Holder(k)
		if err != nil || held {
			return holder.Key, held, err
		}
	}
	return 0, false, nil
}

// naturalKeys are what the reference can mean, in the order in which they are
// tried.
func (r wanted) naturalKeys() []store.NaturalKey {
	by := func(by store.By, value string, language model.Language) store.NaturalKey {
		return store.NaturalKey{Node: r.node, By: by, Value: value, Language: language}
	}
	switch {
	case r.node == model.NodeCountry:
		return []store.NaturalKey{by(store.ByCode, r.by.text+r.by.slug, "")}
	case r.by.externalID != "":
		return []store.NaturalKey{by(store.ByExternalID, r.by.externalID, "")}
	case r.by.slug != "":
		return []store.NaturalKey{by(store.BySlug, r.by.slug, r.by.language)}
	}
	keys := []store.NaturalKey{by(store.ByExternalID, r.by.text, "")}
	if tag, slug, found := strings.Cut(r.by.text, ":"); found && r.node == model.NodeArticle {
		if language, err := text.Canonical(tag); err == nil {
			keys = append(keys, by(store.BySlug, slug, model.Language(language)))
		}
	}
	return append(keys, by(store.BySlug, r.by.text, ""))
}
