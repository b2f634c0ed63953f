package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	utf16lib "unicode/utf16"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// mentioning is an article with its mentions.
type mentioning struct {
	ID        string
	Version   int
	Link      string
	Body      string
	Officials []struct{ Slug string }
	Countries []struct{ Code string }
	Topics    []struct{ Slug string }
	Mentions  []struct {
		Surface, Method, Status string
		Start, End              int
		Confidence              float64
		Entity                  struct{ ID, Slug, Code string }
	}
}

const mentioningFields = `id version link body(format: TEXT) officials { slug } countries { code } topics { slug }
	mentions { surface method status start end confidence entity { ... on Official { id slug } ... on Country { id code } ... on Topic { id slug } ... on Office { id slug } } }`

// said returns the mentions as "status method surface entity".
func (m mentioning) said() []string {
	list := []string{}
	for _, one := range m.Mentions {
		list = append(list, strings.Join([]string{one.Status, one.Method, one.Surface, one.Entity.Slug + one.Entity.Code}, " "))
	}
	return list
}

// tags returns all tags of the article.
func (m mentioning) tags() string { return fmt.Sprint(m.Officials, m.Countries, m.Topics) }

// linked is a newsroom with names for texts to mention.
type linked struct {
	*testserver.Server
	minister, office string
}

func startLinked(t *testing.T) linked {
	t.Helper()
	s := testserver.Start(t)
	l := linked{Server: s}
	france := s.CountryID(t, "FR")
	l.minister = s.Create(t, "Official", variables{"slug": "le-drian", "names": testserver.Names("ar", "جان إيف لودريان", "fr", "Jean-Yves Le Drian"), "country": france}).ID
	l.office = s.Create(t, "Office", variables{"slug": "foreign-minister", "titles": testserver.Names("ar", "وزير الخارجية", "en", "Foreign Minister of France"), "kind": "MINISTER", "country": france}).ID
	s.Create(t, "Tenure", variables{"official": l.minister, "office": l.office, "startedOn": "2017-05-17", "endedOn": "2022-05-20"})
	s.Create(t, "Topic", variables{"slug": "oil", "names": testserver.Names("ar", "النفط", "en", "Oil")})
	return l
}

// mutate sends a mutation of an article, and returns the article or the errors.
func (l linked) mutate(t testing.TB, mutation string, vars variables) (mentioning, []testserver.PayloadError) {
	t.Helper()
	answer := testserver.Ask[struct {
		Payload struct {
			Article *mentioning
			Errors  []testserver.PayloadError
		}
	}](t, l.Server, mutation+` { article { `+mentioningFields+` } errors { __typename code message path } } }`, vars, testserver.AsAdmin)
	if answer.Payload.Article == nil {
		return mentioning{}, answer.Payload.Errors
	}
	return *answer.Payload.Article, nil
}

func (l linked) compose(t testing.TB, input variables) mentioning {
	t.Helper()
	all := variables{"language": "ar", "title": "عنوان", "publish": true}
	for name, value := range input {
		all[name] = value
	}
	a, errs := l.mutate(t, `mutation($input: CreateArticleInput!) { payload: createArticle(input: $input)`, variables{"input": all})
	if errs != nil {
		t.Fatalf("createArticle = %+v", errs)
	}
	return a
}

func (l linked) update(t testing.TB, id string, input variables) mentioning {
	t.Helper()
	a, errs := l.mutate(t, `mutation($id: ID!, $input: UpdateArticleInput!) { payload: updateArticle(id: $id, input: $input)`, variables{"id": id, "input": input})
	if errs != nil {
		t.Fatalf("updateArticle = %+v", errs)
	}
	return a
}

// place is a stretch of an article's text, and the entity that it mentions.
type place struct {
	article    string
	start, end int
	entity     string
}

