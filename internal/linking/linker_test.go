package linking

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// names are the names that the linkers of these tests know: entity, form, language and
// name.
const names = `
country iraq · name · ar · العراق
country iraq · name · en · Iraq
country iraq · name · fr · Irak
country iraq · demonym · ar · عراقي
country iraq · demonym · en · Iraqi
country iraq · demonym · fr · irakien
country france · name · ar · فرنسا
country france · name · en · France
country france · name · fr · France
country france · demonym · ar · فرنسي
country france · demonym · en · French
country france · demonym · fr · français
country us · name · en · United States
country us · short · en · US
country us · demonym · en · American
country britain · name · en · United Kingdom
country britain · demonym · en · British
country guinea · name · ar · غينيا الاستوائية
country guinea · demonym · ar · غيني استوائي
country saudi · name · ar · السعودية
country saudi · demonym · ar · سعودي
country oman · name · ar · عمان
country jordan · name · ar · الأردن
country mali · name · ar · مالي
country morocco · name · ar · المغرب
country qatar · name · ar · قطر
country mexico · name · en · Mexico
country chad · name · en · Chad
country monaco · name · fr · Monaco
country monaco · demonym · fr · monégasque
country portugal · name · fr · Portugal
country portugal · demonym · fr · portugais
country spain · name · fr · Espagne
country spain · demonym · fr · espagnol
official macron · name · en · Emmanuel Macron
official macron · name · ar · إيمانويل ماكرون
official kadhimi · name · ar · مصطفى الكاظمي
official kadhimi · other · ar · مصطفى عبد اللطيف
official mahdi · name · ar · عادل عبد المهدي
official leyen · name · en · Ursula von der Leyen
official trump · name · en · Donald Trump
official trump · other · en · Donald J. Trump
official trump · short · en · Trump
official french · name · en · Dawn French
official french · short · en · French
official saad · name · en · Saad Hariri
official bahia · name · en · Bahia Hariri
official omar · name · en · Omar Bek
official omar · short · en · Bek
official ali · name · en · Ali Bek
official ali · short · en · Bek
official salam · name · ar · تمام سلام
official salam · short · ar · سلام
official saleh · name · ar · برهم صالح
official saleh · short · ar · صالح
official salman · name · en · King Salman
official abdullah · name · en · Abdullah of Jordan
official lula · short · en · Lula
topic oil · name · en · oil prices
topic oil · name · ar · أسعار النفط
topic security · name · en · national security
office iraqi-pm · name · ar · رئيس وزراء العراق
office iraqi-pm · name · en · Prime Minister of Iraq
office iraqi-fm · name · ar · وزير الخارجية العراقي
office french-fm · name · ar · وزير الخارجية الفرنسي
office french-fm · name · en · Minister for Europe and Foreign Affairs of France
office french-fm · name · fr · ministre des Affaires étrangères de la France
office french-president · name · ar · رئيس فرنسا
office french-president · name · en · President of France
office french-president · name · fr · président de la France
office french-pm · name · fr · Premier ministre de la France
office iraqi-finance · name · en · Federal Minister of Finance of Iraq
office us-president · name · en · President of the United States
office us-adviser · name · en · National Security Adviser
office british-defence · name · en · Secretary of State for Defence of the United Kingdom
office british-deputy · name · en · Deputy Prime Minister of the United Kingdom
office british-pm · name · en · Prime Minister of the United Kingdom
office saudi-minister · name · ar · وزير المالية السعودي
office un-secretary · name · en · Secretary-General of the United Nations
office un-envoy · name · fr · ambassadeur auprès des Nations unies
office french-ambassador · name · fr · ambassadeur de France
`

// world returns what the linkers of these tests know, and the labels of its entities.
func world() (Knowledge, map[Entity]string) {
	kinds := map[string]Kind{"official": Official, "country": Country, "topic": Topic, "office": Office}
	forms := map[string]Form{"name": FullName, "other": OtherName, "short": ShortName, "demonym": Demonym}
	entities, labels := map[string]Entity{}, map[Entity]string{}
	k := Knowledge{Country: map[Entity]int64{}}
	for line := range strings.Lines(strings.TrimSpace(names)) {
		column := strings.Split(strings.TrimSpace(line), " · ")
		kind, label, _ := strings.Cut(column[0], " ")
		if _, known := entities[label]; !known {
			entities[label] = Entity{kinds[kind], int64(len(entities) + 1)}
			labels[entities[label]] = label
		}
		k.Names = append(k.Names, Name{entities[label], column[3], column[2], forms[column[1]]})
	}
	for label, country := range map[string]string{
		"macron": "france", "kadhimi": "iraq", "mahdi": "iraq", "trump": "us", "french": "britain",
		"iraqi-pm": "iraq", "iraqi-fm": "iraq", "french-fm": "france", "french-president": "france", "us-president": "us", "french-pm": "france", "iraqi-finance": "iraq",
		"us-adviser": "us", "british-defence": "britain", "british-deputy": "britain", "british-pm": "britain", "saudi-minister": "saudi", "french-ambassador": "france",
	} {
		k.Country[entities[label]] = entities[country].Key
	}
	k.Tenures = []Tenure{
		{entities["iraqi-pm"].Key, entities["kadhimi"].Key, 20200507, 20221027},
		{entities["iraqi-pm"].Key, entities["mahdi"].Key, 20181025, 20200507},
		{entities["british-pm"].Key, entities["saad"].Key, 20200101, 20300101},
	}
	return k, labels
}

