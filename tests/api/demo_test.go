package api

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// The demo newsroom is large and varied enough for the features of Diwan.
func TestTheDemoIsANewsroom(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	counts := testserver.Ask[struct {
		Articles, Arabic, Topics, Officials struct{ TotalCount int }
	}](t, s, `{
		articles { totalCount }
		arabic: articles(filter: {language: {eq: "ar"}}) { totalCount }
		topics { totalCount }
		officials(filter: {wikidataId: {isNull: false}}) { totalCount }
	}`, nil, testserver.AsAdmin, testserver.SeeDrafts)
	for _, c := range []struct {
		what        string
		have, least int
	}{
		{"articles", counts.Articles.TotalCount, 30},
		{"articles in Arabic, of 60 % of all", counts.Arabic.TotalCount, (counts.Articles.TotalCount*60 + 99) / 100},
		{"topics", counts.Topics.TotalCount, 40},
		{"officials with a Wikidata id", counts.Officials.TotalCount, 25},
	} {
		if c.have < c.least {
			t.Errorf("%s = %d, want %d or more", c.what, c.have, c.least)
		}
	}
	texts := testserver.Ask[struct {
		Articles struct {
			Nodes []struct {
				Slug      string
				WordCount int
			}
		}
		Officials struct {
			Nodes []struct {
				Slug    string
				Tenures []struct{ SourceURL *string }
			}
		}
	}](t, s, `{
		articles(first: 100) { nodes { slug wordCount } }
		officials(first: 100) { nodes { slug tenures { sourceUrl } } }
	}`, nil, testserver.AsAdmin, testserver.SeeDrafts)
	for _, a := range texts.Articles.Nodes {
		if a.WordCount < 120 {
			t.Errorf("%s has %d words, want 120 or more", a.Slug, a.WordCount)
		}
	}
	for _, o := range texts.Officials.Nodes {
		for _, tenure := range o.Tenures {
			if tenure.SourceURL == nil {
				t.Errorf("a tenure of %s has no sourceUrl", o.Slug)
			}
		}
		if len(o.Tenures) == 0 {
			t.Errorf("%s has no tenure", o.Slug)
		}
	}
}
