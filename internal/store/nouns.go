package store

// newNouns lists the nouns, each after those that it refers to. Loading nodes by their
// ids and relations below them, filtering, searching, indexing, exporting and copying
// all work from this list.
func newNouns(mentions mentionLoader) nouns {
	return nouns{
		countryNoun(),
		topicNoun(),
		officialNoun(),
		officeNoun(),
		tenureNoun(),
		articleNoun(mentions),
		revisionNoun(),
		accessTokenNoun(),
	}
}
