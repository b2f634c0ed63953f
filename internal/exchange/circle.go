package exchange

import (
	"context"
	"errors"
	"hash/maphash"
	"io"

	"github.com/diwan-cms/diwan/internal/text"
)

// breakCircles writes one article of each circle of translations, such as two that name
// each other, without its translationOf. Then the others can be written, and in the end
// that one joins them. It reports whether there were circles. It needs some hundred
// bytes of memory for each waiting article.
func (m *importer) breakCircles(ctx context.Context) (broken bool, err error) {
	if err := m.waiting.rewind(nil); err != nil {
		return false, err
	}
	g := translationGraph{seed: maphash.MakeSeed(), places: map[uint64]int{}, names: map[int]uint64{}}
	for place := 0; ; {
		batch, err := m.waiting.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		for _, l := range batch {
			if l.waits.ForTranslation && l.waits.Detachment == attached {
				g.add(place, parseLine(l).statement.(*articleLine))
			}
			place++
		}
	}
	first := g.circles()
	if len(first) == 0 {
		return false, nil
	}
	_, err = m.retry(ctx, first)
	return true, err
}

// translationGraph holds which waiting article names which.
type translationGraph struct {
	seed maphash.Seed
	// places are the places of the articles, by the hashes of their keys.
	places map[uint64]int
	// names are the hashes of the keys that they name, by their places.
	names map[int]uint64
}

func (g *translationGraph) add(place int, l *articleLine) {
	named := l.translationOf.Value()
	g.names[place] = g.hash(named.text + named.externalID)
	if named.slug != "" {
		g.names[place] = g.hash(withLanguage(string(named.language), named.slug))
	}
	if l.fields.ExternalID.HasValue() {
		g.places[g.hash(l.fields.ExternalID.Value())] = place
	}
	id, err := l.identity()
	if err != nil {
		return // it will fail
	}
	slug := text.Slug(id.Name)
	if id.Slug.HasValue() {
		slug = id.Slug.Value()
	}
	g.places[g.hash(slug)] = place
	g.places[g.hash(withLanguage(string(id.Language), slug))] = place
}

func (g *translationGraph) hash(s string) uint64 { return maphash.String(g.seed, text.Key(s)) }

// circles returns the place of the first article of each circle.
func (g *translationGraph) circles() map[int]bool {
	first, walks := map[int]bool{}, map[int]int{}
	for start := range g.names {
		place, waits := start, true
		for waits && walks[place] == 0 {
			walks[place] = start + 1
			place, waits = g.named(place)
		}
		next, _ := g.named(place)
		if !waits || walks[place] != start+1 || next == place { // an end, an earlier walk, or an article that names itself
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

// named returns the place of the article that another one names, if it waits as well.
func (g *translationGraph) named(place int) (int, bool) {
	at, waits := g.places[g.names[place]]
	return at, waits
}
