package newsroom

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Write writes the newsroom in Diwan's import format, topics and offices before those
// who refer to them. It keeps one line in memory.
func (n *Newsroom) Write(to io.Writer) error {
	buffer := bufio.NewWriterSize(to, 1<<20)
	lines := json.NewEncoder(buffer)
	lines.SetEscapeHTML(false)
	for _, write := range []func(*json.Encoder) error{n.writeTopics, n.writeOffices, n.writeOfficials, n.writeArticles} {
		if err := write(lines); err != nil {
			return err
		}
	}
	return buffer.Flush()
}

func (n *Newsroom) writeTopics(lines *json.Encoder) error {
	type line struct {
		Type   string `json:"type"`
		Slug   string `json:"slug"`
		Names  Names  `json:"names"`
		Parent string `json:"parent,omitempty"`
	}
	for _, t := range n.Topics {
		l := line{"topic", t.Slug, t.Names, ""}
		if t.Parent >= 0 {
			l.Parent = n.Topics[t.Parent].Slug
		}
		if err := lines.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

func (n *Newsroom) writeOffices(lines *json.Encoder) error {
	type line struct {
		Type       string `json:"type"`
		Slug       string `json:"slug"`
		Titles     Names  `json:"titles"`
		Kind       string `json:"kind"`
		Country    string `json:"country"`
		SingleSeat bool   `json:"singleSeat"`
	}
	for _, o := range n.Offices {
		if err := lines.Encode(line{"office", o.Slug, o.Titles, o.Kind, n.Countries[o.Country].Code, o.SingleSeat}); err != nil {
			return err
		}
	}
	return nil
}

func (n *Newsroom) writeOfficials(lines *json.Encoder) error {
	type tenure struct {
		Office    string `json:"office"`
		StartedOn string `json:"startedOn"`
		EndedOn   string `json:"endedOn,omitempty"`
	}
	type line struct {
		Type    string   `json:"type"`
		Slug    string   `json:"slug"`
		Names   Names    `json:"names"`
		Country string   `json:"country"`
		Tenures []tenure `json:"tenures"`
	}
	for _, o := range n.Officials {
		held := []tenure{
			{n.Offices[o.Before.Office].Slug, o.Before.StartedOn, o.Before.EndedOn},
			{n.Offices[o.Now.Office].Slug, o.Now.StartedOn, ""},
		}
		if err := lines.Encode(line{"official", o.Slug, o.Names, n.Countries[o.Country].Code, held}); err != nil {
			return err
		}
	}
	return nil
}

func (n *Newsroom) writeArticles(lines *json.Encoder) error {
	type line struct {
		Type        string   `json:"type"`
		ExternalID  string   `json:"externalId"`
		Slug        string   `json:"slug"`
		Language    string   `json:"language"`
		Title       string   `json:"title"`
		Summary     string   `json:"summary"`
		Body        string   `json:"body"`
		Status      string   `json:"status"`
		PublishedAt string   `json:"publishedAt"`
		Officials   []string `json:"officials"`
		Countries   []string `json:"countries"`
		Topics      []string `json:"topics"`
	}
	for i := range n.Articles {
		a := n.Article(i)
		l := line{
			"article", fmt.Sprintf("reference:%d", i), a.Slug, a.Language, a.Title, a.Summary, a.Body, "PUBLISHED", a.PublishedAt.Format(time.RFC3339),
			n.SlugsOfOfficials(a.Officials), n.Codes(a.Countries), n.SlugsOfTopics(a.Topics),
		}
		if err := lines.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

// SlugsOfOfficials are the slugs of the officials at these indexes.
func (n *Newsroom) SlugsOfOfficials(indexes []int) []string {
	return each(indexes, func(k int) string { return n.Officials[k].Slug })
}

// Codes are the codes of the countries at these indexes.
func (n *Newsroom) Codes(indexes []int) []string {
	return each(indexes, func(k int) string { return n.Countries[k].Code })
}

// SlugsOfTopics are the slugs of the topics at these indexes.
func (n *Newsroom) SlugsOfTopics(indexes []int) []string {
	return each(indexes, func(k int) string { return n.Topics[k].Slug })
}

func each(indexes []int, text func(int) string) []string {
	texts := make([]string, len(indexes))
	for i, k := range indexes {
		texts[i] = text(k)
	}
	return texts
}
