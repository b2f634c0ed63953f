package linking

import (
	"sync"

	"github.com/diwan-cms/diwan/internal/text"
)

// givenNames are folded first names. A surname behind one of them belongs to the
// person of that first name. Some are also names of countries.
var givenNames = sync.OnceValue(func() map[string]bool {
	return text.FoldedSet(`
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

// neverGivenName reports whether a folded word is not a first name even though it
// stands before a surname and may have a capital: a title, a day, a month, or a word
// that often begins a sentence.
func neverGivenName(folded string) bool { return neverGivenNames()[folded] }

var neverGivenNames = sync.OnceValue(func() map[string]bool {
	return text.FoldedSet(`
		president presidente minister ministre prime premier premiere chancellor chancelier chanceliere secretary secretaire king queen roi reine prince princess emir sheikh cheikh
		mr mrs ms m mme dr sir lord lady general colonel ambassador ambassadeur ambassadrice senator senateur speaker pope pape ayatollah sayyid
		monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche
		january february march april may june july august september october november december
		janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
		ملك الملك أمير الأمير شيخ الشيخ سيد السيد سلطان السلطان امام الامام البابا
		foreign defence defense finance interior but and if when while as for mais et si quand pour selon`)
})

// mayMeanRelative reports whether the surname behind a folded word may be that of a
// relative, such as Mrs or السيدة.
func mayMeanRelative(folded string) bool {
	switch folded {
	case "mrs", "mme", "madame", "lady", "widow", "veuve", "السيده", "عقيله", "زوجه", "حرم", "قرينه", "ارمله":
		return true
	}
	return false
}

// phrasesWithoutName are phrases, one per line, that contain the name of a country but
// do not name it.
const phrasesWithoutName = `
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

// isOrdinaryWord reports whether a folded Arabic word is a word of its own, although a
// name remains when its first letters are taken for prefixes.
func isOrdinaryWord(word string) bool {
	switch word {
	case "لصالح", "ولصالح", "بصالح", "وتراس", "فتراس", "بسلام", "بعون", "لعون":
		return true
	}
	return false
}

// isOrdinaryPhrase reports whether two folded words are an Arabic phrase in which the
// first is not a name.
func isOrdinaryPhrase(word, next string) bool {
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