// judge confirms or rejects a mention.
func (l linked) judge(t testing.TB, verb string, at place) (mentioning, []testserver.PayloadError) {
	t.Helper()
	return l.mutate(t, `mutation($article: ID!, $start: Int!, $end: Int!, $entity: ID!) { payload: `+verb+`Mention(article: $article, start: $start, end: $end, entity: $entity)`,
		variables{"article": at.article, "start": at.start, "end": at.end, "entity": at.entity})
}

const frenchText = "استقبل العراقيون **وزيرَ** الخارجيّة الفرنسي جان إيف لودريان 😀، وقال لودريان إن النفط…"

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s = %q\nwant %q", what, got, want)
	}
}

func TestMentionsAreSuggested(t *testing.T) {
	t.Parallel()
	l := startLinked(t)
	a := l.compose(t, variables{"body": frenchText})
	same(t, "mentions", a.said(), []string{
		"SUGGESTED DEMONYM العراقيون IQ", "SUGGESTED OFFICE_AT_DATE وزيرَ الخارجيّة الفرنسي foreign-minister",
		"SUGGESTED NAME جان إيف لودريان le-drian", "SUGGESTED SHORT_NAME لودريان le-drian", "SUGGESTED NAME النفط oil",
	})
	if a.Link != "SUGGEST" || a.tags() != "[] [] []" {
		t.Errorf("link = %s, tags = %s, want suggestions and no tags", a.Link, a.tags())
	}
	// start and end count UTF-16 code units, as JavaScript does.
	units := utf16(a.Body)
	for _, m := range a.Mentions {
		if got := units.slice(m.Start, m.End); got != m.Surface {
			t.Errorf("%d to %d is %q, want %q", m.Start, m.End, got, m.Surface)
		}
	}
	if off := l.compose(t, variables{"body": frenchText, "link": "OFF"}); len(off.Mentions) != 0 || off.Link != "OFF" {
		t.Errorf("mentions with link OFF = %q, want none", off.said())
	}
	// A name that is added later is found in texts that were written before.
	l.Create(t, "Topic", variables{"slug": "visits", "names": testserver.Names("ar", "استقبل")})
	if again := l.update(t, a.ID, variables{}); len(again.said()) != 6 || again.Version != a.Version {
		t.Errorf("after a new name, mentions = %q, version = %d", again.said(), again.Version)
	}
}

func TestLinkAutoConfirmsWhatIsCertain(t *testing.T) {
	t.Parallel()
	l := startLinked(t)
	a := l.compose(t, variables{"body": frenchText, "link": "AUTO", "topics": []string{}})
	for _, m := range a.Mentions {
		if want := m.Confidence >= 0.9; want != (m.Status == "CONFIRMED") {
			t.Errorf("%+v, want it confirmed if and only if it is certain", m)
		}
	}
	if a.tags() != "[{le-drian}] [{IQ}] [{oil}]" || a.Version != 1 {
		t.Errorf("tags = %s, version = %d, want the entities that the text names", a.tags(), a.Version)
	}
	roles := testserver.Ask[struct {
		Node struct{ Appearances []struct{ Role string } }
	}](t, l.Server, `query($id: ID!) { node(id: $id) { ... on Article { appearances { role } } } }`, variables{"id": a.ID})
	if fmt.Sprint(roles.Node.Appearances) != "[{MENTIONED}]" {
		t.Errorf("appearances = %v, want MENTIONED", roles.Node.Appearances)
	}
	if again := l.update(t, a.ID, variables{"title": "آخر"}); !slices.Equal(again.said(), a.said()) || again.tags() != a.tags() {
		t.Errorf("after a change of the title, mentions = %q, tags = %s", again.said(), again.tags())
	}
	more := l.update(t, a.ID, variables{"body": frenchText + " وقالت فرنسا"})
	if last := more.said()[len(more.said())-1]; last != "CONFIRMED NAME فرنسا FR" || more.tags() != "[{le-drian}] [{IQ} {FR}] [{oil}]" {
		t.Errorf("after a change of the body, mentions = %q, tags = %s", last, more.tags())
	}
}

