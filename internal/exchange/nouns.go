package exchange

import (
	"fmt"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// nouns returns the nouns that are imported and exported. They are exported in this
// order: nouns come before those that refer to them. A new noun needs one entry here,
// and a file of its own with the functions that it names.
func nouns() []noun {
	return []noun{
		{node: model.NodeCountry, read: readCountry, refer: referToCountry, export: exporting((*store.Snapshot).Countries, (*exporter).country), byCode: true},
		{node: model.NodeTopic, read: readTopic, refer: referToTopic, export: exporting((*store.Snapshot).Topics, (*exporter).topic)},
		{node: model.NodeOffice, read: readOffice, refer: referToOffice, export: exporting((*store.Snapshot).Offices, (*exporter).office)},
		{node: model.NodeOfficial, read: readOfficial, refer: referToOfficial, export: exporting((*store.Snapshot).Officials, (*exporter).official)},
		{node: model.NodeArticle, read: readArticle, export: exporting((*store.Snapshot).Articles, (*exporter).article)},
	}
}

// nounOf reads which noun a line is about.
func nounOf(m *members) (noun, bool) {
	all := nouns()
	value, _ := m.value("type")
	i := slices.IndexFunc(all, func(n noun) bool { return n.name() == value })
	if i >= 0 {
		return all[i], true
	}
	names := make([]string, len(all))
	for i, n := range all {
		names[i] = n.name()
	}
	said := "the line does not say what it is about"
	if text, isText := value.(string); isText {
		said = fmt.Sprintf("a line cannot be about %.40q", text)
	}
	m.add(model.Invalid("%s; write one of %s", said, strings.Join(names, ", ")), "type")
	return noun{}, false
}
