package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// givenNames are folded first names: what stands before a surname and makes it
// somebody's. Some are names of countries, too.
var givenNames = sync.OnceValue(func() map[string]bool {
	return folded(`
		محمد أحمد علي حسن حسين عمار عمر عثمان خالد سعد سعيد يوسف إبراهيم إسماعيل إسحاق موسى عيسى مصطفى محمود حامد ماجد ناصر نصر فؤاد فهد فيصل
		عادل كمال جمال جلال طارق وليد زياد سامي سمير كريم رامي هاني هشام أيمن أمين أنور أسامة بسام بشار باسل باسم ياسر ياسين زين زيد رضا مهدي هادي صادق جعفر باقر كاظم
		حيدر عباس سجاد مرتضى ليث مازن نوري نزار نبيل نجيب رياض رشيد راشد سليم سليمان سلمان داود جورج ميشال ميشيل بيار جبران إيلي طوني أنطوان
		فاطمة زينب مريم خديجة عائشة سارة هدى نور ليلى سميرة نادية رنا ريم دينا منى سعاد زهراء آمنة بريجيت بريجيت جاك فرنسوا نيكولا توني ديفيد جيمس
		صدام بابكر أكرم إياد إيهاب بدر بلال بهاء تامر توفيق ثامر جابر جاسم جاسر جواد حاتم حازم حبيب حسام حمد حمدان حمدي خلف خليل خميس داود ربيع رائد رافع راغب رشاد رعد رفيق زكريا
		زهير سالم ستار سجى سلام سهيل سيف شادي شاكر شريف شوقي صباح صبري صفاء صلاح ضياء طالب طه ظافر عارف عاصم عامر عبود عدنان عزت عزيز عصام عقيل علاء عماد عمرو عوض غازي غسان فاروق فاضل فائق
		فتحي فراس فوزي قاسم قصي قيس لطفي لؤي مالك مأمون مبارك مثنى محسن مراد مروان مسعود مشعل معاذ معتز ممدوح منصور منذر مهند ميثم نادر ناجي نايف نعيم نواف هارون همام هيثم وائل وسام ياسمين يزن يحيى
		أسماء إيمان بشرى جميلة حنان رانيا رباب رغد سلمى سمر سوسن شيماء صباح عبير غادة لبنى لمى مروة منال نجلاء نرمين نورا هالة هند وفاء
		جون جورج جاك جان بول بيتر روبرت ريتشارد مايكل ستيفن توماس ويليام هنري تشارلز إدوارد فرانك هانز كارل ماريا ماري آنا إيلينا كاترين صوفي جوليا لورا نيكول جيل ميلاني هانتر جيسون إريك كيفن براين كريس مارك لوك أندرو بيير لوران فيليب أوليفييه
		chad jordan maurice georgia dominique`)
})

// titleWord reports whether a folded word before a surname is no first name though
// it has a capital.
func titleWord(folded string) bool { return titleWords()[folded] }

var titleWords = sync.OnceValue(func() map[string]bool {
	return folded(`
		president presidente minister ministre prime premier premiere chancellor chancelier chanceliere secretary secretaire king queen roi reine prince princess emir sheikh cheikh
		mr mrs ms m mme dr sir lord lady general colonel ambassador ambassadeur ambassadrice senator senateur speaker pope pape ayatollah sayyid
		monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche
		january february march april may june july august september october november december
		janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
		ملك الملك أمير الأمير شيخ الشيخ سيد السيد سلطان السلطان امام الامام البابا
		foreign defence defense finance interior but and if when while as for mais et si quand pour selon`)
})

// familyTitle reports whether a folded word before a surname may mean another of
// the family.
func familyTitle(folded string) bool {
	switch folded {
	case "mrs", "mme", "madame", "lady", "widow", "veuve", "السيده", "عقيله", "زوجه", "حرم", "قرينه", "ارمله":
		return true
	}
	return false
}

