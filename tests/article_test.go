package tests

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// article writes an article: published and English, unless more says otherwise.
func (s *server) article(t testing.TB, title string, more variables) made {
	t.Helper()
	input := variables{"language": "en", "title": title, "publish": true}
	maps.Copy(input, more)
	return s.create(t, "Article", input)
}

func TestSlugsOfArticles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, language, titles, slugs string }{
		{"the vocalised and the bare spelling meet, and so does tatweel", "ar", "وَزِيرُ الخَارِجِيَّةِ|وزير الخارجية|وزيـــر الخارجيــة", "وزير-الخارجية|وزير-الخارجية-2|وزير-الخارجية-3"},
		{"hamza is spelling, and stays", "ar", "الأمن|الامن", "الأمن|الامن"},
		{"punctuation and spaces become one hyphen", "ar", "«بغداد»:  قمّةٌ، وماذا بعد؟", "بغداد-قمة-وماذا-بعد"},
		{"Latin is lower-cased and folded", "fr", "Élections à Orléans : l’Été de Œdipe", "elections-a-orleans-l-ete-de-oedipe"},
		{"German and Turkish letters too", "en", "Straße nach İzmir & Łódź", "strasse-nach-izmir-lodz"},
		{"scripts may mix", "ar", "قمة G20 في Riyadh", "قمة-g20-في-riyadh"},
		{"Han and kana stay", "zh", "習近平訪問", "習近平訪問"},
		{"invisible characters leave no trace", "fa", "می\u200cخواهم\u200f!|میخواهم", "میخواهم|میخواهم-2"},
		{"a title of symbols only", "en", "!!!|???", "article|article-2"},
		{"decomposed and composed letters meet", "en", "Cafe\u0301|Caf\u00e9", "cafe|cafe-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			var got []string
			for _, title := range strings.Split(c.titles, "|") {
				got = append(got, s.article(t, title, variables{"language": c.language}).Slug)
			}
			if strings.Join(got, "|") != c.slugs {
				t.Errorf("slugs of %s = %s, want %s", c.titles, strings.Join(got, "|"), c.slugs)
			}
		})
	}

	s := start(t)
	t.Run("at most 96 characters, cut between words, numbered within them", func(t *testing.T) {
		title := strings.TrimSpace(strings.Repeat("مفاوضات ", 30))
		first, second := s.article(t, title, variables{"language": "ar"}), s.article(t, title, variables{"language": "ar"})
		if want := strings.TrimSuffix(strings.Repeat("مفاوضات-", 12), "-"); first.Slug != want {
			t.Errorf("slug = %s, want %s", first.Slug, want)
		}
		if !strings.HasSuffix(second.Slug, "-مفاوضات-2") || utf8.RuneCountInString(second.Slug) > 96 {
			t.Errorf("second slug = %s, want it numbered and within 96", second.Slug)
		}
	})
	t.Run("unique within a language only", func(t *testing.T) {
		english, french, canadian := s.article(t, "Paris", nil), s.article(t, "Paris", variables{"language": "fr"}), s.article(t, "Paris", variables{"language": "fr-CA"})
		if english.Slug != "paris" || french.Slug != "paris" || canadian.Slug != "paris" {
			t.Errorf("slugs = %s, %s, %s, want paris in each language", english.Slug, french.Slug, canadian.Slug)
		}
		errs := s.refuse(t, "update", "Article", variables{"id": french.ID, "input": variables{"language": "en"}})
		if errs[0].at() != "DUPLICATE input.language" {
			t.Errorf("to a language where the slug is taken = %+v, want DUPLICATE input.language", errs)
		}
	})
	t.Run("a new title keeps the slug, null makes a new one", func(t *testing.T) {
		article := s.article(t, "Old title", nil)
		if got := s.update(t, "Article", article, variables{"title": "New title"}).Slug; got != "old-title" {
			t.Errorf("slug after a new title = %s, want old-title", got)
		}
		if got := s.update(t, "Article", article, variables{"slug": nil}).Slug; got != "new-title" {
			t.Errorf("slug: null = %s, want new-title", got)
		}
		if got := s.update(t, "Article", article, variables{"slug": "own-slug"}).Slug; got != "own-slug" {
			t.Errorf("slug: own-slug = %s", got)
		}
	})
	for _, c := range []struct{ name, slug, at, says string }{
		{"a taken slug is refused, not numbered", "taken", "DUPLICATE input.slug", "already has the slug taken"},
		{"capitals", "Baghdad", "INVALID input.slug", `send "baghdad"`},
		{"spaces", "a b", "INVALID input.slug", `send "a-b"`},
		{"diacritics", "وَزير", "INVALID input.slug", `send "وزير"`},
		{"too long", strings.Repeat("a", 97), "INVALID input.slug", "at most 96 characters"},
		{"blank", " ", "INVALID input.slug", "at least one letter or digit"},
		{"a slash", "a/b", "INVALID input.slug", `send "a-b"`},
	} {
		t.Run("given: "+c.name, func(t *testing.T) {
			if c.slug == "taken" {
				s.article(t, "Taken", nil)
			}
			errs := s.refuse(t, "create", "Article", variables{"input": variables{"language": "en", "title": "T", "slug": c.slug}})
			if errs[0].at() != c.at || !strings.Contains(errs[0].Message, c.says) {
				t.Errorf("slug %q = %+v, want %s and %q", c.slug, errs, c.at, c.says)
			}
		})
	}
}

