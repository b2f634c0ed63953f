package store

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// filters turns the filters of the API into SQL. Each method answers what holds
// for the rows of an alias that match.
type filters struct {
	dialect dialect
	// many says that the filter has so many conditions that their joins are not to
	// be put in the best order.
	many    bool
	aliases int
	err     error // the first thing that is wrong with a filter
}

// matches answers what holds for the rows of the alias n that match the filter.
func matches(d dialect, f model.Filter) (clause, error) {
	if f == nil {
		return always(), nil
	}
	s, err := checkSize(f)
	if err != nil {
		return clause{}, err
	}
	fs := &filters{dialect: d, many: s.conditions > fewConditions}
	var c clause
	switch f := f.(type) {
	case *model.ArticleFilter:
		c = fs.article("n", f)
	case *model.OfficialFilter:
		c = fs.official("n", f)
	case *model.CountryFilter:
		c = fs.country("n", f)
	case *model.TopicFilter:
		c = fs.topic("n", f)
	case *model.OfficeFilter:
		c = fs.office("n", f)
	}
	return c, fs.err
}

// CheckFilter answers what is wrong with a filter, as reading by it would.
func (s *Store) CheckFilter(f model.Filter) error {
	_, err := matches(s.dialect, f)
	return at("filter", err)
}

// fewConditions is up to how many conditions PostgreSQL looks for the best order of
// their joins. Beyond, it would take longer to look than to read: 5 s for 48
// conditions on officials, against 0.1 s.
const fewConditions = 24

// exists holds where there is a row of the tables for which all conditions hold.
func (fs *filters) exists(tables string, conditions ...clause) clause {
	c := both(conditions...).in("EXISTS (SELECT 1 FROM "+tables+" WHERE ", ")")
	if fs.many { // PostgreSQL makes a join of a bare EXISTS only
		return c.in("COALESCE(", ", FALSE)")
	}
	return c
}

// alias answers a table alias that is not used yet.
func (fs *filters) alias() string {
	fs.aliases++
	return "f" + strconv.Itoa(fs.aliases)
}

// logic adds what `and`, `or` and `not` ask for.
func logic[F any](conditions []clause, alias string, and, or []*F, negated *F, one func(string, *F) clause) clause {
	all := func(list []*F) (clauses []clause) {
		for _, f := range list {
			clauses = append(clauses, one(alias, f))
		}
		return clauses
	}
	conditions = append(conditions, all(and)...)
	if or != nil {
		conditions = append(conditions, either(all(or)...))
	}
	if negated != nil {
		conditions = append(conditions, not(one(alias, negated)))
	}
	return both(conditions...)
}

func (fs *filters) article(a string, f *model.ArticleFilter) clause {
	if f == nil {
		return always()
	}
	c := fs.articleID(a, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.key(a+".external_id", f.ExternalID)...)
	c = append(c, fs.key(a+".language", f.Language)...)
	c = append(c, fs.words(a+".title", a+".title_folded", f.Title)...)
	c = append(c, instant(a+".published_at", f.PublishedAt)...)
	c = append(c, instant(a+".scheduled_for", f.ScheduledFor)...)
	c = append(c, instant(a+".created_at", f.CreatedAt)...)
	switch {
	case f.HasUnpublishedChanges == nil:
	case *f.HasUnpublishedChanges:
		c = append(c, sql(a+".id < 0"))
	default:
		c = append(c, sql(a+".id > 0"))
	}
	c = append(c, instant(a+".updated_at", f.UpdatedAt)...)
	if s := f.Status; s != nil {
		c = append(c, comparisons(fs, a+".status", s.Eq, s.Ne, s.In, s.NotIn)...)
	}
	if l := f.Officials; l != nil {
		c = append(c, someEveryNone(fs, a, byOfficial(), l.Some, l.Every, l.None, fs.official)...)
	}
	if l := f.Countries; l != nil {
		c = append(c, someEveryNone(fs, a, byCountry(), l.Some, l.Every, l.None, fs.country)...)
	}
	if l := f.Topics; l != nil {
		c = append(c, someEveryNone(fs, a, byTopic(), l.Some, l.Every, l.None, fs.topic)...)
	}
	return logic(c, a, f.And, f.Or, f.Not, fs.article)
}

func (fs *filters) official(a string, f *model.OfficialFilter) clause {
	if f == nil {
		return always()
	}
	c := fs.id(a+".id", model.NodeOfficial, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.key(a+".wikidata_id", f.WikidataID)...)
	c = append(c, fs.name(a, model.NodeOfficial, f.Name)...)
	if f.Country != nil {
		c = append(c, refers(fs, a+".country_id", "countries", f.Country, fs.country))
	}
	if f.Office != nil || f.InOfficeOn != nil {
		c = append(c, fs.inOffice(a, f.Office, f.InOfficeOn))
	}
	return logic(c, a, f.And, f.Or, f.Not, fs.official)
}

