package content

import (
	"context"
	"errors"
	"hash/maphash"
	"io"

	"github.com/diwan-cms/diwan/internal/text"
)

// breakCircles has one article of each circle of translations, such as two that
// name each other, written without its translationOf: then the others find what
// they name, and in the end it does too. It tells whether there were circles. An
// article that waits costs some hundred bytes meanwhile.
func (m *importer) breakCircles(ctx context.Context) (broken bool, err error) {
	if err := m.later.rewind(nil); err != nil {
		return false, err
	}
	g := translationGraph{seed: maphash.MakeSeed(), places: map[uint64]int{}, names: map[int]uint64{}}
	for place := 0; ; {
		batch, err := m.later.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		for _, l := range batch {
			if l.waits.Joins && l.waits.Alone == together {
				g.add(place, l.said.(*articleLine))
			}
			place++
		}
	}
	first := g.circles()
	if len(first) == 0 {
		return false, nil
	}
	_, err = m.again(ctx, first)
	return true, err
}

// translationGraph is which waiting article names which.
type translationGraph struct {
	seed maphash.Seed
	// places are where the articles wait, by the hashes of what they are called.
	places map[uint64]int
	// names are the hashes of what they name.
	names map[int]uint64
}

func (g *translationGraph) add(place int, l *articleLine) {
	named := *l.translationOf.value
	g.names[place] = g.hash(named.text + named.externalID)
	if named.slug != "" {
		g.names[place] = g.hash(bySlug(string(named.language), named.slug))
	}
	if given(l.fields.externalID) {
		g.places[g.hash(*l.fields.externalID.value)] = place
	}
	id, err := l.identity()
	if err != nil {
		return // it will not be written
	}
	slug := text.Slug(id.name)
	if given(id.slug) {
		slug = *id.slug.value
	}
	g.places[g.hash(slug)] = place
	g.places[g.hash(bySlug(string(id.language), slug))] = place
}

func bySlug(language, slug string) string {
	if language == "" {
		return slug
	}
	return language + ":" + slug
}

func (g *translationGraph) hash(s string) uint64 { return maphash.String(g.seed, s) }

// circles answers the place of one article of each circle, that of the first.
func (g *translationGraph) circles() map[int]bool {
	first, walks := map[int]bool{}, map[int]int{}
	for start := range g.names {
		place, waits := start, true
		for waits && walks[place] == 0 {
			walks[place] = start + 1
			place, waits = g.named(place)
		}
		next, _ := g.named(place)
		if !waits || walks[place] != start+1 || next == place { // an end, an earlier walk, or one that names itself
			continue
		}
		least := place
		for at, _ := g.named(place); at != place; at, _ = g.named(at) {
			least = min(least, at)
		}
		first[least] = true
	}
	return first
}

// named answers where the article waits that another names.
func (g *translationGraph) named(place int) (int, bool) {
	at, waits := g.places[g.names[place]]
	return at, waits
}