func TestLookUpsOfArticles(t *testing.T) {
	t.Parallel()
	s := start(t)
	english := s.article(t, "Baghdad", variables{"externalId": "en"})
	french := s.article(t, "Bagdad", variables{"language": "fr", "slug": "baghdad", "externalId": "fr", "translationOf": english.ID})
	s.article(t, "بغداد", variables{"language": "ar", "slug": "baghdad", "externalId": "ar", "translationOf": french.ID})
	s.article(t, "Berlin", variables{"language": "de", "externalId": "de"})
	s.article(t, "برلين", variables{"language": "ar-IQ", "slug": "berlin", "externalId": "ar-IQ"})
	s.article(t, "東京", variables{"language": "ja", "slug": "tokyo", "externalId": "ja"})
	s.article(t, "Tokio", variables{"language": "pl", "slug": "tokyo", "externalId": "pl"})
	topic := s.create(t, "Topic", variables{"names": names("en", "T")})

	for _, c := range []struct{ name, by, language, accept, want string }{
		{"slug and language", `slug: "baghdad"`, "fr", "", "fr"},
		{"the language of the argument, not of the header", `slug: "baghdad"`, "fr", "ar", "fr"},
		{"the argument's case does not matter", `slug: "berlin"`, "AR-iq", "", "ar-IQ"},
		{"slug in a language without it", `slug: "baghdad"`, "de", "en", ""},
		{"a general language is not the special one", `slug: "berlin"`, "ar", "", ""},
		{"slug in the header's language", `slug: "baghdad"`, "", "ar", "ar"},
		{"slug in a more general form of the header's", `slug: "baghdad"`, "", "ar-EG, fr;q=0.3", "ar"},
		{"slug in the second of the header's", `slug: "baghdad"`, "", "de, fr", "fr"},
		{"slug in English where the header's have none", `slug: "baghdad"`, "", "de", "en"},
		{"slug in English where there is no header", `slug: "baghdad"`, "", "", "en"},
		{"slug in any language, the first of them", `slug: "tokyo"`, "", "ar", "ja"},
		{"slug in the header's before any other", `slug: "tokyo"`, "", "pl", "pl"},
		{"no such slug", `slug: "basra"`, "", "", ""},
		{"slugs are exact", `slug: "Baghdad"`, "", "", ""},
		{"externalId alone, whatever the header", `externalId: "fr"`, "", "ar", "fr"},
		{"externalId and language is the translation", `externalId: "fr"`, "ar", "", "ar"},
		{"its own language is itself", `externalId: "fr"`, "fr", "", "fr"},
		{"a language into which it is not translated", `externalId: "fr"`, "de", "", ""},
		{"an article without translations, in another language", `externalId: "de"`, "en", "", ""},
		{"no such externalId", `externalId: "xx"`, "", "", ""},
		{"id alone, whatever the header", `id: "` + english.ID + `"`, "", "ar", "en"},
		{"id and language is the translation", `id: "` + english.ID + `"`, "ar", "", "ar"},
		{"from any of the translations", `id: "` + french.ID + `"`, "en", "", "en"},
		{"an id of another type", `id: "` + topic.ID + `"`, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := `{"article":null}`
			if c.want != "" {
				want = fmt.Sprintf(`{"article":{"externalId":%q}}`, c.want)
			}
			language := ""
			if c.language != "" {
				language = fmt.Sprintf(", language: %q", c.language)
			}
			s.answers(t, fmt.Sprintf(`{ article(by: {%s}%s) { externalId } }`, c.by, language), nil, want, accept(c.accept))
		})
	}
	for _, by := range []string{`{}`, `{id: "` + english.ID + `", slug: "baghdad"}`, `{slug: null}`} {
		t.Run("exactly one key: "+by, func(t *testing.T) {
			t.Parallel()
			code, message := s.refused(t, `{ article(by: `+by+`) { id } }`, nil)
			if !strings.Contains(message, "one") && !strings.Contains(message, "null") {
				t.Errorf("by: %s = %s %q, want an error that asks for one key", by, code, message)
			}
		})
	}
	t.Run("what is no id is refused", func(t *testing.T) {
		t.Parallel()
		for _, id := range []string{"", "1", "QXJ0aWNsZTox=", "QXJ0aWNsZTowMQ", "QXJ0aWNsZToxeA", "V2FyOjE", "QXJ0aWNsZTow"} {
			if code, message := s.refused(t, `query($id: ID!) { article(by: {id: $id}) { id } }`, variables{"id": id}); code != "INVALID" || !strings.Contains(message, "send one that it answered") {
				t.Errorf("id %q = %s %q, want INVALID and what to send", id, code, message)
			}
		}
	})
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := start(t)
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
			article := s.article(t, c.name, variables{"language": c.language, "body": c.markdown})
			s.answers(t, `query($id: ID!) { article(by: {id: $id}) { body html: body(format: HTML) text: body(format: TEXT) markdown: body(format: MARKDOWN) null: body(format: null) } }`,
				variables{"id": article.ID},
				compact(map[string]any{"article": map[string]string{"body": c.markdown, "markdown": c.markdown, "null": c.markdown, "html": c.html, "text": c.text}}))
		})
	}
}

