package newsroom

import "strings"

// Topic is a topic, or one below it.
type Topic struct {
	Slug  string
	Names Names
	// Parent is the index of the topic above, -1 for none.
	Parent int
}

// The topics at the top, and what each is divided into: Arabic, English, French.
const (
	topTopics = `الاقتصاد Economy Économie
السياسة Politics Politique
الأمن Security Sécurité
الطاقة Energy Énergie
الصحة Health Santé
التعليم Education Éducation
الثقافة Culture Culture
الرياضة Sport Sport
البيئة Environment Environnement
الزراعة Agriculture Agriculture
النقل Transport Transports
العدل Justice Justice
الدفاع Defence Défense
التجارة Trade Commerce
السياحة Tourism Tourisme
الإعلام Media Médias
العلوم Science Science
الإسكان Housing Logement
الهجرة Migration Migrations
المياه Water Eau`
	aspects = `القوانين laws lois
الميزانيات budgets budgets
المؤتمرات conferences conférences
المشاريع projects projets
الإحصاءات statistics statistiques
الاتفاقيات agreements accords
الإصلاحات reforms réformes
الأزمات crises crises
المؤسسات institutions institutions
البحوث research recherche
الاحتجاجات protests protestations
الاستثمارات investments investissements
الأسواق markets marchés
التاريخ history histoire`
)

func topics() []Topic {
	var all []Topic
	for line := range strings.Lines(topTopics) {
		word := strings.Fields(line)
		all = append(all, Topic{strings.ToLower(word[1]), Names{word[0], word[1], word[2]}, -1})
	}
	for parent, top := range all {
		for line := range strings.Lines(aspects) {
			word := strings.Fields(line)
			all = append(all, Topic{
				top.Slug + "-" + word[1],
				Names{top.Names.Arabic + " و" + word[0], top.Names.English + " and " + word[1], top.Names.French + " et " + word[2]},
				parent,
			})
		}
	}
	return all
}
