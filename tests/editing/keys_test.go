package editing

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// newNouns is what the nouns that have slugs need to be created.
func newNouns() map[string]variables {
	return map[string]variables{
		"Article":  {"language": "ar", "title": "خبر", "publish": true},
		"Topic":    {"names": testserver.Names("ar", "خبر")},
		"Official": {"names": testserver.Names("ar", "خبر")},
		"Office":   {"titles": testserver.Names("ar", "خبر"), "kind": "MINISTER"},
	}
}

// with is an input with more fields.
func with(input, more variables) variables {
	input = maps.Clone(input)
	maps.Copy(input, more)
	return input
}

func TestSlugsHaveNoInvisibleMarks(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	marks := []rune{
		0xAD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069,
		0xFE00, 0xFE0F, 0xFEFF, 0xE0100, 'ـ',
	}
	for noun, input := range newNouns() {
		s.Create(t, noun, with(input, variables{"slug": "زيارة-بغداد"}))
		for _, mark := range marks {
			for _, slug := range []string{"زيارة" + string(mark) + "-بغداد", string(mark) + "بصرة", "بصرة" + string(mark)} {
				clean := strings.ReplaceAll(slug, string(mark), "")
				errs := s.Refuse(t, "create", noun, variables{"input": with(input, variables{"slug": slug})})
				if errs[0].At() != "INVALID input.slug" || !strings.Contains(errs[0].Message, `send "`+clean+`"`) {
					t.Errorf("create%s(slug: %+q) = %+v, want INVALID with %s", noun, slug, errs, clean)
				}
			}
		}
	}
}

func TestExternalIDsBeginAndEndVisibly(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for noun, input := range newNouns() {
		for _, id := range []string{"خبر\u200f", "\u200eخبر", "خبر ", "\u00a0خبر", "خبر\u00ad", "\u2067خبر\u2069"} {
			errs := s.Refuse(t, "create", noun, variables{"input": with(input, variables{"externalId": id})})
			if errs[0].At() != "INVALID input.externalId" || !strings.Contains(errs[0].Message, `send "خبر"`) {
				t.Errorf("create%s(externalId: %+q) = %+v, want INVALID with خبر", noun, id, errs)
			}
		}
	}
}

// Some systems, such as the file names of macOS, hold letters in parts.
func TestKeysAreFoundByTheirLettersInParts(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const composed, parts, idComposed, idParts = "آثار-أور", "ا\u0653ثار-ا\u0654ور", "آ-7", "ا\u0653-7"
	for noun, input := range newNouns() {
		// What is written in parts is stored composed, and so taken for what is there.
		s.Create(t, noun, with(input, variables{"slug": parts, "externalId": idParts}))
		for _, taken := range []variables{{"slug": composed}, {"slug": parts}, {"externalId": idComposed}, {"externalId": idParts}} {
			if errs := s.Refuse(t, "create", noun, variables{"input": with(input, taken)}); !strings.HasPrefix(errs[0].At(), "DUPLICATE") {
				t.Errorf("create%s(%v) again = %+v, want DUPLICATE", noun, taken, errs)
			}
		}
		field := strings.ToLower(noun)
		want := fmt.Sprintf(`{%q:{"slug":%q,"externalId":%q}}`, field, composed, idComposed)
		for key, asked := range map[string][]string{"slug": {composed, parts}, "externalId": {idComposed, idParts}} {
			for _, value := range asked {
				query := fmt.Sprintf(`query($key: String!) { %s(by: {%s: $key}) { slug externalId } }`, field, key)
				s.WantData(t, query, variables{"key": value}, want)
			}
		}
	}
	for key, value := range map[string]string{"slug": parts, "externalId": idParts} {
		for _, more := range []string{`language: "ar"`, `publishedAsOf: "9999-01-01T00:00:00Z"`} {
			query := fmt.Sprintf(`query($key: String!) { article(by: {%s: $key}, %s) { slug } }`, key, more)
			s.WantData(t, query, variables{"key": value}, `{"article":{"slug":"`+composed+`"}}`, testserver.AsAdmin)
		}
	}
	for _, field := range []string{"articles", "topics", "officials"} {
		for condition, found := range map[string]int{`eq: $s`: 1, `in: [$s]`: 1, `startsWith: $s`: 1, `contains: $s`: 1, `ne: $s`: 0, `notIn: [$s]`: 0} {
			s.WantData(t, `query($s: String!) { `+field+`(filter: {slug: {`+condition+`}}) { totalCount } }`, variables{"s": parts}, fmt.Sprintf(`{%q:{"totalCount":%d}}`, field, found))
		}
	}
	s.WantData(t, `query($id: String!) { articles(filter: {externalId: {eq: $id}}) { totalCount } }`, variables{"id": idParts}, `{"articles":{"totalCount":1}}`)
}

func TestAFeedMeetsItsArticlesByLettersInParts(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const send = `mutation($inputs: [UpsertArticleInput!]!) { upsertArticles(inputs: $inputs) { created updated unchanged results { errors { code path } } } }`
	article := func(id string) variables { return variables{"externalId": id, "language": "ar", "title": "خبر"} }
	s.WantData(t, send, variables{"inputs": []variables{article("آ")}}, `{"upsertArticles":{"created":1,"updated":0,"unchanged":0,"results":[{"errors":[]}]}}`, testserver.AsAdmin)
	s.WantData(t, send, variables{"inputs": []variables{article("ا\u0653")}}, `{"upsertArticles":{"created":0,"updated":0,"unchanged":1,"results":[{"errors":[]}]}}`, testserver.AsAdmin)
	s.WantData(t, send, variables{"inputs": []variables{article("آ"), article("ا\u0653")}},
		`{"upsertArticles":{"created":0,"updated":0,"unchanged":1,"results":[{"errors":[]},{"errors":[{"code":"INVALID","path":["inputs","1","externalId"]}]}]}}`, testserver.AsAdmin)
}