// nasty are texts that careless software changes: by normalising, trimming,
// escaping, cutting or quoting them.
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

// Byte for byte: what was sent is what comes back, from every field that takes
// a text.
func TestTextsComeBackAsTheyWereSent(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, text := range nasty {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			short := string([]rune(text)[:min(200, utf8.RuneCountInString(text))])
			official := s.create(t, "Official", variables{
				"names": names("ar", text), "descriptions": names("ar", text), "externalId": "official " + short[:min(len(short), 20)] + name,
				"aliases": []variables{{"text": text, "language": "ar", "kind": "EPITHET"}},
			})
			topic := s.create(t, "Topic", variables{"names": names("ar", text, "en", text), "aliases": []variables{{"text": text, "language": "en"}}, "descriptions": names("en", text)})
			office := s.create(t, "Office", variables{"titles": names("fr", text), "kind": "OTHER"})
			// An externalId is a text too, and shorter.
			article := s.article(t, text, variables{
				"summary": text, "body": text, "byline": []string{text, text}, "sourceName": short, "externalId": short,
			})
			s.answers(t, `query($official: ID!, $topic: ID!, $office: ID!, $article: ID!, $key: String!, $title: String!) {
				official(by: {id: $official}) { name names { value } aliases { text kind } description }
				topic(by: {id: $topic}) { names { value } aliases { text } description }
				office(by: {id: $office}) { title titles { value } }
				article(by: {id: $article}) { title summary body byline sourceName externalId }
				byKey: article(by: {externalId: $key}) { title }
				byTitle: articles(filter: {title: {eq: $title}}) { nodes { title } } }`,
				variables{"official": official.ID, "topic": topic.ID, "office": office.ID, "article": article.ID, "key": short, "title": text},
				compact(map[string]any{
					"official": map[string]any{"name": text, "names": []any{map[string]string{"value": text}}, "aliases": []any{map[string]string{"text": text, "kind": "EPITHET"}}, "description": text},
					"topic":    map[string]any{"names": []any{map[string]string{"value": text}, map[string]string{"value": text}}, "aliases": []any{map[string]string{"text": text}}, "description": text},
					"office":   map[string]any{"title": text, "titles": []any{map[string]string{"value": text}}},
					"article":  map[string]any{"title": text, "summary": text, "body": text, "byline": []string{text, text}, "sourceName": short, "externalId": short},
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
			article := s.article(t, name, variables{"body": body, "summary": body})
			s.answers(t, `query($id: ID!) { article(by: {id: $id}) { body summary } }`, variables{"id": article.ID},
				compact(map[string]any{"article": map[string]string{"body": body, "summary": body}}))
		})
	}
}

func TestTextsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	lines := map[string]string{
		"NUL": "a\x00b", "bell": "a\x07b", "line feed": "a\nb", "carriage return": "a\rb", "tab": "a\tb", "delete": "a\x7fb", "next line": "a\u0085b",
		"left-to-right override": "a\u202db", "right-to-left override": "a\u202eb", "embedding": "a\u202ab", "pop": "a\u202cb", "isolate": "a\u2066b", "pop isolate": "a\u2069b",
		"line separator": "a\u2028b", "paragraph separator": "a\u2029b", "byte order mark": "\ufeffa", "noncharacter": "a\ufffe",
		"empty": "", "space": " ", "no-break space": "\u00a0", "ideographic space": "\u3000", "zero-width space": "\u200b",
		"ZWNJ and RLM alone": "\u200c\u200f", "soft hyphen alone": "\u00ad", "Hangul filler": "\u3164", "blank Braille": "\u2800",
	}
	input := func(field string, text any) (noun string, in variables, path string) {
		article := variables{"language": "en", "title": "T"}
		named := variables{"names": names("en", "N")}
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
				errs := s.refuse(t, "create", noun, variables{"input": in})
				if len(errs) != 1 || errs[0].at() != "INVALID "+path || !strings.Contains(errs[0].Message, "the text ") {
					t.Errorf("%s %q = %+v, want one INVALID %s that says what is wrong", field, text, errs, path)
				}
			})
		}
	}
	for name, text := range map[string]string{"NUL": "a\x00b", "override": "a\u202eb", "other override": "a\u202d", "escape": "\x1b[31m", "line separator": "a\u2028b"} {
		t.Run("body and summary: "+name, func(t *testing.T) {
			t.Parallel()
			errs := s.refuse(t, "create", "Article", variables{"input": variables{"language": "en", "title": "T", "body": text, "summary": text}})
			if len(errs) != 2 || errs[0].at() != "INVALID input.summary" || errs[1].at() != "INVALID input.body" {
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
			errs := s.refuse(t, "create", "Article", variables{"input": in})
			if errs[0].at() != "INVALID "+path || !strings.Contains(errs[0].Message, fmt.Sprint("at most ", c.most)) {
				t.Errorf("%s of %d characters = %+v, want INVALID %s", c.name, c.most+1, errs, path)
			}
			_, in, _ = input(c.field, strings.Repeat("ب", c.most))
			s.create(t, "Article", in)
		})
	}
	t.Run("too many", func(t *testing.T) {
		t.Parallel()
		errs := s.refuse(t, "create", "Article", variables{"input": variables{"language": "en", "title": "T", "byline": make([]string, 21)}})
		if errs[0].at() != "LIMIT_EXCEEDED input.byline" {
			t.Errorf("21 authors = %+v, want LIMIT_EXCEEDED input.byline", errs)
		}
	})
}

