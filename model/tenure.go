package model

// Tenure is one official's time in one office: the half-open interval
// [StartedOn, EndedOn).
type Tenure struct {
	Key         int64 `gorm:"column:id;primaryKey"`
	OfficialKey int64 `gorm:"column:official_id"`
	OfficeKey   int64 `gorm:"column:office_id"`
	StartedOn   *PartialDate
	EndedOn     *PartialDate
	Acting      bool
	SourceURL   *URL
	Version     int
	CreatedAt   DateTime
	UpdatedAt   DateTime

	Slots `gorm:"-"`
}

// ID is its id outside.
func (t *Tenure) ID() ID { return ID{NodeTenure, t.Key} }

// IsNode marks it as a node.
func (*Tenure) IsNode() {}

// Bare is a copy of it on which nothing hangs.
func (t *Tenure) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Ever is the day after every day: where a tenure ends that is still held.
const Ever Date = 99999999

// Days is the interval in days, end not included. An unknown beginning is day
// 0, before every day; one still held ends at Ever.
func (t *Tenure) Days() (start, end Date) {
	end = Ever
	if t.StartedOn != nil {
		start = t.StartedOn.FirstDay()
	}
	if t.EndedOn != nil {
		end = t.EndedOn.FirstDay()
	}
	return start, end
}
