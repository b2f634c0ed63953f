package store

import (
	"sync"

	"github.com/diwan-cms/diwan/internal/bcp47"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

// linkers hold what is known of names, by language, as of one moment of the
// database. They are rebuilt after a name or a tenure was written.
type linkers struct {
	nouns nouns

	mu         sync.Mutex
	clock      int64
	knowledge  *linking.Knowledge
	languages  map[string]bool // in which there are names
	byLanguage map[string]*linking.Linker
}

// namesClock is the position in the change log of the last write of a node other than an
// article: of names, tenures and all else that is kept in memory.
const namesClock = "names"

// of returns the linker of a language, as of what db sees. It holds no lock while it
// reads, because reading may wait for others who want the lock. committed says that
// everything seen was committed, so that the linker may be kept.
func (l *linkers) of(db database.Scanner, language model.Language, committed bool) (*linking.Linker, error) {
	var clock int64
	if err := db.Scan(&clock, sql.Text("SELECT COALESCE(MAX(value), 0) FROM search_state WHERE name = ?", namesClock)); err != nil {
		return nil, err
	}
	base := bcp47.Base(string(language))
	if linker := l.kept(clock, base); linker != nil {
		return linker, nil
	}
	l.mu.Lock()
	knowledge, languages := l.knowledge, l.languages
	if l.clock != clock {
		knowledge = nil
	}
	l.mu.Unlock()
	if knowledge == nil || !committed {
		var err error
		if knowledge, languages, err = readNames(db, l.nouns); err != nil {
			return nil, err
		}
	}
	if !languages[base] { // languages without names of their own share a linker
		base = ""
	}
	if linker := l.kept(clock, base); linker != nil && committed {
		return linker, nil
	}
	linker := linking.NewLinker(*knowledge, base)
	if committed {
		l.keep(clock, known{knowledge, languages}, base, linker)
	}
	return linker, nil
}

func (l *linkers) kept(clock int64, base string) *linking.Linker {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clock != clock || l.knowledge == nil {
		return nil
	}
	if !l.languages[base] {
		base = ""
	}
	return l.byLanguage[base]
}

// known is what linkers are made of: the names, and the languages that have some.
type known struct {
	knowledge *linking.Knowledge
	languages map[string]bool
}

func (l *linkers) keep(clock int64, k known, base string, linker *linking.Linker) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if clock < l.clock { // one that began later has finished earlier
		return
	}
	if l.clock != clock || l.knowledge == nil {
		l.clock, l.knowledge, l.languages, l.byLanguage = clock, k.knowledge, k.languages, map[string]*linking.Linker{}
	}
	l.byLanguage[base] = linker
}

// readNames reads all names, and who held which office when.
func readNames(db database.Scanner, all nouns) (*linking.Knowledge, map[string]bool, error) {
	k := &linking.Knowledge{Country: map[linking.Entity]int64{}}
	var names []struct {
		NodeType model.NodeType
		NodeID   int64
		Kind     string
		Language string
		Text     string
	}
	if err := db.Scan(&names, sql.Text("SELECT node_type, node_id, kind, language, text FROM names ORDER BY node_type, node_id, kind <> 'NAME', position")); err != nil {
		return nil, nil, err
	}
	languages := map[string]bool{}
	for _, n := range names {
		languages[bcp47.Base(n.Language)] = true
		kind := all.linkedAs(n.NodeType)
		if kind == 0 {
			continue
		}
		k.Names = append(k.Names, linking.Name{Entity: linking.Entity{Kind: kind, Key: n.NodeID}, Text: n.Text, Language: n.Language, Form: formOf(n.Kind)})
	}
	for _, table := range []struct {
		name string
		kind linking.Kind
	}{{"officials", linking.Official}, {"offices", linking.Office}} {
		var rows []struct{ ID, CountryID int64 }
		if err := db.Scan(&rows, sql.Text("SELECT id, country_id FROM "+table.name+" WHERE country_id IS NOT NULL")); err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			k.Country[linking.Entity{Kind: table.kind, Key: row.ID}] = row.CountryID
		}
	}
	var tenures []struct{ OfficeID, OfficialID, StartDay, EndDay int64 }
	if err := db.Scan(&tenures, sql.Text("SELECT office_id, official_id, start_day, end_day FROM tenures")); err != nil {
		return nil, nil, err
	}
	for _, t := range tenures {
		k.Tenures = append(k.Tenures, linking.Tenure{Office: t.OfficeID, Official: t.OfficialID, Start: t.StartDay, End: t.EndDay})
	}
	return k, languages, nil
}

// linkedAs is what the linker takes a noun for; 0 where texts are not searched for
// its names.
func (all nouns) linkedAs(node model.NodeType) linking.Kind {
	for _, k := range all {
		if names := k.inIndex(); names != nil && k.nodeType() == node {
			return names.linked
		}
	}
	return 0
}

// linkedNode is the node that the linker found.
func (all nouns) linkedNode(e linking.Entity) model.ID {
	for _, k := range all {
		if names := k.inIndex(); names != nil && names.linked == e.Kind {
			return model.ID{Type: k.nodeType(), Key: e.Key}
		}
	}
	return model.ID{}
}

func formOf(kind string) linking.Form {
	switch model.AliasKind(kind) {
	case model.AliasKindShortName, model.AliasKindAcronym:
		return linking.ShortName
	case model.AliasKindDemonym:
		return linking.Demonym
	case kindName:
		return linking.FullName
	}
	return linking.OtherName
}

func methodOf(m linking.Method) model.MentionMethod {
	switch m {
	case linking.ByName:
		return model.MentionMethodName
	case linking.ByAlias:
		return model.MentionMethodAlias
	case linking.ByShortName:
		return model.MentionMethodShortName
	case linking.ByDemonym:
		return model.MentionMethodDemonym
	}
	return model.MentionMethodOfficeAtDate
}

// txNames is what a transaction knows of names: the store's linkers, and whether it
// wrote a name or a tenure itself.
type txNames struct {
	linkers *linkers
	written bool
}

// kindName is the kind of a name or title; the kind of an alias is its
// AliasKind.
const kindName = "NAME"