func TestWordsAndMinutes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct {
		name, language, body string
		words, minutes       int
	}{
		{"nothing", "ar", "", 0, 0},
		{"punctuation is no word", "ar", "، … — !", 0, 0},
		{"a vocalised word is one", "ar", "اِسْتَقْبَلَ الرَّئِيسُ الوَزِيرَ", 3, 1},
		{"138 Arabic words a minute", "ar", strings.Repeat("كلمة ", 138), 138, 1},
		{"rounded up", "ar", strings.Repeat("كلمة ", 139), 139, 2},
		{"every Arabic", "ar-IQ", strings.Repeat("كلمة ", 139), 139, 2},
		{"228 English words a minute", "en", strings.Repeat("word ", 228), 228, 1},
		{"one more", "en", strings.Repeat("word ", 229), 229, 2},
		{"195 French words a minute", "fr", strings.Repeat("mot ", 196), 196, 2},
		{"an apostrophe does not divide", "en", "don't can't", 2, 1},
		{"Chinese by the character", "zh", strings.Repeat("新聞", 128), 256, 2},
		{"255 Chinese characters a minute", "zh", strings.Repeat("新", 255), 255, 1},
		{"markup is not counted", "en", "# One\n\n[two](https://example.org/three) **four** <b title=\"five\">six</b>", 4, 1},
		{"numbers are words", "en", "In 2020, 3.5 %", 3, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			article := s.article(t, c.name, variables{"language": c.language, "body": c.body})
			want := fmt.Sprintf(`{"article":{"wordCount":%d,"readingMinutes":%d}}`, c.words, c.minutes)
			s.answers(t, `query($id: ID!) { article(by: {id: $id}) { wordCount readingMinutes } }`, variables{"id": article.ID}, want)
			s.answers(t, `query($id: ID!) { article(by: {id: $id}) { readingMinutes } }`, variables{"id": article.ID}, fmt.Sprintf(`{"article":{"readingMinutes":%d}}`, c.minutes))
		})
	}
	t.Run("a new body is counted anew", func(t *testing.T) {
		t.Parallel()
		article := s.article(t, "Counted anew", variables{"body": "one two"})
		s.update(t, "Article", article, variables{"body": "one"})
		s.answers(t, `query($id: ID!) { article(by: {id: $id}) { wordCount } }`, variables{"id": article.ID}, `{"article":{"wordCount":1}}`)
	})
}

