package store

import (
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// words is a condition on a text for people: beginnings and parts match its folded form.
func (fs *filters) words(column, folded string, f *model.StringFilter) []sql.Clause {
	if f == nil {
		return nil
	}
	return append(fs.exact(column, f), parts(folded, f, text.Fold)...)
}

// key is a condition on a text for programs: beginnings and parts match regardless of
// the case of A to Z.
func (fs *filters) key(column string, f *model.StringFilter) []sql.Clause {
	if f == nil {
		return nil
	}
	asked := keysAsStored(*f)
	c := append(fs.exact(column, &asked), parts("LOWER("+column+")", &asked, lowerASCII)...)
	if f.Within != nil {
		c = append(c, within(column, *f.Within))
	}
	return c
}

// keysAsStored returns a filter with its keys as they are stored.
func keysAsStored(f model.StringFilter) model.StringFilter {
	one := func(s *string) *string {
		if s == nil {
			return nil
		}
		key := text.Key(*s)
		return &key
	}
	several := func(list []string) []string {
		keys := slices.Clone(list)
		for i := range keys {
			keys[i] = text.Key(keys[i])
		}
		return keys
	}
	return model.StringFilter{
		Eq: one(f.Eq), Ne: one(f.Ne), In: several(f.In), NotIn: several(f.NotIn),
		Contains: one(f.Contains), StartsWith: one(f.StartsWith), IsNull: f.IsNull,
	}
}

func (fs *filters) exact(column string, f *model.StringFilter) []sql.Clause {
	return append(comparisons(fs, column, comparison[string]{f.Eq, f.Ne, f.In, f.NotIn}), null(column, f.IsNull)...)
}

func parts(column string, f *model.StringFilter, fold func(string) string) []sql.Clause {
	var c []sql.Clause
	if f.Contains != nil {
		c = append(c, sql.Like(column, "%", fold(*f.Contains), "%"))
	}
	if f.StartsWith != nil {
		c = append(c, sql.Like(column, "", fold(*f.StartsWith), "%"))
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

// comparison compares a column with values; nil fields are no condition.
type comparison[T ~string | ~int64] struct {
	Eq, Ne    *T
	In, NotIn []T
}

// comparisons are the conditions of a comparison. A missing value differs from every
// other.
func comparisons[T ~string | ~int64](fs *filters, column string, f comparison[T]) []sql.Clause {
	var c []sql.Clause
	if f.Eq != nil {
		c = append(c, sql.Text(column+" = ?", *f.Eq))
	}
	if f.Ne != nil {
		c = append(c, sql.Not(sql.Text(column+" = ?", *f.Ne)))
	}
	if f.In != nil {
		c = append(c, database.Among(fs.engine, column, f.In))
	}
	if f.NotIn != nil {
		c = append(c, sql.Not(database.Among(fs.engine, column, f.NotIn)))
	}
	return c
}

func null(column string, wanted *bool) []sql.Clause {
	switch {
	case wanted == nil:
		return nil
	case *wanted:
		return []sql.Clause{sql.Text(column + " IS NULL")}
	}
	return []sql.Clause{sql.Text(column + " IS NOT NULL")}
}

func instant(column string, f *model.DateTimeFilter) []sql.Clause {
	if f == nil {
		return nil
	}
	c := null(column, f.IsNull)
	for _, bound := range []struct {
		is string
		at *model.DateTime
	}{{" = ?", f.Eq}, {" > ?", f.Gt}, {" >= ?", f.Gte}, {" < ?", f.Lt}, {" <= ?", f.Lte}} {
		if bound.at != nil {
			c = append(c, sql.Text(column+bound.is, *bound.at))
		}
	}
	return c
}

// id is a condition on a key, given as ids of the API.
func (fs *filters) id(column string, node model.NodeType, f *model.IDFilter) []sql.Clause {
	if f == nil {
		return nil
	}
	one := func(id *model.ID) *int64 {
		if id == nil {
			return nil
		}
		key := fs.keyOf(*id, node)
		return &key
	}
	several := func(ids []model.ID) []int64 {
		if ids == nil {
			return nil
		}
		keys := make([]int64, len(ids))
		for i, id := range ids {
			keys[i] = fs.keyOf(id, node)
		}
		return keys
	}
	return append(comparisons(fs, column, comparison[int64]{one(f.Eq), one(f.Ne), several(f.In), several(f.NotIn)}), null(column, f.IsNull)...)
}

// keyOf is the key of an id of that type. An id of another type is recorded as an error.
func (fs *filters) keyOf(id model.ID, node model.NodeType) int64 {
	key, err := id.Want(node)
	if err != nil && fs.err == nil {
		fs.err = model.Invalid("the filter asks for a %s, but the id is of a %s", node, id.Type).At("filter")
	}
	return key
}