func TestEditorsDecideMentions(t *testing.T) {
	t.Parallel()
	l := startLinked(t)
	a := l.compose(t, variables{"body": frenchText})
	name := a.Mentions[2]
	confirmed, errs := l.judge(t, "confirm", place{a.ID, name.Start, name.End, name.Entity.ID})
	if errs != nil || confirmed.Mentions[2].Status != "CONFIRMED" || confirmed.Mentions[2].Method != "NAME" || confirmed.tags() != "[{le-drian}] [] []" || confirmed.Version != 2 {
		t.Fatalf("confirmed = %+v, %+v", confirmed, errs)
	}
	if again, _ := l.judge(t, "confirm", place{a.ID, name.Start, name.End, name.Entity.ID}); again.Version != 2 {
		t.Errorf("confirming twice = version %d, want 2", again.Version)
	}
	oil := a.Mentions[4]
	rejected, errs := l.judge(t, "reject", place{a.ID, oil.Start, oil.End, oil.Entity.ID})
	if errs != nil || rejected.Mentions[4].Status != "REJECTED" || rejected.Version != 3 {
		t.Fatalf("rejected = %+v, %+v", rejected, errs)
	}
	want := []string{"REJECTED NAME النفط oil", "CONFIRMED NAME جان إيف لودريان le-drian"}
	decided := func(m mentioning) []string {
		return slices.DeleteFunc(m.said(), func(s string) bool { return strings.HasPrefix(s, "SUGGESTED") })
	}
	slices.Reverse(want)
	moved := l.update(t, a.ID, variables{"body": "بداية جديدة.\n\n" + frenchText + "\n\nنهاية"})
	same(t, "after text before and behind", decided(moved), want)
	units := utf16(moved.Body)
	for _, m := range moved.Mentions {
		if got := units.slice(m.Start, m.End); got != m.Surface {
			t.Errorf("%d to %d is %q, want %q", m.Start, m.End, got, m.Surface)
		}
	}
	gone := l.update(t, a.ID, variables{"body": "لا شيء هنا"})
	same(t, "after the text is gone", gone.said(), []string{})
	back := l.update(t, a.ID, variables{"body": "عاد النفط وعاد جان إيف لودريان"})
	same(t, "after it came back", back.said(), []string{"SUGGESTED NAME جان إيف لودريان le-drian"})

	manual, errs := l.judge(t, "confirm", place{a.ID, 0, 3, l.office})
	if errs != nil || manual.said()[0] != "CONFIRMED MANUAL عاد foreign-minister" {
		t.Errorf("a mention confirmed by hand = %q, %+v", manual.said(), errs)
	}
	for _, c := range []struct {
		verb       string
		start, end int
		entity     string
		want       string
	}{
		{"confirm", 0, 1000, l.office, "INVALID start"},
		{"confirm", 5, 5, l.office, "INVALID start"},
		{"reject", -1, 3, l.office, "INVALID start"},
		{"confirm", 1, 3, l.minister, "INVALID start"}, // overlaps a confirmed mention
		{"confirm", 4, 9, a.ID, "INVALID entity"},
	} {
		if _, errs := l.judge(t, c.verb, place{a.ID, c.start, c.end, c.entity}); len(errs) != 1 || errs[0].At() != c.want {
			t.Errorf("%sMention(%d, %d) = %+v, want %s", c.verb, c.start, c.end, errs, c.want)
		}
	}
	if _, errs := l.judge(t, "confirm", place{l.minister, 0, 1, l.minister}); len(errs) != 1 || errs[0].Path[0] != "article" {
		t.Errorf("confirmMention in an official = %+v, want an error at article", errs)
	}
	// Half of a surrogate pair is not a part of a text.
	emoji := l.compose(t, variables{"body": "😀"})
	if _, errs := l.judge(t, "confirm", place{emoji.ID, 0, 1, l.minister}); len(errs) != 1 || errs[0].At() != "INVALID start" {
		t.Errorf("confirmMention of half a surrogate pair = %+v, want INVALID start", errs)
	}
}

