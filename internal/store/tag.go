package store

import "github.com/diwan-cms/diwan/model"

// tagging is a kind of tag of articles: the table of links, the column in it that refers
// to the tag, and the table of the tag.
type tagging struct {
	node                 model.NodeType
	links, column, table string
	// points is how much a shared tag counts between related articles.
	points int
}

func byOfficial() tagging {
	return tagging{model.NodeOfficial, "article_officials", "official_id", "officials", 3}
}

func byTopic() tagging {
	return tagging{model.NodeTopic, "article_topics", "topic_id", "topics", 2}
}

func byCountry() tagging {
	return tagging{model.NodeCountry, "article_countries", "country_id", "countries", 1}
}

func taggings() []tagging { return []tagging{byOfficial(), byTopic(), byCountry()} }

// usersOf are the articles tagged with a node in any visible version, each once: a FROM
// and WHERE clause with a placeholder for the node's key.
func usersOf(t tagging) string {
	return "FROM " + t.links + " tag JOIN articles article ON article.id = tag.article_id WHERE tag." + t.column + " = ?" +
		" AND (article.working OR NOT EXISTS (SELECT 1 FROM " + t.links + " of_copy WHERE of_copy.article_id = " + copyKeyOf("article.id") + " AND of_copy." + t.column + " = tag." + t.column + "))"
}

// Timelines have an owner: an official, a country, or a topic with everything below it.
// topicItself is the owner of what is tagged with the topic itself.
const topicItself model.NodeType = "TopicItself"

// owner is the type of the owner of the timeline of a tag's own articles.
func (t tagging) owner() model.NodeType {
	if t.node == model.NodeTopic {
		return topicItself
	}
	return t.node
}

// unpublished is at the end of the name of the owner of a timeline of what editors see and
// readers do not: drafts, working copies and the like, by publication or, without one, by
// creation.
const unpublished = "Unpublished"

// ofReaders holds for the rows of readers' timelines.
const ofReaders = "owner_type IN ('Official', 'Country', 'Topic', 'TopicItself')"
