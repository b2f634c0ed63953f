package main

import "github.com/diwan-cms/diwan/bench/newsroom"

// inserter inserts a row into a table; the columns are those of the schema, in order.
type inserter func(table string, row ...any) error

// insertAll inserts the whole newsroom. The key of a row is its index and one.
func insertAll(n *newsroom.Newsroom, repeated bool, insert inserter) error {
	for _, step := range []func(*newsroom.Newsroom, inserter) error{insertCountries, insertTopics, insertOffices, insertOfficials} {
		if err := step(n, insert); err != nil {
			return err
		}
	}
	for i := range n.Articles {
		a := n.Article(i)
		at := a.PublishedAt.Format(instant)
		key := int64(i + 1)
		if err := insert("articles", key, a.Slug, a.Language, a.Title, a.Summary, published, at, a.Body); err != nil {
			return err
		}
		links := links{key, at, repeated}
		for table, indexes := range map[string][]int{"article_officials": a.Officials, "article_countries": a.Countries, "article_topics": a.Topics} {
			for position, index := range indexes {
				if err := insert(table, links.row(int64(index+1), position)...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

const published = "PUBLISHED"

// links are the rows that tag an article.
type links struct {
	article  int64
	at       string
	repeated bool
}

func (l links) row(tag int64, position int) []any {
	row := []any{l.article, int64(position), tag}
	if l.repeated {
		row = append(row, published, l.at)
	}
	return row
}

func insertCountries(n *newsroom.Newsroom, insert inserter) error {
	for i, c := range n.Countries {
		if err := insert("countries", int64(i+1), c.Code, c.Names.Arabic, c.Names.English, c.Names.French); err != nil {
			return err
		}
	}
	return nil
}

func insertTopics(n *newsroom.Newsroom, insert inserter) error {
	for i, t := range n.Topics {
		if err := insert("topics", int64(i+1), t.Slug, t.Names.Arabic, t.Names.English, t.Names.French); err != nil {
			return err
		}
	}
	return nil
}

func insertOffices(n *newsroom.Newsroom, insert inserter) error {
	for i, o := range n.Offices {
		if err := insert("offices", int64(i+1), o.Slug, o.Titles.Arabic, o.Titles.English, o.Titles.French, int64(o.Country+1)); err != nil {
			return err
		}
	}
	return nil
}

func insertOfficials(n *newsroom.Newsroom, insert inserter) error {
	for i, o := range n.Officials {
		if err := insert("officials", int64(i+1), o.Slug, o.Names.Arabic, o.Names.English, o.Names.French, int64(o.Country+1)); err != nil {
			return err
		}
		for _, t := range []newsroom.Tenure{o.Before, o.Now} {
			end := t.EndedOn
			if end == "" {
				end = "9999"
			}
			if err := insert("tenures", int64(i+1), end, t.StartedOn, int64(t.Office+1)); err != nil {
				return err
			}
		}
	}
	return nil
}