// inOffice holds where one tenure of the official fits both the office and the day.
func (fs *filters) inOffice(a string, office *model.OfficeFilter, on *model.Date) clause {
	t := fs.alias()
	c := []clause{sql(t + ".official_id = " + a + ".id")}
	if on != nil {
		c = append(c, covers(t, *on))
	}
	if office != nil {
		c = append(c, refers(fs, t+".office_id", "offices", office, fs.office))
	}
	return fs.exists("tenures "+t, c...)
}

// covers holds for the tenures of an alias that cover the day.
func covers(alias string, on model.Date) clause {
	return sql(alias+".start_day <= ? AND "+alias+".end_day > ?", on, on)
}

func (fs *filters) country(a string, f *model.CountryFilter) clause {
	if f == nil {
		return always()
	}
	c := fs.id(a+".id", model.NodeCountry, f.ID)
	c = append(c, fs.key(a+".code", f.Code)...)
	c = append(c, fs.name(a, model.NodeCountry, f.Name)...)
	return logic(c, a, f.And, f.Or, f.Not, fs.country)
}

func (fs *filters) topic(a string, f *model.TopicFilter) clause {
	if f == nil {
		return always()
	}
	c := fs.id(a+".id", model.NodeTopic, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.name(a, model.NodeTopic, f.Name)...)
	c = append(c, null(a+".parent_id", f.IsRoot)...)
	if f.Parent != nil {
		c = append(c, refers(fs, a+".parent_id", "topics", f.Parent, fs.topic))
	}
	if f.DescendantOf != nil {
		ancestor := fs.want(*f.DescendantOf, model.NodeTopic)
		c = append(c, sql(a+".id IN (SELECT descendant_id FROM topic_tree WHERE ancestor_id = ?)", ancestor))
	}
	return logic(c, a, f.And, f.Or, f.Not, fs.topic)
}

func (fs *filters) office(a string, f *model.OfficeFilter) clause {
	if f == nil {
		return always()
	}
	c := fs.id(a+".id", model.NodeOffice, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.name(a, model.NodeOffice, f.Title)...)
	if f.Kind != nil {
		c = append(c, sql(a+".kind = ?", *f.Kind))
	}
	if f.Country != nil {
		c = append(c, refers(fs, a+".country_id", "countries", f.Country, fs.country))
	}
	return logic(c, a, f.And, f.Or, f.Not, fs.office)
}

// refers holds where the column holds the key of a row that matches.
func refers[F any](fs *filters, column, table string, f *F, one func(string, *F) clause) clause {
	n := fs.alias()
	return fs.exists(table+" "+n, sql(n+".id = "+column), one(n, f))
}

// someEveryNone is what a filter of a list asks of the rows linked to an article.
func someEveryNone[F any](fs *filters, article string, t tagging, some, every, none *F, one func(string, *F) clause) []clause {
	linked := func(condition func(alias string) clause) clause {
		l, n := fs.alias(), fs.alias()
		return fs.exists(t.links+" "+l+" JOIN "+t.table+" "+n+" ON "+n+".id = "+l+"."+t.column, sql(l+".article_id = "+article+".id"), condition(n))
	}
	var c []clause
	if some != nil {
		c = append(c, linked(func(n string) clause { return one(n, some) }))
	}
	if every != nil {
		c = append(c, not(linked(func(n string) clause { return not(one(n, every)) })))
	}
	if none != nil {
		c = append(c, not(linked(func(n string) clause { return one(n, none) })))
	}
	return c
}

// name is a condition on the names, in any language, of a node.
func (fs *filters) name(a string, node model.NodeType, f *model.StringFilter) []clause {
	if f == nil {
		return nil
	}
	s := fs.alias()
	has := func(conditions ...clause) clause {
		of := sql(s+".node_type = ? AND "+s+".node_id = "+a+".id AND "+s+".kind = 'NAME'", node)
		return fs.exists("names "+s, append([]clause{of}, conditions...)...)
	}
	wanted, unwanted := *f, model.StringFilter{Eq: f.Ne}
	wanted.Ne, wanted.NotIn, wanted.IsNull = nil, nil, nil
	var c []clause
	if conditions := fs.words(s+".text", s+".folded", &wanted); len(conditions) > 0 {
		c = append(c, has(conditions...))
	}
	if f.Ne != nil {
		c = append(c, not(has(fs.words(s+".text", s+".folded", &unwanted)...)))
	}
	if f.NotIn != nil {
		c = append(c, not(has(fs.words(s+".text", s+".folded", &model.StringFilter{In: f.NotIn})...)))
	}
	if f.IsNull != nil && *f.IsNull {
		c = append(c, never())
	}
	return c
}