// The office that a title names depends on the day of the text and on the words around it.
func TestOfficesAreLinkedByTheDate(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	for _, c := range []struct{ language, on, text, want, holder string }{
		{"ar", "2020-07-16", "وصل وزير الخارجية الفرنسي إلى بغداد.", "foreign-minister-of-france", "jean-yves-le-drian"},
		{"ar", "2022-09-01", "وصلت وزيرة الخارجية الفرنسية إلى بغداد.", "foreign-minister-of-france", "catherine-colonna"},
		{"ar", "2020-07-16", "وقال وزير خارجية فرنسا.", "foreign-minister-of-france", "jean-yves-le-drian"},
		{"en", "2020-07-16", "The French foreign minister arrived.", "foreign-minister-of-france", "jean-yves-le-drian"},
		{"en", "2020-07-16", "France’s foreign minister arrived.", "foreign-minister-of-france", "jean-yves-le-drian"},
		{"en", "2020-07-16", "The minister of foreign affairs of France arrived.", "foreign-minister-of-france", "jean-yves-le-drian"},
		{"fr", "2020-07-16", "Le ministre français des Affaires étrangères est arrivé.", "foreign-minister-of-france", "jean-yves-le-drian"},
		{"ar", "2020-09-03", "التقى ماكرون وزير الخارجية فؤاد حسين.", "foreign-minister-of-iraq", "fuad-hussein"},
		{"en", "2020-09-03", "The president spoke.", "", ""},
		{"en", "2020-09-03", "The Italian foreign minister spoke.", "", ""},
	} {
		answer := testserver.Ask[struct {
			AnalyzeText struct {
				Mentions []struct {
					Entity struct {
						Kind, Slug string
						Holder     *struct{ Slug string }
					}
				}
			}
		}](t, s, `query($text: String!, $language: Language!, $on: Date) { analyzeText(text: $text, language: $language, on: $on) {
			mentions { entity { kind: __typename ... on Office { slug holder(on: $on) { slug } } } }
		} }`, variables{"text": c.text, "language": c.language, "on": c.on})
		office, holder := "", ""
		for _, m := range answer.AnalyzeText.Mentions {
			if m.Entity.Kind == "Office" {
				office = m.Entity.Slug
				if m.Entity.Holder != nil {
					holder = m.Entity.Holder.Slug
				}
			}
		}
		if office != c.want || holder != c.holder {
			t.Errorf("%s on %s names %q, held by %q, want %q and %q", c.text, c.on, office, holder, c.want, c.holder)
		}
	}
}

// units is a text as UTF-16 code units.
type units []uint16

func utf16(s string) units { return utf16lib.Encode([]rune(s)) }

func (u units) slice(start, end int) string { return string(utf16lib.Decode(u[start:end])) }

// A decision stays with its words. It applies neither to another place with a decision of
// its own, nor to a longer word that contains them.
func TestDecisionsFollowTheirWords(t *testing.T) {
	t.Parallel()
	l := startLinked(t)
	iraq := l.CountryID(t, "IQ")
	a := l.compose(t, variables{"body": "فرنسا ثم فرنسا"})
	france := a.Mentions[0].Entity.ID
	for _, judge := range []struct {
		verb       string
		start, end int
	}{{"reject", 0, 5}, {"confirm", 9, 14}} {
		if _, errs := l.judge(t, judge.verb, place{a.ID, judge.start, judge.end, france}); errs != nil {
			t.Fatal(errs)
		}
	}
	cut := l.update(t, a.ID, variables{"body": "ثم فرنسا"})
	same(t, "after the rejected one is cut out", cut.said(), []string{"CONFIRMED NAME فرنسا FR"})

	b := l.compose(t, variables{"language": "en", "body": "Oil is up."})
	if _, errs := l.judge(t, "confirm", place{b.ID, 0, 3, b.Mentions[0].Entity.ID}); errs != nil {
		t.Fatal(errs)
	}
	same(t, "within another word", l.update(t, b.ID, variables{"body": "The Oilers won."}).said(), []string{})

	c := l.compose(t, variables{"body": "العراق ثم العراق"})
	if _, errs := l.judge(t, "reject", place{c.ID, 0, 6, iraq}); errs != nil {
		t.Fatal(errs)
	}
	auto := l.update(t, c.ID, variables{"link": "AUTO", "body": "العراق ثم العراق ثم العراق"})
	same(t, "AUTO after a rejection", auto.said(), []string{"REJECTED NAME العراق IQ"})
	if auto.tags() != "[] [] []" {
		t.Errorf("tags = %s, want none of the rejected mentions", auto.tags())
	}
}

