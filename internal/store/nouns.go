package store

// newNouns lists the nouns. What loads nodes by their ids, loads what is below
// them, filters, searches, indexes, exports and copies goes through this list, in an
// order in which each noun comes after those it refers to.
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
