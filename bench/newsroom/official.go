package newsroom

import (
	"fmt"
	"strings"
)

// Office is an office of a country.
type Office struct {
	Slug, Kind string
	Titles     Names
	Country    int // its index
	SingleSeat bool
}

// Official is a person who holds one office now and held another before.
type Official struct {
	Slug    string
	Names   Names
	Country int // its index
	Now     Tenure
	Before  Tenure
}

// Tenure is an office held from one day until another, "" for today.
type Tenure struct {
	Office             int // its index
	StartedOn, EndedOn string
}

// The offices of every country: kind, Arabic, English, French. Many may sit in the
// last one at the same time.
const officeKinds = `HEAD_OF_STATE|رئيس الدولة|Head of State|Chef de l'État
HEAD_OF_GOVERNMENT|رئيس الحكومة|Prime Minister|Premier ministre
MINISTER|وزير الخارجية|Minister of Foreign Affairs|Ministre des Affaires étrangères
MINISTER|وزير المالية|Minister of Finance|Ministre des Finances
MINISTER|وزير الداخلية|Minister of the Interior|Ministre de l'Intérieur
MINISTER|وزير الدفاع|Minister of Defence|Ministre de la Défense
MINISTER|وزير النفط|Minister of Oil|Ministre du Pétrole
MINISTER|وزير الصحة|Minister of Health|Ministre de la Santé
MINISTER|وزير التربية|Minister of Education|Ministre de l'Éducation
DIPLOMAT|المندوب لدى الأمم المتحدة|Envoy to the United Nations|Représentant auprès des Nations unies
LEGISLATOR|عضو البرلمان|Member of Parliament|Membre du Parlement`

// officesEach is how many offices each country has: the lines above.
const officesEach = 11

func offices(countries []Country) []Office {
	var all []Office
	for index, c := range countries {
		for line := range strings.Lines(officeKinds) {
			part := strings.Split(strings.TrimSpace(line), "|")
			all = append(all, Office{
				Slug: slug(part[2] + " " + c.Code), Kind: part[0], Country: index, SingleSeat: part[0] != "LEGISLATOR",
				Titles: Names{part[1] + " في " + c.Names.Arabic, part[2] + ", " + c.Names.English, part[3] + " (" + c.Names.French + ")"},
			})
		}
	}
	return all
}

// Parts of people's names: Arabic, English, French.
const (
	givenNames = `أحمد Ahmad Ahmed|خالد Khalid Khaled|سامي Sami Samy|يوسف Yusuf Youssef|عمر Omar Omar|حسن Hassan Hassan|كريم Karim Karim
نبيل Nabil Nabil|فارس Faris Farès|جمال Jamal Djamel|ليلى Layla Leïla|مريم Maryam Mariam|سلمى Salma Salma|هدى Huda Houda|نادية Nadia Nadia
رانيا Rania Rania|بول Paul Paul|آنا Anna Anna|ماريا Maria Maria|جون John John|بيتر Peter Pierre|لوكاس Lucas Lucas|صوفي Sophie Sophie
إيفان Ivan Ivan|توماس Thomas Thomas`
	familyNames = `الحداد Haddad Haddad|النجار Najjar Nadjar|الخطيب Khatib Khatib|العلي Ali Aly|المنصور Mansour Mansour|الشامي Shami Chami
البغدادي Baghdadi Baghdadi|القاضي Qadi Cadi|السعيد Saeed Saïd|الفارسي Farsi Farsi|دوبوا Dubois Dubois|مارتن Martin Martin|سميث Smith Smith
ميلر Miller Muller|روسي Rossi Rossi|سيلفا Silva Silva|كوفالسكي Kowalski Kowalski|بتروف Petrov Petrov|تاناكا Tanaka Tanaka|أوكافور Okafor Okafor`
)

func nameList(text string) []Names {
	var names []Names
	for _, name := range strings.FieldsFunc(text, func(c rune) bool { return c == '|' || c == '\n' }) {
		word := strings.Fields(name)
		names = append(names, Names{word[0], word[1], word[2]})
	}
	return names
}

// officials go round the countries. The first ones of a country hold its offices
// with one seat, the others sit in parliament, where all of them began.
func officials(countries []Country, n int) []Official {
	given, family := nameList(givenNames), nameList(familyNames)
	all := make([]Official, n)
	for k := range all {
		first, last := given[k%len(given)], family[k/len(given)%len(family)]
		father := given[(k+1+k/(len(given)*len(family)))%len(given)]
		country := k % len(countries)
		parliament := (country+1)*officesEach - 1
		start := fmt.Sprintf("%d-%02d-%02d", 2012+k%10, 1+k%12, 1+k%28)
		all[k] = Official{
			Names: Names{
				first.Arabic + " " + father.Arabic + " " + last.Arabic,
				first.English + " " + father.English + " " + last.English,
				first.French + " " + father.French + " " + last.French,
			},
			Country: country,
			Now:     Tenure{min(country*officesEach+k/len(countries), parliament), start, ""},
			Before:  Tenure{parliament, "2008-03", start},
		}
		all[k].Slug = slug(all[k].Names.English)
	}
	return all
}
