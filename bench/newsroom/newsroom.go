// Package newsroom is the reference data of the benchmark: articles in three
// languages, and the officials, countries and topics they are about. The same numbers
// give the same newsroom on every machine.
package newsroom

import (
	"math/rand/v2"
	"strings"
	"time"
)

// How many officials there are, and tags on each article.
const (
	Officials        = 5000
	OfficialsEach    = 3
	CountriesEach    = 2
	TopicsEach       = 2
	bodySize         = 2900 // bytes, before the paragraph that goes beyond it ends
	paragraph        = 450  // bytes
	seed             = 20260101
	neverUsed        = 1 // the last country is on no article
	secondsOfArchive = 10 * 365 * 24 * 3600
)

// Newsroom makes the reference data.
type Newsroom struct {
	Articles  int
	Countries []Country
	Topics    []Topic
	Offices   []Office
	Officials []Official

	vocabulary map[string]vocabulary
	// The ranks of tags, and which country has which: the frequent ones are spread over
	// the alphabet.
	officials, countries, topics zipf
	countryOf, topicOf           []int
}

// New is a newsroom of so many articles in a world of these countries.
func New(articles int, countries []Country) *Newsroom {
	n := &Newsroom{
		Articles: articles, Countries: countries, Topics: topics(), Offices: offices(countries),
		Officials: officials(countries, Officials), vocabulary: vocabularies(),
	}
	shuffle := rand.New(rand.NewPCG(seed, 1))
	n.countryOf, n.topicOf = shuffle.Perm(len(countries)-neverUsed), shuffle.Perm(len(n.Topics))
	n.officials, n.countries, n.topics = newZipf(Officials), newZipf(len(n.countryOf)), newZipf(len(n.topicOf))
	return n
}

// Country is the country of a rank: 0 is that of most articles.
func (n *Newsroom) Country(rank int) Country { return n.Countries[n.countryOf[rank]] }

// Topic is the topic of a rank.
func (n *Newsroom) Topic(rank int) Topic { return n.Topics[n.topicOf[rank]] }

// Unused is the country that no article is about.
func (n *Newsroom) Unused() Country { return n.Countries[len(n.Countries)-neverUsed] }

// Article is an article with the indexes of its tags.
type Article struct {
	Slug, Language, Title, Summary, Body string
	PublishedAt                          time.Time // no two have the same
	Officials, Countries, Topics         []int
}

// Article is the article at a place, the oldest first.
func (n *Newsroom) Article(i int) Article {
	r := rand.New(rand.NewPCG(seed, uint64(i)+1000))
	step := secondsOfArchive / float64(n.Articles)
	published := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration((float64(i)+0.9*r.Float64())*step) * time.Second)
	a := Article{Language: language(r), PublishedAt: published}
	a.Officials = n.officials.distinct(r, OfficialsEach)
	a.Countries = through(n.countryOf, n.countries.distinct(r, CountriesEach))
	a.Topics = through(n.topicOf, n.topics.distinct(r, TopicsEach))
	w := writer{r, n.vocabulary[a.Language]}
	a.Title = w.words(6 + r.IntN(4))
	a.Summary = w.words(18) + "."
	a.Body = w.body(n.people(a))
	a.Slug = numbered(a.Title, i)
	return a
}

// language is Arabic for 60 of 100, else English or French.
func language(r *rand.Rand) string {
	switch p := r.IntN(100); {
	case p < 60:
		return "ar"
	case p < 82:
		return "en"
	}
	return "fr"
}

func through(table, ranks []int) []int {
	for i, rank := range ranks {
		ranks[i] = table[rank]
	}
	return ranks
}

// people are the names of the officials of an article, in its language.
func (n *Newsroom) people(a Article) []string {
	names := make([]string, len(a.Officials))
	for i, k := range a.Officials {
		names[i] = n.Officials[k].Names.In(a.Language)
	}
	return names
}

// In is the name in a language.
func (names Names) In(language string) string {
	switch language {
	case "ar":
		return names.Arabic
	case "fr":
		return names.French
	}
	return names.English
}

// writer writes texts.
type writer struct {
	r *rand.Rand
	vocabulary
}

func (w writer) words(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = w.word(w.r)
	}
	return strings.Join(words, " ")
}

// body names each of the people in one of the first paragraphs.
func (w writer) body(people []string) string {
	var b strings.Builder
	for b.Len() < bodySize {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		if len(people) > 0 {
			b.WriteString("**" + people[0] + "** ")
			people = people[1:]
		}
		for end := b.Len() + paragraph; b.Len() < end; {
			b.WriteString(w.words(8 + w.r.IntN(10)))
			b.WriteString(". ")
		}
		text := strings.TrimSuffix(b.String(), " ")
		b.Reset()
		b.WriteString(text)
	}
	return b.String()
}
