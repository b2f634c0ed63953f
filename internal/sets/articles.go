package sets

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Group is what some articles have in common: a tag, a language or a month.
type Group struct {
	// Kind is the type of the tag, Language or Month.
	Kind string
	// Key is that of the tag, or the number of the month: see MonthOf.
	Key int64
	// Text is the language.
	Text string
}

// The kinds of groups that are no tags.
const (
	Language = "language"
	Month    = "month"
)

// MonthOf is the number of the month of an instant in milliseconds since 1970: the year
// times 12, and the month from 0.
func MonthOf(instant int64) int64 {
	at := time.UnixMilli(instant).UTC()
	return int64(at.Year())*12 + int64(at.Month()) - 1
}

// BeginOfMonth is the first instant of the month of an instant.
func BeginOfMonth(instant int64) int64 {
	at := time.UnixMilli(instant).UTC()
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC).UnixMilli()
}

// Articles are all articles that readers see, by group. They never change; see Changed.
type Articles struct {
	All    Set
	groups map[Group]Set

	sorting sync.Once
	sorted  map[string][]counted // by kind, the largest first

	answering sync.Mutex
	answers   map[question][]Count
}

// question is what Most was asked.
type question struct {
	kind string
	list Set
	most int
}

// maxAnswers is how many answers of Most are kept.
const maxAnswers = 256

type counted struct {
	Count
	set Set
}

// Count is how many articles of a list are in a group.
type Count struct {
	Group Group
	Count int
}

// New are the articles of these groups; all are in a language and a month.
func New(groups map[Group]Set) *Articles {
	a := &Articles{groups: groups}
	for group, set := range groups {
		if group.Kind == Language {
			a.All = a.All.With(set)
		}
	}
	return a
}

// In are the articles of a group.
func (a *Articles) In(group Group) Set { return a.groups[group] }

// Changed are the articles after some of them changed. now are the groups that these are
// in: none where readers see them no more.
func (a *Articles) Changed(changed []int64, now map[Group][]int64) (*Articles, error) {
	gone, err := Of(changed...)
	if err != nil {
		return nil, err
	}
	groups := maps.Clone(a.groups)
	for group, set := range a.groups {
		if next := set.Without(gone); next != set {
			groups[group] = next
		}
	}
	next := &Articles{All: a.All.Without(gone), groups: groups}
	for group, keys := range now {
		set, err := Of(keys...)
		if err != nil {
			return nil, err
		}
		groups[group] = groups[group].With(set)
		if group.Kind == Language {
			next.All = next.All.With(set)
		}
	}
	return next, nil
}

// Replaced are the articles with other groups of a kind.
func (a *Articles) Replaced(kind string, now map[Group]Set) *Articles {
	groups := maps.Clone(a.groups)
	maps.DeleteFunc(groups, func(group Group, _ Set) bool { return group.Kind == kind })
	maps.Copy(groups, now)
	return &Articles{All: a.All, groups: groups}
}

// Most are the groups of a kind that most articles of the list are in: the largest first,
// those of the same size by key, and none that is empty. Callers leave the slice as it is:
// who asks the same again gets it, too.
func (a *Articles) Most(kind string, list Set, most int) []Count {
	asked := question{kind, list, most}
	a.answering.Lock()
	known, there := a.answers[asked]
	a.answering.Unlock()
	if there {
		return known
	}
	found := a.mostOf(kind, list, most)
	a.answering.Lock()
	defer a.answering.Unlock()
	if a.answers == nil || len(a.answers) >= maxAnswers {
		a.answers = map[question][]Count{}
	}
	a.answers[asked] = found
	return found
}

func (a *Articles) mostOf(kind string, list Set, most int) []Count {
	var found []Count
	for _, group := range a.largest(kind) {
		if most < 1 {
			break
		}
		if len(found) == most && group.Count.Count < found[most-1].Count {
			break // no other has as many
		}
		one := Count{group.Group, group.set.Common(list)}
		if one.Count == 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(found, one, byCount)
		if at < most {
			found = slices.Insert(found[:min(len(found), most-1)], at, one)
		}
	}
	return found
}

// Latest are the last months in which articles of the list were published, the last first.
func (a *Articles) Latest(list Set, most int) []Count {
	months := slices.Clone(a.largest(Month))
	slices.SortFunc(months, func(x, y counted) int { return cmp.Compare(y.Group.Key, x.Group.Key) })
	var found []Count
	for _, month := range months {
		if len(found) == most {
			break
		}
		if n := month.set.Common(list); n > 0 {
			found = append(found, Count{month.Group, n})
		}
	}
	return found
}

func byCount(x, y Count) int {
	return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Group.Key, y.Group.Key), cmp.Compare(x.Group.Text, y.Group.Text))
}

func (a *Articles) largest(kind string) []counted {
	a.sorting.Do(func() {
		a.sorted = map[string][]counted{}
		for group, set := range a.groups {
			if n := set.Len(); n > 0 {
				a.sorted[group.Kind] = append(a.sorted[group.Kind], counted{Count{group, n}, set})
			}
		}
		for _, list := range a.sorted {
			slices.SortFunc(list, func(x, y counted) int { return byCount(x.Count, y.Count) })
		}
	})
	return a.sorted[kind]
}