func TestTranslations(t *testing.T) {
	t.Parallel()
	s := start(t)
	english := s.article(t, "One", nil)
	french := s.article(t, "Un", variables{"language": "fr", "translationOf": english.ID})
	arabic := s.article(t, "واحد", variables{"language": "ar", "translationOf": french.ID}) // of a translation: the same group
	alone := s.article(t, "Alone", nil)

	check := func(t *testing.T, want map[string]string) {
		t.Helper()
		for id, languages := range want {
			got := ask[struct {
				Article struct{ Translations []struct{ Language string } }
			}](t, s, `query($id: ID!) { article(by: {id: $id}) { translations { language } } }`, variables{"id": id})
			list := []string{}
			for _, translation := range got.Article.Translations {
				list = append(list, translation.Language)
			}
			if strings.Join(list, " ") != languages {
				t.Errorf("translations of %s = %v, want %s", id, list, languages)
			}
		}
	}
	t.Run("all others, by language, never itself", func(t *testing.T) {
		check(t, map[string]string{english.ID: "ar fr", french.ID: "ar en", arabic.ID: "en fr", alone.ID: ""})
	})
	t.Run("each of a list has its own", func(t *testing.T) {
		s.answers(t, `{ articles(orderBy: {field: TITLE}) { nodes { title translations { title translations { language } } } } }`, nil, `{"articles":{"nodes":[
			{"title":"Alone","translations":[]},
			{"title":"One","translations":[{"title":"واحد","translations":[{"language":"en"},{"language":"fr"}]},{"title":"Un","translations":[{"language":"ar"},{"language":"en"}]}]},
			{"title":"Un","translations":[{"title":"واحد","translations":[{"language":"en"},{"language":"fr"}]},{"title":"One","translations":[{"language":"ar"},{"language":"fr"}]}]},
			{"title":"واحد","translations":[{"title":"One","translations":[{"language":"ar"},{"language":"fr"}]},{"title":"Un","translations":[{"language":"ar"},{"language":"en"}]}]}]}}`)
	})
	for _, c := range []struct {
		name  string
		input variables
		at    string
	}{
		{"a second in one language", variables{"language": "fr", "title": "T", "translationOf": english.ID}, "DUPLICATE input.translationOf"},
		{"of what does not exist", variables{"language": "de", "title": "T", "translationOf": "QXJ0aWNsZTo5OTk"}, "NOT_FOUND input.translationOf"},
		{"of what is no article", variables{"language": "de", "title": "T", "translationOf": s.countryID(t, "IQ")}, "NOT_FOUND input.translationOf"},
	} {
		t.Run("refused: "+c.name, func(t *testing.T) {
			if errs := s.refuse(t, "create", "Article", variables{"input": c.input}); errs[0].at() != c.at {
				t.Errorf("createArticle(%v) = %+v, want %s", c.input, errs, c.at)
			}
		})
	}
	t.Run("refused: of itself", func(t *testing.T) {
		if errs := s.refuse(t, "update", "Article", variables{"id": alone.ID, "input": variables{"translationOf": alone.ID}}); errs[0].at() != "INVALID input.translationOf" {
			t.Errorf("translationOf itself = %+v", errs)
		}
	})
	t.Run("refused: into a language that another of them has", func(t *testing.T) {
		if errs := s.refuse(t, "update", "Article", variables{"id": arabic.ID, "input": variables{"language": "fr"}}); errs[0].at() != "DUPLICATE input.language" {
			t.Errorf("language: fr = %+v", errs)
		}
	})
	t.Run("null leaves, also who came first", func(t *testing.T) {
		s.update(t, "Article", english, variables{"translationOf": nil})
		check(t, map[string]string{english.ID: "", french.ID: "ar", arabic.ID: "fr"})
		s.update(t, "Article", english, variables{"translationOf": arabic.ID})
		check(t, map[string]string{english.ID: "ar fr", french.ID: "ar en", arabic.ID: "en fr"})
	})
	t.Run("the others stay when one is deleted", func(t *testing.T) {
		s.delete(t, "Article", french.ID)
		check(t, map[string]string{english.ID: "ar", arabic.ID: "en"})
	})
}

