package model

// NodeTenure is the type of tenures.
const NodeTenure NodeType = "Tenure"

// Tenure is one official's time in one office: the half-open interval
// [StartedOn, EndedOn).
type Tenure struct {
	Key         int64 `gorm:"column:id;primaryKey"`
	OfficialKey int64 `gorm:"column:official_id"`
	OfficeKey   int64 `gorm:"column:office_id"`
	StartedOn   *PartialDate
	EndedOn     *PartialDate
	// StartDay and EndDay are Days, except that a month or a year in which a single seat was
	// handed over ends where the successor begins. The store sets them.
	StartDay, EndDay Date
	Acting           bool
	SourceURL        *URL
	Version          int
	CreatedAt        DateTime
	UpdatedAt        DateTime

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (t *Tenure) ID() ID { return ID{NodeTenure, t.Key} }

// IsNode marks it as a node.
func (*Tenure) IsNode() {}

// Bare returns a copy with empty slots.
func (t *Tenure) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Ever is later than every day: a tenure that has not ended ends then.
const Ever Date = 99999999

// Days returns the days on which the tenure is taken to be held, excluding the end: a month
// or a year stands for its first day, unless nothing would be left. An unknown start is day
// 0, which is before every day; a tenure that has not ended ends at Ever.
func (t *Tenure) Days() (start, end Date) {
	end = Ever
	if t.StartedOn != nil {
		start = t.StartedOn.FirstDay()
	}
	if t.EndedOn != nil {
		if end = t.EndedOn.FirstDay(); end <= start {
			end = t.EndedOn.LastDay()
		}
	}
	return start, end
}

// LatestEnd returns the last day on which the tenure can have ended. If it is not later
// than the first on which it can have begun, the dates contradict each other.
func (t *Tenure) LatestEnd() Date {
	if t.EndedOn == nil {
		return Ever
	}
	return t.EndedOn.LastDay()
}

// Certain returns the days on which the tenure was held whatever its unknown days are,
// excluding the end: from the last day on which it can have begun to the first on which it
// can have ended. There are none if from is not before until.
func (t *Tenure) Certain() (from, until Date) {
	from, until = t.LatestEnd().before(), Ever
	if t.StartedOn != nil {
		from = min(from, t.StartedOn.LastDay())
	}
	if t.EndedOn != nil {
		until = t.EndedOn.FirstDay()
		if t.StartedOn != nil {
			until = max(until, t.StartedOn.FirstDay().Next())
		}
	}
	return from, until
}

// before is the day before, of Ever as well.
func (d Date) before() Date {
	if d == Ever {
		return Ever - 1
	}
	return d.Previous()
}

// Clashes reports whether both tenures have a day in common whatever their unknown days
// are: neither can have ended before the other began.
func (t *Tenure) Clashes(other *Tenure) bool {
	from, until := t.Certain()
	otherFrom, otherUntil := other.Certain()
	return from < otherUntil && otherFrom < until
}