// notNames are phrases in which the name of a country is none, each on a line.
const notNames = `
New Mexico
New Jersey
Northern Ireland
South China Sea
East China Sea
Guinea pig
Guinea pigs
Gulf of Oman
Gulf of Guinea
Indian Ocean
Latin America
Latin American
South America
South American
North America
North American
Central America
Central American
American football
Atlanta Georgia
Nouveau Mexique
Irlande du Nord
mer de Chine
golfe d'Oman
golfe de Guinée
océan Indien
Amérique latine
Amérique du Sud
Amérique du Nord
Amérique centrale
cochon d'Inde
أيرلندا الشمالية
إيرلندا الشمالية
نيو مكسيكو
بحر الصين الجنوبي
بحر الصين الشرقي
خليج عمان
بحر عمان
خليج غينيا
المحيط الهندي
المغرب العربي
الإمبراطورية الرومانية
القانون الروماني
العصر الروماني
أمريكا اللاتينية
أمريكا الجنوبية
أمريكا الشمالية
أمريكا الوسطى
أميركا اللاتينية
أميركا الجنوبية
أميركا الشمالية
أميركا الوسطى
`

// commonWord reports whether a folded word is an Arabic word in itself, though a
// name is left of it without its first letters.
func commonWord(word string) bool {
	switch word {
	case "لصالح", "ولصالح", "بصالح", "وتراس", "فتراس", "بسلام", "بعون", "لعون":
		return true
	}
	return false
}

// commonPair reports whether two folded words are an Arabic phrase in which the
// first is no name.
func commonPair(word, next string) bool {
	switch word {
	case "سلام":
		return next == "دايم" || next == "عادل" || next == "شامل" || next == "داخلي"
	case "ماس":
		return next == "كهربايي"
	case "صالح":
		return next == "للشرب" || next == "للاستخدام"
	}
	return false
}

// doubled reports whether a letter of an Arabic word is doubled that is not the
// first behind the article, where grammar doubles it.
func doubled(written string) bool {
	const shadda = '\u0651'
	if !strings.ContainsRune(written, shadda) {
		return false
	}
	var last, before, article rune // the letters before a mark, the last last
	for _, r := range written {
		switch {
		case r == shadda:
			if before != 'ل' || article != 'ا' && article != 'ل' && article != 'ٱ' {
				return true
			}
		case unicode.IsLetter(r):
			last, before, article = r, last, before
		}
	}
	return false
}

// otherSense reports whether the name of a country stands for something else.
func (c *scan) otherSense(m match) bool {
	if m.first != m.last {
		return false
	}
	w := c.words[m.first]
	if doubled(c.text[w.Start:w.End]) { // عمّان is no عُمان, and مصرّ no مصر
		return true
	}
	before, after := "", ""
	if m.first > 0 && c.together(m.first-1) {
		before = c.words[m.first-1].Folded
	}
	next := Word{}
	if m.last+1 < len(c.words) && c.together(m.last) {
		next = c.words[m.last+1]
		after = next.Folded
	}
	switch w.Folded {
	case "عمان", "وعمان", "بعمان", "لعمان": // the capital of Jordan is written alike
		return !strings.Contains(c.text[w.Start:w.End], "عُ") && before != "سلطنه" && (c.names("الاردن") || c.names("الاردني") || c.names("الاردنيه"))
	case "مالي":
		switch before {
		case "في", "الي", "من", "عن", "جمهوريه", "دوله", "شمال", "جنوب", "شرق", "وسط", "حكومه", "جيش", "شعب", "رييس", "بين", "و", "لدي", "مع", "ضد", "نحو", "علي":
			return false
		}
		return m.cut == 0 || before != ""
	case "المغرب", "والمغرب":
		return before == "صلاه" || before == "اذان" || before == "وقت"
	case "قطر":
		return strings.Contains(c.text[w.Start:w.End], "قُ") // a diameter
	case "chad", "jordan", "maurice", "georgia", "dominique":
		first, _ := utf8.DecodeRuneInString(c.text[next.Start:])
		return after != "" && unicode.IsUpper(first) && !titleWord(after)
	}
	return false
}

// names reports whether a folded word stands anywhere in the text.
func (c *scan) names(folded string) bool {
	if c.spoken == nil {
		c.spoken = make(map[string]bool, len(c.words))
		for _, w := range c.words {
			for _, form := range frontForms(w.Folded) {
				c.spoken[form.folded] = true
			}
		}
	}
	return c.spoken[folded]
}