// marked returns a text in which every suggestion is marked: ⟦surface|entity confidence⟧.
func marked(text string, suggestions []Suggestion, labels map[Entity]string) string {
	var b strings.Builder
	at := 0
	for _, s := range suggestions {
		fmt.Fprintf(&b, "%s⟦%s|%s %.2f⟧", text[at:s.Start], text[s.Start:s.End], labels[s.Entity], s.Confidence)
		at = s.End
	}
	return b.String() + text[at:]
}

var mark = regexp.MustCompile(`⟦([^|⟧]*)\|[^⟧]*⟧`)

func TestSuggestions(t *testing.T) {
	t.Parallel()
	k, labels := world()
	linkers := map[string]*Linker{"ar": NewLinker(k, "ar-IQ"), "en": NewLinker(k, "en"), "fr": NewLinker(k, "fr"), "tr": NewLinker(k, "tr")}
	for _, c := range []struct{ name, language, want string }{
		{"nothing is named", "en", "The vote was delayed."},
		{"an empty text names nothing", "en", ""},
		{"full names, aliases and short names", "en", "⟦Emmanuel Macron|macron 0.98⟧, ⟦Donald J. Trump|trump 0.95⟧ and ⟦Lula|lula 0.90⟧ spoke of ⟦oil prices|oil 0.98⟧."},
		{"diacritics and tatweel do not matter", "ar", "زار ⟦العِـراقَ|iraq 0.98⟧."},
		{"the longest match wins", "en", "⟦President of the United States|us-president 0.95⟧"},
		{"a name does not continue behind punctuation", "en", "United. States"},
		{"nor on the next line", "en", "United\nStates"},
		{"names of officials count in every language", "tr", "⟦Emmanuel Macron|macron 0.98⟧ Iraq"},

		{"prefixes are not part of the name", "ar", "و⟦فرنسا|france 0.98⟧ ل⟦لعراق|iraq 0.98⟧ وب⟦السعودية|saudi 0.98⟧"},
		{"a prefix as long as the word is none", "ar", "بل"},
		{"Arabic demonyms in every form", "ar", "⟦العراقيون|iraq 0.95⟧ و⟦عراقية|iraq 0.95⟧ ل⟦لعراقيين|iraq 0.95⟧"},
		{"all nisbas of a demonym agree", "ar", "⟦الغينية الاستوائية|guinea 0.95⟧ ⟦غينيون استوائيون|guinea 0.95⟧"},
		{"French demonyms in every form", "fr", "⟦irakiennes|iraq 0.95⟧ ⟦françaises|france 0.95⟧ ⟦espagnole|spain 0.95⟧ ⟦monégasques|monaco 0.95⟧"},
		{"English demonyms need their capital", "en", "⟦Iraqis|iraq 0.95⟧, not iraqis"},
		{"acronyms need all of theirs", "en", "The ⟦US|us 0.90⟧ and Us"},
		{"the name of a country in another name", "en", "⟦Mexico|mexico 0.98⟧ and New Mexico"},

		{"a country that is a first name before a surname", "en", "Chad Smith went to ⟦Chad|chad 0.98⟧ President Smith"},
		{"Oman, unless the text is about Jordan", "ar", "وصل إلى ⟦عمان|oman 0.98⟧"},
		{"where عمان is Amman", "ar", "وصل إلى عمان عاصمة ⟦الأردن|jordan 0.98⟧"},
		{"except when it is written otherwise", "ar", "سلطنة ⟦عمان|oman 0.98⟧ و⟦عُمان|oman 0.98⟧ و⟦الأردن|jordan 0.98⟧"},
		{"Amman with its shadda is never Oman", "ar", "وصل إلى عمّان"},
		{"the shadda behind the article means nothing", "ar", "⟦السّعودية|saudi 0.98⟧"},
		{"Mali behind a preposition", "ar", "في ⟦مالي|mali 0.98⟧"},
		{"and the adjective behind anything else", "ar", "دعم مالي"},
		{"the evening prayer is not Morocco", "ar", "صلاة المغرب في ⟦المغرب|morocco 0.98⟧"},
		{"a diameter is not Qatar", "ar", "قُطر الدائرة في ⟦قطر|qatar 0.98⟧"},

		{"a surname behind the full name", "en", "Macron. ⟦Emmanuel Macron|macron 0.98⟧ left. ⟦Macron|macron 0.90⟧ smiled."},
		{"a surname with and without its particles", "en", "⟦Ursula von der Leyen|leyen 0.98⟧ spoke. ⟦Von der Leyen|leyen 0.90⟧ left; ⟦Leyen|leyen 0.90⟧ waved."},
		{"a particle that is never left out", "ar", "⟦عادل عبد المهدي|mahdi 0.98⟧ وقال ⟦عبد المهدي|mahdi 0.90⟧ إن المهدي"},
		{"a surname that two named officials share is nobody's", "en", "⟦Saad Hariri|saad 0.98⟧ met ⟦Bahia Hariri|bahia 0.98⟧. Hariri left."},
		{"one named official of a surname", "en", "⟦Saad Hariri|saad 0.98⟧ met them. ⟦Hariri|saad 0.90⟧ left."},
		{"a word behind a royal title is no surname", "en", "⟦King Salman|salman 0.98⟧ met Salman"},
		{"nor is the country in a royal name", "en", "⟦Abdullah of Jordan|abdullah 0.98⟧ likes Jordan"},
		{"a surname needs its capital", "en", "⟦Emmanuel Macron|macron 0.98⟧ and macron"},
		{"a surname behind another first name", "en", "⟦Emmanuel Macron|macron 0.98⟧ met Brigitte Macron. Then ⟦Macron|macron 0.90⟧ left."},
		{"an Arabic surname behind another first name", "ar", "⟦مصطفى الكاظمي|kadhimi 0.98⟧ غير أحمد الكاظمي وقال ⟦الكاظمي|kadhimi 0.90⟧"},
		{"a surname behind a title of the family", "en", "⟦Emmanuel Macron|macron 0.98⟧ came with Mrs ⟦Macron|macron 0.60⟧."},
		{"a capital at the start of a sentence is no first name", "en", "⟦Emmanuel Macron|macron 0.98⟧ left. Behind ⟦Macron|macron 0.90⟧ stood nobody."},
		{"a surname in a phrase of everyday words", "ar", "دعا إلى سلام دائم وماء صالح للشرب مع ⟦سلام|salam 0.90⟧"},
		{"a word that only looks like a prefix and a name", "ar", "لصالح الجميع"},
		{"part of the name of a company", "ar", "سلام اند سون، سون اند سلام"},
		{"a first name before an unknown surname", "ar", "سلام المجهول"},

		{"a name of two things means the one the text is about", "en", "⟦Dawn French|french 0.98⟧ left. ⟦French|french 0.60⟧ smiled."},
		{"or the country when it is about neither", "en", "⟦French|france 0.55⟧ food"},
		{"or nothing when it is about both", "en", "⟦Omar Bek|omar 0.98⟧ met ⟦Ali Bek|ali 0.98⟧. Bek left."},

		{"a title with its country behind it", "ar", "قال ⟦وزير الخارجية العراقي|iraqi-fm 0.95⟧ و⟦رئيس الحكومة العراقية|iraqi-pm 0.95⟧"},
		{"for women, too", "ar", "قالت ⟦وزيرة خارجية فرنسا|french-fm 0.95⟧"},
		{"with a word between", "fr", "la ⟦présidente de la France|french-president 0.95⟧"},
		{"for women, in French", "fr", "la ⟦première ministre de la France|french-pm 0.95⟧"},
		{"with a demonym within", "fr", "la ⟦ministre française des Affaires étrangères|french-fm 0.95⟧"},
		{"with its country before it", "en", "the ⟦French foreign minister|french-fm 0.95⟧ and ⟦France's president|french-president 0.95⟧"},
		{"synonyms of a title", "en", "⟦foreign secretary of France|french-fm 0.95⟧, ⟦British defence minister|british-defence 0.95⟧, ⟦British deputy premier|british-deputy 0.95⟧, ⟦Iraqi finance minister|iraqi-finance 0.95⟧"},
		{"a title of a country that has no such office", "en", "the prime minister of ⟦Chad|chad 0.98⟧"},
		{"a title of one word needs its country", "en", "The president of ⟦Emmanuel Macron|macron 0.98⟧'s party"},
		{"an office without a country", "en", "The ⟦Secretary-General of the United Nations|un-secretary 0.95⟧ spoke."},
		{"an office without a country, for a woman", "fr", "l'⟦ambassadrice auprès des Nations unies|un-envoy 0.95⟧"},
		{"a title with an Arabic adjective of its country", "ar", "⟦وزير المالية السعودي|saudi-minister 0.95⟧ و⟦وزير مالية السعودية|saudi-minister 0.95⟧"},

		{"a title beside who holds it", "ar", "⟦رئيس الوزراء|iraqi-pm 0.90⟧ ⟦مصطفى الكاظمي|kadhimi 0.98⟧"},
		{"a title behind who holds it", "ar", "⟦مصطفى الكاظمي|kadhimi 0.98⟧ ⟦رئيس الوزراء|iraqi-pm 0.90⟧"},
		{"with a word between", "en", "The ⟦prime minister|british-pm 0.90⟧, Mr ⟦Saad Hariri|saad 0.98⟧"},
		{"beside somebody of a country with the office", "ar", "⟦رئيس الوزراء|iraqi-pm 0.75⟧ ⟦عادل عبد المهدي|mahdi 0.98⟧"},
		{"somebody in another clause is not beside it", "en", "The prime minister; ⟦Saad Hariri|saad 0.98⟧"},
		{"a title in a text about one country", "en", "In ⟦Iraq|iraq 0.98⟧, the ⟦prime minister|iraqi-pm 0.75⟧ resigned."},
		{"a title in a text about two countries", "en", "In ⟦Iraq|iraq 0.98⟧ and the ⟦United Kingdom|britain 0.98⟧, the prime minister resigned."},
		{"the longest of titles without a country", "en", "In the ⟦United Kingdom|britain 0.98⟧, the ⟦deputy prime minister|british-deputy 0.75⟧ met the ⟦prime minister|british-pm 0.75⟧."},
		{"an office whose full name has no country", "en", "The ⟦National Security Adviser|us-adviser 0.75⟧ left."},
		{"a topic within a title gives way to it", "en", "The ⟦national security adviser|us-adviser 0.75⟧ spoke of ⟦national security|security 0.98⟧."},
	} {
		t.Run(c.language+": "+c.name, func(t *testing.T) {
			t.Parallel()
			text := mark.ReplaceAllString(c.want, "$1")
			if got := marked(text, linkers[c.language].Suggestions(text, 20211126), labels); got != c.want {
				t.Errorf("suggestions in\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Whoever held the office on the day of the text is meant for certain.
func TestSuggestionsDependOnTheDay(t *testing.T) {
	t.Parallel()
	k, labels := world()
	linker := NewLinker(k, "ar")
	const text = "رئيس الوزراء مصطفى الكاظمي"
	for _, c := range []struct {
		name string
		day  int64
		want string
	}{
		{"the day before the tenure", 20200506, "⟦رئيس الوزراء|iraqi-pm 0.75⟧ ⟦مصطفى الكاظمي|kadhimi 0.98⟧"},
		{"its first day", 20200507, "⟦رئيس الوزراء|iraqi-pm 0.90⟧ ⟦مصطفى الكاظمي|kadhimi 0.98⟧"},
		{"its last day", 20221026, "⟦رئيس الوزراء|iraqi-pm 0.90⟧ ⟦مصطفى الكاظمي|kadhimi 0.98⟧"},
		{"the day it ended", 20221027, "⟦رئيس الوزراء|iraqi-pm 0.75⟧ ⟦مصطفى الكاظمي|kadhimi 0.98⟧"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := marked(text, linker.Suggestions(text, c.day), labels); got != c.want {
				t.Errorf("suggestions on %d in\n%s\nwant\n%s", c.day, got, c.want)
			}
		})
	}
}

func TestSuggestionsTellTheirMethod(t *testing.T) {
	t.Parallel()
	k, _ := world()
	linker := NewLinker(k, "en")
	for text, want := range map[string]Method{"Iraq": ByName, "Donald J. Trump": ByAlias, "Trump": ByShortName, "Iraqis": ByDemonym, "prime minister of Iraq": ByOffice} {
		if got := linker.Suggestions(text, 20211126); len(got) != 1 || got[0].Method != want {
			t.Errorf("Suggestions(%q) = %+v, want one by method %d", text, got, want)
		}
	}
}

func TestSuggestionsAreTheFirst(t *testing.T) {
	t.Parallel()
	k, _ := world()
	text := strings.Repeat("Iraq ", maxSuggestions+1)
	got := NewLinker(k, "en").Suggestions(text, 20211126)
	if len(got) != maxSuggestions || got[len(got)-1].End != len(text)-len(" Iraq ") {
		t.Errorf("%d suggestions, the last %+v, want the first %d", len(got), got[len(got)-1], maxSuggestions)
	}
}
