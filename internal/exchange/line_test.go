package exchange

import (
	"regexp"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// The reason why a line is not understood uses the terms of the format, and none of Go.
func TestLinesThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	inner := regexp.MustCompile(`\b(struct|float64|int64|json|Go|map|content|model|INVALID|NOT_FOUND)\b`)
	for _, c := range []struct{ name, line, want string }{
		{"no JSON", `{"type":"topic",}`, "no JSON at byte 17"},
		{"a part of an object", `{"type":"topic"`, "the line ends in the middle of its JSON; write the whole object on one line"},
		{"two objects", `{"type":"topic"} {"type":"topic"}`, "something follows the JSON object, from byte 18 on; write one object a line"},
		{"a list", `[]`, "the line is a list; write one JSON object on it"},
		{"a boolean", `true`, "the line is true or false; write one JSON object on it"},
		{"null", `null`, "the line is null; write one JSON object on it"},
		{"invalid UTF-8", "{\"type\":\"topic\",\"names\":{\"en\":\"\xff\"}}", "no UTF-8 at byte 32; save the file as UTF-8"},
		{"a high surrogate alone", `{"type":"topic","names":{"en":"\ud83d!"}}`, `\ud83d is half a character`},
		{"a high surrogate at the end", `{"type":"topic","names":{"en":"\\\ud83d"}}`, `\ud83d is half a character`},
		{"a high surrogate before another escape", `{"type":"topic","names":{"en":"\ud83d\u0041"}}`, `\ud83d is half a character`},
		{"a low surrogate alone", `{"type":"topic","names":{"en":"\uDE00"}}`, `\uDE00 is half a character`},
		{"no type", `{}`, "type: the line does not say what it is about; write one of country, topic, office, official, article"},
		{"an unknown type", `{"type":"tenure"}`, `type: a line cannot be about "tenure"; write one of country`},
		{"a type that is no text", `{"type":{}}`, "type: the line does not say what it is about"},
		{"a key twice", `{"type":"topic","slug":"x","names":{"en":"X"},"slug":"y"}`, "slug: this key is here twice; keep one of them"},
		{"a key twice inside", `{"type":"topic","names":{"en":"X","en":"Y"}}`, "names.en: this key is here twice"},
		{"a key twice, escaped", `{"type":"topic","names":{"en":"X","\u0065n":"Y"}}`, "names.en: this key is here twice"},
		{"nested too deep", `{"type":"topic","x":[[[[[[[[[[[1]]]]]]]]]]]}`, "x: the line is nested deeper than anything that it can say"},
		{"an unknown key", `{"type":"topic","name":{"en":"X"}}`, "name: a topic has no such key; remove it, or take one of type, externalId, slug, names"},
		{"a key in other case", `{"type":"official","externalID":"x","names":{"en":"X"}}`, "externalID: an official has no such key"},
		{"an unknown key of an alias", `{"type":"topic","names":{"en":"X"},"aliases":[{"text":"Y","language":"en","lang":"en"}]}`, "aliases[0].lang: an alias has no such key"},
		{"an alias without text", `{"type":"topic","names":{"en":"X"},"aliases":[{"language":"en"}]}`, "aliases[0].text: this is missing; write a text"},
		{"an alias of a number", `{"type":"topic","names":{"en":"X"},"aliases":[{"text":1,"language":"en"}]}`, "aliases[0].text: this is a number; write a text in quotes"},
		{"an unknown key of a tenure", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"seat","from":"2020"}]}`, "tenures[0].from: a tenure has no such key"},
		{"a tenure without office", `{"type":"official","names":{"en":"X"},"tenures":[{"startedOn":"2020"}]}`, "tenures[0].office: a tenure needs an office"},
		{"a tenure that is a text", `{"type":"official","names":{"en":"X"},"tenures":["seat"]}`, "tenures[0]: this is a text; write an object"},
		{"a bad date of a tenure", `{"type":"official","names":{"en":"X"},"tenures":[{"office":"seat","startedOn":"2020-02-30"}]}`, `tenures[0].startedOn: "2020-02-30" is not a date of the calendar`},
		{"an appearance without official", `{"type":"article","language":"en","title":"X","appearances":[{"role":"SUBJECT"}]}`, "appearances[0].official: an appearance needs an official"},
		{"an appearance without role", `{"type":"article","language":"en","title":"X","appearances":[{"official":"ada"}]}`, "appearances[0].role: this is missing; write a text"},
		{"an appearance that is a list", `{"type":"article","language":"en","title":"X","appearances":[[]]}`, "appearances[0]: this is a list; write an object"},
		{"a number for a text", `{"type":"article","language":"en","title":2020}`, "title: this is a number; write a text in quotes"},
		{"a list for texts by language", `{"type":"topic","names":["X"]}`, `names: this is a list; write an object of texts by language, such as {"en":"Oil"}`},
		{"a number for a name", `{"type":"topic","names":{"en":1}}`, "names.en: this is a number; write a text in quotes"},
		{"a text for a list", `{"type":"article","language":"en","title":"X","byline":"Ada"}`, "byline: this is a text; write a list"},
		{"a number in a list of texts", `{"type":"article","language":"en","title":"X","byline":[1]}`, "byline[0]: this is a number; write a text in quotes"},
		{"a text for a boolean", `{"type":"office","titles":{"en":"X"},"kind":"OTHER","singleSeat":"no"}`, "singleSeat: this is a text; write true or false"},
		{"a list for a reference", `{"type":"topic","names":{"en":"X"},"parent":["oil"]}`, "parent: this is a list; write a text in quotes"},
		{"an empty reference", `{"type":"topic","names":{"en":"X"},"parent":""}`, "parent: this names nothing; write an externalId, a slug or a country's code, or null for none"},
		{"a reference of both kinds", `{"type":"topic","names":{"en":"X"},"parent":{"slug":"oil","externalId":"oil"}}`, "parent: a reference has either an externalId or a slug"},
		{"an unknown key of a reference", `{"type":"topic","names":{"en":"X"},"parent":{"slug":"oil","id":1}}`, "parent.id: a reference has no such key"},
		{"null for a status", `{"type":"article","externalId":"news","status":null}`, "status: this cannot be cleared"},
		{"null for whose working copy it is", `{"type":"article","workingCopyOf":null,"title":"X"}`, "workingCopyOf: this cannot be cleared"},
		{"a working copy that is published", `{"type":"article","workingCopyOf":"news","status":"PUBLISHED"}`, "status: a working copy is in the status IN_REVIEW or SCHEDULED"},
		{"a bad URL", `{"type":"article","language":"en","title":"X","sourceUrl":"example.org"}`, `sourceUrl: "example.org" is no absolute http or https URL`},
		{"a bad instant", `{"type":"article","language":"en","title":"X","publishedAt":"2020-07-16"}`, `publishedAt: "2020-07-16" is not an RFC 3339 date-time`},
		{"a country without code", `{"type":"country","names":{"en":"X"}}`, "code: this is missing"},
		{"everything that is wrong", `{"type":"topic","slug":1,"parent":[]}`, "slug: this is a number; write a text in quotes; parent: this is a list; write a text in quotes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := parseLine(&line{raw: []byte(c.line)})
			got := strings.TrimPrefix(Failure{Reasons: reasonsOf(l, l.wrong)}.String(), ":0: ")
			if l.statement != nil || !strings.HasPrefix(got, c.want) {
				t.Errorf("parseLine(%s) = %s\nwant %s", c.line, got, c.want)
			}
			if word := inner.FindString(got); word != "" {
				t.Errorf("parseLine(%s) = %s\nwant no %q in it", c.line, got, word)
			}
		})
	}
}

func TestLinesThatAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, line string }{
		{"both halves of a character", `{"type":"topic","names":{"en":"\\\ud83d\ude00\u0041"}}`},
		{"the deepest that there is", `{"type":"article","appearances":[{"official":{"slug":"ada"},"role":"SUBJECT"}]}`},
		{"nulls", `{"type":"official","externalId":null,"names":null,"aliases":null,"country":null,"tenures":null}`},
	} {
		if l := parseLine(&line{raw: []byte(c.line)}); l.statement == nil || len(l.wrong) > 0 {
			t.Errorf("parseLine(%s) = %s, want it understood: %s", c.line, Failure{Reasons: reasonsOf(l, l.wrong)}.String(), c.name)
		}
	}
}

// Failures give a place in a line as people write it.
func TestPlaceInALine(t *testing.T) {
	t.Parallel()
	l := &line{texts: map[string]model.LocalizedTexts{"names": {{Language: "ar"}, {Language: "en"}}}}
	for _, c := range []struct {
		path []string
		want string
	}{
		{nil, ""},
		{[]string{"slug"}, "slug"},
		{[]string{"names"}, "names"},
		{[]string{"names", "1", "value"}, "names.en"},
		{[]string{"names", "2"}, "names[2]"},
		{[]string{"aliases", "2", "text"}, "aliases[2].text"},
	} {
		if got := l.placeOf(c.path); got != c.want {
			t.Errorf("placeOf(%q) = %q, want %q", c.path, got, c.want)
		}
	}
}
