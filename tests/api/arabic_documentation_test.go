package api

import (
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// The schema documents itself in the language of the request, in Arabic or in English.
func TestDocumentationIsInArabicToo(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const topic, inArabic = "The topic with this key. Null if there is none.", "الموضوع ذو هذا المفتاح. القيمة null إن لم يوجد."
	const query = `query { ...Root topic(by: {slug: "none"}) { slug } }
		fragment Root on Query { root: __type(name: "Query") { name fields { name about: description } } }`
	for accepted, want := range map[string]string{
		"ar": inArabic, "ar-EG-u-nu-latn": inArabic, "fr, ar;q=0.5": inArabic,
		"en": topic, "": topic, "fr": topic, "en, ar;q=0.9": topic, "en-GB, arz;q=0.9": topic, "arn": topic, "arc": topic,
		"arz": inArabic, "arz-EG": inArabic, "ary_MA": inArabic, "apc-SY, en": inArabic, "acm": inArabic, "arb-Arab": inArabic, "fa, ajp;q=0.1": inArabic,
	} {
		var headers []header
		if accepted != "" {
			headers = append(headers, header{"Accept-Language", accepted})
		}
		data := testserver.Ask[struct {
			Root struct {
				Name   string
				Fields []struct{ Name, About string }
			}
			Topic *struct{}
		}](t, s, query, nil, headers...)
		if data.Root.Name != "Query" || data.Topic != nil {
			t.Errorf("answer = %+v, want the type Query and no topic", data)
		}
		for _, field := range data.Root.Fields {
			if field.Name == "topic" && field.About != want {
				t.Errorf("description for %q = %q, want %q", accepted, field.About, want)
			}
		}
	}
}

// What a newsroom wrote is not a description, whatever it says.
func TestContentIsNotTranslated(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	const text = "The topic with this key. Null if there is none."
	s.Create(t, "Topic", variables{"slug": "t", "names": testserver.Names("en", text)})
	s.WantData(t, `{ __schema { queryType { name } } topic(by: {slug: "t"}) { name } }`, nil,
		`{"__schema":{"queryType":{"name":"Query"}},"topic":{"name":"`+text+`"}}`, header{"Accept-Language", "ar"})
}