// words is a condition on a text that people read: beginnings and parts match
// in its folded form.
func (fs *filters) words(column, folded string, f *model.StringFilter) []clause {
	if f == nil {
		return nil
	}
	return append(fs.exact(column, f), parts(folded, f, text.Fold)...)
}

// key is a condition on a text that programs read: beginnings and parts match
// whatever the case of A to Z.
func (fs *filters) key(column string, f *model.StringFilter) []clause {
	if f == nil {
		return nil
	}
	return append(fs.exact(column, f), parts("LOWER("+column+")", f, lowerASCII)...)
}

func (fs *filters) exact(column string, f *model.StringFilter) []clause {
	return append(comparisons(fs, column, f.Eq, f.Ne, f.In, f.NotIn), null(column, f.IsNull)...)
}

func parts(column string, f *model.StringFilter, fold func(string) string) []clause {
	var c []clause
	if f.Contains != nil {
		c = append(c, like(column, "%", fold(*f.Contains), "%"))
	}
	if f.StartsWith != nil {
		c = append(c, like(column, "", fold(*f.StartsWith), "%"))
	}
	return c
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// comparisons are eq, ne, in and notIn on a column. A value that is not there
// is another value.
func comparisons[T ~string | ~int64](fs *filters, column string, eq, ne *T, in, notIn []T) []clause {
	var c []clause
	if eq != nil {
		c = append(c, sql(column+" = ?", *eq))
	}
	if ne != nil {
		c = append(c, not(sql(column+" = ?", *ne)))
	}
	if in != nil {
		c = append(c, among(fs.dialect, column, in))
	}
	if notIn != nil {
		c = append(c, not(among(fs.dialect, column, notIn)))
	}
	return c
}

// among holds where the column is one of the values: one argument however many
// they are, so that databases keep one statement prepared and not one a number.
func among[T ~string | ~int64](d dialect, column string, values []T) clause {
	var keys []int64
	var texts []string
	for _, value := range values {
		switch v := reflect.ValueOf(value); v.Kind() {
		case reflect.Int64:
			keys = append(keys, v.Int())
		default:
			if text := v.String(); !strings.Contains(text, "\x00") { // which is in no text
				texts = append(texts, text)
			}
		}
	}
	switch {
	case len(keys) > 0:
		return sql(column+" IN (SELECT value FROM "+d.keys("k")+")", d.keysArg(keys))
	case len(texts) > 0:
		return sql(column+" IN (SELECT value FROM "+d.texts("k")+")", d.textsArg(texts))
	}
	return never()
}

func null(column string, wanted *bool) []clause {
	switch {
	case wanted == nil:
		return nil
	case *wanted:
		return []clause{sql(column + " IS NULL")}
	}
	return []clause{sql(column + " IS NOT NULL")}
}

func instant(column string, f *model.DateTimeFilter) []clause {
	if f == nil {
		return nil
	}
	c := null(column, f.IsNull)
	for _, bound := range []struct {
		is string
		at *model.DateTime
	}{{" = ?", f.Eq}, {" > ?", f.Gt}, {" >= ?", f.Gte}, {" < ?", f.Lt}, {" <= ?", f.Lte}} {
		if bound.at != nil {
			c = append(c, sql(column+bound.is, *bound.at))
		}
	}
	return c
}

// articleID is a condition on the key of an article, whichever version it is. What
// can be found by an index is said twice: none is of ABS.
func (fs *filters) articleID(a string, f *model.IDFilter) []clause {
	c := fs.id("ABS("+a+".id)", model.NodeArticle, f)
	if f == nil {
		return c
	}
	if f.Eq != nil {
		c = append(c, among(fs.dialect, a+".id", withCopies([]int64{f.Eq.Key})))
	}
	if f.In != nil {
		keys := make([]int64, len(f.In))
		for i, id := range f.In {
			keys[i] = id.Key
		}
		c = append(c, among(fs.dialect, a+".id", withCopies(keys)))
	}
	return c
}

// id is a condition on a key, given as ids outside.
func (fs *filters) id(column string, node model.NodeType, f *model.IDFilter) []clause {
	if f == nil {
		return nil
	}
	one := func(id *model.ID) *int64 {
		if id == nil {
			return nil
		}
		key := fs.want(*id, node)
		return &key
	}
	several := func(ids []model.ID) []int64 {
		if ids == nil {
			return nil
		}
		keys := make([]int64, len(ids))
		for i, id := range ids {
			keys[i] = fs.want(id, node)
		}
		return keys
	}
	return append(comparisons(fs, column, one(f.Eq), one(f.Ne), several(f.In), several(f.NotIn)), null(column, f.IsNull)...)
}

// want answers the key of an id of that type, and notes an id of another.
func (fs *filters) want(id model.ID, node model.NodeType) int64 {
	key, err := id.Want(node)
	if err != nil && fs.err == nil {
		fs.err = model.Invalid("the filter asks for a %s, but the id is of a %s", node, id.Type).At("filter")
	}
	return key
}