func TestRelatedArticles(t *testing.T) {
	t.Parallel()
	var clock clock
	s := start(t, clock.of)
	day := func(n int) { clock.set(moment.Add(time.Duration(n) * 24 * time.Hour)) }
	officials, topics := []string{s.official(t, "o0"), s.official(t, "o1")}, []string{}
	tree := s.tree(t, "t0", "t1")
	topics = append(topics, tree["t0"].ID, tree["t1"].ID)
	countries := []string{s.countryID(t, "IQ"), s.countryID(t, "FR")}
	tags := func(o, top, c int) variables {
		return variables{"officials": officials[:o], "topics": topics[:top], "countries": countries[:c]}
	}
	with := func(in variables, more variables) variables { maps.Copy(in, more); return in }

	day(0)
	base := s.article(t, "base", tags(2, 2, 2))
	day(400) // too far for nearness to count
	for _, a := range []struct {
		title   string
		o, t, c int
	}{{"country", 0, 0, 1}, {"topic", 0, 1, 0}, {"official", 1, 0, 0}, {"two countries", 0, 0, 2}, {"all", 2, 2, 2}, {"official and country", 1, 0, 1}, {"nothing", 0, 0, 0}} {
		s.article(t, a.title, tags(a.o, a.t, a.c))
	}
	related := func(t *testing.T, id, arguments string) string {
		t.Helper()
		got := ask[struct {
			Article struct{ Related []struct{ Title string } }
		}](t, s, `query($id: ID!) { article(by: {id: $id}) { related`+arguments+` { title } } }`, variables{"id": id})
		titles := []string{}
		for _, one := range got.Article.Related {
			titles = append(titles, one.Title)
		}
		return strings.Join(titles, ", ")
	}

	t.Run("an official counts three, a topic two, a country one; of equals the latest written", func(t *testing.T) {
		if got, want := related(t, base.ID, "(first: 20)"), "all, official and country, official, two countries, topic, country"; got != want {
			t.Errorf("related = %s, want %s", got, want)
		}
	})
	t.Run("five, when first is left out or null", func(t *testing.T) {
		for _, arguments := range []string{"", "(first: null)", "(first: 5)"} {
			if got, want := related(t, base.ID, arguments), "all, official and country, official, two countries, topic"; got != want {
				t.Errorf("related%s = %s, want %s", arguments, got, want)
			}
		}
		if got := related(t, base.ID, "(first: 1)"); got != "all" {
			t.Errorf("related(first: 1) = %s, want all", got)
		}
	})
	t.Run("first is 1 to 20", func(t *testing.T) {
		for _, first := range []int{0, -1, 21} {
			if code, message := s.refused(t, `query($first: Int) { articles { nodes { related(first: $first) { id } } } }`, variables{"first": first}); code != "INVALID" && code != "LIMIT_EXCEEDED" || !strings.Contains(message, "20") {
				t.Errorf("related(first: %d) = %s %q, want an error that names 20", first, code, message)
			}
		}
	})
	t.Run("each of a list has its own, with what is below it", func(t *testing.T) {
		s.answers(t, `{ articles(filter: {title: {in: ["country", "nothing"]}}, orderBy: {field: TITLE}) { nodes { title related(first: 1) { title officials { slug } countries { code } } } } }`, nil,
			`{"articles":{"nodes":[{"title":"country","related":[{"title":"official and country","officials":[{"slug":"o0"}],"countries":[{"code":"IQ"}]}]},{"title":"nothing","related":[]}]}}`)
	})
	t.Run("the nearer in time, up to a point, before or after", func(t *testing.T) {
		day(-10)
		s.article(t, "ten days before", tags(0, 0, 1))
		day(5)
		s.article(t, "five days after", tags(0, 0, 1))
		day(364)
		s.article(t, "official, nearly a year after", tags(1, 0, 0))
		want := "all, official and country, official, nearly a year after, official, two countries, topic, five days after, ten days before, country"
		if got := related(t, base.ID, "(first: 20)"); got != want {
			t.Errorf("related = %s, want %s", got, want)
		}
	})
	t.Run("translations: one is answered, in this language where there is one; its own never", func(t *testing.T) {
		day(400)
		s.article(t, "base in French", with(tags(2, 2, 2), variables{"language": "fr", "translationOf": base.ID}))
		german := s.article(t, "in German", with(tags(2, 2, 0), variables{"language": "de"}))
		s.article(t, "in English", with(tags(2, 1, 0), variables{"translationOf": german.ID}))
		s.article(t, "in French", with(tags(2, 2, 1), variables{"language": "fr", "translationOf": german.ID}))
		japanese := s.article(t, "in Japanese", with(tags(2, 0, 0), variables{"language": "ja"}))
		s.article(t, "in Korean", with(tags(2, 0, 1), variables{"language": "ko", "translationOf": japanese.ID}))
		if got, want := related(t, base.ID, "(first: 4)"), "all, in English, in Korean, official and country"; got != want {
			t.Errorf("related = %s, want %s", got, want)
		}
	})
}

