package newsroom

import (
	"math/rand/v2"
	"strings"
)

// vocabulary is the words of a language, the most frequent first.
type vocabulary struct {
	words []string
	often zipf
}

// tail is how many made-up words follow those of the list, as rare words do in texts.
const tail = 12_000

func newVocabulary(frequent string, invent func(*rand.Rand) string, seed uint64) vocabulary {
	words := strings.Fields(frequent)
	seen := make(map[string]bool, len(words)+tail)
	for _, w := range words {
		seen[w] = true
	}
	for r, most := rand.New(rand.NewPCG(seed, 0)), len(words)+tail; len(words) < most; {
		if w := invent(r); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return vocabulary{words, newZipf(len(words))}
}

func (v vocabulary) word(r *rand.Rand) string { return v.words[v.often.draw(r)] }

// The first words of each language are its most frequent ones, those after them are
// what news is about.
const (
	frequentArabic = `في من على إلى أن عن مع التي الذي هذا بعد هذه قبل بين كان قد لم كما حول خلال عند منذ أو ثم حتى أي كل غير
		الحكومة الرئيس الوزير البرلمان الدولة المجلس قرار اجتماع وزارة بيان اتفاق مشروع قانون اليوم أمس العام الماضي المقبل
		الاقتصاد الأمن النفط الميزانية الانتخابات الأحزاب المعارضة التعاون العلاقات الحدود المياه الكهرباء التعليم الصحة الاستثمار
		التجارة الأسعار العملة البنك الشركات المشاريع المدينة المحافظة المنطقة العاصمة السفير السفارة الأمم المتحدة الاتحاد القمة
		المؤتمر المفاوضات الهدنة القوات الجيش الشرطة المحكمة القضاء الدستور الحقوق الصحافة الإعلام الثقافة الرياضة الزراعة البيئة
		المناخ الطاقة النقل المطار الميناء الطريق السياحة العمل البطالة الأجور الضرائب الدين القرض المساعدات اللاجئين الهجرة أعلن
		أكد أوضح أضاف قال ذكر شدد دعا بحث ناقش وقع افتتح استقبل زار غادر وصل انتخب عين استقال صوت وافق رفض أقر عدل`
	frequentEnglish = `the of to and a in that for on with said is was by at from as has will be its it an not have were which
		government president minister parliament state council decision meeting ministry statement agreement project law today year
		last next economy security oil budget elections parties opposition cooperation relations border water electricity education
		health investment trade prices currency bank companies projects city province region capital ambassador embassy nations union
		summit conference talks truce forces army police court judges constitution rights press media culture sport agriculture
		environment climate energy transport airport port road tourism work unemployment wages taxes debt loan aid refugees migration
		announced confirmed explained added told called discussed signed opened received visited left arrived elected appointed
		resigned voted approved rejected adopted amended`
	frequentFrench = `de la le les et des en un une du que pour dans qui sur au par est avec ne plus son ce pas ont aux mais comme
		gouvernement président ministre parlement état conseil décision réunion ministère communiqué accord projet loi année hier
		dernier prochain économie sécurité pétrole budget élections partis opposition coopération relations frontière eau
		électricité éducation santé investissement commerce prix monnaie banque entreprises projets ville province région capitale
		ambassadeur ambassade nations union sommet conférence négociations trêve forces armée police tribunal juges constitution
		droits presse médias culture sport agriculture environnement climat énergie transports aéroport port route tourisme travail
		chômage salaires impôts dette prêt aide réfugiés migration annoncé confirmé expliqué ajouté déclaré appelé discuté signé
		ouvert reçu visité quitté élu nommé démissionné voté approuvé rejeté adopté modifié`
)

// inventArabic puts three consonants into one of the patterns of the language.
func inventArabic(r *rand.Rand) string {
	consonants := []rune("بتثجحخدرزسشصضطعغفقكلمنهوي")
	patterns := []string{"123", "1ا23", "م12و3", "12ي3", "ت12ي3", "م1ا23ة", "12ا3", "ا12ا3", "ال12و3", "ال1ا23", "ا1ت2ا3", "است12ا3"}
	pattern := patterns[r.IntN(len(patterns))]
	var w strings.Builder
	for _, c := range pattern {
		if c >= '1' && c <= '3' {
			c = consonants[r.IntN(len(consonants))]
		}
		w.WriteRune(c)
	}
	return w.String()
}

// inventLatin joins syllables.
func inventLatin(endings ...string) func(*rand.Rand) string {
	onsets := strings.Fields("b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s st str t tr v w")
	vowels := strings.Fields("a e i o u ai ea ou io")
	codas := []string{"", "", "n", "r", "s", "t", "l", "m", "nd", "rt", "st"}
	pick := func(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }
	return func(r *rand.Rand) string {
		w := ""
		for range 2 + r.IntN(2) {
			w += pick(r, onsets) + pick(r, vowels) + pick(r, codas)
		}
		return w + pick(r, endings)
	}
}

func vocabularies() map[string]vocabulary {
	return map[string]vocabulary{
		"ar": newVocabulary(frequentArabic, inventArabic, 1),
		"en": newVocabulary(frequentEnglish, inventLatin("", "", "s", "ed", "ing", "er", "ment"), 2),
		"fr": newVocabulary(frequentFrench, inventLatin("", "", "s", "er", "tion", "ée", "eur"), 3),
	}
}

// Frequent is a word that stands in about a quarter of the articles of the language.
func Frequent(language string) string {
	return map[string]string{"ar": "السفارة", "en": "embassy", "fr": "ambassade"}[language]
}
