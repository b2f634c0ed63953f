package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestBodiesAreRenderedInTheirDirection(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, c := range []struct{ name, language, markdown, html, text string }{
		{"an empty body", "en", "", `<div dir="ltr" lang="en"></div>`, ""},
		{
			"an Arabic body runs right to left", "ar", "قال **الوزير**: نعم.\n\nثم غادر.",
			"<div dir=\"rtl\" lang=\"ar\"><p>قال <strong>الوزير</strong>: نعم.</p>\n<p>ثم غادر.</p>\n</div>", "قال الوزير: نعم.\n\nثم غادر.",
		},
		{
			"a Latin paragraph in it is turned", "ar", "نص عربي\n\nThe BBC reported",
			"<div dir=\"rtl\" lang=\"ar\"><p>نص عربي</p>\n<p dir=\"auto\">The BBC reported</p>\n</div>", "نص عربي\n\nThe BBC reported",
		},
		{
			"an Arabic paragraph in English too", "en", "Said:\n\nقال الوزير نعم",
			"<div dir=\"ltr\" lang=\"en\"><p>Said:</p>\n<p dir=\"auto\">قال الوزير نعم</p>\n</div>", "Said:\n\nقال الوزير نعم",
		},
		{
			"the language's script decides, not the language", "ar-Latn", "salam",
			"<div dir=\"ltr\" lang=\"ar-Latn\"><p>salam</p>\n</div>", "salam",
		},
		{
			"scripts and handlers go", "en", "<script>alert(1)</script><p onclick=\"x()\" style=\"color:red\">Hi</p>",
			"<div dir=\"ltr\" lang=\"en\"><p>Hi</p></div>", "Hi",
		},
		{
			"links lead to the web only", "en", "[a](https://example.org/) [b](javascript:alert(1)) [c](data:text/html,x)",
			"<div dir=\"ltr\" lang=\"en\"><p><a href=\"https://example.org/\" rel=\"noopener\">a</a> b c</p>\n</div>", "a b c",
		},
		{
			"the writer's dir and lang stay", "ar", "قال الوزير <span dir=\"ltr\" lang=\"fr\">Bonjour</span>",
			"<div dir=\"rtl\" lang=\"ar\"><p>قال الوزير <span dir=\"ltr\" lang=\"fr\">Bonjour</span></p>\n</div>", "قال الوزير Bonjour",
		},
		{
			"an open tag cannot leave the div", "en", "<div><div>open</div></div></div></div><p>after",
			"<div dir=\"ltr\" lang=\"en\"><div><div>open</div></div><p>after</p></div>", "open\n\nafter",
		},
		{
			"joiners and marks stay", "fa", "می\u200cخواهم\u200e A\u200f",
			"<div dir=\"rtl\" lang=\"fa\"><p>می\u200cخواهم\u200e A\u200f</p>\n</div>", "می\u200cخواهم\u200e A\u200f",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			article := s.Article(t, c.name, variables{"language": c.language, "body": c.markdown})
			s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { body html: body(format: HTML) text: body(format: TEXT) markdown: body(format: MARKDOWN) null: body(format: null) } }`,
				variables{"id": article.ID},
				testserver.JSON(map[string]any{"article": map[string]string{"body": c.markdown, "markdown": c.markdown, "null": c.markdown, "html": c.html, "text": c.text}}))
		})
	}
}

// nasty are texts that careless software alters by normalising, trimming, escaping, cutting
// or quoting.
var nasty = map[string]string{
	"decomposed accents":           "Cafe\u0301 re\u0301sume\u0301",
	"composed accents":             "Café résumé",
	"vocalised Arabic":             "اِسْتَقْبَلَ الرَّئِيسُ",
	"tatweel":                      "مرحـــــبا",
	"hamza by combining":           "ا\u0654مريكا",
	"presentation forms":           "ﷺ ﻻ ﷲ",
	"Persian and Arabic digits":    "۱۲۳ ٤٥٦",
	"ZWNJ":                         "می\u200cخواهم",
	"ZWJ family":                   "👨\u200d👩\u200d👧\u200d👦",
	"LRM and RLM":                  "\u200eA\u200f ب\u200e",
	"Arabic letter mark":           "1\u061c2",
	"mixed directions":             "قال BBC: \"نعم\" (2020)",
	"soft hyphen":                  "Donau\u00addampf",
	"no-break and thin spaces":     "10\u00a0%\u202f€",
	"spaces around":                "  both ends  ",
	"zero-width space inside":      "a\u200bb",
	"astral letters":               "𝒳 𐎠 𞤀",
	"flag and skin tone":           "🇮🇶 👍🏽",
	"a variation selector":         "☪\ufe0f ☪\ufe0e",
	"the replacement character":    "a\ufffdb",
	"quotes and backslashes":       `"a" \ 'b' \n \u0000 \\`,
	"markup":                       `<b>&amp;</b> <!-- --> ]]> </script>`,
	"SQL":                          `'; DROP TABLE articles; --`,
	"LIKE wildcards":               `100% _ \% ?`,
	"placeholders":                 `? $1 :name @name {{x}} %s %d ${HOME}`,
	"looks like JSON":              `{"a": [null, true, 1e3]}`,
	"looks like null":              "null",
	"looks like a number":          "007",
	"capital and dotless i":        "İstanbul ISPARTA ıI",
	"long s and ligatures":         "ſt ﬁ ﬃ",
	"Hangul jamo":                  "\u1100\u1161\u11a8",
	"Hebrew points":                "שָׁלוֹם",
	"many combining marks":         "Z\u0351\u036b\u0343\u036a\u0302a\u0334l\u0334g\u0327o\u0328",
	"a tag character":              "a\U000e0041",
	"variation in the supplement":  "葛\U000e0100",
	"a very long word":             strings.Repeat("ا", 300),
	"separators of other fields":   "a\u00b7b|c;d,e:f=g&h#i",
	"full-width":                   "ＡＢＣ１２３",
	"Thai without spaces":          "สวัสดีชาวโลก",
	"a word joiner and a backtick": "a\u2060b `c`",
}