func TestJSONLD(t *testing.T) {
	t.Parallel()
	var clock clock
	s := start(t, clock.of)
	iraq := s.countryID(t, "IQ")
	salih := s.create(t, "Official", variables{"names": names("ar", "برهم صالح", "en", "Barham Salih"), "wikidataId": "Q807872"})
	drian := s.create(t, "Official", variables{"names": names("fr", "Jean-Yves Le Drian")})
	office := s.create(t, "Office", variables{"titles": names("ar", "رئيس الجمهورية", "en", "President"), "kind": "HEAD_OF_STATE"})
	s.create(t, "Tenure", variables{"official": salih.ID, "office": office.ID, "startedOn": "2018-10-02", "endedOn": "2022-10-17"})
	topic := s.create(t, "Topic", variables{"names": names("ar", "الدبلوماسية", "en", "Diplomacy")})
	clock.setAt(t, "2020-07-16T09:30:00Z")
	full := s.article(t, "لودريان في بغداد", variables{
		"language": "ar", "summary": "ملخص", "body": "استقبل الرئيس الوزير", "byline": []string{"سارة", "Ali"}, "sourceName": "AFP", "sourceUrl": "https://afp.example/1",
		"appearances": []variables{{"official": salih.ID, "role": "SUBJECT"}, {"official": drian.ID, "role": "SPEAKER"}}, "countries": []string{iraq}, "topics": []string{topic.ID},
	})
	clock.setAt(t, "2021-01-01T00:00:00Z")
	s.update(t, "Article", full, variables{"sourceName": "Agence France-Presse"})
	bare := s.article(t, "Bare", nil)
	draft := s.article(t, "Draft", variables{"publish": false})

	t.Run("in full, names in the article's language whatever the request's", func(t *testing.T) {
		want := `{"article":{"jsonLd":{"@context":"https://schema.org","@type":"NewsArticle","identifier":"` + full.ID + `",
			"headline":"لودريان في بغداد","description":"ملخص","inLanguage":"ar","datePublished":"2020-07-16T09:30:00.000Z","dateModified":"2021-01-01T00:00:00.000Z","wordCount":3,
			"author":[{"@type":"Person","name":"سارة"},{"@type":"Person","name":"Ali"}],
			"about":[{"@type":"Person","name":"برهم صالح","jobTitle":"رئيس الجمهورية","sameAs":"https://www.wikidata.org/entity/Q807872"},{"@type":"Thing","name":"الدبلوماسية"}],
			"mentions":[{"@type":"Person","name":"Jean-Yves Le Drian"},{"@type":"Country","name":"العراق","identifier":"IQ"}],
			"isPartOf":{"@type":"WebSite","name":"Diwan"},"isBasedOn":{"@type":"CreativeWork","name":"Agence France-Presse","url":"https://afp.example/1"}}}}`
		for _, headers := range [][]header{nil, {inArabic}, {inFrench}} {
			s.answers(t, `query($id: ID!) { article(by: {id: $id}) { jsonLd } }`, variables{"id": full.ID}, want, headers...)
		}
	})
	t.Run("beside other fields of the same relations, and in a mutation's answer", func(t *testing.T) {
		const article = `"jsonLd":{"@context":"https://schema.org","@type":"NewsArticle"`
		for _, query := range []string{
			`query($id: ID!) { article(by: {id: $id}) { topics { slug } appearances { role } countries { id } jsonLd } }`,
			`mutation($id: ID!) { publishArticle(id: $id) { article { jsonLd appearances { office { kind } } } } }`,
			`query($id: ID!) { node(id: $id) { ... on Article { jsonLd } } }`,
		} {
			answer := s.post(t, query, variables{"id": full.ID}, asAdmin)
			if !strings.Contains(string(answer.Raw), article) || !strings.Contains(string(answer.Raw), `"jobTitle":"رئيس الجمهورية"`) {
				t.Errorf("%s = %s, want the JSON-LD in full", query, answer.Raw)
			}
		}
	})
	for name, id := range map[string]string{"an article with everything": full.ID, "one with nothing": bare.ID, "a draft": draft.ID} {
		t.Run("is a NewsArticle of schema.org: "+name, func(t *testing.T) {
			got := ask[struct {
				Article struct{ JSONLd map[string]any }
			}](t, s, `query($id: ID!) { article(by: {id: $id}) { jsonLd } }`, variables{"id": id}, asAdmin, seeDrafts).Article.JSONLd
			required := []string{"@context", "headline", "inLanguage", "dateModified", "isPartOf"}
			if name != "a draft" {
				required = append(required, "datePublished")
			}
			if name == "an article with everything" {
				required = append(required, "about", "mentions")
			}
			for _, property := range required {
				if got[property] == nil {
					t.Errorf("%s is missing in %s", property, compact(got))
				}
			}
			if got["@type"] != "NewsArticle" {
				t.Errorf("@type = %v, want NewsArticle", got["@type"])
			}
			checkThing(t, got)
		})
	}
	t.Run("nothing in it ends a script element", func(t *testing.T) {
		official := s.create(t, "Official", variables{"names": names("en", "</script><script>alert(1)</script>")})
		article := s.article(t, `</script><!-- "&" -->`, variables{"officials": []string{official.ID}, "summary": "</SCRIPT >", "byline": []string{"<b>"}})
		answer := s.post(t, `query($id: ID!) { article(by: {id: $id}) { jsonLd } }`, variables{"id": article.ID})
		if strings.ContainsAny(string(answer.Raw), "<>&") {
			t.Errorf("jsonLd = %s, want <, > and & escaped", answer.Raw)
		}
		var data struct {
			Article struct{ JSONLd struct{ Headline string } }
		}
		if err := json.Unmarshal(answer.Data, &data); err != nil || data.Article.JSONLd.Headline != `</script><!-- "&" -->` {
			t.Errorf("headline = %q, %v, want the title", data.Article.JSONLd.Headline, err)
		}
	})
}