// Words that look like the name of a country or of an official may mean something else.
func TestNamesOfOthersAreNotLinked(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	for _, c := range []struct{ language, text, want string }{
		{"en", "He flew from New Mexico to Mexico.", "Mexico"},
		{"fr", "Du Nouveau-Mexique au Mexique.", "Mexique"},
		{"ar", "التقى الملك في عمان، عاصمة الأردن.", "الأردن"},
		{"ar", "زار سلطنة عُمان.", "عُمان"},
		{"ar", "سفن في خليج عمان قبالة إيران.", "إيران"},
		{"ar", "أصرّ وهو مصرّ عليه في مصر.", "مصر"},
		{"en", "They asked us about the US.", "US"},
	} {
		found := marked{file: c.text, language: c.language, on: "2021-01-01", text: c.text}.found(t, s)
		if len(found) != 1 || !strings.Contains(found[0], " "+c.want+" ") {
			t.Errorf("%s names %q, want %s alone", c.text, found, c.want)
		}
	}
	wife := marked{file: "wife", language: "en", on: "2021-01-01", text: "Emmanuel Macron came. Mrs Macron left."}
	answer := testserver.Ask[struct {
		AnalyzeText struct {
			Mentions []struct{ Confidence float64 }
		}
	}](t, s, `query($text: String!) { analyzeText(text: $text, language: "en") { mentions { confidence } } }`, variables{"text": wife.text})
	if m := answer.AnalyzeText.Mentions; len(m) != 2 || m[1].Confidence >= 0.9 {
		t.Errorf("Mrs Macron = %+v, want a confidence below 1", m)
	}
}

// A short name of two officials is linked to the one whose country the text names, with
// less confidence. If the text names both countries or neither, it is not linked.
func TestAmbiguousShortNamesAreLinkedByCountry(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, o := range []struct{ slug, first, country string }{{"selim", "Selim", "TR"}, {"karim", "Karim", "LB"}} {
		s.Create(t, "Official", variables{
			"slug": o.slug, "names": testserver.Names("en", o.first+" Haddad"), "country": s.CountryID(t, o.country),
			"aliases": []variables{{"text": "Haddad", "language": "en", "kind": "SHORT_NAME"}},
		})
	}
	for _, c := range []struct{ text, want string }{
		{"In Lebanon, Haddad spoke.", "official:karim"},
		{"In Turkey, Haddad spoke.", "official:selim"},
		{"Karim Haddad came. Then Haddad left.", "official:karim"},
		{"In Lebanon and Turkey, Haddad spoke.", ""},
		{"Then Haddad spoke.", ""},
	} {
		answer := testserver.Ask[struct {
			AnalyzeText struct {
				Mentions []struct {
					Surface    string
					Confidence float64
					Entity     struct{ Slug string }
				}
			}
		}](t, s, `query($text: String!) { analyzeText(text: $text, language: "en") { mentions { surface confidence entity { ... on Official { slug } } } } }`, variables{"text": c.text})
		found := ""
		for _, m := range answer.AnalyzeText.Mentions {
			if m.Surface == "Haddad" {
				found = "official:" + m.Entity.Slug
				if m.Confidence >= 0.9 {
					t.Errorf("%s: %+v, want a confidence below 1", c.text, m)
				}
			}
		}
		if found != c.want {
			t.Errorf("%s: Haddad = %q, want %q", c.text, found, c.want)
		}
	}
}