// Every field that takes a text returns it byte for byte.
func TestTextsComeBackAsTheyWereSent(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for name, text := range nasty {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			short := string([]rune(text)[:min(200, utf8.RuneCountInString(text))])
			official := s.Create(t, "Official", variables{
				"names": testserver.Names("ar", text), "descriptions": testserver.Names("ar", text), "externalId": "official " + short[:min(len(short), 20)] + name,
				"aliases": []variables{{"text": text, "language": "ar", "kind": "EPITHET"}},
			})
			topic := s.Create(t, "Topic", variables{"names": testserver.Names("ar", text, "en", text), "aliases": []variables{{"text": text, "language": "en"}}, "descriptions": testserver.Names("en", text)})
			office := s.Create(t, "Office", variables{"titles": testserver.Names("fr", text), "kind": "OTHER"})
			key := "key of " + name // of other texts, the marks at the ends would be refused
			article := s.Article(t, text, variables{
				"summary": text, "body": text, "byline": []string{text, text}, "sourceName": short, "externalId": key,
			})
			s.WantData(t, `query($official: ID!, $topic: ID!, $office: ID!, $article: ID!, $key: String!, $title: String!) {
				official(by: {id: $official}) { name names { value } aliases { text kind } description }
				topic(by: {id: $topic}) { names { value } aliases { text } description }
				office(by: {id: $office}) { title titles { value } }
				article(by: {id: $article}) { title summary body byline sourceName externalId }
				byKey: article(by: {externalId: $key}) { title }
				byTitle: articles(filter: {title: {eq: $title}}) { nodes { title } } }`,
				variables{"official": official.ID, "topic": topic.ID, "office": office.ID, "article": article.ID, "key": key, "title": text},
				testserver.JSON(map[string]any{
					"official": map[string]any{"name": text, "names": []any{map[string]string{"value": text}}, "aliases": []any{map[string]string{"text": text, "kind": "EPITHET"}}, "description": text},
					"topic":    map[string]any{"names": []any{map[string]string{"value": text}, map[string]string{"value": text}}, "aliases": []any{map[string]string{"text": text}}, "description": text},
					"office":   map[string]any{"title": text, "titles": []any{map[string]string{"value": text}}},
					"article":  map[string]any{"title": text, "summary": text, "body": text, "byline": []string{text, text}, "sourceName": short, "externalId": key},
					"byKey":    map[string]string{"title": text},
					"byTitle":  map[string]any{"nodes": []any{map[string]string{"title": text}}},
				}))
		})
	}
	for name, body := range map[string]string{
		"Windows line ends":            "a\r\nb\r\n",
		"old Macintosh line ends":      "a\rb",
		"blank lines at both ends":     "\n\n\na\n\n\n",
		"spaces at the ends of lines":  "a  \nb \t\n",
		"tabs":                         "\ta\t\tb",
		"only spaces":                  "   \n ",
		"isolates and embeddings":      "\u2067قال\u2069 \u202bنعم\u202c",
		"a form that Markdown changes": "1) a\n2) b\n\n* * *\n\n&copy; \\* <br>",
	} {
		t.Run("body: "+name, func(t *testing.T) {
			t.Parallel()
			article := s.Article(t, name, variables{"body": body, "summary": body})
			s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { body summary } }`, variables{"id": article.ID},
				testserver.JSON(map[string]any{"article": map[string]string{"body": body, "summary": body}}))
		})
	}
}

func TestWrongTextsAreRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	lines := map[string]string{
		"NUL": "a\x00b", "bell": "a\x07b", "line feed": "a\nb", "carriage return": "a\rb", "tab": "a\tb", "delete": "a\x7fb", "next line": "a\u0085b",
		"left-to-right override": "a\u202db", "right-to-left override": "a\u202eb",
		"line separator": "a\u2028b", "paragraph separator": "a\u2029b", "byte order mark": "\ufeffa", "noncharacter": "a\ufffe",
		"empty": "", "space": " ", "no-break space": "\u00a0", "ideographic space": "\u3000", "zero-width space": "\u200b",
		"ZWNJ and RLM alone": "\u200c\u200f", "soft hyphen alone": "\u00ad", "Hangul filler": "\u3164", "blank Braille": "\u2800",
	}
	input := func(field string, text any) (noun string, in variables, path string) {
		article := variables{"language": "en", "title": "T"}
		named := variables{"names": testserver.Names("en", "N")}
		switch field {
		case "title":
			article["title"] = text
		case "byline":
			article["byline"] = []any{"A", text}
			return "Article", article, "input.byline.1"
		case "sourceName", "externalId", "summary", "body":
			article[field] = text
		case "name":
			return "Official", variables{"names": []variables{{"language": "en", "value": "N"}, {"language": "ar", "value": text}}}, "input.names.1.value"
		case "alias":
			named["aliases"] = []variables{{"language": "en", "text": text}}
			return "Topic", named, "input.aliases.0.text"
		case "office title":
			return "Office", variables{"titles": []variables{{"language": "en", "value": text}}, "kind": "OTHER"}, "input.titles.0.value"
		}
		return "Article", article, "input." + field
	}
	for name, text := range lines {
		for _, field := range []string{"title", "byline", "sourceName", "externalId", "name", "alias", "office title"} {
			t.Run(field+": "+name, func(t *testing.T) {
				t.Parallel()
				noun, in, path := input(field, text)
				errs := s.Refuse(t, "create", noun, variables{"input": in})
				if len(errs) != 1 || errs[0].At() != "INVALID "+path || !strings.Contains(errs[0].Message, "the text ") {
					t.Errorf("%s %q = %+v, want one INVALID %s with the reason", field, text, errs, path)
				}
			})
		}
	}
	for name, text := range map[string]string{"NUL": "a\x00b", "override": "a\u202eb", "other override": "a\u202d", "escape": "\x1b[31m", "line separator": "a\u2028b"} {
		t.Run("body and summary: "+name, func(t *testing.T) {
			t.Parallel()
			errs := s.Refuse(t, "create", "Article", variables{"input": variables{"language": "en", "title": "T", "body": text, "summary": text}})
			if len(errs) != 2 || errs[0].At() != "INVALID input.summary" || errs[1].At() != "INVALID input.body" {
				t.Errorf("%q = %+v, want INVALID at input.summary and input.body", text, errs)
			}
		})
	}
	for _, c := range []struct {
		name, field string
		most        int
	}{{"title", "title", 300}, {"sourceName", "sourceName", 200}, {"externalId", "externalId", 200}, {"summary", "summary", 2000}, {"body", "body", 200_000}} {
		t.Run(fmt.Sprintf("%s: %d characters, not bytes, and no more", c.name, c.most), func(t *testing.T) {
			t.Parallel()
			_, in, path := input(c.field, strings.Repeat("ب", c.most+1))
			errs := s.Refuse(t, "create", "Article", variables{"input": in})
			if errs[0].At() != "INVALID "+path || !strings.Contains(errs[0].Message, fmt.Sprint("at most ", c.most)) {
				t.Errorf("%s of %d characters = %+v, want INVALID %s", c.name, c.most+1, errs, path)
			}
			_, in, _ = input(c.field, strings.Repeat("ب", c.most))
			s.Create(t, "Article", in)
		})
	}
	t.Run("too many", func(t *testing.T) {
		t.Parallel()
		errs := s.Refuse(t, "create", "Article", variables{"input": variables{"language": "en", "title": "T", "byline": make([]string, 21)}})
		if errs[0].At() != "LIMIT_EXCEEDED input.byline" {
			t.Errorf("21 authors = %+v, want LIMIT_EXCEEDED input.byline", errs)
		}
	})
}