// properties are those of schema.org (release 29) that the types used here
// have, with the types that their values may have; "" is a text.
var properties = map[string]map[string]string{
	"NewsArticle": {
		"identifier": "", "headline": "", "description": "", "inLanguage": "", "datePublished": "time", "dateModified": "time", "wordCount": "number",
		"author": "Person", "about": "Person Thing", "mentions": "Person Country", "isPartOf": "WebSite", "isBasedOn": "CreativeWork",
	},
	"Person":       {"name": "", "jobTitle": "", "sameAs": "url"},
	"Thing":        {"name": ""},
	"Country":      {"name": "", "identifier": ""},
	"WebSite":      {"name": ""},
	"CreativeWork": {"name": "", "url": "url"},
}

// checkThing fails where a thing has a property that schema.org does not know
// of its type, or a value that the property cannot have.
func checkThing(t *testing.T, thing map[string]any) {
	t.Helper()
	kind, _ := thing["@type"].(string)
	for property, value := range thing {
		if property == "@type" || property == "@context" && value == "https://schema.org" {
			continue
		}
		expected, known := properties[kind][property]
		if !known {
			t.Errorf("%s has no property %s", kind, property)
			continue
		}
		values, several := value.([]any)
		if !several {
			values = []any{value}
		}
		for _, one := range values {
			switch one := one.(type) {
			case map[string]any:
				if !strings.Contains(" "+expected+" ", " "+fmt.Sprint(one["@type"])+" ") {
					t.Errorf("%s.%s is a %v, want %s", kind, property, one["@type"], expected)
				}
				checkThing(t, one)
			case string:
				_, err := time.Parse(time.RFC3339, one)
				if one == "" || expected == "time" && err != nil || expected == "url" && !strings.HasPrefix(one, "https://") || strings.ContainsAny(expected, "PTCWn") {
					t.Errorf("%s.%s = %q, want %s", kind, property, one, expected)
				}
			case float64:
				if expected != "number" {
					t.Errorf("%s.%s = %v, want %s", kind, property, one, expected)
				}
			default:
				t.Errorf("%s.%s = %v, want %s", kind, property, one, expected)
			}
		}
	}
}
