package graph_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/diwan-cms/diwan/graph/graphtest"
)

const translations = "schema/descriptions.ar.json"

// Every text that introspection serves has its Arabic, and nothing else has.
func TestDescriptionsAreInArabic(t *testing.T) {
	t.Parallel()
	arabic, served := descriptionsInArabic(t), descriptionsServed(t)
	if len(served) < 700 {
		t.Errorf("introspection serves %d descriptions, want those of the whole schema", len(served))
	}
	for english, where := range served {
		if arabic[english] == "" {
			t.Errorf("%s: %q is not in graph/%s: a description in English changes together with its Arabic", where, english, translations)
		}
	}
	for english := range arabic {
		if served[english] == "" {
			t.Errorf("graph/%s: nothing is described as %q any more", translations, english)
		}
	}
}

// What is quoted, links and codes stay in the translation as they are. It has the paragraphs of
// the English, and its first letter is Arabic: by that letter, clients show it from right to left.
func TestArabicSaysWhatTheEnglishSays(t *testing.T) {
	t.Parallel()
	quoted, codes := regexp.MustCompile("`[^`]+`|\\]\\([^)]+\\)"), regexp.MustCompile(`\b[A-Z]{4,}(?:_[A-Z]+)*\b`)
	for english, arabic := range descriptionsInArabic(t) {
		if want, got := set(quoted.FindAllString(english, -1)), set(quoted.FindAllString(arabic, -1)); !slices.Equal(got, want) {
			t.Errorf("%q is translated as %q, with %s, want %s", english, arabic, got, want)
		}
		for _, code := range codes.FindAllString(english, -1) {
			if !strings.Contains(arabic, code) {
				t.Errorf("%q is translated as %q, without %s", english, arabic, code)
			}
		}
		if got, want := strings.Count(arabic, "\n\n"), strings.Count(english, "\n\n"); got != want || strings.Count(arabic, "\n") != 2*got {
			t.Errorf("%q is translated as %q, with %d breaks between paragraphs, want %d and no others", english, arabic, got, want)
		}
		if first := strings.IndexFunc(arabic, unicode.IsLetter); first < 0 || strings.IndexFunc(arabic[first:], isArabic) != 0 {
			t.Errorf("%q is translated as %q, which does not begin in Arabic", english, arabic)
		}
	}
}

func TestArabicIsSorted(t *testing.T) {
	t.Parallel()
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(descriptionsInArabic(t)); err != nil {
		t.Fatal(err)
	}
	if got := readTranslations(t); !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(want.Bytes())) {
		t.Errorf("graph/%s has to have each text once, on a line of its own, sorted by the English, indented by a space", translations)
	}
}

func isArabic(letter rune) bool { return unicode.Is(unicode.Arabic, letter) }

func set(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

func readTranslations(t *testing.T) []byte {
	t.Helper()
	file, err := os.ReadFile(translations)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func descriptionsInArabic(t *testing.T) (texts map[string]string) {
	t.Helper()
	if err := json.Unmarshal(readTranslations(t), &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// descriptionsServed returns where each text of the schema stands that is meant for people.
func descriptionsServed(t *testing.T) map[string]string {
	t.Helper()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Admin()})
	const query = `{ __schema { description
		types { name description
			fields(includeDeprecated: true) { name description deprecationReason args(includeDeprecated: true) { ...input } }
			inputFields(includeDeprecated: true) { ...input }
			enumValues(includeDeprecated: true) { name description deprecationReason } }
		directives { name description args(includeDeprecated: true) { ...input } } } }
		fragment input on __InputValue { name description deprecationReason }`
	var data any
	if err := json.Unmarshal([]byte(s.Data(t, query, nil)), &data); err != nil {
		t.Fatal(err)
	}
	served := map[string]string{}
	collectDescriptions(data, "schema", served)
	return served
}

func collectDescriptions(value any, where string, into map[string]string) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			collectDescriptions(item, where, into)
		}
	case map[string]any:
		if name, named := value["name"].(string); named {
			where += " " + name
		}
		for key, part := range value {
			if text, ok := part.(string); !ok {
				collectDescriptions(part, where, into)
			} else if key != "name" && text != "" {
				into[text] = where
			}
		}
	}
}
