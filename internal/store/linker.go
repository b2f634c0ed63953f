package store

import (
	"strings"
	"sync"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// linkers hold what is known of names, by language, as of one moment of the
// database: they are made anew when a name or a tenure was written.
type linkers struct {
	mu         sync.Mutex
	clock      int64
	knowledge  *text.Knowledge
	languages  map[string]bool // in which there are names
	byLanguage map[string]*text.Linker
}

// scanner runs one statement, and reads its rows.
type scanner func(into any, statement clause) error

// namesClock counts the writes of names and tenures.
const namesClock = "names"

// of answers the linker of a language as of what scan sees. It holds no lock
// while it reads: who reads may wait for others who want the lock. keep says that
// what is seen was committed.
func (l *linkers) of(scan scanner, language model.Language, keep bool) (*text.Linker, error) {
	var clock int64
	if err := scan(&clock, sql("SELECT COALESCE(MAX(value), 0) FROM search_state WHERE name = ?", namesClock)); err != nil {
		return nil, err
	}
	base, _, _ := strings.Cut(string(language), "-")
	if linker := l.kept(clock, base); linker != nil {
		return linker, nil
	}
	l.mu.Lock()
	knowledge, languages := l.knowledge, l.languages
	if l.clock != clock {
		knowledge = nil
	}
	l.mu.Unlock()
	if knowledge == nil || !keep {
		var err error
		if knowledge, languages, err = know(scan); err != nil {
			return nil, err
		}
	}
	if !languages[base] { // all that have no names of their own are alike
		base = ""
	}
	if linker := l.kept(clock, base); linker != nil && keep {
		return linker, nil
	}
	linker := text.NewLinker(*knowledge, base)
	if keep {
		l.keep(clock, knowledge, languages, base, linker)
	}
	return linker, nil
}

func (l *linkers) kept(clock int64, base string) *text.Linker {
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

func (l *linkers) keep(clock int64, knowledge *text.Knowledge, languages map[string]bool, base string, linker *text.Linker) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if clock < l.clock { // somebody who began later was quicker
		return
	}
	if l.clock != clock || l.knowledge == nil {
		l.clock, l.knowledge, l.languages, l.byLanguage = clock, knowledge, languages, map[string]*text.Linker{}
	}
	l.byLanguage[base] = linker
}

// know reads all names, and who held which office when.
func know(scan scanner) (*text.Knowledge, map[string]bool, error) {
	k := &text.Knowledge{Country: map[text.Entity]int64{}}
	var names []struct {
		NodeType model.NodeType
		NodeID   int64
		Kind     string
		Language string
		Text     string
	}
	if err := scan(&names, sql("SELECT node_type, node_id, kind, language, text FROM names ORDER BY node_type, node_id, kind <> 'NAME', position")); err != nil {
		return nil, nil, err
	}
	languages := map[string]bool{}
	for _, n := range names {
		base, _, _ := strings.Cut(n.Language, "-")
		languages[base] = true
		k.Names = append(k.Names, text.Name{Entity: text.Entity{Kind: kindOf(n.NodeType), Key: n.NodeID}, Text: n.Text, Language: n.Language, Form: formOf(n.Kind)})
	}
	for _, table := range []struct {
		name string
		kind text.Kind
	}{{"officials", text.Person}, {"offices", text.Office}} {
		var rows []struct{ ID, CountryID int64 }
		if err := scan(&rows, sql("SELECT id, country_id FROM "+table.name+" WHERE country_id IS NOT NULL")); err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			k.Country[text.Entity{Kind: table.kind, Key: row.ID}] = row.CountryID
		}
	}
	var tenures []struct{ OfficeID, OfficialID, StartDay, EndDay int64 }
	if err := scan(&tenures, sql("SELECT office_id, official_id, start_day, end_day FROM tenures")); err != nil {
		return nil, nil, err
	}
	for _, t := range tenures {
		k.Tenures = append(k.Tenures, text.Tenure{Office: t.OfficeID, Official: t.OfficialID, Start: t.StartDay, End: t.EndDay})
	}
	return k, languages, nil
}

func kindOf(t model.NodeType) text.Kind {
	switch t {
	case model.NodeOfficial:
		return text.Person
	case model.NodeCountry:
		return text.Country
	case model.NodeTopic:
		return text.Subject
	}
	return text.Office
}

func nodeTypeOf(k text.Kind) model.NodeType {
	switch k {
	case text.Person:
		return model.NodeOfficial
	case text.Country:
		return model.NodeCountry
	case text.Subject:
		return model.NodeTopic
	}
	return model.NodeOffice
}

func formOf(kind string) text.Form {
	switch model.AliasKind(kind) {
	case model.AliasKindShortName, model.AliasKindAcronym:
		return text.ShortName
	case model.AliasKindDemonym:
		return text.Demonym
	case kindName:
		return text.FullName
	}
	return text.OtherName
}

func methodOf(m text.Method) model.MentionMethod {
	switch m {
	case text.ByName:
		return model.MentionMethodName
	case text.ByAlias:
		return model.MentionMethodAlias
	case text.ByShortName:
		return model.MentionMethodShortName
	case text.ByDemonym:
		return model.MentionMethodDemonym
	}
	return model.MentionMethodOfficeAtDate
}
