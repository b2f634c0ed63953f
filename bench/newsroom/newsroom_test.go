package newsroom

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
)

const list = "../../internal/content/countries.json"

func reference(t *testing.T, articles int) *Newsroom {
	t.Helper()
	countries, err := ReadCountries(list)
	if err != nil {
		t.Fatal(err)
	}
	return New(articles, countries)
}

// A number that was measured is worth nothing once the data differ.
func TestNewsroomIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := reference(t, 500).Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two newsrooms of 500 articles differ, want the same bytes")
	}
	lines := bytes.SplitAfter(first.Bytes(), []byte("\n"))
	articles := bytes.Join(lines[len(lines)-501:], nil) // without the names of countries, which have their own source
	sum := sha256.Sum256(articles)
	if got := hex.EncodeToString(sum[:8]); got != wantSum {
		t.Errorf("digest of 500 articles = %s, want %s: what was measured before no longer compares; if that is meant, write the new digest here", got, wantSum)
	}
}

const wantSum = "0d0fd4f6e6ef5637"

func TestArticleDoesNotDependOnTheOnesBefore(t *testing.T) {
	t.Parallel()
	one, other := reference(t, 1000), reference(t, 1000)
	other.Article(3)
	if got, want := other.Article(700), one.Article(700); !reflect.DeepEqual(got, want) {
		t.Errorf("Article(700) after Article(3) = %+v, want %+v", got, want)
	}
}

func TestShareOfLanguagesSizesAndDates(t *testing.T) {
	t.Parallel()
	n := reference(t, 2000)
	languages, size, last := map[string]int{}, 0, n.Article(0).PublishedAt
	slugs := map[string]bool{}
	for i := range n.Articles {
		a := n.Article(i)
		languages[a.Language]++
		size += len(a.Body)
		slugs[a.Slug] = true
		if i > 0 && !a.PublishedAt.After(last) {
			t.Fatalf("article %d is of %v, want it after %v", i, a.PublishedAt, last)
		}
		last = a.PublishedAt
		if len(a.Officials) != OfficialsEach || len(a.Countries) != CountriesEach || len(a.Topics) != TopicsEach {
			t.Fatalf("article %d has the tags %v, %v, %v", i, a.Officials, a.Countries, a.Topics)
		}
		for _, name := range n.people(a) {
			if !strings.Contains(a.Body, name) {
				t.Errorf("the body of article %d does not name %s", i, name)
			}
		}
	}
	if arabic := languages["ar"]; arabic < 1140 || arabic > 1260 || len(languages) != 3 {
		t.Errorf("languages = %v, want 1200 of 2000 in Arabic, about, and two more", languages)
	}
	if mean := size / n.Articles; mean < 2900 || mean > 3400 {
		t.Errorf("a body has %d bytes on average, want about 3,000", mean)
	}
	if len(slugs) != n.Articles {
		t.Errorf("%d articles have %d slugs, want one each", n.Articles, len(slugs))
	}
}
